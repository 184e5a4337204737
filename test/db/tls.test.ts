import { chmodSync, chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/db/open.ts';
import { certificateFile, certificateText } from '../support/certificates.ts';
import { Cluster } from '../support/clusters.ts';
import { postgresPrograms } from '../support/server-programs.ts';

const files = ['here', 'elsewhere', 'expired'].flatMap((name) => [`${name}.crt`, `${name}.key`]);
const authority = `sslrootcert=${certificateFile('authority.crt')}`;
const stranger = `sslrootcert=${certificateFile('stranger.crt')}`;
const ours = `sslcert=${certificateFile('client.crt')}&sslkey=${certificateFile('client.key')}`;

let cluster: Cluster;

/** Writes a file that only the server may read, as it demands of keys. */
function give(name: string, text: string): void {
  const file = join(cluster.folder, name);
  writeFileSync(file, text);
  const { uid, gid } = statSync(cluster.folder);
  chownSync(file, uid, gid);
  chmodSync(file, 0o600);
}

/** Starts the server anew with this certificate, or without one. */
async function serveWith(certificate: string | null, hba = 'host all all 127.0.0.1/32 trust'): Promise<void> {
  await cluster.stop();
  give('pg_hba.conf', `${hba}\n`);
  const tls = { ssl: 'on', ssl_cert_file: `${certificate}.crt`, ssl_key_file: `${certificate}.key` };
  await cluster.start(certificate === null ? {} : { ...tls, ssl_ca_file: 'authority.crt' });
}

/** How a connection with these parameters is encrypted: a version of TLS, or null. */
async function encryption(parameters: string, host = '127.0.0.1', user = 'postgres'): Promise<string | null> {
  const url = `postgresql://${user}@${host}:${cluster.port}/postgres?${parameters}`;
  const database = await openDatabase(loadConfig({ DATABASE_URL: url }));
  try {
    const own = 'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
    return (await database.query<{ version: string | null }>(own)).rows[0]?.version ?? null;
  } finally {
    await database.close();
  }
}

/** What the user is told when it does not work. */
async function refusal(parameters: string, host?: string): Promise<string> {
  const error: unknown = await encryption(parameters, host).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error, parameters).toMatchObject({ name: 'AppError', code: 'database_unreachable' });
  return error instanceof Error ? error.message : '';
}

describe.runIf(postgresPrograms())('TLS to a server of PostgreSQL', () => {
  beforeAll(async () => {
    cluster = await Cluster.primary();
    for (const name of [...files, 'authority.crt']) give(name, certificateText(name));
  });
  afterAll(() => cluster.destroy());

  test('without a certificate: who demands TLS is told that there is none', async () => {
    for (const parameters of ['', 'sslmode=disable', 'sslmode=prefer'])
      expect(await encryption(parameters), parameters).toBeNull();
    for (const mode of ['require', `verify-ca&${authority}`, 'verify-full', `verify-full&${authority}`])
      expect(await refusal(`sslmode=${mode}`)).toBe(
        `postgresql://postgres@127.0.0.1:${cluster.port}/postgres offers no TLS, and sslmode demands it. Switch TLS on in the server, or use sslmode=disable on a network you trust.`,
      );
  });

  test('with a certificate that fits: encrypted, and refused where its authority is not trusted', async () => {
    await serveWith('here');
    expect(await encryption('sslmode=disable')).toBeNull();
    for (const mode of ['prefer', 'require', `require&${authority}`, `verify-ca&${authority}`])
      expect(await encryption(`sslmode=${mode}`), mode).toBe('TLSv1.3');
    for (const host of ['127.0.0.1', 'localhost'])
      expect(await encryption(`sslmode=verify-full&${authority}`, host), host).toBe('TLSv1.3');
    for (const mode of [`require&${stranger}`, `verify-ca&${stranger}`, `verify-full&${stranger}`, 'verify-full']) {
      const told = await refusal(`sslmode=${mode}`);
      expect(told).toContain('is not accepted: it is not of an authority that is trusted here (');
      expect(told).toContain('Set sslrootcert to the file');
    }
    expect(await refusal('sslmode=verify-full&sslrootcert=system')).toContain('an authority that is trusted here');
  });

  test('with a certificate for another name: only verify-full minds, and tells the names', async () => {
    await serveWith('elsewhere');
    for (const mode of ['prefer', 'require', `verify-ca&${authority}`])
      expect(await encryption(`sslmode=${mode}`), mode).toBe('TLSv1.3');
    for (const host of ['127.0.0.1', 'localhost']) {
      const told = await refusal(`sslmode=verify-full&${authority}`, host);
      expect(told).toContain('is for another name: db.example. Use that name in DATABASE_URL, or sslmode=verify-ca.');
    }
  });

  test('with a certificate that has expired: refused by those who verify', async () => {
    await serveWith('expired');
    expect(await encryption('sslmode=require')).toBe('TLSv1.3');
    for (const mode of ['require', 'verify-ca', 'verify-full'])
      expect(await refusal(`sslmode=${mode}&${authority}`)).toContain('has expired. Renew it on the server');
  });

  test('a server that wants TLS, or a certificate of ours, says so', async () => {
    await serveWith('here', 'hostssl all all 127.0.0.1/32 trust');
    expect(await refusal('sslmode=disable')).toContain('takes encrypted connections only: set sslmode=verify-full');
    expect(await encryption(`sslmode=verify-full&${authority}`)).toBe('TLSv1.3');
    await cluster.sql('CREATE ROLE openthreat LOGIN');
    await serveWith('here', 'hostssl all all 127.0.0.1/32 cert');
    expect(await refusal(`sslmode=verify-full&${authority}`)).toContain('asks for a certificate of ours: set sslcert');
    const withOurs = `sslmode=verify-full&${authority}&${ours}`;
    expect(await encryption(withOurs, '127.0.0.1', 'openthreat')).toBe('TLSv1.3');
    expect(await refusal(withOurs)).toContain('refuses this user: ');
  });
});
