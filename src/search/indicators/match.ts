import type { Db } from '../../db/database.ts';
import { keyOf, keyOfValue } from '../../db/indicator-key.ts';
import { type KnownIndicator, knownIndicators, urlsOnHosts } from '../../db/indicators.ts';
import type { Indicator } from '../../domain/indicator.ts';
import { candidates, type Way } from './candidates.ts';

/** A known indicator, and how it matches. */
export interface Match {
  readonly way: Way;
  readonly indicator: KnownIndicator;
}

const urlsOfHost = 3;

/** What is known of each of these indicators, the surest match first; `prefixes` as `networkPrefixes` gives them. */
export async function matches(db: Db, looked: readonly Indicator[], prefixes: readonly number[]): Promise<Match[][]> {
  const asked = looked.map((indicator) =>
    candidates(indicator, prefixes).map((c) => ({ way: c.way, id: keyOfValue(c.indicator) })),
  );
  const ids = new Map(asked.flat().map(({ id }) => [keyOf(id), id]));
  const known = await knownIndicators(db, [...ids.values()]);
  const hosts = looked.map((indicator) => (mayHaveUrls(indicator) ? indicator.value : null));
  const urls = await urlsOnHosts(db, [...new Set(hosts.filter((host) => host !== null))], urlsOfHost);
  return asked.map((list, i) => [
    ...list.flatMap(({ way, id }) => {
      const indicator = known.get(keyOf(id));
      return indicator ? [{ way, indicator }] : [];
    }),
    ...(urls.get(hosts[i] ?? '') ?? []).map((indicator) => ({ way: 'url_on_host' as const, indicator })),
  ]);
}

/** Whether it is a host, on which URLs may lie. */
function mayHaveUrls({ type, value }: Indicator): boolean {
  return type === 'domain' || (type === 'ip' && !value.includes('/'));
}
