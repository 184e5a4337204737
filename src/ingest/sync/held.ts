import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { DocumentKind } from '../../domain/shape.ts';
import { AppError } from '../../errors.ts';
import type { FeedDocument } from '../../sources/connector.ts';

/** A document that is not stored, because it looks strange. */
export class HeldBack extends AppError {
  readonly why: string;
  readonly document: string;
  readonly file: string;

  constructor(source: string, why: string, document: string, file: string) {
    const how = `The document is kept in ${file}; openthreat sync ${source} --force stores it.`;
    super('source_malformed', `${why} in ${document}. ${how}`, { source });
    this.why = why;
    this.document = document;
    this.file = file;
  }
}

/** Puts a document aside, in place of what was put aside before, and says that it is held back. */
export async function holdBack(
  source: string,
  document: FeedDocument,
  strange: { readonly kind: DocumentKind; readonly what: string },
  folder: string,
): Promise<HeldBack> {
  const aside = heldFolder(folder);
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  const file = join(aside, basename(document.file));
  await rename(document.file, file);
  const old = strange.kind === 'catalogue' || strange.kind === 'list' ? `the old ${strange.kind}` : 'what is stored';
  return new HeldBack(source, `kept ${old}: ${strange.what}`, document.url, file);
}

/** Where a source's documents are that were held back; `folder` is that of its downloads. */
export function heldFolder(folder: string): string {
  return join(folder, 'held');
}
