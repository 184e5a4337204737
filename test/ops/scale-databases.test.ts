import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../scripts/docs/pages.ts';
import { Cluster, until } from '../support/clusters.ts';
import { asServerUser, freePort, postgresPrograms, systemProgram } from '../support/server-programs.ts';

const text = (name: string) => readFileSync(join(root, 'ops', 'compose', name), 'utf8');
const programs = postgresPrograms();
const bouncer = systemProgram('pgbouncer');

describe.skipIf(programs === null)('the databases of the profile "scale"', () => {
  // Servers run as another user when the tests run as root, who may not read the project.
  const folder = mkdtempSync('/tmp/openthreat-compose-');
  const data = join(folder, 'standby');
  let primary: Cluster;
  let env: readonly string[];
  let port: number;

  beforeAll(async () => {
    chmodSync(folder, 0o777);
    writeFileSync(join(folder, 'password'), 'for-the-replica\n');
    for (const name of ['primary.sh', 'replica.sh']) writeFileSync(join(folder, name), text(name));
    primary = await Cluster.primary();
    port = await freePort();
    // Nobody may copy it until the script has run.
    const rules = join(primary.folder, 'pg_hba.conf');
    writeFileSync(rules, readFileSync(rules, 'utf8').replaceAll(/^\w+ +replication .*$/gm, ''));
    env = [
      `PATH=${programs}${delimiter}${process.env.PATH}`,
      `REPLICATION_PASSWORD_FILE=${join(folder, 'password')}`,
      `PRIMARY=host=127.0.0.1 port=${primary.port} user=replicator application_name=replica`,
    ];
  });
  afterAll(async () => {
    if (existsSync(data)) await stop('immediate').catch(() => {});
    primary?.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const stop = async (mode: string) => asServerUser(join(programs ?? '', 'pg_ctl'), ['-D', data, '-m', mode, 'stop']);
  const answer = async (sql: string) => {
    const where = `postgresql://postgres@127.0.0.1:${port}/postgres`;
    return (await asServerUser(join(programs ?? '', 'psql'), ['-XAt', '-d', where, '-c', sql])).trim();
  };

  function startReplica(): void {
    const settings = ['-p', String(port), '-c', 'unix_socket_directories=', '-c', 'fsync=off'];
    const script = ['bash', join(folder, 'replica.sh'), ...settings, '-c', 'listen_addresses=127.0.0.1'];
    void asServerUser('/usr/bin/env', [...env, `PGDATA=${data}`, ...script]).catch(() => {});
  }

  test('a standby copies the primary once, follows it with its password, and goes on after a stop', async () => {
    const where = ['PGHOST=127.0.0.1', `PGPORT=${primary.port}`, 'PGUSER=postgres', `PGDATA=${primary.folder}`];
    // Twice, as containers are started again.
    for (let i = 0; i < 2; i++)
      await asServerUser('/usr/bin/env', [...env, ...where, 'bash', join(folder, 'primary.sh')]);
    expect(readFileSync(join(primary.folder, 'pg_hba.conf'), 'utf8').match(/ replicator /g)).toHaveLength(1);
    expect(await primary.sql('SHOW wal_keep_size')).toBe('256MB'); // what the command line says counts more
    startReplica();
    await until(async () => (await answer('SELECT pg_is_in_recovery()')) === 't');
    await primary.sql('CREATE TABLE first AS SELECT 1 AS n');
    await until(async () => (await answer('SELECT n FROM first')) === '1');
    await stop('fast');
    await primary.sql('CREATE TABLE second AS SELECT 2 AS n');
    startReplica();
    await until(async () => (await answer('SELECT n FROM second')) === '2');
    expect(await primary.sql('SELECT application_name FROM pg_stat_replication')).toBe('replica');
    expect(existsSync(`${data}.unfinished`)).toBe(false);
  });

  test.skipIf(bouncer === null)('PgBouncer takes its settings, and lets in who has the password', async () => {
    const at = await freePort();
    const moved = (name: string) =>
      text(name).replaceAll('/etc/openthreat', folder).replaceAll('/tmp/users', join(folder, 'users'));
    const settings = moved('pgbouncer.ini').replace('6432', String(at)).replace('0.0.0.0', '127.0.0.1');
    const server = `host=127.0.0.1 port=${primary.port}`;
    writeFileSync(join(folder, 'pgbouncer.ini'), settings.replace('host=postgres port=5432', server));
    writeFileSync(join(folder, 'pgbouncer.sh'), moved('pgbouncer.sh'));
    await primary.sql('CREATE ROLE openthreat LOGIN');
    await primary.sql('CREATE DATABASE openthreat OWNER openthreat');
    const script = ['sh', join(folder, 'pgbouncer.sh')];
    // It refuses to run as root.
    const all =
      process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...script] : script;
    const path = [dirname(bouncer ?? ''), process.env.PATH].join(delimiter);
    const pooler = spawn(all[0] ?? '', all.slice(1), {
      stdio: 'ignore',
      env: { PATH: path, POSTGRES_PASSWORD: 'right' },
    });
    const asked = async (password: string) => {
      const client = new pg.Client({
        host: '127.0.0.1',
        port: at,
        user: 'openthreat',
        database: 'openthreat',
        password,
      });
      client.on('error', () => {});
      try {
        await client.connect();
        return (await client.query<{ user: string }>('SELECT current_user AS user')).rows[0]?.user;
      } finally {
        await client.end();
      }
    };
    try {
      await until(async () => (await asked('right')) === 'openthreat', 20);
      await expect(asked('wrong')).rejects.toThrow(/authentication failed/);
    } finally {
      pooler.kill('SIGKILL');
    }
  });
});
