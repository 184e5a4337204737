import { messageOf } from '../../errors.ts';
import type { Fetcher } from '../../net/contract.ts';
import type { Connector, ConnectorState, FeedDocument } from '../../sources/connector.ts';
import type { Fetched } from '../input.ts';
import type { SyncContext } from './contract.ts';
import { holdBack } from './held.ts';
import { kindOf } from './look.ts';
import type { ShapeBook } from './shapes.ts';

/** A connector at work. */
export interface Asking {
  readonly connector: Connector;
  readonly context: SyncContext;
  readonly net: Fetcher;
  readonly folder: string;
  readonly state: ConnectorState;
  readonly since: Date | null;
  readonly signal: AbortSignal;
  /** Compares each document with the one before; null: takes all as they are. */
  readonly shapes: ShapeBook | null;
  /** Called when a document and all before it are stored, with how many raw records it had. */
  readonly stored: (document: FeedDocument, records: number) => Promise<void>;
  /** Called with what ended the fetching before its end. */
  readonly failed: (error: unknown) => void;
}

/**
 * What a connector fetches, for an ingest to read. What it throws becomes the end of the documents: those before it are
 * stored, and the ingest's runs fail with the reason.
 */
export async function* documentsOf(asking: Asking): AsyncGenerator<Fetched> {
  const notes: string[] = [];
  try {
    for await (const document of fetched(asking, (note) => notes.push(note))) {
      yield* remarks(notes);
      yield await checked(asking, document);
    }
  } catch (error) {
    yield* remarks(notes);
    if (asking.signal.aborted) return; // the ingest sees it as well
    asking.failed(error);
    yield { kind: 'broken', reason: messageOf(error) };
    return;
  }
  yield* remarks(notes);
}

function fetched({ connector, context, net, state, since }: Asking, note: (text: string) => void) {
  return connector.fetch({ net, state, now: context.now(), since, settings: context.settings, note });
}

function* remarks(notes: string[]): Generator<Fetched> {
  for (const note of notes.splice(0)) yield { kind: 'note', note };
}

/** The document to be stored. @throws HeldBack when it looks strange */
async function checked(asking: Asking, document: FeedDocument): Promise<Fetched> {
  const { connector, context, folder, shapes, signal, stored } = asking;
  const { file, url: name, format } = document;
  if (!shapes) return { file, name, format, stored: (records) => stored(document, records) };
  const compared = await shapes.compare(document, signal);
  if (compared.strange !== null)
    throw await holdBack(connector.id, document, { kind: kindOf(document), what: compared.strange }, folder);
  return {
    file,
    name,
    format: compared.format,
    stored: async (records) => {
      compared.stored(records, context.now().toISOString());
      await stored(document, records);
    },
  };
}
