import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '../../support/clusters.ts';
import { type CommandResult, RunningCommand } from '../../support/command.ts';
import { freePort, systemProgram } from '../../support/server-programs.ts';

/** An `openthreat serve` of its own process and port, which may be killed and started again. */
export class ApiServer {
  readonly name: string;
  readonly url: string;
  /** Grows with every start: what one process wrote, it shows at once. */
  life = 0;
  readonly #env: Readonly<Record<string, string>>;
  readonly #port: number;
  #command: RunningCommand | null = null;

  private constructor(name: string, port: number, env: Readonly<Record<string, string>>) {
    this.name = name;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#env = env;
  }

  static async start(name: string, env: Readonly<Record<string, string>>): Promise<ApiServer> {
    const server = new ApiServer(name, await freePort(), env);
    await server.start();
    return server;
  }

  /** Starts it, and waits until it can answer. @throws when it ends instead */
  async start(): Promise<void> {
    const command = new RunningCommand(this.#env, ['serve', '--port', String(this.#port)]);
    this.#command = command;
    this.life++;
    let isOver = false;
    void command.ended().then(() => {
      isOver = true;
    });
    await until(async () => isOver || (await fetch(`${this.url}/health/ready`)).ok);
    if (isOver) throw new Error(`${this.name} did not start: ${(await command.ended()).stderr.slice(-2000)}`);
  }

  async end(signal: NodeJS.Signals): Promise<CommandResult | null> {
    const command = this.#command;
    this.#command = null;
    return (await command?.end(signal)) ?? null;
  }
}

/** A Redis of its own, which keeps nothing on disk. */
export class RedisServer {
  readonly port: number;
  readonly #program: string;
  #process: ChildProcess | null = null;

  private constructor(program: string, port: number) {
    this.#program = program;
    this.port = port;
  }

  /** @returns null where there is no Redis to start */
  static async start(): Promise<RedisServer | null> {
    const program = systemProgram('redis-server');
    if (program === null) return null;
    const redis = new RedisServer(program, await freePort());
    await redis.start();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ['--bind', '127.0.0.1', '--port', String(this.port), '--save', '', '--appendonly', 'no'];
    this.#process = spawn(this.#program, args, { stdio: 'ignore', cwd: '/tmp' });
    await until(async () => (await this.ask('PING')).startsWith('+PONG'));
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Sends one command without spaces in its words, and returns the answer as it comes. */
  async ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, '127.0.0.1', () => socket.write(`${command}\r\nQUIT\r\n`));
      let said = '';
      socket.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
      socket.on('error', reject).on('close', () => resolve(said));
    });
  }
}
