import type { Command } from 'commander';
import { upgrade } from '../../../db/migrate/run.ts';
import { installQueues } from '../../../jobs/install-queues.ts';
import type { Context } from '../../context.ts';

/** `openthreat db upgrade` */
export function registerUpgrade(db: Command, context: Context): void {
  db.command('upgrade')
    .description('apply pending migrations, all in one transaction')
    .argument('[revision]', 'head, or the last revision to apply', 'head')
    .option('--json', 'print JSON')
    .action(async (target: string, options: { json?: true }) => {
      const database = await context.rawDatabase();
      const applied = await upgrade(database, target);
      await installQueues(database);
      if (options.json) return context.output.json(applied.map(({ id, reason }) => ({ id, reason })));
      for (const { id, reason } of applied) context.output.print(`Applied ${id}: ${reason}`);
      if (applied.length === 0) context.output.print('Nothing to apply.');
    });
}
