import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IndicatorReport } from '../../src/domain/indicator.ts';
import { ageingOf, expiresAt, inactiveAt, statusAt } from '../../src/domain/indicator-ageing.ts';
import { mergeIndicator, type StandingReport } from '../../src/domain/indicator-merge.ts';
import { threatTypeOf, weightiestThreat } from '../../src/domain/indicator-threat.ts';

const now = '2026-06-15T00:00:00.000Z';
const daysAgo = (days: number) => new Date(Date.parse(now) - days * 86_400_000).toISOString();

const nothing: IndicatorReport = {
  type: 'domain',
  value: 'evil-host.top',
  threatType: null,
  malware: null,
  tags: [],
  confidence: null,
  firstSeen: null,
  lastSeen: null,
  active: null,
  sourceUrl: null,
  context: {},
};

function said(
  source: string,
  report: Partial<IndicatorReport> = {},
  standing: Partial<StandingReport> = {},
): StandingReport {
  return { source, report: { ...nothing, ...report }, withdrawnAt: null, reportedAt: daysAgo(1), ...standing };
}

describe('what several say of one indicator', () => {
  const urlhaus = said('urlhaus', {
    threatType: 'malware_download',
    tags: ['elf', 'mirai'],
    lastSeen: daysAgo(3),
    sourceUrl: 'https://urlhaus.abuse.ch/url/1/',
    context: { reporter: 'a', status: 'online' },
  });
  const threatfox = said('threatfox', {
    threatType: 'botnet_cc',
    malware: 'mozi',
    tags: ['elf'],
    confidence: 0.5,
    firstSeen: daysAgo(9),
    context: { reporter: 'b' },
  });

  test('is joined, and the best-known reporter speaks first', () => {
    expect(mergeIndicator([urlhaus, threatfox], now)).toEqual({
      type: 'domain',
      value: 'evil-host.top',
      threatType: 'botnet_cc',
      tags: ['elf', 'mirai', 'mozi'],
      confidence: 0.95, // one of two is wrong in 0.5 × 0.1 of the cases
      status: 'active',
      statusUntil: expect.any(String),
      firstSeen: daysAgo(9),
      lastSeen: daysAgo(3),
      expiresAt: expiresAt('domain', 'malware_download', daysAgo(3)),
      source: 'threatfox',
      sources: ['threatfox', 'urlhaus'],
      sourceUrl: 'https://urlhaus.abuse.ch/url/1/',
      context: { reporter: 'b', status: 'online' },
    });
    expect(mergeIndicator([], now)).toBeNull();
  });

  test('nobody is believed entirely', () => {
    const sources = ['feodo_tracker', 'threatfox', 'urlhaus', 'malware_bazaar', 'ipsum', 'a', 'b'];
    expect(
      mergeIndicator(
        sources.map((source) => said(source, { confidence: 1 })),
        now,
      )?.confidence,
    ).toBe(0.99);
    expect(mergeIndicator([said('my-list', { confidence: 1 })], now)?.confidence).toBe(0.9);
    expect(mergeIndicator([said('my-list')], now)?.confidence).toBe(0.5);
    expect(mergeIndicator([said('my-list', { confidence: 0 })], now)?.confidence).toBe(0);
  });

  test('a withdrawn report leaves the indicator inactive, and only the others speak', () => {
    const gone = { ...threatfox, withdrawnAt: daysAgo(0.5) };
    expect(mergeIndicator([gone], now)).toMatchObject({ status: 'inactive', sources: ['threatfox'], confidence: 0.25 });
    expect(mergeIndicator([gone, urlhaus], now)).toMatchObject({
      status: 'active',
      source: 'urlhaus',
      sources: ['urlhaus'],
      threatType: 'malware_download',
      tags: ['elf', 'mirai'],
    });
  });
});

describe('ageing', () => {
  const statusOf = (report: Partial<IndicatorReport>, standing: Partial<StandingReport> = {}) =>
    mergeIndicator([said('my-list', report, standing)], now)?.status;

  test('a domain outlives an address, a file outlives both', () => {
    const order = (['ip', 'domain', 'hash'] as const).map((type) => ageingOf(type, null));
    for (const rule of ['inactiveDays', 'expiresDays'] as const) {
      const days = order.map((one) => one[rule]);
      expect(days).toEqual(days.toSorted((a, b) => a - b));
    }
    expect(statusOf({ type: 'ip', lastSeen: daysAgo(100) })).toBe('expired');
    expect(statusOf({ type: 'domain', lastSeen: daysAgo(100) })).toBe('active');
    expect(statusOf({ type: 'domain', lastSeen: daysAgo(130) })).toBe('inactive');
    expect(statusOf({ type: 'hash', lastSeen: daysAgo(700) })).toBe('active');
  });

  test('what it is used for counts', () => {
    expect(statusOf({ type: 'ip', lastSeen: daysAgo(40) })).toBe('inactive');
    expect(statusOf({ type: 'ip', lastSeen: daysAgo(40), threatType: 'botnet_cc' })).toBe('active');
    expect(statusOf({ type: 'ip', lastSeen: daysAgo(20), threatType: 'scanner' })).toBe('inactive');
  });

  test('the source’s own word counts while it stands', () => {
    expect(statusOf({ type: 'ip', lastSeen: daysAgo(400), active: true })).toBe('active');
    expect(statusOf({ type: 'ip', lastSeen: daysAgo(400), active: true }, { reportedAt: daysAgo(50) })).toBe(
      'inactive',
    );
    expect(statusOf({ type: 'ip', lastSeen: daysAgo(2), active: false })).toBe('inactive');
  });

  test('without a date, being reported is being seen; a date in the future is none', () => {
    expect(statusOf({ type: 'ip' }, { reportedAt: daysAgo(20) })).toBe('active');
    expect(statusOf({ type: 'ip' }, { reportedAt: daysAgo(31) })).toBe('inactive');
    expect(statusOf({ type: 'ip', lastSeen: '2099-01-01T00:00:00.000Z' }, { reportedAt: daysAgo(100) })).toBe(
      'expired',
    );
  });

  test('says when the status changes next', () => {
    const seen = daysAgo(40);
    const times = { inactive: inactiveAt('ip', null, seen), expires: expiresAt('ip', null, seen) };
    expect(statusAt(times, seen)).toEqual({ status: 'active', until: times.inactive });
    expect(statusAt(times, times.inactive)).toEqual({ status: 'inactive', until: times.expires });
    expect(statusAt(times, times.expires)).toEqual({ status: 'expired', until: null });
  });
});

test('words for threats', () => {
  expect(threatTypeOf(' C2 ')).toBe('botnet_cc');
  expect(threatTypeOf('malicious-activity')).toBe('malware');
  expect(threatTypeOf('Something New')).toBe('something_new');
  expect(threatTypeOf(`a${'𐀀'.repeat(40)}`)).toBe(`a${'𐀀'.repeat(29)}`);
  expect(threatTypeOf('constructor')).toBe('constructor');
  expect(threatTypeOf('unknown')).toBeNull();
  expect(weightiestThreat(['zzz', 'phishing', 'aaa'])).toBe('phishing');
  expect(weightiestThreat(['zzz', 'aaa'])).toBe('aaa');
  expect(weightiestThreat([])).toBeNull();
});

describe('laws', () => {
  const time = fc.integer({ min: 0, max: 500 }).map(daysAgo);
  const report = fc.record({
    threatType: fc.option(fc.constantFrom('botnet_cc', 'phishing', 'scanner', 'other')),
    malware: fc.option(fc.constantFrom('mozi', 'mirai')),
    tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'CVE-2024-0001'), { maxLength: 3 }),
    confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    firstSeen: fc.option(time),
    lastSeen: fc.option(time),
    active: fc.option(fc.boolean()),
    sourceUrl: fc.option(fc.constantFrom('https://a.invalid/', 'https://b.invalid/')),
    context: fc.dictionary(fc.constantFrom('port', 'reporter'), fc.nat(9)),
  });
  const standing = fc
    .tuple(
      fc.constantFrom('urlhaus', 'threatfox', 'ipsum', 'list-a', 'list-b', 'list-c'),
      report,
      time,
      fc.option(time),
    )
    .map(([source, said, reportedAt, withdrawnAt]): StandingReport => {
      const { context } = said;
      return { source, report: { ...nothing, ...said, context: { ...context } }, reportedAt, withdrawnAt };
    });
  const reports = fc.uniqueArray(standing, { selector: ({ source }) => source, maxLength: 6 });

  test('the order of reports changes nothing', () => {
    fc.assert(
      fc.property(reports, fc.infiniteStream(fc.nat()), (all, order) => {
        const shuffled = all
          .map((one) => ({ one, at: order.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        expect(mergeIndicator(shuffled, now)).toEqual(mergeIndicator(all, now));
      }),
    );
  });

  test('every value was said by somebody, and another reporter never makes it less sure', () => {
    fc.assert(
      fc.property(reports, standing, (all, another) => {
        const merged = mergeIndicator(all, now);
        if (!merged) return;
        const said = all.map((one) => one.report);
        const words = said.flatMap((one) => [...one.tags, one.malware]);
        expect(merged.tags.every((tag) => words.includes(tag))).toBe(true);
        expect([...said.map((one) => one.threatType), null]).toContain(merged.threatType);
        expect([...said.map((one) => one.firstSeen), null]).toContain(merged.firstSeen);
        expect([...said.map((one) => one.lastSeen), null]).toContain(merged.lastSeen);
        expect(all.map((one) => one.source)).toContain(merged.source);
        if (all.some((one) => one.source === another.source)) return;
        expect(mergeIndicator([...all, another], now)?.confidence).toBeGreaterThanOrEqual(merged.confidence);
      }),
    );
  });

  test('a status lasts exactly until it says, and only gets older', () => {
    const statuses = ['active', 'inactive', 'expired'];
    fc.assert(
      fc.property(reports, (all) => {
        const merged = mergeIndicator(all, now);
        if (!merged) return;
        const until = merged.statusUntil;
        if (until === null) {
          expect(merged.status).toBe('expired');
          return;
        }
        const before = new Date(Date.parse(until) - 1).toISOString();
        expect(mergeIndicator(all, before < now ? now : before)?.status).toBe(merged.status);
        const next = mergeIndicator(all, until)?.status ?? '';
        expect(statuses.indexOf(next)).toBeGreaterThan(statuses.indexOf(merged.status));
      }),
    );
  });
});
