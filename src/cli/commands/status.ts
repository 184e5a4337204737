import { setTimeout } from 'node:timers/promises';
import type { Command } from 'commander';
import { AppError } from '../../errors.ts';
import type { Context } from '../context.ts';
import { plain } from '../output.ts';
import { Redraw } from '../status/redraw.ts';
import { statusScreen } from '../status/screen.ts';
import { StatusReader } from '../status/status.ts';
import { wholeNumber } from './runs.ts';

const usualSeconds = 5;

/** `openthreat status`: how everything is, on one screen. */
export function registerStatus(program: Command, context: Context): void {
  program
    .command('status')
    .description('how everything is, on one screen: data, database, backup, work in hand, sources')
    .option(
      '--watch [seconds]',
      `show it again every ${usualSeconds} seconds, or so many, until Ctrl-C`,
      wholeNumber(86_400),
    )
    .option('--json', 'print JSON; with --watch one line each time')
    .action(async (options: { watch?: number | true; json?: true }) => {
      const reader = new StatusReader(await context.rawDatabase(), context.config);
      if (options.watch !== undefined) {
        return watch(context, reader, options.watch === true ? usualSeconds : options.watch, options.json === true);
      }
      const status = await reader.read(new Date());
      if (options.json) context.output.json(status);
      else context.output.print(statusScreen(status));
    });
}

async function watch({ output, signal }: Context, reader: StatusReader, seconds: number, json: boolean): Promise<void> {
  const { stdout } = process;
  const screen = () => ({ isTerminal: output.isTerminal, columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const redraw = new Redraw(output, screen);
  while (!signal.aborted) {
    const status = await reader.read(new Date()).catch(whyNot);
    if (json) output.print(JSON.stringify(status));
    else redraw.draw('trouble' in status ? plain(status.trouble) : statusScreen(status));
    await setTimeout(seconds * 1000, undefined, { signal }).catch(() => null);
  }
}

/** A database that is away may come back: that is told, and looked at again. */
function whyNot(error: unknown): { readonly at: string; readonly trouble: string } {
  if (error instanceof AppError) return { at: new Date().toISOString(), trouble: error.message };
  throw error;
}
