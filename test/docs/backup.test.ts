import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/open.ts';
import { dataFolder } from '../support/database.ts';
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

describe('backup and restore as the handbook has them', () => {
  test.runIf(serverUrl && hasDump).each([
    ['plain', 'pg_dump "$FROM" > backup.sql', 'psql --single-transaction --set=ON_ERROR_STOP=1 "$TO" < backup.sql'],
    [
      'custom format',
      'pg_dump --format=custom "$FROM" > backup.dump',
      'pg_restore --no-owner --exit-on-error --jobs=4 --dbname="$TO" backup.dump',
    ],
  ])(
    'a server, %s',
    async (_, backup, restore) => {
      const workplace = new Workplace();
      const [from, to] = [uniqueName(), uniqueName()];
      const [FROM, TO] = [databaseUrl(serverUrl ?? '', from), databaseUrl(serverUrl ?? '', to)];
      await onServer(serverUrl ?? '', `CREATE DATABASE ${from}`);
      await onServer(serverUrl ?? '', `CREATE DATABASE ${to}`);
      try {
        expect(await workplace.run('openthreat up --no-sync', { DATABASE_URL: FROM })).toMatchObject({ code: 0 });
        expect(await workplace.run(backup, { FROM })).toMatchObject({ code: 0 });
        expect(await workplace.run(restore, { TO })).toMatchObject({ code: 0 });
        expect(await said({ DATABASE_URL: TO })).toEqual(await said({ DATABASE_URL: FROM }));
        expect(await workplace.run('openthreat db check', { DATABASE_URL: TO })).toMatchObject({ code: 0 });
        const rebuilt = await workplace.run('openthreat rebuild', { DATABASE_URL: TO });
        expect(rebuilt.said).toContain('nothing changed');
      } finally {
        for (const name of [from, to]) await onServer(serverUrl ?? '', `DROP DATABASE ${name} WITH (FORCE)`);
        workplace.remove();
      }
    },
    120_000,
  );

  test('the embedded database: its folder', async () => {
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
