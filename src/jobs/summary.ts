import type { SyncResult } from '../ingest/sync/contract.ts';

/** What a sync did, in one line. */
export function summaryOf({ source, outcome, reason, runs, seconds }: SyncResult): string {
  const sum = (count: 'inserted' | 'updated' | 'unchanged' | 'rejected' | 'withdrawn') =>
    runs.reduce((total, { counts }) => total + counts[count], 0);
  const counts = [
    `${number(sum('inserted'))} new`,
    `${number(sum('updated'))} updated`,
    `${number(sum('unchanged'))} unchanged`,
    ...(sum('withdrawn') > 0 ? [`${number(sum('withdrawn'))} withdrawn`] : []),
    ...(sum('rejected') > 0 ? [`${number(sum('rejected'))} rejected`] : []),
  ].join(', ');
  if (outcome === 'synced') return `${source}: ${counts} in ${seconds.toFixed(1)} s.`;
  const words = { failed: 'failed', held: 'held back', skipped: 'not asked', interrupted: 'interrupted' };
  return `${source}: ${words[outcome]}: ${reason ?? 'for no reason given'}`;
}

function number(n: number): string {
  return n.toLocaleString('en-US');
}
