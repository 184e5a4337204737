import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Another process that has a database open and runs SQL for the test. */
export class SqlProcess {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  errors = '';

  private constructor(env: Readonly<Record<string, string>>) {
    const script = join(import.meta.dirname, 'sql-process.ts');
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script], {
      env: { ...process.env, DATABASE_URL: '', ...env },
    });
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.errors += chunk.toString();
    });
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Starts one; it has the database open when this resolves. */
  static async start(env: Readonly<Record<string, string>>): Promise<SqlProcess> {
    const started = new SqlProcess(env);
    await started.#answer();
    return started;
  }

  async query(sql: string): Promise<unknown> {
    this.child.stdin.write(`${sql}\n`);
    return this.#answer();
  }

  /** Lets it close the database and end. */
  async end(): Promise<void> {
    if (this.child.exitCode !== null) throw new Error(`the process ended early: ${this.errors}`);
    const exit = once(this.child, 'exit');
    this.child.stdin.end('exit\n');
    await exit;
  }

  async kill(): Promise<void> {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`the process ended: ${this.errors}`);
    return JSON.parse(value);
  }
}
