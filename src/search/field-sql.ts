import { scoreKeyword } from '../domain/keywords.ts';
import type { Value } from '../domain/query/ast.ts';
import type { CompileContext } from './compile.ts';
import {
  anyOf,
  bounds,
  day,
  type FieldQuery,
  fieldCondition,
  type FieldSql as Kind,
  moment,
  number,
} from './field-kinds.ts';
import type { Parameters } from './sql.ts';

type FieldSql = Kind<CompileContext>;

/** What a part of a query about a field says, as SQL. */
export function fieldSql(query: FieldQuery, params: Parameters, context: CompileContext): string {
  return fieldCondition(fields, query, params, context);
}

/** More names than this, and a pattern is as good as none. */
export const mostNames = 200;

/** A list of names in a column that the full text index has, too. */
function names(column: string, field: string): FieldSql {
  return {
    has: `jsonb_array_length(${column}) > 0`,
    is: (values, params, context) => {
      const all = values.flatMap((v) => context.names.get(`${field}:${v}`) ?? [String(v)]);
      if (all.length === 0) return 'false';
      return anyOf(all.map((name) => `${column} @> ${params.add(JSON.stringify([name]))}::jsonb`));
    },
  };
}

/** Facts that are kept as keywords: `tag:disputed`. */
function keyword(kind: string, has: string): FieldSql {
  return {
    has,
    is: (values, params) => `keywords ?| ${params.add(values.map((value) => `${kind}:${value}`))}::text[]`,
  };
}

/** Words of one column: the index finds the CVEs that hold them anywhere. */
function words(column: string): FieldSql {
  return {
    has: `${column} IS NOT NULL`,
    is: (values, params) =>
      anyOf(
        values.map((value) => {
          const query = `phraseto_tsquery('english', ${params.add(value)})`;
          return `(search @@ ${query} AND to_tsvector('english', ${column}) @@ ${query})`;
        }),
      ),
  };
}

/** The scores of one CVSS version, of any assessment: with one decimal there are a hundred and one of them. */
function cvssVersion(digit: '2' | '3' | '4'): FieldSql {
  const scores = (holds: (score: number) => boolean) =>
    Array.from({ length: 101 }, (_, i) => i / 10)
      .filter(holds)
      .map((score) => scoreKeyword({ version: `${digit}.0` as '3.0', score }));
  const some = (holds: (score: number) => boolean, params: Parameters) =>
    `keywords ?| ${params.add(scores(holds))}::text[]`;
  return {
    has: `cvss @? '$[*] ? (@.version starts with "${digit}")'`,
    is: (values, params) => some((score) => values.includes(score), params),
    between: (from, to, params) =>
      some(
        (score) =>
          (!from || score > Number(from.value) || (from.inclusive && score === from.value)) &&
          (!to || score < Number(to.value) || (to.inclusive && score === to.value)),
        params,
      ),
  };
}

/** What is in another table, one row or more for each CVE. */
function elsewhere(from: string, condition: (values: readonly Value[], params: Parameters) => string): FieldSql {
  return {
    has: `cve_id IN (SELECT t.cve_id FROM ${from})`,
    is: (values, params) => `cve_id IN (SELECT t.cve_id FROM ${from} WHERE ${condition(values, params)})`,
  };
}

function epss(column: 'epss' | 'percentile'): FieldSql {
  const within = (condition: string) => `cve_id IN (SELECT t.cve_id FROM epss_scores t WHERE ${condition})`;
  return {
    has: within('true'),
    is: (values, params) => within(`t.${column} = ANY(${params.add(values)}::float8[])`),
    between: (from, to, params) => within(bounds(`t.${column}`, from, to, (v) => `${params.add(v)}::float8`)),
  };
}

/** A host, or part of an address: the index narrows it to the references' hosts where it holds one. */
const reference: FieldSql = {
  has: `jsonb_array_length("references") > 0`,
  is: (values, params) =>
    anyOf(
      values.map((value) => {
        const text = String(value)
          .toLowerCase()
          .replace(/^[a-z]+:\/\//, '');
        const host = /^[^/:?#]+/.exec(text)?.[0] ?? '';
        const byHost = `keywords ? ${params.add(`ref:${host}`)}`;
        if (host === text) return byHost;
        const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
        return `(${byHost} AND "references"::text ILIKE ${params.add(pattern)})`;
      }),
    ),
};

const fields: Readonly<Record<string, FieldSql>> = {
  cve: { has: 'true', is: (values, params) => anyOf(values.map((v) => `cve_id LIKE ${params.add(`${v}%`)}`)) },
  alias: {
    has: 'jsonb_array_length(aliases) > 0',
    is: (values, params) => anyOf(values.map((v) => `aliases @> ${params.add(JSON.stringify([v]))}::jsonb`)),
  },
  title: words('title'),
  text: {
    has: 'description IS NOT NULL',
    is: (values, params) =>
      `search @@ (${values.map((v) => `phraseto_tsquery('english', ${params.add(v)})`).join(' || ')})`,
  },
  vendor: names('vendors', 'vendor'),
  product: names('products', 'product'),
  cwe: names('cwe_ids', 'cwe'),
  source: names('sources', 'source'),
  cvss: number('cvss_score'),
  cvss2: cvssVersion('2'),
  cvss3: cvssVersion('3'),
  cvss4: cvssVersion('4'),
  ...Object.fromEntries(
    ['av', 'ac', 'at', 'pr', 'ui', 'scope'].map((m) => [
      m,
      keyword(m, `cvss_vector LIKE '%/${m === 'scope' ? 'S' : m.toUpperCase()}:%'`),
    ]),
  ),
  severity: {
    has: 'true',
    // One severity as an equation, so that its index gives the order as well.
    is: (values, params) =>
      values.length === 1
        ? `severity = ${params.add(values[0])}::text`
        : `severity = ANY(${params.add(values)}::text[])`,
  },
  epss: epss('epss'),
  epss_percentile: epss('percentile'),
  kev: day('exploited_since'),
  due: day('cisa_due_date'),
  ransomware: keyword('ransomware', 'ransomware IS NOT NULL'),
  exploited: flag('exploited_in_the_wild'),
  exploit: {
    has: `keywords ? 'exploit:true'`,
    is: (values) => anyOf(values.map((v) => (v === true ? `keywords ? 'exploit:true'` : 'NOT public_exploit'))),
  },
  priority: number('priority_score'),
  technique: elsewhere('vulnerability_technique t', (values, params) =>
    // A technique stands for its sub-techniques, too.
    anyOf(values.map((v) => `(t.technique_id = ${params.add(v)} OR t.technique_id LIKE ${params.add(`${v}.%`)})`)),
  ),
  tactic: elsewhere(
    'vulnerability_technique t JOIN techniques k ON k.technique_id = t.technique_id',
    (values, params) => anyOf(values.map((v) => `k.tactics @> ${params.add(JSON.stringify([v]))}::jsonb`)),
  ),
  tag: keyword('tag', 'jsonb_array_length(source_tags) > 0'),
  state: keyword('state', 'true'),
  published: moment('published_at'),
  modified: moment('modified_at'),
  added: moment('created_at'),
  changed: moment('updated_at'),
  reference,
};

function flag(column: string): FieldSql {
  return { has: column, is: (values, params) => anyOf(values.map((v) => `${column} = ${params.add(v)}::boolean`)) };
}
