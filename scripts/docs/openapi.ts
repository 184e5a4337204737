import type { Api } from '../../src/api/contract.ts';
import { createServer } from '../../src/api/server.ts';
import { loadConfig } from '../../src/config.ts';
import { connectors, formats } from '../../src/sources/registry.ts';

/** The OpenAPI document of the HTTP API, as the server gives it. No route is asked, so none needs a database. */
export async function openApiDocument(): Promise<Record<string, unknown>> {
  const tasks = { sources: connectors.map(({ id }) => id), formats: formats.map(({ id }) => id) };
  // Of what the routes work with, only this is asked while they are registered.
  const api = { settings: loadConfig({}).http, version: '1', tasks };
  const app = await createServer(api as unknown as Api, false);
  await app.ready();
  const document = app.swagger();
  await app.close();
  return JSON.parse(JSON.stringify(document));
}
