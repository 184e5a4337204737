import type { Command } from 'commander';
import { current } from '../../../db/migrate/revisions.ts';
import type { Context } from '../../context.ts';

/** `openthreat db current` */
export function registerCurrent(db: Command, context: Context): void {
  db.command('current')
    .description('the revision the database is at')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const found = await current(await context.rawDatabase());
      if (options.json) return context.output.json(found);
      context.output.print(
        found ? `${found.id}${found.isHead ? ' (head)' : ''}` : 'no revision: the database has no tables yet',
      );
    });
}
