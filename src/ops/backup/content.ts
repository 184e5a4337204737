import { createHash, type Hash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { families } from './tables.ts';

/** What a backup consists of, wherever it is: in an archive, or on its way from one database to another. */

export const formatName = 'openthreat-backup';
export const formatVersion = 1;

const Name = Type.String({ pattern: '^[a-z][a-z0-9_]{0,62}$' });

/** What is known when a backup begins: the first file of an archive. */
export const HeadSchema = Type.Object({
  format: Type.Literal(formatName),
  formatVersion: Type.Literal(formatVersion),
  program: Type.String({ maxLength: 100 }),
  /** The last migration of the database, by its id. */
  revision: Type.String({ pattern: '^[0-9]{14}$' }),
  createdAt: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z$' }),
  database: Type.Object({ kind: Type.String({ maxLength: 20 }), version: Type.String({ maxLength: 100 }) }),
  families: Type.Array(Type.Enum([...families]), { minItems: 1, maxItems: families.length }),
  /** The dictionary of search words was not counted yet. */
  termsMissing: Type.Boolean(),
  tables: Type.Array(Type.Object({ name: Name, columns: Type.Array(Name, { minItems: 1, maxItems: 200 }) }), {
    minItems: 1,
    maxItems: 200,
  }),
});
export type Head = Static<typeof HeadSchema>;

/** How many rows a table has, and the SHA-256 of their lines, in the order of its key. */
const SumSchema = Type.Object({
  name: Name,
  rows: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type Sum = Static<typeof SumSchema>;

/** What is known when a backup ends: the last file of an archive. */
export const ManifestSchema = Type.Object({
  createdAt: Type.String({ maxLength: 30 }),
  tables: Type.Array(SumSchema, { minItems: 1, maxItems: 200 }),
});
export type Manifest = Static<typeof ManifestSchema>;

/**
 * Some rows of a table. Each is a line: a JSON array of the values in PostgreSQL's own text form, or null, in the order of
 * the head's columns. That form is exact for every type and the same on every server.
 */
export interface Chunk {
  readonly table: string;
  readonly rows: number;
  readonly lines: Buffer;
}

/** Adds chunks up to the sums of their tables. */
export class Sums {
  readonly #tables = new Map<string, { rows: number; readonly hash: Hash }>();

  constructor(head: Head) {
    for (const { name } of head.tables) this.#tables.set(name, { rows: 0, hash: createHash('sha256') });
  }

  add({ table, rows, lines }: Chunk): void {
    const sum = this.#tables.get(table);
    if (!sum) throw new TypeError(`${table} is not in the head`);
    sum.rows += rows;
    sum.hash.update(lines);
  }

  /** The sums so far, in the order of the head. More may be added afterwards. */
  get list(): Sum[] {
    return [...this.#tables].map(([name, { rows, hash }]) => ({ name, rows, sha256: hash.copy().digest('hex') }));
  }
}

/** The tables that differ. */
export function differing(a: readonly Sum[], b: readonly Sum[]): string[] {
  const others = new Map(b.map((sum) => [sum.name, sum]));
  const names = new Set([...a, ...b].map(({ name }) => name));
  const mine = new Map(a.map((sum) => [sum.name, sum]));
  return [...names].filter((name) => {
    const [one, other] = [mine.get(name), others.get(name)];
    return one?.rows !== other?.rows || one?.sha256 !== other?.sha256;
  });
}
