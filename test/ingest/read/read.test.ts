import { appendFile, chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ReadEvent, ReadLimits } from '../../../src/ingest/read/contract.ts';
import { readInputs } from '../../../src/ingest/read/read.ts';
import { type Member, tar, zip } from './archives.ts';

let folder: string;
let temporary: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'read-'));
  temporary = join(folder, '.temporary');
  await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  // Whatever happened, no temporary file is left.
  expect(await readdir(temporary)).toEqual([]);
  await rm(folder, { recursive: true });
});

async function put(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

interface Outcome {
  readonly events: readonly ReadEvent[];
  /** The texts of each document's records. */
  readonly records: Readonly<Record<string, readonly string[]>>;
  readonly failed: Readonly<Record<string, string>>;
}

async function read(inputs: readonly string[], limits: Partial<ReadLimits> = {}, stdin?: Readable): Promise<Outcome> {
  const events: ReadEvent[] = [];
  const records: Record<string, string[]> = {};
  const failed: Record<string, string> = {};
  const short = (name: string) => name.replaceAll(`${folder}/`, '');
  for await (const event of readInputs(inputs, { limits, ...(stdin === undefined ? {} : { stdin }) })) {
    events.push(event);
    if (event.kind === 'failed') failed[short(event.document)] = event.reason;
    else if (event.kind === 'end' || event.kind === 'records') {
      const document = short(event.document);
      records[document] ??= [];
      if (event.kind === 'records') records[document].push(...event.records.map(({ bytes }) => bytes.toString()));
    }
  }
  return { events, records, failed };
}

const page = '{"total":2,"vulnerabilities":[{"a":1},{"b":2}]}';
const both = ['{"a":1}', '{"b":2}'];
const nothingFailed = {};

describe('packings are told by their bytes', async () => {
  const tarred = await tar([{ name: 'page.txt', content: page }]);
  const zipped = zip([{ name: 'page.txt', content: page }]);
  test.each<[string, Buffer, string]>([
    ['plain', Buffer.from(page), ''],
    ['gzip', gzipSync(page), ''],
    ['gzip of two members', Buffer.concat([gzipSync(page.slice(0, 20)), gzipSync(page.slice(20))]), ''],
    ['gzip in gzip', gzipSync(gzipSync(page)), ''],
    ['zstd', zstdCompressSync(page), ''],
    ['zstd of two frames', Buffer.concat([zstdCompressSync(page.slice(0, 20)), zstdCompressSync(page.slice(20))]), ''],
    [
      'zstd with a frame to skip',
      Buffer.concat([Buffer.from('502a4d180300000061626328b5', 'hex').subarray(0, 11), zstdCompressSync(page)]),
      '',
    ],
    ['zip', zipped, ' › page.txt'],
    ['zip without packing', zip([{ name: 'page.txt', content: page, method: 'stored' }]), ' › page.txt'],
    ['zip packed by zstd', zip([{ name: 'page.txt', content: page, method: 'zstd' }]), ' › page.txt'],
    ['zip in a zip', zip([{ name: 'inner', content: zipped }]), ' › inner › page.txt'],
    ['gzip in a zip', zip([{ name: 'page.gz', content: gzipSync(page) }]), ' › page.gz'],
    ['zip in gzip', gzipSync(zipped), ' › page.txt'],
    ['tar', tarred, ' › page.txt'],
    ['tar in gzip', gzipSync(tarred), ' › page.txt'],
    ['tar in tar', await tar([{ name: 'inner.tar', content: tarred }]), ' › inner.tar › page.txt'],
    ['zip in tar', await tar([{ name: 'inner', content: zipped }]), ' › inner › page.txt'],
    ['tar in zip', zip([{ name: 'inner', content: tarred }]), ' › inner › page.txt'],
    ['gzip in tar', await tar([{ name: 'page.gz', content: gzipSync(page) }]), ' › page.gz'],
  ])('%s, from a file and from the standard input', async (_, content, entry) => {
    const path = await put('named.wrongly', content);
    expect(await read([path])).toMatchObject({ records: { [`named.wrongly${entry}`]: both }, failed: nothingFailed });
    for (const size of [1, 7, 100_000]) {
      const chunks = Array.from({ length: Math.ceil(content.length / size) }, (_, at) =>
        content.subarray(at * size, (at + 1) * size),
      );
      const outcome = await read(['-'], {}, Readable.from(chunks, { objectMode: false }));
      expect(outcome).toMatchObject({ records: { [`standard input${entry}`]: both }, failed: nothingFailed });
    }
  });

  test('large documents of each packing come whole', async () => {
    const list = Array.from({ length: 20_000 }, (_, index) =>
      JSON.stringify({ index, text: `${Math.sin(index)}`.repeat(5) }),
    );
    const text = `[${list.join()}]`;
    const contents = [
      Buffer.from(text),
      gzipSync(text),
      zstdCompressSync(text),
      ...(['stored', 'deflated', 'zstd'] as const).map((method) => zip([{ name: 'a', content: text, method }])),
    ];
    contents.push(await tar([{ name: 'a', content: text }]), gzipSync(await tar([{ name: 'a', content: text }])));
    // Larger than what is kept in memory: the inner archive goes through a temporary file.
    contents.push(
      zip([
        {
          name: 'b',
          content: zip(Array.from({ length: 5 }, () => ({ name: 'a', content: text, method: 'stored' as const }))),
        },
      ]),
    );
    for (const content of contents) {
      const { records, failed } = await read([await put('large', content)]);
      expect(failed).toEqual({});
      const all = Object.values(records).flat();
      expect(all.length % list.length).toBe(0);
      expect(all.every((record, index) => record === list[index % list.length])).toBe(true);
    }
  });
});

describe('each document ends once', () => {
  test('with its envelope and number of records', async () => {
    const path = await put('a.json', page);
    const { events } = await read([path]);
    expect(events.map(({ kind }) => kind).filter((kind) => kind !== 'progress')).toEqual(['records', 'end']);
    expect(events).toContainEqual({ kind: 'end', document: path, envelope: { total: 2 }, records: 2 });
  });

  test('progress ends with all bytes, and has no total for the standard input', async () => {
    const path = await put('a.json.gz', gzipSync(page));
    const bytes = gzipSync(page).length;
    expect((await read([path])).events.at(-1)).toEqual({ kind: 'progress', bytesRead: bytes, bytesTotal: bytes });
    const streamed = await read([path, '-'], {}, Readable.from([page]));
    expect(streamed.events.at(-1)).toEqual({ kind: 'progress', bytesRead: bytes + page.length, bytesTotal: null });
  });
});

describe('inputs', () => {
  test('a folder is read in the order people expect, without what is hidden', async () => {
    for (const name of ['set/10.json', 'set/9.json', 'set/deep/1.csv', 'set/.git/x.json', 'set/.hidden.json'])
      await put(name, '[]');
    await put('set/deep/1.csv', 'a,b\n1,2');
    await put('set/readme.md', 'Read me');
    const { records, failed } = await read([join(folder, 'set')]);
    expect(Object.keys(records)).toEqual(['set/9.json', 'set/10.json', 'set/deep/1.csv']);
    expect(failed).toEqual({ 'set/readme.md': 'is neither JSON nor CSV: it starts with "Read me"' });
  });

  test('links are followed, but not around in circles', async () => {
    await put('set/a.json', page);
    await symlink(join(folder, 'set'), join(folder, 'set/back'));
    await symlink(join(folder, 'set/a.json'), join(folder, 'set/b.json'));
    await symlink(join(folder, 'nowhere'), join(folder, 'set/c.json'));
    const { records, failed } = await read([join(folder, 'set')]);
    expect(Object.keys(records)).toEqual(['set/a.json', 'set/b.json']);
    expect(Object.keys(failed)).toEqual(['set/c.json']);
  });

  test('a pattern names files and folders, each read once', async () => {
    for (const name of ['set/1.json', 'set/2.json', 'set/3.txt', 'set/deep/4.json']) await put(name, '[]');
    const json = await read([join(folder, 'set/*.json')]);
    expect(Object.keys(json.records)).toEqual(['set/1.json', 'set/2.json']);
    const all = await read([join(folder, 'set/**')]);
    expect(all.events.filter(({ kind }) => kind === 'end')).toHaveLength(4);
  });

  test('a file is itself even where its name looks like a pattern', async () => {
    const { records } = await read([await put('[a]*.json', page)]);
    expect(records).toEqual({ '[a]*.json': both });
  });

  test.each([
    ['a file that is not there', 'missing.json', 'not_found', 'does not exist: check the name.'],
    ['a pattern without a match', '*.nothing', 'not_found', 'matches no file: check the pattern.'],
    ['an empty folder', 'empty', 'not_found', 'holds no files: check the name.'],
  ])('%s is refused before anything is read', async (_, name, code, message) => {
    await mkdir(join(folder, 'empty'));
    const good = await put('good.json', page);
    const reading = readInputs([good, join(folder, name)]);
    await expect(reading.next()).rejects.toMatchObject({ code, message: `${join(folder, name)} ${message}` });
  });

  test('nothing, and the standard input twice, are refused', async () => {
    await expect(readInputs([]).next()).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(readInputs(['-', '-']).next()).rejects.toMatchObject({ code: 'invalid_input' });
  });

  test('without permission: a named input is refused, what lies in a folder is told', async () => {
    const secret = await put('set/secret.json', page);
    await put('set/open.json', page);
    await put('set/closed/a.json', page);
    await chmod(folder, 0o755);
    await chmod(secret, 0);
    await chmod(join(folder, 'set/closed'), 0);
    await asNobody(async () => {
      for (const name of [secret, join(folder, 'set/closed')]) {
        const message = `${name} cannot be read: permission denied. Allow your user to read it.`;
        await expect(readInputs([name]).next()).rejects.toMatchObject({ code: 'invalid_input', message });
      }
      const { records, failed } = await read([join(folder, 'set')]);
      expect(records).toEqual({ 'set/open.json': both });
      const reason = 'cannot be read: permission denied';
      expect(failed).toEqual({ 'set/closed': reason, 'set/secret.json': reason });
    });
    await chmod(join(folder, 'set/closed'), 0o755);
  });
});

/** Permissions mean nothing to root. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65534);
  try {
    await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}

describe('what is broken', () => {
  const large = `[${Array.from({ length: 50_000 }, (_, index) => `{"n":${index},"r":"${Math.sin(index)}"}`).join()}]`;
  const half = (bytes: Buffer) => bytes.subarray(0, bytes.length / 2);
  const cutOff = 'is cut off: its compressed content ends too early';

  test.each([
    ['gzip', half(gzipSync(large)), cutOff],
    ['zstd', half(zstdCompressSync(large)), cutOff],
    ['the second frame of zstd', Buffer.concat([zstdCompressSync(large), half(zstdCompressSync(large))]), cutOff],
    ['JSON', half(Buffer.from(large)), expect.stringMatching(/^is cut off after record \d+$/)],
  ])('%s that is cut off keeps the records before the cut', async (_, content, reason) => {
    const { records, failed } = await read([await put('cut', content)]);
    expect(failed).toEqual({ cut: reason });
    expect(records.cut?.length).toBeGreaterThan(1000);
  });

  test.each([
    ['a cut-off zip', half(zip([{ name: 'a', content: large }])), 'is cut off: the end of the zip archive is missing'],
    ['damaged gzip', damaged(gzipSync(page), 15), 'is damaged: its compressed content does not add up'],
    [
      'something after zstd',
      Buffer.concat([zstdCompressSync(page), Buffer.from('more')]),
      'is damaged: something follows its compressed content',
    ],
    [
      'something after gzip',
      Buffer.concat([gzipSync(page), Buffer.from('more')]),
      'is damaged: its compressed content does not add up',
    ],
    ['an empty file', Buffer.alloc(0), 'is empty'],
    ['empty gzip', gzipSync(''), 'is empty'],
    ['HTML in gzip', gzipSync('<html>'), 'holds HTML, not JSON: check where it was downloaded from'],
  ])('%s', async (_, content, reason) => {
    expect((await read([await put('broken', content)])).failed).toEqual({ broken: reason });
  });

  test('one bad entry does not keep the others of an archive from being read', async () => {
    const members: readonly Member[] = [
      { name: 'folder/', content: '', method: 'stored' },
      { name: '__MACOSX/._1.json', content: 'x' },
      { name: '1.json', content: page, lies: { crc32: 1 } },
      { name: '2.json', content: page, lies: { unpacked: 10 } },
      { name: '3.json', content: page, lies: { unpacked: 1000 } },
      { name: '4.json', content: page, lies: { method: 14 } },
      { name: '5.json', content: page, lies: { flags: 1 } },
      { name: '../../6\u001b[2J.json', content: page },
      { name: '7.json', content: '' },
      { name: '8.json', content: page },
    ];
    const { records, failed } = await read([await put('a.zip', zip(members))]);
    const wrong = 'is damaged: its content is not what the archive says of it';
    expect(failed).toEqual({
      'a.zip › 1.json': wrong,
      'a.zip › 2.json': 'is damaged: it unpacks to more than its archive says',
      'a.zip › 3.json': wrong,
      'a.zip › 4.json': 'is packed by a method that is not supported (14): unpack it first',
      'a.zip › 5.json': 'is encrypted: unpack it first',
      'a.zip › 7.json': 'is empty',
    });
    expect(records).toMatchObject({ 'a.zip › ../../6?[2J.json': both, 'a.zip › 8.json': both });
  });

  test('links, devices, folders and hidden files of a tar archive are passed over', async () => {
    const long = `${'deep/'.repeat(40)}page.json`;
    const content = await tar([
      { name: 'folder/', content: '', header: { type: 'directory' } },
      { name: 'link.json', content: '', header: { type: 'symlink', linkname: '/etc/passwd' } },
      { name: 'hard.json', content: '', header: { type: 'link', linkname: '/etc/passwd' } },
      { name: 'pipe', content: '', header: { type: 'fifo' } },
      { name: './._page.json', content: 'x' },
      { name: '.git/page.json', content: 'x' },
      { name: '../../6\u001b[2J.json', content: page },
      { name: './empty.json', content: '' },
      { name: 'bad.json', content: `[1,2,{${' '.repeat(300_000)}` },
      { name: 'web.html', content: `<html>${'x'.repeat(300_000)}` },
      { name: long, content: page },
    ]);
    const { records, failed } = await read([await put('a.tar', content)]);
    expect(failed).toEqual({
      'a.tar › ./empty.json': 'is empty',
      'a.tar › bad.json': 'is cut off after record 2',
      'a.tar › web.html': 'holds HTML, not JSON: check where it was downloaded from',
    });
    expect(records).toEqual({
      'a.tar › ../../6?[2J.json': both,
      'a.tar › bad.json': ['1', '2'],
      [`a.tar › ${long}`]: both,
    });
  });

  test('a tar archive that is cut off keeps what came before, and never passes for whole', async () => {
    const sound = await tar([
      { name: 'a.json', content: page },
      { name: 'b.json', content: page },
    ]);
    for (const end of [512 + 10, 1024, 1024 + 512, 1024 + 512 + 10, 2048]) {
      const { records, failed } = await read([await put('a.tar', sound.subarray(0, end))]);
      expect(failed['a.tar']).toMatch(/^is cut off: /);
      expect(records['a.tar › a.json'] ?? []).toEqual(end < 1024 ? [] : both);
    }
    const packed = gzipSync(sound);
    const cut = await read([await put('a.tgz', packed.subarray(0, packed.length - 20))]);
    expect(cut.failed).toMatchObject({ 'a.tgz': cutOff });
  });

  test('any tar with wrong bytes ends, without a crash', async () => {
    const sound = await tar([
      { name: 'a.json', content: page },
      { name: 'b.json', content: page },
    ]);
    for (let at = 0; at < sound.length; at += 3) {
      const { events } = await read([await put('wrong.tar', damaged(sound, at))]);
      expect(events.at(-1)?.kind).toBe('progress');
    }
    const { failed } = await read([await put('wrong.tar', damaged(sound, 1024))]);
    expect(failed).toEqual({ 'wrong.tar': 'is no sound tar archive: a header in it is damaged' });
  });

  test('any zip with wrong bytes ends, without a crash', async () => {
    const sound = zip([
      { name: 'a.json', content: page },
      { name: 'b.json', content: page, method: 'stored' },
    ]);
    for (let at = 0; at < sound.length; at++) {
      const { events } = await read([await put('wrong.zip', damaged(sound, at))]);
      expect(events.at(-1)?.kind).toBe('progress');
    }
  });

  test('a file that changes while it is read', async () => {
    for (const [name, content] of [
      ['plain.json', Buffer.from(large)],
      ['packed.gz', gzipSync(large)],
      ['packed.zip', zip([{ name: 'a', content: large }])],
    ] as const) {
      const path = await put(name, content);
      const ends: ReadEvent[] = [];
      let touched = false;
      for await (const event of readInputs([path])) {
        if (!touched) await appendFile(path, ' ');
        touched = true;
        if (event.kind === 'failed' || (event.kind === 'end' && event.document === path)) ends.push(event);
      }
      expect(ends).toEqual([{ kind: 'failed', document: path, reason: 'changed while it was read: run it again' }]);
    }
  });

  test('a stream that fails', async () => {
    const stdin = Readable.from(
      (async function* () {
        yield Buffer.from('[{"a":1},');
        throw Object.assign(new Error('read EIO'), { code: 'EIO', syscall: 'read' });
      })(),
    );
    const { records, failed } = await read(['-'], {}, stdin);
    expect(records).toEqual({ 'standard input': ['{"a":1}'] });
    expect(failed).toEqual({ 'standard input': 'cannot be read: the disk reports an error' });
  });
});

function damaged(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

describe('limits', () => {
  const bomb = Buffer.alloc(70 * 1024 * 1024, ' ');

  test.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['gzip', () => gzipSync(bomb), 'bomb'],
    ['zstd', () => zstdCompressSync(bomb), 'bomb'],
    ['zip', () => zip([{ name: 'a', content: bomb }]), 'bomb › a'],
    ['tar in gzip', async () => gzipSync(await tar([{ name: 'a', content: bomb }])), 'bomb'],
    ['gzip in tar', () => tar([{ name: 'a', content: gzipSync(bomb) }]), 'bomb › a'],
  ])('a bomb of %s is not read on', async (_, content, document) => {
    const { failed } = await read([await put('bomb', await content())]);
    expect(failed[document]).toMatch(
      /^unpacks to more than 6\d(\.\d)? MiB, over 200 times its size: a zip bomb is not read on$/,
    );
  });

  test('a bomb of many small parts ends the archive, not only the part', async () => {
    const content = Buffer.alloc(30 * 1024 * 1024, ' ');
    const parts = Array.from({ length: 4 }, (_, index) => ({ name: `${index}`, content }));
    const { failed } = await read([await put('bomb', zip(parts))]);
    expect(failed).toEqual({ 'bomb › 0': 'is empty', 'bomb › 1': 'is empty', bomb: expect.stringMatching(/zip bomb/) });
  });

  test('how much a document unpacks to', async () => {
    const { failed } = await read([await put('a', gzipSync(JSON.stringify([{ text: 'x'.repeat(5000) }])))], {
      documentBytes: 1000,
    });
    expect(failed).toEqual({ a: 'unpacks to more than the 1000 bytes allowed for one document' });
  });

  test('how often it is packed', async () => {
    const { failed } = await read([await put('a', gzipSync(gzipSync(gzipSync(gzipSync(page)))))]);
    expect(failed).toEqual({ a: 'is packed more than 3 times over' });
    const tarred = await tar([{ name: 'b', content: gzipSync(gzipSync(page)) }]);
    const nested = await read([await put('a', gzipSync(tarred))]);
    expect(nested.failed).toEqual({ 'a › b': 'is packed more than 3 times over' });
  });

  test('how many entries an archive has', async () => {
    const members = ['1', '2', '3'].map((name) => ({ name, content: page }));
    const { failed, records } = await read([await put('a.zip', zip(members))], { entries: 2 });
    expect(failed).toEqual({ 'a.zip': 'has 3 entries, more than the 2 allowed' });
    expect(records).toEqual({});
    const streamed = await read([await put('a.tar', await tar(members))], { entries: 2 });
    expect(streamed.failed).toEqual({ 'a.tar': 'has more than the 2 entries allowed' });
    expect(Object.keys(streamed.records)).toEqual(['a.tar › 1', 'a.tar › 2']);
  });

  test('how long a record is', async () => {
    const line = JSON.stringify({ text: 'x'.repeat(3_000_000) });
    const { records, events } = await read([await put('a', `{"a":1}\n${line}\n{"b":2}\n`)], { recordBytes: 10_000 });
    expect(records).toEqual({ a: both });
    expect(events).toContainEqual(expect.objectContaining({ kind: 'rejected', place: 'line 2' }));
  });
});

test('a caller that stops early leaves nothing behind', async () => {
  const list = JSON.stringify(
    Array.from({ length: 100_000 }, (_, index) => ({ index, text: `${Math.sin(index)}`.repeat(5) })),
  );
  const inner = zip([{ name: 'a', content: list, method: 'stored' }]);
  expect(inner.length).toBeGreaterThan(8 * 1024 * 1024);
  const paths = [
    await put('plain', list),
    await put('gzip', gzipSync(list)),
    await put('zstd', zstdCompressSync(list)),
    await put('zip', zip([{ name: 'a', content: list }])),
    await put('zipzip', zip([{ name: 'inner', content: inner }])),
    await put('tar', await tar([{ name: 'a', content: list }])),
    await put('tgz', gzipSync(await tar([{ name: 'a', content: list }]))),
  ];
  const before = await openFiles();
  for (const path of paths) {
    for await (const event of readInputs([path])) if (event.kind === 'records') break;
    expect(await openFiles()).toBe(before);
  }
});

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
  ['nothing', (text: string) => Buffer.from(text)],
])('a caller can stop while a stream packed in %s has not ended', async (_, pack) => {
  const list = JSON.stringify(Array.from({ length: 50_000 }, (_, index) => Math.sin(index)));
  const packed = pack(list);
  const stdin = new PassThrough();
  stdin.write(packed.subarray(0, packed.length / 2));
  for await (const event of readInputs(['-'], { stdin })) if (event.kind === 'records') break;
  expect(stdin.destroyed).toBe(true);
});

/** On Linux: elsewhere always the same number. */
async function openFiles(): Promise<number> {
  return (await readdir('/proc/self/fd').catch(() => [])).length;
}
