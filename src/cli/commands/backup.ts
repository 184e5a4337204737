import { join, resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { snapshots } from '../../db/snapshot.ts';
import { AppError } from '../../errors.ts';
import { type BackupResult, backUp } from '../../ops/backup/backup.ts';
import type { Encryption } from '../../ops/backup/encryption.ts';
import { backupsIn, ensureFolder, fileName } from '../../ops/backup/folder.ts';
import { verifyArchive } from '../../ops/backup/restore.ts';
import { type Family, families } from '../../ops/backup/tables.ts';
import { sumsTable } from '../backup-text.ts';
import type { Context } from '../context.ts';
import { count, table } from '../output.ts';
import { version } from '../version.ts';
import { bytes } from './db/format.ts';

interface Options {
  readonly encryptTo?: string[];
  readonly passphraseFile?: string;
  readonly only?: Family[];
  readonly json?: true;
}

/** `openthreat backup`, and what is done with backups beside restoring them. */
export function registerBackup(program: Command, context: Context): void {
  const backup = program.command('backup').description('everything the database holds, in one file');
  backup
    .command('create', { isDefault: true })
    .description('write a backup, while everything goes on')
    .argument('[file]', 'where to; without it a file with the time as its name in OPENTHREAT_BACKUP_DIR')
    .option('--encrypt-to <recipient...>', 'encrypt it for these recipients of age (age1…)')
    .option('--passphrase-file <file>', 'encrypt it by the passphrase in the first line of a file')
    .option('--only <families...>', `back up only some of: ${families.join(', ')}`, chosen)
    .option('--json', 'print JSON')
    .action(async (file: string | undefined, options: Options) => create(context, file, options));
  backup
    .command('verify')
    .description('check a backup from its first to its last byte, without a database')
    .argument('<file>', 'the backup')
    .option('--identity-file <file>', 'open it with the identities of age in a file')
    .option('--passphrase-file <file>', 'open it with the passphrase in the first line of a file')
    .option('--json', 'print JSON')
    .action(async (file: string, options: { identityFile?: string; passphraseFile?: string; json?: true }) => {
      const { head, manifest } = await verifyArchive(file, options, context.signal);
      const { revision, program: madeBy, createdAt } = head;
      if (options.json) return context.output.json({ file, program: madeBy, revision, ...manifest });
      context.output.print(sumsTable(manifest.tables));
      context.output.print(`\n${file} is whole: made ${createdAt} by openthreat ${madeBy}, revision ${revision}.`);
    });
  backup
    .command('list')
    .description('the backups in OPENTHREAT_BACKUP_DIR, the newest first')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => list(context, json === true));
}

function chosen(text: string, before: readonly Family[] = []): Family[] {
  const names = text.split(',').map((part) => part.trim());
  const found = names.map((name) => {
    const family = families.find((known) => known === name);
    if (!family) throw new InvalidArgumentError(`It must be some of ${families.join(', ')}.`);
    return family;
  });
  return families.filter((family) => before.includes(family) || found.includes(family));
}

async function create(context: Context, given: string | undefined, options: Options): Promise<void> {
  const { config, output, signal } = context;
  const encryption = encryptionOf(options, config.backup.encryptTo);
  const now = new Date();
  if (given === undefined) await ensureFolder(config.backup.folder);
  const file = resolve(given ?? join(config.backup.folder, fileName(now, encryption !== null)));
  const db = await context.rawDatabase();
  context.audit.learn({ target: file });
  const result = await backUp(db.kind, snapshots(config, db), {
    file,
    encryption,
    only: options.only ?? null,
    program: version(),
    now,
    signal,
  });
  if (options.json) output.json(asJson(result, encryption !== null));
  else {
    const rows = result.manifest.tables.reduce((sum, t) => sum + t.rows, 0);
    const how = encryption ? 'encrypted' : 'not encrypted';
    output.print(`${file}: ${count(rows)} rows, ${bytes(result.bytes)}, ${how}`);
  }
}

function encryptionOf({ encryptTo, passphraseFile }: Options, standard: readonly string[]): Encryption {
  if (encryptTo && passphraseFile !== undefined) {
    throw new AppError('invalid_input', 'Encrypt either for recipients or by a passphrase, not both.');
  }
  if (passphraseFile !== undefined) return { passphraseFile };
  const recipients = encryptTo ?? standard;
  return recipients.length > 0 ? { recipients } : null;
}

function asJson({ head, manifest, file, bytes: size }: BackupResult, encrypted: boolean): object {
  const { createdAt, revision, families: held } = head;
  return { file, bytes: size, encrypted, createdAt, revision, families: held, tables: manifest.tables };
}

async function list(context: Context, json: boolean): Promise<void> {
  const { folder } = context.config.backup;
  const found = await backupsIn(folder);
  if (json) return context.output.json(found);
  if (found.length === 0) return context.output.print(`There are no backups in ${folder}.`);
  context.output.print(
    table(found, [
      { title: 'made', value: (b) => b.createdAt },
      { title: 'size', value: (b) => bytes(b.bytes), align: 'right' },
      { title: 'encrypted', value: (b) => (b.encrypted ? 'yes' : 'no') },
      { title: 'file', value: (b) => b.file },
    ]),
  );
}
