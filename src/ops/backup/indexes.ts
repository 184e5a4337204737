import { type Database, type Db, transaction } from '../../db/database.ts';
import { quoteName } from '../../db/names.ts';

/** The indexes of each table, as what makes them, the costly ones first. */
type Definitions = ReadonlyMap<string, readonly string[]>;

/** Takes the secondary indexes of a schema away. Returns what makes them again. */
export async function takeIndexes(db: Db, schema: string): Promise<Definitions> {
  const { rows } = await db.query<{ name: string; table: string; definition: string }>(
    `SELECT c.relname AS name, t.relname AS "table", pg_get_indexdef(c.oid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
     WHERE c.relnamespace = $1::regnamespace AND NOT i.indisunique
     ORDER BY c.relname = 'ix_vuln_description_trgm' DESC, pg_get_indexdef(c.oid) LIKE '%gin_trgm_ops%' DESC,
       pg_get_indexdef(c.oid) LIKE '%USING gin%' DESC, c.relname LIMIT 1000`,
    [quoteName(schema)],
  );
  for (const { name } of rows) await db.query(`DROP INDEX ${quoteName(schema)}.${quoteName(name)}`, []);
  return new Map(
    Map.groupBy(rows, (row) => row.table)
      .entries()
      .map(([table, of]) => [table, of.map((r) => r.definition)]),
  );
}

/**
 * Makes indexes again. On a server those of a table that is full are built while the next ones are filled, and in the end
 * two at a time; on the embedded database all of them in the end, because it does one thing at a time, and likewise where
 * there is one connection only.
 */
export class IndexBuilding {
  readonly #database: Database;
  readonly #isParallel: boolean;
  readonly #waiting: Map<string, readonly string[]>; // for their tables
  readonly #queue: string[] = [];
  readonly #builders = new Set<Promise<void>>();

  constructor(database: Database, definitions: Definitions, connections: number) {
    this.#database = database;
    this.#isParallel = database.kind === 'postgresql' && connections > 1;
    this.#waiting = new Map(definitions);
  }

  /** Begins with the indexes of a table. */
  begin(table: string): void {
    if (!this.#isParallel) return;
    this.#enqueue(table);
    this.#employ(1);
  }

  /** Builds what is left. @throws what a build threw */
  async finish(): Promise<void> {
    for (const table of this.#waiting.keys()) this.#enqueue(table);
    this.#employ(this.#isParallel ? 2 : 1);
    await Promise.all(this.#builders);
  }

  /** Waits for what is being built, and begins with nothing else. */
  async abandon(): Promise<void> {
    this.#queue.length = 0;
    await Promise.allSettled(this.#builders);
  }

  #enqueue(table: string): void {
    this.#queue.push(...(this.#waiting.get(table) ?? []));
    this.#waiting.delete(table);
  }

  #employ(builders: number): void {
    while (this.#builders.size < builders && this.#queue.length > 0) {
      const builder = this.#build();
      this.#builders.add(builder);
      builder.then(
        () => this.#builders.delete(builder),
        () => {}, // stays, and is heard in the end
      );
    }
  }

  async #build(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const definition = next;
      await transaction(this.#database, async (tx) => {
        await tx.query('SET LOCAL statement_timeout = 0', []);
        await tx.query(definition, []);
      });
    }
  }
}
