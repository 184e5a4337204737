import { AppError } from '../../errors.ts';
import type { Db } from '../database.ts';
import { isCompatible } from './compatibility.ts';
import { type Revision, revisions } from './files.ts';

/** What MikroORM calls it too, so that its own tools see the same state. */
export const stateTable = 'mikro_orm_migrations';

/** Which revisions a database has. */
export interface SchemaState {
  readonly applied: readonly { readonly name: string; readonly at: string }[]; // in the order they were applied
  readonly pending: readonly Revision[];
  readonly unknown: readonly string[]; // applied by another version of the program, and none that this one works with
  readonly newer: readonly string[]; // applied by a newer version, which said that this one still works
}

export async function schemaState(db: Db, all: readonly Revision[] = revisions()): Promise<SchemaState> {
  const applied = await appliedRevisions(db);
  const done = new Set(applied.map((revision) => revision.name));
  const known = new Set(all.map((revision) => revision.name));
  const foreign = applied.map((revision) => revision.name).filter((name) => !known.has(name));
  const works = foreign.length > 0 && (await isCompatible(db, stateTable, all));
  return {
    applied,
    pending: all.filter((revision) => !done.has(revision.name)),
    unknown: works ? [] : foreign,
    newer: works ? foreign : [],
  };
}

/** The revision that the database is at, or null when it has none. */
export async function current(db: Db): Promise<{ id: string; name: string; at: string; isHead: boolean } | null> {
  const { applied, pending } = await schemaState(db);
  const last = applied.at(-1);
  return last ? { id: idOf(last.name), ...last, isHead: pending.length === 0 } : null;
}

/** Revisions that this program has and the database has not. */
export async function pending(db: Db): Promise<readonly Revision[]> {
  return (await schemaState(db)).pending;
}

export interface HistoryEntry {
  readonly id: string;
  readonly reason: string;
  readonly appliedAt: string | null;
  readonly known: boolean; // whether this version of the program has it
}

/** All revisions, newest first, with when each was applied. */
export async function history(db: Db): Promise<HistoryEntry[]> {
  const all = revisions();
  const state = await schemaState(db, all);
  const appliedAt = new Map(state.applied.map((revision) => [revision.name, revision.at]));
  const entries = all.map(({ id, name, reason }) => ({
    id,
    reason,
    appliedAt: appliedAt.get(name) ?? null,
    known: true,
  }));
  const unknown = state.unknown.map((name) => ({
    id: idOf(name),
    reason: name.slice(idOf(name).length + 1).replaceAll(/[_-]/g, ' '),
    appliedAt: appliedAt.get(name) ?? null,
    known: false,
  }));
  return [...entries, ...unknown].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** @throws AppError `database_outdated` or `database_newer`, with what to do */
export async function assertUpToDate(db: Db): Promise<void> {
  const state = await schemaState(db);
  assertNotNewer(state);
  if (state.pending.length === 0) return;
  throw new AppError(
    'database_outdated',
    state.applied.length === 0
      ? 'The database has no tables yet. Run "openthreat setup".'
      : `The database lacks ${state.pending.length} migration(s) of this program. Run "openthreat db upgrade".`,
  );
}

/** @throws AppError `database_newer`, unless the newer program said that this one still works */
export function assertNotNewer({ unknown }: SchemaState): void {
  refuse(unknown);
}

/** For what must know each column: a backup, a downgrade. @throws AppError `database_newer` */
export function assertKnown({ unknown, newer }: SchemaState): void {
  refuse([...unknown, ...newer]);
}

function refuse(foreign: readonly string[]): void {
  if (foreign.length === 0) return;
  throw new AppError(
    'database_newer',
    `The database was migrated by a newer openthreat (revision ${idOf(foreign.at(-1) ?? '')} is unknown to this one). Update the program, or downgrade the database with the newer one.`,
  );
}

async function appliedRevisions(db: Db): Promise<{ name: string; at: string }[]> {
  const exists = await db.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [stateTable]);
  if (!exists.rows[0]?.found) return [];
  return (
    await db.query<{ name: string; at: string }>(`SELECT name, executed_at AS at FROM ${stateTable} ORDER BY name`)
  ).rows;
}

function idOf(name: string): string {
  return name.split(/[_-]/, 1)[0] ?? name;
}
