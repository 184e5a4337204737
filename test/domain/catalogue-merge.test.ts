import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Actor, Technique } from '../../src/domain/catalogue.ts';
import { mergedEntry, type PartRecord } from '../../src/domain/catalogue-merge.ts';

const technique = (changes: Partial<Technique> = {}): Technique => ({
  kind: 'technique',
  id: 'T1001',
  name: 'One',
  description: null,
  tactics: [],
  platforms: [],
  dataSources: [],
  detection: null,
  mitigation: null,
  references: [],
  parentId: null,
  state: 'active',
  revokedBy: null,
  url: null,
  modifiedAt: null,
  ...changes,
});
const said = (part: string, changes: Partial<Technique> = {}, withdrawn = false): PartRecord => ({
  part,
  record: technique(changes),
  withdrawn,
});

const texts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 });
const records = fc.array(
  fc.record({
    part: fc.constantFrom('enterprise', 'mobile', 'ics', 'other'),
    withdrawn: fc.boolean(),
    record: fc
      .record({
        name: fc.constantFrom('x', 'y'),
        tactics: texts,
        platforms: texts,
        detection: fc.option(fc.constantFrom('see', 'hear')),
        modifiedAt: fc.option(fc.constantFrom('2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z')),
        state: fc.constantFrom('active', 'deprecated', 'revoked'),
      })
      .map((changes) => technique(changes as Partial<Technique>)),
  }),
  { minLength: 1, maxLength: 4 },
);
const eachPartOnce = records.map((list) => [...new Map(list.map((r) => [r.part, r])).values()]);

test('the order of the parts means nothing', () => {
  fc.assert(
    fc.property(eachPartOnce, (list) => {
      expect(mergedEntry(list.toReversed())).toEqual(mergedEntry(list));
    }),
  );
});

test('every value was said by a part that lists it, and nothing they list is lost', () => {
  fc.assert(
    fc.property(eachPartOnce, (list) => {
      const merged = mergedEntry(list);
      if (merged?.kind !== 'technique') throw new Error('no technique');
      const present = list.some((r) => !r.withdrawn) ? list.filter((r) => !r.withdrawn) : list;
      const all = present.map((r) => r.record as Technique);
      expect(new Set(merged.tactics)).toEqual(new Set(all.flatMap((t) => t.tactics)));
      expect(all.map((t) => t.name)).toContain(merged.name);
      expect(new Set(merged.domains)).toEqual(new Set(present.map((r) => r.part)));
      expect(merged.state === 'withdrawn').toBe(list.every((r) => r.withdrawn));
    }),
  );
});

test('the part that was changed last is believed, texts that differ are joined', () => {
  const merged = mergedEntry([
    said('ics', { name: 'New', modifiedAt: '2025-02-01T00:00:00.000Z', detection: 'Look there.', tactics: ['impact'] }),
    said('enterprise', {
      name: 'Old',
      modifiedAt: '2024-02-01T00:00:00.000Z',
      detection: 'Look here.',
      tactics: ['execution'],
    }),
    said('mobile', { name: 'Gone', modifiedAt: '2026-01-01T00:00:00.000Z', tactics: ['x'] }, true),
  ]);
  expect(merged).toMatchObject({
    name: 'New',
    detection: 'Look here.\n\nLook there.',
    tactics: ['execution', 'impact'],
    domains: ['enterprise', 'ics'],
    state: 'active',
  });
});

test('it is in force while any part has it so', () => {
  const revoked = { state: 'revoked', revokedBy: 'T2', modifiedAt: '2025-02-01T00:00:00.000Z' } as const;
  expect(mergedEntry([said('enterprise'), said('ics', revoked)])).toMatchObject({ state: 'active' });
  expect(mergedEntry([said('enterprise', { state: 'deprecated' }), said('ics', revoked)])).toMatchObject({
    state: 'revoked',
    revokedBy: 'T2',
  });
});

test('a group uses what it uses in any matrix, and has all its names', () => {
  const actor = (part: string, names: readonly string[], techniqueIds: readonly string[]): PartRecord => ({
    part,
    withdrawn: false,
    record: { kind: 'actor', id: 'G0001', actor: 'group', name: 'A', names, techniqueIds } as unknown as Actor,
  });
  expect(
    mergedEntry([actor('ics', ['a', 'c'], ['T0801']), actor('enterprise', ['a', 'b'], ['T1001', 'T1002'])]),
  ).toMatchObject({
    names: ['a', 'b', 'c'],
    techniqueIds: ['T0801', 'T1001', 'T1002'],
  });
});

test('nothing said is nothing', () => {
  expect(mergedEntry([])).toBeNull();
});
