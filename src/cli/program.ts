import { Command } from 'commander';
import type { Context } from './context.ts';
import { version } from './version.ts';

/** The command line: what it understands, and the work behind each command. docs/CLI.md is generated from all of them. */
export function createProgram(
  context: Context,
  commands: readonly ((program: Command, context: Context) => void)[],
): Command {
  const program = new Command('openthreat')
    .description('Threat intelligence in one database: what must I fix first, why, and who says so?')
    .version(version(), '--version', 'show the version of openthreat')
    .option('--debug', 'show where an error came from')
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for the options)')
    .hook('preAction', (_, command) => context.audit.called(command));
  for (const register of commands) register(program, context);
  return program;
}
