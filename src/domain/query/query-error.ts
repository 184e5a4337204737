/** What is wrong with a query, and where. */
export class QueryError extends Error {
  readonly position: number; // of the first wrong character, from 0
  readonly length: number; // how many characters are wrong; 0 where something is missing

  constructor(message: string, position: number, length = 0) {
    super(message);
    this.name = 'QueryError';
    this.position = position;
    this.length = length;
  }
}
