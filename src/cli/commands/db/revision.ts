import { relative } from 'node:path';
import { type Command, Option } from 'commander';
import type { Context } from '../../context.ts';

interface RevisionOptions {
  readonly message: string;
  readonly autogenerate?: true;
  readonly empty?: true;
  readonly json?: true;
}

/** `openthreat db revision` */
export function registerRevision(db: Command, context: Context): void {
  db.command('revision')
    .description('write a new migration (in a clone of the project; needs no database)')
    .requiredOption('-m, --message <why>', 'why it exists')
    .addOption(new Option('--autogenerate', 'with the difference between entities and migrations').conflicts('empty'))
    .option('--empty', 'with nothing in it (the default)')
    .option('--json', 'print JSON')
    .action(async (options: RevisionOptions) => {
      // Loaded only here, because it brings all of MikroORM.
      const { createRevision } = await import('../../../db/migrate/create.ts');
      const kind = options.autogenerate ? 'autogenerate' : 'empty';
      const made = await createRevision({ message: options.message, kind, now: new Date() });
      if (options.json) return context.output.json(made);
      if (!made) return context.output.print('Entities and migrations agree: there is nothing to migrate.');
      context.output.print(
        `Wrote ${relative(process.cwd(), made.path)}. Read it before you apply it: "openthreat db upgrade".`,
      );
      for (const { what, problem } of made.unresolved)
        context.output.say(`To be completed by hand: ${what} is ${problem}.`);
    });
}
