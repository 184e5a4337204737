import { queryText } from './program.ts';

/** Tables by what a row of them says, without when and by which run it was written. */
const contents = {
  vulnerabilities: `SELECT cve_id AS key, (to_jsonb(t) - '{search,created_at,updated_at,scored_on}'::text[])::text AS said FROM vulnerabilities t`,
  source_records: `SELECT cve_id || ' ' || source AS key, concat(state, encode(content_hash, 'hex'), encode(raw_hash, 'hex'), modified_at AT TIME ZONE 'UTC', record, published_record, withdrawn_at IS NULL) AS said FROM source_records`,
  vulnerability_changes: `SELECT cve_id || ' ' || row_number() OVER (PARTITION BY cve_id ORDER BY id) AS key, source || changes::text AS said FROM vulnerability_changes`,
  search_terms: `SELECT term AS key, documents::text AS said FROM search_terms`,
};

/** What the tables hold: equal digests mean equal content, on whatever database. */
export async function contentDigests(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  return digests(env, (table: keyof typeof contents) => contents[table]);
}

/** Changes with every row that is written, even with the same values. */
export async function writeDigests(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  return digests(env, (table) => `SELECT ctid::text AS key, xmin::text AS said FROM ${table}`);
}

/** One statement for all tables: each command has to start, and an embedded database with it. */
async function digests(
  env: NodeJS.ProcessEnv,
  rowsOf: (table: keyof typeof contents) => string,
): Promise<Record<string, string>> {
  const parts = (Object.keys(contents) as (keyof typeof contents)[]).map(
    (table) =>
      `'${table}', (SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(md5(said), '' ORDER BY key COLLATE "C")), '-') FROM (${rowsOf(table)}) AS r)`,
  );
  return JSON.parse(await queryText(env, `SELECT json_build_object(${parts.join(', ')})::text`));
}
