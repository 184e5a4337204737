import { type Extract, extract } from 'tar-stream';
import type { ByteSource } from './byte-source.ts';
import { ReadFailure } from './failure.ts';
import { isHidden } from './names.ts';

const blockSize = 512;

/** One file in a tar archive. Its content must be read before the next one is asked for; what is left of it is passed over. */
export interface TarEntry {
  /** For people only: nothing is ever written under it. */
  readonly name: string;
  readonly size: number;
  readonly content: AsyncGenerator<Buffer>;
}

/**
 * The files of a tar archive, in its order, read as they come. Folders, links, devices and hidden files are passed over.
 * @throws ReadFailure for an archive that is not sound, and what reading the source throws
 */
export async function* tarEntries(source: ByteSource, limit: number): AsyncGenerator<TarEntry> {
  const extractor = extract();
  extractor.on('error', () => {}); // reported by the loop below; this keeps a late one from ending the process
  const feeding = new Feeding(source);
  const fed = feeding.into(extractor);
  let entries = 0;
  let ended = false;
  try {
    for await (const entry of extractor) {
      if (++entries > limit) throw new ReadFailure(`has more than the ${limit} entries allowed`);
      const { name, size = 0, type } = entry.header;
      const chunks = entry[Symbol.asyncIterator]() as AsyncIterator<Buffer, void>;
      if ((type === 'file' || type === 'contiguous-file') && !isHidden(name)) {
        yield { name, size, content: contentOf(chunks, feeding) };
      }
      // Leaving an entry before its end would take the archive down with it.
      for (let next = await chunks.next(); !next.done; next = await chunks.next());
    }
    if (!feeding.endsInZeros) throw new ReadFailure('is cut off: the end of the tar archive is missing');
    ended = true;
  } catch (error) {
    throw feeding.reasonOf(error);
  } finally {
    extractor.destroy();
    if (!ended) source.abort();
    await fed;
  }
}

/** An entry's bytes. Whoever stops early leaves the rest to be passed over. */
async function* contentOf(chunks: AsyncIterator<Buffer, void>, feeding: Feeding): AsyncGenerator<Buffer> {
  try {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  } catch (error) {
    throw feeding.reasonOf(error);
  }
}

/** Gives an archive's bytes to the extractor. */
class Feeding {
  /** The archive ends in zeros, as it must: without them, entries may be missing. */
  endsInZeros = false;
  readonly #source: ByteSource;
  #proceed = (): void => {};
  #failure: { readonly error: unknown } | null = null;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  async into(extractor: Extract): Promise<void> {
    extractor.on('drain', () => this.#proceed());
    extractor.on('close', () => this.#proceed());
    try {
      for (let chunk = await this.#source.next(); chunk !== null; chunk = await this.#source.next()) {
        if (extractor.destroyed) return;
        this.endsInZeros = chunk.subarray(-blockSize).every((byte) => byte === 0);
        if (!extractor.write(chunk)) await this.#room(extractor);
      }
      extractor.end(null);
    } catch (error) {
      this.#failure = { error };
      extractor.destroy(error as Error);
    }
  }

  async #room(extractor: Extract): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#proceed = resolve;
      if (extractor.destroyed) resolve();
    });
  }

  /** What went wrong with the source, or else with the archive. */
  reasonOf(error: unknown): unknown {
    if (this.#failure !== null) return this.#failure.error;
    if (error instanceof ReadFailure || !(error instanceof Error) || 'code' in error) return error;
    if (/unexpected end/i.test(error.message)) {
      return new ReadFailure('is cut off: it ends in the middle of a tar archive', { cause: error });
    }
    return new ReadFailure('is no sound tar archive: a header in it is damaged', { cause: error });
  }
}
