import type { Command } from 'commander';
import { assertUpToDate } from '../../../db/migrate/revisions.ts';
import { AppError } from '../../../errors.ts';
import type { Context } from '../../context.ts';

/** `openthreat db check`: for CI, ends with an error when there is drift. */
export function registerCheck(db: Command, context: Context): void {
  db.command('check')
    .description('compare the schema of the database with the one the program needs')
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => {
      const database = await context.rawDatabase();
      await assertUpToDate(database);
      // Loaded only here, because it brings all of MikroORM.
      const { checkDrift } = await import('../../../db/migrate/drift.ts');
      const differences = await checkDrift(database);
      if (options.json) context.output.json(differences);
      if (differences.length === 0) {
        if (!options.json) context.output.print('The schema is what it should be.');
        return;
      }
      if (!options.json) {
        for (const { what, problem, expected, actual } of differences) {
          context.output.print(`${what} is ${problem}`);
          if (expected) context.output.print(`  should be: ${expected}`);
          if (actual) context.output.print(`  is:        ${actual}`);
        }
      }
      throw new AppError(
        'schema_drift',
        `The schema differs in ${differences.length} place(s) from what it should be. Somebody changed it by hand, or an entity without a migration ("openthreat db revision --autogenerate -m …").`,
      );
    });
}
