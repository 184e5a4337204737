import { AppError } from '../../errors.ts';
import type { SyncResult } from '../../ingest/sync/contract.ts';
import { unreachableHosts } from '../../ingest/sync/sync-all.ts';
import type { Connector } from '../../sources/connector.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { runJson, runsTable, sayRuns, totalsOf } from '../runs-table.ts';

/** Prints what several syncs did, and sets the exit code. @throws AppError `interrupted` */
export function reportSyncs(
  results: readonly SyncResult[],
  connectors: readonly Connector[],
  how: { readonly json: boolean; readonly dry: boolean },
  context: Context,
): void {
  const { output } = context;
  const runs = results.flatMap((r) => r.runs);
  if (how.json) {
    output.json(syncsJson(results));
  } else {
    if (runs.length > 0) output.print(runsTable(runs));
    const seconds = results.reduce((sum, r) => sum + r.seconds, 0);
    sayRuns(runs, seconds, how.dry, output);
  }
  if (context.signal.aborted) {
    throw new AppError(
      'interrupted',
      'Stopped after the batch in hand; run the same command again to go on from there.',
    );
  }
  const hosts = unreachableHosts(results, connectors);
  if (hosts.length > 0) {
    const ways = 'check the network, or set HTTPS_PROXY or OPENTHREAT_MIRROR';
    output.say(`openthreat: nothing could be reached (${hosts.join(', ')}): ${ways}.`);
  }
  const code = exitCodeOf(results);
  if (code !== 0) process.exitCode = code;
}

function syncsJson(results: readonly SyncResult[]): object {
  return {
    ...totalsOf(results.flatMap((r) => r.runs)),
    duration_seconds: Number(results.reduce((sum, r) => sum + r.seconds, 0).toFixed(3)),
    sources: results.map((r) => ({
      source: r.source,
      outcome: r.outcome,
      reason: r.reason,
      duration_seconds: Number(r.seconds.toFixed(3)),
      ...totalsOf(r.runs),
      runs: r.runs.map(runJson),
    })),
  };
}

/**
 * 0 when every source that was asked came to its end. Otherwise the code of what went wrong; of several different ones that of
 * `source_malformed`, because somebody must look at it. A source that another process is syncing counts only when it was
 * the only one.
 */
function exitCodeOf(results: readonly SyncResult[]): number {
  const errors = results.flatMap(({ error }) => (error === null ? [] : [error]));
  const isLocked = (error: unknown) => error instanceof AppError && error.code === 'locked';
  const counted = results.length === 1 ? errors : errors.filter((error) => !isLocked(error));
  const codes = new Set(counted.map((error) => (error instanceof AppError ? exitCodes[error.code] : 1)));
  if (codes.size > 1) return exitCodes.source_malformed;
  return [...codes][0] ?? 0;
}
