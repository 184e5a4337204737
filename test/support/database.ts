import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Config, loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import type { Catalogue } from '../../src/db/migrate/catalogue.ts';
import { openDatabase } from '../../src/db/open.ts';
import { databaseUrl, onServer, uniqueName } from './server.ts';

/** A database with the whole schema and no rows, for one test or one file, that nobody has open. */
export interface ClosedDatabase {
  /** With it other processes and `openDatabase` reach the database. */
  readonly config: Config;
  /** The same as environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes it away. */
  drop(): Promise<void>;
}

/** The same, open here: other processes need not start a server of their own. `drop` closes it first. */
export interface TestDatabase extends ClosedDatabase {
  readonly database: Database;
  /** Closes it here, so that another process may have it to itself. */
  leave(): Promise<void>;
}

export interface TestServer {
  readonly name: 'embedded' | 'postgresql';
  open(): Promise<TestDatabase>;
  make(): Promise<ClosedDatabase>;
}

/** The databases that tests run on: the embedded one always, PostgreSQL when TEST_DATABASE_URL names a server. */
export function testDatabases(): TestServer[] {
  const embedded = testServer('embedded', makeEmbedded);
  const { serverUrl } = inject('databases');
  return serverUrl ? [embedded, testServer('postgresql', () => makeOnServer(serverUrl))] : [embedded];
}

function testServer(name: TestServer['name'], make: TestServer['make']): TestServer {
  return { name, make, open: async () => opened(await make()) };
}

/** The schema that every migrated database should have, to compare it with. */
export function expectedSchema(): Catalogue {
  return new Map(JSON.parse(readFileSync(inject('databases').expectedSchema, 'utf8')));
}

/** A data folder with a migrated database, not opened. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-test-'));
  cpSync(inject('databases').embeddedTemplate, folder, { recursive: true });
  return folder;
}

async function makeEmbedded(): Promise<ClosedDatabase> {
  const folder = dataFolder();
  const env = { OPENTHREAT_DATA_DIR: folder };
  return { env, config: loadConfig(env), drop: async () => rmSync(folder, { recursive: true, force: true }) };
}

async function makeOnServer(serverUrl: string): Promise<ClosedDatabase> {
  const name = uniqueName();
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${inject('databases').serverTemplate}`);
  const env = { DATABASE_URL: databaseUrl(serverUrl, name) };
  return { env, config: loadConfig(env), drop: () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function opened({ env, config, drop }: ClosedDatabase): Promise<TestDatabase> {
  const database = await openDatabase(config);
  let left: Promise<void> | null = null;
  const leave = async () => {
    left ??= database.close();
    return left;
  };
  return {
    database,
    config,
    env,
    leave,
    async drop() {
      await leave();
      await drop();
    },
  };
}
