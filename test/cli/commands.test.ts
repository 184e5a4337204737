import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, openthreat } from '../support/command.ts';
import { writesOf } from '../support/content.ts';
import { dataFolder, type TestDatabase, testDatabases } from '../support/database.ts';
import {
  cve5Record,
  deduplicatedRecord,
  kevCatalogue,
  kevEntry,
  ndjson,
  nvdFeed,
  nvdRecord,
  put,
} from '../support/feeds.ts';
import { load } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const evil = 'a\u001b[31mred\u001b]0;title\u0007\u009b2J\u202eb\u0008c\rd';

/** Whatever the database is, these are the same: they are asked once. */
const onlyOnce = testDatabases()[0];

describe.each(testDatabases())('commands on $name', (server) => {
  const once = <Row>(rows: readonly Row[]): readonly Row[] => (server.name === onlyOnce?.name ? rows : []);
  let test_: TestDatabase;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    test_ = await server.open();
    env = test_.env;
    const files = [
      put(
        folder,
        'nvd.json',
        nvdFeed([
          nvdRecord('CVE-2021-44228', {
            score: 10,
            vendor: 'apache',
            product: 'log4j',
            description: 'Remote code in Log4j.',
          }),
          nvdRecord('CVE-2024-0002', { status: 'Rejected', description: 'Withdrawn.' }),
        ]),
      ),
      put(
        folder,
        'kev.json',
        kevCatalogue([kevEntry('CVE-2021-44228', { vendorProject: 'Apache', product: 'Log4j2' })]),
      ),
      put(
        folder,
        'evil.ndjson',
        ndjson([
          deduplicatedRecord('CVE-2024-0666', {
            title: evil,
            description: evil,
            vendors: [evil],
            products: [evil],
            source: evil,
            source_tags: [evil],
            references: [{ url: `https://example.org/${evil.replaceAll(/\s/g, '')}`, tags: [evil], name: evil }],
            cvss_vector: evil,
            published: evil,
          }),
          { cve_id: evil, title: evil },
        ]),
      ),
    ];
    await load(test_.database, files, '2024-06-01T00:00:00.000Z', { label: 'first' });
    const changed = put(
      folder,
      'changed.json',
      nvdFeed([
        nvdRecord('CVE-2021-44228', {
          score: 9,
          vendor: 'apache',
          product: 'log4j',
          modified: '2024-06-02T00:00:00.000',
        }),
      ]),
    );
    await load(test_.database, [changed], '2024-07-01T00:00:00.000Z');
  });
  afterAll(() => test_.drop());

  test.each([
    ['search', 'log4j'],
    ['search'],
    ['show', 'CVE-2021-44228'],
    ['show', 'cve-2021-44228', '--sources', '--history'],
    ['stats'],
    ['runs'],
    ['rejected'],
    ['sources'],
    ['sources', 'list'],
    ['rescore'],
    ['rebuild'],
    ['setup'],
    ['db', 'health'],
    ['db', 'sizes'],
    ['db', 'query', 'SELECT 1 AS one'],
  ])('%s %s %s %s prints JSON with --json', async (...args) => {
    const words = args.filter((a) => typeof a === 'string');
    const { code, stdout, stderr } = await openthreat(env, [...words, '--json']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(() => JSON.parse(stdout)).not.toThrow();
  });

  test.each(
    once<[number, readonly string[], RegExp]>([
      [2, ['show', 'log4j'], /"log4j" is not a CVE id/],
      [2, ['show', 'CVE-2021-44228', '--as-of', 'yesterday'], /is not a date/],
      [2, ['search', '--sort', 'luck'], /luck/],
      [2, ['search', '--limit', '0'], /whole number/],
      [2, ['search', '--severity', 'awful'], /--severity: takes critical, .*, not "awful"/],
      [2, ['search', '--nonsense'], /unknown option '--nonsense'/],
      [2, ['ingest', 'x.json', '--nonsense'], /unknown option/],
      [2, ['ingest', 'x.json', '--format', 'xml'], /There is no format "xml"/],
      [2, ['ingest'], /missing required argument/],
      [2, ['nonsense'], /unknown command/],
      [2, ['stats', 'extra'], /too many arguments/],
      [3, ['show', 'CVE-2024-9999'], /No source that is loaded speaks of CVE-2024-9999/],
      [3, ['show', 'CVE-2021-44228', '--as-of', '2020-01-01'], /was not known here on 2020-01-01/],
      [3, ['sources', 'remove', 'nobody'], /There is no source "nobody"/],
      [3, ['ingest', 'missing.json'], /missing\.json does not exist/],
    ]),
  )('ends with %i for %j', async (exit, args, message) => {
    const { code, stdout, stderr } = await openthreat(env, args);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/unexpected|\n\s+at /);
    expect(stdout).toBe('');
    expect(code).toBe(exit);
  });

  test('ends with 4 for a document that cannot be used, and says which', async () => {
    const path = put(folder, 'page.json', '<html>sorry</html>');
    const { code, stdout, stderr } = await openthreat(env, ['ingest', path, '--json']);
    expect(code).toBe(4);
    expect(stderr).toContain(`openthreat: ${path} holds HTML, not JSON`);
    expect(JSON.parse(stdout)).toMatchObject({ fetched: 0, failures: [{ document: path }] });
  });

  test('what a load did is one JSON object whose sums add up', async () => {
    const path = put(
      folder,
      'sums.ndjson',
      ndjson([deduplicatedRecord('CVE-2023-0001'), deduplicatedRecord('CVE-2023-0001'), { cve_id: 'none' }]),
    );
    const summary = await json(env, ['ingest', path, 'nightly']);
    const counts = { fetched: 3, inserted: 1, updated: 0, unchanged: 1, rejected: 1 };
    expect(summary).toMatchObject({
      ...counts,
      duration_seconds: expect.any(Number),
      runs: [{ source: 'deduplicated', status: 'success', ...counts }],
    });
    const [run] = await json<{ id: number }[]>(env, ['runs', '--limit', '1']);
    expect(run).toMatchObject({ label: 'nightly', source: 'deduplicated', ...counts });
    expect(await json(env, ['rejected', '--run', String(run?.id)])).toMatchObject([
      { document: path, place: 'line 3', reason: expect.stringMatching(/is not a CVE id/) },
    ]);
  });

  test('the standard input is read with -, and a label may follow', async () => {
    const line = ndjson([deduplicatedRecord('CVE-2023-0002')]);
    expect((await openthreat(env, ['ingest', '-', 'piped'], line)).code).toBe(0);
    expect(await json(env, ['show', 'CVE-2023-0002'])).toMatchObject({ cveId: 'CVE-2023-0002' });
    expect(await json(env, ['runs', '--limit', '1'])).toMatchObject([{ label: 'piped' }]);
  });

  test('a dry run writes nothing and foresees what a load does', async () => {
    const files = [
      put(
        folder,
        'dry.json',
        nvdFeed([
          nvdRecord('CVE-2021-44228', { modified: '2024-08-01T00:00:00.000' }),
          nvdRecord('CVE-2023-0100'),
          nvdRecord('CVE-2023-0100'),
          nvdRecord('CVE-2023-0100', { modified: '2024-08-01T00:00:00.000' }),
          nvdRecord('none'),
        ]),
      ),
      put(
        folder,
        'dry-cve.ndjson',
        ndjson([
          cve5Record('CVE-2023-0100', { updated: '2024-02-01T00:00:00.000Z', cisa: 'poc' }),
          cve5Record('CVE-2023-0100', { updated: '2024-02-02T00:00:00.000Z' }),
        ]),
      ),
      put(folder, 'dry-kev.json', kevCatalogue([kevEntry('CVE-2023-0100')], '2024-04-01')),
      put(
        folder,
        'dry-late.json',
        nvdFeed([
          nvdRecord('CVE-2024-0002', { modified: '2024-01-31T00:00:00.000', description: 'before it was rejected' }),
        ]),
      ),
    ];
    const before = [await writesOf(test_.database), await json(env, ['runs'])];
    const foreseen = await json<{ runs: object[] }>(env, ['ingest', ...files, '--dry-run']);
    expect([await writesOf(test_.database), await json(env, ['runs'])]).toEqual(before);
    const happened = await json<{ runs: object[] }>(env, ['ingest', ...files]);
    const counts = (list: readonly object[]) => list.map((r) => ({ ...r, id: null }));
    expect(counts(foreseen.runs)).toEqual(counts(happened.runs));
    expect(happened).toMatchObject({ inserted: 4, rejected: 1, withdrawn: 2 });
  });

  test('history and the past', async () => {
    const { history } = await json<{ history: { source: string }[] }>(env, ['show', 'CVE-2021-44228', '--history']);
    expect(history.at(-1)).toMatchObject({
      source: 'nvd',
      changedAt: '2024-07-01T00:00:00.000Z',
      changes: { cvssScore: { from: 10, to: 9 } },
    });
    const past = await openthreat(env, ['show', 'CVE-2021-44228', '--as-of', '2024-06-15']);
    expect(past.stdout).toMatch(/CRITICAL 10\.0/);
    expect((await openthreat(env, ['show', 'CVE-2021-44228', '--history'])).stdout).toMatch(/cvssScore: 10 → 9/);
  });

  test.each(
    once([
      ['show', 'CVE-2024-0666'],
      ['show', 'CVE-2024-0666', '--sources'],
      ['show', 'CVE-2024-0666', '--history'],
      ['search'],
      ['stats'],
      ['runs'],
      ['rejected'],
    ]),
  )('%s %s %s prints nothing that would drive a terminal', async (...args) => {
    const { code, stdout, stderr } = await openthreat(
      env,
      args.filter((a) => typeof a === 'string'),
    );
    expect(code).toBe(0);
    expect(stdout).not.toMatch(control);
    expect(stderr).not.toMatch(control);
  });

  test('neither does a load', async () => {
    const paths = [
      put(
        folder,
        'evil-again.ndjson',
        ndjson([
          deduplicatedRecord('CVE-2024-0667', {
            title: evil,
            published: evil,
            cvss_vector: evil,
            severity: evil,
            references: [evil],
          }),
          { cve_id: evil },
        ]),
      ),
      put(folder, 'evil.txt', 'x\u009b2J\u202e says nothing'),
      put(folder, 'evil.json', '{"cve_id":"CVE-2024-0668",\u009b2J\u202e'),
    ];
    const { stdout, stderr } = await openthreat(env, ['ingest', ...paths]);
    expect(stderr).toMatch(/evil\.txt is neither JSON nor CSV/);
    expect(stdout).not.toMatch(control);
    expect(stderr).not.toMatch(control);
  });
});

test('every command has help', async () => {
  const { code, stdout } = await openthreat({}, ['--help']);
  expect(code).toBe(0);
  const names = [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1] ?? '');
  expect(names).toContain('ingest');
  const helps = await Promise.all(names.map((name) => openthreat({}, [name, '--help'])));
  expect(helps.map((help) => help.code)).toEqual(names.map(() => 0));
});

test('a database that cannot be reached ends with 6 and one line', async () => {
  const { code, stdout, stderr } = await openthreat(
    { DATABASE_URL: 'postgresql://user:secret-word@127.0.0.1:1/none' },
    ['stats'],
  );
  expect(code).toBe(6);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toContain('secret-word');
});

test('a database without the schema ends with 7 and says what to run', async () => {
  const data = dataFolder();
  const env = { OPENTHREAT_DATA_DIR: data };
  expect((await openthreat(env, ['db', 'downgrade', 'base'])).code).toBe(0);
  const { code, stderr } = await openthreat(env, ['stats']);
  expect(code).toBe(7);
  expect(stderr).toMatch(/openthreat setup/);
  rmSync(data, { recursive: true, force: true });
});

test('npm start: ten urgent CVEs with their reasons, and the same once more', async () => {
  const data = dataFolder();
  const env = { OPENTHREAT_DATA_DIR: data };
  const first = await openthreat(env, ['up', '--no-sync']);
  expect(first.code).toBe(0);
  expect(first.stderr).toMatch(/loaded the bundled sample/);
  const urgent = first.stdout.match(/^CVE-\d{4}-\d+ .*exploited since \d{4}-\d\d-\d\d.*$/gm);
  expect(urgent).toHaveLength(10);
  expect(first.stdout).toMatch(/npx openthreat show CVE-/);
  const second = await openthreat(env, ['up', '--no-sync']);
  expect(second.stdout).toBe(first.stdout);
  expect(second.stderr).not.toMatch(/loaded/);
  const { removed } = await json<{ removed: number }>(env, ['sources', 'remove', 'sample']);
  expect(removed).toBeGreaterThan(50);
  expect(await json(env, ['stats'])).toMatchObject({ total: 0 });
  rmSync(data, { recursive: true, force: true });
});
