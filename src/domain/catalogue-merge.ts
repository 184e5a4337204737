import {
  type Actor,
  type AttackPattern,
  attackDomains,
  type CatalogueRecord,
  type Tactic,
  type Technique,
  type TechniqueMapping,
  type Weakness,
} from './catalogue.ts';

/** What one part of a catalogue says of an entry, or said before it vanished from it. */
export interface PartRecord {
  readonly part: string;
  readonly record: CatalogueRecord;
  readonly withdrawn: boolean;
}

/** `withdrawn`: no part lists it any more; it is what they said last. */
export type EntryState = 'active' | 'deprecated' | 'revoked' | 'withdrawn';

type Merged<Record extends { readonly state: string }> = Omit<Record, 'state'> & {
  readonly state: EntryState;
  readonly domains: readonly string[]; // the parts that list it
};

/** An entry of a catalogue, made of what its parts say. */
export type CatalogueItem =
  | Merged<Technique>
  | Merged<Tactic>
  | Merged<Actor>
  | Merged<Weakness>
  | Merged<AttackPattern>
  | (TechniqueMapping & { readonly state: EntryState });

/**
 * What the parts of a catalogue say of one entry, together: lists are joined in the order of the matrices, texts too where
 * they differ, and for the rest the part changed last is believed. The order of `parts` does not matter.
 */
export function mergedEntry(parts: readonly PartRecord[]): CatalogueItem | null {
  const present = parts.filter((p) => !p.withdrawn);
  const speaking = (present.length > 0 ? present : parts).toSorted(
    (a, b) => rank(a.part) - rank(b.part) || order(a, b),
  );
  const newest = speaking.reduce<PartRecord | null>((best, p) => (best && !isNewer(p, best) ? best : p), null);
  if (!newest) return null;
  const records = speaking.map((p) => p.record);
  const { record } = newest;
  const state = present.length === 0 ? 'withdrawn' : stateOf(records, record);
  if (record.kind === 'mapping') return { ...record, state };
  const domains = speaking.map((p) => p.part);
  if (record.kind === 'technique') return { ...technique(record, of(records, 'technique')), state, domains };
  if (record.kind === 'actor') return { ...actor(record, of(records, 'actor')), state, domains };
  return { ...record, state, domains };
}

function technique(newest: Technique, all: readonly Technique[]): Technique {
  return {
    ...newest,
    tactics: union(all.map((t) => t.tactics)),
    platforms: union(all.map((t) => t.platforms)),
    dataSources: union(all.map((t) => t.dataSources)),
    detection: joined(all.map((t) => t.detection)),
    mitigation: joined(all.map((t) => t.mitigation)),
    references: [...new Map(all.flatMap((t) => t.references.map((r) => [r.url, r]))).values()],
    parentId: newest.parentId ?? first(all.map((t) => t.parentId)),
    revokedBy: newest.revokedBy ?? first(all.map((t) => t.revokedBy)),
  };
}

function actor(newest: Actor, all: readonly Actor[]): Actor {
  return {
    ...newest,
    names: union(all.map((a) => a.names)),
    techniqueIds: union(all.map((a) => a.techniqueIds)).toSorted(),
  };
}

/** Active while any part has it as active. */
function stateOf(records: readonly CatalogueRecord[], newest: CatalogueRecord): EntryState {
  if (newest.kind === 'mapping') return 'active';
  return records.some((r) => 'state' in r && r.state === 'active') ? 'active' : newest.state;
}

function of<Kind extends CatalogueRecord['kind']>(records: readonly CatalogueRecord[], kind: Kind) {
  return records.filter((r): r is Extract<CatalogueRecord, { kind: Kind }> => r.kind === kind);
}

function rank(part: string): number {
  const place = (attackDomains as readonly string[]).indexOf(part);
  return place < 0 ? attackDomains.length : place;
}

function order(a: PartRecord, b: PartRecord): number {
  return a.part < b.part ? -1 : a.part > b.part ? 1 : 0;
}

function isNewer(a: PartRecord, b: PartRecord): boolean {
  return modified(a) > modified(b);
}

function modified({ record }: PartRecord): string {
  return 'modifiedAt' in record ? (record.modifiedAt ?? '') : '';
}

function union(lists: readonly (readonly string[])[]): readonly string[] {
  return [...new Set(lists.flat())];
}

function joined(texts: readonly (string | null)[]): string | null {
  return union([texts.filter((t) => t !== null)]).join('\n\n') || null;
}

function first(values: readonly (string | null)[]): string | null {
  return values.find((v) => v !== null) ?? null;
}
