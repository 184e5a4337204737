import { hashOf } from '../../db/indicator-key.ts';
import { spellingsOfFamily } from '../../domain/indicator-family.ts';
import { canonicalName } from '../../domain/names.ts';
import type { Value } from '../../domain/query/ast.ts';
import { type Dialect, likePattern, likeText } from '../dialect.ts';
import { anyOf, type FieldSql, moment, number } from '../field-kinds.ts';
import type { Parameters } from '../sql.ts';

/** Which have tags that are ids: no others are in capitals. As in the index `ix_iocs_ids`. */
const hasIds = `tags @? '$[*] ? (@ starts with "CVE-" || @ starts with "T")'`;

/** The fields of searches for indicators as SQL. */
export const indicatorDialect: Dialect = {
  text: (text, params) => `value ILIKE ${params.add(`%${likeText(text)}%`)}`,
  fields: {
    value: { has: 'true', is: (values, params) => anyOf(values.map((value) => valueIs(String(value), params))) },
    type: oneOf('ioc_type', 'true'),
    host: oneOf('host', 'host IS NOT NULL'),
    threat: oneOf('threat_type', 'threat_type IS NOT NULL'),
    tag: { has: `tags <> '[]'::jsonb`, is: (values, params) => tagged(values.flatMap(spellings), params) },
    cve: idTag('CVE-'),
    technique: idTag('T'),
    source: {
      has: 'true',
      is: (values, params) => anyOf(values.map((value) => `sources @> ${params.add(JSON.stringify([value]))}::jsonb`)),
    },
    status: oneOf('status', 'true'),
    confidence: number('confidence'),
    first_seen: moment('first_seen'),
    last_seen: moment('last_seen'),
    expires: moment('expires_at'),
  },
};

/** A whole value by its key, or a pattern of it. */
function valueIs(value: string, params: Parameters): string {
  if (value.includes('*')) return `value ILIKE ${params.add(likePattern(value))}`;
  return `value_hash = decode(${params.add(hashOf(value))}, 'hex')`;
}

function oneOf(column: string, has: string): FieldSql {
  return {
    has,
    is: (values, params) => anyOf(values.map((value) => `${column} = ${params.add(value)}::text`)),
  };
}

/** Tags that are ids. */
function idTag(beginning: string): FieldSql {
  return {
    has: `(${hasIds} AND tags::text LIKE '%"${beginning}%')`,
    is: (values, params) => tagged(values.map(String), params),
  };
}

/** Each tag by itself: the index cannot be asked for any of several at once. */
function tagged(tags: readonly string[], params: Parameters): string {
  const any = anyOf(tags.map((tag) => `tags @> ${params.add(JSON.stringify([tag]))}::jsonb`));
  return `(tags <> '[]'::jsonb AND ${any})`;
}

function spellings(value: Value): string[] {
  const tag = String(value);
  return /^[A-Z]/.test(tag) ? [tag] : [...new Set([tag, ...spellingsOfFamily(canonicalName(tag))])];
}
