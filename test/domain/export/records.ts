import fc from 'fast-check';
import type { ExportHead, ExportRecord, ExportWriter, MappedTo } from '../../../src/domain/export/contract.ts';
import { merge } from '../../../src/domain/merge.ts';
import { uuidOf } from '../../../src/search/export/uuid.ts';
import { storedRecords } from '../../support/arbitraries.ts';

export const head: ExportHead = {
  query: 'severity:high',
  at: '2024-06-01T12:00:00.000Z',
  version: '0.0.0-test',
  uuid: uuidOf,
};

const technique: fc.Arbitrary<MappedTo> = fc.record({
  techniqueId: fc.constantFrom('T1059', 'T1059.001', 'T1190'),
  name: fc.option(fc.string({ minLength: 1 }), { nil: null }),
  modifiedAt: fc.constantFrom(null, '2024-05-01T00:00:00.000Z'),
  comment: fc.option(fc.string(), { nil: null }),
});

/** A record as random sources make it. */
function exportRecord(): fc.Arbitrary<ExportRecord> {
  const parts = fc.record({
    stored: storedRecords(),
    techniques: fc.uniqueArray(technique, { maxLength: 3, selector: (t) => t.techniqueId }),
    epss: fc.constantFrom(null, 0, 0.97),
  });
  return parts
    .map(({ stored, techniques, epss }) => {
      const merged = merge(stored);
      return merged && { ...merged, ...written, techniques, epss };
    })
    .filter((record) => record !== null);
}

const written = {
  priorityScore: 0.5,
  scoredOn: '2024-06-01',
  createdAt: '2024-05-01T00:00:00.000Z',
  updatedAt: '2024-05-02T00:00:00.000Z',
};

/** Several records, each of a CVE of its own. */
export function exportRecords(): fc.Arbitrary<ExportRecord[]> {
  return fc
    .array(exportRecord(), { maxLength: 4 })
    .map((records) => records.map((record, i) => ({ ...record, cveId: `CVE-2024-${1000 + i}` as const })));
}

/** A record that says little; `changes` say more. */
export function record(changes: Partial<ExportRecord> = {}): ExportRecord {
  return {
    cveId: 'CVE-2024-0001',
    state: 'published',
    title: null,
    description: 'A flaw.',
    cvssScore: null,
    cvssVersion: null,
    cvssVector: null,
    severity: 'UNKNOWN',
    publishedAt: '2024-01-09T00:00:00.000Z',
    modifiedAt: '2024-02-09T00:00:00.000Z',
    exploited: false,
    exploitedSince: null,
    dueDate: null,
    requiredAction: null,
    ransomware: null,
    publicExploit: false,
    ssvc: null,
    cvss: [],
    weaknesses: [],
    affected: [],
    vendors: [],
    products: [],
    references: [],
    sources: ['nvd'],
    tags: [],
    aliases: [],
    ...written,
    epss: null,
    techniques: [],
    ...changes,
  };
}

/** The whole text of an export. */
export function text(writer: ExportWriter, records: readonly ExportRecord[]): string {
  const written = records.map((one) => writer.write(one));
  const asides = written.map((one) => one.aside ?? '');
  return [writer.begin, ...written.map((one) => one.text), writer.middle(), ...asides, writer.end()].join('');
}
