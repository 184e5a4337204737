import type { Changes } from '../../domain/changes.ts';
import type { CveId } from '../../domain/record.ts';
import type { SourceId } from '../../domain/source-id.ts';
import type { Db } from '../database.ts';

export interface ChangeToStore {
  readonly cveId: CveId;
  readonly source: SourceId;
  readonly changes: Changes;
}

/** Adds to the history what changed in merged records, and which source caused it. */
export async function storeChanges(
  tx: Db,
  changes: readonly ChangeToStore[],
  runOf: ReadonlyMap<string, number>,
  at: string,
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map((c) => ({
    cve_id: c.cveId,
    source: c.source,
    run_id: runOf.get(c.source) ?? null,
    changes: c.changes,
  }));
  await tx.query(
    `INSERT INTO vulnerability_changes (cve_id, changed_at, source, run_id, changes)
     SELECT cve_id, $2, source, run_id, changes
     FROM json_to_recordset($1) AS x(cve_id text, source text, run_id bigint, changes jsonb)`,
    [JSON.stringify(rows), at],
  );
}
