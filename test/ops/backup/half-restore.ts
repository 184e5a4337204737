// Restores an archive half, says so, and waits to be killed: node half-restore.ts FILE, with the database in the environment.
import { loadConfig } from '../../../src/config.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { readArchive } from '../../../src/ops/backup/archive/read.ts';
import type { Chunk } from '../../../src/ops/backup/content.ts';
import { restoreContent, verifyArchive } from '../../../src/ops/backup/restore.ts';

const [file = ''] = process.argv.slice(2);

async function* half(tables: number): AsyncGenerator<Chunk> {
  for await (const part of readArchive(file, {})) {
    if (part.kind !== 'chunk') continue;
    yield part.chunk;
    if (--tables > 0) continue;
    process.stdout.write('half\n');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  }
}

const { head } = await verifyArchive(file, {});
const database = await openDatabase(loadConfig());
await restoreContent(database, head, () => half(3), {
  replace: true,
  now: () => new Date(),
  say: () => {},
  connections: 10,
});
