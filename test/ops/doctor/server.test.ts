import { chmodSync, chownSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { upgrade } from '../../../src/db/migrate/run.ts';
import { openDatabase } from '../../../src/db/open.ts';
import type { Subject } from '../../../src/ops/doctor/contract.ts';
import { usualLimits } from '../../../src/ops/doctor/contract.ts';
import type { Report } from '../../../src/ops/doctor/examine.ts';
import { certificateText } from '../../support/certificates.ts';
import { Cluster } from '../../support/clusters.ts';
import { findings, folderWithBackup, ofKind, troubles } from '../../support/doctor.ts';
import { postgresPrograms } from '../../support/server-programs.ts';

const now = new Date();
const strong = 'zA9-mXq7_Lw2.Kd5';
const asked =
  'host all postgres 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n';

/** A server of its own, as an operator would set it up: what only a whole server can be wrong about. */
describe.runIf(postgresPrograms())('a server that the doctor looks at', () => {
  let cluster: Cluster;
  let standby: Cluster;
  let backups: string;

  beforeAll(async () => {
    backups = folderWithBackup(new Date(now.getTime() - 3_600_000));
    cluster = await Cluster.primary();
    give('pg_hba.conf', asked);
    for (const name of ['expired.crt', 'expired.key']) give(name, certificateText(name));
    await cluster.sql('SELECT pg_reload_conf()');
    await cluster.sql(`CREATE ROLE app LOGIN PASSWORD '${strong}'; CREATE ROLE weak LOGIN PASSWORD 'weak'`);
    await cluster.sql('CREATE DATABASE threats OWNER app');
    const config = loadConfig({ DATABASE_URL: url('postgres') });
    const database = await openDatabase(config);
    await upgrade(database);
    await database.query(`INSERT INTO ingestion_runs (source, status, config) VALUES ('sample', 'success', '{}')`);
    await database.query('GRANT SELECT ON ALL TABLES IN SCHEMA public TO app, weak');
    await database.close();
    standby = await cluster.standby('second');
  });
  afterAll(() => {
    standby.destroy();
    cluster.destroy();
    rmSync(backups, { recursive: true });
  });

  /** Writes a file that only the server may read, as it demands of keys. */
  function give(name: string, text: string): void {
    const file = join(cluster.folder, name);
    writeFileSync(file, text);
    const { uid, gid } = statSync(cluster.folder);
    chownSync(file, uid, gid);
    chmodSync(file, 0o600);
  }

  const url = (user: string, parameters = '', of = cluster) =>
    `postgresql://${user}@127.0.0.1:${of.port}/threats${parameters}`;

  async function look(at: string, changes: Partial<Subject> = {}): Promise<Report> {
    const config = loadConfig({ DATABASE_URL: at });
    const database = await openDatabase(config);
    const dueAt = () => null;
    try {
      return await findings(config, database, now, {
        backups: { folder: backups, isScheduled: false, dueAt },
        ...changes,
      });
    } finally {
      await database.close();
    }
  }

  test('in order: a user of its own, who may only read, with a password of its own', async () => {
    const report = await look(url(`app:${strong}`));
    expect(troubles(report)).toEqual([]);
    for (const id of ['password', 'user', 'autovacuum', 'tls', 'listening', 'replication', 'connections'])
      expect(ofKind(report, `database.${id}`, 'ok'), id).toHaveLength(1);
  });

  test("a password that is the user's name, and a server that asks for none", async () => {
    expect(ofKind(await look(url('weak:weak')), 'database.password', 'warning')).toMatchObject([
      { found: expect.stringContaining('its own name'), advice: expect.stringContaining('ALTER ROLE') },
    ]);
    const open = await look(url('postgres:whatever'));
    expect(ofKind(open, 'database.password', 'notice')).toMatchObject([
      { found: expect.stringContaining('without a password') },
    ]);
    expect(ofKind(open, 'database.user', 'notice')).toHaveLength(1);
  });

  test('pg_hba.conf lets everybody in, and only a superuser may see that', async () => {
    give('pg_hba.conf', `${asked}host all all 0.0.0.0/0 trust\n`);
    expect(ofKind(await look(url('postgres')), 'database.listening', 'critical')).toMatchObject([
      {
        found: expect.stringContaining('line 4 (host all all 0.0.0.0'),
        advice: expect.stringContaining('scram-sha-256'),
      },
    ]);
    expect(troubles(await look(url(`app:${strong}`)))).toEqual([]);
    give('pg_hba.conf', asked);
  });

  test('a standby that lags; and the standby itself, to which nothing can be written', async () => {
    await standby.caughtUp(cluster);
    await standby.pauseReplay();
    await cluster.sql('CREATE TABLE more AS SELECT generate_series(1, 1000) AS n', 'postgres');
    const report = await look(url('postgres'), { limits: { ...usualLimits, lagBytes: 0 } });
    expect(ofKind(report, 'database.replication', 'warning')).toMatchObject([
      { found: expect.stringContaining('second by ') },
    ]);
    await standby.resumeReplay();
    expect(ofKind(await look(url(`app:${strong}`, '', standby)), 'database.writable', 'warning')).toMatchObject([
      { found: expect.stringContaining('standby'), advice: expect.stringContaining('primary') },
    ]);
  });

  test('nobody reads from a replication slot', async () => {
    await cluster.sql("SELECT pg_create_physical_replication_slot('forgotten', true)");
    expect(ofKind(await look(url('postgres')), 'database.replication', 'notice')).toMatchObject([
      { found: expect.stringContaining('forgotten'), advice: expect.stringContaining('pg_drop_replication_slot') },
    ]);
    await cluster.sql("SELECT pg_drop_replication_slot('forgotten')");
  });

  test('no connection is free', async () => {
    await cluster.sql('ALTER ROLE app CONNECTION LIMIT 1');
    const database = await openDatabase(
      loadConfig({ DATABASE_URL: url(`app:${strong}`), OPENTHREAT_DATABASE_POOL_SIZE: '1' }),
    );
    const report = await findings(loadConfig({ DATABASE_URL: url(`app:${strong}`) }), database, now);
    expect(ofKind(report, 'database.connections', 'critical')).toMatchObject([
      { found: '1 of 1 connection taken (limit of the user).' },
    ]);
    await database.close();
    await cluster.sql('ALTER ROLE app CONNECTION LIMIT -1');
  });

  test('a certificate that has ended, that nobody checks; addresses beyond the machine; autovacuum off', async () => {
    await cluster.stop();
    await cluster.start({
      ssl: 'on',
      ssl_cert_file: 'expired.crt',
      ssl_key_file: 'expired.key',
      listen_addresses: '*',
      autovacuum: 'off',
    });
    const report = await look(url(`app:${strong}`, '?sslmode=require'));
    expect(ofKind(report, 'database.tls', 'critical')).toMatchObject([
      { found: expect.stringMatching(/certificate of PostgreSQL ended/) },
    ]);
    expect(ofKind(report, 'database.tls', 'notice')).toMatchObject([
      { found: expect.stringContaining('nobody checks') },
    ]);
    expect(ofKind(report, 'database.autovacuum', 'warning')).toHaveLength(1);
    expect(ofKind(report, 'database.listening', 'ok')).toMatchObject([{ found: 'PostgreSQL listens at *.' }]);
  });
});
