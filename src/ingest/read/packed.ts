import type { RandomAccess } from './access.ts';
import { ByteSource } from './byte-source.ts';
import type { ReadEvent } from './contract.ts';
import { readDocument } from './document.ts';
import { failureOf, ReadFailure } from './failure.ts';
import { Meter } from './meter.ts';
import { forDisplay } from './names.ts';
import { packingOf } from './packing.ts';
import type { Reading, Share } from './reading.ts';
import { spool } from './spool.ts';
import { tarEntries } from './tar.ts';
import { gunzip, unzstd } from './unpack.ts';
import { zipEntries } from './zip.ts';
import { entryContent } from './zip-entry.ts';

/** Something that may be packed. */
export interface Packed {
  readonly name: string;
  /** How many packings are around it. */
  readonly depth: number;
  readonly meter: Meter;
  readonly share: Share;
}

/** Reads bytes, whatever they are packed in, as one document or as those of an archive. Closes the source. */
export async function* readPacked(source: ByteSource, packed: Packed, reading: Reading): AsyncGenerator<ReadEvent> {
  const { name, depth, meter, share } = packed;
  try {
    const packing = await packingOf(source);
    if (packing === 'plain') {
      yield* readDocument(name, source, reading);
      return;
    }
    if (depth >= reading.limits.nesting)
      throw new ReadFailure(`is packed more than ${reading.limits.nesting} times over`);
    if (packing === 'zip') {
      share.leaveToEntries();
      const access = await spool(source);
      try {
        yield* readZip(access, packed, reading);
      } finally {
        await access.close();
      }
    } else if (packing === 'tar') {
      yield* readTar(source, packed, reading);
    } else {
      const unpacked = meter.guard(packing === 'gzip' ? gunzip(source) : unzstd(source));
      yield* readPacked(new ByteSource(unpacked, source.abort), { ...packed, depth: depth + 1 }, reading);
    }
  } catch (error) {
    const failure = failureOf(error);
    if (failure.whole) throw failure;
    yield { kind: 'failed', document: name, reason: failure.message };
  } finally {
    await source.close();
  }
}

/**
 * Reads the entries of a zip archive one after the other.
 * @throws ReadFailure when the archive itself is not sound
 */
export async function* readZip(access: RandomAccess, packed: Packed, reading: Reading): AsyncGenerator<ReadEvent> {
  for await (const entry of zipEntries(access, reading.limits.entries)) {
    const share = packed.share.part(entry.packed / access.size);
    const meter = new Meter(reading.limits, () => entry.packed, packed.meter);
    const inner = { name: `${packed.name} › ${forDisplay(entry.name)}`, depth: packed.depth + 1, meter, share };
    yield* readPacked(new ByteSource(entryContent(access, entry, inner)), inner, reading);
    share.done();
    if (reading.progressDue) yield reading.progress();
  }
}

/** Reads the entries of a tar archive as they come. */
async function* readTar(source: ByteSource, packed: Packed, reading: Reading): AsyncGenerator<ReadEvent> {
  for await (const entry of tarEntries(source, reading.limits.entries)) {
    const meter = new Meter(reading.limits, () => entry.size, packed.meter);
    const name = `${packed.name} › ${forDisplay(entry.name)}`;
    yield* readPacked(new ByteSource(entry.content), { ...packed, name, depth: packed.depth + 1, meter }, reading);
    if (reading.progressDue) yield reading.progress();
  }
}
