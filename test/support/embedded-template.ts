import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '../../src/config.ts';
import { revisions } from '../../src/db/migrate/files.ts';
import { upgrade } from '../../src/db/migrate/run.ts';
import { openDatabase } from '../../src/db/open.ts';

const root = join(import.meta.dirname, '..', '..');
const madeFrom = ['package-lock.json', 'src/db/embedded/engine.ts', ...revisions().map((revision) => revision.path)];

/** A data folder with a migrated, closed embedded database. Kept between runs, until something it is made from changes. */
export async function embeddedTemplate(): Promise<string> {
  const cache = join(root, 'node_modules', '.cache', 'openthreat');
  const template = join(cache, `embedded-${digest()}`);
  if (existsSync(template)) return template;
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-template-'));
  const database = await openDatabase(loadConfig({ OPENTHREAT_DATA_DIR: folder }));
  await upgrade(database);
  await database.close();
  mkdirSync(cache, { recursive: true });
  removeOld(cache);
  keep(folder, template);
  rmSync(folder, { recursive: true, force: true });
  return template;
}

/** Another run may use the template of a moment ago, so only old ones go. */
function removeOld(cache: string): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (Date.now() - statSync(path).mtimeMs > 24 * 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

/** Another run may make the same one at the same time: whichever is first stays. */
function keep(folder: string, template: string): void {
  const unfinished = mkdtempSync(`${template}-`);
  cpSync(folder, unfinished, { recursive: true });
  try {
    renameSync(unfinished, template);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(template)) throw error;
  }
}

function digest(): string {
  const hash = createHash('sha256');
  for (const file of madeFrom) hash.update(readFileSync(resolve(root, file)));
  return hash.digest('hex').slice(0, 16);
}
