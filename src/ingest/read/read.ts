import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ReadEvent, ReadLimits } from './contract.ts';
import { failureOf } from './failure.ts';
import { readFile, readStream } from './file.ts';
import { expandInputs } from './inputs.ts';
import { defaultLimits } from './limits.ts';
import { forDisplay } from './names.ts';
import { Reading } from './reading.ts';
import type { FoundFile } from './walk.ts';

/**
 * Reads files, folders, glob patterns and `-` (standard input), whatever they are packed in, into their records. What is wrong with a
 * document is told by its events; only an input that stands for nothing is an error, before anything is read. A caller that stops
 * early leaves nothing open and nothing behind.
 * @throws AppError `not_found` or `invalid_input` for an input that stands for nothing or cannot be read
 */
export async function* readInputs(
  inputs: readonly string[],
  options: { readonly limits?: Partial<ReadLimits>; readonly stdin?: Readable } = {},
): AsyncGenerator<ReadEvent> {
  const expanded = await expandInputs(inputs);
  const reading = new Reading({ ...defaultLimits, ...options.limits }, expanded.bytes);
  for (const file of expanded.open()) {
    yield* eventsOf(file, options.stdin ?? process.stdin, reading);
    if (reading.progressDue) yield reading.progress();
  }
  yield reading.progress();
}

async function* eventsOf(file: FoundFile, stdin: Readable, reading: Reading): AsyncGenerator<ReadEvent> {
  if (file.kind === 'file') yield* readFile(file.path, reading);
  else if (file.kind === 'stdin') yield* readStream('standard input', stdin, reading);
  else if (file.kind === 'stream') yield* readStream(forDisplay(file.path), createReadStream(file.path), reading);
  else yield { kind: 'failed', document: forDisplay(file.path), reason: failureOf(file.error).message };
}
