import { loadConfig } from '../config.ts';
import { AppError, messageOf } from '../errors.ts';
import { Context } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { Output } from './output.ts';
import { report, run } from './run.ts';
import { traceIfWanted } from './trace.ts';

const output = new Output(process.stdout, process.stderr);

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

async function main(argv: readonly string[]): Promise<number> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader of a pipe has seen enough (`openthreat search … | head`).
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  let context: Context | null = null;
  let stopTracing = async () => {};
  try {
    const config = loadConfig();
    stopTracing = await traceIfWanted(config, output);
    context = new Context(config, output, interruptSignal());
    return await run(context, argv);
  } catch (error) {
    return report(error, output);
  } finally {
    await context?.close().catch((error: unknown) => output.say(`openthreat: closing: ${messageOf(error)}`));
    await stopTracing();
  }
}

process.exitCode = await main(process.argv.slice(2));
