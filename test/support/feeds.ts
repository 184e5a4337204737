import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Small documents in the shapes of the feeds, for tests that write their own input. */

export interface NvdOptions {
  readonly modified?: string;
  readonly published?: string;
  readonly description?: string;
  readonly status?: string;
  readonly score?: number;
  readonly vendor?: string;
  readonly product?: string;
  readonly references?: readonly string[];
}

/** One entry of an NVD feed. */
export function nvdRecord(id: string, options: NvdOptions = {}): object {
  const { score, vendor, product, references = [] } = options;
  return {
    cve: {
      id,
      sourceIdentifier: 'cna@example.org',
      published: options.published ?? '2024-01-10T12:00:00.000',
      lastModified: options.modified ?? '2024-02-01T00:00:00.000',
      vulnStatus: options.status ?? 'Analyzed',
      descriptions: [{ lang: 'en', value: options.description ?? `Something is wrong in ${id}.` }],
      ...(score !== undefined && {
        metrics: {
          cvssMetricV31: [
            {
              source: 'nvd@nist.gov',
              type: 'Primary',
              cvssData: { version: '3.1', baseScore: score },
            },
          ],
        },
      }),
      ...(vendor !== undefined && {
        configurations: [
          {
            nodes: [
              {
                operator: 'OR',
                negate: false,
                cpeMatch: [
                  { vulnerable: true, criteria: `cpe:2.3:a:${vendor}:${product ?? 'thing'}:1.0:*:*:*:*:*:*:*` },
                ],
              },
            ],
          },
        ],
      }),
      references: references.map((url) => ({ url, source: 'cna@example.org' })),
    },
  };
}

/** An NVD feed or API page. */
export function nvdFeed(records: readonly object[]): string {
  return JSON.stringify({
    resultsPerPage: records.length,
    startIndex: 0,
    totalResults: records.length,
    format: 'NVD_CVE',
    version: '2.0',
    timestamp: '2024-03-01T00:00:00.000',
    vulnerabilities: records,
  });
}

/** One entry of CISA's catalogue. */
export function kevEntry(id: string, changes: object = {}): object {
  return {
    cveID: id,
    vendorProject: 'Acme',
    product: 'Gateway',
    vulnerabilityName: `Acme Gateway flaw ${id}`,
    dateAdded: '2024-03-01',
    shortDescription: `Acme Gateway has the flaw ${id}.`,
    requiredAction: 'Apply the update.',
    dueDate: '2024-03-22',
    knownRansomwareCampaignUse: 'Unknown',
    notes: '',
    cwes: ['CWE-79'],
    ...changes,
  };
}

/** CISA's catalogue as JSON; `released` is a day. */
export function kevCatalogue(entries: readonly object[], released = '2024-03-05', changes: object = {}): string {
  return JSON.stringify({
    title: 'CISA Catalog of Known Exploited Vulnerabilities',
    catalogVersion: released.replaceAll('-', '.'),
    dateReleased: `${released}T14:00:00.000Z`,
    count: entries.length,
    ...changes,
    vulnerabilities: entries,
  });
}

export interface Cve5Options {
  readonly updated?: string;
  readonly state?: 'PUBLISHED' | 'REJECTED' | 'RESERVED';
  readonly title?: string;
  readonly description?: string;
  readonly score?: number;
  /** The exploitation point of CISA's container, or none without it. */
  readonly cisa?: 'none' | 'poc' | 'active';
  readonly cisaUpdated?: string;
}

/** A CVE Record 5. */
export function cve5Record(id: string, options: Cve5Options = {}): object {
  const { state = 'PUBLISHED', updated = '2024-02-10T00:00:00.000Z', score } = options;
  const text = [{ lang: 'en', value: options.description ?? `The CNA's words on ${id}.` }];
  const cna = {
    providerMetadata: { orgId: '00000000-0000-4000-8000-000000000001', shortName: 'acme', dateUpdated: updated },
    ...(state === 'REJECTED' ? { rejectedReasons: text } : { descriptions: text }),
    ...(options.title !== undefined && { title: options.title }),
    ...(score !== undefined && {
      metrics: [{ cvssV3_1: { version: '3.1', baseScore: score } }],
    }),
  };
  const adp = options.cisa && [
    {
      title: 'CISA ADP Vulnrichment',
      providerMetadata: {
        orgId: '134c704f-9b21-4f2e-91b3-4a467353bcc0',
        shortName: 'CISA-ADP',
        dateUpdated: options.cisaUpdated ?? updated,
      },
      metrics: [{ other: { type: 'ssvc', content: { options: [{ Exploitation: options.cisa }] } } }],
    },
  ];
  return {
    dataType: 'CVE_RECORD',
    dataVersion: '5.1',
    cveMetadata: { cveId: id, state, datePublished: '2024-01-09T00:00:00.000Z', dateUpdated: updated },
    containers: { cna, ...(adp && { adp }) },
  };
}

/** A line of the deduplicated NDJSON. */
export function deduplicatedRecord(id: string, changes: object = {}): object {
  return {
    cve_id: id,
    title: `A flaw in ${id}`,
    description: `Words about ${id}.`,
    cvss_score: 7.5,
    severity: 'HIGH',
    published: '2024-01-08',
    last_modified: '2024-01-20',
    source: 'original',
    ...changes,
  };
}

/** A day of EPSS as its CSV; the percentiles are the scores. */
export function epssDay(day: string, scores: Readonly<Record<string, number>>): string {
  const rows = Object.entries(scores).map(([id, score]) => `${id},${score},${score}\n`);
  return `#model_version:v2025.03.14,score_date:${day}T12:55:00Z\ncve,epss,percentile\n${rows.join('')}`;
}

/** One JSON text a line. */
export function ndjson(records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** Writes a file into a folder and returns its path. */
export function put(folder: string, name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
