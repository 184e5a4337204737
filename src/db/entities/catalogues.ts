import { defineEntity, p } from '@mikro-orm/core';
import { idText, text, time, timeNow } from './columns.ts';

/** How new each part of a reference catalogue is that was read, so that an older one takes nothing back. */
export const catalogues = defineEntity({
  name: 'Catalogue',
  tableName: 'catalogues',
  properties: {
    source: idText().primary(),
    /** ATT&CK's matrices are published one by one, and so are the mappings; `all` for a catalogue in one piece. */
    part: idText().primary(),
    version: text().nullable(),
    releasedAt: time().nullable(),
    runId: p.bigint('number').nullable(),
    updatedAt: timeNow(),
  },
});

/** What each part says of each entry. The tables of techniques, actors, weaknesses and attack patterns are derived from these. */
export const catalogueRecords = defineEntity({
  name: 'CatalogueRecord',
  tableName: 'catalogue_records',
  properties: {
    source: idText().primary(),
    entryId: idText().primary(),
    part: idText().primary(),
    kind: text(),
    contentHash: p.blob(),
    /** As text: it is written once and read whole. */
    record: p.json<object>().columnType('json'),
    withdrawnAt: time().nullable(),
    runId: p.bigint('number').nullable(),
    firstSeenAt: timeNow(),
    changedAt: timeNow(),
  },
});
