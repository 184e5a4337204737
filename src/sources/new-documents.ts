import { AppError } from '../errors.ts';
import type { RequestOptions } from '../net/contract.ts';
import type { ConnectorState, FeedDocument, FetchContext } from './connector.ts';
import type { Format } from './contract.ts';
import { isObject } from './guards.ts';

/** What is remembered of a document: what its server said of its version, and the digest of its bytes. */
interface Known {
  readonly etag?: string;
  readonly lastModified?: string;
  readonly sha256?: string;
}

/**
 * The documents of a source that are new since the state, which keeps by URL what is known of each. Of each list of URLs
 * the first that there is counts: a document may move to a new name.
 * @throws AppError `source_malformed` when none of a list is there; what the fetcher throws
 */
export async function* newDocuments(
  { net, state }: FetchContext,
  format: Format,
  documents: readonly (readonly string[])[],
  options: RequestOptions,
): AsyncGenerator<FeedDocument> {
  const known = knownIn(state, format);
  for (const urls of documents) {
    const answer = await firstOf(urls, async (url) => {
      const { sha256: _, ...validators } = known.get(url) ?? {};
      return net.download(url, { ...options, validators, mayBeAbsent: true });
    });
    if (answer === null)
      throw new AppError(
        'source_malformed',
        `There is no document at ${urls[0]}: it may have moved, which a newer OpenThreat may know, or the mirror in use may lack it.`,
      );
    if (answer.kind !== 'file') continue;
    const { file, url, sha256, validators } = answer;
    const same = known.get(url)?.sha256 === sha256;
    for (const other of urls) known.delete(other);
    known.set(url, { ...validators, sha256 });
    if (!same) yield { file, url, format, state: { format: format.version, documents: Object.fromEntries(known) } };
  }
}

async function firstOf<Answer extends { readonly kind: string }>(
  urls: readonly string[],
  ask: (url: string) => Promise<Answer>,
): Promise<Exclude<Answer, { kind: 'absent' }> | null> {
  for (const url of urls) {
    const answer = await ask(url);
    if (answer.kind !== 'absent') return answer as Exclude<Answer, { kind: 'absent' }>;
  }
  return null;
}

/** What is known of the documents. Nothing, when they were read by an older parser: they are to be read again. */
function knownIn(state: ConnectorState, format: Format): Map<string, Known> {
  if (state.format !== format.version || !isObject(state.documents)) return new Map();
  return new Map(
    Object.entries(state.documents).flatMap(([url, said]) => (isObject(said) ? [[url, said as Known] as const] : [])),
  );
}
