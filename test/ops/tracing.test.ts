import { spawnSync } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { withoutValues } from '../../src/db/statement-span.ts';
import { RunningCommand } from '../support/command.ts';
import { testDatabases } from '../support/database.ts';
import { nvdFeed, nvdRecord } from '../support/feeds.ts';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

/** Takes traces as a collector does, and keeps them. */
class Collector {
  readonly spans: OtlpSpan[] = [];
  readonly services = new Set<unknown>();
  text = '';
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url === '/v1/traces') this.#take(Buffer.concat(chunks).toString('utf8'));
        response.setHeader('content-type', 'application/json').end('{}');
      });
    });
  }

  #take(text: string): void {
    this.text += text;
    for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
      for (const { key, value } of resource.attributes)
        if (key === 'service.name') this.services.add(value.stringValue);
      for (const { spans } of scopeSpans) this.spans.push(...spans);
    }
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function attributesOf(span: OtlpSpan | undefined): Record<string, unknown> {
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';

describe.each(testDatabases())('traces on $name', ({ make }) => {
  const collector = new Collector();
  let database: Awaited<ReturnType<typeof make>>;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    database = await make();
    env = { ...database.env, OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listen(), OTEL_SERVICE_NAME: 'threats' };
  });
  afterAll(async () => {
    collector.close();
    await database.drop();
  });

  test('a request goes on the trace that it brings, with its statements within, and no value of either', async () => {
    const command = new RunningCommand({ ...env, OPENTHREAT_LOG_LEVEL: 'info' }, ['serve', '--port', '0']);
    const url = await new Promise<string>((resolve) => {
      command.child.stdout.on('data', (text: string) => {
        const [found] = /http:\/\/[\d.]+:\d+/.exec(text) ?? [];
        if (found) resolve(found);
      });
    });
    const answer = await fetch(`${url}/api/v1/vulnerabilities/CVE-2021-44228?api_key=ot_secretsecretsecret`, {
      headers: { traceparent: `00-${traceId}-${parentId}-01`, 'x-request-id': 'mine-1', cookie: 'session=hidden' },
    });
    await answer.arrayBuffer();
    const found = await fetch(`${url}/api/v1/vulnerabilities/CVE-2021-44228`, {
      headers: { traceparent: `00-${traceId}-${parentId}-01`, 'x-request-id': 'mine-2' },
    });
    await found.arrayBuffer();
    const { stderr } = await command.end('SIGTERM');

    const request = collector.spans.find((span) => attributesOf(span)['openthreat.request.id'] === 'mine-2');
    expect(request).toMatchObject({
      name: 'GET /api/v1/vulnerabilities/:cve',
      kind: 2,
      traceId,
      parentSpanId: parentId,
    });
    expect(attributesOf(request)).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/api/v1/vulnerabilities/:cve',
      'http.response.status_code': 404,
    });
    const statements = collector.spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
    expect(statements.map((span) => [span.kind, span.traceId])).toEqual(statements.map(() => [3, traceId]));
    const asked = statements
      .map(attributesOf)
      .find((one) => String(one['db.query.text']).includes('FROM vulnerabilities'));
    expect(asked).toMatchObject({ 'db.system.name': 'postgresql', 'db.operation.name': 'SELECT' });
    expect(asked?.['db.query.text']).toContain('cve_id = $1');
    expect([...collector.services]).toEqual(['threats']);
    expect(stderr).not.toContain('secretsecret');
    for (const hidden of ['CVE-2021-44228', 'secretsecret', 'session=hidden'])
      expect(collector.text).not.toContain(hidden);
    const line = stderr.split('\n').find((one) => one.includes('"request":"mine-2"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ trace: traceId, status: 404, level: 'info' });
  });

  test('an ingest is a span with its run, and its statements are within', async () => {
    const before = collector.spans.length;
    const command = new RunningCommand(env, ['ingest', '-']);
    command.child.stdin.end(nvdFeed([nvdRecord('CVE-2024-0001', { score: 5 })]));
    expect(await command.ended()).toMatchObject({ code: 0 });
    const spans = collector.spans.slice(before);
    const ingest = spans.find(({ name }) => name === 'ingest');
    expect(attributesOf(ingest)).toMatchObject({
      'openthreat.run.nvd.id': 1,
      'openthreat.run.nvd.status': 'success',
      'openthreat.run.nvd.fetched': 1,
    });
    expect(spans.some((span) => span.traceId === ingest?.traceId && span.name === 'INSERT')).toBe(true);
    expect(collector.text).not.toContain('CVE-2024-0001');
  });
});

describe('statements', () => {
  test.each([
    ["SELECT 'geheim'", 'SELECT ?'],
    ["SELECT 'it''s geheim', 42 FROM t WHERE a = $1 AND b = 3.5", 'SELECT ?, ? FROM t WHERE a = $1 AND b = ?'],
    ["SELECT E'a\\'geheim', 'x' -- geheim\n FROM t", 'SELECT ?, ? FROM t'],
    ['DO $tag$ geheim $$ $tag$; /* geheim */ SELECT "geheim 1" FROM int4', 'DO ?; SELECT "geheim 1" FROM int4'],
    ["SELECT 'cut off geheim", 'SELECT ?'],
    ['SELECT $a$ cut off geheim', 'SELECT ?'],
    ["ALTER ROLE me PASSWORD 'geheim'", 'ALTER ROLE me PASSWORD ?'],
  ])('of %s is told %s', (sql, shown) => {
    expect(withoutValues(sql)).toBe(shown);
  });

  test('however long one is, it is told in short, and of the part that is cut no value', () => {
    const text = withoutValues(`SELECT ${'a, '.repeat(5000)}'geheim'`);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(withoutValues(`SELECT '${'geheim '.repeat(2000)}'`)).toBe('SELECT ?');
  });
});

test('the standard variables say whether there are traces', () => {
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
  const isOn = (env: NodeJS.ProcessEnv) => loadConfig(env).tracing;
  expect(isOn({})).toBe(false);
  expect(isOn(endpoint)).toBe(true);
  expect(isOn({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://collector:4318/v1/traces' })).toBe(true);
  expect(isOn({ ...endpoint, OTEL_SDK_DISABLED: 'true' })).toBe(false);
  expect(isOn({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toBe(false);
  expect(() => isOn({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).toThrow('OTEL_EXPORTER_OTLP_ENDPOINT');
});

test('without them the SDK is not even loaded', () => {
  const program = `
    const { registerHooks } = await import('node:module');
    let loaded = 0;
    registerHooks({ load: (url, context, next) => { if (/@opentelemetry.(?:sdk|exporter|otlp|resources)/.test(url)) loaded++; return next(url, context); } });
    await import('./src/cli/program.ts');
    await import('./src/cli/serving.ts');
    const { traceIfWanted } = await import('./src/cli/trace.ts');
    await traceIfWanted({ tracing: false }, null);
    process.stdout.write(String(loaded));
    await traceIfWanted({ tracing: true }, { say() {} });
    process.stdout.write(' ' + (loaded > 0));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: join(import.meta.dirname, '..', '..'),
    encoding: 'utf8',
  });
  expect([stdout, stderr]).toEqual(['0 true', '']);
});
