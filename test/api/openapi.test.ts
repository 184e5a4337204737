import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { App } from '../../src/api/contract.ts';
import { testApi } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';

interface Operation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    name: string;
    in: string;
    description?: string;
    schema?: { description?: string };
  }[];
  readonly responses: Readonly<Record<string, { content?: object }>>;
}

type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

let database: TestDatabase;
let app: App;
let document: Document;
beforeAll(async () => {
  const [first] = testDatabases();
  if (!first) throw new Error('no database to test on');
  database = await first.open();
  app = await testApi(database.database);
  document = (await app.inject('/docs/json')).json();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  );

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect([valid, validator.version]).toEqual([true, '3.1']);
});

test('the same document is at /api/v1/openapi.json', async () => {
  expect((await app.inject('/api/v1/openapi.json')).json()).toEqual(document);
});

test('every route of the API is in it', () => {
  const listed = operations().map(({ name }) => name);
  // The drawing leaves out what stands between a route and its wildcard.
  const isListed = (name: string) =>
    name.endsWith('*')
      ? listed.some((one) => one.startsWith(name.slice(0, -1)) && one.endsWith('{*}'))
      : listed.includes(name);
  const missing = registered(app).filter((name) => name.includes('/api/v1/') && !isListed(name));
  expect(missing).toEqual(['GET /api/v1/openapi.json']);
  expect(registered(app)).toContain('GET /api/v1/vulnerabilities/{cve}');
});

test('every operation has a name of its own, a summary, a tag, an answer, and described parameters', () => {
  const ids = operations().map(({ operation }) => operation.operationId);
  expect(ids.filter((id, i) => !id || ids.indexOf(id) !== i)).toEqual([]);
  const wanting = operations().flatMap(({ name, path, operation }) => {
    const { summary, tags, responses, parameters = [], security } = operation;
    const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map(([, parameter]) => parameter);
    const good = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
    return [
      summary ? [] : [`${name}: no summary`],
      tags?.length ? [] : [`${name}: no tag`],
      security ? [] : [`${name}: nothing on who may`],
      good.length > 0 && good.every(([, { content }]) => content) ? [] : [`${name}: no schema of the answer`],
      inPath.every((one) => parameters.some((p) => p.name === one && p.in === 'path')) ? [] : [`${name}: path`],
      parameters
        .filter((p) => p.in === 'query' && !(p.description || p.schema?.description))
        .map((p) => `${name}: ${p.name} is not described`),
    ].flat();
  });
  expect(wanting).toEqual([]);
});

/** Methods and paths of all routes, as OpenAPI writes them: read from the tree that Fastify draws. */
function registered(server: App): string[] {
  const above: string[] = [];
  return server
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = /^(.*?)[├└]── (\S+) \(([A-Z, ]+)\)/.exec(line) ?? [];
      above.splice(indent.length / 4, above.length, part);
      const path = above.join('').replaceAll(/:(\w+)/g, '{$1}');
      return methods.split(', ').flatMap((method) => (/^(?:HEAD|OPTIONS|)$/.test(method) ? [] : `${method} ${path}`));
    });
}
