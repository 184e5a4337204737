import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Block, blocksOf, openthreatLines, statementsOf } from '../../scripts/docs/blocks.ts';
import { pages } from '../../scripts/docs/pages.ts';
import { runQuery } from '../../src/db/inspect/query.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { Workplace } from './workplace.ts';

/** Examples that need what a test has not: a server elsewhere, Docker, the package's own scripts. */
const isExternal = (block: Block) =>
  block.marks.includes('external') || (block.marks.includes('needs-psql') && !hasPsql());

function hasPsql(): boolean {
  try {
    execFileSync('psql', ['--version']);
    return true;
  } catch {
    return false;
  }
}

const blocks = pages().flatMap((page) =>
  blocksOf(page.before)
    .filter((block) => !isExternal(block))
    .map((block) => ({ ...block, place: `${page.name}:${block.line}` })),
);
const shell = blocks.filter((b) => b.language === 'sh' && !b.marks.includes('destroys'));
const destroying = blocks.filter((b) => b.language === 'sh' && b.marks.includes('destroys'));
const sql = blocks.filter((b) => b.language === 'sql');

test('every block says what it is in, and there are examples', () => {
  expect(blocks.filter((b) => !['sh', 'sql', 'console', 'text'].includes(b.language)).map((b) => b.place)).toEqual([]);
  expect(shell.flatMap(openthreatLines).length).toBeGreaterThan(30);
  expect(sql.flatMap(statementsOf).length).toBeGreaterThan(15);
});

describe.each(testDatabases())('the SQL of the documents, $name', (server) => {
  let db: TestDatabase;
  let workplace: Workplace;
  beforeAll(async () => {
    workplace = new Workplace();
    db = await server.open();
    expect(await workplace.run('openthreat up --no-sync', db.env)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await db.drop();
    workplace.remove();
  });

  test.each(sql)('$place answers', async (block) => {
    for (const statement of statementsOf(block)) {
      const result = await runQuery(db.database, statement, { write: true });
      expect(['SELECT', 'EXPLAIN', 'VACUUM'], statement).toContain(result.command);
    }
  });
});

describe('the commands of the documents', () => {
  const [embedded] = testDatabases();
  let db: TestDatabase;
  let workplace: Workplace;
  // The database stays open here, so that each command only has to connect.
  beforeAll(async () => {
    workplace = new Workplace();
    db = await opened();
    expect(await workplace.run('openthreat up --no-sync', db.env)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await db.drop();
    workplace.remove();
  });

  async function opened(): Promise<TestDatabase> {
    if (!embedded) throw new Error('the embedded database is always there');
    return embedded.open();
  }

  test.each(shell)(
    '$place work',
    async (block) => {
      for (const line of openthreatLines(block))
        expect(await workplace.run(line, db.env), line).toMatchObject({ code: 0 });
    },
    120_000,
  );

  test.each(destroying)(
    '$place work, on a database of their own',
    async (block) => {
      const own = await opened();
      try {
        for (const line of openthreatLines(block))
          expect(await workplace.run(line, own.env), line).toMatchObject({ code: 0 });
      } finally {
        await own.drop();
      }
    },
    120_000,
  );
});
