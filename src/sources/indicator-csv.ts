import type { IndicatorReport } from '../domain/indicator.ts';
import { threatTypeOf } from '../domain/indicator-threat.ts';
import { isOnline, partsOf, rowOf } from './abuse-ch.ts';
import type { IndicatorFormat } from './contract.ts';
import { isObject, type JsonObject, urlOf } from './guards.ts';
import { contextOf, familyOf, idsIn, reportOn, type SaidOfIndicator, tagsIn } from './indicator-report.ts';
import { momentInWords } from './moment-in-words.ts';
import { type Notes, parsed, Rejection } from './notes.ts';

/** Columns whose name says that an indicator of a kind is in them; a row may have several. */
const typed = [
  ...['ip', 'ip_address', 'ipaddress', 'ipv4', 'ipv6', 'cidr', 'network', 'src_ip', 'dst_ip', 'address'],
  ...['domain', 'domain_name', 'hostname', 'host', 'fqdn', 'url', 'uri', 'email', 'email_address'],
  ...['hash', 'file_hash', 'md5', 'sha1', 'sha256', 'sha512', 'md5_hash', 'sha1_hash', 'sha256_hash'],
];
/** Columns that hold one of any kind, unless there is one of the above. */
const general = ['value', 'indicator', 'ioc', 'ioc_value', 'indicator_value', 'observable', 'artifact', 'entry'];
const columns: ReadonlySet<string> = new Set([...typed, ...general]);

/**
 * Rows of any table of indicators, by the names of its columns: the indicators, and beside them the type of threat, the family,
 * tags, confidence (0–1, 0–100, or low, medium, high), dates, a description. The source is the label of the ingest.
 */
export const indicatorCsv: IndicatorFormat = {
  kind: 'indicator',
  id: 'indicator_csv',
  version: 1,
  sources: [],
  coverage: 'delta',
  recognises(value) {
    if (!isObject(value)) return false;
    const isFlat = Object.values(value).every((cell) => typeof cell !== 'object' || cell === null || isTexts(cell));
    return isFlat && Object.keys(value).some((name) => columns.has(columnOf(name)));
  },
  parse: (value) => parsed((notes) => reportsOf(byColumn(rowOf(value)), notes)),
};

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** `First Seen (UTC)` is `first_seen_utc`. */
function columnOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');
}

function byColumn(row: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(row).flatMap(([name, cell]) => {
      const text = isTexts(cell)
        ? cell.join(',')
        : typeof cell === 'string' || typeof cell === 'number'
          ? `${cell}`
          : '';
      return text.trim() === '' ? [] : [[columnOf(name), text.trim()] as const];
    }),
  );
}

function reportsOf(row: ReadonlyMap<string, string>, notes: Notes): readonly IndicatorReport[] {
  const own = typed.filter((name) => row.has(name));
  const names = own.length > 0 ? own : general.filter((name) => row.has(name)).slice(0, 1);
  if (names.length === 0) throw new Rejection('it has no indicator in a column that is known');
  const said = saidIn(row, own.length > 0 ? 'ioc' : null, notes);
  const reports: IndicatorReport[] = [];
  const reasons: string[] = [];
  for (const name of names) {
    try {
      reports.push(reportOn(row.get(name) ?? '', said));
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      reasons.push(error.message);
    }
  }
  if (reports.length === 0) throw new Rejection(reasons[0] ?? '');
  for (const reason of reasons) notes.add(`left out an indicator of a row: ${reason}`);
  return reports;
}

function saidIn(row: ReadonlyMap<string, string>, description: string | null, notes: Notes): SaidOfIndicator {
  const cell = (...names: readonly string[]) =>
    names.map((name) => row.get(name)).find((text) => text !== undefined) ?? null;
  const moment = (...names: readonly string[]) => {
    const text = cell(...names);
    const at = text === null ? null : momentInWords(text.replace(/[()]/g, ''));
    if (text !== null && at === null) notes.dropped(names[0] ?? '', text, 'is not a usable date');
    return at;
  };
  const text = cell(
    'description',
    'comment',
    'comments',
    'note',
    'notes',
    'info',
    ...(description ? [description] : []),
  );
  const threat = cell('threat_type', 'threat', 'category', 'classification');
  const link = cell('source_url', 'reference', 'references', 'link');
  const status = cell('status', 'active', 'url_status');
  return {
    threatType: threat === null ? null : threatTypeOf(threat),
    malware: familyOf(cell('malware', 'malware_family', 'family', 'signature', 'malware_printable')),
    tags: tagsIn([...partsOf(cell('tags', 'tag', 'labels', 'label')), ...idsIn(text ?? '')]),
    confidence: confidenceOf(cell('confidence', 'confidence_level', 'score')),
    firstSeen: moment(
      'first_seen',
      'first_seen_utc',
      'firstseen',
      'dateadded',
      'date_added',
      'created',
      'date',
      'timestamp',
    ),
    lastSeen: moment('last_seen', 'last_seen_utc', 'lastseen', 'last_online', 'updated', 'modified'),
    active: isOnline(status),
    sourceUrl: link === null || !/^https?:/i.test(link) ? null : urlOf(link, 'source_url', notes),
    context: contextOf({
      description: text,
      port: portOf(cell('port', 'dst_port')),
      file_name: cell('file_name', 'filename'),
    }),
  };
}

const words: Readonly<Record<string, number>> = { low: 0.3, medium: 0.6, moderate: 0.6, high: 0.85, certain: 0.95 };

/** 0–1; numbers above 1 are taken for percentages. */
function confidenceOf(text: string | null): number | null {
  if (text === null) return null;
  const word = text.toLowerCase();
  if (Object.hasOwn(words, word)) return words[word] ?? null;
  const number = /^\d{1,3}(?:\.\d{1,9})?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  const share = number > 1 || text.endsWith('%') ? number / 100 : number;
  return share >= 0 && share <= 1 ? share : null;
}

function portOf(text: string | null): number | null {
  const port = text !== null && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port > 0 && port <= 65_535 ? port : null;
}
