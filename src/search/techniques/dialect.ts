import { type Dialect, likePattern, likeText } from '../dialect.ts';
import { anyOf, type FieldSql, moment, number } from '../field-kinds.ts';
import type { Parameters } from '../sql.ts';

/** How many CVEs are mapped to a technique or its sub-techniques; `c` is `mappedCounts`. */
export const cveCount = 'coalesce(c.cves, 0)';

/** Rows `id`, `cves`: the number of CVEs that `technique:ID` finds among these mappings, for each technique that has any. */
export const countsAmong = (mappings: string) => `SELECT id, count(DISTINCT cve_id)::int AS cves FROM (
    SELECT technique_id AS id, cve_id FROM ${mappings}
    UNION ALL SELECT split_part(technique_id, '.', 1), cve_id FROM ${mappings} WHERE technique_id LIKE '%.%'
  ) m GROUP BY id`;

/** The same among all mappings. */
export const mappedCounts = countsAmong('vulnerability_technique');

/** The fields of searches for techniques, rows `t` of `techniques`, as SQL. */
export const techniqueDialect: Dialect = {
  text: inText(`t.name || E'\\n' || coalesce(t.description, '')`),
  id: itself,
  fields: {
    technique: { has: 'true', is: (values, params) => anyOf(values.map((v) => itself(String(v), params))) },
    name: words('t.name'),
    text: words(`t.name || E'\\n' || coalesce(t.description, '')`, 't.description IS NOT NULL'),
    detection: words('t.detection'),
    mitigation: words('t.mitigation'),
    tactic: names('tactics'),
    platform: names('platforms'),
    data: names('data_sources'),
    domain: names('domains'),
    parent: column('parent_id'),
    state: column('state'),
    actor: actors(),
    cve: mapped(),
    cves: { ...number(cveCount), has: `${cveCount} > 0` },
    modified: moment('t.modified_at'),
  },
};

/** A technique and its sub-techniques. */
function itself(id: string, params: Parameters): string {
  return `(t.technique_id = ${params.add(id)} OR t.technique_id LIKE ${params.add(`${id}.%`)})`;
}

/** That a word, or words one after the other, begin so somewhere in a text; the pattern is tried only where the letters are at all. */
function inText(text: string) {
  return (said: string, params: Parameters) => {
    const like = `${text} ILIKE ${params.add(`%${likeText(said)}%`)}`;
    const escaped = said.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return /^[\p{L}\p{N}]/u.test(said) ? `(${like} AND ${text} ~* ${params.add(`\\m${escaped}`)})` : like;
  };
}

function words(text: string, has = `${text} IS NOT NULL`): FieldSql {
  const said = inText(text);
  return { has, is: (values, params) => anyOf(values.map((value) => said(String(value), params))) };
}

/** A list of names, compared in their canonical spelling. */
function names(list: string): FieldSql {
  return {
    has: `jsonb_array_length(t.${list}) > 0`,
    is: (values, params) =>
      `EXISTS (SELECT FROM jsonb_array_elements_text(t.${list}) AS n(name)
       WHERE replace(lower(n.name), ' ', '_') LIKE ANY(${params.add(values.map((v) => likePattern(String(v))))}::text[]))`,
  };
}

function column(name: string): FieldSql {
  return {
    has: `t.${name} IS NOT NULL`,
    is: (values, params) => `t.${name} = ANY(${params.add(values)}::text[])`,
  };
}

function actors(): FieldSql {
  const used = (more: string) =>
    `t.technique_id IN (SELECT jsonb_array_elements_text(a.technique_ids) FROM attack_actors a WHERE a.state <> 'withdrawn'${more})`;
  return {
    has: used(''),
    is: (values, params) => {
      const given = params.add(values);
      return used(` AND (lower(a.actor_id) = ANY(${given}::text[]) OR a.names ?| ${given}::text[])`);
    },
  };
}

function mapped(): FieldSql {
  const some = (more: string) =>
    `EXISTS (SELECT FROM vulnerability_technique m WHERE m.technique_id = t.technique_id${more})`;
  return { has: some(''), is: (values, params) => some(` AND m.cve_id = ANY(${params.add(values)}::text[])`) };
}
