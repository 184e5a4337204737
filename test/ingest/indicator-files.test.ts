import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { rejectedRecords } from '../../src/db/runs.ts';
import { empty } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { put } from '../support/feeds.ts';
import { emptyIndicators } from '../support/indicators.ts';
import { countsOf, expectSums, load } from '../support/loading.ts';
import { tar } from './read/archives.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const may = (day: number) => `2026-05-${String(day).padStart(2, '0')}T12:00:00.000Z`;

describe.each(testDatabases())('files of indicators on $name', (server) => {
  let folder: string;
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openthreat-indicators-'));
    test_ = await server.open();
    db = test_.database;
  });
  afterAll(async () => {
    await test_.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await empty(db);
    await emptyIndicators(db);
  });

  const values = async (where = 'true') => {
    const { rows } = await db.query<{ value: string }>(`SELECT value FROM iocs WHERE ${where} ORDER BY value`);
    return rows.map((row) => row.value);
  };

  test.each([
    ['a list', 'indicator_list/input/mixed.txt', 'my-list', [11, 8, 0, 0, 3, 0]],
    ['a table', 'indicator_csv/input/table.csv', 'my-list', [3, 2, 0, 0, 1, 0]],
    ['a STIX bundle', 'stix/input/bundle-2.1.json', 'my-list', [15, 10, 0, 1, 4, 0]],
    ['an event of MISP', 'misp/input/event.json', 'my-list', [6, 6, 0, 0, 0, 0]],
    ['URLhaus', 'urlhaus/input/recent.csv', 'urlhaus', [4, 3, 0, 0, 1, 0]],
    ['ThreatFox', 'threatfox/input/recent.csv', 'threatfox', [4, 3, 0, 0, 1, 0]],
    ['MalwareBazaar', 'malware_bazaar/input/recent.csv', 'malware_bazaar', [5, 4, 0, 0, 1, 0]],
    ['Feodo Tracker', 'feodo_tracker/input/ipblocklist.json', 'feodo_tracker', [2, 2, 0, 0, 0, 0]],
    ['IPsum', 'ipsum/input/ipsum.txt', 'ipsum', [5, 3, 0, 0, 2, 0]],
  ])('%s is told by its content, and stored once', async (_, file, source, counts) => {
    const label = source === 'my-list' ? source : null;
    const result = await load(db, [fixture(file)], may(3), { label });
    expect(result.failures).toEqual([]);
    expect(countsOf(result, source)).toEqual(counts);
    await expectSums(db, result);
    expect(await values()).toHaveLength(counts[1] ?? 0);
    const [fetched = 0, , , , rejected = 0] = counts;
    const again = await load(db, [fixture(file)], may(3), { label });
    expect(countsOf(again, source)).toEqual([fetched, 0, 0, fetched - rejected, rejected, 0]);
  });

  test('lists packed in a tar archive, by family', async () => {
    const archive = put(
      folder,
      'lists.tar.gz',
      gzipSync(
        await tar([
          { name: 'malware/elf_mozi.txt', content: '# Mozi\nevil-host.top\n45.155.205.233:23\n' },
          { name: 'malware/mirai-1.txt', content: '45.155.205.233:81\n/bin.sh\n' },
          { name: 'README.md', content: 'These are lists of malware.\n' },
          { name: 'tables/c2.csv', content: '#ip,ioc\n45.155.205.234,C2\n' },
        ]),
      ),
    );
    const result = await load(db, [archive], may(3), { label: 'lists' });
    expect(result.failures).toEqual([
      { document: `${archive} › README.md`, reason: expect.stringMatching(/^is neither JSON nor CSV/) },
    ]);
    expect(await values()).toEqual(['45.155.205.233', '45.155.205.234', 'evil-host.top']);
    const { rows } = await db.query("SELECT tags, sources FROM iocs WHERE value = '45.155.205.233'");
    expect(rows).toEqual([{ tags: ['elf', 'mirai', 'mozi'], sources: ['lists'] }]);
    expect(await rejectedRecords(db, 5, null)).toMatchObject([
      { document: `${archive} › malware/mirai-1.txt`, place: 'line 2', reason: '"/bin.sh" is a path without a host' },
    ]);
  });

  test('a list of comments beside others is empty, and the paths in a list are counted', async () => {
    const paths = Array.from({ length: 30 }, (_, n) => `/gate${n}.php`).join('\n');
    const archive = put(
      folder,
      'paths.tar.gz',
      gzipSync(
        await tar([
          { name: 'malware/empty.txt', content: '# Nothing known of it\n' },
          { name: 'malware/paths.txt', content: `evil-host.top\nevil-host.top/gate.php\n${paths}\n/a b\n` },
        ]),
      ),
    );
    const result = await load(db, [archive], may(3), { label: 'lists' });
    expect(result.failures).toEqual([]);
    expect(countsOf(result, 'lists')).toEqual([33, 2, 0, 0, 31, 0]);
    expect([...(result.runs[0]?.notes.keys() ?? [])]).toEqual([
      `${archive} › malware/empty.txt holds nothing but comments`,
    ]);
    expect(await values()).toEqual(['evil-host.top', 'http://evil-host.top/gate.php']);
    const kept = await rejectedRecords(db, 100, null);
    expect(kept).toHaveLength(21);
    expect(kept[0]).toMatchObject({ place: '11 more', reason: '"…" is a path without a host', excerpt: '' });
  });

  test('when all lists are empty, each of them is told', async () => {
    const archive = put(folder, 'empty.tar.gz', gzipSync(await tar([{ name: 'a.txt', content: '# Nothing\n' }])));
    const result = await load(db, [archive], may(3), { label: 'lists' });
    expect(result.failures).toEqual([{ document: `${archive} › a.txt`, reason: 'holds nothing but comments' }]);
    expect(await values()).toEqual([]);
  });

  test('a whole list says what is not current any more, the list of the last days does not', async () => {
    const online = readFileSync(fixture('urlhaus_online/input/online.csv'), 'utf8');
    const two = `${online}"9000009","2026-05-02 11:00:00","http://evil-host.ru/x","online","2026-05-02 11:00:00","malware_download","","","someone"\n`;
    await load(db, [put(folder, 'two.csv', two)], may(2));
    expect(await values("status = 'active'")).toHaveLength(2);
    const later = online.replace('2026-05-02 10:20:30', '2026-05-03 10:20:30');
    const added = `${later}"9000010","2026-05-03 11:00:00","http://other-host.ru/y","online","2026-05-03 11:00:00","malware_download","","","someone"\n`;
    const foreseen = await load(db, [put(folder, 'added.csv', added)], may(3), { dryRun: true });
    expect(foreseen.runs[0]?.examples).toEqual({
      inserted: ['http://other-host.ru/y'],
      updated: [],
      withdrawn: ['http://evil-host.ru/x'],
    });
    expect(countsOf(await load(db, [put(folder, 'one.csv', later)], may(3)), 'urlhaus')[5]).toBe(1);
    expect(await values("status = 'inactive'")).toEqual(['http://evil-host.ru/x']);
    // An older list changes nothing.
    await load(db, [put(folder, 'two.csv', two)], may(4));
    expect(await values("status = 'active'")).toHaveLength(1);
    await load(db, [fixture('urlhaus/input/recent.csv')], may(4));
    expect(await values()).toHaveLength(4);
    expect(await values("status = 'inactive'")).toContain('https://files.evil-host.top/a%20b/Set,Up.exe');
  });

  test('prose, and a list without a name, are refused', async () => {
    const prose = put(folder, 'prose.txt', 'Too many requests. Try again later.\n');
    const list = put(folder, 'list.txt', 'evil-host.top\n');
    expect((await load(db, [prose, list], may(3))).failures).toEqual([
      { document: prose, reason: expect.stringMatching(/^is neither JSON nor CSV/) },
      { document: list, reason: expect.stringMatching(/name their source/) },
    ]);
    expect(await values()).toEqual([]);
  });
});
