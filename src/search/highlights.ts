import type { Database } from '../db/database.ts';
import type { Query } from '../domain/query/ast.ts';
import type { CompileContext } from './compile.ts';
import type { Meaning } from './corrections.ts';
import { hasText, textOf } from './relevance.ts';
import { Parameters } from './sql.ts';

type Span = readonly [from: number, to: number];

/** Where the words of a query stand in a CVE's texts. */
export interface Highlights {
  readonly title: readonly Span[];
  readonly description: readonly Span[];
}

// Characters of Unicode's private use, which no text has a use for.
const start = '\ue000';
const stop = '\ue001';
const options = `HighlightAll=true, StartSel=${start}, StopSel=${stop}`;
/** In longer texts nothing is marked. */
const longest = 4_000;

/** Where the words of a query stand in the texts of some CVEs, by id, as the full text search sees them. Costs a millisecond for several CVEs. */
export async function highlights(
  db: Database,
  query: Query,
  meanings: readonly Meaning[],
  cveIds: readonly string[],
): Promise<ReadonlyMap<string, Highlights>> {
  if (cveIds.length === 0 || !hasText(query)) return new Map();
  const words = new Map(meanings.map((m) => [m.typed, { text: m.as, beginning: m.how === 'beginning' }]));
  const context: Pick<CompileContext, 'words'> = { words };
  const params = new Parameters([cveIds, options, longest]);
  const text = textOf(query, params, context);
  const { rows } = await db.query<{ id: string; title: string | null; description: string | null } & Marked>(
    `SELECT cve_id AS id, title, description,
       CASE WHEN length(title) <= $3 THEN ts_headline('english', title, q, $2) END AS "markedTitle",
       CASE WHEN length(description) <= $3 THEN ts_headline('english', description, q, $2) END AS "markedDescription"
     FROM vulnerabilities, (SELECT ${text} AS q) AS asked WHERE cve_id = ANY($1::text[])`,
    params.values,
  );
  return new Map(
    rows.map((row) => [
      row.id,
      { title: spans(row.title, row.markedTitle), description: spans(row.description, row.markedDescription) },
    ]),
  );
}

interface Marked {
  readonly markedTitle: string | null;
  readonly markedDescription: string | null;
}

/** The marked places; none where marking changed the text otherwise, as it does with HTML. */
function spans(text: string | null, marked: string | null): Span[] {
  if (text === null || marked === null || marked.replaceAll(start, '').replaceAll(stop, '') !== text) return [];
  const found: Span[] = [];
  let from = 0;
  let at = 0;
  for (const character of marked.split('')) {
    if (character === start) from = at;
    else if (character === stop) found.push([from, at]);
    else at++;
  }
  return found;
}
