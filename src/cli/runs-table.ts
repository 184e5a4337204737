import { type Counts, noCounts } from '../db/write/runs.ts';
import type { Run } from '../ingest/run-book.ts';
import { count, type Output, plain, table } from './output.ts';

/** The runs of an ingest or a sync, with what became of their records. */
export function runsTable(runs: readonly Run[]): string {
  return table(runs, [
    { title: 'source', value: (r) => r.source },
    { title: 'run', value: (r) => r.id, align: 'right' },
    { title: 'fetched', value: (r) => count(r.counts.fetched), align: 'right' },
    { title: 'inserted', value: (r) => count(r.counts.inserted), align: 'right' },
    { title: 'updated', value: (r) => count(r.counts.updated), align: 'right' },
    { title: 'unchanged', value: (r) => count(r.counts.unchanged), align: 'right' },
    { title: 'rejected', value: (r) => count(r.counts.rejected), align: 'right' },
    { title: 'withdrawn', value: (r) => count(r.counts.withdrawn), align: 'right' },
    { title: 'status', value: (r) => r.status },
  ]);
}

/** A run in its JSON form. */
export function runJson(run: Run): object {
  return {
    id: run.id,
    source: run.source,
    status: run.status,
    ...run.counts,
    error: run.error,
    notes: Object.fromEntries(run.notes),
  };
}

/** More runs are not listed in an entry of the audit log: they have its time. */
const mostRuns = 100;

/** The ids of runs, for the audit log. */
export function runIdsOf(runs: readonly Run[]): number[] {
  return runs.flatMap(({ id }) => (id === null ? [] : [id])).slice(0, mostRuns);
}

/** What all runs counted together. */
export function totalsOf(runs: readonly Run[]): Counts {
  const totals = noCounts();
  for (const run of runs) {
    for (const key of Object.keys(totals) as (keyof Counts)[]) totals[key] += run.counts[key];
  }
  return totals;
}

/** Says how many records there were, how fast, and what is worth knowing of each run. */
export function sayRuns(runs: readonly Run[], seconds: number, dry: boolean, output: Output): void {
  const { fetched } = totalsOf(runs);
  const rate = seconds > 0 ? Math.round(fetched / seconds) : 0;
  output.say(
    `${count(fetched)} records in ${seconds.toFixed(1)} s (${count(rate)}/s)${dry ? '; a dry run: nothing was written' : ''}`,
  );
  for (const run of runs) {
    for (const [note, times] of run.notes)
      output.say(plain(`${run.source}: ${note}${times > 1 ? ` (${count(times)} times)` : ''}`));
    if (run.counts.rejected > 0 && run.id !== null) {
      output.say(`${run.source}: ${count(run.counts.rejected)} rejected: openthreat rejected --run ${run.id}`);
    }
  }
}
