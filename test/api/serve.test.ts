import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectors } from '../../src/sources/registry.ts';
import { json, openthreat, RunningCommand } from '../support/command.ts';
import { type TestDatabase, testDatabases } from '../support/database.ts';
import { until } from '../support/watching.ts';

/** A command that serves, once it says where. */
async function serving(env: Readonly<Record<string, string>>, args: readonly string[]) {
  const command = new RunningCommand(env, args);
  let said = '';
  command.child.stdout.on('data', (text: string) => {
    said += text;
  });
  const early = command.ended().then(({ stderr }) => {
    throw new Error(`it ended: ${stderr}`);
  });
  early.catch(() => {});
  const url = await Promise.race([
    until('the address', () => /answers at (http:\/\/[^;\s]+);/.exec(said)?.[1] ?? null),
    early,
  ]);
  return { command, url };
}

describe.each(testDatabases())('openthreat serve on $name', ({ name, open }) => {
  let database: TestDatabase;
  let taken: Server;
  let port: string;
  beforeAll(async () => {
    database = await open();
    await database.leave();
    taken = createServer().listen(0, '127.0.0.1');
    port = await until('a port', () => {
      const at = taken.address();
      return typeof at === 'object' && at ? String(at.port) : null;
    });
  });
  afterAll(async () => {
    taken.close();
    await database.drop();
  });

  test('keys are made, listed, used and revoked; the log has each request and no key', async () => {
    const args = ['keys', 'create', '--role', 'writer', '--name', 'a pipeline', '--expires', '90d'];
    const made = await json<{ id: number; key: string; expires_at: string }>(database.env, args);
    expect(made.key).toMatch(/^ot_[\w-]{49}$/);
    expect(Date.parse(made.expires_at) - Date.now()).toBeGreaterThan(89 * 86_400_000);
    const { command, url } = await serving(database.env, ['serve', '--host', '0.0.0.0', '--port', '0']);
    const ask = async (key: string, query = '') =>
      (await fetch(`${url}/api/v1/openapi.json${query}`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await ask(made.key)).toBe(200);
    await ask(made.key, `?token=abc&q=${made.key}`);
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    const revoked = await openthreat(database.env, ['keys', 'revoke', String(made.id)]);
    expect(revoked.stdout).toContain(`Key ${made.id} (a pipeline) is revoked.`);
    await until('the revocation to be noticed', async () => ((await ask(made.key)) === 401 ? true : null));
    const listed = await openthreat(database.env, ['keys', 'list']);
    expect(listed.stdout).toMatch(new RegExp(`^ *${made.id} .*a pipeline .*revoked`, 'm'));
    const { code, stderr } = await command.end('SIGTERM');
    expect(code).toBe(0);
    const lines = stderr.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
    expect(lines).toContainEqual(
      expect.objectContaining({ method: 'GET', url: '/api/v1/openapi.json', status: 200, key: String(made.id) }),
    );
    expect(stderr + listed.stdout + revoked.stdout).not.toContain(made.key.slice(0, 12));
    expect(stderr).not.toContain('abc');
  });

  // The address has nothing to do with the kind of the database.
  test.runIf(name === 'embedded')('what cannot be listened on is one sentence', async () => {
    const refused = async (...args: string[]) => {
      const { code, stderr } = await openthreat(database.env, ['serve', ...args]);
      return [code, stderr.split('\n').find((line) => line.startsWith('openthreat: '))];
    };
    expect(await refused('--port', port)).toEqual([11, expect.stringContaining(`Port ${port} of 127.0.0.1 is taken`)]);
    expect(await refused('--host', '192.0.2.1', '--port', '0')).toEqual([
      2,
      expect.stringContaining('This machine has no address 192.0.2.1.'),
    ]);
    expect(await refused('--port', '70000')).toEqual([2, expect.stringContaining('from 0 to 65535')]);
  });

  test('up serves, too, or says why not and goes on', async () => {
    const off = connectors.map(({ id }) => `${id}=off`).join(';');
    const env = { ...database.env, OPENTHREAT_SCHEDULES: off, OPENTHREAT_PORT: '0' };
    const { command, url } = await serving(env, ['up']);
    const urgent = await fetch(`${url}/api/v1/vulnerabilities?page_size=1`);
    expect(await urgent.json()).toMatchObject({ page: 1, items: [{}] });
    expect((await command.end('SIGINT')).code).toBe(0);
    const without = new RunningCommand({ ...env, OPENTHREAT_PORT: port }, ['up']);
    let said = '';
    without.child.stderr.on('data', (text: string) => {
      said += text;
    });
    await until('the worker to work', () => (said.includes('Working: ') ? true : null));
    expect((await without.end('SIGTERM')).code).toBe(0);
    expect(said).toContain(`Port ${port} of 127.0.0.1 is taken by another program.`);
  });
});
