import type { Download, RequestOptions, Validators } from './contract.ts';
import type { Answered } from './exchange.ts';
import { TryFailure } from './failure.ts';
import type { Begun } from './part-file.ts';
import { isPlain } from './unpack.ts';

/** There is no document, and that is no error. */
export type Nothing = Exclude<Download, { kind: 'file' }>;

/** An answer that brings no document and is none the worse for it. */
export function absence(answered: Answered, url: URL, { validators, mayBeAbsent }: RequestOptions): Nothing | null {
  const { status } = answered;
  const asked = validators?.etag !== undefined || validators?.lastModified !== undefined;
  const kind =
    status === 304 && asked ? 'unchanged' : mayBeAbsent && (status === 404 || status === 410) ? 'absent' : null;
  if (kind === null) return null;
  answered.discard();
  return { kind, url: url.href };
}

export function misplaced(status: number): TryFailure {
  const what = 'did not continue a download where it broke off';
  return new TryFailure('source_malformed', what, 'try again later', { retry: true, status });
}

/** Whether an answer brings exactly what is missing: all of it, and of the same document. */
export function continues({ status, headers }: Answered, begun: Begun): boolean {
  const [, from, to, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  const rest = Number(from) === begun.bytes && Number(to) + 1 === Number(total);
  const same = headers.etag === undefined || headers.etag === begun.etag;
  return status === 206 && rest && same && isPlain(headers['content-encoding']);
}

/** Only with a strong validator can the parts of two answers be told to be of one document. */
export function strongEtag({ headers }: Answered): string | null {
  const { etag } = headers;
  return etag?.startsWith('"') && isPlain(headers['content-encoding']) ? etag : null;
}

export function validatorsOf({ headers }: Answered): Validators {
  const { etag, 'last-modified': lastModified } = headers;
  return { ...(etag && { etag }), ...(lastModified && { lastModified }) };
}

/** NVD says what is wrong with a request in a header. */
export function reasonIn(header: string | string[] | undefined): string | null {
  const text = [header]
    .flat()[0]
    ?.replaceAll(/[\s\p{Cc}\p{Cf}"]+/gu, ' ')
    .trim()
    .slice(0, 200);
  return text || null;
}
