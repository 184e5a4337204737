import type { Command } from 'commander';
import { describeDatabase } from '../../../config.ts';
import { parseDatabaseUrl } from '../../../database-url.ts';
import { openDatabase } from '../../../db/open.ts';
import { createMissingDatabase } from '../../../db/setup.ts';
import { snapshots } from '../../../db/snapshot.ts';
import { AppError } from '../../../errors.ts';
import { moveDatabase } from '../../../ops/backup/move.ts';
import { sumsTable } from '../../backup-text.ts';
import type { Context } from '../../context.ts';
import { version } from '../../version.ts';

interface Options {
  readonly to: string;
  readonly replace?: true;
  readonly json?: true;
}

/** `openthreat db move` */
export function registerMove(db: Command, context: Context): void {
  db.command('move')
    .description('copy everything to a PostgreSQL server, and compare it there; what is here stays')
    .requiredOption('--to <url>', 'postgresql://user@host:5432/database; a password may be in ~/.pgpass')
    .option('--replace', 'put it in the place of what the server holds')
    .option('--json', 'print JSON')
    .action(async (options: Options) => move(context, options));
}

async function move(context: Context, options: Options): Promise<void> {
  const { config, output, signal } = context;
  const target = { ...config, postgres: parseDatabaseUrl(options.to, '--to') };
  const from = await context.database();
  if (from.description === describeDatabase(target)) throw new AppError('invalid_input', 'Both are the same database.');
  if (await createMissingDatabase(target)) output.say('Created the database.');
  const to = await openDatabase(target);
  try {
    const say = (text: string) => {
      if (output.interactive) output.say(text);
    };
    const { tables } = await moveDatabase(
      { kind: from.kind, atOneMoment: snapshots(config, from), program: version() },
      to,
      { replace: options.replace === true, now: () => new Date(), say, signal, connections: target.poolSize },
    );
    context.audit.learn({ target: to.description });
    await context.audit.endedIn(to);
    if (options.json) return output.json({ from: from.description, to: to.description, tables });
    output.print(sumsTable(tables));
    output.print(`\nThe same on both sides. From now on set DATABASE_URL to ${to.description} (with its password).`);
  } finally {
    await to.close();
  }
}
