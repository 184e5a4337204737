import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { revisions } from '../../../db/migrate/files.ts';
import { AppError } from '../../../errors.ts';
import {
  type Chunk,
  differing,
  formatVersion,
  type Head,
  HeadSchema,
  type Manifest,
  ManifestSchema,
  Sums,
} from '../content.ts';
import { headName, manifestName, pieceNamed } from './names.ts';
import { Damage } from './seal.ts';

const mostJsonBytes = 1024 * 1024;

/** What is to come in an archive, and whether it came: head, tables in their order, manifest, and the sums. */
export class Contents {
  #head: Head | null = null;
  #sums: Sums | null = null;
  #manifest: Manifest | null = null;
  #table = -1; // in the head's tables
  #place = 0;

  /** Takes the next file of the archive. @throws Damage, AppError `database_newer` */
  take(name: string, bytes: Buffer): { kind: 'head'; head: Head } | { kind: 'chunk'; chunk: Chunk } | null {
    if (this.#manifest) throw new Damage('something stands behind its manifest');
    if (!this.#head) {
      if (name !== headName) throw new Damage(`it does not begin with ${headName}`);
      this.#head = headIn(bytes);
      this.#sums = new Sums(this.#head);
      return { kind: 'head', head: this.#head };
    }
    if (name === manifestName) {
      this.#manifest = json(ManifestSchema, bytes, name);
      return null;
    }
    return { kind: 'chunk', chunk: this.#chunk(this.#head, name, bytes) };
  }

  /** @throws Damage when something was missing, or the sums are not those of the manifest */
  end(): Manifest {
    if (!this.#manifest || !this.#sums) throw new Damage('its manifest is missing');
    const [different] = differing(this.#manifest.tables, this.#sums.list);
    if (different !== undefined) throw new Damage(`the rows of ${different} are not those of its manifest`);
    return this.#manifest;
  }

  #chunk(head: Head, name: string, bytes: Buffer): Chunk {
    const piece = pieceNamed(name);
    if (!piece) throw new Damage(`it holds what no backup holds ("${name.slice(0, 100)}")`);
    const table = head.tables.findIndex((t) => t.name === piece.table);
    const isFirst = table > this.#table && piece.place === 1;
    const isNext = table >= 0 && table === this.#table && piece.place === this.#place + 1;
    if (!(isFirst || isNext) || bytes.at(-1) !== newline) throw new Damage(`"${name}" is not what should stand there`);
    this.#table = table;
    this.#place = piece.place;
    const chunk = { table: piece.table, rows: linesIn(bytes), lines: bytes };
    this.#sums?.add(chunk);
    return chunk;
  }
}

const newline = 0x0a;

function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines++;
  return lines;
}

/** The head, when this program can restore what it describes. */
function headIn(bytes: Buffer): Head {
  const said = parsed(bytes, headName) as { formatVersion?: unknown } | null;
  const version = said?.formatVersion;
  if (typeof version === 'number' && version > formatVersion) throw newer(`its format is ${version}`);
  const head = json(HeadSchema, bytes, headName);
  const known = revisions();
  if (head.revision > (known.at(-1)?.id ?? '')) throw newer(`revision ${head.revision} is unknown to this one`);
  if (!known.some(({ id }) => id === head.revision)) throw new Damage(`there is no revision ${head.revision}`);
  if (new Set(head.tables.map(({ name }) => name)).size < head.tables.length)
    throw new Damage('a table is in it twice');
  return head;
}

function newer(why: string): AppError {
  return new AppError(
    'database_newer',
    `The backup was made by a newer openthreat (${why}). Update the program, then restore it.`,
  );
}

function json<T extends TSchema>(schema: T, bytes: Buffer, name: string) {
  const value = parsed(bytes, name);
  if (!Value.Check(schema, value)) throw new Damage(`its ${name} is not what it should be`);
  return value;
}

function parsed(bytes: Buffer, name: string): unknown {
  if (bytes.length > mostJsonBytes) throw new Damage(`its ${name} is too large`);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Damage(`its ${name} is no JSON`);
  }
}
