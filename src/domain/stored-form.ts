import { type CveId, emptyRecord, type SourceRecord } from './record.ts';
import type { SourceId } from './source-id.ts';

/**
 * The JSON text in which a source's record is stored and hashed: without its identity, which has columns of its own,
 * and without fields of which the source says nothing. Parsers build records with their keys in one order, so equal
 * records give equal texts.
 */
export function serialise(record: SourceRecord): string {
  const { cveId: _id, source: _source, ...content } = record;
  const said: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(content)) {
    if (value !== null && !(Array.isArray(value) && value.length === 0)) said[field] = value;
  }
  return JSON.stringify(said);
}

/** The record whose stored form is `stored`. */
export function hydrate(cveId: CveId, source: SourceId, stored: Partial<SourceRecord>): SourceRecord {
  return { ...emptyRecord(cveId, source), ...stored };
}
