import type { Command } from 'commander';
import { history } from '../../../db/migrate/revisions.ts';
import type { Context } from '../../context.ts';
import { table } from '../../output.ts';
import { shortTime } from './format.ts';

/** `openthreat db history` */
export function registerHistory(db: Command, context: Context): void {
  db.command('history')
    .description('all revisions, newest first, and when each was applied')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const entries = await history(await context.rawDatabase());
      if (options.json) return context.output.json(entries);
      context.output.print(
        table(entries, [
          { title: 'revision', value: (e) => e.id },
          { title: 'applied', value: (e) => (e.appliedAt ? shortTime(e.appliedAt) : 'pending') },
          { title: 'why', value: (e) => (e.known ? e.reason : `${e.reason} (of a newer program)`) },
        ]),
      );
    });
}
