import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksOf } from '../../../scripts/docs/blocks.ts';
import { curlRequests } from '../../../scripts/docs/curl.ts';
import { pages, root } from '../../../scripts/docs/pages.ts';
import { spreadTables } from '../../../src/db/distribution.ts';
import { revisions } from '../../../src/db/migrate/files.ts';
import { testApi } from '../../support/api.ts';
import { type TestDatabase, testDatabases } from '../../support/database.ts';
import { recording } from './recorder.ts';
import { faultsOf, placedTables, tablesIn } from './rules.ts';
import { live } from './workload.ts';

const names = spreadTables.map(({ table }) => table);

test.each([
  ['a join across nodes', 'SELECT FROM iocs JOIN source_records ON cve_id = value'],
  ['a join by something else', 'SELECT FROM iocs i JOIN ioc_reports r ON r.source = i.source'],
  ['a table of the coordinator', 'SELECT FROM iocs, tasks'],
  [
    'LATERAL',
    'SELECT FROM unnest($1::text[]) AS x(v) CROSS JOIN LATERAL (SELECT * FROM iocs WHERE value = x.v LIMIT 1) AS i',
  ],
  [
    'a subquery about its row',
    'SELECT (SELECT max(r.source) FROM ioc_reports r WHERE r.value_hash = i.value_hash) FROM iocs i',
  ],
  [
    'a subquery about another table',
    'SELECT FROM vulnerabilities v WHERE EXISTS (SELECT FROM source_records s WHERE s.cve_id = v.cve_id)',
  ],
  ['rows of several shards locked', 'SELECT FROM iocs WHERE value_hash = ANY($1) FOR UPDATE'],
  ['recursion', 'WITH RECURSIVE w AS (SELECT value FROM iocs UNION SELECT value FROM iocs, w) SELECT FROM w'],
  ['several arrays', 'DELETE FROM iocs i USING unnest($1::bytea[], $2::text[]) AS x(a, b) WHERE x.a = i.value_hash'],
  ['an outer join', 'SELECT FROM vulnerabilities v LEFT JOIN source_records s ON s.cve_id = v.cve_id'],
  ['a key without the column', 'INSERT INTO iocs (value) SELECT $1 ON CONFLICT (value) DO NOTHING'],
  ['a moved row', 'UPDATE source_records SET cve_id = $1'],
  ['a volatile function', 'UPDATE iocs SET confidence = random()'],
  ['a unique index', 'CREATE UNIQUE INDEX x ON iocs (value)'],
])('the rules know %s', async (_, sql) => {
  expect(await faultsOf(sql)).not.toEqual([]);
});

test.each([
  'SELECT FROM iocs i JOIN ioc_reports r ON r.value_hash = i.value_hash AND r.ioc_type = i.ioc_type',
  'SELECT FROM iocs JOIN ioc_reports USING (value_hash, ioc_type)',
  'SELECT FROM source_records s LEFT JOIN vulnerabilities v ON v.cve_id = s.cve_id',
  'SELECT FROM iocs WHERE value_hash = $1 FOR UPDATE',
  'UPDATE iocs AS i SET value = x.v FROM (SELECT * FROM unnest($1::bytea[], $2::text[]) AS k(h, v)) AS x WHERE i.value_hash = x.h',
  'INSERT INTO iocs (value_hash) SELECT $1 ON CONFLICT (value_hash, ioc_type) DO NOTHING',
])('the rules let pass: %s', async (sql) => {
  expect(await faultsOf(sql)).toEqual([]);
});

describe('the statements of the program', () => {
  const statements = { plain: new Set<string>(), spread: new Set<string>() };
  const seen: (readonly unknown[])[] = [];
  let folder: string;
  let database: TestDatabase;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'openthreat-citus-'));
    const [server] = testDatabases();
    if (!server) throw new Error('the embedded database is always there');
    database = await server.open();
    // Where Citus has spread the indicators, the program says some things otherwise; both ways are tried.
    for (const spread of [false, true]) {
      const db = recording(database.database, statements[spread ? 'spread' : 'plain']);
      if (spread)
        await database.database.query(`CREATE TABLE pg_dist_partition AS SELECT 'iocs'::regclass AS logicalrelid`);
      seen.push(await live(db, folder));
      await askApi(db);
      await database.database.query('TRUNCATE iocs, ioc_reports');
    }
  });
  afterAll(async () => {
    if (process.env.OPENTHREAT_RECORD_STATEMENTS) await record(statements.plain);
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('none asks a cluster for what it cannot do', async () => {
    const faults: Record<string, string[]> = {};
    for (const sql of statements.spread) {
      const found = await faultsOf(sql);
      if (found.length > 0) faults[sql] = found;
    }
    expect(faults).toEqual({});
  });

  test('all of them that are about distributed tables were heard', async () => {
    const heard = [...statements.plain, ...statements.spread].map(inOneLine);
    const silent = fragments().filter(({ text }) => !heard.some((sql) => sql.includes(text)));
    expect(silent).toEqual([]);
  });

  test('both ways of saying a thing give the same answers', () => {
    expect(JSON.stringify(seen[0])).toContain('91.92.240.0/24');
    expect(seen[1]).toEqual(seen[0]);
  });

  test('there are some', async () => {
    const about = await Promise.all([...statements.spread].map(tablesIn));
    for (const name of names) expect(about.filter((tables) => tables.has(name)).length, name).toBeGreaterThan(2);
  });
});

/** Keeps the statements of a release for the next one, whose migrations they must survive: see upgrade.test.ts. */
async function record(statements: ReadonlySet<string>): Promise<void> {
  const kept = new Set<string>();
  for (const sql of statements) {
    if (!/^(SELECT|WITH|INSERT|UPDATE|DELETE)\b/.test(sql)) continue;
    if ([...(await tablesIn(sql))].some((table) => placedTables.includes(table))) kept.add(inOneLine(sql).trim());
  }
  const release = { revision: revisions().at(-1)?.id, statements: [...kept].toSorted() };
  const file = join(root, 'test', 'fixtures', 'previous-version', 'statements.json');
  writeFileSync(file, `${JSON.stringify(release, null, 1)}\n`);
}

async function askApi(db: Parameters<typeof testApi>[0]): Promise<void> {
  const app = await testApi(db);
  const blocks = pages().flatMap((page) => blocksOf(page.before));
  for (const { method, url } of blocks
    .filter((b) => b.language === 'sh' && !b.marks.includes('external'))
    .flatMap(curlRequests)) {
    const { pathname, search } = new URL(url);
    if (method === 'GET' && !pathname.includes('/events')) await app.inject({ url: pathname + search });
  }
  await app.close();
}

/** What stands in the source code right after FROM, JOIN, INTO or UPDATE and one of the tables. */
function fragments(): { file: string; text: string }[] {
  const about = new RegExp(`(?:FROM|JOIN|INTO|UPDATE) (?:${names.join('|')})\\b[^\`'$]*`, 'g');
  return globSync('src/**/*.ts', { cwd: root, exclude: (name) => /migrations|embedded/.test(String(name)) }).flatMap(
    (file) =>
      [...inOneLine(readFileSync(join(root, file), 'utf8')).matchAll(about)].map(([text]) => ({
        file,
        text: text.trimEnd(),
      })),
  );
}

function inOneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
