import { type Static, Type } from 'typebox';
import type { Query } from '../domain/query/ast.ts';
import { allOf, fieldBetween, fieldIs } from '../domain/query/build.ts';
import type { Language } from '../domain/query/fields.ts';
import { QueryError } from '../domain/query/query-error.ts';
import { vulnerabilityLanguage } from '../domain/query/vulnerability-fields.ts';
import { AppError } from '../errors.ts';
import { readQuery } from '../search/query.ts';

const text = (description: string, example: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 200, description, examples: [example] }));
const score = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 10, description }));

/** A query in the language of searches, and single filters that must hold as well. */
export const FilterQuery = {
  q: Type.Optional(
    Type.String({
      maxLength: 2_000,
      description: 'A query in the language of searches; the other filters must hold as well',
      examples: ['openssl severity:high'],
    }),
  ),
  severity: text('One or more of CRITICAL, HIGH, MEDIUM, LOW, NONE, UNKNOWN, with commas', 'CRITICAL,HIGH'),
  exploited: Type.Optional(Type.Boolean({ description: 'Whether it is known to be exploited' })),
  vendor: text('The vendor of an affected product', 'microsoft'),
  product: text('An affected product', 'exchange_server'),
  cwe: text('A weakness', 'CWE-79'),
  min_cvss: score('The least CVSS score'),
  max_cvss: score('The highest CVSS score'),
  published_after: text('Published then or later: 2024, 2024-05, 2024-05-01, a moment, or -30d', '2024-05-01'),
  published_before: text('Published then or earlier; of a day, month or year its end counts', '2024-05-31'),
};

const FilterObject = Type.Object(FilterQuery);
type Filters = Static<typeof FilterObject>;

type Filter = Exclude<keyof Filters, 'q'>;

const is = (field: string) => (value: string) => fieldIs(vulnerabilityLanguage, field, [value]);
const from = (field: string) => (value: string) => fieldBetween(vulnerabilityLanguage, field, value, null);
const to = (field: string) => (value: string) => fieldBetween(vulnerabilityLanguage, field, null, value);

/** What each filter says in the language of searches. */
const queries: Readonly<Record<Filter, (value: string) => Query>> = {
  severity: (list) =>
    fieldIs(
      vulnerabilityLanguage,
      'severity',
      list.split(',').map((one) => one.trim()),
    ),
  exploited: is('exploited'),
  vendor: is('vendor'),
  product: is('product'),
  cwe: is('cwe'),
  min_cvss: from('cvss'),
  max_cvss: to('cvss'),
  published_after: from('published'),
  published_before: to('published'),
};

/** The query that holds when all filters do. @throws AppError that names the parameter, or the place in `q` */
export function filterQuery(filters: Filters): Query {
  const parts = filters.q === undefined ? [] : [readQuery(filters.q, vulnerabilityLanguage)];
  for (const filter of Object.keys(queries) as Filter[]) {
    const value = filters[filter];
    if (value !== undefined) parts.push(queryOf(filter, String(value)));
  }
  return allOf(parts);
}

function queryOf(parameter: Filter, value: string): Query {
  return ofParameter(parameter, () => queries[parameter](value));
}

/** A query, and fields that must have these values as well; parameters are called as their fields. @throws as `filterQuery` */
export function filteredBy(language: Language, q: string, fields: Readonly<Record<string, string | undefined>>): Query {
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [ofParameter(name, () => fieldIs(language, name, [value]))],
  );
  return allOf([readQuery(q, language), ...parts]);
}

function ofParameter(parameter: string, make: () => Query): Query {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const takes = error.message.replace(/^\w+: /, '');
    const end = takes.endsWith('?') ? '' : '.';
    throw new AppError('invalid_input', `${parameter} ${takes}${end}`, { parameter }, error);
  }
}
