import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

export interface Member {
  readonly name: string;
  readonly content: string | Buffer;
  readonly method?: 'stored' | 'deflated' | 'zstd';
  /** Written over what is true. */
  readonly lies?: {
    readonly unpacked?: number;
    readonly crc32?: number;
    readonly method?: number;
    readonly flags?: number;
  };
}

const methods = { stored: 0, deflated: 8, zstd: 93 };

/** A zip archive, sound or not. */
export function zip(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, method = 'deflated', lies = {} } of members) {
    const plain = Buffer.from(content as string);
    const packed = method === 'stored' ? plain : method === 'zstd' ? zstdCompressSync(plain) : deflateRawSync(plain);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(lies.flags ?? 0x800, 2);
    common.writeUInt16LE(lies.method ?? methods[method], 4);
    common.writeUInt32LE(lies.crc32 ?? crc32(plain), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(lies.unpacked ?? plain.length, 18);
    common.writeUInt16LE(path.length, 22);
    const offset = Buffer.alloc(14);
    offset.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, offset, path);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, path, packed);
    at += 30 + path.length + packed.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/** A tar archive; a member's `header` is written over what is usual. */
export async function tar(
  members: readonly { readonly name: string; readonly content: string | Buffer; readonly header?: Partial<Header> }[],
): Promise<Buffer> {
  const archive = pack();
  for (const { name, content, header } of members) archive.entry({ name, ...header }, Buffer.from(content as string));
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
