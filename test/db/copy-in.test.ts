import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { transaction } from '../../src/db/database.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';

const server = testDatabases().find(({ name }) => name === 'postgresql');

/** The embedded server takes no COPY. */
describe.skipIf(server === undefined)('COPY on postgresql', () => {
  const copy = 'COPY numbers FROM STDIN';
  let db: TestDatabase;
  beforeAll(async () => {
    db = (await server?.open()) ?? expect.fail('no server');
    await db.database.query('CREATE TABLE numbers (n integer PRIMARY KEY)');
  });
  afterAll(async () => db?.drop());

  const stored = async () => (await db.database.query('SELECT count(*)::int AS n FROM numbers')).rows;
  const copied = async (sql: string, rows: AsyncIterable<Buffer>) =>
    transaction(db.database, async (tx) => tx.copyIn(sql, rows));

  async function* numbers(from: number, to: number, failure?: Error): AsyncGenerator<Buffer> {
    for (let n = from; n < to; n += 10_000) {
      yield Buffer.from(Array.from({ length: 10_000 }, (_, i) => `${n + i}\n`).join(''));
    }
    if (failure) throw failure;
  }

  test('rows are stored, and counted', async () => {
    expect(await copied(copy, numbers(0, 500_000))).toBe(500_000);
    expect(await stored()).toEqual([{ n: 500_000 }]);
  });

  test('of rows that stop coming, that the server refuses, or of a wrong statement nothing stays, and the connection does', async () => {
    await db.database.query('TRUNCATE numbers');
    const connection = await db.database.connect();
    const failing = [
      [copy, numbers(0, 100_000, new Error('the disk is gone')), 'the disk is gone'],
      ['COPY nothing FROM STDIN', numbers(0, 10_000), 'nothing'],
      ['COPY numbers FROM STDIN (FORMAT binary)', numbers(0, 1_000_000), 'COPY file signature not recognized'],
    ] as const;
    for (const [sql, rows, says] of failing) await expect(connection.copyIn(sql, rows)).rejects.toThrow(says);
    expect((await connection.query('SELECT count(*)::int AS n FROM numbers')).rows).toEqual([{ n: 0 }]);
    connection.release();
  });
});
