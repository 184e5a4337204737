import { Command } from 'commander';
import { commands } from './commands.ts';
import type { Context } from './context.ts';
import { version } from './version.ts';

/** The whole command line: what it understands, and the work behind each command. docs/CLI.md is generated from it. */
export function createProgram(context: Context): Command {
  const program = new Command('openthreat')
    .description('Threat intelligence in one database: what must I fix first, why, and who says so?')
    .version(version(), '--version', 'show the version of openthreat')
    .option('--debug', 'show where an error came from')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for the options)');
  for (const register of commands) register(program, context);
  return program;
}
