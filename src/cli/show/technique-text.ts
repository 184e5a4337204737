import type { RelatedIndicators } from '../../db/indicator-links.ts';
import type { MappedCve, Named, NamedActor, StoredActor, StoredTechnique } from '../../db/techniques.ts';
import { count, cut, plain, wrap } from '../output.ts';
import { relatedLines } from './indicator-text.ts';
import { cveLines, entries, facts, headline, namedIds, page, pageWidth, paragraphs, stateLine } from './page.ts';

/** What the database knows around a technique. */
export interface TechniqueView {
  readonly technique: StoredTechnique;
  readonly parent: Named | null;
  readonly tacticNames: ReadonlyMap<string, string>;
  readonly subTechniques: readonly Named[];
  readonly usedBy: { readonly total: number; readonly actors: readonly NamedActor[] };
  readonly mapped: { readonly total: number; readonly cves: readonly MappedCve[] };
  readonly derived: number;
  readonly indicators: RelatedIndicators;
}

const mostReferences = 12;

/** A technique for a person. */
export function techniqueText({ technique: t, ...view }: TechniqueView): string {
  const tactics = t.tactics.map((tactic) => view.tacticNames.get(tactic) ?? tactic);
  const head = [
    headline(t.techniqueId, `${view.parent ? `${view.parent.name}: ` : ''}${t.name}`),
    facts([tactics.join(', '), t.platforms.join(', '), `ATT&CK ${t.domains.join(', ')}`]),
    stateLine(t.state, t.revokedBy),
  ];
  const derived =
    view.derived > 0
      ? `  ${count(view.derived)} ${view.derived === 1 ? 'CVE has' : 'CVEs have'} a weakness that leads here (CWE, CAPEC): derived, nobody says so`
      : '';
  return page(head, [
    ['What', paragraphs(t.description)],
    ['How to detect it', paragraphs(t.detection)],
    ['Seen in', t.dataSources.length > 0 ? `  ${plain(t.dataSources.join(', '))}` : ''],
    ['What to do against it', paragraphs(t.mitigation)],
    ['Sub-techniques', entries(view.subTechniques)],
    ['Used by', actors(view.usedBy)],
    ['CVEs mapped to it', cveLines(view.mapped)],
    ['CVEs related to it', derived],
    ['Indicators of it and of who uses it', relatedLines(view.indicators)],
    ['References', references(t)],
  ]);
}

/** Groups and software in a paragraph each: they may be hundreds. */
function actors({ actors: list, total }: TechniqueView['usedBy']): string {
  const kinds = { group: 'groups', malware: 'malware', tool: 'tools' } as const;
  const lines = Object.entries(kinds).flatMap(([kind, title]) => {
    const names = list.filter((a) => a.kind === kind).map((a) => `${a.name} (${a.id})`);
    return names.length > 0 ? [wrap(`${title}: ${names.join(', ')}`, pageWidth, '  ')] : [];
  });
  return [...lines, ...(total > list.length ? [`  … ${count(total - list.length)} more`] : [])].join('\n');
}

function references(t: StoredTechnique): string {
  const all = [...(t.url ? [{ url: t.url, name: 'MITRE ATT&CK' }] : []), ...t.references];
  const lines = all
    .slice(0, mostReferences)
    .map((r) => `  ${plain(r.url)}${r.name ? `  ${cut(plain(r.name), pageWidth)}` : ''}`);
  if (all.length > mostReferences) lines.push(`  … ${count(all.length - mostReferences)} more (--json shows all)`);
  return lines.join('\n');
}

/** A group or a piece of software for a person. */
export function actorText(
  a: StoredActor,
  techniqueNames: ReadonlyMap<string, string>,
  indicators: RelatedIndicators,
): string {
  const others = a.names.map((name) => name.replaceAll('_', ' ')).filter((name) => name !== a.name.toLowerCase());
  const head = [
    headline(a.id, a.name),
    facts([a.kind, others.length > 0 ? `also ${others.join(', ')}` : null]),
    stateLine(a.state),
  ];
  return page(head, [
    ['What', paragraphs(a.description)],
    [`Techniques (${count(a.techniqueIds.length)})`, namedIds(a.techniqueIds, techniqueNames, 200)],
    ['Indicators that name it', relatedLines(indicators)],
    ['References', a.url ? `  ${plain(a.url)}` : ''],
  ]);
}
