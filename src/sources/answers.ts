import { open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../errors.ts';
import type { Download, Fetcher, RequestOptions } from '../net/contract.ts';

/** A document that was downloaded. */
export type Answer = Extract<Download, { kind: 'file' }>;

/** An answer of this many bytes is read into memory as a whole; what is larger is none of a listing. */
const mostJsonBytes = 256 * 1024 * 1024;

/** An answer that cannot be right; `what` goes on from the name of the host. */
export function malformed(url: string, what: string): AppError {
  const { host } = new URL(url);
  return new AppError('source_malformed', `${host} ${what}: nothing was taken from that; try again later.`, { url });
}

/** Downloads a document that must be there. @throws as `download` */
export async function downloaded(net: Fetcher, url: string, options: RequestOptions = {}): Promise<Answer> {
  const answer = await net.download(url, options);
  if (answer.kind !== 'file') throw malformed(answer.url, `answered nothing for ${new URL(answer.url).pathname}`);
  return answer;
}

/** Downloads an answer in JSON and parses it. @throws as `download`; AppError `source_malformed` when it is no JSON */
export async function jsonAnswer(
  net: Fetcher,
  url: string,
  options: RequestOptions = {},
): Promise<Answer & { readonly value: unknown }> {
  const answer = await downloaded(net, url, { maxBytes: mostJsonBytes, expect: 'json', ...options });
  return { ...answer, value: await parsedJson(answer) };
}

/** The JSON of a downloaded document. @throws AppError `source_malformed` when it is none */
export async function parsedJson({ file, url }: Answer): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed(url, 'answered broken JSON');
    throw error;
  }
}

/** The first bytes of a file. */
export async function firstBytes(file: string, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Writes records as NDJSON beside a downloaded file, where they are cleaned away with it. @returns the file */
export async function writtenBeside({ file }: Answer, name: string, records: Iterable<unknown>): Promise<string> {
  const path = join(dirname(file), name);
  await writeFile(
    path,
    Array.from(records, (record) => `${JSON.stringify(record)}\n`),
  );
  return path;
}
