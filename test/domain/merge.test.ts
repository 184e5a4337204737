import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentOf, merge } from '../../src/domain/merge.ts';
import { emptyRecord, type SourceRecord } from '../../src/domain/record.ts';
import type { StoredRecord } from '../../src/domain/vulnerability.ts';
import { storedRecord, storedRecords } from '../support/arbitraries.ts';

const id = 'CVE-2024-0001';
const said = (record: Partial<SourceRecord> & Pick<SourceRecord, 'source'>): StoredRecord => ({
  record: { ...emptyRecord(id, record.source), ...record },
  published: null,
});

describe('the laws of the merge', () => {
  test('order and repetition change nothing', () => {
    const shuffled = fc
      .array(storedRecord(), { maxLength: 8 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
      );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(merge(other)).toEqual(merge(list));
      }),
    );
  });

  test('every value was said by some source', () => {
    fc.assert(
      fc.property(storedRecords(), (list) => {
        const merged = merge(list);
        if (!merged) {
          expect(list).toEqual([]);
          return;
        }
        const contents = list.map(contentOf);
        const saidBy = (value: (r: SourceRecord) => unknown) => [null, ...contents.map(value)];
        expect(saidBy((r) => r.title)).toContain(merged.title);
        expect(saidBy((r) => r.description)).toContain(merged.description);
        expect(saidBy((r) => r.publishedAt)).toContain(merged.publishedAt);
        expect([null, ...list.map((s) => s.record.modifiedAt)]).toContain(merged.modifiedAt);
        const scores = contents.flatMap((r) => r.cvss.map((c) => c.score));
        if (merged.cvssScore !== null) expect(scores).toContain(merged.cvssScore);
        else expect(scores.length === 0 || list.some((s) => s.record.source === 'sample' || s.withdrawn)).toBe(true);
        for (const w of merged.weaknesses) expect(contents.some((r) => r.weaknesses.includes(w))).toBe(true);
        for (const r of merged.references)
          expect(contents.some((c) => c.references.some((x) => x.url === r.url))).toBe(true);
      }),
    );
  });

  test('a source that is left out leaves nothing behind', () => {
    fc.assert(
      fc.property(storedRecords(), fc.nat(), (list, n) => {
        const gone = list[n % Math.max(1, list.length)];
        const rest = list.filter((s) => s !== gone);
        const source = gone?.record.source;
        const merged = merge(rest);
        expect(merged?.affected.some((a) => a.source === source) ?? false).toBe(false);
        expect(merged?.references.some((r) => source !== undefined && r.sources.includes(source)) ?? false).toBe(false);
        expect(merged?.cvss.some((c) => c.source === source) ?? false).toBe(false);
      }),
    );
  });
});

describe('who wins', () => {
  const cvss = (score: number, over: Partial<SourceRecord['cvss'][number]> = {}): SourceRecord['cvss'] => [
    { version: '3.1', score, vector: null, severity: 'HIGH', role: 'nvd', provider: 'x', type: 'primary', ...over },
  ];

  test("the CNA's assessment stands before NVD's, also when it is 0.0", () => {
    const merged = merge([
      said({ source: 'nvd', cvss: cvss(9.8) }),
      said({ source: 'cve_list', cvss: cvss(0, { role: 'cna', severity: 'NONE' }) }),
    ]);
    expect(merged).toMatchObject({ cvssScore: 0, severity: 'NONE' });
    expect(merged?.cvss).toHaveLength(2);
  });

  test('of one provider the newest CVSS version stands', () => {
    const list = [...cvss(9.8), ...cvss(7, { version: '4.0' }), ...cvss(10, { version: '2.0' })];
    expect(merge([said({ source: 'nvd', cvss: list })])).toMatchObject({ cvssScore: 7, cvssVersion: '4.0' });
  });

  test('without a score the stated severity stands, and without that UNKNOWN', () => {
    expect(merge([said({ source: 'deduplicated', severity: 'LOW' })])?.severity).toBe('LOW');
    expect(merge([said({ source: 'cisa_kev' })])?.severity).toBe('UNKNOWN');
  });

  test('it is exploited while any catalogue lists it, since the earliest day', () => {
    const kev = { since: '2024-03-01', due: '2024-03-22', action: 'Patch.', ransomware: null };
    const merged = merge([
      said({ source: 'cisa_kev', exploited: kev }),
      said({ source: 'cisa_adp', exploited: { ...kev, since: '2024-02-28', due: null, action: null } }),
    ]);
    expect(merged).toMatchObject({ exploited: true, exploitedSince: '2024-02-28', dueDate: '2024-03-22' });
    expect(merge([said({ source: 'nvd' })])?.exploited).toBe(false);
  });

  test('the sample is silent as soon as a real source speaks', () => {
    const sample = said({ source: 'sample', title: 'ours', weaknesses: ['CWE-1'] });
    expect(merge([sample])?.title).toBe('ours');
    expect(merge([sample, said({ source: 'cisa_kev' })])).toMatchObject({
      title: null,
      weaknesses: [],
      sources: ['cisa_kev'],
    });
  });

  test('of a rejected CVE the last published content stays readable', () => {
    const published = { ...emptyRecord(id, 'nvd'), description: 'a hole', weaknesses: ['CWE-79'] };
    const rejected = { ...emptyRecord(id, 'nvd'), state: 'rejected' as const, description: 'duplicate' };
    expect(merge([{ record: rejected, published }])).toMatchObject({
      state: 'rejected',
      description: 'a hole',
      weaknesses: ['CWE-79'],
    });
  });

  test('what every source took back keeps its content, and nobody exploits it', () => {
    const kev = { since: '2024-03-01', due: null, action: null, ransomware: null };
    const gone = { ...said({ source: 'cisa_kev', title: 'was listed', exploited: kev }), withdrawn: true };
    expect(merge([gone])).toMatchObject({ state: 'withdrawn', title: 'was listed', exploited: false });
    expect(merge([gone, said({ source: 'nvd' })])).toMatchObject({ state: 'published', title: null, exploited: false });
  });
});
