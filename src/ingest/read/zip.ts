import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  type ZipFile,
} from 'yauzl';
import type { RandomAccess } from './access.ts';
import { failureOf, ReadFailure } from './failure.ts';
import { isHidden } from './names.ts';

/** One file in a zip archive. */
export interface ZipEntry {
  /** For people only: nothing is ever written under it. */
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly packed: number;
  readonly unpacked: number;
  readonly crc32: number;
  /** Where its packed content starts in the archive. */
  start(): Promise<number>;
}

/** The files of an archive, in its order. Folders and hidden files are passed over. */
export async function* zipEntries(access: RandomAccess, limit: number): AsyncGenerator<ZipEntry> {
  const zip = await damagedOr(openZip(access));
  try {
    if (zip.entryCount > limit) throw new ReadFailure(`has ${zip.entryCount} entries, more than the ${limit} allowed`);
    const entries = zip.eachEntry();
    for (let next = await damagedOr(entries.next()); !next.done; next = await damagedOr(entries.next())) {
      const entry = next.value;
      const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      if (!isHidden(name)) yield entryOf(zip, entry, name);
    }
  } finally {
    zip.close();
  }
}

function entryOf(zip: ZipFile, entry: Entry, name: string): ZipEntry {
  return {
    name,
    method: entry.compressionMethod,
    encrypted: entry.isEncrypted(),
    packed: entry.compressedSize,
    unpacked: entry.uncompressedSize,
    crc32: entry.crc32,
    start: async () => (await damagedOr(zip.readLocalFileHeaderPromise(entry, { minimal: true }))).fileDataStart,
  };
}

function openZip(access: RandomAccess): Promise<ZipFile> {
  // Names stay undecoded: yauzl would give up the whole archive for one name that could lead out of a folder.
  const options = { autoClose: false, lazyEntries: true, decodeStrings: false, validateEntrySizes: false };
  return fromRandomAccessReaderPromise(new Reader(access), access.size, options);
}

class Reader extends RandomAccessReader {
  readonly #access: RandomAccess;

  constructor(access: RandomAccess) {
    super();
    this.#access = access;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    const done = this.#access.read(position, length).then((bytes) => {
      bytes.copy(buffer, offset);
      callback(null);
    });
    done.catch(callback); // also what yauzl throws at numbers that cannot be, which would end the process
  }

  override close(callback: (error: Error | null) => void): void {
    callback(null);
  }
}

/** What yauzl complains of is about the archive, but for errors of the system. */
async function damagedOr<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ReadFailure || (error instanceof Error && 'syscall' in error)) throw failureOf(error);
    const what = error instanceof Error ? error.message : String(error);
    if (/end of central directory record signature not found/i.test(what)) {
      throw new ReadFailure('is cut off: the end of the zip archive is missing', { cause: error });
    }
    throw new ReadFailure(`is no sound zip archive: ${what}`, { cause: error });
  }
}
