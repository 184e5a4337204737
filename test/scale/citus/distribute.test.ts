import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { copiedTables, keptTables, obstacles, spreadTables } from '../../../src/db/distribution.ts';
import { distribute, planDistribution } from '../../../src/ops/distribute/distribute.ts';
import { distributionSteps } from '../../../src/ops/distribute/plan.ts';
import { type TestDatabase, testDatabases } from '../../support/database.ts';

const spread = spreadTables.map(({ table }) => table);

test('what is placed already is not placed again', () => {
  const rest = distributionSteps(new Set([...copiedTables, 'iocs', 'ioc_reports']), 64).map(({ sql }) => sql);
  expect(rest.filter((sql) => sql.includes('create_'))).toEqual([
    "SELECT create_distributed_table('source_records', 'cve_id', shard_count => 64, colocate_with => 'none')",
    "SELECT create_distributed_table('vulnerability_changes', 'cve_id', colocate_with => 'source_records')",
  ]);
  expect(distributionSteps(new Set([...copiedTables, ...spread]), 64)).toEqual([]);
});

describe.each(testDatabases())('spreading a database on $name', (server) => {
  let opened: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    opened = await server.open();
    db = opened.database;
  });
  afterAll(() => opened.drop());

  test('every table has one place', async () => {
    const { rows } = await db.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename COLLATE "C"`,
    );
    expect([...spread, ...copiedTables, ...keptTables].toSorted()).toEqual(rows.map(({ name }) => name));
  });

  test('the schema has the keys that it needs', async () => {
    expect(await obstacles(db)).toEqual([]);
  });

  test.each([
    ['CREATE UNIQUE INDEX added ON iocs (value)', 'the unique key added is without value_hash'],
    [
      'ALTER TABLE source_records ADD CONSTRAINT added FOREIGN KEY (cve_id) REFERENCES vulnerabilities',
      'the foreign key added',
    ],
    [
      `CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
       CREATE TRIGGER added BEFORE INSERT ON ioc_reports FOR EACH ROW EXECUTE FUNCTION noted()`,
      'the trigger added',
    ],
    ['ALTER TABLE vulnerability_changes ALTER COLUMN id TYPE integer', 'the numbers of id are not bigint'],
    ['ALTER TABLE iocs RENAME COLUMN value_hash TO hash', 'has no column value_hash'],
  ])('%s stands in the way', async (sql, problem) => {
    const connection = await db.connect();
    try {
      await connection.query('BEGIN');
      await connection.query(sql);
      expect((await obstacles(connection)).map((o) => o.problem)).toContain(problem);
    } finally {
      await connection.query('ROLLBACK');
      connection.release();
    }
  });

  test('without Citus it says so, and changes nothing', async () => {
    const plan = await planDistribution(db, 32);
    expect(plan.steps.length).toBeGreaterThan(spread.length + copiedTables.length);
    const message = server.name === 'embedded' ? /move to PostgreSQL with Citus/ : /does not have the extension Citus/;
    await expect(distribute(db, plan, () => expect.unreachable())).rejects.toThrow(message);
  });
});
