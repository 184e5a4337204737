import type { FastifyRequest } from 'fastify';
import { type FeedFormat, feedFormats } from './formats.ts';

/** The form that a request asks for with its Accept header; RSS where it does not say. */
export function wantedFormat({ headers }: FastifyRequest): FeedFormat {
  const ranges = (headers.accept ?? '').toLowerCase().split(',').map(rangeOf);
  const best = ranges.filter((r) => r.format !== null && r.quality > 0).sort((a, b) => b.quality - a.quality)[0];
  return best?.format ?? 'rss';
}

interface Range {
  readonly format: FeedFormat | null;
  readonly quality: number;
}

const formatOf = new Map<string, FeedFormat>([
  ...Object.entries(feedFormats).map(([name, { type }]) => [type, name] as [string, FeedFormat]),
  ['application/json', 'json'],
]);

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { format: formatOf.get(type) ?? null, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}

/** Scheme, host and port under which this server was asked. */
export function originOf({ protocol, host }: FastifyRequest): string {
  return URL.parse(`${protocol}://${host}`)?.origin ?? 'http://localhost';
}
