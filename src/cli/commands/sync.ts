import { type Command, InvalidArgumentError } from 'commander';
import { utc } from '../../domain/time.ts';
import type { SyncOptions } from '../../ingest/sync/contract.ts';
import { syncAll } from '../../ingest/sync/sync-all.ts';
import type { Context } from '../context.ts';
import { runIdsOf } from '../runs-table.ts';
import { chooseConnectors } from '../sync/choose.ts';
import { watchedSyncs } from '../sync/progress.ts';
import { reportSyncs } from '../sync/report.ts';

interface Options {
  readonly full?: true;
  readonly since?: Date;
  readonly dryRun?: true;
  readonly force?: true;
  readonly json?: true;
}

/** `openthreat sync`: fetch what is new and store it. */
export function registerSync(program: Command, context: Context): void {
  program
    .command('sync')
    .description('fetch what is new from the sources and store it; all of them when none is named')
    .argument('[source...]', 'openthreat sources lists them')
    .option('--full', 'read everything again, as if nothing had been fetched before')
    .option('--since <date>', 'read again what changed since then; what is remembered stays', dateOption)
    .option('--dry-run', 'fetch and compare, but write nothing')
    .option('--force', 'store also what looks strange and would be held back')
    .option('--json', 'print one JSON object')
    .action(async (sources: string[], options: Options) => sync(sources, options, context));
}

async function sync(sources: readonly string[], options: Options, context: Context): Promise<void> {
  const connectors = chooseConnectors(sources, context);
  const how: SyncOptions = {
    full: options.full === true,
    since: options.since ?? null,
    dryRun: options.dryRun === true,
    force: options.force === true,
  };
  const results = await watchedSyncs(context, (syncing) => syncAll(syncing, connectors, how));
  context.audit.learn({ runIds: runIdsOf(results.flatMap((result) => result.runs)) });
  reportSyncs(results, connectors, { json: options.json === true, dry: how.dryRun === true }, context);
}

function dateOption(text: string): Date {
  const time = utc(text);
  if (time === null)
    throw new InvalidArgumentError('a day such as 2026-01-31, or a time such as 2026-01-31T12:00:00Z.');
  return new Date(time);
}
