import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlSchemaGenerator } from '@mikro-orm/postgresql';
import { type Config, loadConfig } from '../../config.ts';
import type { Database } from '../database.ts';
import { HostedServer } from '../embedded/hosted.ts';
import { entities } from '../entities/all.ts';
import { extensions } from '../entities/extensions.ts';
import { openEmbedded } from '../open.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import { stateTable } from './revisions.ts';

/** A database in memory that ends with `work`. */
export async function withScratchDatabase<T>(work: (database: Database, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-'));
  const server = await HostedServer.start(
    folder,
    null,
    () => {},
    () => {},
  );
  const config: Config = { ...loadConfig({}), dataDir: folder };
  const database = await openEmbedded(
    config,
    { address: async () => server.address, rejoin: async () => server.address, close: async () => server.close() },
    'a database in memory',
  );
  try {
    return await work(database, folder);
  } finally {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The schema as the entities have it, built in an empty scratch database, which is empty again afterwards. */
export async function entityCatalogue(database: Database, folder: string): Promise<Catalogue> {
  for (const extension of extensions) await database.query(`CREATE EXTENSION ${extension}`);
  await database.query(await withSchemaGenerator(folder, (generator) => generator.getCreateSchemaSQL({ wrap: false })));
  const catalogue = await readCatalogue(database);
  await database.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  return catalogue;
}

/** MikroORM's schema generator, connected to the scratch database in `folder`. */
export async function withSchemaGenerator<T>(
  folder: string,
  work: (generator: SqlSchemaGenerator) => Promise<T>,
): Promise<T> {
  const { MikroORM } = await import('@mikro-orm/postgresql');
  const orm = await MikroORM.init({
    entities,
    host: folder,
    port: 5432,
    user: 'openthreat',
    password: '',
    dbName: 'postgres',
    schemaGenerator: { skipTables: [stateTable] },
  });
  try {
    return await work(orm.schema);
  } finally {
    await orm.close(true);
  }
}
