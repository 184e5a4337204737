import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { PGlite, type PGliteOptions } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import type { AppError } from '../../errors.ts';
import { DurableFs } from './durable-fs.ts';
import { checkVersion, deathReport, startFailure } from './failures.ts';
import { message, type TransactionStatus } from './frames.ts';

const settings = {
  search_path: 'public',
  exit_on_error: 'false',
  log_checkpoints: 'false',
  max_worker_processes: '0',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  io_method: 'sync',
  jit: 'off',
  shared_buffers: '256MB',
  work_mem: '32MB',
  maintenance_work_mem: '128MB',
  wal_level: 'minimal', // nothing replicates from here, and index builds need no log
  max_wal_senders: '0',
  wal_buffers: '16MB',
  wal_sync_method: 'fsync', // fdatasync does nothing in WebAssembly
  TimeZone: 'UTC',
};

/** Where the one session of the embedded database runs what clients send. */
export class Engine {
  readonly #db: PGlite;
  readonly #log: string[];
  #dead: unknown = null;
  #busyMs = 0;
  #checkpointAt = 0;
  serverVersion = '';

  private constructor(db: PGlite, log: string[]) {
    this.#db = db;
    this.#log = log;
    this.#watchForDeath();
  }

  /**
   * Opens the database in the folder `pgdata`, which is made first when it does not exist; null is for one in memory.
   * @throws AppError when the folder cannot be used
   */
  static async open(pgdata: string | null): Promise<Engine> {
    if (pgdata) await prepare(pgdata);
    const engine = await start(pgdata, pgdata ? 'openthreat' : 'postgres');
    const [row] = (
      await engine.#db.query<{ version: string; lsn: number }>(
        `SELECT current_setting('server_version') AS version, ${walPosition} AS lsn`,
      )
    ).rows;
    engine.serverVersion = row?.version ?? '';
    engine.#checkpointAt = row?.lsn ?? 0;
    return engine;
  }

  /** Starts an engine without preparing anything; `Engine.open` is for everyone else. */
  static async start(options: PGliteOptions): Promise<Engine> {
    const log: string[] = [];
    const remember = (line: string) => {
      log.push(line);
      if (log.length > 20) log.shift();
      return false;
    };
    try {
      return new Engine(await PGlite.create({ ...options, onStdout: remember, onStderr: remember }), log);
    } catch (error) {
      throw startFailure(error, log);
    }
  }

  /**
   * Runs whole messages up to and including a Sync, Flush or simple query, and hands on what the backend answers.
   * @returns the state of the session afterwards
   */
  async run(messages: Uint8Array, onData: (bytes: Buffer) => void): Promise<TransactionStatus> {
    if (this.#dead) throw this.#deathReport();
    const started = performance.now();
    let tail = Buffer.alloc(0);
    try {
      await this.#db.execProtocolRawStream(messages, {
        syncToFs: false,
        onRawData: (bytes) => {
          const copy = Buffer.from(bytes);
          tail = copy.length >= 6 ? copy : Buffer.concat([tail, copy]);
          onData(copy);
        },
      });
    } catch (error) {
      this.#dead ??= error;
    }
    if (this.#dead) throw this.#deathReport();
    this.#busyMs += performance.now() - started;
    return statusIn(tail) ?? (this.#db.isInTransaction() ? 'T' : 'I');
  }

  /** Runs SQL of our own between the clients' statements. */
  async execute(sql: string): Promise<void> {
    await this.run(message('Q', sql), () => {});
  }

  /** Without the background processes of a server nobody else limits the write-ahead log. Call it outside of transactions. */
  async checkpointIfDue(): Promise<void> {
    if (this.#busyMs < 2000 || this.#dead) return;
    this.#busyMs = 0;
    const position = await this.#walPosition();
    if (position - this.#checkpointAt < 512 * 1024 * 1024) return;
    await this.execute('CHECKPOINT');
    this.#checkpointAt = await this.#walPosition();
  }

  async #walPosition(): Promise<number> {
    return (await this.#db.query<{ lsn: number }>(`SELECT ${walPosition} AS lsn`)).rows[0]?.lsn ?? 0;
  }

  async exec(sql: string): Promise<void> {
    await this.#db.exec(sql);
  }

  async close(): Promise<void> {
    if (this.#dead) return;
    await this.execute('CHECKPOINT');
    await this.#db.close();
  }

  /**
   * PGlite's loop goes on after any exception, for ever when the backend is gone (a PANIC, memory used up). What is not the
   * backend's ordinary error jump ends the loop instead: `stackRestore` is the one call there whose exception gets out.
   */
  #watchForDeath(): void {
    const module = this.#db.Module;
    const loop = module._PostgresMainLoopOnce;
    module._PostgresMainLoopOnce = () => {
      try {
        return loop();
      } catch (error) {
        if ((error as { status?: number }).status !== ordinaryErrorJump) {
          this.#dead = error;
          module.stackRestore = () => {
            throw error;
          };
        }
        throw error;
      }
    };
  }

  #deathReport(): AppError {
    return deathReport(this.#dead, this.#log);
  }
}

const ordinaryErrorJump = 100; // POSTGRES_MAIN_LONGJMP in PGlite
const walPosition = `(pg_current_wal_insert_lsn() - '0/0')::float8`;

async function start(pgdata: string | null, database: string): Promise<Engine> {
  return Engine.start({
    ...(pgdata ? { fs: new DurableFs(pgdata) } : {}),
    database,
    initDbStartParams: ['--username=openthreat'],
    extensions: { pg_trgm, btree_gin },
    startParams: [
      '--single',
      ...(pgdata ? [] : ['-F']),
      '-O',
      '-j',
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
  });
}

/** Makes the folder when there is none. It gets its name only when it is whole, so an interrupted start leaves nothing half-made. */
async function prepare(pgdata: string): Promise<void> {
  if (existsSync(pgdata)) return checkVersion(pgdata);
  const unfinished = `${pgdata}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  try {
    const engine = await start(unfinished, 'postgres');
    await engine.exec('CREATE DATABASE openthreat');
    await engine.close();
    renameSync(unfinished, pgdata);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
}

/** The state in the ReadyForQuery message at the end of the backend's answer. */
function statusIn(tail: Buffer): TransactionStatus | null {
  const end = tail.subarray(-6);
  if (end.length < 6 || end[0] !== 0x5a || end.readInt32BE(1) !== 5) return null;
  return String.fromCharCode(end[5] ?? 0) as TransactionStatus;
}
