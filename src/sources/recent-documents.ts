import type { ConnectorState, FeedDocument, FetchContext } from './connector.ts';

/** Lists of "the last two days" are made some time before they are fetched. */
const coveredHours = 40;

/** Hours since a list of what is recent was stored; null when none was. */
function hoursSince({ fetchedAt }: ConnectorState, now: Date): number | null {
  const at = typeof fetchedAt === 'string' ? Date.parse(fetchedAt) : Number.NaN;
  return Number.isNaN(at) ? null : (now.getTime() - at) / 3_600_000;
}

/** Whether a list of the last two days leaves a gap to what was fetched before; null when nothing was. */
export function leavesGap({ state, now }: FetchContext): boolean | null {
  const hours = hoursSince(state, now);
  return hours === null ? null : hours > coveredHours;
}

/** The documents, with when they were fetched in their state. */
export async function* dated(
  { now }: FetchContext,
  documents: AsyncIterable<FeedDocument>,
): AsyncGenerator<FeedDocument> {
  for await (const document of documents) {
    yield { ...document, state: document.state && { ...document.state, fetchedAt: now.toISOString() } };
  }
}
