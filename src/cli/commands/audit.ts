import { type Command, InvalidArgumentError } from 'commander';
import { auditEntryOf } from '../../api/schemas/audit.ts';
import { type AuditRow, auditPage, readAuditCursor } from '../../db/audit.ts';
import { momentBefore } from '../../domain/ago.ts';
import type { Context } from '../context.ts';
import { table } from '../output.ts';
import { wholeNumber } from './runs.ts';

interface Options {
  readonly since?: string;
  readonly who?: string;
  readonly action?: string;
  readonly failed?: true;
  readonly limit: number;
  readonly after?: string;
  readonly json?: true;
}

/** `openthreat audit`: who changed what. */
export function registerAudit(program: Command, context: Context): void {
  program
    .command('audit')
    .description('who changed what, when, from where, and how it ended, newest first')
    .option('--since <when>', 'not before: a day, a time, or so long ago: 12h, 7d', sinceOption)
    .option('--who <name>', 'by one only: a name, name@host, "key 3", or an address')
    .option('--action <action>', 'of one kind only: ingest, keys.create; "keys" means all that is done with keys')
    .option('--failed', 'only what failed or was refused')
    .option('--limit <n>', 'how many', wholeNumber(1000), 20)
    .option('--after <cursor>', 'the next page: the cursor that the one before gave')
    .option('--json', 'print JSON')
    .action(async (options: Options) => list(options, context));
}

async function list(options: Options, context: Context): Promise<void> {
  const { since = null, who = null, action = null, failed = false, limit, after } = options;
  const cursor = after === undefined ? null : readAuditCursor(after);
  const filter = { since, who, action, failed };
  const { entries, next } = await auditPage(await context.database(), filter, { after: cursor, limit });
  const { output } = context;
  if (options.json) return output.json({ entries: entries.map(auditEntryOf), nextCursor: next });
  output.print(
    table(entries, [
      { title: 'at', value: (e) => e.at.slice(0, 19).replace('T', ' ') },
      { title: 'who', value: whoOf, width: 40 },
      { title: 'from', value: (e) => e.origin, width: 40 },
      { title: 'via', value: (e) => e.via },
      { title: 'action', value: (e) => e.action },
      { title: 'target', value: (e) => e.target, width: 40 },
      { title: 'state', value: (e) => e.state },
      { title: 'seconds', value: (e) => e.seconds?.toFixed(1) ?? null, align: 'right' },
      { title: 'error', value: (e) => e.message ?? e.errorCode, width: 60 },
    ]),
  );
  if (next !== null) output.say(`There are more: --after ${next}`);
}

function whoOf({ via, who, keyId, host }: AuditRow): string | null {
  if (via === 'cli' || via === 'worker') return `${who ?? '?'}@${host}`;
  return keyId === null ? who : `key ${keyId} (${who ?? ''})`;
}

function sinceOption(text: string): string {
  const at = momentBefore(text, new Date());
  if (at === null) throw new InvalidArgumentError('a day such as 2026-01-31, a time, or so long ago: 12h, 7d.');
  return at;
}
