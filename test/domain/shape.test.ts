import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyRecord, type SourceRecord } from '../../src/domain/record.ts';
import { type DocumentKind, nextShape, type Shape, ShapeCounter, strangeness } from '../../src/domain/shape.ts';

const id = 'CVE-2024-0001';
const full: SourceRecord = {
  ...emptyRecord(id, 'nvd'),
  description: 'A flaw.',
  severity: 'HIGH',
  affected: [{ vendor: 'acme', product: 'gateway', versions: [] }],
};

/** A document of `records` records, of which shares lack something; null: it cannot be used. */
function shape(
  records: number,
  lacks: { use?: number; description?: number; vendor?: number; score?: number } = {},
  released: string | null = null,
): Shape {
  const counter = new ShapeCounter();
  const one = (i: number, share = 0) => i < records * share;
  for (let i = 0; i < records; i++) {
    if (one(i, lacks.use)) {
      counter.add([]);
      continue;
    }
    counter.add([
      {
        ...full,
        description: one(i, lacks.description) ? null : full.description,
        affected: one(i, lacks.vendor) ? [] : full.affected,
        severity: one(i, lacks.score) ? null : full.severity,
      },
    ]);
  }
  return counter.shape(records, released);
}

describe('the shape of a document', () => {
  test.each<[DocumentKind, number, number, string | null]>([
    ['catalogue', 1404, 12, '1,404 entries became 12'],
    ['catalogue', 1404, 1263, '1,404 entries became 1,263'],
    ['catalogue', 1404, 1264, null],
    ['catalogue', 1404, 3000, null],
    ['catalogue', 1404, 0, '1,404 entries became 0'],
    ['list', 11000, 6000, null],
    ['list', 11000, 5000, '11,000 entries became 5,000'],
    ['list', 40, 0, null],
    ['recent', 500, 1, null],
    ['recent', 500, 0, '500 entries became 0'],
    ['feed', 20000, 12, null],
    ['answer', 2000, 3, null],
  ])('%s: %i entries, then %i', (kind, had, came, strange) => {
    expect(strangeness(kind, shape(had), shape(came))).toBe(strange);
  });

  test.each<[string, DocumentKind, Shape, Shape, RegExp | null]>([
    ['a catalogue without vendors', 'catalogue', shape(1000), shape(1000, { vendor: 0.3 }), /^30 % .*vendor.* 0 %/],
    ['a year without scores', 'feed', shape(9000, { score: 0.1 }), shape(9100, { score: 0.4 }), /^40 % .*no score/],
    ['a year that grew by months of unscored records', 'feed', shape(2000), shape(5000, { score: 0.6 }), null],
    ['new records of NVD have no score yet', 'answer', shape(2000, { score: 0.2 }), shape(2000, { score: 0.9 }), null],
    ['no score in any record', 'answer', shape(2000, { score: 0.2 }), shape(2000, { score: 1 }), /^100 % .*no score/],
    ['a CNA publishes a few hundred at once', 'answer', shape(2000, { vendor: 0.3 }), shape(300, { vendor: 1 }), null],
    ['no description any more', 'answer', shape(2000), shape(300, { description: 1 }), /^100 % .*no description/],
    ['records in a new form', 'answer', shape(2000), shape(40, { use: 0.9 }), /^90 % of its records cannot be used/],
    ['a handful says nothing', 'answer', shape(2000), shape(8, { use: 1, vendor: 1 }), null],
    ['nor does a handful before', 'catalogue', shape(8), shape(1000, { vendor: 1 }), null],
  ])('%s', (_, kind, had, came, strange) => {
    if (strange) expect(strangeness(kind, had, came)).toMatch(strange);
    else expect(strangeness(kind, had, came)).toBeNull();
  });

  test('rejected records need no vendor and no score', () => {
    const counter = new ShapeCounter();
    for (let i = 0; i < 2000; i++) counter.add([{ ...emptyRecord(id, 'nvd'), state: 'rejected' }]);
    expect(strangeness('answer', shape(2000), counter.shape(2000, null))).toBeNull();
  });

  test('what one of several sources says is said', () => {
    const counter = new ShapeCounter();
    for (let i = 0; i < 100; i++)
      counter.add([
        { ...full, severity: null },
        { ...emptyRecord(id, 'cisa_adp'), severity: 'LOW' },
      ]);
    expect(counter.shape(100, null).without).toEqual({ use: 0, description: 0, vendor: 0, score: 0 });
  });

  test('a day of the past is smaller, and changes nothing that is remembered', () => {
    const now = shape(313_089, {}, '2026-01-30T00:00:00.000Z');
    const past = shape(200_000, {}, '2024-01-30T00:00:00.000Z');
    expect(strangeness('catalogue', now, past)).toBeNull();
    expect(nextShape('catalogue', now, past)).toBe(now);
    expect(strangeness('catalogue', past, now)).toBeNull();
  });

  test('the same again is never strange, of whatever kind', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom<DocumentKind[]>('catalogue', 'list', 'recent', 'feed', 'answer'),
        fc.nat(600),
        fc.record({ use: share, description: share, vendor: share, score: share }),
        (kind, records, lacks) => {
          const one = shape(records, lacks);
          expect(strangeness(kind, one, one)).toBeNull();
          expect(strangeness(kind, nextShape(kind, one, one), one)).toBeNull();
        },
      ),
    );
  });

  test('answers are remembered over some thousand records, the newest counting most', () => {
    let had = shape(2000, { score: 0.1 });
    for (let i = 0; i < 100; i++) had = nextShape('answer', had, shape(2000, { score: 0.5 }));
    expect(had.looked).toBeLessThanOrEqual(20_000);
    expect(had.without.score / had.published).toBeCloseTo(0.5, 1);
  });
});
