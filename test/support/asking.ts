import { AppError } from '../../src/errors.ts';
import { readInputs } from '../../src/ingest/read/read.ts';
import type { Connector, ConnectorSettings, ConnectorState, FeedDocument } from '../../src/sources/connector.ts';
import { testFetcher } from './fetching.ts';
import type { TestHttpServer } from './http-server.ts';

/** A document that a connector gave. */
export interface Given {
  readonly url: string;
  readonly state: ConnectorState | null;
  /** What its records are about, in order; of a rejected one the reason. */
  readonly ids: readonly string[];
}

/** What came of asking a connector. */
export interface Asked {
  readonly documents: readonly Given[];
  readonly ids: readonly string[]; // of all documents
  readonly notes: readonly string[];
  /** What would be remembered: the last state that was given, or the one that it began with. */
  readonly state: ConnectorState;
  readonly error: AppError | null;
  readonly waited: number; // milliseconds, on a clock that does not wait
}

export interface Question {
  readonly state?: ConnectorState;
  readonly now?: string;
  readonly since?: string;
  readonly settings?: Partial<ConnectorSettings>;
}

/** Asks a connector as a sync does, and reads each document before the next one is asked for. */
export async function ask(connector: Connector, server: TestHttpServer, question: Question = {}): Promise<Asked> {
  const { fetcher, clock } = testFetcher(server.url);
  const notes: string[] = [];
  const documents: Given[] = [];
  const asked = (error: AppError | null): Asked => ({
    documents,
    ids: documents.flatMap((one) => one.ids),
    notes,
    state: documents.findLast((one) => one.state !== null)?.state ?? question.state ?? {},
    error,
    waited: clock.elapsed,
  });
  const context = {
    net: fetcher,
    state: question.state ?? {},
    now: new Date(question.now ?? '2024-06-01T00:00:00.000Z'),
    since: question.since === undefined ? null : new Date(question.since),
    settings: { nvdApiKey: null, abuseChAuthKey: null, ...question.settings },
    note: (text: string) => notes.push(text),
  };
  try {
    for await (const document of connector.fetch(context)) {
      documents.push({ url: document.url, state: document.state, ids: await idsIn(document) });
    }
  } catch (error) {
    if (error instanceof AppError) return asked(error);
    throw error;
  }
  return asked(null);
}

async function idsIn({ file, format }: FeedDocument): Promise<string[]> {
  const ids: string[] = [];
  for await (const event of readInputs([file])) {
    if (event.kind === 'failed') throw new Error(`${event.document} ${event.reason}`);
    if (event.kind !== 'records') continue;
    for (const { bytes } of event.records) {
      const parsed = format.parse(JSON.parse(bytes.toString('utf8')), event.envelope);
      if (parsed.kind === 'rejected') ids.push(parsed.reason);
      else for (const record of parsed.records) ids.push('cveId' in record ? String(record.cveId) : '');
    }
  }
  return ids;
}
