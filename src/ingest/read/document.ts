import type { ReadEvent } from './contract.ts';
import { DocumentSplitter } from './document-split.ts';
import { failureOf } from './failure.ts';
import type { Reading } from './reading.ts';

/** Reads one unpacked document. What goes wrong is its last event, except that a failure of the whole input is thrown on. */
export async function* readDocument(
  name: string,
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  reading: Reading,
): AsyncGenerator<ReadEvent> {
  const splitter = new DocumentSplitter(reading.limits);
  try {
    for await (const chunk of chunks) {
      splitter.push(chunk);
      for (const found of splitter.take()) yield { ...found, document: name };
      if (reading.progressDue) yield reading.progress();
      if (splitter.failure !== null) break;
    }
  } catch (error) {
    const failure = failureOf(error);
    if (failure.whole) throw failure;
    yield { kind: 'failed', document: name, reason: failure.message };
    return;
  }
  if (splitter.failure === null) splitter.end();
  for (const found of splitter.take()) yield { ...found, document: name };
  const { failure: reason, isEmptyList } = splitter;
  if (reason !== null) yield { kind: 'failed', document: name, reason, ...(isEmptyList && { isEmptyList }) };
  else yield { kind: 'end', document: name, envelope: splitter.envelope, records: splitter.count };
}
