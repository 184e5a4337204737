import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transaction } from '../../src/db/database.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';

describe.each(testDatabases())('values on $name', (server) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await server.open();
  });
  afterAll(() => db.drop());

  test('counts are numbers, times are ISO 8601 in UTC, dates are days, JSON is parsed', async () => {
    const { rows } = await db.database.query(
      `SELECT count(*) AS n, '2021-12-10T11:15:09.143+01'::timestamptz AS at, '2024-02-29'::date AS day, '{"a":[1]}'::jsonb AS json,
              1.5::numeric AS numeric, ARRAY['2021-12-10 00:00+00'::timestamptz, NULL] AS times, ARRAY[1, 2]::bigint[] AS ids, NULL::date AS nothing`,
    );
    expect(rows).toEqual([
      {
        n: 1,
        at: '2021-12-10T10:15:09.143Z',
        day: '2024-02-29',
        json: { a: [1] },
        numeric: 1.5,
        times: ['2021-12-10T00:00:00.000Z', null],
        ids: [1, 2],
        nothing: null,
      },
    ]);
  });

  test('a transaction is committed whole', async () => {
    await transaction(db.database, (tx) => tx.query(`INSERT INTO search_terms VALUES ('committed', 1)`));
    const { rows } = await db.database.query(`SELECT documents FROM search_terms WHERE term = 'committed'`);
    expect(rows).toEqual([{ documents: 1 }]);
  });

  test('a transaction that fails leaves nothing, and the database works on', async () => {
    const failing = transaction(db.database, async (tx) => {
      await tx.query(`INSERT INTO search_terms VALUES ('lost', 1)`);
      await tx.query('SELECT no_such_column');
    });
    await expect(failing).rejects.toMatchObject({ code: 'database_refused', context: { sqlState: '42703' } });
    const { rows } = await db.database.query(`SELECT count(*) AS n FROM search_terms WHERE term = 'lost'`);
    expect(rows).toEqual([{ n: 0 }]);
  });
});
