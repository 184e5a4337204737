import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stixWriter } from '../../../src/domain/export/stix.ts';
import { exportRecords, head, record, text } from './records.ts';
import { bundleOf, type StixObject, violations } from './stix-rules.ts';

const written = (records: Parameters<typeof text>[1]) => bundleOf(text(stixWriter(head), records));
const ofType = (objects: readonly StixObject[], type: string) => objects.filter((object) => object.type === type);

describe('a STIX bundle', () => {
  test('of any records keeps the rules of the specification', () => {
    fc.assert(
      fc.property(exportRecords(), (records) => {
        expect(violations(written(records))).toEqual([]);
      }),
    );
  });

  test('has a vulnerability with its ids elsewhere, and what the sources say', () => {
    const { objects } = written([
      record({
        weaknesses: ['CWE-79'],
        references: [{ url: 'https://a.example/b c?x=|', name: 'Advisory', sources: ['nvd'] }],
        exploited: true,
        cvssScore: 0,
      }),
    ]);
    const [vulnerability] = ofType(objects, 'vulnerability');
    expect(vulnerability).toMatchObject({
      name: 'CVE-2024-0001',
      description: 'A flaw.',
      labels: ['exploited-in-the-wild'],
      external_references: [
        { source_name: 'cve', external_id: 'CVE-2024-0001' },
        { source_name: 'cwe', external_id: 'CWE-79' },
        { source_name: 'a.example', description: 'Advisory', url: 'https://a.example/b%20c?x=%7C' },
      ],
    });
    expect(Object.values(vulnerability?.extensions ?? {})).toMatchObject([
      { cvss_score: 0, exploited_in_the_wild: true },
    ]);
  });

  test('names each technique once, and relates it to every CVE that it was mapped to', () => {
    const techniques = [{ techniqueId: 'T1190', name: 'Exploit', modifiedAt: null, comment: 'so' }];
    const { objects } = written([record({ techniques }), record({ cveId: 'CVE-2024-0002', techniques })]);
    const [pattern, ...more] = ofType(objects, 'attack-pattern');
    expect([pattern?.name, more]).toEqual(['Exploit', []]);
    const targets = ofType(objects, 'relationship').map((r) => [r.source_ref, r.relationship_type, r.target_ref]);
    const ids = ofType(objects, 'vulnerability').map((v) => v.id);
    expect(targets).toEqual(ids.map((id) => [pattern?.id, 'targets', id]));
  });

  test('gives a CVE the same id in every bundle', () => {
    const id = (objects: readonly StixObject[]) => ofType(objects, 'vulnerability')[0]?.id;
    expect(id(written([record()]).objects)).toBe(id(written([record({ title: 'Another' })]).objects));
    expect(id(written([record()]).objects)).not.toBe(id(written([record({ cveId: 'CVE-2024-0002' })]).objects));
  });

  test('marks what was rejected or withdrawn as revoked, and nothing else', () => {
    const revoked = (['published', 'reserved', 'rejected', 'withdrawn'] as const).map(
      (state) => ofType(written([record({ state })]).objects, 'vulnerability')[0]?.revoked ?? false,
    );
    expect(revoked).toEqual([false, false, true, true]);
  });
});
