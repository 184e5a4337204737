import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { type Database, transaction } from '../../../src/db/database.ts';
import { differing, type Sum } from '../../../src/ops/backup/content.ts';
import { describe, sumsOf } from '../../../src/ops/backup/export.ts';
import { families } from '../../../src/ops/backup/tables.ts';
import { Cluster } from '../../support/clusters.ts';
import { json, main } from '../../support/command.ts';
import { ApiServer } from './processes.ts';
import { on } from './stage.ts';
import type { Step } from './steps.ts';

const run = promisify(execFile);

/** The system lets no file of the backup's process grow beyond a few kilobytes, as if the disk were full. */
export const diskFull: Step = {
  name: 'the disk is full during a backup',
  leftOut: () => (process.platform === 'win32' ? 'there is no limit of file sizes here' : null),
  play: async ({ env, folder }) => {
    const backups = join(folder, 'backups');
    const good = join(backups, 'good.otb');
    await mkdir(backups, { recursive: true });
    await json(env, ['backup', 'create', good]);
    const before = readdirSync(backups);
    const limited = ['-c', 'ulimit -f 4; exec "$0" "$@"', process.execPath, main];
    const failed = await run('sh', [...limited, 'backup', 'create', join(backups, 'bad.otb')], {
      env: { ...process.env, ...env },
    }).then(
      () => null,
      (error: { code?: unknown; stderr?: unknown }) => error,
    );
    if (failed?.code !== 8) throw new Error(`it ended with ${failed?.code ?? 0}: ${failed?.stderr ?? 'no error'}`);
    if (!isDeepStrictEqual(readdirSync(backups), before)) throw new Error(`it left ${readdirSync(backups).join(', ')}`);
    await json(env, ['backup', 'verify', good]);
    return String(failed.stderr).trim().split('\n').at(-1)?.replaceAll(`${backups}/`, '') ?? null;
  },
};

/** Nobody writes meanwhile: so the new cluster must hold what the old one does, table by table. */
export const restored: Step = {
  name: 'a restore on a new cluster',
  play: async (stage) => {
    const { env, folder, writer, ledger, reckoning } = stage;
    await writer.pause();
    const file = join(folder, 'week.otb');
    const { tables } = await json<{ tables: Sum[] }>(env, ['backup', 'create', file]);
    const cluster = await Cluster.primary();
    try {
      const there = { ...env, DATABASE_URL: cluster.url('restored'), DATABASE_REPLICA_URLS: '', REDIS_URL: '' };
      await json(there, ['restore', file]);
      await on(cluster.url('restored'), async (db) => {
        const lost = [
          ...(await reckoning.differences(db, ledger)),
          ...differing(tables, await sumsIn(db)).filter((one) => !isChanged(one)),
        ];
        if (lost.length > 0) throw new Error(lost.join('; '));
      });
      const server = await ApiServer.start('restored', there);
      const ended = await server.end('SIGTERM');
      if (ended?.code !== 0) throw new Error(`the server on it ended with ${ended?.code}: ${ended?.stderr}`);
    } finally {
      cluster.destroy();
      writer.go();
    }
    return `${tables.reduce((sum, one) => sum + one.rows, 0)} rows of ${tables.length} tables`;
  },
};

/** A restore has its entry in the audit log, and marks runs as failed that were not over. */
const isChanged = (table: string) => table === 'audit_log' || table === 'ingestion_runs';

async function sumsIn(db: Database): Promise<readonly Sum[]> {
  return transaction(db, async (tx) => {
    const head = await describe(tx, { kind: db.kind, program: 'drill', families, now: new Date() });
    return (await sumsOf(tx, head)).list;
  });
}
