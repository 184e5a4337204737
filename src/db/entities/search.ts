import { defineEntity, p } from '@mikro-orm/core';
import { count, idText, index, text, time, timeNow } from './columns.ts';

/**
 * The words of titles, descriptions, vendors and products, for misspelt searches, and whole names as `vendor:NAME`. Most words
 * stand in one record only and would triple the index.
 */
export const searchTerms = defineEntity({
  name: 'SearchTerm',
  tableName: 'search_terms',
  properties: { term: idText().primary(), documents: p.integer() },
  indexes: [
    index(
      'ix_search_terms_trgm',
      'search_terms',
      `using gin (term gin_trgm_ops) where documents > 2 and strpos(term, ':') = 0`,
    ),
  ],
});

/** Results of expensive searches. */
export const searchCache = defineEntity({
  name: 'SearchCacheEntry',
  tableName: 'search_cache',
  properties: {
    cacheKey: idText().primary(),
    queryType: text(),
    queryParams: p.json<object>(),
    results: p.json<object>(),
    resultCount: p.integer(),
    createdAt: timeNow(),
    expiresAt: time(),
    hitCount: count(),
  },
  indexes: [index('ix_search_cache_expires_at', 'search_cache', 'using btree (expires_at)')],
});
