import { defineEntity, p } from '@mikro-orm/core';
import { identity, idText, index, oneOf, text, time, timeNow } from './columns.ts';

/**
 * What each source says of each CVE. Keyed by the CVE first, like the history: a cluster distributes both by it.
 * The ids are plain numbers there and no keys, because a key of a distributed table must hold the column it is distributed by.
 */
export const sourceRecords = defineEntity({
  name: 'SourceRecord',
  tableName: 'source_records',
  properties: {
    cveId: idText().primary(),
    source: idText().primary(),
    id: identity(),
    state: text(),
    contentHash: p.blob(),
    rawHash: p.blob(),
    modifiedAt: time().nullable(),
    /** As text: it is written once, read whole, and parsing it into jsonb would cost a fifth of an import. */
    record: p.json<object>().columnType('json'),
    /** What it said before it was rejected. */
    publishedRecord: p.json<object>().columnType('json').nullable(),
    withdrawnAt: time().nullable(),
    runId: p.bigint('number'),
    firstSeenAt: timeNow(),
    changedAt: timeNow(),
  },
  checks: [oneOf('source_records_state_check', 'state', ['published', 'rejected', 'reserved'])],
  indexes: [index('ix_source_records_source', 'source_records', 'using btree (source, cve_id)')],
});

/** What changed in a CVE, when, and because of which source. */
export const vulnerabilityChanges = defineEntity({
  name: 'VulnerabilityChange',
  tableName: 'vulnerability_changes',
  properties: {
    cveId: idText().primary(),
    id: identity().primary(),
    changedAt: timeNow(),
    source: idText(),
    runId: p.bigint('number').nullable(),
    /** By field: `{ from, to }`, or `{ added, removed }` for a list. */
    changes: p.json<object>(),
  },
});
