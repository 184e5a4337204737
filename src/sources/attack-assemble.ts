import type { Actor, AttackDomain, CataloguePart, CatalogueRecord, Tactic, Technique } from '../domain/catalogue.ts';
import { attackDomains } from '../domain/catalogue.ts';
import { detectionOf } from './attack-detection.ts';
import { AttackRelations } from './attack-relations.ts';
import type { ActorObject, AttackObject, MatrixObject, TacticObject, TechniqueObject } from './attack-types.ts';

/**
 * The matrices in a bundle, each with its techniques, tactics and actors, as the objects and their relations say. The
 * order of the objects does not matter. A bundle without a matrix is an excerpt: nothing is missing from it.
 */
export function assembleAttack(objects: readonly AttackObject[]): readonly CataloguePart[] {
  const relations = new AttackRelations(objects);
  const matrices = objects.filter((o) => o.kind === 'matrix');
  const collection = objects.find((o) => o.kind === 'collection');
  const dated = objects.flatMap((o) => o.modifiedAt ?? []);
  const releasedAt = dated.reduce<string | null>((last, at) => (last === null || at > last ? at : last), null);
  return domainsIn(objects, matrices).map((domain) => ({
    part: domain,
    version: collection?.version ?? null,
    releasedAt,
    whole: matrices.some((m) => m.domains.includes(domain)),
    records: recordsOf(domain, objects, matrices, relations),
  }));
}

/** Whole bundles name their matrix; groups and software in them may belong to several. */
function domainsIn(objects: readonly AttackObject[], matrices: readonly MatrixObject[]): readonly AttackDomain[] {
  const named = matrices.length > 0 ? matrices : objects.filter((o) => o.kind === 'technique');
  const domains = new Set(named.flatMap((o) => o.domains));
  return attackDomains.filter((domain) => domains.has(domain));
}

function recordsOf(
  domain: AttackDomain,
  objects: readonly AttackObject[],
  matrices: readonly MatrixObject[],
  relations: AttackRelations,
): readonly CatalogueRecord[] {
  // One id twice: the one that is in force, then the newest.
  const best = new Map<string, TechniqueObject | TacticObject | ActorObject>();
  for (const o of objects) {
    if (o.kind !== 'technique' && o.kind !== 'tactic' && o.kind !== 'actor') continue;
    if (!belongs(o, domain)) continue;
    const other = best.get(o.id);
    if (!other || standing(o) > standing(other)) best.set(o.id, o);
  }
  const mine = [...best.values()];
  const tactics = tacticsOf(
    mine.filter((o) => o.kind === 'tactic'),
    matrices.filter((m) => m.domains.includes(domain)),
  );
  const places = new Map(tactics.map((t) => [t.shortName, t.position]));
  return [
    ...mine.flatMap((o) => (o.kind === 'technique' ? technique(o, domain, places, relations) : [])),
    ...tactics,
    ...mine.flatMap((o) => (o.kind === 'actor' ? actor(o, relations) : [])),
  ];
}

/** What does not say to which matrix it belongs is in all of the bundle's. */
function belongs({ domains }: { readonly domains: readonly AttackDomain[] }, domain: AttackDomain): boolean {
  return domains.length === 0 || domains.includes(domain);
}

function standing(o: TechniqueObject | TacticObject | ActorObject): string {
  return `${o.state === 'active' ? 1 : 0} ${o.modifiedAt ?? ''} ${o.ref}`;
}

/** In the order of the matrix; what stands in none of them comes last. */
function tacticsOf(tactics: readonly TacticObject[], matrices: readonly MatrixObject[]): readonly Tactic[] {
  const columns = matrices.toSorted((a, b) => Number(a.dead) - Number(b.dead) || (a.id < b.id ? -1 : 1));
  const refs = [...new Set(columns.flatMap((m) => m.tactics))];
  const place = (t: TacticObject) => (refs.includes(t.ref) ? refs.indexOf(t.ref) : refs.length);
  const ordered = tactics.toSorted((a, b) => place(a) - place(b) || (a.id < b.id ? -1 : 1));
  return ordered.map(({ id, shortName, name, description, state, url, modifiedAt }, i) => {
    return { kind: 'tactic', id, shortName, name, description, position: i + 1, state, url, modifiedAt };
  });
}

function technique(
  o: TechniqueObject,
  domain: AttackDomain,
  places: ReadonlyMap<string, number>,
  relations: AttackRelations,
): Technique {
  const tactics = o.phases.filter((p) => p.domain === domain || p.domain === null).map((p) => p.name);
  const place = (name: string) => places.get(name) ?? places.size + 1;
  const { detection, dataSources } = detectionOf(o, relations);
  return {
    kind: 'technique',
    id: o.id,
    name: o.name,
    description: o.description,
    tactics: [...new Set(tactics)].toSorted((a, b) => place(a) - place(b) || (a < b ? -1 : 1)),
    platforms: o.platforms,
    dataSources,
    detection,
    mitigation: relations.mitigations(o.ref),
    references: o.references,
    parentId: relations.parent(o.ref) ?? (o.id.includes('.') ? o.id.slice(0, o.id.indexOf('.')) : null),
    state: o.state,
    revokedBy: relations.successor(o.ref),
    url: o.url,
    modifiedAt: o.modifiedAt,
  };
}

/** Only as far as it uses techniques. */
function actor(o: ActorObject, relations: AttackRelations): readonly Actor[] {
  const techniqueIds = relations.uses(o.ref);
  if (techniqueIds.length === 0) return [];
  const { id, name, names, description, state, url, modifiedAt } = o;
  return [{ kind: 'actor', id, actor: o.actor, name, names, description, techniqueIds, state, url, modifiedAt }];
}
