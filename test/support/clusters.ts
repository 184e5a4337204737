import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isAlive, killTree, postmasterOf, processesOf, signal } from './cluster-processes.ts';
import { asServerUser, freePort, postgresPrograms } from './server-programs.ts';

const run = promisify(execFile);

/** Where clusters are: every user may write there, also postgres, as whom they run when the tests run as root. */
const home = '/tmp';
const prefix = 'openthreat-cluster';

export interface ClusterOptions {
  /** Settings of postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

const small = {
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  shared_buffers: '32MB',
  max_connections: '60',
  wal_keep_size: '256MB',
  hot_standby_feedback: 'on',
  wal_receiver_status_interval: '1s',
  wal_retrieve_retry_interval: '200ms',
} as const;

/**
 * A PostgreSQL server of a test's own, with its data in a folder of /tmp: a primary, or a standby of one. It ends with the
 * process that began it; what one left that was killed, the next one clears away.
 */
export class Cluster {
  readonly port: number;
  readonly folder: string;
  readonly #programs: string;

  private constructor(programs: string, port: number) {
    this.#programs = programs;
    this.port = port;
    this.folder = join(home, `${prefix}-${process.pid}-${port}`);
    own.add(this);
  }

  /** A new primary, started. */
  static async primary({ settings = {} }: ClusterOptions = {}): Promise<Cluster> {
    clearAbandoned();
    const cluster = new Cluster(programs(), await freePort());
    const how = ['-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
    await asServerUser(join(cluster.#programs, 'initdb'), ['-D', cluster.folder, ...how]);
    await cluster.start(settings);
    return cluster;
  }

  /** A standby of this one, started: a copy that follows it. Its name for `synchronous_standby_names` is `name`. */
  async standby(name: string, { settings = {} }: ClusterOptions = {}): Promise<Cluster> {
    const cluster = new Cluster(this.#programs, await freePort());
    const from = ['-d', this.conninfo(name), '-D', cluster.folder];
    await asServerUser(join(this.#programs, 'pg_basebackup'), [
      ...from,
      '-R',
      '-X',
      'stream',
      '-c',
      'fast',
      '--no-sync',
    ]);
    await cluster.start(settings);
    return cluster;
  }

  /** Where a standby finds this one. */
  conninfo(name: string): string {
    return `host=127.0.0.1 port=${this.port} user=postgres application_name=${name}`;
  }

  /** The URL of one of its databases. */
  url(database = 'postgres'): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/${database}`;
  }

  /** Starts it and waits until it answers, also after it was killed. */
  async start(settings: Readonly<Record<string, string>> = {}): Promise<void> {
    const all = { ...small, port: String(this.port), unix_socket_directories: '', ...settings };
    const options = Object.entries(all).map(([name, value]) => `-c ${name}='${value}'`);
    const log = join(this.folder, 'server.log');
    const args = ['-D', this.folder, '-w', '-t', '60', '-l', log, '-o', options.join(' '), 'start'];
    await asServerUser(join(this.#programs, 'pg_ctl'), args).catch((error: unknown) => {
      throw new Error(`PostgreSQL did not start: ${logOf(log)}`, { cause: error });
    });
  }

  /** Stops it in order: `fast` ends connections, `immediate` as a crash does. */
  async stop(mode: 'fast' | 'immediate' = 'fast'): Promise<void> {
    if (this.pid === null) return;
    await asServerUser(join(this.#programs, 'pg_ctl'), ['-D', this.folder, '-w', '-t', '60', '-m', mode, 'stop']);
  }

  /** kill -9 of all its processes: nothing more is written, and nobody is told. */
  kill(): void {
    killTree(this.folder);
  }

  /** Stops all its processes where they are (SIGSTOP), as a machine that hangs; `thaw` lets them go on. */
  freeze(): void {
    for (const pid of processesOf(this.folder)) signal(pid, 'SIGSTOP');
  }

  thaw(): void {
    for (const pid of processesOf(this.folder)) signal(pid, 'SIGCONT');
  }

  /** Makes a standby a primary. */
  async promote(): Promise<void> {
    await asServerUser(join(this.#programs, 'pg_ctl'), ['-D', this.folder, '-w', '-t', '60', 'promote']);
  }

  /** Makes a standby follow another primary. */
  async follow(primary: Cluster, name: string): Promise<void> {
    await this.sql(`ALTER SYSTEM SET primary_conninfo = '${primary.conninfo(name)}'`);
    await this.sql('SELECT pg_reload_conf()');
  }

  /** Lets a standby fall behind: it receives, and does not apply. */
  async pauseReplay(): Promise<void> {
    await this.sql('SELECT pg_wal_replay_pause()');
  }

  async resumeReplay(): Promise<void> {
    await this.sql('SELECT pg_wal_replay_resume()');
  }

  /** Runs one statement, in a connection of its own, and returns what it prints: rows in lines, columns between |. */
  async sql(statement: string, database = 'postgres'): Promise<string> {
    const args = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', this.url(database), '-c', statement];
    return (await run(join(this.#programs, 'psql'), args)).stdout.trim();
  }

  /** Waits until this standby has applied everything that `primary` has written. */
  async caughtUp(primary: Cluster): Promise<void> {
    const lsn = await primary.sql('SELECT pg_current_wal_flush_lsn()');
    await until(async () => (await this.sql(`SELECT pg_last_wal_replay_lsn() >= '${lsn}'`)) === 't');
  }

  /** The number of its first process; null when it does not run. */
  get pid(): number | null {
    return postmasterOf(this.folder);
  }

  /** Ends it at once and takes its folder away. */
  destroy(): void {
    own.delete(this);
    clear(this.folder);
  }
}

/** Waits until something holds. @throws when it does not within `seconds` */
export async function until(holds: () => Promise<boolean>, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > end) throw new Error(`it did not happen within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const own = new Set<Cluster>();
process.once('exit', () => {
  for (const cluster of own) clear(cluster.folder);
});

function programs(): string {
  return postgresPrograms() ?? fail('There are no programs of PostgreSQL 15 or newer.');
}

function fail(why: string): never {
  throw new Error(why);
}

/** Clears away what processes left that were killed. */
function clearAbandoned(): void {
  for (const name of readdirSync(home)) {
    const owner = new RegExp(`^${prefix}-(\\d+)-\\d+$`).exec(name)?.[1];
    if (owner !== undefined && Number(owner) !== process.pid && !isAlive(Number(owner))) clear(join(home, name));
  }
}

function clear(folder: string): void {
  killTree(folder);
  rmSync(folder, { recursive: true, force: true });
}

function logOf(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-2000) : 'it left no log.';
}
