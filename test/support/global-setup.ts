import type { TestProject } from 'vitest/node';
import { loadConfig } from '../../src/config.ts';
import { upgrade } from '../../src/db/migrate/run.ts';
import { openDatabase } from '../../src/db/open.ts';
import { embeddedTemplate } from './embedded-template.ts';
import { databaseUrl, onServer, uniqueName } from './server.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    databases: { embeddedTemplate: string; serverUrl: string | null; serverTemplate: string };
  }
}

/** Makes one migrated database of each kind, which tests copy: making one anew takes seconds, a copy does not. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const serverUrl = process.env.TEST_DATABASE_URL ?? null;
  const serverTemplate = uniqueName();
  if (serverUrl) {
    await onServer(serverUrl, `CREATE DATABASE ${serverTemplate}`);
    const database = await openDatabase(loadConfig({ DATABASE_URL: databaseUrl(serverUrl, serverTemplate) }));
    await upgrade(database);
    await database.close();
  }
  project.provide('databases', { embeddedTemplate: await embeddedTemplate(), serverUrl, serverTemplate });
  return async () => {
    if (serverUrl) await onServer(serverUrl, `DROP DATABASE ${serverTemplate} WITH (FORCE)`);
    else process.stderr.write('\nNot run on a PostgreSQL server: TEST_DATABASE_URL is not set.\n');
  };
}
