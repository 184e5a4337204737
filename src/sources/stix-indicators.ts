import type { IndicatorReport } from '../domain/indicator.ts';
import { isThreatType, threatTypeOf, weightiestThreat } from '../domain/indicator-threat.ts';
import type { Envelope, IndicatorFormat } from './contract.ts';
import { flagOf, isObject, type JsonObject, momentOf, numberOf, objectsOf, textOf, textsOf, urlOf } from './guards.ts';
import { contextOf, familyOf, idsIn, reportOn, type SaidOfIndicator, tagsIn } from './indicator-report.ts';
import { type Notes, parsed, Rejection } from './notes.ts';
import { stixObject } from './stix.ts';
import { comparisonsIn } from './stix-pattern.ts';

/** Objects that are observed things themselves, and the member that has their value. */
const observables: ReadonlySet<string> = new Set(['ipv4-addr', 'ipv6-addr', 'domain-name', 'url', 'email-addr']);
const hashNames = /^(?:md5|sha-?1|sha-?256|sha-?512)$/i;

/**
 * STIX 2.0 and 2.1 as others share their indicators: the patterns of `indicator` objects, and observed objects. All other objects
 * say nothing of an indicator. The source is the label of the ingest.
 * @see https://docs.oasis-open.org/cti/stix/v2.1/os/stix-v2.1-os.html
 */
export const stix: IndicatorFormat = {
  kind: 'indicator',
  id: 'stix',
  version: 1,
  sources: [],
  coverage: 'delta',
  recognises: (value, envelope) => isStix(value, envelope),
  parse: (value) => parsed((notes) => reportsOf(value, notes)),
};

function isStix(value: unknown, envelope: Envelope): boolean {
  if (!isObject(value)) return value === undefined && envelope.type === 'bundle';
  return typeof value.type === 'string' && typeof value.id === 'string' && value.id.startsWith(`${value.type}--`);
}

function reportsOf(value: unknown, notes: Notes): readonly IndicatorReport[] {
  const { type, object } = stixObject(value);
  if (type === 'indicator') return fromPattern(object, notes);
  if (type === 'observed-data') return fromObserved(object, notes);
  const values = valuesOf(type, object);
  if (values.length === 0) return [];
  return all(values, { context: {} }, notes);
}

function fromPattern(object: JsonObject, notes: Notes): readonly IndicatorReport[] {
  const kind = textOf(object.pattern_type, 'pattern_type', notes);
  if (kind !== null && kind !== 'stix') throw new Rejection(`its pattern is not STIX but ${kind}`);
  const pattern = textOf(object.pattern, 'pattern', notes);
  if (pattern === null) throw new Rejection('it is an indicator without a pattern');
  const comparisons = comparisonsIn(pattern);
  const values = comparisons.filter(isValue).map((one) => one.value);
  if (values.length === 0) throw new Rejection('its pattern names no address, domain, URL, e-mail address or hash');
  const ports = comparisons.filter(
    ({ object: kind, property }) => kind === 'network-traffic' && /_port$/.test(property),
  );
  const port = values.length === 1 && ports.length === 1 ? Number(ports[0]?.value) : null;
  return all(values, saidBy(object, port, notes), notes);
}

function isValue({ object, property }: { readonly object: string; readonly property: string }): boolean {
  if (observables.has(object)) return property === 'value';
  if (object === 'network-traffic') return /_ref\.value$/.test(property);
  return object === 'file' && hashNames.test(/^hashes\.'?([^']*)'?$/.exec(property)?.[1] ?? '');
}

function saidBy(object: JsonObject, port: number | null, notes: Notes): SaidOfIndicator {
  const words = [
    ...textsOf(object.labels, 'labels', notes),
    ...textsOf(object.indicator_types, 'indicator_types', notes),
  ];
  const threats = words.flatMap((word) => threatTypeOf(word) ?? []).filter(isThreatType);
  const name = textOf(object.name, 'name', notes);
  const description = textOf(object.description, 'description', notes);
  const references = objectsOf(object.external_references, 'external_references', notes);
  const ids = references.flatMap((one) => (typeof one.external_id === 'string' ? idsIn(one.external_id) : []));
  const link = references.find((one) => typeof one.url === 'string')?.url;
  const percent = numberOf(object.confidence, 'confidence', notes);
  const families = words.flatMap((word) => /^malware(?:-family)?:(.+)$/i.exec(word)?.[1] ?? []);
  return {
    threatType: weightiestThreat(threats),
    malware: familyOf(families[0] ?? null),
    tags: tagsIn([...words, ...ids, ...idsIn(`${name ?? ''} ${description ?? ''}`)]),
    confidence: percent !== null && percent >= 0 && percent <= 100 ? percent / 100 : null,
    firstSeen: momentOf(object.valid_from, 'valid_from', notes),
    active: flagOf(object.revoked, 'revoked', notes) === true ? false : null,
    sourceUrl: link === undefined ? null : urlOf(link, 'external_references.url', notes),
    context: contextOf({ name, description, port, valid_until: momentOf(object.valid_until, 'valid_until', notes) }),
  };
}

/** STIX 2.0 keeps observed objects inside of `observed-data`. */
function fromObserved(object: JsonObject, notes: Notes): readonly IndicatorReport[] {
  const objects = isObject(object.objects) ? Object.values(object.objects).filter(isObject) : [];
  const values = objects.flatMap((one) => valuesOf(typeof one.type === 'string' ? one.type : '', one));
  if (values.length === 0) return [];
  const seen = {
    firstSeen: momentOf(object.first_observed, 'first_observed', notes),
    lastSeen: momentOf(object.last_observed, 'last_observed', notes),
  };
  return all(values, seen, notes);
}

function valuesOf(type: string, object: JsonObject): readonly string[] {
  if (observables.has(type)) return typeof object.value === 'string' ? [object.value] : [];
  if (type !== 'file' || !isObject(object.hashes)) return [];
  return Object.entries(object.hashes).flatMap(([name, hash]) =>
    hashNames.test(name) && typeof hash === 'string' ? [hash] : [],
  );
}

/** The reports on all of the values that are indicators. @throws Rejection when none is */
function all(values: readonly string[], said: SaidOfIndicator, notes: Notes): readonly IndicatorReport[] {
  const reports: IndicatorReport[] = [];
  let reason: string | null = null;
  for (const value of new Set(values)) {
    try {
      reports.push(reportOn(value, said));
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      reason ??= error.message;
      notes.add(`left out an indicator: ${error.message}`);
    }
  }
  if (reports.length === 0 && reason !== null) throw new Rejection(reason);
  return reports;
}
