import type { Vulnerability } from './vulnerability.ts';

/** What became of a field: a value for another, or elements of a list that came and went. */
export type FieldChange =
  | { readonly from: unknown; readonly to: unknown }
  | { readonly added: readonly unknown[]; readonly removed: readonly unknown[] };

export type Changes = Readonly<Partial<Record<keyof Vulnerability, FieldChange>>>;

/** The fields that differ between two merged records of one CVE; empty when nothing does. */
export function differences(before: Vulnerability, after: Vulnerability): Changes {
  const changes: Partial<Record<keyof Vulnerability, FieldChange>> = {};
  for (const field of Object.keys(after) as (keyof Vulnerability)[]) {
    const change = fieldChange(before[field], after[field]);
    if (change) changes[field] = change;
  }
  return changes;
}

/**
 * The record as it was before `changes`. Elements that had gone come back at a list's end: lists are sets, their order
 * says nothing.
 */
export function revert(after: Vulnerability, changes: Changes): Vulnerability {
  const before: Record<string, unknown> = { ...after };
  for (const [field, change] of Object.entries(changes)) {
    if (!change) continue;
    before[field] = 'to' in change ? change.from : revertList(before[field], change);
  }
  return before as unknown as Vulnerability; // its fields are the ones of `after`, with values it had before
}

function revertList(list: unknown, change: { added: readonly unknown[]; removed: readonly unknown[] }): unknown[] {
  const added = new Set(change.added.map(canonical));
  const kept = Array.isArray(list) ? list.filter((element) => !added.has(canonical(element))) : [];
  return [...kept, ...change.removed];
}

function fieldChange(before: unknown, after: unknown): FieldChange | null {
  if (before === after) return null;
  if (Array.isArray(before) && Array.isArray(after)) return listChange(before, after);
  return canonical(before) === canonical(after) ? null : { from: before, to: after };
}

function listChange(before: readonly unknown[], after: readonly unknown[]): FieldChange | null {
  const had = new Set(before.map(canonical));
  const has = new Set(after.map(canonical));
  const added = after.filter((element) => !had.has(canonical(element)));
  const removed = before.filter((element) => !has.has(canonical(element)));
  return added.length + removed.length === 0 ? null : { added, removed };
}

/** JSON with sorted keys: equal values give equal texts, wherever they were stored in between. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}
