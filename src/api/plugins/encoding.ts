import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import compress from '@fastify/compress';
import type { App } from '../contract.ts';

/** The encodings that answers are packed in, the better first. */
const encodings = ['br', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

/** Shorter answers are not packed: they fit into one packet anyway. Bytes. */
export const worthPacking = 1024;

const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const packers: Readonly<Record<Encoding, (text: string) => Promise<Buffer>>> = {
  br: (text) => promisify(brotliCompress)(text, brotliOptions),
  gzip: (text) => promisify(gzip)(text),
};

/** Packs answers for clients that can unpack them. Requests are taken as they are: a packed one could be any size. */
export async function packAnswers(app: App): Promise<void> {
  await app.register(compress, {
    encodings: [...encodings],
    threshold: worthPacking,
    brotliOptions,
    globalDecompression: false,
    customTypes: /^text\/(?!event-stream)|[+/-](?:json|ndjson|xml|javascript|yaml)(?:;|$)|openmetrics/u,
  });
}

/** The encoding to answer in, or null for none. @see https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
export function encodingFor(accepted: string | undefined): Encoding | null {
  if (accepted === undefined) return null;
  const weights = new Map(accepted.split(',').map(weightOf));
  return encodings.find((encoding) => (weights.get(encoding) ?? 0) > 0) ?? null;
}

/** A text in an encoding. */
export async function packed(text: string, encoding: Encoding): Promise<Buffer> {
  return packers[encoding](text);
}

function weightOf(part: string): [string, number] {
  const [name = '', ...params] = part
    .trim()
    .toLowerCase()
    .split(/\s*;\s*/);
  const q = params.find((param) => param.startsWith('q='));
  return [name, q === undefined ? 1 : Number(q.slice(2)) || 0];
}
