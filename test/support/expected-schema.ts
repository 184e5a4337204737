import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expectedCatalogue } from '../../src/db/migrate/drift.ts';

const root = join(import.meta.dirname, '..', '..');

/** The schema as the entities have it, in a file: `expectedSchema` reads it. Kept between runs, until something it is made from changes. */
export async function expectedSchemaFile(): Promise<string> {
  const file = join(root, 'node_modules', '.cache', 'openthreat', `schema-${digest()}.json`);
  if (existsSync(file)) return file;
  mkdirSync(dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, JSON.stringify([...(await expectedCatalogue())]));
  renameSync(unfinished, file);
  return file;
}

function digest(): string {
  const hash = createHash('sha256');
  const from = [
    'package-lock.json',
    'src/db/embedded/engine.ts',
    ...globSync('src/db/{entities,migrate}/*.ts', { cwd: root }),
  ];
  for (const file of from.sort()) hash.update(readFileSync(resolve(root, file)));
  return hash.digest('hex').slice(0, 16);
}
