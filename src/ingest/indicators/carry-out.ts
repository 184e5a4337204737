import { certainTransaction } from '../../db/certain.ts';
import { beginCompressed } from '../../db/compression.ts';
import { noteDataChange } from '../../db/data-version.ts';
import type { Database, Db } from '../../db/database.ts';
import { reportVersions, versionOf } from '../../db/reports.ts';
import {
  confirmReports,
  deleteIndicators,
  deleteReports,
  insertIndicators,
  insertReports,
  lockIndicators,
  updateIndicators,
  updateReports,
  withdrawReports,
} from '../../db/write/indicators.ts';
import { Outdated } from '../carry-out.ts';
import { isEmpty, type Plan } from './plan.ts';

/**
 * Stores a plan in one transaction, together with what `also` writes. All or nothing.
 * To be called within `untilCurrent`: it throws when the plan's base is not what is stored any more. `runId`: the run
 * that reports are noted with.
 */
export async function carryOut(
  db: Database,
  p: Plan,
  run: { id: number; at: string; also: (tx: Db) => Promise<void> },
): Promise<void> {
  await certainTransaction(
    db,
    async (tx) => {
      await assertCurrent(tx, p);
      if ((await insertIndicators(tx, p.inserts, run.at)) < p.inserts.length) throw new Outdated();
      await updateIndicators(tx, p.updates, run.at);
      await deleteIndicators(tx, p.deletes);
      await insertReports(tx, p.newReports, run.id, run.at);
      await updateReports(tx, p.changedReports, run.id, run.at);
      for (const [source, ids] of p.confirmed) await confirmReports(tx, source, ids, run.at);
      for (const [source, ids] of p.withdrawn) await withdrawReports(tx, source, ids, run.id, run.at);
      for (const [source, ids] of p.removed) await deleteReports(tx, source, ids);
      await run.also(tx);
      if (!isEmpty(p)) await noteDataChange(tx, 'indicators');
    },
    await beginCompressed(db),
  );
}

/** Whoever changes what is said of an indicator holds its row: under these locks, what the plan was made from must still be there. */
async function assertCurrent(tx: Db, p: Plan): Promise<void> {
  if (p.ids.length === 0) return;
  await lockIndicators(tx, p.ids);
  const current = await reportVersions(tx, p.ids);
  if (current.size !== p.base.length || p.base.some((r) => !current.has(versionOf(r)))) throw new Outdated();
}
