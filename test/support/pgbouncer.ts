import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cluster, until } from './clusters.ts';
import { onServer } from './server.ts';
import { freePort, systemProgram } from './server-programs.ts';

/** PgBouncer's program; null where it is not installed. */
export const bouncerProgram = (): string | null => systemProgram('pgbouncer');

/** A real PgBouncer in transaction mode before a cluster, on a port of its own. */
export class Bouncer {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(port: number, folder: string, process_: ChildProcess) {
    this.port = port;
    this.#folder = folder;
    this.#process = process_;
  }

  /** Few connections to the server, so that clients share them all the time. */
  static async before(cluster: Cluster): Promise<Bouncer> {
    const program = bouncerProgram();
    if (program === null) throw new Error('PgBouncer is not installed');
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), 'openthreat-pgbouncer-'));
    const file = join(folder, 'pgbouncer.ini');
    writeFileSync(join(folder, 'users.txt'), '"postgres" ""\n');
    writeFileSync(
      file,
      `[databases]
* = host=127.0.0.1 port=${cluster.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${join(folder, 'users.txt')}
pool_mode = transaction
default_pool_size = 3
reserve_pool_size = 0
max_client_conn = 200
admin_users = postgres
`,
    );
    // It refuses to run as root; what it may read is not secret here.
    const isRoot = process.getuid?.() === 0;
    const [command, args]: [string, string[]] = isRoot
      ? ['setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', '--pdeathsig=KILL', program, '-q', file]]
      : [program, ['-q', file]];
    if (isRoot) chmodSync(folder, 0o755);
    const child = spawn(command, args, { stdio: 'ignore' });
    const bouncer = new Bouncer(port, folder, child);
    await until(async () => {
      await onServer(bouncer.url(), 'SELECT 1');
      return true;
    }, 20);
    return bouncer;
  }

  url(database = 'postgres'): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/${database}`;
  }

  stop(): void {
    this.#process.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
