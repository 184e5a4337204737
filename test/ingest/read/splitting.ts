import fc from 'fast-check';
import type { RawRecord } from '../../../src/ingest/read/contract.ts';
import type { Found, Splitter } from '../../../src/ingest/read/split.ts';

export interface SplitResult {
  readonly found: readonly Found[];
  readonly failure: string | null;
  readonly count: number;
  readonly envelope: Splitter['envelope'];
}

/** Gives a document to a splitter in chunks that are cut at the given places. */
export function split(splitter: Splitter, bytes: Buffer, at: readonly number[] = []): SplitResult {
  const found: Found[] = [];
  const places = [...new Set([0, ...at.map((place) => Math.min(place, bytes.length)), bytes.length])].sort(
    (a, b) => a - b,
  );
  for (const [index, from] of places.entries()) {
    // A copy each, as chunks of a file are: nothing may depend on their being one buffer.
    splitter.push(Buffer.from(bytes.subarray(from, places[index + 1])));
    found.push(...splitter.take());
    if (splitter.failure !== null) break;
  }
  splitter.end();
  found.push(...splitter.take());
  return { found, failure: splitter.failure, count: splitter.count, envelope: splitter.envelope };
}

export function recordsOf(result: { readonly found: readonly Found[] }): readonly RawRecord[] {
  return result.found.flatMap((found) => (found.kind === 'records' ? found.records : []));
}

export function texts(result: { readonly found: readonly Found[] }): string[] {
  return recordsOf(result).map(({ bytes }) => bytes.toString('utf8'));
}

/** Where to cut a document into chunks: a few places, or at every byte. */
export function cuts(): fc.Arbitrary<readonly number[]> {
  const every = Array.from({ length: 2000 }, (_, index) => index);
  return fc.oneof(fc.array(fc.nat(300), { maxLength: 6 }), fc.constant(every));
}
