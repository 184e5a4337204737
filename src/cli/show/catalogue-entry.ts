import type { Database } from '../../db/database.ts';
import { indicatorsOfActor, indicatorsOfTechnique } from '../../db/indicator-links.ts';
import { derivedTechniques } from '../../db/technique-links.ts';
import {
  actor,
  actorsUsing,
  derivedCveCount,
  mappedCves,
  subTechniques,
  tacticNames,
  technique,
  techniqueNames,
} from '../../db/techniques.ts';
import {
  attackPattern,
  attackPatternNames,
  attackPatternsOf,
  cvesWithWeakness,
  weakness,
  weaknessNames,
} from '../../db/weaknesses.ts';
import { AppError } from '../../errors.ts';
import { actorText, techniqueText } from './technique-text.ts';
import { attackPatternText, weaknessText } from './weakness-text.ts';

/** An entry of a catalogue: for people, and as data. */
interface Shown {
  readonly text: string;
  readonly json: object;
}

interface Kind {
  readonly pattern: RegExp;
  readonly source: string;
  readonly find: (db: Database, id: string) => Promise<Shown | null>;
}

const mostCves = 15;
const mostActors = 25;
const mostDerived = 15;
const mostIndicators = 10;

const kinds: readonly Kind[] = [
  { pattern: /^T\d{4}(?:\.\d{3})?$/, source: 'mitre_attack', find: shownTechnique },
  { pattern: /^[GS]\d{4}$/, source: 'mitre_attack', find: shownActor },
  { pattern: /^CWE-\d{1,5}$/, source: 'cwe', find: shownWeakness },
  { pattern: /^CAPEC-\d{1,5}$/, source: 'capec', find: shownAttackPattern },
];

/** Whether `text` is the id of a technique, group, software, weakness or attack pattern. */
export function isCatalogueId(text: string): boolean {
  return kinds.some((kind) => kind.pattern.test(text.trim().toUpperCase()));
}

/** What is known of an entry of a catalogue. @throws AppError `not_found` */
export async function catalogueEntry(db: Database, text: string): Promise<Shown> {
  const id = text.trim().toUpperCase();
  const kind = kinds.find((k) => k.pattern.test(id));
  const shown = kind ? await kind.find(db, id) : null;
  if (shown) return shown;
  throw new AppError(
    'not_found',
    `${id} is in no catalogue that is loaded: "openthreat sync ${kind?.source ?? ''}" fetches its catalogue.`,
  );
}

async function shownTechnique(db: Database, id: string): Promise<Shown | null> {
  const found = await technique(db, id);
  if (!found) return null;
  const parents = found.parentId === null ? new Map<string, string>() : await techniqueNames(db, [found.parentId]);
  const parent = [...parents].map(([parentId, name]) => ({ id: parentId, name }))[0] ?? null;
  const view = {
    parent,
    subTechniques: await subTechniques(db, id, 200),
    usedBy: await actorsUsing(db, id, mostActors),
    mapped: await mappedCves(db, id, mostCves),
    derived: await derivedCveCount(db, id),
    indicators: await indicatorsOfTechnique(db, id, mostIndicators),
  };
  const { usedBy, mapped, derived } = view;
  return {
    text: techniqueText({ ...view, technique: found, tacticNames: await tacticNames(db, found.domains) }),
    json: {
      ...found,
      subTechniques: view.subTechniques,
      usedBy: usedBy.actors,
      usedByCount: usedBy.total,
      mappedCves: mapped.cves,
      mappedCveCount: mapped.total,
      derivedCveCount: derived,
      indicators: view.indicators,
    },
  };
}

async function shownActor(db: Database, id: string): Promise<Shown | null> {
  const found = await actor(db, id);
  if (!found) return null;
  const names = await techniqueNames(db, found.techniqueIds);
  const techniques = found.techniqueIds.map((techniqueId) => ({
    id: techniqueId,
    name: names.get(techniqueId) ?? null,
  }));
  const indicators = await indicatorsOfActor(db, found.names, mostIndicators);
  return { text: actorText(found, names, indicators), json: { ...found, techniques, indicators } };
}

async function shownWeakness(db: Database, id: string): Promise<Shown | null> {
  const canonical = `CWE-${Number(id.slice('CWE-'.length))}`;
  const found = await weakness(db, canonical);
  if (!found) return null;
  const view = {
    attackPatterns: await attackPatternsOf(db, canonical),
    techniques: await derivedTechniques(db, [canonical], mostDerived),
    cves: await cvesWithWeakness(db, canonical, mostCves),
  };
  const { attackPatterns, techniques, cves } = view;
  return {
    text: weaknessText({ ...view, weakness: found, parentNames: await weaknessNames(db, found.parentIds) }),
    json: { ...found, attackPatterns, techniques: techniques.techniques, cves: cves.cves, cveCount: cves.total },
  };
}

async function shownAttackPattern(db: Database, id: string): Promise<Shown | null> {
  const found = await attackPattern(db, `CAPEC-${Number(id.slice('CAPEC-'.length))}`);
  if (!found) return null;
  const names = {
    weaknesses: await weaknessNames(db, found.weaknessIds),
    techniques: await techniqueNames(db, found.techniqueIds),
    parents: await attackPatternNames(db, found.parentIds),
  };
  return { text: attackPatternText(found, names), json: found };
}
