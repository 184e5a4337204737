import type { Command } from 'commander';
import { syncAll } from '../../ingest/sync/sync-all.ts';
import type { Context } from '../context.ts';
import { runIdsOf } from '../runs-table.ts';
import { chooseConnectors } from '../sync/choose.ts';
import { watchedSyncs } from '../sync/progress.ts';
import { reportSyncs } from '../sync/report.ts';

/** `openthreat repair`: what the sources have and we have not, fetched. */
export function registerRepair(program: Command, context: Context): void {
  program
    .command('repair')
    .description('read everything again from the sources and store what is missing or older here')
    .argument('[source...]', 'openthreat sources lists them')
    .option('--force', 'store also what looks strange and would be held back')
    .option('--json', 'print one JSON object')
    .action(async (sources: string[], options: { force?: true; json?: true }) => {
      const connectors = chooseConnectors(sources, context);
      const how = { full: true, force: options.force === true };
      const results = await watchedSyncs(context, (syncing) => syncAll(syncing, connectors, how));
      context.audit.learn({ runIds: runIdsOf(results.flatMap((result) => result.runs)) });
      reportSyncs(results, connectors, { json: options.json === true, dry: false }, context);
    });
}
