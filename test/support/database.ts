import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Config, loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { databaseUrl, onServer, uniqueName } from './server.ts';

/** A database with the whole schema and no rows, for one test or one file. */
export interface TestDatabase {
  readonly database: Database;
  /** With it other processes and `openDatabase` reach the same database. */
  readonly config: Config;
  /** The same as environment variables. */
  readonly env: Readonly<Record<string, string>>;
  /** Closes it here, so that another process may have it to itself. */
  leave(): Promise<void>;
  /** Closes it and takes it away. */
  drop(): Promise<void>;
}

export interface TestServer {
  readonly name: 'embedded' | 'postgresql';
  open(): Promise<TestDatabase>;
}

/** The databases that tests run on: the embedded one always, PostgreSQL when TEST_DATABASE_URL names a server. */
export function testDatabases(): TestServer[] {
  const embedded: TestServer = { name: 'embedded', open: openEmbedded };
  const { serverUrl } = inject('databases');
  return serverUrl ? [embedded, { name: 'postgresql', open: () => openOnServer(serverUrl) }] : [embedded];
}

/** A data folder with a migrated database, not opened. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-test-'));
  cpSync(inject('databases').embeddedTemplate, folder, { recursive: true });
  return folder;
}

async function openEmbedded(): Promise<TestDatabase> {
  const folder = dataFolder();
  const env = { OPENTHREAT_DATA_DIR: folder };
  return opened(env, () => rmSync(folder, { recursive: true, force: true }));
}

async function openOnServer(serverUrl: string): Promise<TestDatabase> {
  const name = uniqueName();
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE ${inject('databases').serverTemplate}`);
  return opened({ DATABASE_URL: databaseUrl(serverUrl, name) }, () =>
    onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  );
}

async function opened(env: Record<string, string>, remove: () => void | Promise<void>): Promise<TestDatabase> {
  const config = loadConfig(env);
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
      await remove();
    },
  };
}
