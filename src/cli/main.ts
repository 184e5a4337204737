import { CommanderError } from 'commander';
import { loadConfig } from '../config.ts';
import { AppError, messageOf } from '../errors.ts';
import { Context } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { Output } from './output.ts';
import { createProgram } from './program.ts';

const output = new Output(process.stdout, process.stderr);
const debug = process.argv.includes('--debug');

/** Ctrl-C once: the command stops after the work in hand. Twice: at once. */
function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new AppError('interrupted', 'Interrupted.'));
    if (output.interactive) output.say('\nStopping after the work in hand; press Ctrl-C again to stop at once.');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.invalid_input;
  if (error instanceof AppError) {
    output.say(`openthreat: ${error.message}`);
    if (debug) output.say(String(error.stack) + (error.cause ? `\ncaused by: ${String(error.cause)}` : ''));
    return exitCodes[error.code];
  }
  output.say(`openthreat: unexpected: ${messageOf(error)} (please report this; --debug shows where)`);
  if (debug && error instanceof Error) output.say(String(error.stack));
  return 1;
}

async function main(argv: readonly string[]): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of a pipe has seen enough (`openthreat search … | head`).
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  let context: Context | null = null;
  try {
    context = new Context(loadConfig(), output, interruptSignal());
    await createProgram(context).parseAsync(argv, { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    return report(error);
  } finally {
    await context?.close().catch((error: unknown) => output.say(`openthreat: closing: ${messageOf(error)}`));
  }
}

process.exitCode = await main(process.argv.slice(2));
