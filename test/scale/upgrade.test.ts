import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/docs/pages.ts';
import type { Database } from '../../src/db/database.ts';
import { type Catalogue, readCatalogue } from '../../src/db/migrate/catalogue.ts';
import { worksFrom } from '../../src/db/migrate/compatibility.ts';
import { revisions } from '../../src/db/migrate/files.ts';
import { assertUpToDate } from '../../src/db/migrate/revisions.ts';
import { downgrade, upgrade } from '../../src/db/migrate/run.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';

/** What the release before this one asks of its database, and its newest migration. */
const previous = JSON.parse(
  readFileSync(join(root, 'test', 'fixtures', 'previous-version', 'statements.json'), 'utf8'),
) as { revision: string; statements: string[] };

test('what is recorded is of the version that this one says it works with', () => {
  expect(previous.revision).toBe(worksFrom);
  expect(previous.statements.length).toBeGreaterThan(100);
});

describe.each(testDatabases())('servers replaced one by one on $name', (server) => {
  let opened: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    opened = await server.open();
    db = opened.database;
  });
  afterAll(() => opened.drop());

  test('every statement of the previous version is understood', async () => {
    const connection = await db.connect();
    const refused: string[] = [];
    try {
      for (const sql of previous.statements)
        await connection.query(`PREPARE asked AS ${sql}`).then(
          () => connection.query('DEALLOCATE asked'),
          (error: Error) => refused.push(`${error.message} ${sql}`),
        );
    } finally {
      connection.release();
    }
    expect(refused).toEqual([]);
  });

  test('no migration since then takes away or demands what the previous version does not know', async () => {
    const later = revisions().filter(({ id }) => id > worksFrom);
    await downgrade(db, worksFrom);
    let before = await readCatalogue(db);
    for (const { id } of later) {
      await upgrade(db, id);
      const after = await readCatalogue(db);
      expect(breaks(before, after), id).toEqual([]);
      before = after;
    }
  });

  test('the previous version goes on where this one has migrated, and an older one is refused', async () => {
    const upTo = (id: string) => revisions().filter((revision) => revision.id <= id);
    await expect(upgrade(db, 'head', upTo(worksFrom))).resolves.toEqual([]);
    await expect(upgrade(db, 'head', revisions().slice(0, 1))).rejects.toMatchObject({ code: 'database_newer' });
    await expect(downgrade(db, '-1', upTo(worksFrom))).rejects.toMatchObject({ code: 'database_newer' });
    await assertUpToDate(db);
  });
});

/** What of `before` is gone or changed in `after`, and what `after` demands of rows that `before` would write. */
function breaks(before: Catalogue, after: Catalogue): string[] {
  const tables = new Set([...before.keys()].flatMap((what) => /^column ([^.]+)\./.exec(what)?.[1] ?? []));
  const isOld = (text: string) => [...tables].some((table) => new RegExp(`\\b${table}\\b`).test(text));
  const lost = [...before].filter(([what, is]) => what.startsWith('column ') && after.get(what) !== is);
  const demanded = [...after].filter(([what, is]) => {
    if (before.has(what) || !isOld(what + is)) return false;
    if (what.startsWith('column ')) return / not null(?!.* (default|generated) )/.test(is);
    return what.startsWith('constraint ') || is.startsWith('CREATE UNIQUE');
  });
  return [...lost, ...demanded].map(([what, is]) => `${what}: ${is}`);
}
