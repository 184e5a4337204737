import type { Argument, Command, Option } from 'commander';
import { commands } from '../../src/cli/commands.ts';
import { Context } from '../../src/cli/context.ts';
import { doctorExitCodes, exitCodes, foundExitCode } from '../../src/cli/exit-codes.ts';
import { Output } from '../../src/cli/output.ts';
import { createProgram } from '../../src/cli/program.ts';
import { loadConfig } from '../../src/config.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { code, markdownTable } from './table.ts';

/** The command line as the program defines it, to be looked at and not to be run. */
export function program(): Command {
  return createProgram(
    new Context(loadConfig({}), new Output(process.stdout, process.stderr), new AbortController().signal),
    commands,
  );
}

/** A command with all words that call it: `openthreat db query`. */
export interface Described {
  readonly name: string;
  readonly command: Command;
}

/** Every command that does something, in the order of `--help`. */
export function allCommands(command: Command = program(), before = ''): Described[] {
  const name = `${before}${command.name()}`;
  const below = command.commands.flatMap((child) => allCommands(child, `${name} `));
  return command.commands.length > 0 ? below : [{ name, command }];
}

/** docs/CLI.md, from commander's definitions. */
export function commandReference(): string {
  const all = allCommands();
  const list = markdownTable(
    ['command', 'what it does'],
    all.map(({ name, command }) => [`[${code(name)}](#${name.replaceAll(' ', '-')})`, command.description()]),
  );
  const global = program().options.map((o) => `- ${code(o.flags)}: ${o.description}`);
  return [
    list,
    `Everywhere:\n\n${global.join('\n')}\n- ${code('-h, --help')}: the help of a command`,
    ...all.map(described),
  ].join('\n\n');
}

function described({ name, command }: Described): string {
  const parent = command.parent as (Command & { _defaultCommandName?: string | null }) | null;
  const short =
    parent?._defaultCommandName === command.name() ? ` ${code(name.replace(/ \S+$/, ''))} alone does the same.` : '';
  const parts = [
    `### ${name}`,
    `${sentence(command.description())}${short}`,
    `\`\`\`text\n${name} ${command.usage()}\n\`\`\``,
    ...(command.registeredArguments.length > 0
      ? [markdownTable(['argument', 'meaning'], command.registeredArguments.map(argumentRow))]
      : []),
    ...(command.options.length > 0 ? [markdownTable(['option', 'meaning'], command.options.map(optionRow))] : []),
  ];
  return parts.join('\n\n');
}

function argumentRow(a: Argument): string[] {
  const name = a.variadic ? `${a.name()}…` : a.name();
  return [code(a.required ? `<${name}>` : `[${name}]`), `${a.description}${standard(a.defaultValue)}`];
}

function optionRow(o: Option): string[] {
  const choices = o.argChoices ? `: ${o.argChoices.map(code).join(', ')}` : '';
  return [
    code(o.flags),
    `${o.description}${choices}${o.mandatory ? ' (required)' : ''}${standard(o.negate ? undefined : o.defaultValue)}`,
  ];
}

function standard(value: unknown): string {
  return value === undefined ? '' : ` (by default ${code(String(value))})`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** What each code of an error means, in words for the reader of a script. */
const meanings: Record<ErrorCode, string> = {
  invalid_input: 'an argument, option or document of yours cannot be used',
  invalid_query: 'the search cannot be understood',
  invalid_setting: 'a setting has a value that it cannot have',
  not_found: 'there is no such CVE, file, table, revision or program',
  unauthorized: 'the HTTP API wants a key',
  forbidden: 'the key, or the role, does not allow it',
  too_large: 'more input than is taken at once',
  rate_limited: 'too many requests in a minute',
  overloaded: 'too much to do just now: try again',
  source_malformed: 'a document is not what it should be; the others were loaded',
  source_unreachable: 'a source cannot be reached',
  database_unreachable: 'the database does not answer, or refuses the login',
  database_outdated: 'migrations are pending: `openthreat setup`',
  database_newer: 'a newer program has migrated the database',
  database_full: 'no room left on the disk, or no memory',
  database_refused: 'the database refused a statement: a permission, a constraint, a mistake in SQL',
  schema_drift: 'the schema is not what the program needs',
  locked: 'somebody else holds what is needed',
  interrupted: 'stopped by Ctrl-C, or a question was not answered with yes',
};

/** The exit codes, from the program's own list. */
export function exitCodeTable(): string {
  const codes = new Map<number, string[]>();
  for (const [name, exit] of Object.entries(exitCodes) as [ErrorCode, number][]) {
    codes.set(exit, [...(codes.get(exit) ?? []), meanings[name]]);
  }
  codes.set(foundExitCode, ['`ioc check --fail` found something known']);
  codes.set(doctorExitCodes.warning, ['`doctor` found something to be seen to']);
  codes.set(doctorExitCodes.critical, ['`doctor` found something that does harm now']);
  const rows = [...codes].sort(([a], [b]) => a - b).map(([exit, texts]) => [String(exit), texts.join('; or ')]);
  return markdownTable(['code', 'meaning'], [['0', 'done'], ['1', 'an error of ours: please report it'], ...rows]);
}
