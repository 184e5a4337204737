import type { Readable } from 'node:stream';
import type { Format } from '../sources/contract.ts';
import type { ReadEvent, ReadLimits } from './read/contract.ts';
import { readInputs } from './read/read.ts';

/** A document that was fetched, lying on disk. */
export interface FetchedDocument extends NamedFile {
  readonly format: Format;
  /** Called when all of it is stored and nothing that was read so far had failed, with how many raw records it had. */
  readonly stored: (records: number) => Promise<void>;
}

/** A file that people know by another name. */
export interface NamedFile {
  readonly file: string;
  readonly name: string;
}

/** What comes of fetching: documents, remarks on the way, and why it broke off, after which nothing more is read. */
export type Fetched =
  | FetchedDocument
  | { readonly kind: 'note'; readonly note: string }
  | { readonly kind: 'broken'; readonly reason: string };

/** What an ingest reads: files, folders, globs and `-`, one file under another name, or documents as they are fetched. */
export type Inputs = readonly string[] | NamedFile | AsyncIterable<Fetched>;

/** What comes out of the inputs: the reader's events, and where a fetched document begins and ends. */
export type InputEvent =
  | ReadEvent
  | Exclude<Fetched, FetchedDocument>
  | { readonly kind: 'fetched'; readonly document: FetchedDocument }
  | { readonly kind: 'whole'; readonly document: FetchedDocument };

/** Reads the inputs one after the other. @throws AppError as the reader, and what fetching throws */
export async function* eventsOf(
  inputs: Inputs,
  options: { readonly stdin?: Readable; readonly limits?: Partial<ReadLimits> },
): AsyncGenerator<InputEvent> {
  if ('file' in inputs) {
    for await (const event of readInputs([inputs.file], options)) yield named(event, inputs);
    return;
  }
  if (!(Symbol.asyncIterator in inputs)) {
    yield* readInputs(inputs, options);
    return;
  }
  for await (const document of inputs) {
    if ('kind' in document) {
      yield document;
      continue;
    }
    yield { kind: 'fetched', document };
    for await (const event of readInputs([document.file], options)) yield named(event, document);
    yield { kind: 'whole', document };
  }
}

/** The event with the document's own name in place of its file's. */
function named(event: ReadEvent, { file, name }: NamedFile): ReadEvent {
  if (event.kind === 'progress' || !event.document.startsWith(file)) return event;
  return { ...event, document: name + event.document.slice(file.length) };
}
