import { canonicalName } from '../domain/names.ts';
import type { SearchText } from '../domain/query.ts';
import type { Severity } from '../domain/record.ts';
import type { Meaning } from './corrections.ts';

/** What narrows a search beside its words. */
export interface Filters {
  readonly severities?: readonly (Severity | 'UNKNOWN')[];
  readonly exploited?: boolean;
  readonly vendor?: string;
  readonly product?: string;
}

/** A WHERE clause with its parameters, numbered from $1. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly unknown[];
}

/** The clause for a search: everything typed and every filter must hold. */
export function conditions(text: SearchText, meanings: readonly Meaning[], filters: Filters): Condition {
  const params: unknown[] = [];
  const p = (value: unknown) => `$${params.push(value)}`;
  const parts: string[] = [];
  const query = [
    ...meanings.map((m) =>
      m.how === 'beginning'
        ? `to_tsquery('english', ${p(`'${m.as.replaceAll("'", "''")}':*`)})`
        : `plainto_tsquery('english', ${p(m.as)})`,
    ),
    ...text.phrases.map((phrase) => `phraseto_tsquery('english', ${p(phrase)})`),
  ];
  if (query.length > 0) parts.push(`search @@ (${query.join(' && ')})`);
  for (const cve of text.cveParts) parts.push(cveCondition(cve, p));
  // One severity as an equation, so that its index gives the order as well.
  if (filters.severities?.length === 1) parts.push(`severity = ${p(filters.severities[0])}::text`);
  else if (filters.severities) parts.push(`severity = ANY(${p(filters.severities)}::text[])`);
  if (filters.exploited !== undefined) parts.push(`exploited_in_the_wild = ${p(filters.exploited)}::boolean`);
  if (filters.vendor !== undefined)
    parts.push(`vendors @> ${p(JSON.stringify([canonicalName(filters.vendor)]))}::jsonb`);
  if (filters.product !== undefined)
    parts.push(`products @> ${p(JSON.stringify([canonicalName(filters.product)]))}::jsonb`);
  return { sql: parts.length > 0 ? parts.join(' AND ') : 'true', params };
}

/** A year with a number can only stand at an id's beginning; a bare number may stand anywhere in it, and also in a text. */
function cveCondition(part: string, p: (value: unknown) => string): string {
  if (part.startsWith('CVE')) return `cve_id LIKE ${p(`${part}%`)}`;
  if (part.includes('-')) return `cve_id LIKE ${p(`CVE-${part}%`)}`;
  const inId = `cve_id LIKE ${p(`%${part}%`)}`;
  return `(${inId} OR search @@ plainto_tsquery('english', ${p(part)}))`;
}
