import { CommanderError } from 'commander';
import { AppError, messageOf } from '../errors.ts';
import type { Context } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { registersFor } from './one-command.ts';
import type { Output } from './output.ts';
import { createProgram } from './program.ts';

/** Runs the command that the arguments name, and ends its entry in the audit log. @returns the exit code */
export async function run(context: Context, argv: readonly string[]): Promise<number> {
  const { output } = context;
  let error: unknown = null;
  try {
    await createProgram(context, await registersFor(argv)).parseAsync(argv, { from: 'user' });
  } catch (thrown) {
    error = thrown;
  }
  const code = error === null ? Number(process.exitCode ?? 0) : report(error, output);
  try {
    await context.audit.ended(error, code);
    return code;
  } catch (failed) {
    output.say(`openthreat: the audit log could not be completed: ${messageOf(failed)}`);
    return code === 0 ? report(failed, output) : code;
  }
}

/** Says what went wrong, in one line; `--debug` adds where. @returns the exit code */
export function report(error: unknown, output: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.invalid_input;
  const debug = process.argv.includes('--debug');
  if (error instanceof AppError) {
    output.say(`openthreat: ${error.message}`);
    if (debug) output.say(String(error.stack) + (error.cause ? `\ncaused by: ${String(error.cause)}` : ''));
    return exitCodes[error.code];
  }
  output.say(`openthreat: unexpected: ${messageOf(error)} (please report this; --debug shows where)`);
  if (debug && error instanceof Error) output.say(String(error.stack));
  return 1;
}
