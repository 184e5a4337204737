import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { vulnerabilityLanguage as language } from '../../src/domain/query/vulnerability-fields.ts';
import { AppError } from '../../src/errors.ts';
import { suggest } from '../../src/search/suggest.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';
import { searchFor } from '../support/searching.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-suggest-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(testDatabases())('suggestions on $name', (server) => {
  let own: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    own = await server.open();
    db = own.database;
    const records = Array.from({ length: 12 }, (_, n) =>
      nvdRecord(`CVE-2021-${4420 + n}`, {
        score: 5,
        vendor: n % 4 === 0 ? 'microfocus' : 'microsoft',
        product: 'exchange_server',
        description: 'A flaw.',
      }),
    );
    await loadWell(db, [put(folder, 'nvd.json', nvdFeed(records))]);
    await db.query(
      `INSERT INTO weaknesses (weakness_id, name) VALUES ('CWE-89', 'SQL Injection'), ('CWE-787', 'Out-of-bounds Write')`,
    );
    await db.query(
      `INSERT INTO techniques (technique_id, name, tactics) VALUES ('T1190', 'Exploit Public-Facing Application', '[]')`,
    );
  });
  afterAll(() => own.drop());

  /** The text as it is once the suggestions are taken. */
  const taken = async (text: string, position?: number) => {
    const { from, to, suggestions } = await suggest(db, { text, position, limit: 12, language });
    return suggestions.map((one) => text.slice(0, from) + one.text + text.slice(to));
  };

  test.each([
    ['micro', 'vendor:microsoft'],
    ['a -Micro', 'a -vendor:microsoft'],
    ['vendor:mic', 'vendor:microsoft'],
    ['vendor:(apache,mic', 'vendor:(apache,microsoft'],
    ['vendor:mikro', 'vendor:microsoft'],
    ['micosof', 'vendor:microsoft'],
    ['exch', 'product:exchange_server'],
    ['CVE-2021-442', 'CVE-2021-4420'],
    ['2021-4425', 'CVE-2021-4425'],
    ['sev', 'severity:'],
    ['severity:h', 'severity:high'],
    ['(apache OR severity:h', '(apache OR severity:high'],
    ['severity:(high,crit', 'severity:(high,critical'],
    ['injec', 'cwe:CWE-89'],
    ['cwe:78', 'cwe:CWE-787'],
    ['T119', 'technique:T1190'],
    ['technique:expl', 'technique:T1190'],
    ['exploited:t', 'exploited:true'],
    ['published:>', 'published:>today'],
    ['source:cisa_k', 'source:cisa_kev'],
  ])('%s may become %s', async (text, expected) => {
    expect(await taken(text)).toContain(expected);
  });

  test('names by their number of CVEs; at the cursor, not only at the end', async () => {
    expect((await taken('micro')).slice(0, 2)).toEqual(['vendor:microsoft', 'vendor:microfocus']);
    expect(await taken('vendor:mic severity:high', 10)).toContain('vendor:microsoft severity:high');
    expect(await taken('qqzzxx')).toEqual([]);
  });

  test('any text gets suggestions, and is a query or told to be none', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc
        .array(
          fc.constantFrom(...'vendor: -( ) "a b" cvss:>=7 [1 TO 2] * % \\ \' OR log4j 2021-4 cpe: purl: :'.split(' ')),
        )
        .map((parts) => parts.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.nat(40), async (typed, position) => {
        const { from, to } = await suggest(db, { text: typed, position, limit: 5, language });
        expect(from <= to && to <= typed.length).toBe(true);
        const outcome = await searchFor(db, typed).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(AppError);
        if (outcome instanceof AppError) expect(outcome.code).toBe('invalid_query');
      }),
      { numRuns: 25 },
    );
  });
});
