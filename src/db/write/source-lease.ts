import { noting } from '../data-version.ts';
import type { Db } from '../database.ts';

const noted = noting('operations');

/** Who syncs a source, and until when that is believed. Times are the database's, so that clocks need not agree. */
export interface LeaseRow {
  readonly owner: string;
  readonly until: string; // ISO 8601 UTC
}

/** Who has the lease of a source and has not let it run out, or null. */
export async function leaseOf(db: Db, source: string): Promise<LeaseRow | null> {
  const { rows } = await db.query<LeaseRow>(
    `SELECT lease_owner AS owner, lease_until AS until FROM source_state
     WHERE source = $1 AND lease_owner IS NOT NULL AND lease_until > clock_timestamp()`,
    [source],
  );
  return rows[0] ?? null;
}

/**
 * Takes the lease of a source for `milliseconds`, when nobody has it, it has run out, or it is `dead`'s.
 * @returns whether it is ours now
 */
export async function claimLease(
  db: Db,
  source: string,
  lease: { readonly owner: string; readonly milliseconds: number; readonly dead: string | null },
): Promise<boolean> {
  const { rows } = await db.query(
    `${noted} INSERT INTO source_state AS s (source, lease_owner, lease_until)
     VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
     ON CONFLICT (source) DO UPDATE SET lease_owner = excluded.lease_owner, lease_until = excluded.lease_until
       WHERE s.lease_owner IS NULL OR s.lease_owner = $4 OR s.lease_until <= clock_timestamp()
     RETURNING s.source`,
    [source, lease.owner, lease.milliseconds, lease.dead],
  );
  return rows.length === 1;
}

/** Keeps a lease for `milliseconds` from now. @returns false when it is not `owner`'s any more */
export async function renewLease(db: Db, source: string, owner: string, milliseconds: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE source_state SET lease_until = clock_timestamp() + $3 * interval '1 millisecond'
     WHERE source = $1 AND lease_owner = $2`,
    [source, owner, milliseconds],
  );
  return rowCount === 1;
}

/** Gives a lease back. */
export async function releaseLease(db: Db, source: string, owner: string): Promise<void> {
  await db.query(
    `${noted} UPDATE source_state SET lease_owner = NULL, lease_until = NULL WHERE source = $1 AND lease_owner = $2`,
    [source, owner],
  );
}
