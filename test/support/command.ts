import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export const main = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** A running `openthreat` command. */
export class RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #ended: Promise<CommandResult>;
  #stdout = '';
  #stderr = '';

  constructor(env: Readonly<Record<string, string>>, args: readonly string[]) {
    this.child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
      env: { ...process.env, DATABASE_URL: '', ...env },
    });
    this.child.stdin.on('error', () => {}); // it may end without having read everything
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.#ended = new Promise((resolve) => {
      this.child.once('close', (code, signal) => resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr }));
    });
  }

  async ended(): Promise<CommandResult> {
    return this.#ended;
  }

  async end(signal: NodeJS.Signals): Promise<CommandResult> {
    this.child.kill(signal);
    return this.#ended;
  }
}

/** Runs `openthreat` with these arguments to its end. */
export async function openthreat(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  stdin: string | Buffer = '',
): Promise<CommandResult> {
  const command = new RunningCommand(env, args);
  command.child.stdin.end(stdin);
  return command.ended();
}

/** Runs a command that must succeed, and returns the JSON that it prints. */
export async function json<T = Record<string, unknown>>(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<T> {
  const { code, stdout, stderr } = await openthreat(env, [...args, '--json']);
  if (code !== 0) throw new Error(`openthreat ${args.join(' ')} ended with ${code}: ${stderr}`);
  return JSON.parse(stdout) as T;
}
