import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** At which moment of a COMMIT the connection breaks: before the server hears of it, or when it has answered. */
export type Break = 'before' | 'after';

/** A way to a server that can be broken in the middle of a commit. */
export class Interruptible {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** How the next COMMIT goes wrong; null: it does not. */
  next: Break | null = null;

  private constructor(port: number) {
    this.#server = createServer((client) => this.#join(client, connect(port, '127.0.0.1')));
  }

  static async to(port: number): Promise<Interruptible> {
    const way = new Interruptible(port);
    way.#server.listen(0, '127.0.0.1');
    await once(way.#server, 'listening');
    return way;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, upstream: Socket): void {
    let isDeaf = false;
    const end = () => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (chunk) => {
      // A COMMIT goes as a message of its own in the simple protocol: Q, its length, the text.
      const how = chunk.toString('latin1').includes('COMMIT\0') ? this.next : null;
      if (how) this.next = null;
      if (how === 'before') return end();
      isDeaf ||= how === 'after';
      return upstream.write(chunk);
    });
    upstream.on('data', (chunk) => (isDeaf ? end() : client.write(chunk)));
  }
}
