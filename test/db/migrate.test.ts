import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { reset } from '../../src/db/inspect/reset.ts';
import { readCatalogue } from '../../src/db/migrate/catalogue.ts';
import { createRevision } from '../../src/db/migrate/create.ts';
import { checkDrift } from '../../src/db/migrate/drift.ts';
import { revisions } from '../../src/db/migrate/files.ts';
import { assertUpToDate, current, history } from '../../src/db/migrate/revisions.ts';
import { downgrade, upgrade } from '../../src/db/migrate/run.ts';
import { openDatabase } from '../../src/db/open.ts';
import { createMissingDatabase, setup } from '../../src/db/setup.ts';
import { expectedSchema, type TestDatabase, testDatabases } from '../support/database.ts';
import { databaseUrl, onServer, uniqueName } from '../support/server.ts';

const head = revisions().at(-1)?.id;

describe.each(testDatabases())('migrations on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  const expected = expectedSchema();
  beforeEach(async () => {
    test_ = await server.open();
    db = test_.database;
  });
  afterEach(() => test_.drop());

  test('a migrated database is at the head and has no drift', async () => {
    await assertUpToDate(db);
    expect(await current(db)).toMatchObject({ id: head, isHead: true });
    expect(await checkDrift(db, expected)).toEqual([]);
  });

  test('down to nothing and up again gives the same schema', async () => {
    const before = await readCatalogue(db);
    expect((await downgrade(db, 'base')).length).toBe(revisions().length);
    expect([...(await readCatalogue(db)).keys()].filter((what) => !what.startsWith('extension'))).toEqual([]);
    expect(await current(db)).toBeNull();
    await expect(assertUpToDate(db)).rejects.toMatchObject({
      code: 'database_outdated',
      message: expect.stringContaining('openthreat setup'),
    });
    await upgrade(db);
    expect(await readCatalogue(db)).toEqual(before);
  });

  test('one step down, and a revision by the beginning of its id', async () => {
    expect((await downgrade(db, '-1')).map((r) => r.id)).toEqual([head]);
    expect((await history(db))[0]).toMatchObject({ id: head, appliedAt: null });
    expect((await upgrade(db, head?.slice(0, 12))).map((r) => r.id)).toEqual([head]);
    await expect(downgrade(db, '-99')).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(upgrade(db, '1999')).resolves.toEqual([]);
    await expect(downgrade(db, '1999')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('twenty upgrades at once end with one schema', async () => {
    await downgrade(db, 'base');
    const applied = await Promise.all(Array.from({ length: 20 }, () => upgrade(db)));
    expect(applied.filter((list) => list.length > 0).length).toBe(1);
    expect((await history(db)).filter((entry) => entry.appliedAt).length).toBe(revisions().length);
    await assertUpToDate(db);
  });

  test('what is lost, changed or added by hand is found', async () => {
    await db.query(`
      DROP INDEX ix_vuln_title_trgm;
      DROP INDEX ix_vulnerabilities_severity; CREATE INDEX ix_vulnerabilities_severity ON vulnerabilities (severity);
      ALTER TABLE vulnerabilities ADD COLUMN extra int, ALTER COLUMN severity DROP NOT NULL;
      ALTER TABLE iocs DROP CONSTRAINT iocs_confidence_check;
      CREATE TABLE somebody_elses (id int)`);
    const found = await checkDrift(db, expected);
    expect(found.map(({ what, problem }) => `${what} ${problem}`)).toEqual([
      'column vulnerabilities.extra unexpected',
      'column vulnerabilities.severity different',
      'constraint iocs.iocs_confidence_check missing',
      'index ix_vuln_title_trgm missing',
      'index ix_vulnerabilities_severity different',
    ]);
  });

  test('a changed generated column is found', async () => {
    await db.query(`ALTER TABLE vulnerabilities DROP COLUMN search;
      ALTER TABLE vulnerabilities ADD COLUMN search tsvector NOT NULL GENERATED ALWAYS AS (to_tsvector('english'::regconfig, coalesce(title, ''))) STORED;
      CREATE INDEX ix_vuln_search ON vulnerabilities USING gin (search)`);
    const found = (await checkDrift(db, expected)).map(({ what }) => what);
    expect(found).toEqual(['column vulnerabilities.search', 'index ix_vuln_search']);
  });

  test('indexes that a first load put off are no drift', async () => {
    await db.query(`INSERT INTO deferred_indexes (name, definition) VALUES ('ix_vulnerabilities_severity', '…')`);
    await db.query('DROP INDEX ix_vulnerabilities_severity');
    expect(await checkDrift(db, expected)).toEqual([]);
  });

  test('a database of a newer program is refused', async () => {
    await db.query(`INSERT INTO mikro_orm_migrations (name) VALUES ('29990101000000_from_the_future')`);
    await db.query(
      `COMMENT ON TABLE mikro_orm_migrations IS 'Works with programs whose newest migration is 29980101000000 or later.'`,
    );
    const newer = { code: 'database_newer', message: expect.stringContaining('29990101000000') };
    await expect(assertUpToDate(db)).rejects.toMatchObject(newer);
    await expect(upgrade(db)).rejects.toMatchObject(newer);
    await expect(downgrade(db, '-1')).rejects.toMatchObject(newer);
    expect((await history(db))[0]).toMatchObject({ id: '29990101000000', known: false });
  });

  test('reset empties and keeps the schema; setup can be repeated', async () => {
    await db.query(`INSERT INTO search_terms VALUES ('gone', 1)`);
    await reset(db);
    expect((await db.query('SELECT count(*) AS n FROM search_terms')).rows).toEqual([{ n: 0 }]);
    expect(await setup(db)).toMatchObject({ applied: [], createdExtensions: [], revision: head });
  });
});

describe('writing migrations', () => {
  let folder: string;
  beforeEach(() => {
    // Inside the project, so that the migrations find MikroORM.
    const parent = join(import.meta.dirname, '..', '..', 'node_modules', '.cache');
    mkdirSync(parent, { recursive: true });
    folder = mkdtempSync(join(parent, 'migrations-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const now = new Date('2027-01-02T03:04:05Z');

  test('the difference between no migrations and the entities is the whole schema, up and down', async () => {
    const made = await createRevision({ message: 'All there is', kind: 'autogenerate', now, folder });
    expect(made).toMatchObject({ id: '20270102030405', unresolved: [] });
    expect(made?.path).toMatch(/20270102030405_all_there_is\.ts$/);
    const text = readFileSync(made?.path ?? '', 'utf8');
    expect(text).toContain('create extension if not exists pg_trgm');
    expect(text).toContain('drop table if exists "vulnerabilities"');
    expect(await createRevision({ message: 'Again', kind: 'autogenerate', now, folder })).toBeNull();
  });

  test('the migrations of the project leave no difference', async () => {
    expect(await createRevision({ message: 'None', kind: 'autogenerate', now })).toBeNull();
  });

  test('an empty one comes after all others and runs', async () => {
    for (const revision of revisions()) symlinkSync(revision.path, join(folder, revision.path.split('/').at(-1) ?? ''));
    const made = await createRevision({
      message: 'Nothing: yet!',
      kind: 'empty',
      now: new Date('2020-01-01T00:00:00Z'),
      folder,
    });
    expect(made?.id).toBe(String(Number(head) + 1));
    expect(made?.path).toMatch(/_nothing_yet\.ts$/);
  });

  test('a migration says why it exists', async () => {
    await expect(createRevision({ message: ' !', kind: 'empty', now, folder })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

const { serverUrl } = inject('databases');

describe.runIf(serverUrl)('setup on a server', () => {
  const url = serverUrl ?? '';
  const name = uniqueName();
  beforeAll(() => onServer(url, `CREATE ROLE ${name} LOGIN`));
  afterAll(async () => {
    await onServer(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await onServer(url, `DROP ROLE ${name}`);
  });
  const as = (user: string) => loadConfig({ DATABASE_URL: databaseUrl(url, name).replace(/\/\/[^@]*@/, `//${user}@`) });

  test('a user who may not create the database is told what to do', async () => {
    await expect(createMissingDatabase(as(name))).rejects.toMatchObject({
      code: 'database_refused',
      message: expect.stringContaining(`CREATE DATABASE "${name}" OWNER "${name}"`),
    });
  });

  test('a missing database is created, once', async () => {
    const config = loadConfig({ DATABASE_URL: databaseUrl(url, name) });
    expect(await createMissingDatabase(config)).toBe(true);
    expect(await createMissingDatabase(config)).toBe(false);
  });

  test('a user who may not create extensions is told what to do', async () => {
    const database = await openDatabase(as(name));
    await expect(setup(database)).rejects.toMatchObject({
      code: 'database_refused',
      message: expect.stringContaining('CREATE EXTENSION'),
    });
    await database.close();
  });
});
