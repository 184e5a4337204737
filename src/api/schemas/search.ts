import { type Static, Type } from 'typebox';
import type { Because } from '../../search/affected.ts';
import type { Meaning, UnknownName } from '../../search/corrections.ts';
import type { Facets } from '../../search/facets.ts';
import type { Highlights } from '../../search/highlights.ts';
import { facetNames } from '../../search/memory/columns.ts';
import { sorts } from '../../search/orders.ts';
import type { SearchHit, SearchResult } from '../../search/search.ts';
import { type Suggestions, suggestionKinds } from '../../search/suggest.ts';
import { BecauseSchema, becauseShown } from './affected.ts';
import { Nullable, pageOf } from './common.ts';
import { summaryOf, VulnerabilitySummary } from './vulnerability.ts';

const Spans = Type.Array(Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 }), {
  description: 'Where words of the query stand: begin and end, counted in UTF-16 code units',
});

/** A CVE that a search finds. */
const SearchHitSchema = Type.Object({
  ...VulnerabilitySummary.properties,
  highlights: Type.Object({ title: Spans, description: Spans }),
  because: Nullable(BecauseSchema),
});

const MeaningSchema = Type.Object({
  typed: Type.String(),
  as: Type.String({ description: 'What it was taken for' }),
  how: Type.Enum(['beginning', 'correction', 'unknown'], {
    description: 'beginning: of a word; correction: of a slip; unknown: nothing is like it',
  }),
});

const Meanings = Type.Array(MeaningSchema, { description: 'Words that were not taken as they are written' });

export const SearchAnswer = Type.Object({
  query: Type.String({ description: 'The query as it was understood' }),
  sort: Type.Enum([...sorts]),
  order: Type.Enum(['desc', 'asc']),
  ...pageOf(SearchHitSchema).properties,
  meanings: Meanings,
  unknown_names: Type.Array(
    Type.Object({
      field: Type.Enum(['vendor', 'product']),
      typed: Type.String(),
      perhaps: Nullable(Type.String({ description: 'The name that may be meant' })),
    }),
    { description: 'Vendors and products of the query that no record has' },
  ),
  took_ms: Type.Number({ description: 'How long the search took, in milliseconds' }),
});

export const FacetsAnswer = Type.Object({
  query: Type.String({ description: 'The query as it was understood' }),
  total: Type.Integer({ description: 'How many CVEs match: all are counted' }),
  exact: Type.Boolean({ description: 'Whether all matches were counted' }),
  facets: Type.Array(
    Type.Object({
      name: Type.Enum([...facetNames]),
      values: Type.Array(
        Type.Object({
          value: Type.String(),
          count: Type.Integer(),
          query: Type.String({ description: 'The condition to add to the query, to see only these' }),
        }),
      ),
      distinct: Type.Integer({ description: 'How many values there are' }),
    }),
  ),
  meanings: Meanings,
  took_ms: Type.Number(),
});

export const SuggestionsAnswer = Type.Object({
  from: Type.Integer({ description: 'A suggestion takes the place of the text from here …' }),
  to: Type.Integer({ description: '… to here' }),
  suggestions: Type.Array(
    Type.Object({
      kind: Type.Enum([...suggestionKinds]),
      text: Type.String(),
      label: Nullable(Type.String({ description: 'What it is, where the text does not say it' })),
      count: Nullable(Type.Integer({ description: 'How many CVEs have it' })),
    }),
  ),
});

type Hit = Static<typeof SearchHitSchema>;

/** A hit as the API shows it. */
export function hitShown(hit: SearchHit, highlights: Highlights | undefined): Hit {
  const spans = (list: readonly (readonly [number, number])[] = []) => list.map(([from, to]) => [from, to]);
  return {
    ...summaryOf(hit),
    highlights: { title: spans(highlights?.title), description: spans(highlights?.description) },
    because: hit.because && becauseOf(hit.because),
  };
}

function becauseOf(because: Because): Static<typeof BecauseSchema> {
  return becauseShown(because, { vendors: [], products: [because.product], version: '' });
}

/** What words were taken for, as the API shows it. */
export function meaningsShown(meanings: readonly Meaning[]): Static<typeof Meanings> {
  return meanings.flatMap(({ typed, as, how }) => (how === 'word' ? [] : [{ typed, as, how }]));
}

/** The parts of a search's answer that are not its page. */
export function understood({ query, sort, direction, meanings, unknownNames }: SearchResult) {
  const unknown = unknownNames.map(({ field, typed, perhaps }: UnknownName) => ({ field, typed, perhaps }));
  return { query, sort, order: direction, meanings: meaningsShown(meanings), unknown_names: unknown };
}

export function facetsShown({ query, total, facets, meanings }: Facets, ms: number): Static<typeof FacetsAnswer> {
  return {
    query,
    total,
    exact: true,
    facets: facets.map(({ name, values, distinct }) => ({ name, values: values.map((v) => ({ ...v })), distinct })),
    meanings: meaningsShown(meanings),
    took_ms: rounded(ms),
  };
}

export function suggestionsShown({ from, to, suggestions }: Suggestions): Static<typeof SuggestionsAnswer> {
  return { from, to, suggestions: suggestions.map((one) => ({ ...one })) };
}

/** Milliseconds with one decimal. */
export function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
