import type { Db } from './database.ts';
import type { Held } from './write/source-state.ts';

/** A row of `source_state`, without what only its connector understands. Times are ISO 8601 UTC. */
export interface SourceStateRow {
  readonly source: string;
  readonly releasedAt: string | null;
  readonly lastAttemptAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly lastChangeAt: string | null;
  readonly lastError: string | null;
  readonly failingSince: string | null;
  readonly failures: number;
  readonly held: Held | null;
  readonly nextRunAt: string | null;
  /** A sync is at work; the database's clock says whether its lease still counts. */
  readonly isLeased: boolean;
}

/** How every source fares, by name; at most a thousand. */
export async function sourceStates(db: Db): Promise<SourceStateRow[]> {
  const { rows } = await db.query<SourceStateRow>(
    `SELECT source, released_at AS "releasedAt", last_attempt_at AS "lastAttemptAt", last_success_at AS "lastSuccessAt",
            last_change_at AS "lastChangeAt", last_error AS "lastError", failing_since AS "failingSince", failures, held,
            next_run_at AS "nextRunAt", lease_owner IS NOT NULL AND lease_until > clock_timestamp() AS "isLeased"
     FROM source_state ORDER BY source LIMIT 1000`,
  );
  return rows;
}

/** How many records each source has that are not withdrawn. Counts every row: some tenths of a second. */
export async function recordsBySource(db: Db): Promise<Map<string, number>> {
  const { rows } = await db.query<{ source: string; records: number }>(
    `SELECT source, count(*) AS records FROM source_records WHERE withdrawn_at IS NULL GROUP BY source
     UNION ALL (SELECT source, count(*) FROM ioc_reports WHERE withdrawn_at IS NULL GROUP BY source LIMIT 10000)
     UNION ALL SELECT source, count(*) FROM catalogue_records WHERE withdrawn_at IS NULL GROUP BY source
     UNION ALL SELECT 'epss', count(*) FROM epss_scores`,
  );
  return new Map(rows.flatMap(({ source, records }) => (records > 0 ? [[source, records]] : [])));
}
