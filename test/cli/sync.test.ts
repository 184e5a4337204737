import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { runs } from '../../src/db/runs.ts';
import { json, openthreat } from '../support/command.ts';
import { contentOf } from '../support/content.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { FakeNvd, kevRoute } from '../support/fake-upstream.ts';
import { startHttpServer, type TestHttpServer } from '../support/http-server.ts';
import { until, watched } from '../support/watching.ts';

interface Row {
  readonly id: string;
  readonly health: string;
  readonly attention: boolean;
  readonly records: number;
  readonly held: { readonly why: string } | null;
  readonly lastError: string | null;
}

const ids = Array.from({ length: 30 }, (_, n) => `CVE-2024-${1000 + n}`);
const old = { modified: '2025-10-01T00:00:00.000', now: '2025-11-01T00:00:00.000' };

describe.each(testDatabases())('openthreat sync on $name', (server) => {
  let test_: TestDatabase;
  let web: TestHttpServer;
  let nvd: FakeNvd;
  let env: Record<string, string>;
  let folder: string;
  beforeEach(async () => {
    test_ = await server.open();
    nvd = new FakeNvd();
    nvd.asOf = old.now;
    for (const id of ids) nvd.put(id, old.modified, { score: 5 });
    nvd.put('CVE-2025-1000', old.modified);
    nvd.makeFeeds();
    web = await startHttpServer({ ...nvd.routes(2026), ...kevRoute(ids, '2025-10-20') });
    env = { ...test_.env, OPENTHREAT_MIRROR: web.url, NVD_API_KEY: 'a-key-for-the-test' };
    // Downloads lie in the data folder, also when the database is elsewhere.
    folder = mkdtempSync(join(tmpdir(), 'openthreat-sync-'));
    env = { OPENTHREAT_DATA_DIR: folder, ...env };
  });
  afterEach(async () => {
    await web.close();
    rmSync(folder, { recursive: true, force: true });
    await test_.drop();
  });

  const source = async (id: string): Promise<Row | undefined> => {
    const { stdout } = await openthreat(env, ['sources', '--json']);
    return (JSON.parse(stdout) as Row[]).find((row) => row.id === id);
  };

  test('two sources, then nothing new; sources, verify and repair tell the truth', async () => {
    const first = await openthreat(env, ['sync', 'cisa_kev', 'nvd']);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/cisa_kev +\d+ +30 +30 +0 .* success\nnvd +\d+ +\d+ +31 /);
    expect(await json(env, ['sync', 'cisa_kev', 'nvd'])).toMatchObject({
      inserted: 0,
      updated: 0,
      sources: [
        { source: 'cisa_kev', outcome: 'synced', fetched: 0 },
        { source: 'nvd', outcome: 'synced' },
      ],
    });
    expect(await source('nvd')).toMatchObject({ health: 'fresh', attention: false, records: 31 });
    expect((await openthreat(env, ['sources'])).code).toBe(0);
    expect((await openthreat(env, ['verify', 'cisa_kev', 'nvd'])).code).toBe(0);
    nvd.asOf = '2025-11-02T00:00:00.000';
    nvd.put('CVE-2024-1001', nvd.asOf, { score: 9 });
    const differs = await openthreat(env, ['verify', 'nvd', '--json']);
    expect(differs.code).toBe(exitCodes.source_malformed);
    expect(JSON.parse(differs.stdout)).toMatchObject({ sources: [{ older: 1, olderIds: ['CVE-2024-1001'] }] });
    expect(await json(env, ['repair', 'nvd'])).toMatchObject({ updated: 1 });
    expect((await openthreat(env, ['verify', 'nvd'])).code).toBe(0);
    const show = await openthreat(env, ['sources', 'show', 'nvd']);
    expect(show.stdout).toMatch(/health +fresh\n.*last success/);
  });

  test('a dry run writes nothing', async () => {
    expect(await json(env, ['sync', 'cisa_kev', '--dry-run'])).toMatchObject({ inserted: 30 });
    expect(await source('cisa_kev')).toMatchObject({ health: 'never', records: 0 });
  });

  test('one source that fails does not stop the others; monitoring is told in time', async () => {
    web.fault({ kind: 'status', status: 403, match: 'known_exploited' });
    const { code, stderr } = await openthreat(env, ['sync', 'cisa_kev', 'nvd']);
    expect(code).toBe(exitCodes.source_unreachable);
    expect(stderr).toMatch(/^cisa_kev: .*www\.cisa\.gov.*403/m);
    expect(await source('nvd')).toMatchObject({ health: 'fresh' });
    expect(await source('cisa_kev')).toMatchObject({
      health: 'failing',
      attention: false,
      lastError: expect.stringMatching(/403/),
    });
    expect((await openthreat(env, ['sources'])).code).toBe(0);
    await test_.database.query(
      `UPDATE source_state SET last_success_at = now() - interval '3 days' WHERE source = 'nvd'`,
    );
    expect(await source('nvd')).toMatchObject({ health: 'stale', attention: true });
    expect((await openthreat(env, ['sources'])).code).toBe(exitCodes.source_unreachable);
  });

  test('when nothing can be reached, it says which hosts', async () => {
    await web.close();
    const { code, stderr } = await openthreat(env, ['sync', 'cisa_kev']);
    expect(code).toBe(exitCodes.source_unreachable);
    expect(stderr).toMatch(/nothing could be reached.*www\.cisa\.gov.*HTTPS_PROXY or OPENTHREAT_MIRROR/);
  });

  test('a catalogue that shrank is held back, shown, and let through', async () => {
    await json(env, ['sync', 'cisa_kev']);
    const [route] = Object.entries(kevRoute(ids.slice(0, 12), '2025-10-21'));
    if (route) web.set(...route);
    const held = await openthreat(env, ['sync', 'cisa_kev']);
    expect(held.code).toBe(exitCodes.source_malformed);
    expect(held.stderr).toMatch(/kept the old catalogue: 30 entries became 12/);
    expect(await source('cisa_kev')).toMatchObject({ health: 'held', attention: true, records: 30 });
    const list = await openthreat(env, ['sources']);
    expect(list.code).toBe(exitCodes.source_malformed);
    expect(list.stdout).toMatch(/cisa_kev: kept the old catalogue: 30 entries became 12, since \d{4}-/);
    expect(await json(env, ['sync', 'cisa_kev', '--force'])).toMatchObject({ withdrawn: 18 });
    expect(await source('cisa_kev')).toMatchObject({ health: 'fresh', records: 12, held: null });
  });

  test('sources remove takes its state along: the next sync brings it back whole', async () => {
    await json(env, ['sync', 'cisa_kev', 'nvd']);
    expect(await json(env, ['sources', 'remove', 'cisa_kev'])).toEqual({ source: 'cisa_kev', removed: 30 });
    expect(await source('cisa_kev')).toMatchObject({ health: 'never', records: 0 });
    expect(await json(env, ['sync', 'cisa_kev'])).toMatchObject({ inserted: 30 });
  });

  // The same whatever the database is.
  test.runIf(server.name === 'embedded')('sources that are unknown, switched off or come with another', async () => {
    const cases: [string[], Record<string, string>, number, RegExp][] = [
      [['sync', 'cisa_kve'], {}, exitCodes.not_found, /did you mean cisa_kev\?/],
      [['verify', 'nvdd'], {}, exitCodes.not_found, /did you mean nvd\?/],
      [['sync', 'cisa_adp'], {}, exitCodes.not_found, /cisa_adp comes with cve_list/],
      [['sync', 'nvd', '--since', 'soon'], {}, exitCodes.invalid_input, /a day such as/],
    ];
    for (const [args, more, wanted, said] of cases) {
      const { code, stderr } = await openthreat({ ...env, ...more }, args);
      expect([code, stderr]).toEqual([wanted, expect.stringMatching(said)]);
    }
    const off = { ...env, OPENTHREAT_SCHEDULES: 'nvd=off' };
    const rows = JSON.parse((await openthreat(off, ['sources', '--json'])).stdout) as Row[];
    expect(rows.find((r) => r.id === 'nvd')).toMatchObject({ health: 'off', attention: false });
  });

  const asksApi = () => web.requests.some((request) => request.path.includes('services.nvd'));

  test.each(['SIGKILL', 'SIGINT'] as const)(
    '%s in the middle: nothing is lost, and the next sync goes on',
    async (signal) => {
      web.fault({ kind: 'hang', match: 'services.nvd' });
      await test_.leave(); // the command is to have the database to itself
      const { command, db: other } = await watched(env, ['sync', 'nvd']);
      try {
        await until('the request that nobody answers', () => asksApi() || null);
        web.heal();
        const ended = await command.end(signal);
        expect(ended).toMatchObject(signal === 'SIGKILL' ? { signal } : { code: exitCodes.interrupted });
        const { rows } = await other.query(
          `SELECT state ->> 'modified' AS modified FROM source_state WHERE source = 'nvd'`,
        );
        expect(rows).toEqual([{ modified: null }]);
        nvd.put('CVE-2025-1001', '2025-10-31T20:00:00.000');
        expect(await json(env, ['sync', 'nvd'])).toMatchObject({ inserted: 1, sources: [{ outcome: 'synced' }] });
        expect(await runs(other, 5, 'nvd')).toMatchObject([{ status: 'success' }, { status: 'failed' }]);
        const content = await contentOf(other);
        expect(await json(env, ['repair', 'nvd'])).toMatchObject({ inserted: 0, updated: 0 });
        expect(await contentOf(other)).toEqual(content);
      } finally {
        await other.close();
      }
    },
  );

  test('two at once: the second one says who is at it', async () => {
    web.fault({ kind: 'hang', match: 'services.nvd' });
    await test_.leave();
    const { command, db: other } = await watched(env, ['sync', 'nvd']);
    try {
      await until('the request that nobody answers', () => asksApi() || null);
      web.heal();
      const second = await openthreat(env, ['sync', 'nvd']);
      expect(second.code).toBe(exitCodes.locked);
      expect(second.stderr).toMatch(new RegExp(`nvd is being synced by process ${command.child.pid} on `));
      await command.end('SIGKILL');
      expect(await json(env, ['sync', 'nvd'])).toMatchObject({ sources: [{ outcome: 'synced' }] });
    } finally {
      await other.close();
    }
  });
});
