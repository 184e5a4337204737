import { join } from 'node:path';
import { root } from '../../../scripts/docs/pages.ts';
import type { Database } from '../../../src/db/database.ts';
import { actorsOfIndicator, indicatorsOfCve, indicatorsOfTechnique } from '../../../src/db/indicator-links.ts';
import { indicatorTotals } from '../../../src/db/indicator-totals.ts';
import { totals } from '../../../src/db/totals.ts';
import { indicatorLanguage } from '../../../src/domain/query/indicator-fields.ts';
import { ageIndicators, rebuildIndicators } from '../../../src/ingest/indicators/age.ts';
import { removeIndicators } from '../../../src/ingest/indicators/remove.ts';
import { rebuild, rescore } from '../../../src/ingest/rebuild.ts';
import { removeSource } from '../../../src/ingest/remove-source.ts';
import { foreseeRetention, retain } from '../../../src/ops/retention.ts';
import { Check } from '../../../src/search/indicators/check.ts';
import { searchIndicators } from '../../../src/search/indicators/search.ts';
import { readQuery } from '../../../src/search/query.ts';
import { kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from '../../support/feeds.ts';
import { load } from '../../support/loading.ts';

const now = () => new Date('2026-03-01T00:00:00Z');
const { signal } = new AbortController();
const fixture = (source: string, file: string) => join(root, 'test', 'fixtures', source, 'input', file);

/**
 * Does with a database what years of use do: every source, changes and withdrawals, searches, checks, upkeep. It has
 * so many indicators that pages come from the orders' indexes. @returns what was seen of the indicators
 */
export async function live(db: Database, folder: string): Promise<readonly unknown[]> {
  for (const at of ['2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z']) await load(db, feeds, at);
  await loadChanging(db, folder);
  await db.query(
    `INSERT INTO iocs (value_hash, ioc_type, value, confidence, last_seen, source, sources)
     SELECT sha256(convert_to(v, 'UTF8')), 'domain', v, (n % 5) / 10.0, timestamptz '2026-01-01Z' - (n % 50) * interval '1 day',
            'long_list', '["long_list"]'
     FROM generate_series(1, 10001) AS n, LATERAL (SELECT 'host-' || n || '.example.org' AS v) AS named`,
  );
  await load(db, [put(folder, 'more.txt', '45.61.3.9\n')], now().toISOString(), { label: 'blocklist' });
  const seen = await lookAt(db);
  await keep(db);
  return seen;
}

const feeds = [
  join(root, 'data-sample', 'sample.ndjson'),
  fixture('nvd', 'everything.json'),
  fixture('kev', 'catalogue.json'),
  fixture('cve5', 'both-containers.json'),
  fixture('cve5', 'rejected.json'),
  fixture('attack', 'enterprise.stix21.json'),
  fixture('epss', 'day.csv'),
  fixture('threatfox', 'recent.csv'),
  fixture('urlhaus', 'recent.csv'),
];

/** What two sources say in turn, differently each time; the last time, less. */
async function loadChanging(db: Database, folder: string): Promise<void> {
  const entries = Array.from({ length: 30 }, (_, n) => `CVE-2024-${1000 + n}`); // a list that shrinks by much is held back
  const list = ['45.61.3.4', '45.61.0.0/16', '91.92.240.0/24', 'http://45.61.3.4/a'];
  for (const [n, confidence] of [0.2, 0.4].entries()) {
    const at = `2026-02-0${n + 2}T00:00:00.000Z`;
    const nvd = entries.map((id) => nvdRecord(id, { score: 5 + n, modified: at.slice(0, -1) }));
    const kev = kevCatalogue(
      entries.slice(n).map((id) => kevEntry(id)),
      at.slice(0, 10),
    );
    await load(db, [put(folder, 'nvd.json', nvdFeed(nvd)), put(folder, 'kev.json', kev)], at);
    for (const label of ['blocklist', 'second_list']) {
      const csv = ['indicator,type,confidence', ...list.slice(n).map((value) => `${value},,${confidence}`)].join('\n');
      await load(db, [put(folder, `${label}.csv`, csv)], at, { label });
    }
  }
}

async function lookAt(db: Database): Promise<unknown[]> {
  const check = await Check.begin(db, { limit: 10, unknown: true });
  for (const value of ['45.61.3.4', '91.92.240.7']) check.see({ type: 'ip', value }, value, 1);
  const seen: unknown[] = [
    await check.end(),
    await indicatorTotals(db),
    (await totals(db)).indicators,
    await indicatorsOfCve(db, 'CVE-2021-44228', 5),
    await indicatorsOfTechnique(db, 'T1059', 5),
    await actorsOfIndicator(db, { malware: ['cobalt_strike'], tags: [] }, 5),
  ];
  for (const text of ['', 'host', 'type:domain', 'source:blocklist', 'confidence:>0.3'])
    for (const sort of ['last_seen', 'confidence', 'value'] as const)
      for (const offset of [0, 2000]) {
        const query = readQuery(text, indicatorLanguage);
        seen.push(
          await searchIndicators(db, { query, now: now(), sort, descending: true, limit: 20, offset, after: null }),
        );
      }
  return seen;
}

async function keep(db: Database): Promise<void> {
  await ageIndicators(db, new Date('2030-01-01T00:00:00Z'));
  await rebuildIndicators(db, now());
  await rescore(db, '2026-03-02', signal);
  await rebuild(db, now, signal);
  for (const source of ['cve_list', 'cisa_kev'] as const) await removeSource(db, source, now, signal);
  await removeIndicators(db, 'second_list', now, signal);
  const later = new Date('2035-01-01T00:00:00Z');
  const ages = { historyMs: 1, epssHistoryMs: 1, runsMs: 1, rejectedMs: 1, searchCacheMs: 1, tasksMs: 1, auditMs: 1 };
  const limits = { ...ages, runsOfSource: 1 };
  await foreseeRetention(db, limits, later);
  await retain(db, { now: later, signal, limits, requestedBy: 'worker' });
}
