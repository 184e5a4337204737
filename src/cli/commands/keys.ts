import type { Command } from 'commander';
import { newKey } from '../../api/auth/key.ts';
import { roles } from '../../api/contract.ts';
import { type ApiKeyRow, listKeys, revokeKey, storeKey } from '../../db/api-keys.ts';
import { AppError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { plain, table } from '../output.ts';
import { minute } from '../sync/source-text.ts';

const longestName = 100;
const day = 86_400_000;

/** `openthreat keys`: who may use the HTTP API, and for what. */
export function registerKeys(program: Command, context: Context): void {
  const keys = program.command('keys').description('keys of the HTTP API: make them, list them, end them');
  keys
    .command('create')
    .description('make a key and print it; it is shown this once and kept nowhere')
    .requiredOption('--role <role>', `what it may do: ${roles.join(', ')}; each may do what those before it may`)
    .requiredOption('--name <name>', 'who or what it is for')
    .option('--expires <when>', 'when it ends: 90d, or a date such as 2027-01-31; by default never')
    .option('--json', 'print JSON')
    .action(async (options: { role: string; name: string; expires?: string; json?: true }) => create(options, context));
  keys
    .command('list')
    .description('the keys, the newest first, without the keys themselves')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => list(json === true, context));
  keys
    .command('revoke')
    .description('end a key for ever; it is refused within a second')
    .argument('<id>', 'its number, from "openthreat keys list"')
    .option('--json', 'print JSON')
    .action(async (id: string, { json }: { json?: true }) => revoke(id, json === true, context));
}

async function create(
  options: { role: string; name: string; expires?: string; json?: true },
  context: Context,
): Promise<void> {
  const { output } = context;
  const role = roles.find((known) => known === options.role);
  if (!role) throw new AppError('invalid_input', `--role must be one of ${roles.join(', ')}.`);
  const name = plain(options.name).trim();
  if (name === '' || name.length > longestName)
    throw new AppError('invalid_input', `--name must have 1 to ${longestName} characters.`);
  const expiresAt = options.expires === undefined ? null : expiry(options.expires, new Date());
  const { key, prefix, hash } = newKey();
  const row = await storeKey(await context.database(), { name, role, prefix, hash, expiresAt });
  context.audit.learn({ target: `key ${row.id}` });
  if (options.json) return output.json({ ...asJson(row), key });
  output.print(key);
  const until = expiresAt === null ? 'until it is revoked' : `until ${minute(expiresAt)} UTC`;
  output.say(`Key ${row.id}, for ${name}, may do what a ${role} may ${until}. Keep it now: it is not shown again.`);
}

async function list(json: boolean, context: Context): Promise<void> {
  const now = new Date().toISOString();
  const rows = await listKeys(await context.database());
  if (json) return context.output.json(rows.map(asJson));
  context.output.print(
    table(rows, [
      { title: 'id', value: (k) => k.id, align: 'right' },
      { title: 'name', value: (k) => k.name, width: 40 },
      { title: 'role', value: (k) => k.role },
      { title: 'begins with', value: (k) => `${k.prefix}…` },
      { title: 'state', value: (k) => stateOf(k, now) },
      { title: 'created', value: (k) => minute(k.createdAt) },
      { title: 'expires', value: (k) => k.expiresAt && minute(k.expiresAt) },
      { title: 'last used', value: (k) => k.lastUsedAt && minute(k.lastUsedAt) },
    ]),
  );
}

async function revoke(id: string, json: boolean, context: Context): Promise<void> {
  if (!/^\d{1,15}$/.test(id))
    throw new AppError('invalid_input', `"${plain(id)}" is no key's number. "openthreat keys list" shows them.`);
  context.audit.learn({ target: `key ${Number(id)}` });
  const row = await revokeKey(await context.database(), Number(id), new Date().toISOString());
  if (json) return context.output.json(asJson(row));
  context.output.print(`Key ${row.id} (${plain(row.name)}) is revoked.`);
}

function stateOf({ revokedAt, expiresAt }: ApiKeyRow, now: string): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'valid';
}

function asJson({ id, name, role, prefix, createdAt, expiresAt, revokedAt, lastUsedAt }: ApiKeyRow): object {
  const times = { created_at: createdAt, expires_at: expiresAt, revoked_at: revokedAt, last_used_at: lastUsedAt };
  return { id, name, role, prefix, ...times };
}

/** A number of days from now, or a date: the key counts until that day begins, UTC. */
function expiry(text: string, now: Date): string {
  const days = /^(\d{1,5})d$/.exec(text)?.[1];
  const at = days === undefined ? dateOf(text) : now.getTime() + Number(days) * day;
  if (!Number.isFinite(at))
    throw new AppError(
      'invalid_input',
      '--expires must be a number of days such as 90d, or a date such as 2027-01-31.',
    );
  if (at <= now.getTime()) throw new AppError('invalid_input', `--expires ${text} is past already.`);
  return new Date(at).toISOString();
}

function dateOf(text: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text) ? at : Number.NaN;
}
