import { cveId } from '../cve-id.ts';
import { indicatorTypes } from '../indicator.ts';
import { indicatorStatuses } from '../indicator-ageing.ts';
import { maybeDefanged, refang } from '../indicator-refang.ts';
import { threatTypeOf } from '../indicator-threat.ts';
import { canonicalIndicator } from '../indicator-value.ts';
import type { Query } from './ast.ts';
import type { Field, Language } from './fields.ts';

/** What indicators can be searched by. */
const fields: readonly Field[] = [
  {
    name: 'value',
    aliases: ['ioc', 'indicator'],
    type: 'id',
    spell: valueOrPattern,
    wildcards: true,
    meaning: 'the whole value, defanged or not',
    example: '45.61.*',
  },
  { name: 'type', type: 'choice', choices: indicatorTypes, meaning: 'what kind of value it is', example: 'domain' },
  {
    name: 'host',
    type: 'id',
    spell: hostName,
    meaning: 'the host of a URL or an e-mail address',
    example: 'evil.example',
  },
  {
    name: 'threat',
    aliases: ['threat_type'],
    type: 'id',
    spell: threatTypeOf,
    meaning: 'what it is used for',
    example: 'botnet_cc',
  },
  {
    name: 'tag',
    aliases: ['malware', 'family'],
    type: 'id',
    spell: tag,
    meaning: 'a tag, or a family of malware, whatever joins the words of its name',
    example: 'cobalt_strike',
  },
  { name: 'cve', type: 'id', spell: cveId, meaning: 'a CVE that its tags name', example: 'CVE-2021-44228' },
  {
    name: 'technique',
    type: 'id',
    spell: techniqueId,
    meaning: 'an ATT&CK technique that its tags name',
    example: 'T1071',
  },
  { name: 'source', aliases: ['reporter'], type: 'id', spell: label, meaning: 'who reports it', example: 'urlhaus' },
  { name: 'status', type: 'choice', choices: indicatorStatuses, meaning: 'whether it is current', example: 'active' },
  { name: 'confidence', type: 'number', min: 0, max: 1, meaning: 'how sure it is, 0–1', example: '>=0.8' },
  { name: 'first_seen', type: 'date', meaning: 'when it was first seen', example: '>-30d' },
  { name: 'last_seen', aliases: ['seen'], type: 'date', meaning: 'when it was last seen', example: '>-7d' },
  {
    name: 'expires',
    aliases: ['expires_at'],
    type: 'date',
    meaning: 'when it is of no use any more',
    example: '<+30d',
  },
];

/** The language of searches for indicators: bare words are parts of values. */
export const indicatorLanguage: Language = { fields, idPart: () => null, run: partOfValue };

/** A part of a value, refanged; with a `*` in it a pattern of the whole one. */
function partOfValue(run: string): Query | null {
  if (run.includes('*')) {
    const pattern = valueOrPattern(run);
    return pattern === null ? null : { kind: 'is', field: 'value', values: [pattern] };
  }
  const text = refanged(run);
  return /[\p{L}\p{N}]/u.test(text) ? { kind: 'phrase', text } : null;
}

/** An indicator as it is stored, a pattern in lower case; null for what says nothing. */
function valueOrPattern(text: string): string | null {
  if (!/[\p{L}\p{N}]/u.test(text) || text.includes('"')) return null;
  return text.includes('*') ? text.toLowerCase() : refanged(text);
}

/** The canonical form where it is an indicator by itself, and otherwise at least no defanged text. */
function refanged(text: string): string {
  const canonical = canonicalIndicator(text);
  if ('indicator' in canonical) return canonical.indicator.value;
  const bare = maybeDefanged(text) ? (refang(text) ?? text) : text;
  return bare.replaceAll('"', '').trim();
}

function hostName(text: string): string | null {
  const host = refanged(text).toLowerCase();
  return /^[^\s/"]+$/.test(host) ? host : null;
}

/** Ids of CVEs and techniques are in capitals, all other tags are not. */
function tag(text: string): string | null {
  const id = cveId(text) ?? techniqueId(text);
  const word = text.trim().toLowerCase();
  return id ?? (word === '' || word.includes('"') ? null : word);
}

function techniqueId(text: string): string | null {
  const id = text.trim().toUpperCase();
  return /^T\d{4}(\.\d{3})?$/.test(id) ? id : null;
}

/** A source's name or a label, as it was given. */
function label(text: string): string | null {
  const name = text.trim();
  return name === '' || name.includes('"') ? null : name;
}
