import { type Database, transaction } from '../../db/database.ts';
import type { Query } from '../../domain/query/ast.ts';
import { prepare } from '../prepare.ts';
import type { Condition } from '../sql.ts';
import { countsAmong } from './dialect.ts';

/** How many CVEs are mapped to each technique or its sub-techniques. */
export interface Heat {
  readonly cves: number; // different CVEs that are mapped to any
  readonly byTechnique: ReadonlyMap<string, number>;
}

/** The keys of the mapped CVEs are looked up one by one: only they can count, and they are few. */
const byKey = 'BEGIN READ ONLY; SET LOCAL enable_seqscan = off';

/** The heat of the CVEs that match a query for vulnerabilities. @throws AppError `invalid_query` */
export async function heatOf(db: Database, query: Query, now: Date): Promise<Heat> {
  const where: Condition =
    query.kind === 'all' ? { sql: 'true', params: [] } : (await prepare(db, query, now, false)).where;
  return transaction(
    db,
    async (tx) => {
      const { rows } = await tx.query<{ id: string | null; cves: number }>(
        `WITH mapped AS MATERIALIZED (
           SELECT cve_id FROM vulnerabilities
           WHERE cve_id = ANY(ARRAY(SELECT DISTINCT cve_id FROM vulnerability_technique)) AND ${where.sql})
         SELECT NULL AS id, count(*)::int AS cves FROM mapped
         UNION ALL (${countsAmong('vulnerability_technique JOIN mapped USING (cve_id)')} LIMIT 10000)`,
        where.params,
      );
      const counts = rows.flatMap(({ id, cves }): [string, number][] => (id === null ? [] : [[id, cves]]));
      return { cves: rows.find(({ id }) => id === null)?.cves ?? 0, byTechnique: new Map(counts) };
    },
    byKey,
  );
}
