import type { Readable } from 'node:stream';
import { ByteSource } from './byte-source.ts';
import type { ReadEvent } from './contract.ts';
import { failureOf } from './failure.ts';
import { Meter } from './meter.ts';
import { forDisplay } from './names.ts';
import { OpenFile } from './open-file.ts';
import { readPacked, readZip } from './packed.ts';
import { packingOf } from './packing.ts';
import { type Reading, Share } from './reading.ts';

const changed = 'changed while it was read: run it again';

/** Reads a regular file. */
export async function* readFile(path: string, reading: Reading): AsyncGenerator<ReadEvent> {
  const name = forDisplay(path);
  let file: OpenFile;
  try {
    file = new OpenFile(path);
  } catch (error) {
    yield { kind: 'failed', document: name, reason: failureOf(error).message };
    return;
  }
  const share = new Share(reading, file.size);
  let told = false;
  try {
    for await (const event of eventsOf(file, name, share, reading)) {
      // A document that changed under our eyes is not what it was, even where it still reads well.
      const last = (event.kind === 'end' || event.kind === 'failed') && event.document === name;
      if (last && file.hasChanged()) yield { kind: 'failed', document: name, reason: changed };
      else yield event;
      told ||= last;
    }
    if (!told && file.hasChanged()) yield { kind: 'failed', document: name, reason: changed };
  } finally {
    file.close();
    share.done();
  }
}

async function* eventsOf(file: OpenFile, name: string, share: Share, reading: Reading): AsyncGenerator<ReadEvent> {
  const packed = { name, depth: 0, meter: new Meter(reading.limits, () => file.size, null), share };
  try {
    const source = new ByteSource(file.chunks(share));
    if ((await packingOf(source)) === 'zip') {
      await source.close();
      share.leaveToEntries();
      yield* readZip(file.access(), packed, reading);
    } else yield* readPacked(source, packed, reading);
  } catch (error) {
    yield { kind: 'failed', document: name, reason: failureOf(error).message };
  }
}

/** Reads a pipe, a device or the standard input. */
export async function* readStream(name: string, stream: Readable, reading: Reading): AsyncGenerator<ReadEvent> {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const part of stream) {
      const chunk = Buffer.isBuffer(part) ? part : Buffer.from(part as string);
      bytes += chunk.length;
      reading.advance(chunk.length);
      yield chunk;
    }
  }
  const packed = {
    name,
    depth: 0,
    meter: new Meter(reading.limits, () => bytes, null),
    share: new Share(reading, null),
  };
  try {
    yield* readPacked(new ByteSource(counted(), () => stream.destroy()), packed, reading);
  } catch (error) {
    yield { kind: 'failed', document: name, reason: failureOf(error).message };
  }
}
