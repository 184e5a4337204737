import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

/** The folder of PostgreSQL's programs, 15 or newer; null where there are none. */
export function postgresPrograms(): string | null {
  const versions = ['15', '16', '17', '18'];
  const folders = [
    ...versions.flatMap((v) => [
      `/usr/lib/postgresql/${v}/bin`,
      `/usr/pgsql-${v}/bin`,
      `/opt/homebrew/opt/postgresql@${v}/bin`,
    ]),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  return folders.find((folder) => ['initdb', 'pg_basebackup'].every((name) => existsSync(join(folder, name)))) ?? null;
}

/** A program in the PATH or among those of the system's administrator; null where it is not installed. */
export function systemProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

/** A port of this machine that nobody listens on just now. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Runs a program to its end as the user that servers run as: postgres for root, whom PostgreSQL refuses. */
export async function asServerUser(program: string, args: readonly string[]): Promise<string> {
  const [file, all] = isRoot ? ['runuser', ['-u', 'postgres', '--', program, ...args]] : [program, [...args]];
  const { stdout } = await run(file, all, { cwd: '/', env: { PATH: process.env.PATH ?? '', LC_ALL: 'C.UTF-8' } });
  return stdout;
}
