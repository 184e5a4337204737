import type { Database } from '../db/database.ts';
import {
  cvesBeginning,
  frequentNames,
  type NamedCount,
  type Term,
  tacticsLike,
  techniquesLike,
  termsBeginning,
  weaknessesLike,
} from '../db/search-terms.ts';
import { canonicalName } from '../domain/names.ts';
import type { Field, Language } from '../domain/query/fields.ts';
import { printQuery } from '../domain/query/print.ts';
import { vulnerabilitySources } from '../domain/source-id.ts';
import { slips } from '../domain/spelling.ts';
import { remembered } from './remembered.ts';
import { type Token, tokenAt } from './suggest-token.ts';

export const suggestionKinds = [
  'cve',
  'field',
  'value',
  'vendor',
  'product',
  'weakness',
  'technique',
  'tactic',
  'word',
] as const;

/** Something that may be meant at the end of what is typed. */
export interface Suggestion {
  readonly kind: (typeof suggestionKinds)[number];
  /** What takes the place of the part that is typed. */
  readonly text: string;
  /** What it is, for people; null when the text says it. */
  readonly label: string | null;
  /** How many CVEs have it; null when that says nothing. */
  readonly count: number | null;
}

export interface Suggestions {
  /** The part of the text that a suggestion takes the place of. */
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly Suggestion[];
}

export interface SuggestRequest {
  readonly text: string;
  /** Where is typed; unless said, at its end. */
  readonly position?: number | undefined;
  readonly limit: number;
  readonly language: Language;
}

/** What may be meant at a place in a query: ids, names, weaknesses, techniques, fields and their values, each kind by its number of CVEs. */
export async function suggest(db: Database, request: SuggestRequest): Promise<Suggestions> {
  const { text, position = text.length, limit, language } = request;
  const token = tokenAt(text, Math.min(Math.max(0, position), text.length), language);
  const found = token.field ? await ofField(db, token.field, token, limit) : await ofText(db, token.text, language);
  return { from: token.from, to: token.to, suggestions: found.slice(0, limit) };
}

const each = 4;

async function ofText(db: Database, text: string, language: Language): Promise<Suggestion[]> {
  if (text === '') return fieldsBeginning(language, '').slice(0, each * 2);
  const id = idBegun(text);
  if (id) return (await cvesBeginning(db, id, each * 2)).map((c) => suggestion('cve', c.id, c.title, null));
  const name = canonicalName(text);
  const fields = text.length > 1 ? fieldsBeginning(language, text).slice(0, each) : [];
  if (name === '') return fields;
  const [vendors, products, weaknesses, techniques, words] = await Promise.all([
    namesBeginning(db, 'vendor', name),
    namesBeginning(db, 'product', name),
    text.length > 2 ? weaknessesLike(db, text, each) : [],
    text.length > 2 ? techniquesLike(db, text, each) : [],
    termsBeginning(db, text.toLowerCase(), each * 4),
  ]);
  const names = [...vendors, ...products].sort((a, b) => (b.count ?? 0) - (a.count ?? 0));
  const isKnown = [names, weaknesses, techniques].some((l) => l.length > 0) || (words[0]?.documents ?? 0) > rare;
  return [
    ...fields,
    ...(isKnown ? names : await namesNear(db, name)),
    ...weaknesses.map((w) => catalogued('weakness', 'cwe', w)),
    ...techniques.map((t) => catalogued('technique', 'technique', t)),
    ...wordsOf(words, text),
  ];
}

function suggestion(
  kind: Suggestion['kind'],
  text: string,
  label: string | null = null,
  count: number | null = null,
): Suggestion {
  return { kind, text, label, count };
}

function catalogued(kind: 'weakness' | 'technique', field: string, { id, name, count }: NamedCount): Suggestion {
  return suggestion(kind, `${field}:${id}`, `${id} ${name}`, count);
}

/** The beginning of CVE ids in upper case, when the text is one: with `CVE`, or a year and a dash. */
function idBegun(text: string): string | null {
  const upper = text.toUpperCase();
  if (/^CVE(-\d{0,4}(-\d{0,19})?)?$/.test(upper)) return upper;
  return /^\d{4}-\d{0,19}$/.test(upper) ? `CVE-${upper}` : null;
}

function fieldsBeginning(language: Language, text: string): Suggestion[] {
  const beginning = text.toLowerCase();
  return language.fields
    .filter((field) => [field.name, ...(field.aliases ?? [])].some((name) => name.startsWith(beginning)))
    .map((field) => suggestion('field', `${field.name}:`, field.meaning));
}

async function namesBeginning(db: Database, kind: 'vendor' | 'product', name: string): Promise<Suggestion[]> {
  return (await termsBeginning(db, `${kind}:${name}`, each)).map(nameSuggestion);
}

function nameSuggestion({ term, documents }: Term): Suggestion {
  const kind = term.startsWith('vendor:') ? 'vendor' : 'product';
  const text = printQuery({ kind: 'is', field: kind, values: [term.slice(kind.length + 1)] });
  return suggestion(kind, text, null, documents);
}

/** Words that are no names: those have been suggested. */
function wordsOf(words: readonly Term[], text: string): Suggestion[] {
  return words
    .filter(({ term }) => !term.includes(':') && term !== text.toLowerCase())
    .slice(0, each)
    .map(({ term, documents }) => suggestion('word', term, null, documents));
}

/** Words in no more records may be slips. */
const rare = 5;
const mostNear = 5_000;

/** Names that begin with what was typed but for one slip. The first letter is seldom wrong. */
async function namesNear(db: Database, name: string): Promise<Suggestion[]> {
  if (name.length < 4) return [];
  const known = await remembered(db);
  known.names ??= frequentNames(db, mostNear);
  const names = await known.names;
  return names
    .filter(({ term }) => isNear(name, term.slice(term.indexOf(':') + 1)))
    .sort((a, b) => b.documents - a.documents)
    .slice(0, each)
    .map(nameSuggestion);
}

function isNear(typed: string, name: string): boolean {
  if (name.charAt(0) !== typed.charAt(0)) return false;
  return [-1, 0, 1].some((more) => slips(typed, name.slice(0, typed.length + more)) <= 1);
}

async function ofField(db: Database, field: Field, { text }: Token, limit: number): Promise<Suggestion[]> {
  const values = (list: readonly string[]) =>
    list
      .filter((value) => value.toLowerCase().startsWith(text.toLowerCase()))
      .map((value) => suggestion('value', value));
  const entries = (kind: Suggestion['kind'], list: readonly NamedCount[]) =>
    list.map(({ id, name, count }) => suggestion(kind, id, name, kind === 'tactic' ? null : count));
  switch (field.name) {
    case 'vendor':
    case 'product':
      return ofNames(db, field.name, canonicalName(text), limit);
    case 'cve':
      return (await cvesBeginning(db, idBegun(text) ?? 'CVE-', limit)).map((c) => suggestion('cve', c.id, c.title));
    case 'cwe':
      return entries('weakness', await weaknessesLike(db, text, limit));
    case 'technique':
      return entries('technique', await techniquesLike(db, text, limit));
    case 'tactic':
      return entries('tactic', await tacticsLike(db, text, limit));
    case 'source':
      return values([...vulnerabilitySources].sort());
    default:
      return values(valuesOf(field));
  }
}

async function ofNames(db: Database, kind: 'vendor' | 'product', name: string, limit: number): Promise<Suggestion[]> {
  const begun = (await termsBeginning(db, `${kind}:${name}`, limit)).map(nameSuggestion);
  const found = begun.length > 0 ? begun : (await namesNear(db, name)).filter((near) => near.kind === kind);
  return found.map((one) => ({ ...one, text: one.text.slice(kind.length + 1) }));
}

/** The values of a field that has few, or some that show how it is written. */
function valuesOf(field: Field): readonly string[] {
  if (field.type === 'choice') return (field.choices ?? []).map((choice) => choice.toLowerCase());
  if (field.type === 'flag') return ['true', 'false'];
  if (field.type === 'date') return ['today', '-7d', '-30d', '-1y'];
  return field.type === 'number' ? [field.example.replace(/^[<>=]+/, '')] : [];
}
