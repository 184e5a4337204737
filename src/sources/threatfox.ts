import type { IndicatorReport } from '../domain/indicator.ts';
import { threatTypeOf } from '../domain/indicator-threat.ts';
import { abuseCh, cellOf, momentIn, partsOf, rowOf } from './abuse-ch.ts';
import type { Connector } from './connector.ts';
import type { IndicatorFormat } from './contract.ts';
import { isObject, type JsonObject, numberOf } from './guards.ts';
import { contextOf, familyOf, reportOn, tagsIn } from './indicator-report.ts';
import { newDocuments } from './new-documents.ts';
import { type Notes, parsed } from './notes.ts';
import { dated, leavesGap } from './recent-documents.ts';

/**
 * Indicators of malware with the family they belong to: a row of ThreatFox' exports in CSV, or an object of its API.
 * @see https://threatfox.abuse.ch/api/
 */
export const threatfox: IndicatorFormat = {
  kind: 'indicator',
  id: 'threatfox',
  version: 1,
  sources: ['threatfox'],
  coverage: 'delta',
  recognises: (value) =>
    isObject(value) &&
    (('ioc_value' in value && 'fk_malware' in value) || ('ioc' in value && 'malware_printable' in value)),
  parse: (value) => parsed((notes) => [reportOf(rowOf(value), notes)]),
};

function reportOf(row: JsonObject, notes: Notes): IndicatorReport {
  const cell = (column: string) => cellOf(row, column, notes);
  const { tags } = row;
  const words = Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : partsOf(cell('tags'));
  const id = cell('ioc_id') ?? cell('id');
  const threat = cell('threat_type');
  const level = numberOf(row.confidence_level, 'confidence_level', notes);
  // "elf.mozi" is Malpedia's name, for where there is no other.
  const malpedia = cell('fk_malware') ?? cell('malware');
  return reportOn(cell('ioc_value') ?? cell('ioc') ?? '', {
    threatType: threat === null ? null : threatTypeOf(threat),
    malware: familyOf(cell('malware_printable')) ?? familyOf(malpedia?.replace(/^[a-z0-9]+\./, '') ?? null),
    tags: tagsIn([...words, ...(isTrue(row.is_compromised) ? ['compromised'] : [])]),
    confidence: level !== null && level >= 0 && level <= 100 ? level / 100 : null,
    firstSeen: momentIn(row, 'first_seen_utc', notes) ?? momentIn(row, 'first_seen', notes),
    lastSeen: momentIn(row, 'last_seen_utc', notes) ?? momentIn(row, 'last_seen', notes),
    sourceUrl: id !== null && /^\d+$/.test(id) ? `https://threatfox.abuse.ch/ioc/${id}/` : null,
    context: contextOf({ reporter: cell('reporter'), reference: cell('reference') }),
  });
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && /^true$/i.test(value.trim()));
}

const recent = 'https://threatfox.abuse.ch/export/csv/recent/';
const full = 'https://threatfox.abuse.ch/export/csv/full/';

/** ThreatFox: at first, and when the last time is too long ago, all of it; then what came in the last two days. */
export const threatfoxFeed: Connector = {
  id: 'threatfox',
  sources: ['threatfox'],
  kind: 'indicator',
  coverage: 'delta',
  title: 'ThreatFox',
  homepage: 'https://threatfox.abuse.ch/',
  licence: abuseCh.licence,
  attribution: 'Indicators of malware: ThreatFox by abuse.ch.',
  hosts: ['threatfox.abuse.ch'],
  every: '23 */4 * * *',
  staleAfterHours: 24,
  needs: ({ abuseChAuthKey }) =>
    abuseChAuthKey === null ? 'Set ABUSE_CH_AUTH_KEY to a key of https://auth.abuse.ch/ for it.' : null,
  async *fetch(context) {
    const key = context.settings.abuseChAuthKey;
    const options = { ...abuseCh.request, ...(key !== null && { headers: { 'Auth-Key': key } }) };
    const urls = leavesGap(context) === false ? [recent] : [full, recent];
    yield* dated(context, newDocuments(context, threatfox, [urls], options));
  },
};
