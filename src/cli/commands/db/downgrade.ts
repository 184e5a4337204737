import type { Command } from 'commander';
import { downgrade } from '../../../db/migrate/run.ts';
import type { Context } from '../../context.ts';

/** `openthreat db downgrade` */
export function registerDowngrade(db: Command, context: Context): void {
  db.command('downgrade')
    .description('undo migrations, all in one transaction')
    .argument('[revision]', '-1 for the last one, -2, …; a revision, which stays; or base for all', '-1')
    .option('--json', 'print JSON')
    .action(async (target: string, options: { json?: true }) => {
      const undone = await downgrade(await context.rawDatabase(), target);
      if (options.json) return context.output.json(undone.map(({ id, reason }) => ({ id, reason })));
      for (const { id, reason } of undone) context.output.print(`Undid ${id}: ${reason}`);
      if (undone.length === 0) context.output.print('Nothing to undo.');
    });
}
