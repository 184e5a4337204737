import type { DerivedTechnique } from '../../db/technique-links.ts';
import type { UrgentCve } from '../../db/urgent-of.ts';
import type { StoredAttackPattern, StoredWeakness } from '../../db/weaknesses.ts';
import type { Consequence } from '../../domain/catalogue.ts';
import { plain, wrap } from '../output.ts';
import { cveLines, entries, facts, headline, items, namedIds, page, pageWidth, paragraphs, stateLine } from './page.ts';

const mostItems = 8;

/** What the database knows around a weakness. */
export interface WeaknessView {
  readonly weakness: StoredWeakness;
  readonly parentNames: ReadonlyMap<string, string>;
  readonly attackPatterns: readonly { readonly id: string; readonly name: string }[];
  readonly techniques: { readonly total: number; readonly techniques: readonly DerivedTechnique[] };
  readonly cves: { readonly total: number; readonly cves: readonly UrgentCve[] };
}

/** A weakness for a person. */
export function weaknessText({ weakness: w, ...view }: WeaknessView): string {
  const head = [
    headline(w.weaknessId, w.name),
    facts([w.abstraction, w.likelihood && `likelihood of exploitation: ${w.likelihood}`]),
    stateLine(w.state),
  ];
  return page(head, [
    ['What', paragraphs(w.description)],
    ['What it leads to', consequences(w.consequences)],
    ['What to do against it', items(w.mitigations, mostItems)],
    ['Part of', namedIds(w.parentIds, view.parentNames)],
    ['Attack patterns', entries(view.attackPatterns)],
    ['Techniques it may lead to (derived)', derivedLines(view.techniques)],
    ['CVEs', cveLines(view.cves)],
    ['References', w.url ? `  ${plain(w.url)}` : ''],
  ]);
}

/** An attack pattern for a person. */
export function attackPatternText(
  p: StoredAttackPattern,
  names: {
    readonly weaknesses: ReadonlyMap<string, string>;
    readonly techniques: ReadonlyMap<string, string>;
    readonly parents: ReadonlyMap<string, string>;
  },
): string {
  const head = [
    headline(p.attackPatternId, p.name),
    facts([p.abstraction, p.severity && `severity: ${p.severity}`, p.likelihood && `likelihood: ${p.likelihood}`]),
    stateLine(p.state),
  ];
  return page(head, [
    ['What', paragraphs(p.description)],
    ['What it needs', items(p.details.prerequisites ?? [], mostItems)],
    ['What it leads to', consequences(p.details.consequences ?? [])],
    ['What to do against it', items(p.details.mitigations ?? [], mostItems)],
    ['Examples', items(p.details.examples ?? [], mostItems)],
    ['Part of', namedIds(p.parentIds, names.parents)],
    ['Weaknesses it uses', namedIds(p.weaknessIds, names.weaknesses)],
    ['Techniques of ATT&CK', namedIds(p.techniqueIds, names.techniques)],
    ['References', p.url ? `  ${plain(p.url)}` : ''],
  ]);
}

function consequences(all: readonly Consequence[]): string {
  const lines = all.map((c) => `  ${[c.scopes.join(', '), c.impacts.join(', ')].filter(Boolean).join(': ')}`);
  return lines.map((line) => wrap(line.trim(), pageWidth, '  ')).join('\n');
}

/** Techniques that follow from weaknesses, each with its ways. */
export function derivedLines({
  techniques,
  total,
}: {
  readonly techniques: readonly DerivedTechnique[];
  readonly total: number;
}): string {
  return entries(
    techniques.map((t) => ({ id: t.techniqueId, name: `${nameOf(t)}, via ${waysOf(t)}` })),
    total,
  );
}

export function nameOf(t: {
  readonly name: string | null;
  readonly state: string | null;
  readonly revokedBy: string | null;
}): string {
  if (t.name === null) return '(not in the catalogue that is loaded)';
  return t.state === 'active' ? t.name : `${t.name} (${t.state}${t.revokedBy ? `, now ${t.revokedBy}` : ''})`;
}

function waysOf({ via }: DerivedTechnique): string {
  const ways = via.slice(0, 3).map((way) => `${way.weaknessId} › ${way.attackPatternId}`);
  return via.length > 3 ? `${ways.join(', ')} and ${via.length - 3} more` : ways.join(', ');
}
