import type { Command } from 'commander';
import type { Context } from './context.ts';

/** Every command of the program, in the order of `--help`. A new command is one file and one line here. */
export const commands: readonly ((program: Command, context: Context) => void)[] = [];
