import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How to reach the embedded database. `host` is the data folder, or the loopback address where there are no Unix sockets. */
export interface EmbeddedAddress {
  readonly host: string;
  readonly port: number;
  readonly password: string | null;
}

/** Who has the data folder open; `address` is null while it starts. */
export interface Owner {
  readonly pid: number;
  readonly since: string;
  readonly address: EmbeddedAddress | null;
}

const fileOf = (dataDir: string) => join(dataDir, 'owner.json');

/** Who owns the folder, as far as it says; null when nobody does, or when the file cannot be read. */
export function readOwner(dataDir: string): Owner | null {
  try {
    return JSON.parse(readFileSync(fileOf(dataDir), 'utf8')) as Owner;
  } catch {
    return null;
  }
}

export function writeOwner(dataDir: string, address: EmbeddedAddress | null): void {
  const owner: Owner = { pid: process.pid, since: new Date().toISOString(), address };
  const unfinished = `${fileOf(dataDir)}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, JSON.stringify(owner), { mode: 0o600 });
  renameSync(unfinished, fileOf(dataDir));
}

export function removeOwner(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true });
  rmSync(join(dataDir, socketName), { force: true });
}

/** The name by which PostgreSQL's clients look for a socket of port 5432 in a folder. */
export const socketName = '.s.PGSQL.5432';
