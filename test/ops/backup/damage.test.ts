import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync } from 'node:zlib';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { sealed } from '../../../src/ops/backup/archive/seal.ts';
import type { Chunk, Head } from '../../../src/ops/backup/content.ts';
import { restoreContent, verifyArchive } from '../../../src/ops/backup/restore.ts';
import { type TestDatabase, testDatabases } from '../../support/database.ts';
import { backUpTo, fill, folder, leftovers, quietly, restoreFrom, sumsNow } from './support.ts';

type Entry = readonly [name: string, content: string | Buffer];

/** An archive of these files as the program would write it: whole and sealed, whatever is in it. */
async function archive(entries: readonly Entry[], type: 'file' | 'symlink' = 'file'): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of entries) {
    if (type === 'file') tar.entry({ name }, content);
    else tar.entry({ name, type, linkname: '/etc/passwd' });
  }
  tar.finalize();
  const packed = zstdCompressSync(await buffer(tar));
  return buffer(Readable.from(sealed(Readable.from([packed]))));
}

const flipped = (bytes: Buffer, at: number, bit: number) => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ (1 << bit), at);
  return copy;
};

describe.each(testDatabases())('$name', ({ open }) => {
  const dir = folder();
  const file = join(dir.path, 'good.tar.zst');
  const locked = join(dir.path, 'locked.tar.zst.age');
  const identity = join(dir.path, 'identity');
  const wrong = join(dir.path, 'wrong');
  const passphrase = join(dir.path, 'passphrase');
  let db: TestDatabase;
  let head: Head;
  let before: Awaited<ReturnType<typeof sumsNow>>;

  beforeAll(async () => {
    db = await open();
    await fill(db.database);
    before = await sumsNow(db.database);
    const secret = await generateX25519Identity();
    writeFileSync(identity, secret);
    writeFileSync(wrong, await generateX25519Identity());
    writeFileSync(passphrase, 'guessed\n');
    ({ head } = await backUpTo(db, file));
    await backUpTo(db, locked, { encryption: { recipients: [await identityToRecipient(secret)] } });
  });
  afterAll(async () => {
    await db.drop();
    dir[Symbol.dispose]();
  });

  async function expectRefused(bytes: Buffer | null, from: string, keys = {}): Promise<string> {
    const damaged = bytes === null ? from : join(dir.path, 'damaged');
    if (bytes) writeFileSync(damaged, bytes);
    const error = await restoreFrom(db, damaged, keys, { replace: true }).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof AppError)) throw new Error(`it was restored, or not refused in words: ${String(error)}`);
    expect(['invalid_input', 'database_newer']).toContain(error.code);
    return error.message;
  }

  test('damaged archives restore nothing and change nothing', async () => {
    const good = readFileSync(file);
    const age = readFileSync(locked);
    const lines = (table: string, row: string): Entry => [`${table}/00000001.ndjson`, row];
    const { tables: sums } = (await verifyArchive(file, {})).manifest;
    const json = (value: object) => JSON.stringify(value);
    const manifest: Entry = ['manifest.json', json({ createdAt: head.createdAt, tables: sums })];
    const first: Entry = ['backup.json', json(head)];
    const cases: (readonly [Buffer | null, string, string?, object?])[] = [
      ...[0, 1, 40, Math.floor(good.length / 2), good.length - 41, good.length - 1].map(
        (end) => [good.subarray(0, end), 'damaged'] as const,
      ),
      ...[0, 5, 100, Math.floor(good.length / 2), good.length - 45, good.length - 36, good.length - 1].map(
        (at) => [flipped(good, at, at % 8), 'damaged'] as const,
      ),
      [Buffer.concat([good, good]), 'damaged'],
      [Buffer.from('not a backup at all'), 'damaged'],
      [age.subarray(0, age.length - 100), 'damaged', locked, { identityFile: identity }],
      [flipped(age, age.length - 200, 3), 'damaged', locked, { identityFile: identity }],
      [null, 'None of the keys', locked, { identityFile: wrong }],
      [null, 'None of the keys', locked, { passphraseFile: passphrase }],
      [null, 'encrypted. Open it with', locked],
      [await archive([['backup.json', json({ ...head, formatVersion: 2 })]]), 'newer openthreat'],
      [await archive([['backup.json', json({ ...head, revision: '29991231235959' })]]), 'newer openthreat'],
      [await archive([['backup.json', json({ ...head, revision: '20000101000000' })]]), 'no revision'],
      [await archive([first]), 'manifest is missing'],
      [await archive([first, manifest]), 'not those of its manifest'],
      [await archive([first, ['../../etc/cron.d/x', 'evil']]), 'what no backup holds'],
      [await archive([first, lines('../vulnerabilities', '[]\n')]), 'what no backup holds'],
      [await archive([first, lines('pg_shadow', '[]\n')]), 'not what should stand there'],
      [await archive([['backup.json', '']], 'symlink'), 'what no backup holds'],
      [await archive([['backup.json', Buffer.alloc(300 * 2 ** 20)]]), 'what no backup holds'],
      [await archive([first, lines('iocs', '0'.repeat(200 * 2 ** 20)), ['x', Buffer.alloc(2 ** 27)]]), 'damaged'],
    ];
    expect(cases.length).toBeGreaterThanOrEqual(20);
    for (const [bytes, says, from = file, keys] of cases)
      expect(await expectRefused(bytes, from, keys)).toContain(says);
    expect(await sumsNow(db.database)).toEqual(before);
    expect(await leftovers(db.database)).toEqual([]);
  }, 120_000);

  test('rows that the tables do not take, and rows that stop coming, change nothing', async () => {
    const rows: readonly (readonly [string, string, string])[] = [
      ['catalogues', '["only one"]', 'columns of the head'],
      ['catalogues', '{', 'columns of the head'],
      ['catalogues', JSON.stringify(['all', 'never', '1', 'cwe', null, null]), 'never'],
    ];
    for (const [table, line, says] of rows) {
      const chunk: Chunk = { table, rows: 1, lines: Buffer.from(`${line}\n`) };
      const restoring = restoreContent(db.database, head, () => Readable.from([chunk]), { ...quietly, replace: true });
      await expect(restoring).rejects.toThrow(says);
    }
    const stops = async function* (): AsyncGenerator<Chunk> {
      yield { table: 'catalogues', rows: 1, lines: Buffer.from('["all","2026-01-01","1","cwe","2026-01-01",null]\n') };
      throw new Error('the disk is gone');
    };
    await expect(restoreContent(db.database, head, stops, { ...quietly, replace: true })).rejects.toThrow(
      'disk is gone',
    );
    expect(await sumsNow(db.database)).toEqual(before);
    expect(await leftovers(db.database)).toEqual([]);
  });

  test('a restore that is killed in the middle leaves what was there, and the next one tidies up', async () => {
    const script = join(import.meta.dirname, 'half-restore.ts');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, file], {
      env: { ...process.env, DATABASE_URL: '', ...db.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(await sumsNow(db.database)).toEqual(before);
    expect(await leftovers(db.database)).toHaveLength(1);
    await restoreFrom(db, file, {}, { replace: true });
    expect(await sumsNow(db.database)).toEqual(before);
    expect(await leftovers(db.database)).toEqual([]);
  });

  test('a backup that fails leaves no file, and one that is there stays', async () => {
    await expect(backUpTo(db, file)).rejects.toThrow('exists already');
    await expect(backUpTo(db, join(dir.path, 'nowhere', 'a'))).rejects.toMatchObject({ code: 'not_found' });
    const stopping = new AbortController();
    stopping.abort(new AppError('interrupted', 'Interrupted.'));
    const stopped = backUpTo(db, join(dir.path, 'stopped'), { signal: stopping.signal });
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    await expect(backUpTo(db, join(dir.path, 'a'), { encryption: { recipients: ['bob'] } })).rejects.toThrow('age1');
    expect(readdirSync(dir.path).filter((name) => /stopped|unfinished|^a/.test(name))).toEqual([]);
  });
});
