import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { json, openthreat } from '../support/command.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-ioc-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Checked {
  readonly lines: number;
  readonly known: number;
  readonly findings: readonly {
    readonly typed: string;
    readonly lines: number;
    readonly firstLine: number;
    readonly matches: readonly { readonly way: string; readonly indicator: { readonly value: string } }[];
  }[];
}

describe.each(testDatabases())('openthreat ioc on $name', (server) => {
  let test_: TestDatabase;
  let env: Readonly<Record<string, string>>;
  beforeAll(async () => {
    test_ = await server.open();
    env = test_.env;
    const list = put(
      folder,
      'list.txt',
      '# bad ones\n45.61.3.4:8080\n45.62.0.0/16\nevil-shop[.]co[.]uk\nnot an indicator at all\n',
    );
    const csv = put(
      folder,
      'list.csv',
      'indicator,tags,description\nhttp://files-bad.net/a.exe,CVE-2021-44228,"dropper"\nevil-shop.co.uk,emotet,"seen"\n',
    );
    await json(env, ['ingest', list, 'my-list']);
    await json(env, ['ingest', csv, 'other-list']);
    const nvd = put(folder, 'nvd.json', nvdFeed([nvdRecord('CVE-2021-44228', { score: 10 })]));
    await json(env, ['ingest', nvd]);
  });
  afterAll(() => test_.drop());

  test('check tells known ones from unknown ones, and how they match', async () => {
    const { code, stdout, stderr } = await openthreat(env, [
      'ioc',
      'check',
      '45[.]61[.]3[.]4',
      'hxxps://www.evil-shop.co.uk/x',
      '45.62.9.9',
      'unknown-name.org',
      '10.0.0.1',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/45\[\.\]61\[\.\]3\[\.\]4 +exact +45\.61\.3\.4 +ip +active .*my-list/);
    expect(stdout).toMatch(/www\.evil-shop\.co\.uk\/x +registered domain +evil-shop\.co\.uk .*my-list, other-list/);
    expect(stdout).toMatch(/45\.62\.9\.9 +network +45\.62\.0\.0\/16/);
    expect(stdout).not.toContain('unknown-name.org');
    expect(stderr).toContain('10.0.0.1 is a private address');
    expect(stderr).toContain('3 known of 4 indicators');
  });

  test('a log comes from a file, packed or not, or from standard input', async () => {
    const log = Array.from(
      { length: 300 },
      (_, n) => `203.5.${n % 7}.9 - - [x] "GET /${n} HTTP/1.1" 200 ${n % 3 === 0 ? '45.61.3.4' : '-'}\n`,
    ).join('');
    const packed = put(folder, 'access.log.gz', gzipSync(log));
    const result = await json<Checked>(env, ['ioc', 'check', '--file', packed]);
    expect(result).toMatchObject({ lines: 300, known: 1 });
    expect(result.findings).toMatchObject([
      { typed: '45.61.3.4', lines: 100, firstLine: 1, matches: [{ way: 'exact', indicator: { value: '45.61.3.4' } }] },
    ]);
    for (const args of [[], ['-']]) {
      const { stdout, stderr } = await openthreat(env, ['ioc', 'check', ...args], log);
      expect(stdout).toMatch(/1 +100 +45\.61\.3\.4/);
      expect(stderr).toContain('1 known of 8 indicators in 300 lines');
    }
  });

  test('scripts are told by the exit code when they ask for it', async () => {
    const check = async (...args: string[]) => (await openthreat(env, ['ioc', 'check', ...args])).code;
    expect(await check('45.61.3.4', '--fail')).toBe(20);
    expect(await check('45.61.3.5', '--fail')).toBe(0);
    expect(await check('--file', join(folder, 'nowhere.log'))).toBe(3);
    expect(await check('45.61.3.4', '--file', join(folder, 'list.txt'))).toBe(2);
  });

  test('show tells who says what, and what it has to do with', async () => {
    const { stdout } = await openthreat(env, ['ioc', 'show', 'evil-shop[.]co[.]uk']);
    expect(stdout).toMatch(/^evil-shop\.co\.uk/);
    expect(stdout).toContain('ACTIVE');
    expect(stdout).toMatch(/my-list\n.*other-list/s);
    expect(await json(env, ['ioc', 'show', 'http://files-bad.net/a.exe'])).toMatchObject({
      type: 'url',
      cves: ['CVE-2021-44228'],
      reports: [{ source: 'other-list' }],
    });
    const unknown = await openthreat(env, ['ioc', 'show', 'unknown-name.org']);
    expect(unknown.code).toBe(3);
    expect(unknown.stderr).toContain('No source that is loaded reports unknown-name.org');
    expect((await openthreat(env, ['ioc', 'show', '127.0.0.1'])).code).toBe(2);
  });

  test('a CVE shows the indicators that name it', async () => {
    const { stdout } = await openthreat(env, ['show', 'CVE-2021-44228']);
    expect(stdout).toMatch(/Indicators that name it\n {2}http:\/\/files-bad\.net\/a\.exe/);
    expect(await json(env, ['show', 'CVE-2021-44228'])).toMatchObject({
      indicators: { total: { value: 1, exact: true }, indicators: [{ value: 'http://files-bad.net/a.exe' }] },
    });
  });

  test('search lists them', async () => {
    const { stdout } = await openthreat(env, ['ioc', 'search', 'EVIL-shop[.]co']);
    expect(stdout).toMatch(/^indicator +type +status/);
    expect(stdout).toContain('evil-shop.co.uk');
    expect(await json(env, ['ioc', 'search', '--type', 'ip'])).toMatchObject({
      hits: [{ value: '45.61.3.4' }, { value: '45.62.0.0/16' }],
      total: { value: 2, exact: true },
    });
    expect((await openthreat(env, ['ioc', 'search', '--tag', 'cve-2021-44228'])).stdout).toContain('files-bad.net');
    expect((await openthreat(env, ['ioc', 'search', 'no-such-thing'])).stderr).toContain('Nothing found.');
  });
});
