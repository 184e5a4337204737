import type { RelatedActor, RelatedIndicators } from '../../db/indicator-links.ts';
import type { KnownIndicator, ShownReport } from '../../db/indicators.ts';
import { whatOf } from '../ioc/table.ts';
import { count, cut, plain } from '../output.ts';
import { facts, headline, namedIds, page, pageWidth } from './page.ts';

const maxTechniques = 15;

/** An indicator for a person: who says what, and what it has to do with. */
export function indicatorText(
  known: KnownIndicator,
  reports: readonly ShownReport[],
  actors: readonly RelatedActor[],
  techniqueNames: ReadonlyMap<string, string>,
): string {
  const cves = known.tags.filter((tag) => tag.startsWith('CVE-'));
  return page(
    [
      headline(plain(known.value), whatOf(known)),
      facts([
        known.type,
        known.status.toUpperCase(),
        known.confidence === null ? null : `confidence ${known.confidence.toFixed(2)}`,
        known.firstSeen && `first seen ${known.firstSeen.slice(0, 10)}`,
        known.lastSeen && `last seen ${known.lastSeen.slice(0, 10)}`,
        known.expiresAt && `expires ${known.expiresAt.slice(0, 10)}`,
      ]),
    ],
    [
      ['Who says so', reports.map(reportLines).join('\n')],
      ['Tags', known.tags.length > 0 ? cut(`  ${plain(known.tags.join(', '))}`, 5 * pageWidth) : ''],
      ['CVEs', cves.map((cve) => `  ${cve} (openthreat show ${cve})`).join('\n')],
      ...actors.map(
        (actor) =>
          [
            plain(`${actor.name} (${actor.kind}, ${actor.id}) uses`),
            namedIds(actor.techniqueIds, techniqueNames, maxTechniques),
          ] as const,
      ),
    ],
  );
}

function reportLines(r: ShownReport): string {
  const what = [r.threatType, r.malware, ...r.tags.filter((tag) => tag !== r.malware)].filter((word) => word !== null);
  const more = [
    r.withdrawnAt ? `withdrawn ${r.withdrawnAt.slice(0, 10)}` : null,
    r.active === null ? null : r.active ? 'says it is live' : 'says it is down',
    r.confidence === null ? null : `confidence ${r.confidence.toFixed(2)}`,
    r.firstSeen && `first seen ${r.firstSeen.slice(0, 10)}`,
    r.lastSeen && `last seen ${r.lastSeen.slice(0, 10)}`,
    ...Object.entries(r.context).map(([name, value]) => `${name} ${value}`),
    r.sourceUrl,
  ].filter((fact) => fact !== null);
  const line = (indent: string, facts: string) => (facts === '' ? [] : [indent + cut(plain(facts), 3 * pageWidth)]);
  return [`  ${plain(r.source)}`, ...line('      ', what.join(', ')), ...line('      ', more.join(' · '))].join('\n');
}

/** Indicators in the page of something else, one a line. */
export function relatedLines(related: RelatedIndicators | null): string {
  if (!related) return '';
  const { indicators, total } = related;
  const lines = indicators.map((i) =>
    cut(
      `  ${plain(i.value)}  (${i.status}, ${plain([whatOf(i), ...i.sources].filter(Boolean).join(', '))})`,
      2 * pageWidth,
    ),
  );
  if (total.value === 0 && !total.exact) return '  … not yet: a load of indicators is under way';
  if (total.value > lines.length)
    lines.push(`  … ${total.exact ? '' : 'more than '}${count(total.value - lines.length)} more`);
  return lines.join('\n');
}
