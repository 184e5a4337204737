import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { actorsOfIndicator, indicatorsOfCve, indicatorsOfTechnique } from '../../src/db/indicator-links.ts';
import { extractIndicators } from '../../src/domain/indicator-extract.ts';
import { Check, type Finding } from '../../src/search/indicators/check.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { ndjson, put } from '../support/feeds.ts';
import { reportFormat } from '../support/indicators.ts';
import { load } from '../support/loading.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'openthreat-check-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const known = [
  { type: 'ip', value: '45.61.3.4', malware: 'cobalt_strike', lastSeen: '2026-02-01T00:00:00.000Z' },
  { type: 'ip', value: '45.61.0.0/16', tags: ['bulletproof'] },
  { type: 'ip', value: '2a0c:9a40::/29' },
  { type: 'domain', value: 'evil-shop.co.uk', tags: ['CVE-2021-44228'], malware: 'emotet' },
  { type: 'domain', value: 'login.portal-bad.org', malware: 'cobaltstrike' },
  { type: 'domain', value: 'victim.github.io' },
  { type: 'url', value: 'http://files-bad.net/a.exe', tags: ['CVE-2021-44228'] },
  { type: 'url', value: 'http://files-bad.net/b.exe' },
  { type: 'hash', value: 'd41d8cd98f00b204e9800998ecf8427f' },
  { type: 'email', value: 'ceo@phish-bad.com' },
];

describe.each(testDatabases())('known indicators on $name', (server) => {
  let test_: TestDatabase;
  let db: Database;
  beforeAll(async () => {
    test_ = await server.open();
    db = test_.database;
    const file = put(folder, `${server.name}.ndjson`, ndjson(known));
    const result = await load(db, [file], '2026-02-02T00:00:00.000Z', { format: reportFormat('feed') });
    expect(result.failures).toEqual([]);
  });
  afterAll(() => test_.drop());

  async function check(lines: readonly string[], options = { limit: 1000, unknown: false }): Promise<Finding[]> {
    const check = await Check.begin(db, options);
    lines.forEach((line, i) => {
      for (const { indicator, typed } of extractIndicators(line)) check.see(indicator, typed, i + 1);
    });
    return check.end();
  }

  /** What matches, and how. */
  const told = (findings: readonly Finding[]) =>
    findings.map((f) => [f.typed, ...f.matches.map((m) => `${m.way} ${m.indicator.value}`)]);

  test('each way of matching is told', async () => {
    const text = [
      '45[.]61[.]3[.]4 and 45.61.99.1 but 45.62.0.1',
      'https://www.evil-shop.co.uk/cart',
      'a.b.login.portal-bad.org or portal-bad.org',
      'hxxp://files-bad[.]net/a.exe then files-bad.net',
      'somebody@evil-shop.co.uk wrote to ceo@phish-bad.com',
      'md5 D41D8CD98F00B204E9800998ECF8427F',
      '[2a0c:9a40:1::5]:443 other.github.io',
    ];
    expect(told(await check(text))).toEqual([
      ['45[.]61[.]3[.]4', 'exact 45.61.3.4', 'network 45.61.0.0/16'],
      ['45.61.99.1', 'network 45.61.0.0/16'],
      ['https://www.evil-shop.co.uk/cart', 'registered_domain evil-shop.co.uk'],
      ['a.b.login.portal-bad.org', 'parent_domain login.portal-bad.org'],
      ['hxxp://files-bad[.]net/a.exe', 'exact http://files-bad.net/a.exe'],
      ['files-bad.net', 'url_on_host http://files-bad.net/a.exe', 'url_on_host http://files-bad.net/b.exe'],
      ['somebody@evil-shop.co.uk', 'host evil-shop.co.uk'],
      ['ceo@phish-bad.com', 'exact ceo@phish-bad.com'],
      ['D41D8CD98F00B204E9800998ECF8427F', 'exact d41d8cd98f00b204e9800998ecf8427f'],
      expect.arrayContaining(['network 2a0c:9a40::/29']),
    ]);
  });

  test('of a log each finding is told once, with its first line and how many there are', async () => {
    const log = Array.from(
      { length: 5000 },
      (_, n) => `45.61.${n % 200}.${n % 250} - - "GET / HTTP/1.1" 200 45.61.3.4`,
    );
    const findings = await check(log);
    expect(findings.find((f) => f.typed === '45.61.3.4')).toMatchObject({ lines: 5000, firstLine: 1 });
    expect(findings.reduce((sum, f) => sum + f.lines, 0)).toBeGreaterThanOrEqual(10_000 - 30);
    expect(findings.map((f) => f.firstLine)).toEqual(findings.map((f) => f.firstLine).sort((a, b) => a - b));
  });

  test('unknown ones on request, and no more findings than asked for', async () => {
    const text = ['45.61.3.4 45.61.3.5 45.61.3.6 unknown-name.org'];
    expect(told(await check(text, { limit: 1000, unknown: true }))).toContainEqual(['unknown-name.org']);
    const few = await Check.begin(db, { limit: 2, unknown: false });
    for (const { indicator, typed } of extractIndicators(text[0] ?? '')) few.see(indicator, typed, 1);
    expect(await few.end()).toHaveLength(2);
    expect(few.dropped).toBe(1);
  });

  test('CVEs, techniques and malware that name each other are linked, whichever came first', async () => {
    await db.query(
      `INSERT INTO attack_actors (actor_id, kind, name, names, technique_ids)
       VALUES ('S0154', 'malware', 'Cobalt Strike', '["cobalt_strike"]', '["T1059.001", "T1071"]')`,
    );
    const byTechnique = await indicatorsOfTechnique(db, 'T1071', 10);
    expect(byTechnique.indicators.map((i) => i.value)).toEqual(['45.61.3.4', 'login.portal-bad.org']);
    expect(byTechnique.total).toEqual({ value: 2, exact: true });
    expect((await indicatorsOfTechnique(db, 'T9999', 10)).indicators).toEqual([]);
    const byCve = await indicatorsOfCve(db, 'CVE-2021-44228', 1);
    expect(byCve.total).toEqual({ value: 2, exact: true });
    expect(byCve.indicators).toHaveLength(1);
    expect(await actorsOfIndicator(db, { malware: ['cobaltstrike'], tags: [] }, 5)).toEqual([
      { id: 'S0154', kind: 'malware', name: 'Cobalt Strike', techniqueIds: ['T1059.001', 'T1071'] },
    ]);
    expect(await actorsOfIndicator(db, { malware: [], tags: ['strike'] }, 5)).toEqual([]);
  });
});
