import type { Command } from 'commander';
import { AppError } from '../../errors.ts';
import { foreseeRetention, type Retained, retain } from '../../ops/retention.ts';
import type { Context } from '../context.ts';
import { count, table } from '../output.ts';

/** `openthreat prune`: what is older than the settings keep it, deleted now. */
export function registerPrune(program: Command, context: Context): void {
  program
    .command('prune')
    .description(
      'delete history, runs, rejected records, cached results, tasks and audit entries that are older than the settings OPENTHREAT_KEEP_… keep them; the worker does so every day',
    )
    .option('--dry-run', 'only say how many rows would go')
    .option('--json', 'print JSON')
    .action(async (options: { dryRun?: true; json?: true }) => {
      const dryRun = options.dryRun === true;
      const result = await pruned(context, dryRun);
      if (context.signal.aborted)
        throw new AppError('interrupted', 'Stopped; what was deleted is gone, the same command goes on from there.');
      if (options.json) return context.output.json({ dryRun, tables: result });
      context.output.print(
        table(result, [
          { title: 'table', value: (r) => r.table },
          { title: 'older than', value: (r) => r.before?.slice(0, 16).replace('T', ' ') ?? 'kept for ever' },
          { title: dryRun ? 'would go' : 'deleted', value: (r) => count(r.rows), align: 'right' },
        ]),
      );
    });
}

async function pruned(context: Context, dryRun: boolean): Promise<Retained[]> {
  const { config, signal } = context;
  const db = await context.database();
  const now = new Date();
  if (dryRun) return foreseeRetention(db, config.retention, now);
  return retain(db, { now, signal, limits: config.retention, requestedBy: 'command line' });
}
