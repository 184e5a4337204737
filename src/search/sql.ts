/** A WHERE clause with its parameters, numbered from $1. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** Collects parameters and hands out their places. */
export class Parameters {
  readonly values: unknown[];

  constructor(values: readonly unknown[] = []) {
    this.values = [...values];
  }

  /** Adds a value; its place, `$3`. */
  add(value: unknown): string {
    return `$${this.values.push(value)}`;
  }
}

/** A condition that holds when the first does, and what `more` says with parameters of its own. */
export function narrowed(condition: Condition, more: (params: Parameters) => string): Condition {
  const params = new Parameters(condition.params);
  const sql = more(params);
  return { sql: condition.sql === 'true' ? sql : `${condition.sql} AND ${sql}`, params: params.values };
}
