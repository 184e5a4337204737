import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { Output } from '../../src/cli/output.ts';
import { buildWeb } from '../../src/cli/web-build.ts';
import { loadConfig } from '../../src/config.ts';
import { upgrade } from '../../src/db/migrate/run.ts';
import { openDatabase } from '../../src/db/open.ts';
import { type Chromium, findChromium } from './chromium.ts';
import { embeddedTemplate } from './embedded-template.ts';
import { expectedSchemaFile } from './expected-schema.ts';
import { bouncerProgram } from './pgbouncer.ts';
import { databaseUrl, onServer, uniqueName } from './server.ts';
import { postgresPrograms, systemProgram } from './server-programs.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    databases: {
      readonly embeddedTemplate: string;
      readonly expectedSchema: string;
      readonly serverUrl: string | null;
      readonly serverTemplate: string;
    };
    chromium: Chromium | null;
  }
}

/**
 * Makes one migrated database of each kind, which tests copy: making one anew takes seconds, a copy does not. Builds the
 * browser app where it is older than its source, and finds a browser.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Half of what a command costs is to compile it.
  process.env.NODE_COMPILE_CACHE ??= join(
    import.meta.dirname,
    '..',
    '..',
    'node_modules',
    '.cache',
    'openthreat',
    'compiled',
  );
  const serverUrl = process.env.TEST_DATABASE_URL ?? null;
  const serverTemplate = uniqueName();
  if (serverUrl) {
    await onServer(serverUrl, `CREATE DATABASE ${serverTemplate}`);
    const database = await openDatabase(loadConfig({ DATABASE_URL: databaseUrl(serverUrl, serverTemplate) }));
    await upgrade(database);
    await database.close();
  }
  project.provide('databases', {
    embeddedTemplate: await embeddedTemplate(),
    expectedSchema: await expectedSchemaFile(),
    serverUrl,
    serverTemplate,
  });
  // Before any test may do it: two at a time would be in each other's way. Building turns the environment to production.
  const { NODE_ENV } = process.env;
  await buildWeb(new Output(process.stdout, process.stderr));
  if (NODE_ENV !== undefined) process.env.NODE_ENV = NODE_ENV;
  const chromium = await findChromium();
  project.provide('chromium', typeof chromium === 'string' ? null : chromium);
  return async () => {
    if (typeof chromium === 'string') process.stderr.write(`\nNot run in a browser: ${chromium}\n`);
    if (postgresPrograms() === null)
      process.stderr.write('\nNot run on clusters of their own: there are no programs of PostgreSQL 15 or newer.\n');
    if (bouncerProgram() === null) process.stderr.write('\nNot run behind PgBouncer: it is not installed.\n');
    if (systemProgram('haproxy') === null) process.stderr.write('\nNot run behind HAProxy: it is not installed.\n');
    if (serverUrl) await onServer(serverUrl, `DROP DATABASE ${serverTemplate} WITH (FORCE)`);
    else process.stderr.write('\nNot run on a PostgreSQL server: TEST_DATABASE_URL is not set.\n');
  };
}
