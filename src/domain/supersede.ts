import type { SourceRecord } from './record.ts';
import type { StoredRecord } from './vulnerability.ts';

/**
 * What is to be stored when a source speaks again of a CVE. Older content never replaces newer; of a CVE that a source
 * rejects now, what it last published is kept, also when that arrives late.
 * @returns null when what is stored stays as it is
 */
export function supersede(stored: StoredRecord | null, incoming: SourceRecord): StoredRecord | null {
  if (!stored) return { record: incoming, published: null };
  if (isOlder(incoming, stored.record)) return lateContent(stored, incoming);
  if (incoming.state === 'published') return { record: incoming, published: null };
  const last = stored.record.state === 'published' ? stored.record : stored.published;
  return { record: incoming, published: last };
}

function lateContent(stored: StoredRecord, incoming: SourceRecord): StoredRecord | null {
  if (stored.record.state === 'published' || incoming.state !== 'published') return null;
  if (stored.published && !isOlder(stored.published, incoming)) return null;
  return { record: stored.record, published: incoming };
}

/** A record without a time of modification is never older: it is what the source says now. */
function isOlder(a: SourceRecord, b: SourceRecord): boolean {
  return a.modifiedAt !== null && b.modifiedAt !== null && a.modifiedAt < b.modifiedAt;
}
