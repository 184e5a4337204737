import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { testApi } from '../support/api.ts';
import { openthreat } from '../support/command.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { load } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-api-sources-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(testDatabases())('sources and runs over HTTP on $name', ({ open }) => {
  let database: TestDatabase;
  let app: App;
  beforeAll(async () => {
    database = await open();
    const db = database.database;
    const broken = [{ cve: { id: 'CVE-24-1' } }, { cve: {} }];
    await load(db, [put(folder, 'kev.json', kevCatalogue([kevEntry('CVE-2024-0001')]))], '2024-05-01T00:00:00.000Z');
    await load(
      db,
      [put(folder, 'nvd.json', nvdFeed([nvdRecord('CVE-2024-0001'), ...broken]))],
      '2024-05-30T12:00:00.000Z',
    );
    await db.query(
      `UPDATE source_state SET last_attempt_at = '2024-06-01T11:00:00Z', failing_since = '2024-06-01T11:00:00Z', failures = 2,
         last_error = 'It was refused.', held = $1, next_run_at = '2024-06-01T13:00:00Z' WHERE source = 'nvd'`,
      [
        {
          since: '2024-06-01T11:00:00.000Z',
          why: 'It shrank.',
          document: 'https://feeds.example/x',
          file: '/secret/x',
        },
      ],
    );
    app = await testApi(db);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const ask = async (path: string) => {
    const answer = await app.inject(`/api/v1${path}`);
    return { status: answer.statusCode, body: answer.json(), text: answer.body };
  };

  test('every source, as the command lists them', async () => {
    const { body } = await ask('/sources');
    const { stdout } = await openthreat(database.env, ['sources', '--json']);
    expect(body.items.map((s: { id: string }) => s.id)).toEqual(JSON.parse(stdout).map((s: { id: string }) => s.id));
    expect(body.total).toBe(body.items.length);
  });

  test('how one fares; where the server keeps things is not told', async () => {
    const { body, text } = await ask('/sources/nvd');
    expect(body).toMatchObject({
      id: 'nvd',
      title: 'National Vulnerability Database',
      records: 1,
      health: 'held',
      attention: true,
      age_hours: 48,
      last_success_at: '2024-05-30T12:00:00.000Z',
      next_run_at: '2024-06-01T13:00:00.000Z',
      failures: 2,
      last_error: 'It was refused.',
      held: { since: '2024-06-01T11:00:00.000Z', why: 'It shrank.', document: 'https://feeds.example/x' },
      syncing: false,
    });
    expect(text).not.toContain('secret');
    expect((await ask('/sources/cisa_kev')).body).toMatchObject({ health: 'files', records: 1, held: null });
  });

  test('an unknown source: the nearest one is named', async () => {
    const { status, body } = await ask('/sources/ndv');
    expect([status, body.detail]).toEqual([404, 'There is no source "ndv": did you mean nvd?']);
  });

  test('the runs, newest first, by source and state', async () => {
    const { body } = await ask('/runs');
    expect(body).toMatchObject({
      total: 2,
      items: [
        {
          source: 'nvd',
          status: 'success',
          records_fetched: 3,
          records_inserted: 1,
          records_failed: 2,
          started_at: '2024-05-30T12:00:00.000Z',
          error_message: null,
        },
        { source: 'cisa_kev', records_inserted: 1 },
      ],
    });
    expect((await ask('/runs?source=cisa_kev')).body.total).toBe(1);
    expect((await ask('/runs?status=failed')).body).toMatchObject({ total: 0, items: [], total_pages: 0 });
    expect((await ask('/runs?page=2&page_size=1')).body.items).toMatchObject([{ source: 'cisa_kev' }]);
    expect((await ask(`/runs/${body.items[0].id}`)).body).toEqual(body.items[0]);
  });

  test('what a run could not use, with place and reason', async () => {
    const [run] = (await ask('/runs?source=nvd')).body.items;
    const { body } = await ask(`/runs/${run.id}/rejected?page_size=1`);
    expect(body).toMatchObject({ total: 2, total_pages: 2, items: [{ run_id: run.id, source: 'nvd' }] });
    expect(body.items[0].reason).toContain('CVE-24-1');
    const second = await ask(`/runs/${run.id}/rejected?page_size=1&page=2`);
    expect(second.body.items[0].place).not.toBe(body.items[0].place);
  });

  test('a run that there is not', async () => {
    expect((await ask('/runs/999')).body).toMatchObject({ status: 404, detail: 'There is no run 999.' });
    expect((await ask('/runs/999/rejected')).status).toBe(404);
    expect((await ask('/runs/x')).body).toMatchObject({ status: 400, errors: [{ parameter: 'id' }] });
    expect((await ask('/runs?status=broken')).status).toBe(400);
  });
});
