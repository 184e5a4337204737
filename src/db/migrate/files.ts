import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Migration } from '@mikro-orm/migrations';
import { AppError } from '../../errors.ts';

/** A migration as a file of this program. */
export interface Revision {
  readonly id: string; // its time, YYYYMMDDhhmmss
  readonly name: string; // id and reason, as the database records it
  readonly reason: string;
  readonly path: string;
}

export type MigrationClass = new (...args: ConstructorParameters<typeof Migration>) => Migration;

export const migrationsFolder = join(import.meta.dirname, '..', 'migrations');

/** All revisions, oldest first. Compiled or not, the files have the extension of this one. */
export function revisions(folder: string = migrationsFolder): Revision[] {
  const extension = extname(import.meta.filename);
  return readdirSync(folder)
    .filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'))
    .sort()
    .map((file) => {
      const name = basename(file, extension);
      const [id = name, ...words] = name.split(/[_-]/);
      return { id, name, reason: words.join(' '), path: join(folder, file) };
    });
}

/** Loads the class of a migration, and MikroORM with it: only for one that will run. */
export async function loadMigration(revision: Revision): Promise<MigrationClass> {
  const module: Record<string, unknown> = await import(pathToFileURL(revision.path).href);
  const found = Object.values(module).find((value) => typeof value === 'function');
  if (!found) throw new AppError('schema_drift', `The migration ${revision.name} exports no class.`);
  return found as MigrationClass;
}

/**
 * The revision that an operator names by its id or the beginning of it.
 * @throws AppError `not_found` when there is none, or more than one
 */
export function revisionNamed(all: readonly Revision[], text: string): Revision {
  const found = all.filter((revision) => revision.id.startsWith(text) || revision.name === text);
  if (found.length === 1 && found[0]) return found[0];
  const problem = found.length === 0 ? `There is no revision ${text}` : `More than one revision begins with ${text}`;
  throw new AppError('not_found', `${problem}. "openthreat db history" lists them.`);
}
