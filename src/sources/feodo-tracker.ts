import type { IndicatorReport } from '../domain/indicator.ts';
import { abuseCh, cellOf, isOnline, momentIn, rowOf } from './abuse-ch.ts';
import type { Connector } from './connector.ts';
import type { IndicatorFormat } from './contract.ts';
import { isObject, type JsonObject } from './guards.ts';
import { contextOf, familyOf, reportOn, updatedAt } from './indicator-report.ts';
import { newDocuments } from './new-documents.ts';
import { type Notes, parsed } from './notes.ts';

/**
 * Servers that command botnets: an object of Feodo Tracker's list in JSON, or a row of the one in CSV. The list is whole: what is
 * not in it was not seen for 30 days.
 * @see https://feodotracker.abuse.ch/blocklist/
 */
export const feodoTracker: IndicatorFormat = {
  kind: 'indicator',
  id: 'feodo_tracker',
  version: 1,
  sources: ['feodo_tracker'],
  coverage: 'full',
  recognises: (value) =>
    isObject(value) &&
    (('ip_address' in value && 'last_online' in value && 'malware' in value) ||
      ('dst_ip' in value && 'dst_port' in value && 'malware' in value)),
  parse: (value) => parsed((notes) => [reportOf(rowOf(value), notes)]),
  releasedAt: updatedAt,
};

function reportOf(row: JsonObject, notes: Notes): IndicatorReport {
  const cell = (column: string) => cellOf(row, column, notes);
  const port = Number(cell('port') ?? cell('dst_port') ?? Number.NaN);
  const system = Number(cell('as_number') ?? Number.NaN);
  return reportOn(cell('ip_address') ?? cell('dst_ip') ?? '', {
    threatType: 'botnet_cc',
    malware: familyOf(cell('malware')),
    firstSeen: momentIn(row, 'first_seen', notes) ?? momentIn(row, 'first_seen_utc', notes),
    lastSeen: momentIn(row, 'last_online', notes),
    active: isOnline(cell('status') ?? cell('c2_status')),
    context: contextOf({
      port,
      hostname: cell('hostname'),
      as_number: system,
      as_name: cell('as_name'),
      country: cell('country'),
    }),
  });
}

export const feodoTrackerFeed: Connector = {
  id: 'feodo_tracker',
  sources: ['feodo_tracker'],
  kind: 'indicator',
  coverage: 'full',
  title: 'Feodo Tracker',
  homepage: 'https://feodotracker.abuse.ch/',
  licence: abuseCh.licence,
  attribution: 'Botnet command servers: Feodo Tracker by abuse.ch.',
  hosts: ['feodotracker.abuse.ch'],
  every: '43 */4 * * *',
  staleAfterHours: 24,
  fetch: (context) =>
    newDocuments(context, feodoTracker, [['https://feodotracker.abuse.ch/downloads/ipblocklist.json']], {
      ...abuseCh.request,
      expect: 'json',
    }),
};
