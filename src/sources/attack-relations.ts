import type { AttackObject, NamedObject, RelationshipObject } from './attack-types.ts';

/** How the objects of a bundle hang together. */
export class AttackRelations {
  readonly #objects = new Map<string, AttackObject>(); // by STIX id
  readonly #from = new Map<string, RelationshipObject[]>();
  readonly #to = new Map<string, RelationshipObject[]>();

  constructor(objects: readonly AttackObject[]) {
    for (const o of objects) {
      this.#objects.set('ref' in o ? o.ref : o.id, o);
      if (o.kind !== 'relationship') continue;
      put(this.#from, o.from, o);
      put(this.#to, o.to, o);
    }
    for (const list of [...this.#from.values(), ...this.#to.values()]) list.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Objects that only serve others, by their STIX ids; those of another kind, or not in the bundle, are left out. */
  named(refs: readonly string[], kind: NamedObject['kind']): readonly NamedObject[] {
    return refs.flatMap((ref) => {
      const o = this.#objects.get(ref);
      return o && o.kind === kind ? (o as NamedObject) : [];
    });
  }

  /** What has this relation to `ref`, with the words of the relation, in the order of their ATT&CK ids. */
  pointing(ref: string, type: string, kind: NamedObject['kind']): readonly { by: NamedObject; words: string | null }[] {
    const list = (this.#to.get(ref) ?? []).filter((r) => r.type === type);
    return list
      .flatMap((r) => this.named([r.from], kind).map((by) => ({ by, words: r.description })))
      .toSorted((a, b) => ((a.by.externalId ?? '') < (b.by.externalId ?? '') ? -1 : 1));
  }

  /** What to do against a technique: a paragraph for each mitigation, with its name and id. */
  mitigations(ref: string): string | null {
    const paragraphs = this.pointing(ref, 'mitigates', 'mitigation').map(({ by, words }) => {
      const name = by.externalId ? `${by.name} (${by.externalId})` : by.name;
      const text = words ?? by.description;
      return text === null ? name : `${name}: ${text}`;
    });
    return [...new Set(paragraphs)].join('\n\n') || null;
  }

  /** The technique that a sub-technique belongs to. */
  parent(ref: string): string | null {
    return this.#technique(ref, 'subtechnique-of');
  }

  /** What took the place of a revoked technique. */
  successor(ref: string): string | null {
    return this.#technique(ref, 'revoked-by');
  }

  /** The techniques that a group or software uses, and those of campaigns that are a group's. */
  uses(ref: string): readonly string[] {
    const campaigns = (this.#to.get(ref) ?? []).filter((r) => r.type === 'attributed-to').map((r) => r.from);
    const used = [ref, ...campaigns].flatMap((from) =>
      (this.#from.get(from) ?? []).filter((r) => r.type === 'uses').flatMap((r) => this.#techniqueId(r.to) ?? []),
    );
    return [...new Set(used)].toSorted();
  }

  #technique(ref: string, type: string): string | null {
    const ids = (this.#from.get(ref) ?? [])
      .filter((r) => r.type === type)
      .flatMap((r) => this.#techniqueId(r.to) ?? []);
    return ids[0] ?? null;
  }

  #techniqueId(ref: string): string | null {
    const o = this.#objects.get(ref);
    return o?.kind === 'technique' ? o.id : null;
  }
}

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
