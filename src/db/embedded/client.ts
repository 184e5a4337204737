import { randomInt, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Floor, Group, Speaker } from './floor.ts';
import { cleartextPasswordRequest, code, FrameReader, fatal, greeting, int32, message, textAt } from './frames.ts';
import { StatementGuard } from './statements.ts';

export interface Welcome {
  readonly serverVersion: string;
  readonly password: string | null;
}

/** One connection of a client: lets it in, gathers its messages into groups, and hands the answers back. */
export class Client implements Speaker {
  readonly #socket: Socket;
  readonly #floor: Floor;
  readonly #welcome: Welcome;
  readonly #id = randomInt(1, 2 ** 31 - 1);
  readonly #guard = new StatementGuard(this.#id);
  readonly #reader = new FrameReader();
  readonly #groups: Group[] = [];
  #phase: 'startup' | 'password' | 'ready' = 'startup';
  #messages: Buffer[] = [];
  #ended = false;
  #left = false;

  constructor(socket: Socket, floor: Floor, welcome: Welcome) {
    this.#socket = socket;
    this.#floor = floor;
    this.#welcome = welcome;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => this.#end());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#leave());
  }

  get gone(): boolean {
    return this.#left;
  }

  get hasGroup(): boolean {
    return this.#groups.length > 0;
  }

  get changedSettings(): boolean {
    return this.#guard.changedSettings;
  }

  set changedSettings(value: boolean) {
    this.#guard.changedSettings = value;
  }

  take(): Group | null {
    this.#socket.cork();
    return this.#groups.shift() ?? null;
  }

  answer(bytes: Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }

  answered(): void {
    this.#socket.uncork();
    if (this.#ended && !this.hasGroup) this.#socket.end();
  }

  /** Ends the connection with a reason. */
  drop(sqlState: string, text: string): void {
    if (!this.#socket.destroyed) this.#socket.end(fatal(sqlState, text));
    this.#leave();
  }

  #read(chunk: Buffer): void {
    if (this.#ended || this.#left) return;
    this.#reader.push(chunk);
    try {
      while (this.#step());
    } catch (error) {
      this.drop('08P01', error instanceof Error ? error.message : String(error));
    }
  }

  /** Works on one message. Returns whether there may be another. */
  #step(): boolean {
    if (this.#left || this.#ended) return false;
    const frame = this.#phase === 'startup' ? this.#reader.startup() : this.#reader.next();
    if (!frame) return false;
    if (this.#phase === 'startup') this.#startup(frame);
    else if (this.#phase === 'password') this.#checkPassword(frame);
    else this.#gather(frame);
    return true;
  }

  #startup(frame: Buffer): void {
    const request = frame.length >= 8 ? frame.readInt32BE(4) : 0;
    if (request === code.sslRequest || request === code.gssRequest) {
      this.#socket.write('N');
    } else if (request === code.cancelRequest) {
      this.#socket.destroy();
    } else if (request >> 16 !== code.protocol3 >> 16) {
      this.drop('08P01', 'unsupported protocol version');
    } else {
      if (request > code.protocol3) this.#socket.write(message('v', int32(0), int32(0)));
      this.#authenticate();
    }
  }

  #authenticate(): void {
    if (this.#welcome.password === null) {
      this.#letIn();
    } else {
      this.#phase = 'password';
      this.#socket.write(cleartextPasswordRequest());
    }
  }

  #letIn(): void {
    this.#phase = 'ready';
    this.#socket.write(greeting(this.#welcome.serverVersion, this.#id));
  }

  #checkPassword(frame: Buffer): void {
    const given = Buffer.from(textAt(frame, 5));
    const wanted = Buffer.from(this.#welcome.password ?? '');
    const right = frame[0] === 0x70 && given.length === wanted.length && timingSafeEqual(given, wanted);
    if (right) this.#letIn();
    else this.drop('28P01', 'password authentication failed');
  }

  #gather(frame: Buffer): void {
    const type = String.fromCharCode(frame[0] ?? 0);
    if (type === 'X') this.#end();
    else this.#messages.push(this.#guard.guard(frame));
    if (!'SHQF'.includes(type)) return;
    this.#groups.push({ messages: this.#messages, endsWithFlush: type === 'H' });
    this.#messages = [];
    this.#floor.request(this);
  }

  /** The client says no more; what it asked for is still done. */
  #end(): void {
    this.#ended = true;
    if (!this.hasGroup) this.#socket.end();
  }

  #leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.#groups.length = 0;
    this.#floor.leave(this, this.#guard.forget());
  }
}
