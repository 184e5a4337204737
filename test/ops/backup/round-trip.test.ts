import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entities } from '../../../src/db/entities/all.ts';
import { checkDrift } from '../../../src/db/migrate/drift.ts';
import { downgrade, upgrade } from '../../../src/db/migrate/run.ts';
import { thisOwner } from '../../../src/db/owner.ts';
import { snapshots } from '../../../src/db/snapshot.ts';
import { backupTask } from '../../../src/jobs/backup-task.ts';
import { differing } from '../../../src/ops/backup/content.ts';
import type { Encryption, Keys } from '../../../src/ops/backup/encryption.ts';
import { backupsIn } from '../../../src/ops/backup/folder.ts';
import { moveDatabase } from '../../../src/ops/backup/move.ts';
import { families, leftOut, tablesOf } from '../../../src/ops/backup/tables.ts';
import { type TestDatabase, testDatabases } from '../../support/database.ts';
import { alone, backUpTo, fill, folder, leftovers, quietly, restoreFrom, sumsNow } from './support.ts';

const servers = testDatabases();
const [embedded, server] = servers;
const secret = await generateX25519Identity();
const recipient = await identityToRecipient(secret);

/** The ways to lock an archive, and the keys that open it; files are written into `path`. */
function lockings(path: string): readonly (readonly [string, Encryption, Keys])[] {
  const [identityFile, passphraseFile] = [join(path, 'identity'), join(path, 'passphrase')];
  writeFileSync(identityFile, `# made by a test\n${secret}\n`);
  writeFileSync(passphraseFile, 'correct horse battery staple\n');
  return [
    ['plain', null, {}],
    ['for a recipient', { recipients: [recipient] }, { identityFile }],
    ['by a passphrase', { passphraseFile }, { passphraseFile }],
  ];
}

test('every table is in a backup, or is left out for a reason', () => {
  const tables = entities.map((entity) => entity.meta.tableName);
  // A new table belongs into src/ops/backup/tables.ts.
  expect([...tablesOf(families), ...Object.keys(leftOut)].sort()).toEqual([...tables].sort());
});

async function openEmbedded(): Promise<TestDatabase> {
  if (!embedded) throw new Error('the embedded database is always there');
  return embedded.open();
}

describe('a filled database', () => {
  let source: TestDatabase;
  let before: Awaited<ReturnType<typeof sumsNow>>;
  beforeAll(async () => {
    source = await openEmbedded();
    await fill(source.database);
    before = await sumsNow(source.database);
  });
  afterAll(async () => source.drop());

  test('goes there and back again, and every table has the sums it had', async () => {
    using dir = folder();
    const ways = [source, ...(server ? [await server.open()] : []), await openEmbedded()];
    for (const [how, encryption, keys] of lockings(dir.path)) {
      for (const [i, there] of ways.entries()) {
        const here = ways[i - 1];
        if (!here) continue;
        const file = join(dir.path, `${how}-${i}.tar.zst`);
        const { manifest } = await backUpTo(here, file, { encryption });
        expect(manifest.tables).toEqual(before);
        expect(statSync(file).mode & 0o777).toBe(0o600);
        await restoreFrom(there, file, keys, { replace: true });
        expect(await sumsNow(there.database), how).toEqual(before);
        expect(await leftovers(there.database)).toEqual([]);
      }
    }
    const [last] = ways.slice(-1);
    expect(await checkDrift(last?.database ?? source.database)).toEqual([]);
    const next = await last?.database.query(
      `INSERT INTO ingestion_runs (source, status) VALUES ('x', 'running') RETURNING id = (SELECT max(id) + 1 FROM ingestion_runs) AS next`,
    );
    expect(next?.rows).toEqual([{ next: true }]); // numbers go on where they were
    for (const there of ways.slice(1)) await there.drop();
  }, 180_000);

  test('is copied to a server, compared, and stays', async () => {
    const there = server ? await server.open() : await openEmbedded();
    const { database } = source;
    const from = { kind: database.kind, atOneMoment: alone(database), program: 'test' };
    const { tables } = await moveDatabase(from, there.database, quietly);
    expect(tables).toEqual(before);
    expect(await sumsNow(there.database)).toEqual(before);
    expect(await sumsNow(database)).toEqual(before);
    await there.drop();
  });

  test('backups come at their times, and the oldest make room', async () => {
    using dir = folder();
    const path = join(dir.path, 'backups');
    const options = { folder: path, keep: 2, encryptTo: [recipient], program: 'test', snapshots: alone };
    const task = backupTask({ ...options, schedule: '30 2 * * *' });
    mkdirSync(path);
    writeFileSync(join(path, 'notes.txt'), 'not a backup');
    for (const day of [1, 2, 3]) {
      const said = await task.run(source.database, new Date(`2026-06-0${day}T02:30:00Z`), new AbortController().signal);
      expect(said).toContain(`openthreat-2026060${day}T023000Z.tar.zst.age`);
    }
    expect((await backupsIn(path)).map(({ createdAt }) => createdAt)).toEqual([
      '2026-06-03T02:30:00Z',
      '2026-06-02T02:30:00Z',
    ]);
    expect(readdirSync(path)).toContain('notes.txt');
    expect(() => backupTask({ ...options, schedule: 'at night' })).toThrow('OPENTHREAT_BACKUP_SCHEDULE');
  });
});

describe.each(servers)('$name', ({ open }) => {
  test('a backup is of one moment, and others write meanwhile', async () => {
    const db = await open();
    const count = `SELECT count(*)::int AS n FROM rejected_records`;
    const add = `INSERT INTO rejected_records (run_id, source, document, place, reason, excerpt) VALUES (1, '', '', '', '', '')`;
    await db.database.query(add);
    const seen = await snapshots(
      db.config,
      db.database,
    )(async (tx) => {
      await tx.query('SELECT 1');
      await db.database.query(add);
      return (await tx.query(count)).rows;
    });
    expect(seen).toEqual([{ n: 1 }]);
    expect((await db.database.query(count)).rows).toEqual([{ n: 2 }]);
    if (db.database.kind === 'embedded') {
      expect(readdirSync(db.config.dataDir).filter((name) => name.startsWith('snapshot-'))).toEqual([]);
    }
    await db.drop();
  });

  test('an older backup is migrated up; what is there goes only when told, and part of it by parts', async () => {
    using dir = folder();
    const [old, now] = [await open(), await open()];
    await fill(old.database);
    const [undone] = await downgrade(old.database, '-1');
    const file = join(dir.path, 'old.tar.zst');
    const { head } = await backUpTo(old, file);
    expect(head.revision < (undone?.id ?? '')).toBe(true);
    await upgrade(old.database);
    await restoreFrom(now, file);
    expect(differing(await sumsNow(now.database), await sumsNow(old.database))).toEqual([]);

    await now.database.query(`UPDATE vulnerabilities SET title = 'changed'; UPDATE iocs SET status = 'expired'`);
    await expect(restoreFrom(now, file)).rejects.toMatchObject({ code: 'invalid_input', message: /--replace/ });
    const part = join(dir.path, 'part.tar.zst');
    await backUpTo(old, part, { only: ['indicators'] });
    await restoreFrom(now, part, {}, { replace: true });
    expect(differing(await sumsNow(now.database), await sumsNow(old.database))).toEqual(['vulnerabilities']);
    await restoreFrom(now, file, {}, { replace: true });
    expect(differing(await sumsNow(now.database), await sumsNow(old.database))).toEqual([]);
    await old.drop();
    await now.drop();
  }, 120_000);

  test('rights on the tables stay, and a view on them is no victim', async () => {
    using dir = folder();
    const db = await open();
    if (db.database.kind === 'embedded') return db.drop();
    const file = join(dir.path, 'a.tar.zst');
    await backUpTo(db, file);
    await db.database.query('GRANT SELECT ON vulnerabilities TO PUBLIC; GRANT INSERT ON iocs TO pg_read_all_data');
    const rights = `SELECT relname, relacl::text FROM pg_class WHERE relname IN ('vulnerabilities', 'iocs') ORDER BY 1`;
    const before = (await db.database.query(rights)).rows;
    await restoreFrom(db, file, {}, { replace: true });
    expect((await db.database.query(rights)).rows).toEqual(before);
    await db.database.query('CREATE VIEW mine AS SELECT cve_id FROM vulnerabilities');
    await expect(restoreFrom(db, file, {}, { replace: true })).rejects.toThrow('such as a view');
    expect((await db.database.query('SELECT * FROM mine')).rows).toEqual([]);
    expect(await leftovers(db.database)).toEqual([]);
    await db.drop();
  });

  test('nothing is restored under a run that writes; a run in the backup counts as broken off', async () => {
    using dir = folder();
    const db = await open();
    const file = join(dir.path, 'a.tar.zst');
    const run = `INSERT INTO ingestion_runs (source, status, owner) VALUES ('nvd', 'running', $1)`;
    await db.database.query(run, [thisOwner()]);
    await backUpTo(db, file);
    await expect(restoreFrom(db, file, {}, { replace: true })).rejects.toMatchObject({ code: 'locked' });
    await db.database.query(`UPDATE ingestion_runs SET status = 'success'`);
    await restoreFrom(db, file, {}, { replace: true });
    const { rows } = await db.database.query('SELECT status, error_message FROM ingestion_runs');
    expect(rows).toMatchObject([{ status: 'failed', error_message: expect.stringContaining('backup was made') }]);
    await db.drop();
  });
});
