import { connect } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestDatabase, testDatabases } from '../support/database.ts';

/** What several clients at once may expect of a server, the embedded one included, which has one session for all of them. */
describe.each(testDatabases())('clients of $name', (server) => {
  let db: TestDatabase;
  const open: pg.Client[] = [];

  beforeAll(async () => {
    db = await server.open();
    await db.database.query('CREATE TABLE notes (id int PRIMARY KEY, text text)');
  });
  afterAll(async () => {
    for (const client of open) await client.end().catch(() => {});
    await db.drop();
  });

  async function client(): Promise<pg.Client> {
    const made = new pg.Client(db.database.server);
    made.on('error', () => {});
    await made.connect();
    open.push(made);
    return made;
  }

  test('each of many gets its own answers', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, client));
    const answers = await Promise.all(
      Array.from({ length: 400 }, async (_, i) => {
        const { rows } = await (clients[i % 8] as pg.Client).query(
          'SELECT $1::int AS i, $2::text AS text, repeat($2, $1 % 50) AS long',
          [i, `t${i}`],
        );
        return rows[0];
      }),
    );
    expect(answers).toEqual(
      Array.from({ length: 400 }, (_, i) => ({ i, text: `t${i}`, long: `t${i}`.repeat(i % 50) })),
    );
  });

  test('a failing statement fails for its sender only', async () => {
    const [a, b] = [await client(), await client()];
    const results = await Promise.allSettled([
      a.query('SELECT 1/$1::int', [0]),
      b.query('SELECT $1::int AS n', [7]),
      a.query('SELEC'),
      b.query('SELECT 8 AS n'),
    ]);
    expect(results.map((r) => (r.status === 'fulfilled' ? r.value.rows[0].n : r.reason.code))).toEqual([
      '22012',
      7,
      '42601',
      8,
    ]);
  });

  test('transactions do not mix', async () => {
    const [a, b] = [await client(), await client()];
    await a.query('BEGIN');
    await a.query(`INSERT INTO notes VALUES (1, 'a')`);
    const seen = b.query('SELECT count(*)::int AS n FROM notes WHERE id = 1');
    await a.query('ROLLBACK');
    expect((await seen).rows).toEqual([{ n: 0 }]);
  });

  test('a client that dies in a transaction leaves nothing and blocks nobody', async () => {
    const [dying, other] = [await client(), await client()];
    await dying.query('BEGIN');
    await dying.query(`INSERT INTO notes VALUES (2, 'lost')`);
    (dying as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy(); // its socket, without a goodbye
    expect((await other.query('SELECT count(*)::int AS n FROM notes WHERE id = 2')).rows).toEqual([{ n: 0 }]);
    await other.query(`INSERT INTO notes VALUES (2, 'kept')`);
  });

  test('large parameters and large answers', async () => {
    const one = await client();
    const text = 'Größe '.repeat(2_000_000);
    const { rows } = await one.query('SELECT length($1)::int AS length, $1 AS text', [text]);
    expect(rows[0].length).toBe(text.length);
    expect(rows[0].text === text).toBe(true);
  });

  test('statements prepared under one name by two clients are two statements', async () => {
    const [a, b] = [await client(), await client()];
    expect((await a.query({ name: 'q', text: 'SELECT 1 AS n' })).rows).toEqual([{ n: 1 }]);
    expect((await b.query({ name: 'q', text: 'SELECT $1::int AS n', values: [2] })).rows).toEqual([{ n: 2 }]);
    expect((await a.query({ name: 'q', text: 'SELECT 1 AS n' })).rows).toEqual([{ n: 1 }]);
  });

  test('a setting of one client is not another one’s', async () => {
    const [a, b] = [await client(), await client()];
    await a.query(`SET search_path = 'pg_catalog'`);
    expect((await a.query('SHOW search_path')).rows).toEqual([{ search_path: 'pg_catalog' }]);
    expect((await b.query('SELECT count(*)::int AS n FROM notes WHERE id = 0')).rows).toEqual([{ n: 0 }]);
  });

  test('rows fetched in portions', async () => {
    const [a, b] = [await client(), await client()];
    const portions = new Promise<number>((resolve, reject) => {
      let rows = 0;
      const query = new pg.Query({ text: 'SELECT generate_series(1, 250)', rows: 100 } as pg.QueryConfig);
      query.on('row', () => rows++);
      query.on('end', () => resolve(rows));
      query.on('error', reject);
      a.query(query);
    });
    const [count, { rows }] = await Promise.all([portions, b.query('SELECT 5 AS n')]);
    expect(count).toBe(250);
    expect(rows).toEqual([{ n: 5 }]);
  });

  test('what a client asked for before it said goodbye is done', async () => {
    const leaving = await client();
    // The driver gives up on the answer when it leaves; the server must not.
    leaving.query(`INSERT INTO notes VALUES (3, 'farewell')`).catch(() => {});
    await leaving.end();
    await expect
      .poll(async () => (await db.database.query('SELECT text FROM notes WHERE id = 3')).rows)
      .toEqual([{ text: 'farewell' }]);
  });

  test('a script is all or nothing', async () => {
    const one = await client();
    await expect(one.query(`INSERT INTO notes VALUES (4, 'x'); SELECT no_such_column`)).rejects.toMatchObject({
      code: '42703',
    });
    expect((await one.query('SELECT count(*)::int AS n FROM notes WHERE id = 4')).rows).toEqual([{ n: 0 }]);
  });
});

describe('the embedded server', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    const embedded = testDatabases().find((server) => server.name === 'embedded');
    db = (await embedded?.open()) ?? expect.fail('there is always an embedded one');
  });
  afterAll(() => db.drop());

  test.each([
    'COPY search_terms FROM STDIN',
    '/* load */ copy search_terms (term) from stdin with csv;',
    'SELECT 1; COPY search_terms FROM STDIN',
  ])('refuses %s and goes on', async (sql) => {
    await expect(db.database.query(sql)).rejects.toMatchObject({
      message: expect.stringContaining('COPY … FROM STDIN'),
      context: { sqlState: '0A000' },
    });
    expect((await db.database.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  });

  test('copies out', async () => {
    const client = new pg.Client(db.database.server);
    await client.connect();
    await expect(client.query('COPY (SELECT 1) TO STDOUT')).resolves.toBeDefined();
    await client.end();
  });

  test('survives a client that does not speak its language', async () => {
    const socket = connect(join(db.config.dataDir, '.s.PGSQL.5432'));
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    socket.resume();
    await closed;
    expect((await db.database.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }]);
  });
});
