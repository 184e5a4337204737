import { Writable } from 'node:stream';
import { Context } from '../../src/cli/context.ts';
import { Output } from '../../src/cli/output.ts';
import { run } from '../../src/cli/run.ts';
import { loadConfig } from '../../src/config.ts';

/** What a command said that ran in this process. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command as `openthreat` does, in this process: a tenth of the time. Not for what ends by signals or reads standard input. */
export async function runHere(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<Said> {
  const stdout = new Sink();
  const stderr = new Sink();
  const context = new Context(loadConfig(env), new Output(stdout, stderr), new AbortController().signal);
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const code = await run(context, args);
    return { code, stdout: stdout.text, stderr: stderr.text };
  } finally {
    process.exitCode = before;
    await context.close();
  }
}

/** Keeps what is written. */
export class Sink extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
