import { certainTransaction, mayRepeat } from '../db/certain.ts';
import { beginCompressed } from '../db/compression.ts';
import { noteDataChange } from '../db/data-version.ts';
import type { Database, Db } from '../db/database.ts';
import { epssOf } from '../db/epss.ts';
import { sqlState } from '../db/errors.ts';
import type { StoredRow } from '../db/records.ts';
import { byKey } from '../db/write/by-key.ts';
import { storeChanges } from '../db/write/changes.ts';
import { holdEpss } from '../db/write/epss.ts';
import {
  currentVersions,
  deleteSourceRecords,
  upsertSourceRecords,
  withdrawSourceRecords,
} from '../db/write/source-records.ts';
import {
  deleteVulnerabilities,
  insertVulnerabilities,
  lockVulnerabilities,
  updateVulnerabilities,
  type VulnerabilityRow,
  vulnerabilityRow,
} from '../db/write/vulnerabilities.ts';
import { priority } from '../domain/priority.ts';
import type { Vulnerability } from '../domain/vulnerability.ts';
import { AppError } from '../errors.ts';
import type { Plan } from './plan.ts';
import type { TermCounter } from './term-counter.ts';

/** Thrown when another process changed the same CVEs since the plan was made: make it anew. */
export class Outdated extends Error {}

/** How often work is done anew when other processes write the same CVEs at the same time, or the database goes away. */
const tries = 10;

/**
 * Does `work`, which makes a plan and carries it out, until nobody else came in between. When the database goes away in the
 * middle of it, and nothing of it was stored, it is done again on the server that takes its place.
 */
export async function untilCurrent<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const deadlock = sqlState(error) === '40P01';
      const isRepeatable = mayRepeat(error);
      if (!(error instanceof Outdated || deadlock || isRepeatable)) throw error;
      if (attempt === tries && isRepeatable) throw error;
      if (attempt === tries) {
        throw new AppError(
          'locked',
          'Other processes keep writing the same CVEs: run it again when they are done.',
          {},
          error,
        );
      }
    }
  }
}

/**
 * Stores a plan in one transaction, together with what `also` writes. All or nothing.
 * To be called within `untilCurrent`: it throws when the plan's base is not what is stored any more. Priorities are those
 * of the day of `run.at`.
 */
export async function carryOut(
  db: Database,
  p: Plan,
  run: { ids: ReadonlyMap<string, number>; at: string; terms: TermCounter; also: (tx: Db) => Promise<void> },
): Promise<void> {
  await certainTransaction(
    db,
    async (tx) => {
      await assertCurrent(tx, p);
      const { inserts, updates } = await scored(tx, p, run.at.slice(0, 10));
      if ((await insertVulnerabilities(tx, inserts, run.at)) < inserts.length) throw new Outdated();
      await updateVulnerabilities(tx, updates, run.at);
      await deleteVulnerabilities(tx, p.deletes);
      await upsertSourceRecords(tx, p.records, run.ids, run.at);
      for (const [source, ids] of p.withdrawn)
        await withdrawSourceRecords(tx, source, ids, run.ids.get(source) ?? null, run.at);
      for (const [source, ids] of p.removed) await deleteSourceRecords(tx, source, ids);
      await storeChanges(tx, p.history, run.ids, run.at);
      await run.terms.write(tx, p.before, p.after);
      await run.also(tx);
      if (changesData(p)) await noteDataChange(tx, 'vulnerabilities');
    },
    `${await beginCompressed(db)}; ${holdEpss}; ${byKey}`,
  );
  run.terms.commit(p.before, p.after);
}

/** Whether a plan writes anything: one of rejections alone does not. */
function changesData({ inserts, updates, deletes, records, withdrawn, removed }: Plan): boolean {
  return inserts.length + updates.length + deletes.length + records.length + withdrawn.size + removed.size > 0;
}

/** Whoever changes a CVE holds its merged row: under these locks, what the plan was made from must still be there. */
async function assertCurrent(tx: Db, p: Plan): Promise<void> {
  if (p.base.size === 0) return;
  const ids = [...p.base.keys()];
  await lockVulnerabilities(tx, ids);
  const current = await currentVersions(tx, ids);
  const expected = [...p.base.values()].flat().map((r) => version(r));
  if (current.size !== expected.length || expected.some((v) => !current.has(v))) throw new Outdated();
}

/** The rows with their priorities on `day`, by the EPSS that stands until the transaction ends. */
async function scored(tx: Db, { inserts, updates }: Plan, day: string) {
  const ids = [...inserts, ...updates].map((v) => v.cveId);
  const epss = await epssOf(tx, ids);
  const row = (v: Vulnerability): VulnerabilityRow =>
    vulnerabilityRow(v, priority(v, epss.get(v.cveId) ?? null, day), day);
  return { inserts: inserts.map(row), updates: updates.map(row) };
}

function version(r: StoredRow): string {
  return `${r.record.cveId} ${r.record.source} ${r.contentHash}${r.withdrawn ? ' withdrawn' : ''}`;
}
