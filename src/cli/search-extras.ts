import { mayWrite } from '../db/rights.ts';
import type { Query } from '../domain/query/ast.ts';
import { vulnerabilityLanguage } from '../domain/query/vulnerability-fields.ts';
import { facets } from '../search/facets.ts';
import { resultCache, withoutStore } from '../search/result-stores.ts';
import { suggest } from '../search/suggest.ts';
import type { Context } from './context.ts';
import { count, plain, table } from './output.ts';

interface Options {
  readonly limit: number;
  readonly json?: true;
}

const facetValues = 10;

/** What `search --facets` prints. */
export async function printFacets(context: Context, query: Query, { json }: Options): Promise<void> {
  const { output } = context;
  const db = await context.database();
  const request = { query, now: new Date(), limit: facetValues };
  const results = (await mayWrite(db)) ? resultCache(db, null, (text) => output.say(text)) : withoutStore(db);
  const asked = { kind: 'facets', query, params: { limit: facetValues, names: 'all' }, now: request.now } as const;
  const found = await results.of(
    asked,
    () => facets(db, request),
    (all) => all.total,
  );
  if (json) return output.json(found);
  const rows = found.facets.flatMap(({ name, values }) => values.map((value) => ({ name, ...value })));
  output.print(
    table(rows, [
      { title: 'facet', value: (row) => row.name },
      { title: 'value', value: (row) => plain(row.value) },
      { title: 'CVEs', value: (row) => count(row.count), align: 'right' },
      { title: 'condition', value: (row) => plain(row.query) },
    ]),
  );
  output.say(`of ${count(found.total)}`);
}

/** What `search --suggest` prints. */
export async function printSuggestions(context: Context, text: string, { limit, json }: Options): Promise<void> {
  const { output } = context;
  const found = await suggest(await context.database(), { text, limit, language: vulnerabilityLanguage });
  if (json) return output.json(found);
  if (found.suggestions.length === 0) {
    output.say('Nothing is like it.');
    return;
  }
  output.print(
    table(found.suggestions, [
      { title: 'suggestion', value: (one) => plain(one.text) },
      { title: 'CVEs', value: (one) => (one.count === null ? null : count(one.count)), align: 'right' },
      { title: 'what it is', value: (one) => plain(one.label ?? one.kind), width: 80 },
    ]),
  );
}
