import type { Command } from 'commander';
import { truncated } from '../../domain/text.ts';
import { AppError } from '../../errors.ts';
import type { SyncResult } from '../../ingest/sync/contract.ts';
import { syncAll } from '../../ingest/sync/sync-all.ts';
import { type Comparison, comparisonOf } from '../../ingest/sync/verify.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { count, plain, table } from '../output.ts';
import { chooseConnectors } from '../sync/choose.ts';
import { watchedSyncs } from '../sync/progress.ts';

/** `openthreat verify`: what the sources have and we have not. */
export function registerVerify(program: Command, context: Context): void {
  program
    .command('verify')
    .description(
      `compare what the sources have with what is stored here, and write nothing: ends with ${exitCodes.source_malformed} when something differs`,
    )
    .argument('[source...]', 'openthreat sources lists them')
    .option('--json', 'print JSON')
    .action(async (sources: string[], options: { json?: true }) => verify(sources, options.json === true, context));
}

const longestId = 100;

async function verify(sources: readonly string[], json: boolean, context: Context): Promise<void> {
  const connectors = chooseConnectors(sources, context);
  const how = { full: true, dryRun: true };
  const results = await watchedSyncs(context, (syncing) => syncAll(syncing, connectors, how));
  const comparisons = results.flatMap((result) => result.runs.map((run) => comparisonOf(result, run)));
  if (json) context.output.json({ sources: comparisons, notCompared: results.flatMap(notCompared) });
  else print(comparisons, context);
  if (context.signal.aborted) throw new AppError('interrupted', 'Stopped before all was compared.');
  process.exitCode = exitCode(results, comparisons);
}

function notCompared({ source, outcome, reason }: SyncResult): object[] {
  return outcome === 'synced' ? [] : [{ source, outcome, reason }];
}

function print(comparisons: readonly Comparison[], { output }: Context): void {
  output.print(
    table(comparisons, [
      { title: 'source', value: (c) => c.source },
      { title: 'upstream', value: (c) => count(c.upstream), align: 'right' },
      { title: 'same', value: (c) => count(c.same), align: 'right' },
      { title: 'missing here', value: (c) => count(c.missing), align: 'right' },
      { title: 'older here', value: (c) => count(c.older), align: 'right' },
      { title: 'gone upstream', value: (c) => count(c.gone), align: 'right' },
      { title: 'unusable', value: (c) => count(c.unusable), align: 'right' },
      { title: 'compared', value: (c) => (c.complete ? 'all of it' : 'not to its end') },
    ]),
  );
  const lists = [
    ['missing here', 'missingIds'],
    ['older here', 'olderIds'],
    ['gone upstream', 'goneIds'],
  ] as const;
  for (const c of comparisons) {
    for (const [what, ids] of lists)
      if (c[ids].length > 0) output.print(plain(`${c.source}, ${what}: ${c[ids].map(shortened).join(', ')}`));
  }
  if (comparisons.some((c) => c.differs)) output.say('openthreat repair fetches what is missing or older.');
}

/** URLs may be longer than a screen. */
function shortened(id: string): string {
  return id.length > longestId ? `${truncated(id, longestId - 1)}…` : id;
}

/** 4 when something differs, otherwise that of a source that could not be compared. */
function exitCode(results: readonly SyncResult[], comparisons: readonly Comparison[]): number {
  if (comparisons.some((c) => c.differs)) return exitCodes.source_malformed;
  const error = results.find((r) => r.error !== null)?.error;
  if (error === undefined) return 0;
  return error instanceof AppError ? exitCodes[error.code] : 1;
}
