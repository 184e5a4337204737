import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { AppError } from '../../errors.ts';
import { type EmbeddedAddress, socketName } from './owner-file.ts';
import type { ListenAt } from './server.ts';
import type { WorkerEvent, WorkerInput } from './worker.ts';

/** Longer paths do not fit into the address of a Unix socket everywhere. */
const longestSocketPath = 100;

/** An embedded server that runs in a worker thread of this process. */
export class HostedServer {
  readonly address: EmbeddedAddress;
  readonly #worker: Worker;
  readonly #say: (text: string) => void;
  #dying: Promise<unknown> | null = null;

  private constructor(worker: Worker, address: EmbeddedAddress, say: (text: string) => void) {
    this.#worker = worker;
    this.address = address;
    this.#say = say;
  }

  /**
   * Starts it with its socket in `folder`.
   * @param onDeath called when it ends by itself
   * @throws AppError when the database cannot be opened
   */
  static async start(
    folder: string,
    pgdata: string | null,
    say: (text: string) => void,
    onDeath: () => void,
  ): Promise<HostedServer> {
    const socketPath = join(folder, socketName);
    const withSocket = process.platform !== 'win32' && Buffer.byteLength(socketPath) <= longestSocketPath;
    if (withSocket) rmSync(socketPath, { force: true });
    const listenAt: ListenAt = withSocket ? { socketPath } : { password: randomBytes(24).toString('base64url') };
    const worker = new Worker(workerFile, { workerData: { pgdata, listenAt } satisfies WorkerInput, stdout: false });
    const event = await firstEvent(worker).catch(async (error: unknown) => {
      await worker.terminate();
      throw error;
    });
    if (event.kind !== 'ready') {
      await worker.terminate();
      throw event.kind === 'failed' ? new AppError(event.code, event.message) : stopped();
    }
    const address =
      'password' in listenAt
        ? { host: '127.0.0.1', port: event.port ?? 0, password: listenAt.password }
        : { host: folder, port: 5432, password: null };
    const server = new HostedServer(worker, address, say);
    server.#watch(onDeath);
    return server;
  }

  /** Resolves when a server that is about to end by itself has ended; at once for one that works. */
  async settled(): Promise<void> {
    await this.#dying;
  }

  /** Waits for the work in hand of all clients, checkpoints and ends the server. */
  async close(): Promise<void> {
    this.#worker.ref();
    const ended = new Promise<void>((resolve) => {
      this.#worker.on('message', (event: WorkerEvent) => {
        if (event.kind === 'waiting') {
          this.#say(`Waiting for ${event.clients} other user(s) of the embedded database to finish their work.`);
        } else resolve();
      });
      this.#worker.once('exit', () => resolve());
    });
    this.#worker.postMessage('close');
    await ended;
    await this.#worker.terminate();
  }

  #watch(onDeath: () => void): void {
    this.#worker.on('message', (event: WorkerEvent) => {
      if (event.kind === 'died') this.#dying = this.#worker.terminate();
    });
    this.#worker.once('exit', onDeath);
    // A process that has nothing left to do may end; what is committed is safe without a clean close.
    this.#worker.unref();
  }
}

// Compiled or not, the worker's file is the neighbour of this one and has its extension.
const workerFile = new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

async function firstEvent(worker: Worker): Promise<WorkerEvent> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(stopped()));
  });
}

function stopped(): AppError {
  return new AppError('database_unreachable', 'The embedded database ended while it started. Run the command again.');
}
