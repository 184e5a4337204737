import { noteDataChange } from '../db/data-version.ts';
import { type Database, type Db, transaction } from '../db/database.ts';
import { curvesAt, epssScores, newestScoreDay, scoredBefore } from '../db/epss.ts';
import { byKey } from '../db/write/by-key.ts';
import { deletePoints, deleteScores, insertScores, lockEpss, storePoints, updateEpss } from '../db/write/epss.ts';
import {
  applyScore,
  type EpssChange,
  type EpssPoint,
  type EpssScore,
  epssFactor,
  needsNoCurve,
} from '../domain/epss.ts';
import type { CveId } from '../domain/record.ts';
import { FirstLoad, fewPriorities } from './first-load.ts';
import { rescoreBy } from './rebuild.ts';

/**
 * A batch is a small part of the tables that it is joined with: reading these whole takes several times as long as looking
 * rows up by the key, which the planner does not know as long as their statistics are old.
 */
const locked = `BEGIN; ${lockEpss}; ${byKey}; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off`;

/** What became of a score. */
export type ScoreOutcome = 'inserted' | 'updated' | 'unchanged';

/** Everything that the scores of one day write. */
export interface ScorePlan {
  readonly outcomes: readonly ScoreOutcome[]; // one for each score, in their order
  readonly inserts: readonly EpssScore[];
  readonly updates: readonly EpssScore[];
  readonly points: readonly EpssScore[]; // of the curves
  /** The CVEs whose share in the priority changes, with their new score. */
  readonly moved: ReadonlyMap<CveId, number>;
}

/**
 * Works out what scores of one day do to what is stored. Of a CVE that comes twice the last score counts. Reads, writes
 * nothing. `imagined` holds current scores that a dry run would have stored.
 */
export async function planScores(
  db: Db,
  said: readonly EpssScore[],
  imagined: ReadonlyMap<CveId, EpssPoint> = new Map(),
): Promise<ScorePlan> {
  const byId = new Map(said.map((s) => [s.cveId, s]));
  const current = await epssScores(db, [...byId.keys()]);
  for (const id of byId.keys()) {
    const point = imagined.get(id);
    if (point) current.set(id, point);
  }
  const open = [...byId.values()].filter((s) => !needsNoCurve(s, current.get(s.cveId) ?? null)).map((s) => s.cveId);
  const curves = await curvesAt(db, open, said[0]?.day ?? '');
  const newest = current.size < byId.size ? await newestScoreDay(db) : null;
  const plan = {
    outcomes: [] as ScoreOutcome[],
    inserts: [] as EpssScore[],
    updates: [] as EpssScore[],
    points: [] as EpssScore[],
    moved: new Map<CveId, number>(),
  };
  for (const score of said) {
    const had = current.get(score.cveId) ?? null;
    const curve = curves.get(score.cveId) ?? { before: had, later: false };
    const change = applyScore(score, { current: had, ...curve }, newest);
    plan.outcomes.push(byId.get(score.cveId) === score ? outcomeOf(change, had, curve.before, score) : 'unchanged');
    if (byId.get(score.cveId) !== score) continue;
    for (const point of change.points) plan.points.push({ cveId: score.cveId, ...point });
    if (!change.current) continue;
    (had ? plan.updates : plan.inserts).push(score);
    if (epssFactor(had?.epss ?? null) !== epssFactor(score.epss)) plan.moved.set(score.cveId, score.epss);
  }
  return plan;
}

function outcomeOf(change: EpssChange, had: EpssPoint | null, before: EpssPoint | null, said: EpssPoint): ScoreOutcome {
  if (change.current) return had ? 'updated' : 'inserted';
  if (change.points.length === 0) return 'unchanged';
  return before?.day === said.day ? 'updated' : 'inserted';
}

/**
 * Stores scores of one day, with what they do to priorities and what `also` writes, in one transaction: a score and the
 * priority that follows from it never part.
 * @returns how many priorities changed
 */
export async function storeScores(
  db: Database,
  said: readonly EpssScore[],
  today: string,
  also: (tx: Db, plan: ScorePlan) => Promise<void>,
): Promise<number> {
  return transaction(
    db,
    async (tx) => {
      const plan = await planScores(tx, said);
      await insertScores(tx, plan.inserts);
      await updateEpss(tx, plan.updates);
      await storePoints(tx, plan.points);
      const rescored = await rescoreBy(tx, plan.moved, today);
      await also(tx, plan);
      if (plan.inserts.length + plan.updates.length + plan.points.length > 0)
        await noteDataChange(tx, 'vulnerabilities');
      return rescored;
    },
    locked,
  );
}

/** What was taken away: how many scores, and how many priorities changed by that. */
interface Withdrawal {
  readonly scores: number;
  readonly rescored: number;
}

/**
 * Takes away current scores, at most `limit`: those older than `day`, or any without a day, of CVEs after `after`. Their
 * curves stay. `also` writes what belongs to it in the same transaction.
 */
export async function withdrawScores(
  db: Database,
  which: { readonly day: string | null; readonly after: string; readonly limit: number },
  today: string,
  also: (tx: Db, withdrawn: readonly CveId[]) => Promise<void>,
): Promise<Withdrawal> {
  return transaction(
    db,
    async (tx) => {
      const scores = await scoredBefore(tx, which);
      if (scores.size === 0) return { scores: 0, rescored: 0 };
      await deleteScores(tx, [...scores.keys()]);
      const counted = [...scores].filter(([, epss]) => epssFactor(epss) > 0);
      const rescored = await rescoreBy(tx, new Map(counted.map(([id]) => [id, null])), today);
      await also(tx, [...scores.keys()]);
      await noteDataChange(tx, 'vulnerabilities');
      return { scores: scores.size, rescored };
    },
    locked,
  );
}

const page = 5_000;

/**
 * Takes EPSS out: scores, curves, and its share in every priority. What is remembered of the source is the caller's.
 * @returns how many CVEs had a score
 */
export async function removeScores(db: Database, now: () => Date, signal: AbortSignal): Promise<number> {
  const removed = await removeCurrent(db, now, signal);
  for (let after: string | null = ''; after !== null && !signal.aborted; ) after = await deletePoints(db, after, page);
  return removed;
}

/** Like the first EPSS of a full database, taking it out gives most CVEs another priority. */
async function removeCurrent(db: Database, now: () => Date, signal: AbortSignal): Promise<number> {
  const today = now().toISOString().slice(0, 10);
  const load = FirstLoad.ofPriorities(db, now, await fewPriorities(db));
  let removed = 0;
  let after = '';
  for (let more = 1; more > 0 && !signal.aborted; removed += more) {
    if (load.due) await load.begin();
    const gone = await withdrawScores(db, { day: null, after, limit: page }, today, async (_, ids) => {
      after = ids.at(-1) ?? after;
    });
    load.count(gone.rescored);
    more = gone.scores;
  }
  await load.end();
  return removed;
}
