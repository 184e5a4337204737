import type { Command } from 'commander';
import { upgrade } from '../../../db/migrate/run.ts';
import type { Context } from '../../context.ts';

/** `openthreat db upgrade` */
export function registerUpgrade(db: Command, context: Context): void {
  db.command('upgrade')
    .description('apply pending migrations, all in one transaction')
    .argument('[revision]', 'head, or the last revision to apply', 'head')
    .option('--json', 'print JSON')
    .action(async (target: string, options: { json?: true }) => {
      const applied = await upgrade(await context.rawDatabase(), target);
      if (options.json) return context.output.json(applied.map(({ id, reason }) => ({ id, reason })));
      for (const { id, reason } of applied) context.output.print(`Applied ${id}: ${reason}`);
      if (applied.length === 0) context.output.print('Nothing to apply.');
    });
}
