import { AppError } from '../errors.ts';
import type { Db } from './database.ts';

/** What a key may do: each role may do what those before it may. */
export type KeyRole = 'reader' | 'writer' | 'admin';

/** A row of `api_keys`, without the hash. Times are ISO 8601 UTC. */
export interface ApiKeyRow {
  readonly id: number;
  readonly name: string;
  readonly role: KeyRole;
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

const columns = `id, name, role, prefix, created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt",
  last_used_at AS "lastUsedAt"`;

/** Stores a key by its hash. */
export async function storeKey(
  db: Db,
  key: Pick<ApiKeyRow, 'name' | 'role' | 'prefix' | 'expiresAt'> & { readonly hash: Buffer },
): Promise<ApiKeyRow> {
  const { rows } = await db.query<ApiKeyRow>(
    `INSERT INTO api_keys (name, role, prefix, hash, expires_at) VALUES ($1, $2, $3, $4, $5) RETURNING ${columns}`,
    [key.name, key.role, key.prefix, key.hash, key.expiresAt],
  );
  if (!rows[0]) throw new TypeError('an insert that returns nothing');
  return rows[0];
}

/** The keys, the newest first; at most a thousand. */
export async function listKeys(db: Db): Promise<ApiKeyRow[]> {
  const { rows } = await db.query<ApiKeyRow>(`SELECT ${columns} FROM api_keys ORDER BY id DESC LIMIT 1000`);
  return rows;
}

/** Whether any key counts at `now`. */
export async function hasKeys(db: Db, now: string): Promise<boolean> {
  const { rows } = await db.query(
    'SELECT 1 FROM api_keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $1) LIMIT 1',
    [now],
  );
  return rows.length > 0;
}

/** The key with this hash, revoked and expired ones too, or null. */
export async function keyByHash(db: Db, hash: Buffer): Promise<(ApiKeyRow & { readonly hash: Buffer }) | null> {
  const { rows } = await db.query<ApiKeyRow & { hash: Buffer }>(
    `SELECT ${columns}, hash FROM api_keys WHERE hash = $1 LIMIT 1`,
    [hash],
  );
  return rows[0] ?? null;
}

/**
 * Ends a key for ever; one that has ended already stays as it is.
 * @throws AppError `not_found`
 */
export async function revokeKey(db: Db, id: number, now: string): Promise<ApiKeyRow> {
  const { rows } = await db.query<ApiKeyRow>(
    `UPDATE api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1 RETURNING ${columns}`,
    [id, now],
  );
  if (!rows[0]) throw new AppError('not_found', `There is no key ${id}. "openthreat keys list" shows them.`);
  return rows[0];
}

/** Notes that a key was used, unless that was noted less than a minute before. */
export async function noteKeyUse(db: Db, id: number, now: string): Promise<void> {
  await db.query(
    `UPDATE api_keys SET last_used_at = $2
     WHERE id = $1 AND (last_used_at IS NULL OR last_used_at <= $2::timestamptz - interval '1 minute')`,
    [id, now],
  );
}
