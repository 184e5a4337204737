import { cvssRoles, cvssVersions, fallbackSources, precedence } from '../../src/domain/precedence.ts';
import { priorityFactors } from '../../src/domain/priority.ts';
import { code, markdownTable } from './table.ts';

/** Who is believed, per field, from the table that the merge reads. */
export function precedenceTable(): string {
  const rows = Object.entries(precedence).map(([field, sources]) => [code(field), sources.map(code).join(', ')]);
  const fallback = [...fallbackSources].map(code).join(', ');
  return `${markdownTable(['field', 'who is believed, best first'], rows)}\n\nOnly while nobody else speaks of a CVE: ${fallback}.`;
}

export function cvssOrder(): string {
  return `Roles, most trusted first: ${cvssRoles.map(code).join(', ')}. Versions, newest first: ${cvssVersions.map((v) => code(`v${v}`)).join(', ')}.`;
}

/** What the priority is made of, from the table that it is computed with. */
export function priorityTable(): string {
  const rows = Object.entries(priorityFactors).map(([name, f]) => [code(name), f.weight.toFixed(2), f.meaning]);
  return markdownTable(['factor', 'weight', 'meaning'], rows);
}
