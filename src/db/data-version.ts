import type { Database, Db } from './database.ts';

/** What is cached together: CVEs with their scores and links, indicators, reference catalogues, and the state of sources and runs. */
export type DataFamily = 'vulnerabilities' | 'indicators' | 'catalogues' | 'operations';

/** Rows older than this many others say nothing more, whoever commits late. */
export const kept = 128;

/**
 * The beginning of a statement that notes, in one go with what it does, that it changes data of the family. Each family
 * clears its own old rows away, and with a new row: so no version ever comes back. It waits for nobody.
 */
export function noting(family: DataFamily): string {
  return `WITH noted AS (INSERT INTO data_changes (family) VALUES ('${family}') RETURNING id, at),
    cleared AS (DELETE FROM data_changes WHERE family = '${family}' AND id IN (
      SELECT id FROM data_changes WHERE family = '${family}' AND (SELECT id % ${kept} = 0 FROM noted)
        AND id <= (SELECT id - ${kept} FROM noted) FOR UPDATE SKIP LOCKED))`;
}

/** Notes in the transaction that changes data that it does: what is cached of the family is out of date once it commits. */
export async function noteDataChange(tx: Db, family: DataFamily): Promise<void> {
  await tx.query(`${noting(family)} SELECT`, []);
}

/** The version of each family's data: another text after every change. A family that never changed has none. */
export async function dataVersions(db: Db): Promise<ReadonlyMap<string, string>> {
  // Numbers are given before they are committed, so the highest tells too little; after a restore they begin again, times do not.
  const { rows } = await db.query<{ family: string; version: string }>(
    `SELECT family, concat_ws('.', count(*), sum(id), trunc(extract(epoch FROM max(at)) * 1000000)) AS version
     FROM data_changes GROUP BY family LIMIT 100`,
    [],
  );
  return new Map(rows.map((row) => [row.family, row.version]));
}

/** How long a version counts before it is looked up again, in milliseconds. */
const lookedUpEvery = 50;

/**
 * The versions as of at most 50 ms ago, and never of before this process wrote last: cheap enough to ask for each request, and
 * right behind poolers and on the embedded database, where nothing can be listened to.
 */
export class DataVersions {
  readonly #db: Db;
  readonly #writers: readonly Database[];
  #writes = 0;
  #asked = Number.NEGATIVE_INFINITY;
  #versions: Promise<ReadonlyMap<string, string>> | null = null;

  /** `writers`: what they write must be seen by the requests that follow. */
  constructor(db: Db, writers: readonly Database[] = []) {
    this.#db = db;
    this.#writers = writers;
  }

  /** One text for the versions of some families. @throws AppError when the database does not answer */
  async of(families: readonly DataFamily[]): Promise<string> {
    const versions = await this.#current();
    return families.map((family) => versions.get(family) ?? '0').join('-');
  }

  #current(): Promise<ReadonlyMap<string, string>> {
    const now = performance.now();
    const writes = this.#writers.reduce((sum, one) => sum + one.writes, 0);
    if (this.#versions === null || now - this.#asked > lookedUpEvery || writes !== this.#writes) {
      this.#asked = now;
      this.#writes = writes;
      this.#versions = dataVersions(this.#db).catch((error: unknown) => {
        this.#versions = null;
        throw error;
      });
    }
    return this.#versions;
  }
}
