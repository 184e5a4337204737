import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { reset } from '../../../db/inspect/reset.ts';
import { AppError } from '../../../errors.ts';
import type { Context } from '../../context.ts';

/** `openthreat db reset` */
export function registerReset(db: Command, context: Context): void {
  db.command('reset')
    .description('destroy all data and make the tables anew')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action(async (options: { yes?: true; json?: true }) => {
      const database = await context.rawDatabase();
      if (
        !options.yes &&
        !(await confirmed(`This destroys all data in ${database.description}. Type "yes" to go on: `))
      ) {
        throw new AppError('interrupted', 'Nothing was changed.');
      }
      const dropped = await reset(database);
      if (options.json) return context.output.json({ dropped });
      context.output.print(`Dropped ${dropped.length} tables and made them anew, empty.`);
    });
}

async function confirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new AppError(
      'invalid_input',
      'This destroys all data, and nobody is there to ask: add --yes if you mean it.',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim() === 'yes';
  } finally {
    terminal.close();
  }
}
