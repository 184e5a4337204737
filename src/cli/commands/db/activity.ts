import type { Command } from 'commander';
import { activity } from '../../../db/inspect/activity.ts';
import type { Context } from '../../context.ts';
import { table } from '../../output.ts';

/** `openthreat db activity` */
export function registerActivity(db: Command, context: Context): void {
  db.command('activity')
    .description('connections and what they do, the longest-running first')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const database = await context.rawDatabase();
      const found = await activity(database);
      if (options.json) return context.output.json(found);
      context.output.print(
        table(found, [
          { title: 'pid', value: (a) => a.pid, align: 'right' },
          { title: 'user', value: (a) => a.user },
          { title: 'application', value: (a) => a.application, width: 20 },
          { title: 'client', value: (a) => a.client },
          { title: 'state', value: (a) => a.state },
          { title: 'seconds', value: (a) => a.seconds?.toFixed(1) ?? null, align: 'right' },
          { title: 'waits for', value: (a) => a.waitsFor },
          { title: 'query', value: (a) => a.query, width: 80 },
        ]),
      );
      if (database.kind === 'embedded') {
        context.output.say(
          'The embedded database runs one statement at a time, and this was it: others waited meanwhile.',
        );
      }
    });
}
