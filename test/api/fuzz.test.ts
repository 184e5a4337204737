import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newKey } from '../../src/api/auth/key.ts';
import type { App } from '../../src/api/contract.ts';
import { storeKey } from '../../src/db/api-keys.ts';
import { testApi, testWork } from '../support/api.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord, put } from '../support/feeds.ts';
import { loadWell } from '../support/loading.ts';

/** What nobody should be able to do harm with, as it stands in an address. */
const hostile = `
  %20 0 -1 1e309 99999999999999999999 NaN null true 1.5 [] {} * %2a%2a %25 ' "unclosed ((((((( a) NOT x:y $1 %5c
  '%20OR%20'1'='1 1;DROP%20TABLE%20vulnerabilities;-- '||pg_sleep(9)||' cve: cvss:%3E=7 published:%3E-30d -kev:* epss:[0%20TO%201e400]
  severity:(high,critical) title:%22a%20b%22 product:openssl%20version:3.0.7 cve:CVE-2021* text:%25_%5c vendor:*a*b* published:2024-05
  %00 a%00b %0d%0aX-Injected:%20yes %0aSet-Cookie:%20x %ff%fe %zz % %F0%9F%98%80 %ED%A0%80 %E2%80%AE
  .. ../../etc/passwd ..%2f..%2fetc%2fpasswd %2e%2e%2f%2e%2e%2f ..;/ // %5c..%5c . ~
  __proto__ constructor toString {{7*7}} %3Cscript%3Ealert(1)%3C/script%3E %3C!ENTITY%3E %24%7Bjndi:ldap://x%7D
  2024-13-45 0000-00-00 -infinity 99999-01-01 2024-02-30T25:61:61Z -30d %3E-99999999999d
  CVE-9999-999999999999 CRITICAL 7 priority desc`
  .trim()
  .split(/\s+/)
  .concat('', 'a'.repeat(600), '9'.repeat(400), '(a%20OR%20'.repeat(200), 'a'.repeat(5000));

/** What is right in one place or another. */
const fine = ['CVE-2021-44228', 'CWE-79', 'T1190', 'nvd', 'ip', '1', 'microsoft', '10.0.0.1'] as const;

interface Parameter {
  readonly name: string;
  readonly in: string;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const value = fc.constantFrom(...hostile);

/** A request of an operation, with wrong values in every place that takes some. */
function requestOf(method: string, path: string, parameters: readonly Parameter[], fields: readonly string[]) {
  const inQuery = parameters.filter((p) => p.in === 'query').map((p) => p.name);
  const names = inQuery.length > 0 ? inQuery : ['unknown'];
  const known = fc.tuple(fc.constantFrom(...names, ...names.filter((name) => name === 'q')), value);
  const odd = fc.tuple(fc.constantFrom('unknown', '__proto__', 'page%5B%5D'), value);
  // Mostly one thing at a time is wrong: otherwise nothing would get beyond the first check.
  const pairs = fc.oneof(
    {
      weight: 12,
      arbitrary: fc.array(known, { minLength: inQuery.length > 0 ? 1 : 0, maxLength: Math.min(2, inQuery.length) }),
    },
    { weight: 1, arbitrary: fc.array(fc.oneof(known, odd), { maxLength: 5 }) },
  );
  const tail = fc.oneof(
    { weight: 12, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('/', '/..%2f', '%00', '//x') },
  );
  const address = fc
    .tuple(fc.array(fc.oneof(value, fc.constantFrom(...fine)), { minLength: 4, maxLength: 4 }), pairs, tail)
    .map(([values, asked, end]) => {
      const filled = path.replaceAll(/\{[^}]+\}/g, () => values.pop() ?? '');
      const query = asked
        .map(([name, one]) => `${name}=${one.replaceAll('&', '%26').replaceAll('#', '%23')}`)
        .join('&');
      return `${filled}${end}${query ? `?${query}` : ''}`;
    });
  return fc.record({
    method: fc.oneof(
      { weight: 19, arbitrary: fc.constant(method) },
      { weight: 1, arbitrary: fc.constantFrom('PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD') },
    ),
    path: address,
    headers: headers(),
    body: method === 'GET' ? fc.constant(null) : body(fields),
  });
}

function headers() {
  const kind = fc.constantFrom(
    'application/json',
    'application/json',
    'text/plain',
    'application/xml',
    'multipart/form-data',
    'x',
  );
  const odd = fc.constantFrom(
    {},
    {},
    { accept: 'text/html,*/*;q=0.1' },
    { 'accept-encoding': 'br;q=abc, gzip;;,' },
    { 'if-none-match': '*, W/"", "' },
    { 'x-request-id': 'a"}{b' },
    { 'x-forwarded-for': "127.0.0.1, ' OR 1=1" },
    { 'content-encoding': 'gzip' },
    { range: 'bytes=0-99999999999999999999' },
  );
  return fc.tuple(kind, odd).map(([type, more]) => ({ 'content-type': type, ...more }) as Record<string, string>);
}

function body(fields: readonly string[]) {
  const json = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>('\u0000', "' OR 1=1 --", 1e308, -1, Array(1100).fill('CVE-2021-44228'), [
      '\ud800',
      { a: '\u0000' },
    ]),
    fc.array(value, { maxLength: 4 }),
  );
  const shaped = fc.dictionary(fc.constantFrom(...fields, 'unknown', '__proto__'), json, { maxKeys: 4 });
  const broken = [
    '',
    '{',
    'null',
    '[',
    '{"a":1',
    '['.repeat(5000),
    '{"__proto__":{}}',
    '\u0000',
    'x'.repeat(2 ** 20 + 1),
  ];
  return fc.oneof(
    shaped.map((one) => JSON.stringify(one)),
    json.map((one) => JSON.stringify(one)),
    fc.constantFrom(...broken),
  );
}

describe.each(testDatabases().slice(-1))('hostile requests on $name', ({ open }) => {
  let database: TestDatabase;
  let app: App;
  let key: string;
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-fuzz-'));
  const agent = new Agent({ keepAlive: true });
  beforeAll(async () => {
    database = await open();
    const db = database.database;
    await loadWell(db, [put(folder, 'nvd.json', nvdFeed([nvdRecord('CVE-2021-44228', { score: 10 })]))]);
    const made = newKey();
    key = made.key;
    await storeKey(db, { name: 'fuzz', role: 'admin', prefix: made.prefix, hash: made.hash, expiresAt: null });
    app = await testApi(db, {}, { tasks: testWork(db, { folder }) });
    await app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterAll(async () => {
    agent.destroy();
    await app.close();
    await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask({ method, path, headers: sent, body: content }: Asked): Promise<Answer> {
    const { port } = app.server.address() as AddressInfo;
    const all = {
      ...sent,
      authorization: `Bearer ${key}`,
      ...(content === null ? {} : { 'content-length': Buffer.byteLength(content) }),
    };
    return new Promise((resolve, reject) => {
      const asking = request({ port, host: '127.0.0.1', method, path, headers: all, agent }, async (answer) => {
        const { statusCode: status = 0, headers: got } = answer;
        resolve({ status, headers: got, body: await text(answer).catch(() => '') });
      });
      asking.once('error', reject);
      asking.end(content ?? undefined);
    });
  }

  function expectClean(asked: Asked, { status, headers: got, body: said }: Answer): void {
    const what = `${asked.method} ${asked.path.slice(0, 300)} ${asked.body?.slice(0, 300) ?? ''}: ${said.slice(0, 500)}`;
    expect(status, what).toBeLessThan(500);
    expect(got, what).not.toHaveProperty('x-injected');
    expect(got, what).not.toHaveProperty('set-cookie');
    expect(said, what).not.toMatch(/root:x:0|"devDependencies"|SELECT |pg_catalog/);
    if (status < 400 || asked.method === 'HEAD') return;
    expect(got['content-type'], what).toBe('application/problem+json');
    expect(JSON.parse(said), what).toMatchObject({ status });
  }

  test('nothing but answers and clean refusals, whatever is sent to whichever route', async () => {
    const { paths } = (await app.inject('/docs/json')).json();
    const operations = Object.entries<Record<string, { parameters?: Parameter[]; requestBody?: unknown }>>(
      paths,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { parameters = [], requestBody = {} }]) => {
        const fields = [...JSON.stringify(requestBody).matchAll(/"(\w+)":\{"(?:type|anyOf|description)/g)];
        return requestOf(method.toUpperCase(), path, parameters, ['a', ...fields.map(([, name = '']) => name)]);
      }),
    );
    for (const [n, operation] of operations.entries()) {
      const property = fc.asyncProperty(operation, async (asked) => expectClean(asked, await ask(asked)));
      await fc.assert(property, { seed: 1000 + n, numRuns: 30, endOnFailure: true });
    }
    expect(
      await ask({ method: 'GET', path: '/api/v1/vulnerabilities/CVE-2021-44228', headers: {}, body: null }),
    ).toMatchObject({ status: 200 });
  });

  test.each([
    '/docs/static/..%2f..%2fpackage.json',
    '/docs/static/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2fpackage.json',
    '/assets/../../../../etc/passwd',
    '/api/v1/..%2f..%2f..%2fetc%2fpasswd',
    '//etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/api/v1/vulnerabilities/%252e%252e',
    `/${'a/'.repeat(3000)}`,
    `/api/v1/vulnerabilities?q=${'a'.repeat(15_000)}`,
    `/${'a'.repeat(20_000)}`,
    '*',
  ])('no way out by %.60s', async (path) => {
    const asked = { method: 'GET', path, headers: {}, body: null };
    const answer = await ask(asked);
    expectClean(asked, answer);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });
});
