import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../scripts/docs/pages.ts';
import { until } from '../support/clusters.ts';
import { freePort, systemProgram } from '../support/server-programs.ts';

const text = (...path: string[]) => readFileSync(join(root, 'ops', ...path), 'utf8');

test('Prometheus asks both servers, with its key, and Grafana asks Prometheus', () => {
  const { scrape_configs, rule_files } = parse(text('compose', 'prometheus.yml'));
  expect(scrape_configs).toEqual([
    {
      job_name: 'openthreat', // as the alerts call it
      metrics_path: '/metrics',
      static_configs: [{ targets: ['server-1:8001', 'server-2:8001'] }],
      authorization: { type: 'Bearer', credentials_file: '/run/secrets/prometheus-key' },
    },
  ]);
  expect(rule_files).toEqual(['alerts.yml']);
  const { datasources } = parse(text('grafana', 'provisioning', 'datasources', 'prometheus.yml'));
  expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090', isDefault: true }]);
  const { providers } = parse(text('grafana', 'provisioning', 'dashboards', 'openthreat.yml'));
  expect(providers).toMatchObject([{ type: 'file', options: { path: '/etc/grafana/dashboards' } }]);
});

const haproxy = systemProgram('haproxy');

describe.skipIf(haproxy === null)('HAProxy with ops/compose/haproxy.cfg', () => {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-haproxy-'));
  const servers: Server[] = [];
  const isReady = [true, true];
  let proxy: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const ports = [await begun(0), await begun(1)];
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const config = text('compose', 'haproxy.cfg')
      .replace('bind :8000', `bind 127.0.0.1:${port}`)
      .replace('server-1:8001', `127.0.0.1:${ports[0]}`)
      .replace('server-2:8001', `127.0.0.1:${ports[1]}`)
      .replace('inter 2s', 'inter 200ms');
    writeFileSync(join(folder, 'haproxy.cfg'), config);
    proxy = spawn(haproxy ?? '', ['-db', '-q', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
    await until(async () => (await fetch(url)).ok, 20);
  });
  afterAll(() => {
    proxy?.kill('SIGKILL');
    for (const server of servers) server.close().closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });

  async function asked(): Promise<{ number: number; forwarded: string }> {
    return JSON.parse(await (await fetch(url)).text());
  }

  /** A server that says its number and for whom it is asked, breaks off when it is not ready, and streams without an end. */
  async function begun(number: number): Promise<number> {
    const server = createServer((request, response) => {
      if (request.url === '/api/v1/health/ready') response.writeHead(isReady[number] ? 200 : 503).end();
      else if (request.url === '/broken' && !isReady[number]) request.socket.destroy();
      else if (request.url === '/events') response.writeHead(200, { 'content-type': 'text/event-stream' }).write('one');
      else response.end(JSON.stringify({ number, forwarded: request.headers['x-forwarded-for'] }));
    });
    servers.push(server);
    return new Promise((resolve) => {
      server.listen(0, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  }

  test('the configuration is taken', () => {
    const said = execFileSync(haproxy ?? '', ['-c', '-f', join(root, 'ops', 'compose', 'haproxy.cfg')], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(said).toContain('valid');
  });

  test('both servers answer, and know who asks', async () => {
    const seen = new Set<number>();
    await until(async () => {
      const { number, forwarded } = await asked();
      expect(forwarded).toBe('127.0.0.1');
      seen.add(number);
      return seen.size === 2;
    }, 20);
  });

  test('an event of a stream comes when it is sent', async () => {
    const response = await fetch(`${url}/events`);
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('one');
    await reader?.cancel();
  });

  test('a GET that breaks off is answered by the other server; one that is not ready is left out; without any, 503', async () => {
    isReady[0] = false;
    for (let i = 0; i < 4; i++) expect(await (await fetch(`${url}/broken`)).json()).toMatchObject({ number: 1 });
    await until(async () => {
      const all = await Promise.all([1, 2, 3, 4, 5, 6].map(async () => asked()));
      return all.every(({ number }) => number === 1);
    }, 20);
    isReady[1] = false;
    await until(async () => (await fetch(url)).status === 503, 20);
    const refused = await fetch(url);
    expect([refused.headers.get('retry-after'), refused.headers.get('content-type')]).toEqual([
      '2',
      'application/problem+json',
    ]);
    expect(await refused.json()).toMatchObject({ status: 503, code: 'overloaded' });
    isReady.fill(true);
    await until(async () => (await fetch(url)).ok, 20);
  });
});
