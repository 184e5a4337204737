import { chmodSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { AppError } from '../../errors.ts';
import { Client, type Welcome } from './client.ts';
import type { Engine } from './engine.ts';
import { Floor } from './floor.ts';

/** Where to listen: a socket file, or a free port of the loopback interface guarded by a password. */
export type ListenAt = { readonly socketPath: string } | { readonly password: string };

const idleInTransactionMs = 5 * 60_000;

/** Lets PostgreSQL clients talk to the engine over a socket. */
export class WireServer {
  readonly #server: Server;
  readonly #floor: Floor;
  readonly #clients = new Set<Client>();

  private constructor(engine: Engine, welcome: Welcome, onDeath: (report: Error) => void) {
    this.#floor = new Floor(engine, idleInTransactionMs, (report) => {
      const isFull = report instanceof AppError && report.code === 'database_full';
      this.#dropAll(isFull ? '53100' : '57P02', report.message);
      onDeath(report);
    });
    // Half-open: a client may close its side right after its last statement and still have it done.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      const client = new Client(socket, this.#floor, welcome);
      this.#clients.add(client);
      socket.on('close', () => this.#clients.delete(client));
    });
  }

  /** Listens. Returns the server and its port, which is null for a socket file. */
  static async listen(
    engine: Engine,
    at: ListenAt,
    onDeath: (report: Error) => void,
  ): Promise<{ server: WireServer; port: number | null }> {
    const password = 'password' in at ? at.password : null;
    const server = new WireServer(engine, { serverVersion: engine.serverVersion, password }, onDeath);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      if ('socketPath' in at) server.#server.listen(at.socketPath, resolve);
      else server.#server.listen(0, '127.0.0.1', resolve);
    });
    if ('socketPath' in at) chmodSync(at.socketPath, 0o600);
    const address = server.#server.address();
    return { server, port: address && typeof address === 'object' ? address.port : null };
  }

  /** How many clients have work in hand. */
  get atWork(): number {
    return this.#floor.atWork;
  }

  /** Lets nobody in any more, waits until all work in hand is done or `limitMs` are over, and ends all connections. */
  async close(limitMs: number): Promise<void> {
    this.#server.close();
    const limit = new Promise<void>((resolve) => setTimeout(resolve, limitMs).unref());
    await Promise.race([this.#floor.quiet(), limit]);
    // Sent before a statement is read, so a client that gets it instead of an answer may safely ask again elsewhere.
    this.#dropAll('57P01', 'terminating connection due to administrator command');
    await this.#floor.quiet();
  }

  #dropAll(sqlState: string, text: string): void {
    for (const client of this.#clients) client.drop(sqlState, text);
  }
}
