import type { Database, Db } from '../../db/database.ts';
import { differences } from '../../db/reports.ts';
import { untilCurrent } from '../carry-out.ts';
import { type RunBook, Tally } from '../run-book.ts';
import { carryOut } from './carry-out.ts';
import { confirmedSince } from './confirm.ts';
import { type Change, isEmpty, type Outcome, type Plan, plan } from './plan.ts';
import type { Said } from './said.ts';

/** What storing reports needs. */
export interface StoreContext {
  readonly db: Database;
  readonly book: RunBook;
  readonly now: () => Date;
  readonly dryRun: boolean;
}

/** What an input says of an indicator: one report, or several as one. */
export interface Entry {
  said: Said;
  readonly first: string; // the content hash of the first
  more: number; // how many followed
  readonly again: boolean; // others had come before in this input, and may be stored since
}

/**
 * Compares a source's reports with what is stored and stores those on indicators it had not reported, with the counts and
 * rejections of `tally`. @returns those that it had reported otherwise, still to be stored
 */
export async function storeNew(
  context: StoreContext,
  source: string,
  entries: readonly Entry[],
  counted: Tally,
): Promise<{ inserted: number; others: Entry[] }> {
  return untilCurrent(async () => {
    const tally = copyOf(counted);
    const now = context.now().toISOString();
    const asked = entries.map(({ said }) => ({ ...said, since: confirmedSince(said.report, now) }));
    const found = await differences(context.db, source, asked);
    const different = new Set<Entry>();
    const others: Entry[] = [];
    const fresh: Said[] = [];
    const joined: Change[] = [];
    for (const { n, mine, others: spoken } of found) {
      const entry = entries[n];
      if (!entry) continue;
      different.add(entry);
      if (mine) others.push(entry);
      else if (spoken) joined.push({ kind: 'put', said: entry.said, combine: false });
      else fresh.push(entry.said);
      if (!mine) count(tally, entry, entry.again ? 'updated' : 'inserted');
    }
    for (const entry of entries) if (!different.has(entry)) count(tally, entry, 'unchanged');
    await write(context, source, tally, async () => plan(context.db, fresh, joined, now), now);
    return { inserted: fresh.length, others };
  });
}

/** Stores reports on indicators of which the source had said something else. */
export async function storeChanged(context: StoreContext, source: string, entries: readonly Entry[]): Promise<void> {
  const changes = entries.map((e): Change => ({ kind: 'put', said: e.said, combine: e.again }));
  await storeChanges(context, source, changes, (tally, outcomes) => {
    entries.forEach((entry, i) => {
      const outcome = outcomes[i];
      // In a dry run what came before in the same input is not there to be changed.
      if (outcome === 'inserted' && entry.again) count(tally, entry, 'updated');
      else if (outcome === 'inserted' || outcome === 'updated') count(tally, entry, outcome);
      else count(tally, entry, 'unchanged');
    });
  });
}

/** Carries out changes of a source's word, and counts what `tallied` makes of their outcomes. */
export async function storeChanges(
  context: StoreContext,
  source: string,
  changes: readonly Change[],
  tallied: (tally: Tally, outcomes: readonly Outcome[]) => void,
): Promise<void> {
  await untilCurrent(async () => {
    const now = context.now().toISOString();
    const tally = new Tally();
    const p = await plan(context.db, [], changes, now);
    tallied(tally, p.outcomes);
    await write(context, source, tally, async () => p, now);
  });
}

/** Writes a plan and the counts of its reports, if there is anything to write. */
async function write(
  { db, book, dryRun }: StoreContext,
  source: string,
  tally: Tally,
  made: () => Promise<Plan>,
  at: string,
): Promise<void> {
  await book.begin(tally);
  const id = book.ids.get(source);
  if (!dryRun && id !== undefined) {
    const p = await made();
    const also = (tx: Db) => book.write(tx, tally);
    if (isEmpty(p) && tally.rejected.length === 0) {
      // The run's row gets these counts with the next batch that writes, or at the end.
    } else await carryOut(db, p, { id, at, also });
  }
  book.commit(tally);
}

/** Of several reports on an indicator the first is inserted, and what the others add is one update, in however many batches they come. */
function count(tally: Tally, entry: Entry, outcome: 'inserted' | 'updated' | 'unchanged'): void {
  const { source, contentHash, report } = entry.said;
  const grew = outcome === 'inserted' && contentHash !== entry.first;
  tally.fetched(source, outcome, report.value);
  for (let n = 0; n < entry.more; n++) tally.fetched(source, grew && n === 0 ? 'updated' : 'unchanged');
}

function copyOf(tally: Tally): Tally {
  const copy = new Tally();
  for (const [source, counts] of tally.counts) copy.counts.set(source, { ...counts });
  copy.rejected.push(...tally.rejected);
  copy.notes.push(...tally.notes);
  return copy;
}
