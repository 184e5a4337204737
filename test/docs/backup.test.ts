import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { checkDrift } from '../../src/db/migrate/drift.ts';
import { openDatabase } from '../../src/db/open.ts';
import { rebuild } from '../../src/ingest/rebuild.ts';
import { dataFolder, expectedSchema } from '../support/database.ts';
import { databaseUrl, onServer, uniqueName } from '../support/server.ts';
import { Workplace } from './workplace.ts';

const { serverUrl } = inject('databases');

/** Whether PostgreSQL's own programs are here: old ones refuse a newer server, so tests need them beside a server only. */
const hasDump = (() => {
  try {
    execFileSync('pg_dump', ['--version']);
    return true;
  } catch {
    return false;
  }
})();

const digest = `SELECT count(*) || md5(string_agg(md5(v::text), '' ORDER BY cve_id)) AS said FROM vulnerabilities v`;

async function said(env: Record<string, string>): Promise<unknown> {
  const database = await openDatabase(loadConfig(env));
  try {
    return (await database.query(digest)).rows;
  } finally {
    await database.close();
  }
}

/** The schema is whole, and everything follows from the records. */
async function expectSound(env: Record<string, string>): Promise<void> {
  const database = await openDatabase(loadConfig(env));
  try {
    expect(await checkDrift(database, expectedSchema())).toEqual([]);
    const rebuilt = await rebuild(database, () => new Date(), new AbortController().signal);
    expect(rebuilt).toMatchObject({ inserted: 0, updated: 0, deleted: 0 });
  } finally {
    await database.close();
  }
}

describe.runIf(serverUrl && hasDump)('backup and restore of a server as the handbook has them', () => {
  const url = serverUrl ?? '';
  const from = uniqueName();
  const FROM = databaseUrl(url, from);
  let workplace: Workplace;
  beforeAll(async () => {
    workplace = new Workplace();
    await onServer(url, `CREATE DATABASE ${from}`);
    expect(await workplace.run('openthreat up --no-sync', { DATABASE_URL: FROM })).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await onServer(url, `DROP DATABASE ${from} WITH (FORCE)`);
    workplace.remove();
  });

  test.each([
    ['plain', 'pg_dump "$FROM" > backup.sql', 'psql --single-transaction --set=ON_ERROR_STOP=1 "$TO" < backup.sql'],
    [
      'custom format',
      'pg_dump --format=custom "$FROM" > backup.dump',
      'pg_restore --no-owner --exit-on-error --jobs=4 --dbname="$TO" backup.dump',
    ],
  ])(
    '%s',
    async (_, backup, restore) => {
      const to = uniqueName();
      const TO = databaseUrl(url, to);
      await onServer(url, `CREATE DATABASE ${to}`);
      try {
        expect(await workplace.run(backup, { FROM })).toMatchObject({ code: 0 });
        expect(await workplace.run(restore, { TO })).toMatchObject({ code: 0 });
        expect(await said({ DATABASE_URL: TO })).toEqual(await said({ DATABASE_URL: FROM }));
        await expectSound({ DATABASE_URL: TO });
      } finally {
        await onServer(url, `DROP DATABASE ${to} WITH (FORCE)`);
      }
    },
    120_000,
  );
});

describe('backup and restore of the embedded database as the handbook has them', () => {
  test('its folder', async () => {
    const workplace = new Workplace();
    const folder = dataFolder();
    const restored = mkdtempSync(join(tmpdir(), 'openthreat-restored-'));
    try {
      expect(await workplace.run('openthreat up --no-sync', { OPENTHREAT_DATA_DIR: folder })).toMatchObject({
        code: 0,
      });
      cpSync(join(folder, 'pgdata'), join(restored, 'pgdata'), { recursive: true });
      expect(await said({ OPENTHREAT_DATA_DIR: restored })).toEqual(await said({ OPENTHREAT_DATA_DIR: folder }));
    } finally {
      for (const path of [folder, restored]) rmSync(path, { recursive: true, force: true });
      workplace.remove();
    }
  }, 120_000);
});
