import type { Command } from 'commander';
import { citusState } from '../../db/distribution.ts';
import { createMissingDatabase } from '../../db/setup.ts';
import { recover } from '../../ingest/recover.ts';
import { restoreArchive } from '../../ops/backup/restore.ts';
import { families } from '../../ops/backup/tables.ts';
import type { Context } from '../context.ts';
import { count } from '../output.ts';

interface Options {
  readonly replace?: true;
  readonly identityFile?: string;
  readonly passphraseFile?: string;
  readonly json?: true;
}

/** `openthreat restore` */
export function registerRestore(program: Command, context: Context): void {
  program
    .command('restore')
    .description('put a backup into the database: all of it, or nothing when anything is wrong')
    .argument('<file>', 'the backup')
    .option('--replace', 'put it in the place of what the database holds')
    .option('--identity-file <file>', 'open it with the identities of age in a file')
    .option('--passphrase-file <file>', 'open it with the passphrase in the first line of a file')
    .option('--json', 'print JSON')
    .action(async (file: string, options: Options) => restore(context, file, options));
}

async function restore(context: Context, file: string, options: Options): Promise<void> {
  const { config, output, signal } = context;
  const now = () => new Date();
  const say = (text: string) => {
    if (output.interactive) output.say(text);
  };
  const open = async () => {
    if (await createMissingDatabase(config)) output.say('Created the database.');
    return context.rawDatabase();
  };
  const { head, manifest } = await restoreArchive(open, file, options, {
    replace: options.replace === true,
    connections: config.poolSize,
    now,
    say,
    signal,
  });
  const db = await context.database();
  await recover(db, now);
  const rows = manifest.tables.reduce((sum, t) => sum + t.rows, 0);
  if (options.json) return output.json({ database: db.description, revision: head.revision, ...manifest });
  const what = head.families.length < families.length ? ` (${head.families.join(', ')})` : '';
  const { version, placed } = await citusState(db);
  if (version && placed.size === 0)
    output.say('The tables are on this node alone: spread them with "openthreat db distribute".');
  output.print(`Restored ${count(rows)} rows${what}, as they were at ${head.createdAt}, into ${db.description}.`);
}
