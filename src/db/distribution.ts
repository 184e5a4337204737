import type { Db } from './database.ts';

/** Where a table of a cluster lies. `by`: the column whose hash says on which node a row is; `beside`: the table whose rows lie with its own. */
export interface Spread {
  readonly table: string;
  readonly by: string;
  readonly beside: string | null;
}

/** The tables that grow without end: indicators and who reports them, the sources' records and the history. */
export const spreadTables: readonly Spread[] = [
  { table: 'iocs', by: 'value_hash', beside: null },
  { table: 'ioc_reports', by: 'value_hash', beside: 'iocs' },
  { table: 'source_records', by: 'cve_id', beside: null },
  { table: 'vulnerability_changes', by: 'cve_id', beside: 'source_records' },
];

/** The tables that every node has whole, because the others are joined with them or their own statements join each other. */
export const copiedTables: readonly string[] = [
  'attack_actors',
  'attack_patterns',
  'catalogue_records',
  'catalogues',
  'epss_history',
  'epss_scores',
  'ingestion_runs',
  'rejected_records',
  'search_terms',
  'source_state',
  'tactics',
  'techniques',
  'vulnerabilities',
  'vulnerability_technique',
  'weaknesses',
];

/** The tables that stay where the program connects to: they are of its running, and no statement joins them with the others. */
export const keptTables: readonly string[] = [
  'api_keys',
  'audit_log',
  'data_changes',
  'deferred_indexes',
  'mikro_orm_migrations',
  'search_cache',
  'tasks',
];

/** What of Citus a database has. `version` is null where the extension is not created, `available` says whether it could be. */
export interface CitusState {
  readonly available: boolean;
  readonly version: string | null;
  readonly nodes: number;
  /** The tables that are spread or copied already. */
  readonly placed: ReadonlySet<string>;
}

export async function citusState(db: Db): Promise<CitusState> {
  const { rows } = await db.query<{ version: string | null }>(
    `SELECT installed_version AS version FROM pg_available_extensions WHERE name = 'citus'`,
  );
  const version = rows[0]?.version ?? null;
  if (version === null) return { available: rows.length > 0, version, nodes: 0, placed: new Set() };
  const nodes = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_dist_node WHERE noderole = 'primary' AND shouldhaveshards`,
  );
  const placed = await db.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_dist_partition AS p JOIN pg_class AS c ON c.oid = p.logicalrelid
     WHERE c.relnamespace = current_schema()::regnamespace LIMIT 1000`,
  );
  return { available: true, version, nodes: nodes.rows[0]?.n ?? 0, placed: new Set(placed.rows.map((r) => r.name)) };
}

/** A key, constraint or trigger that Citus would not take. */
export interface Obstacle {
  readonly table: string;
  readonly problem: string;
}

/**
 * What stands in the way of spreading the tables: a unique key without the column they are spread by, a foreign key, a
 * trigger, a column that is not there, numbers given by a sequence of less than 64 bits. At most 1,000.
 * @see https://docs.citusdata.com/en/stable/develop/reference_ddl.html
 */
export async function obstacles(db: Db): Promise<Obstacle[]> {
  const tables = spreadTables.map(({ table }) => table);
  const { rows } = await db.query<Obstacle>(
    `WITH spread AS (
       SELECT name, name::regclass AS id, by FROM unnest($1::text[], $2::text[]) AS s(name, by)
     ), spread_by AS (
       SELECT s.*, a.attnum FROM spread AS s LEFT JOIN pg_attribute AS a ON a.attrelid = s.id AND a.attname = s.by
     )
     SELECT name AS table, 'has no column ' || by AS problem FROM spread_by WHERE attnum IS NULL
     UNION ALL
     SELECT s.name, 'the unique key ' || i.indexrelid::regclass || ' is without ' || s.by FROM spread_by AS s
       JOIN pg_index AS i ON i.indrelid = s.id AND (i.indisunique OR i.indisexclusion) AND NOT s.attnum = ANY(i.indkey)
     UNION ALL
     SELECT s.name, 'the foreign key ' || c.conname FROM spread AS s
       JOIN pg_constraint AS c ON c.contype = 'f' AND s.id IN (c.conrelid, c.confrelid)
     UNION ALL
     SELECT s.name, 'the trigger ' || t.tgname FROM spread AS s JOIN pg_trigger AS t ON t.tgrelid = s.id AND NOT t.tgisinternal
     UNION ALL
     SELECT s.name, 'the numbers of ' || a.attname || ' are not bigint' FROM spread AS s
       JOIN pg_attribute AS a ON a.attrelid = s.id AND a.attidentity <> '' AND a.atttypid <> 'bigint'::regtype
     ORDER BY 1, 2 LIMIT 1000`,
    [tables, spreadTables.map(({ by }) => by)],
  );
  return rows;
}
