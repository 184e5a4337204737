import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config.ts';
import type { Database } from '../../../src/db/database.ts';
import { upgrade } from '../../../src/db/migrate/run.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { ingest } from '../../../src/ingest/ingest.ts';
import { nvd } from '../../../src/sources/nvd.ts';
import { Cluster } from '../../support/clusters.ts';
import { contentOf } from '../../support/content.ts';
import { put } from '../../support/feeds.ts';
import type { Ledger } from './ledger.ts';

/**
 * A database that nothing breaks: what was acknowledged is loaded into it afresh, and the one of the drill must hold the same, row
 * by row.
 */
export class Reckoning {
  readonly #cluster: Cluster;
  readonly #db: Database;
  readonly #folder = mkdtempSync(join(tmpdir(), 'openthreat-reckoning-'));
  #loaded = 0;

  private constructor(cluster: Cluster, db: Database) {
    this.#cluster = cluster;
    this.#db = db;
  }

  static async begin(): Promise<Reckoning> {
    const cluster = await Cluster.primary();
    const db = await openDatabase(loadConfig({ DATABASE_URL: cluster.url() }));
    await upgrade(db);
    return new Reckoning(cluster, db);
  }

  /** Loads a document that was acknowledged. */
  async load(name: string, body: string): Promise<void> {
    const inputs = [put(this.#folder, `${name}.json`, body)];
    const options = { inputs, label: 'drill', format: nvd, dryRun: false, now: () => new Date() };
    const { failures } = await ingest(this.#db, options);
    if (failures.length > 0) throw new Error(failures[0]?.reason);
  }

  /** @returns what is missing or wrong in `db`, in words; nothing when all is as it should be */
  async differences(db: Database, { documents }: Ledger): Promise<string[]> {
    for (const { version, body } of documents.slice(this.#loaded)) await this.load(String(version), body);
    this.#loaded = documents.length;
    const ids = documents.flatMap((one) => one.ids);
    const { rows } = await db.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM vulnerabilities WHERE cve_id = ANY($1::text[])',
      [ids],
    );
    const missing = ids.length - (rows[0]?.n ?? 0);
    const [should, is] = await Promise.all([contentOf(this.#db), contentOf(db)]);
    const tables = Object.keys(should).filter((table) => should[table] !== is[table]);
    return [
      ...(missing === 0 ? [] : [`${missing} acknowledged CVEs are missing`]),
      ...tables.map((table) => `${table}: ${is[table]}, and should be ${should[table]}`),
    ];
  }

  /** Ends its server, whatever is open there. */
  destroy(): void {
    this.#db.close().catch(() => {});
    this.#cluster.destroy();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
