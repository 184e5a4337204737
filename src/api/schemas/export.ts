import { Type } from 'typebox';
import type { ExportHead, ExportWriter } from '../../domain/export/contract.ts';
import { csafWriter } from '../../domain/export/csaf.ts';
import { csvWriter } from '../../domain/export/csv.ts';
import { ndjsonWriter } from '../../domain/export/ndjson.ts';
import { stixWriter } from '../../domain/export/stix.ts';
import type { Details } from '../../search/export/records.ts';
import { QueryString } from './common.ts';
import { recordOf } from './vulnerability.ts';

interface Format {
  readonly type: string; // media type
  readonly extension: string;
  readonly meaning: string;
  readonly details: readonly Details[];
  writer(head: ExportHead): ExportWriter;
}

/** What CVEs can be exported as. */
export const exportFormats = {
  csv: {
    type: 'text/csv; charset=utf-8; header=present',
    extension: 'csv',
    meaning: 'a table, safe to open in a spreadsheet',
    details: ['epss'],
    writer: csvWriter,
  },
  ndjson: {
    type: 'application/x-ndjson',
    extension: 'ndjson',
    meaning: 'one record a line, as GET /vulnerabilities/{cve} answers; `openthreat ingest` reads it',
    details: ['epss'],
    writer: () => ndjsonWriter(recordOf),
  },
  stix: {
    type: 'application/stix+json;version=2.1',
    extension: 'stix.json',
    meaning: 'a STIX 2.1 bundle of vulnerabilities, and of the attack patterns they were mapped to',
    details: ['epss', 'techniques'],
    writer: stixWriter,
  },
  csaf: {
    type: 'application/json',
    extension: 'csaf.json',
    meaning: 'one document in the form of CSAF 2.0',
    details: [],
    writer: csafWriter,
  },
} as const satisfies Readonly<Record<string, Format>>;

export type ExportFormat = keyof typeof exportFormats;
export const exportFormatNames = Object.keys(exportFormats) as ExportFormat[];

/** Orders of exports beside that of the ids, best or newest first. */
export const exportSorts = ['priority', 'cvss', 'epss', 'published', 'modified'] as const;

export const ExportQuery = QueryString({
  q: Type.Optional(
    Type.String({
      maxLength: 2000,
      description: 'Which CVEs, in the query language; without it all',
      examples: ['exploited:true severity:critical'],
    }),
  ),
  format: Type.Optional(
    Type.Enum(exportFormatNames, {
      default: 'csv',
      description: Object.entries(exportFormats)
        .map(([name, { meaning }]) => `${name}: ${meaning}`)
        .join('; '),
      examples: ['csv'],
    }),
  ),
  sort: Type.Optional(
    Type.Enum(['cve', ...exportSorts], {
      default: 'cve',
      description: 'The order; by the ids is the quickest, and nothing moves in it while it is read',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000_000, description: 'At most so many; without it all' }),
  ),
});
