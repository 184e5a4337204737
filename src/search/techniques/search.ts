import type { Db } from '../../db/database.ts';
import type { EntryState } from '../../domain/catalogue-merge.ts';
import type { Query } from '../../domain/query/ast.ts';
import { printQuery } from '../../domain/query/print.ts';
import { conditionIn } from '../dialect.ts';
import { Parameters } from '../sql.ts';
import { cveCount, mappedCounts, techniqueDialect } from './dialect.ts';

/** A technique in a list. */
export interface TechniqueHit {
  readonly techniqueId: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly parentName: string | null;
  readonly description: string | null;
  readonly tactics: readonly string[];
  readonly platforms: readonly string[];
  readonly domains: readonly string[];
  readonly state: EntryState;
  readonly revokedBy: string | null;
  readonly cveCount: number; // mapped to it or its sub-techniques
}

/** Orders of techniques; those in force come first in each. */
const orders = {
  technique_id: 't.technique_id',
  name: 'lower(t.name)',
  cves: cveCount,
} as const;

export type TechniqueSort = keyof typeof orders;
export const techniqueSorts = Object.keys(orders) as TechniqueSort[];

export interface TechniqueRequest {
  readonly query: Query;
  readonly sort: TechniqueSort;
  readonly descending: boolean;
  readonly limit: number;
  readonly offset: number;
  readonly now: Date;
}

export interface TechniqueResult {
  readonly query: string; // in its one spelling
  readonly total: number;
  readonly hits: readonly TechniqueHit[];
}

/** The techniques that match, those in force first. There are a thousand or two: all of them are looked at. */
export async function searchTechniques(db: Db, request: TechniqueRequest): Promise<TechniqueResult> {
  const { query, sort, descending, limit, offset, now } = request;
  const where = conditionIn(techniqueDialect, query, now);
  const params = new Parameters(where.params);
  const { rows } = await db.query<TechniqueHit & { total: number }>(
    `WITH c AS MATERIALIZED (${mappedCounts}), found AS MATERIALIZED (
       SELECT t.technique_id, t.name, t.parent_id, t.description, t.tactics, t.platforms, t.domains, t.state, t.revoked_by,
              ${cveCount} AS cves, row_number() OVER (
                ORDER BY t.state <> 'active', ${orders[sort]} ${descending ? 'DESC' : 'ASC'}, t.technique_id) AS place
       FROM techniques t LEFT JOIN c ON c.id = t.technique_id WHERE ${where.sql})
     SELECT (SELECT count(*)::int FROM found) AS total, f.technique_id AS "techniqueId", f.name, f.parent_id AS "parentId",
            p.name AS "parentName", f.description, f.tactics, f.platforms, f.domains, f.state, f.revoked_by AS "revokedBy",
            f.cves AS "cveCount"
     FROM (SELECT 1) AS one LEFT JOIN LATERAL (
       SELECT * FROM found ORDER BY place LIMIT ${params.add(limit)} OFFSET ${params.add(offset)}) f ON true
     LEFT JOIN techniques p ON p.technique_id = f.parent_id ORDER BY f.place`,
    params.values,
  );
  const hits = rows.filter((row) => row.techniqueId !== null).map(({ total: _, ...hit }) => hit);
  return { query: printQuery(query), total: rows[0]?.total ?? 0, hits };
}
