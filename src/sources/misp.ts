import type { IndicatorReport } from '../domain/indicator.ts';
import { threatTypeOf, weightiestThreat } from '../domain/indicator-threat.ts';
import { utc } from '../domain/time.ts';
import type { IndicatorFormat } from './contract.ts';
import { flagOf, isObject, type JsonObject, objectsOf, textOf } from './guards.ts';
import { contextOf, familyOf, idsIn, reportOn, type SaidOfIndicator, tagsIn } from './indicator-report.ts';
import { type Notes, parsed, Rejection } from './notes.ts';

/** Attributes that hold an indicator; of those with a bar, which side. */
const plainTypes: ReadonlySet<string> = new Set([
  ...['ip-src', 'ip-dst', 'domain', 'hostname', 'url', 'uri', 'md5', 'sha1', 'sha256', 'sha512'],
  ...['email', 'email-src', 'email-dst', 'email-reply-to'],
]);
const pairs: Readonly<Record<string, 'both' | 'port' | 'file'>> = {
  'ip-src|port': 'port',
  'ip-dst|port': 'port',
  'hostname|port': 'port',
  'domain|ip': 'both',
  'malware-sample': 'file',
  'filename|md5': 'file',
  'filename|sha1': 'file',
  'filename|sha256': 'file',
  'filename|sha512': 'file',
};
/** Galaxies whose clusters are families of malware. @see https://www.misp-galaxy.org/ */
const family =
  /^misp-galaxy:(?:malpedia|mitre-malware|mitre-tool|tool|ransomware|banker|botnet|rat|stealer|exploit-kit|backdoor|android)="([^"]+)"$/i;
/** "Mozi - S0001" is how the clusters of MITRE's galaxies are named. */
const mitreId = / - ([A-Z]\d{4}(?:\.\d{3})?)"?$/;
/** What an attribute's category says of the use of it. */
const categories: Readonly<Record<string, string>> = {
  'Payload delivery': 'payload_delivery',
  'Payload installation': 'payload',
  'Artifacts dropped': 'payload',
};

/**
 * An event of MISP with its attributes, those of its objects too. Attributes that are not for detection (`to_ids`), and those of
 * other kinds, say nothing of an indicator. The source is the label of the ingest.
 * @see https://www.misp-standard.org/rfc/misp-standard-core.html
 */
export const misp: IndicatorFormat = {
  kind: 'indicator',
  id: 'misp',
  version: 1,
  sources: [],
  coverage: 'delta',
  recognises: (value) => eventIn(value) !== null,
  parse: (value) => parsed((notes) => reportsOf(value, notes)),
};

function eventIn(value: unknown): JsonObject | null {
  if (!isObject(value)) return null;
  if (isObject(value.Event)) return value.Event;
  return 'Attribute' in value && 'info' in value ? value : null;
}

function reportsOf(value: unknown, notes: Notes): readonly IndicatorReport[] {
  const event = eventIn(value);
  if (event === null) throw new Rejection('it is not an event of MISP');
  const attributes = [
    ...objectsOf(event.Attribute, 'Attribute', notes),
    ...objectsOf(event.Object, 'Object', notes).flatMap((one) => objectsOf(one.Attribute, 'Object.Attribute', notes)),
  ];
  const common = { tags: tagNames(event, notes), info: textOf(event.info, 'info', notes), day: momentAt(event.date) };
  return attributes.flatMap((attribute) => fromAttribute(attribute, common, notes));
}

interface OfEvent {
  readonly tags: readonly string[];
  readonly info: string | null;
  readonly day: string | null;
}

function fromAttribute(attribute: JsonObject, event: OfEvent, notes: Notes): readonly IndicatorReport[] {
  const { type, value } = attribute;
  if (typeof type !== 'string' || typeof value !== 'string') return [];
  if (flagOf(attribute.deleted, 'deleted', notes) === true || flagOf(attribute.to_ids, 'to_ids', notes) === false)
    return [];
  const way = Object.hasOwn(pairs, type) ? pairs[type] : undefined;
  if (way === undefined && !plainTypes.has(type)) return [];
  const said = saidBy(attribute, event, notes);
  const [left = '', right = ''] = way === undefined ? [value] : value.split('|');
  if (way === 'both') return [left, right].flatMap((text) => reported(text, said, notes));
  if (way === 'port') return reported(left, withContext(said, { port: Number(right) }), notes);
  if (way === 'file') return reported(right, withContext(said, { file_name: left }), notes);
  return reported(value, said, notes);
}

function withContext(said: SaidOfIndicator, more: Readonly<Record<string, string | number>>): SaidOfIndicator {
  return { ...said, context: { ...said.context, ...contextOf(more) } };
}

function reported(text: string, said: SaidOfIndicator, notes: Notes): readonly IndicatorReport[] {
  try {
    return [reportOn(text, said)];
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    notes.add(`left out an attribute: ${error.message}`);
    return [];
  }
}

function saidBy(attribute: JsonObject, event: OfEvent, notes: Notes): SaidOfIndicator {
  const tags = [...event.tags, ...tagNames(attribute, notes)];
  const comment = textOf(attribute.comment, 'comment', notes);
  const families = tags.flatMap((tag) => family.exec(tag)?.[1] ?? []);
  const category = typeof attribute.category === 'string' ? attribute.category : '';
  const threats = [
    ...tags.flatMap((tag) => /^(?:threat-type|kill-chain):"?([^"]+)"?$/i.exec(tag)?.[1] ?? []),
    ...(Object.hasOwn(categories, category) ? [categories[category] ?? ''] : []),
  ];
  return {
    threatType: weightiestThreat(threats.flatMap((threat) => threatTypeOf(threat) ?? [])),
    malware: familyOf(families[0]?.replace(mitreId, '') ?? null),
    tags: tagsIn([...tags, ...tags.flatMap(idsOf), ...idsIn(`${event.info ?? ''} ${comment ?? ''}`)]),
    firstSeen: momentAt(attribute.first_seen) ?? event.day,
    lastSeen: momentAt(attribute.last_seen),
    context: contextOf({ event: event.info, comment }),
  };
}

/** The ids in a tag, also of groups and software. */
function idsOf(tag: string): readonly string[] {
  return mitreId.exec(tag)?.slice(1) ?? idsIn(tag);
}

function tagNames(tagged: JsonObject, notes: Notes): readonly string[] {
  return objectsOf(tagged.Tag, 'Tag', notes).flatMap((tag) => (typeof tag.name === 'string' ? [tag.name] : []));
}

function momentAt(value: unknown): string | null {
  return typeof value === 'string' ? utc(value) : null;
}
