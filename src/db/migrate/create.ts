import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { Database } from '../database.ts';
import { extensions } from '../entities/extensions.ts';
import { type Catalogue, compareCatalogues, type Difference, readCatalogue } from './catalogue.ts';
import { migrationsFolder, revisions } from './files.ts';
import { upgrade } from './run.ts';
import { entityCatalogue, withSchemaGenerator, withScratchDatabase } from './scratch.ts';
import { type MigrationSql, migrationSource } from './source-text.ts';

export interface NewRevision {
  readonly id: string;
  readonly path: string;
  /** What the migration does not bring about yet: to be completed by hand. */
  readonly unresolved: readonly Difference[];
}

export interface RevisionRequest {
  readonly message: string;
  readonly kind: 'autogenerate' | 'empty';
  readonly now: Date;
  readonly folder?: string;
}

/**
 * Writes a new migration, up and down: the difference between the entities and the migrations so far, found in a database in
 * memory, or an empty one.
 * @returns null when there is no difference
 * @throws AppError `invalid_input`
 */
export async function createRevision(request: RevisionRequest): Promise<NewRevision | null> {
  if (extname(import.meta.filename) !== '.ts') {
    throw new AppError(
      'invalid_input',
      'Migrations are written in a clone of the project, not in an installed package.',
    );
  }
  const folder = request.folder ?? migrationsFolder;
  const slug = slugOf(request.message);
  const id = newId(request.now, revisions(folder).at(-1)?.id ?? '');
  const found = request.kind === 'empty' ? { up: [], down: [], unresolved: [] } : await difference(folder);
  if (!found) return null;
  const path = join(folder, `${id}_${slug}.ts`);
  writeFileSync(path, migrationSource(id, request.message, found), { flag: 'wx' });
  return { id, path, unresolved: found.unresolved };
}

function slugOf(message: string): string {
  const slug = message
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 80);
  if (!slug) throw new AppError('invalid_input', 'A migration needs a message that says why it exists: -m "…".');
  return slug;
}

/** The time as an id; later than `last` in any case, so that the order of the files is the order of their making. */
function newId(now: Date, last: string): string {
  const id = now.toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return id > last ? id : String(BigInt(last) + 1n);
}

async function difference(folder: string): Promise<(MigrationSql & { unresolved: Difference[] }) | null> {
  return withScratchDatabase(async (database, socketFolder) => {
    const wanted = await entityCatalogue(database, socketFolder);
    await upgrade(database, 'head', revisions(folder));
    const before = await readCatalogue(database);
    if (compareCatalogues(wanted, before).length === 0) return null;
    const sql = completed(await generated(socketFolder), before, wanted);
    await runAll(database, sql.up);
    const unresolvedUp = compareCatalogues(wanted, await readCatalogue(database));
    await runAll(database, sql.down);
    const unresolvedDown = compareCatalogues(before, await readCatalogue(database));
    return { ...sql, unresolved: [...unresolvedUp, ...unresolvedDown] };
  });
}

async function generated(socketFolder: string): Promise<MigrationSql> {
  const sql = await withSchemaGenerator(socketFolder, (generator) =>
    generator.getUpdateSchemaMigrationSQL({ wrap: false, safe: false, dropTables: true }),
  );
  return { up: statements(sql.up), down: statements(sql.down) };
}

/** Adds what MikroORM does not see: extensions, and indexes that keep their name while their definition changes. */
function completed(sql: MigrationSql, before: Catalogue, wanted: Catalogue): MigrationSql {
  const missing = extensions.filter((extension) => !before.has(`extension ${extension}`));
  const changed = compareCatalogues(wanted, before).filter(
    ({ what, problem }) => what.startsWith('index ') && problem === 'different',
  );
  const replace = (definition: string | null, what: string) => [
    `drop index "${what.slice('index '.length)}";`,
    `${definition};`,
  ];
  const needed = (statement: string) => !isUnchanged(statement, before, wanted);
  return {
    up: [
      ...missing.map((extension) => `create extension if not exists ${extension};`),
      ...sql.up.filter(needed),
      ...changed.flatMap(({ expected, what }) => replace(expected, what)),
    ],
    // Extensions stay: others may use them, and having them harms nobody.
    down: [...changed.flatMap(({ actual, what }) => replace(actual, what)), ...sql.down.filter(needed)],
  };
}

/** MikroORM takes checks that PostgreSQL words differently, and identity columns that are no keys, for changed. */
function isUnchanged(statement: string, before: Catalogue, wanted: Catalogue): boolean {
  const check = /^alter table "(\w+)" (?:add|drop) constraint "(\w+)"/.exec(statement);
  const column = /^alter table "(\w+)" alter column "(\w+)" (?:set|drop) default/.exec(statement);
  const same = (what: string) => before.has(what) && before.get(what) === wanted.get(what);
  if (check) return same(`constraint ${check[1]}.${check[2]}`);
  if (column) return same(`column ${column[1]}.${column[2]}`);
  const sequence = /^(?:create sequence if not exists|select setval\() ?["'](\w+)_seq["']/.exec(statement);
  if (!sequence) return false;
  return [...before.keys()].some(
    (what) =>
      what.startsWith('column ') && what.slice('column '.length).replace('.', '_') === sequence[1] && same(what),
  );
}

async function runAll(database: Database, sql: readonly string[]): Promise<void> {
  for (const statement of sql) await database.query(statement);
}

/** A script as statements; a semicolon at the end of a line inside a literal does not end one. */
function statements(script: string): string[] {
  const found: string[] = [];
  let open = '';
  for (const part of script.split(/;\s*?\n/)) {
    open += open ? `;\n${part}` : part;
    if (open.split("'").length % 2 === 0) continue;
    const statement = open.trim().replace(/;$/, '');
    if (statement) found.push(`${statement};`);
    open = '';
  }
  return found;
}
