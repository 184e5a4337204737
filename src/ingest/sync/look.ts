import { type DocumentKind, type Shape, ShapeCounter } from '../../domain/shape.ts';
import type { FeedDocument } from '../../sources/connector.ts';
import type { Envelope, Format, Parsed } from '../../sources/contract.ts';
import { parseJson } from '../document.ts';
import type { RawRecord } from '../read/contract.ts';
import { readInputs } from '../read/read.ts';

/** So many records at the start of a document are looked into, and after them one in so many. */
const first = 2000;
const oneIn = 20;

/** What kind of document it is, for comparing it with the one before. */
export function kindOf({ format, url }: FeedDocument): DocumentKind {
  if (format.kind === 'indicator') return format.coverage === 'full' ? 'list' : 'recent';
  if (format.coverage === 'full') return 'catalogue';
  return /\.(gz|zip)$/.test(url) && !/modified|recent|delta/.test(url) ? 'feed' : 'answer';
}

/**
 * What a document is called in the memory of shapes: the same each time it is fetched. Answers differ from time to time,
 * so those of one host count as one.
 */
export function keyOf(document: FeedDocument): string {
  if (kindOf(document) === 'answer') return `${document.format.id} ${URL.parse(document.url)?.host ?? ''}`;
  const [address = ''] = document.url.split('?');
  return address.replaceAll(/\d{4}-\d{2}-\d{2}/g, '*');
}

/** Reads a document through, counts its records and looks into some of them. Broken ones look as far as they go. */
export async function look({ file, format }: FeedDocument, signal: AbortSignal): Promise<Shape> {
  const counter = new ShapeCounter();
  const counting = watched(format, counter);
  let records = 0;
  let released: string | null = null;
  for await (const event of readInputs([file])) {
    if (signal.aborted) break;
    if (event.kind === 'rejected') {
      records++;
      counter.add([]);
    }
    if (event.kind !== 'records') continue;
    for (const raw of event.records) {
      if (records === 0) released = releasedIn(format, event.envelope, raw);
      if (records < first || records % oneIn === 0) lookInto(counting, raw, event.envelope, counter);
      records++;
    }
  }
  return counter.shape(records, released);
}

function releasedIn(format: Format, envelope: Envelope, raw: RawRecord): string | null {
  const json = parseJson(raw.bytes);
  return format.releasedAt?.(envelope, 'value' in json ? json.value : null) ?? null;
}

function lookInto(counting: Format, raw: RawRecord, envelope: Envelope, counter: ShapeCounter): void {
  const json = parseJson(raw.bytes);
  if ('error' in json) counter.add([]);
  else counting.parse(json.value, envelope);
}

/** The format, but what passes through it is counted: a document that is stored anyway need not be read twice. */
export function watched(format: Format, counter: ShapeCounter): Format {
  if (format.kind === 'vulnerability') return { ...format, parse: noting(format, (said) => counter.add(said)) };
  const other = (said: readonly unknown[]) => counter.addOther(said.length > 0);
  if (format.kind === 'indicator') return { ...format, parse: noting(format, other) };
  if (format.kind === 'catalogue') return { ...format, parse: noting(format, other) };
  return { ...format, parse: noting(format, other) };
}

/** The format's parser, which tells what came of each record: nothing of a rejected one. */
function noting<Said>(
  format: { parse(value: unknown, envelope: Envelope): Parsed<Said> },
  note: (said: readonly Said[]) => void,
): (value: unknown, envelope: Envelope) => Parsed<Said> {
  return (value, envelope) => {
    const parsed = format.parse(value, envelope);
    note(parsed.kind === 'records' ? parsed.records : []);
    return parsed;
  };
}
