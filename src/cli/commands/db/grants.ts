import { type Command, InvalidArgumentError } from 'commander';
import { grantsSql } from '../../../db/grants.ts';
import { AppError } from '../../../errors.ts';
import { bossSchema } from '../../../jobs/boss.ts';
import type { Context } from '../../context.ts';

interface Options {
  readonly owner: string;
  readonly writer: string;
  readonly reader: string;
  readonly database?: string;
}

/** `openthreat db grants`: it asks no database, so it can be run wherever the program is. */
export function registerGrants(db: Command, context: Context): void {
  db.command('grants')
    .description(
      'print the SQL that makes three users of least privilege, for psql: an owner that migrates, a writer for worker and server, a reader that changes nothing; safe to repeat',
    )
    .option('--owner <name>', 'owns the tables, migrates, restores', role, 'openthreat_owner')
    .option('--writer <name>', 'for worker, server and ingest', role, 'openthreat_writer')
    .option('--reader <name>', 'for searches, reports and dashboards', role, 'openthreat_reader')
    .option('--database <name>', 'the database; by default that of DATABASE_URL, or openthreat', role)
    .action(async ({ owner, writer, reader, database }: Options) => {
      if (new Set([owner, writer, reader]).size < 3)
        throw new AppError('invalid_input', 'Owner, writer and reader must be three different users.');
      const name = database ?? context.config.postgres?.database ?? 'openthreat';
      const { entities } = await import('../../../db/entities/all.ts');
      const tables = entities.map((entity) => entity.meta.tableName);
      context.output.print(grantsSql({ owner, writer, reader, database: name }, tables, bossSchema));
    });
}

/** PostgreSQL cuts longer names off without a word. */
const longestName = 63;

function role(text: string): string {
  if (text.length > 0 && Buffer.byteLength(text) <= longestName && !/\p{Cc}/u.test(text)) return text;
  throw new InvalidArgumentError(`a name of 1 to ${longestName} bytes.`);
}
