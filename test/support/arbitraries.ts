import fc from 'fast-check';
import { severityOf } from '../../src/domain/cvss.ts';
import type { CvssAssessment, SourceRecord } from '../../src/domain/record.ts';
import { vulnerabilitySources } from '../../src/domain/source-id.ts';
import type { StoredRecord } from '../../src/domain/vulnerability.ts';

const time = fc
  .date({ min: new Date('1999-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((d) => d.toISOString());
const day = time.map((t) => t.slice(0, 10));
const text = fc.string({ maxLength: 20 });
const name = fc.constantFrom('apache', 'microsoft', 'log4j', 'exchange_server', '');
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const assessment: fc.Arbitrary<CvssAssessment> = fc
  .record({
    version: fc.constantFrom('2.0' as const, '3.0' as const, '3.1' as const, '4.0' as const),
    score: fc.integer({ min: 0, max: 100 }).map((n) => n / 10),
    vector: maybe(text),
    role: fc.constantFrom('cna' as const, 'nvd' as const, 'cisa_adp' as const, 'other' as const),
    provider: text,
    type: fc.constantFrom('primary' as const, 'secondary' as const, null),
  })
  .map((a) => ({ ...a, severity: severityOf(a.version, a.score) }));

/** Any record of any source about one CVE. */
export function sourceRecord(): fc.Arbitrary<SourceRecord> {
  return fc.record({
    cveId: fc.constant('CVE-2024-0001' as const),
    source: fc.constantFrom(...vulnerabilitySources),
    state: fc.constantFrom('published' as const, 'published' as const, 'rejected' as const, 'reserved' as const),
    title: maybe(text),
    description: maybe(text),
    publishedAt: maybe(time),
    modifiedAt: maybe(time),
    severity: fc.constantFrom('HIGH' as const, 'LOW' as const, null),
    cvss: fc.array(assessment, { maxLength: 3 }),
    weaknesses: fc.uniqueArray(fc.constantFrom('CWE-79', 'CWE-89', 'CWE-20'), { maxLength: 3 }),
    affected: fc.array(
      fc.record({ vendor: name, product: name, versions: fc.uniqueArray(fc.constantFrom('1.0', '2.0', '3.0')) }),
      { maxLength: 3 },
    ),
    references: fc.uniqueArray(
      fc.record({
        url: fc.constantFrom('https://a.example/1', 'https://b.example/2'),
        tags: fc.uniqueArray(fc.constantFrom('patch', 'exploit', 'vendor-advisory')),
      }),
      { maxLength: 2, selector: (r) => r.url },
    ),
    exploited: maybe(
      fc.record({ since: maybe(day), due: maybe(day), action: maybe(text), ransomware: maybe(fc.boolean()) }),
    ),
    ssvc: maybe(
      fc.record({
        exploitation: fc.constantFrom('none' as const, 'poc' as const, 'active' as const, null),
        automatable: maybe(fc.boolean()),
        technicalImpact: fc.constantFrom('partial' as const, 'total' as const, null),
        at: maybe(time),
      }),
    ),
    tags: fc.uniqueArray(fc.constantFrom('disputed', 'nvd:analyzed'), { maxLength: 2 }),
    origins: fc.uniqueArray(fc.constantFrom('nvd', 'euvd'), { maxLength: 2 }),
    aliases: fc.uniqueArray(fc.constantFrom('EUVD-2024-1', 'GHSA-xxxx-yyyy-zzzz'), { maxLength: 2 }),
  });
}

/** Any stored record about one CVE. */
export function storedRecord(): fc.Arbitrary<StoredRecord> {
  return fc
    .record({ record: sourceRecord(), published: maybe(sourceRecord()), withdrawn: fc.boolean() })
    .map(({ record, published, withdrawn }) => ({
      record,
      published:
        published && record.state !== 'published'
          ? { ...published, source: record.source, state: 'published' as const }
          : null,
      withdrawn,
    }));
}

/** At most one stored record for each source, as the database has them. */
export function storedRecords(): fc.Arbitrary<StoredRecord[]> {
  return fc.uniqueArray(storedRecord(), { maxLength: 6, selector: (s) => s.record.source });
}
