import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openthreat } from '../support/command.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

const [server] = testDatabases();

describe('openthreat export', () => {
  let folder: string;
  let database: TestDatabase;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openthreat-export-cli-'));
    if (!server) throw new Error('the embedded database is always there');
    database = await server.open();
    const records = [
      nvdRecord('CVE-2024-0001', { score: 9.8 }),
      nvdRecord('CVE-2024-0002', { description: 'microsoft' }),
    ];
    await loadWell(database.database, [put(folder, 'nvd.json', nvdFeed(records))]);
  });
  afterAll(async () => {
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('writes to standard output, and says what a word was taken for', async () => {
    const { code, stdout, stderr } = await openthreat(database.env, ['export', 'micorsoft', '--format', 'ndjson']);
    expect([code, stderr]).toEqual([0, 'Took "micorsoft" for "microsoft".\n']);
    expect(JSON.parse(stdout)).toMatchObject({ cve_id: 'CVE-2024-0002' });
  });

  test('writes a file that takes its name, and the place of an older one, when it is whole', async () => {
    const out = join(folder, 'out');
    mkdirSync(out);
    const file = join(out, 'cves.csv');
    writeFileSync(file, 'older');
    const { code, stdout, stderr } = await openthreat(database.env, ['export', 'severity:critical', '--output', file]);
    expect([code, stdout, stderr]).toEqual([0, '', `1 CVE in ${file}\n`]);
    expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(3);
    expect(readdirSync(out)).toEqual(['cves.csv']);
  });

  test('what cannot be written is said, and nothing is left', async () => {
    const nowhere = await openthreat(database.env, ['export', '--output', join(folder, 'no', 'such', 'place.csv')]);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toMatch(/^openthreat: .*place\.csv could not be written: /);
    const isFolder = await openthreat(database.env, ['export', '--output', folder]);
    expect(isFolder.stderr).toBe(`openthreat: ${folder} is a folder: name a file in it.\n`);
    const unknown = await openthreat(database.env, ['export', 'nonsense:1', '--output', join(folder, 'x.csv')]);
    expect(unknown.code).not.toBe(0);
    expect(readdirSync(folder).filter((name) => name.startsWith('x'))).toEqual([]);
  });
});
