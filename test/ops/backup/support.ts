import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, transaction } from '../../../src/db/database.ts';
import type { AtOneMoment } from '../../../src/db/snapshot.ts';
import { type BackupOptions, backUp } from '../../../src/ops/backup/backup.ts';
import type { Sum } from '../../../src/ops/backup/content.ts';
import type { Keys } from '../../../src/ops/backup/encryption.ts';
import { describe, sumsOf } from '../../../src/ops/backup/export.ts';
import { type Restored, type RestoreOptions, restoreArchive } from '../../../src/ops/backup/restore.ts';
import { families } from '../../../src/ops/backup/tables.ts';
import type { TestDatabase } from '../../support/database.ts';
import { loadWell } from '../../support/loading.ts';

export const at = new Date('2026-06-01T12:00:00.000Z');
const fixtures = join(import.meta.dirname, '..', '..', 'fixtures');
const input = (...path: string[]) => join(fixtures, path[0] ?? '', 'input', ...path.slice(1));

/** Some of everything: vulnerabilities of several sources, scores, indicators, reference catalogues, a rejected record. */
export async function fill(db: Database): Promise<void> {
  await loadWell(db, [input('nvd', 'everything.json'), input('kev', 'catalogue.json'), input('epss', 'day.csv')]);
  await loadWell(db, [input('cwe', 'catalogue.xml'), input('attack', 'enterprise.stix21.json')]);
  await loadWell(db, [input('feodo_tracker', 'ipblocklist.csv')]);
  // What JSON, text and numbers may hold: quotes, breaks, controls, other scripts, JSON's null beside SQL's.
  await db.query(
    `INSERT INTO rejected_records (run_id, source, document, place, reason, excerpt) VALUES (1, 'x', $1, '', 'tab\tand "quote"', $2)`,
    ['zeile\nzwei\\', '\u0001\u2028 漢字 😀'],
  );
  await db.query(
    `INSERT INTO ingestion_runs (source, status, error_details, config, duration_seconds)
     VALUES ('x', 'failed', 'null', '{"a": [1.10, 1e400, "\\\\u0000"]}', 0.1)`,
  );
}

/** The sums of all tables now. */
export async function sumsNow(db: Database): Promise<readonly Sum[]> {
  return transaction(db, async (tx) => {
    const head = await describe(tx, { kind: db.kind, program: 'test', families, now: at });
    return (await sumsOf(tx, head)).list;
  });
}

/** What is beside the tables: nothing, when a restore cleaned up after itself. */
export async function leftovers(db: Database): Promise<string[]> {
  const { rows } = await db.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE 'openthreat_restore%'`,
  );
  return rows.map(({ name }) => name);
}

/** A folder that goes away with the test. */
export function folder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'openthreat-backup-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** One moment of a database that nobody else writes to. */
export function alone(database: Database): AtOneMoment {
  return async (work) => transaction(database, work);
}

/** Backs a database up that nobody else writes to: without a copy of the embedded one, which takes a second. */
export async function backUpTo({ database }: TestDatabase, file: string, options: Partial<BackupOptions> = {}) {
  const about = { file, encryption: null, only: null, program: 'test', now: at, ...options };
  return backUp(database.kind, alone(database), about);
}

export const quietly: RestoreOptions = { replace: false, now: () => at, say: () => {}, connections: 10 };

export async function restoreFrom(
  db: TestDatabase,
  file: string,
  keys: Keys = {},
  options: Partial<RestoreOptions> = {},
): Promise<Restored> {
  return restoreArchive(async () => db.database, file, keys, { ...quietly, ...options });
}
