import type { Command } from 'commander';
import { databaseUrl } from '../../../db/inspect/psql.ts';
import type { Context } from '../../context.ts';

/** `openthreat db url` */
export function registerUrl(db: Command, context: Context): void {
  db.command('url')
    .description('print the URL of the database, without the password')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const database = await context.rawDatabase();
      const url = databaseUrl(context.config, database);
      if (options.json) return context.output.json({ kind: database.kind, url });
      context.output.print(url);
      if (database.kind === 'embedded') {
        context.output.say(
          'The embedded database answers there only while an openthreat command runs; "openthreat db psql" is one.',
        );
      }
    });
}
