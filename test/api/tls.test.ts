import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import Fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ServerTls } from '../../src/api/tls.ts';
import { loadConfig } from '../../src/config.ts';
import type { TlsFiles } from '../../src/settings/http.ts';
import { certificateFile, certificateText } from '../support/certificates.ts';
import { RunningCommand } from '../support/command.ts';
import { type ClosedDatabase, testDatabases } from '../support/database.ts';
import { until } from '../support/watching.ts';

const folder = mkdtempSync(join(tmpdir(), 'openthreat-tls-'));
let made = 0;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ca = certificateText('authority.crt');
const serialOf = (name: string) => new X509Certificate(certificateText(`${name}.crt`)).serialNumber;

/**
 * A certificate as Kubernetes and certbot keep one: the files are links into a folder, which a link names that is swapped.
 * `put` replaces it as a whole.
 */
class LinkedPair {
  readonly files: TlsFiles;
  readonly #home = join(folder, String(made++));

  constructor(cert: string, key: string) {
    mkdirSync(this.#home);
    this.put(cert, key);
    for (const file of ['tls.crt', 'tls.key']) symlinkSync(join('now', file), join(this.#home, file));
    this.files = { cert: join(this.#home, 'tls.crt'), key: join(this.#home, 'tls.key') };
  }

  put(cert: string, key: string): void {
    const version = String(made++);
    mkdirSync(join(this.#home, version));
    writeFileSync(join(this.#home, version, 'tls.crt'), cert);
    writeFileSync(join(this.#home, version, 'tls.key'), key);
    symlinkSync(version, join(this.#home, 'next'));
    renameSync(join(this.#home, 'next'), join(this.#home, 'now'));
  }
}

const linked = (name: string) => new LinkedPair(certificateText(`${name}.crt`), certificateText(`${name}.key`));

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly serial: string;
  readonly port: number | undefined; // ours: the same for the same connection
}

/** Asks with a connection of its own, or with one that an agent keeps. */
async function ask(url: string, agent: Agent | false = false): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, ca }, (response) => {
      const socket = response.socket as TLSSocket;
      const { serialNumber } = socket.getPeerCertificate();
      const { statusCode: status, headers } = response;
      const { localPort: port } = socket;
      response.resume().once('end', () => resolve({ status, headers, serial: serialNumber, port }));
    });
    sent.once('error', reject).end();
  });
}

/** A server with this certificate that looks at its files often, and what it says of them. */
async function serving(files: TlsFiles) {
  const said: string[] = [];
  const note = (level: string) => (text: string) => said.push(`${level}: ${text}`);
  const tls = new ServerTls(files);
  const times = { requestTimeout: 5000, connectionTimeout: 5000, keepAliveTimeout: 5000, headersTimeout: 5000 };
  const app = Fastify({ serverFactory: tls.factory(times) });
  app.get('/', () => 'here');
  const end = tls.follow({ info: note('info'), warn: note('warn'), error: note('error') }, 5);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `https://127.0.0.1:${(app.server.address() as AddressInfo).port}/`;
  return {
    url,
    said,
    async [Symbol.asyncDispose]() {
      end();
      await app.close();
    },
  };
}

test('a new certificate is for new connections, and one that is open goes on', async () => {
  const pair = linked('here');
  await using server = await serving(pair.files);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const before = await ask(server.url, agent);
  expect(before).toMatchObject({ status: 200, serial: serialOf('here') });
  pair.put(certificateText('renewed.crt'), certificateText('renewed.key'));
  await until('the new one', async () => ((await ask(server.url)).serial === serialOf('renewed') ? true : null));
  expect(await ask(server.url, agent)).toMatchObject({ status: 200, serial: serialOf('here'), port: before.port });
  agent.destroy();
  expect(server.said).toEqual([`info: New connections get the new certificate of ${pair.files.cert}.`]);
});

test('a new pair that is broken leaves the old one in use, and is told once', async () => {
  const pair = linked('here');
  await using server = await serving(pair.files);
  const here = [certificateText('here.crt'), certificateText('here.key')] as const;
  for (const [cert, key, why] of [
    [certificateText('renewed.crt'), here[1], 'the key is not that of the certificate'],
    [here[0].slice(0, 200), here[1], 'OPENTHREAT_TLS_CERT holds no certificate in PEM'],
    [here[0], 'nonsense', 'OPENTHREAT_TLS_KEY holds no private key in PEM without a passphrase'],
    ['', '', 'OPENTHREAT_TLS_CERT holds no certificate in PEM'],
    [certificateText('expired.crt'), certificateText('expired.key'), 'the certificate ended on Jan  1 00:00:00 2021'],
  ] as const) {
    server.said.length = 0;
    pair.put(cert, key);
    const told = await until('the error', () => server.said[0] ?? null);
    expect(told).toContain('error: OPENTHREAT_TLS_CERT and OPENTHREAT_TLS_KEY cannot be used: ');
    expect(told).toContain(why);
    expect(told).toContain('The old certificate stays in use.');
    expect((await ask(server.url)).serial).toBe(serialOf('here'));
  }
  pair.put(certificateText('renewed.crt'), certificateText('renewed.key'));
  await until('the new one', async () => ((await ask(server.url)).serial === serialOf('renewed') ? true : null));
  expect(server.said).toHaveLength(2);
});

test('one that ended is told, at the start and when it comes', async () => {
  const pair = linked('expired');
  await using server = await serving(pair.files);
  const ended = expect.stringContaining('warn: The TLS certificate ended on Jan  1 00:00:00 2021 GMT');
  expect(server.said).toEqual([ended]);
  await expect(ask(server.url)).rejects.toMatchObject({ code: 'CERT_HAS_EXPIRED' });
  pair.put(certificateText('here.crt'), certificateText('here.key'));
  await until('a good one', () => ask(server.url).catch(() => null));
});

test('nothing older than TLS 1.2 is spoken', async () => {
  await using server = await serving(linked('here').files);
  const { port } = new URL(server.url);
  const version = async (maxVersion: 'TLSv1.1' | 'TLSv1.2') =>
    new Promise((resolve) => {
      const options = { host: '127.0.0.1', port: Number(port), ca, minVersion: 'TLSv1', maxVersion } as const;
      const socket = connect({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      });
      socket.once('error', () => resolve(null));
    });
  expect(await version('TLSv1.1')).toBeNull();
  expect(await version('TLSv1.2')).toBe('TLSv1.2');
});

test('a pair that cannot be used is refused at the start', () => {
  const here = certificateFile('here.crt');
  for (const [key, why] of [
    [certificateFile('client.key'), 'the key is not that of the certificate, which must be the first one in its file'],
    [here, 'the file of OPENTHREAT_TLS_KEY holds no private key in PEM'],
    [join(folder, 'nothing'), 'a file cannot be read (ENOENT'],
  ] as const)
    expect(() => new ServerTls({ cert: here, key })).toThrow(
      expect.objectContaining({ code: 'invalid_setting', message: expect.stringContaining(why) }),
    );
});

test('one file without the other is refused by name', () => {
  for (const [set, missing] of [
    ['OPENTHREAT_TLS_CERT', 'OPENTHREAT_TLS_KEY'],
    ['OPENTHREAT_TLS_KEY', 'OPENTHREAT_TLS_CERT'],
  ] as const)
    expect(() => loadConfig({ [set]: 'tls.pem' })).toThrow(
      expect.objectContaining({ code: 'invalid_setting', message: expect.stringContaining(`${missing} must be set`) }),
    );
});

let database: ClosedDatabase;
beforeAll(async () => {
  database = await (testDatabases()[0]?.make() ?? expect.fail('there is always an embedded one'));
});
afterAll(() => database.drop());

test('openthreat serve speaks HTTPS with the certificate of the settings, and follows it', async () => {
  const pair = linked('here');
  const env = {
    ...database.env,
    OPENTHREAT_TLS_CERT: pair.files.cert,
    OPENTHREAT_TLS_KEY: pair.files.key,
    OPENTHREAT_PORT: '0',
  };
  const command = new RunningCommand(env, ['serve']);
  let said = '';
  command.child.stdout.on('data', (text: string) => {
    said += text;
  });
  const url = await until('the address', () => /answers at (https:\/\/127\.0\.0\.1:\d+);/.exec(said)?.[1] ?? null);
  const health = await ask(`${url}/health`);
  expect(health).toMatchObject({ status: 200, serial: serialOf('here') });
  expect(health.headers['strict-transport-security']).toBe('max-age=31536000');
  await expect(fetch(`http${url.slice('https'.length)}/health`)).rejects.toThrow();
  pair.put(certificateText('renewed.crt'), certificateText('renewed.key'));
  await until('the new one', async () => ((await ask(`${url}/health`)).serial === serialOf('renewed') ? true : null));
  const { code, stderr } = await command.end('SIGTERM');
  expect(code).toBe(0);
  expect(stderr).toContain('New connections get the new certificate');
  expect(stderr).toContain(`"listens at ${url}"`);
});
