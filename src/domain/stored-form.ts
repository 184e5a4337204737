import { type CveId, emptyRecord, type SourceRecord } from './record.ts';
import type { SourceId } from './source-id.ts';

/**
 * The JSON text in which a source's record is stored and hashed: without its identity, which has columns of its own,
 * and without what the source does not say. Parsers build records with their keys in one order, so equal records give
 * equal texts.
 */
export function serialise(record: SourceRecord): string {
  return JSON.stringify(record, (key, value: unknown) => {
    if (key === 'cveId' || key === 'source' || value === null) return undefined;
    return Array.isArray(value) && value.length === 0 ? undefined : value;
  });
}

/** The record whose stored form is `stored`. */
export function hydrate(cveId: CveId, source: SourceId, stored: Partial<SourceRecord>): SourceRecord {
  return { ...emptyRecord(cveId, source), ...stored };
}
