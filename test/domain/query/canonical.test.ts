import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Query } from '../../../src/domain/query/ast.ts';
import { canonicalQuery, isTimely } from '../../../src/domain/query/canonical.ts';
import { parseQuery } from '../../../src/domain/query/parse.ts';
import { printQuery } from '../../../src/domain/query/print.ts';
import { vulnerabilityLanguage as language } from '../../../src/domain/query/vulnerability-fields.ts';

const parse = (text: string) => parseQuery(text, language);

/** None that stands for no name, such as "na" or "none": vendors and products take none of those. */
const word = fc.stringMatching(/^x[a-z]{1,7}$/);
const score = fc.integer({ min: 0, max: 100 }).map((n) => n / 10);
const bound = fc.record({ value: score, inclusive: fc.boolean() });
const day = fc.constantFrom('2024', '2024-05', '2024-05-31', '-30d', 'today');

/** Every kind of part that has no parts of its own. */
const leaf: fc.Arbitrary<Query> = fc.oneof(
  fc.record({ kind: fc.constant('word' as const), word, beginning: fc.boolean() }),
  fc.record({
    kind: fc.constant('phrase' as const),
    text: fc.array(word, { minLength: 1, maxLength: 3 }).map((w) => w.join(' ')),
  }),
  fc.record({ kind: fc.constant('id' as const), part: fc.constantFrom('CVE-2021-4', '2021-44228', '44228') }),
  fc.record({ kind: fc.constant('has' as const), field: fc.constantFrom(...language.fields.map((f) => f.name)) }),
  fc.record({
    kind: fc.constant('is' as const),
    field: fc.constantFrom('vendor', 'product', 'tag', 'title', 'reference'),
    values: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('is' as const),
    field: fc.constant('exploited'),
    values: fc.constantFrom([true], [false]),
  }),
  fc.record({ kind: fc.constant('is' as const), field: fc.constant('published'), values: day.map((d) => [d]) }),
  fc
    .tuple(fc.option(bound, { nil: null }), fc.option(bound, { nil: null }))
    .filter(([from, to]) => (from !== null || to !== null) && !(from && to && from.value > to.value))
    .map(([from, to]) => ({ kind: 'between' as const, field: 'cvss', from, to })),
  fc
    .record({ value: day, inclusive: fc.boolean() })
    .map((from) => ({ kind: 'between' as const, field: 'modified', from, to: null })),
);

const { query } = fc.letrec<{ query: Query }>((tie) => ({
  query: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('query').map((part): Query => (part.kind === 'not' ? part.part : { kind: 'not', part })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('query'), { minLength: 2, maxLength: 3 }))
      .map(([kind, parts]): Query => ({ kind, parts: parts.flatMap((p) => (p.kind === kind ? p.parts : [p])) })),
  ),
}));

test('a query of any kind that is printed and parsed is itself', () => {
  fc.assert(
    fc.property(query, (q) => {
      expect(parse(printQuery(q))).toEqual(q);
    }),
    { numRuns: 1_000 },
  );
});

test('the canonical form stays itself, and does not depend on the order of what is said', () => {
  fc.assert(
    fc.property(query, fc.array(query, { minLength: 1, maxLength: 4 }), (q, others) => {
      const once = canonicalQuery(q);
      expect(canonicalQuery(once)).toEqual(once);
      const parts = [q, ...others];
      const reversed = [...parts].reverse();
      expect(canonicalQuery({ kind: 'and', parts })).toEqual(canonicalQuery({ kind: 'and', parts: [...reversed, q] }));
    }),
    { numRuns: 300 },
  );
  expect(printQuery(canonicalQuery(parse('b a b severity:(low,high)')))).toBe(
    printQuery(canonicalQuery(parse('severity:(high,low) a b'))),
  );
});

test('only what is relative to now changes with the clock', () => {
  expect(['published:>-30d', '-(a kev:today)', 'added:(2024 yesterday)'].map((text) => isTimely(parse(text)))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['a', 'published:2024'].map((text) => isTimely(parse(text)))).toEqual([false, false]);
});
