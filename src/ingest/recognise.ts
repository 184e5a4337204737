import type { Format } from '../sources/contract.ts';
import { formats } from '../sources/registry.ts';
import { type Document, parseJson } from './document.ts';

/** The format whose mark a document's first record bears, or null; `likely` is asked first. */
export function recognise(bytes: Buffer, document: Document, likely: Format | null): Format | null {
  const json = parseJson(bytes);
  if ('error' in json) return null;
  const known = (f: Format) => f.recognises(json.value, document.envelope);
  return likely && known(likely) ? likely : (formats.find(known) ?? null);
}
