import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { AppError } from '../../errors.ts';
import { ByteSource } from '../../ingest/read/byte-source.ts';
import { packingOf } from '../../ingest/read/packing.ts';
import { gunzip, unzstd } from '../../ingest/read/unpack.ts';

/** A line without an end is cut into pieces of this length, so that memory stays bounded. */
const longest = 1024 * 1024;

/**
 * The lines of a text file, or of standard input for `-`, many at a time; gzip and zstd are unpacked, told by their bytes.
 * @throws AppError `not_found`, `invalid_input`
 */
export async function* linesOf(path: string, stdin: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  const chunks = path === '-' ? stdin : createReadStream(await readable(path), { highWaterMark: 256 * 1024 });
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of unpacked(new ByteSource(chunks))) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > longest) {
        lines.push(rest);
        rest = '';
      }
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    throw error instanceof AppError
      ? error
      : new AppError('invalid_input', `${path} cannot be read to its end: it is damaged or cut off.`, {}, error);
  }
  rest += decoder.end();
  if (rest !== '') yield [rest];
}

async function readable(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new AppError('not_found', `There is no file ${path}.`);
  if (found.isDirectory()) throw new AppError('invalid_input', `${path} is a folder: name a file.`);
  return path;
}

async function* unpacked(source: ByteSource): AsyncGenerator<Buffer> {
  const packing = await packingOf(source);
  if (packing === 'gzip') yield* gunzip(source);
  else if (packing === 'zstd') yield* unzstd(source);
  else if (packing === 'plain') yield* source;
  else throw new AppError('invalid_input', `A ${packing} archive cannot be checked as it is: unpack it first.`);
}
