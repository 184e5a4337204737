import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';
import { openApiDocument } from './openapi.ts';
import { type Page, root } from './pages.ts';

const name = 'web/src/api/schema.d.ts';
const head = '// Generated from the OpenAPI document of the HTTP API: npm run docs\n';

/** The web app's types of the API, as they should be now. */
export async function webTypesPage(): Promise<Page & { text: string }> {
  const nodes = await openapiTS(JSON.stringify(await openApiDocument()));
  const path = join(root, name);
  return { name, path, before: readFileSync(path, 'utf8'), text: `${head}${astToString(nodes)}` };
}
