import type { UrgentCve } from '../../db/urgent-of.ts';
import { count, cut, plain, wrap } from '../output.ts';

export const pageWidth = 100;

/** A page for a person: head lines, then the sections that have a text. */
export function page(head: readonly string[], sections: readonly (readonly [title: string, text: string])[]): string {
  const shown = sections.filter(([, text]) => text !== '').map(([title, text]) => `${title}\n${text}`);
  return [head.filter(Boolean).join('\n'), ...shown].join('\n\n');
}

/** A text of several paragraphs and lists, wrapped and indented; of long ones the beginning. */
export function paragraphs(text: string | null, longest = 3000): string {
  if (text === null) return '';
  const shown = cut(text, longest);
  return (
    shown
      .split('\n')
      .map((line) => lines(line))
      .join('\n') + (shown === text ? '' : '\n  (--json shows all)')
  );
}

/** Texts as the items of a list, the first few of them. */
export function items(texts: readonly string[], most: number): string {
  const shown = texts
    .slice(0, most)
    .flatMap((text) => text.split(/\n+/).map((line, i) => lines(i === 0 ? `- ${line}` : line, '    ')));
  if (texts.length > most) shown.push(`  … ${count(texts.length - most)} more (--json shows all)`);
  return shown.join('\n');
}

/** A line of a text: what continues an item of a list stands under its words. */
function lines(line: string, indent = '  '): string {
  if (line === '') return '';
  if (!line.startsWith('- ')) return wrap(line, pageWidth, indent);
  return `  - ${wrap(line.slice(2), pageWidth - 2, '    ').trimStart()}`;
}

/** Entries of a catalogue by id and name, one a line; `total` when there are more. */
export function entries(
  list: readonly { readonly id: string; readonly name: string | null }[],
  total = list.length,
): string {
  const lines = list.map(({ id, name }) =>
    cut(`  ${id.padEnd(9)}  ${plain(name ?? '(not in the catalogue that is loaded)')}`, 2 * pageWidth),
  );
  return withMore(lines, total);
}

/** Ids with their names, one a line. */
export function namedIds(ids: readonly string[], names: ReadonlyMap<string, string>, most = 30): string {
  return entries(
    ids.slice(0, most).map((id) => ({ id, name: names.get(id) ?? null })),
    ids.length,
  );
}

/** CVEs, one a line, with what makes them urgent. */
export function cveLines({
  cves,
  total,
}: {
  readonly cves: readonly (UrgentCve & { readonly mappingTypes?: readonly string[] })[];
  readonly total: number;
}): string {
  const lines = cves.map((cve) => {
    const priority = cve.priorityScore === null ? '    -' : cve.priorityScore.toFixed(3);
    const how = [
      cve.exploited ? 'exploited' : null,
      cve.cvssScore === null ? null : `CVSS ${cve.cvssScore.toFixed(1)}`,
      ...(cve.mappingTypes ?? []).map((type) => type.replaceAll('_', ' ')),
    ].filter((part) => part !== null);
    return (
      cut(`  ${priority}  ${cve.cveId.padEnd(16)}  ${plain(cve.title ?? '')}`, pageWidth) +
      (how.length > 0 ? `  (${plain(how.join(', '))})` : '')
    );
  });
  return withMore(lines, total);
}

function withMore(lines: readonly string[], total: number): string {
  const more = total > lines.length ? [`  … ${count(total - lines.length)} more`] : [];
  return [...lines, ...more].join('\n');
}

/** The first line of a page. */
export function headline(id: string, name: string): string {
  return `${id}  ${plain(name)}`;
}

/** Nothing for what is in force, a line in capitals for the rest. */
export function stateLine(state: string, revokedBy: string | null = null): string {
  if (state === 'withdrawn') return 'WITHDRAWN: the catalogue does not list it any more; this is what it said last';
  if (state === 'revoked') return `REVOKED${revokedBy ? `: ${revokedBy} took its place` : ''}`;
  return state === 'deprecated' ? 'DEPRECATED: not to be used any more' : '';
}

/** Facts in a line or more. */
export function facts(list: readonly (string | null)[]): string {
  return wrap(list.filter((fact) => fact !== null && fact !== '').join(' · '), pageWidth);
}
