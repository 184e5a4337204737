import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { blocksOf, inlineCommands, openthreatLines } from '../../scripts/docs/blocks.ts';
import { program } from '../../scripts/docs/commands.ts';
import { pages } from '../../scripts/docs/pages.ts';

/** The commands of a page, also those that are not run: as words after `openthreat`. */
function commandsOf(markdown: string): string[] {
  const inBlocks = blocksOf(markdown)
    .filter((b) => ['sh', 'console'].includes(b.language))
    .flatMap(openthreatLines);
  return [...inBlocks, ...inlineCommands(markdown)].map((line) => line.replace(/^.*?(?<![/\w])openthreat /, ''));
}

/** What is wrong with a command line, or null. */
function problem(line: string): string | null {
  const words = line.match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  let command: Command = program();
  while (words[0] && command.commands.some((child) => child.name() === words[0])) {
    const next = words.shift();
    command = command.commands.find((child) => child.name() === next) ?? command;
  }
  const group = command;
  command = group.commands.find((child) => isDefaultOf(group, child)) ?? group;
  if (command.commands.length > 0 && words[0] !== '…')
    return `there is no command "${words[0] ?? ''}" of ${command.name()}`;
  const end = words.findIndex((word) => ['|', '||', '>', '<', '&&', '--', '#'].includes(word));
  const options = words.slice(0, end === -1 ? words.length : end).filter((word) => /^-[a-z-]/.test(word));
  const known = ['--help', '--debug', '--version', ...command.options.flatMap((o) => [o.long, o.short])];
  const unknown = options.filter((word) => !known.includes(word.replace(/=.*/, '')));
  return unknown.length > 0 ? `${command.name()} does not know ${unknown.join(', ')}` : null;
}

function isDefaultOf(group: Command, command: Command): boolean {
  return (group as Command & { _defaultCommandName?: string | null })._defaultCommandName === command.name();
}

describe('commands in the documents', () => {
  test('the check can fail', () => {
    expect(problem('db qurey "SELECT 1"')).toMatch(/no command/);
    expect(problem('search log4j --colour red')).toMatch(/--colour/);
    expect(problem('db query "SELECT 1" --json')).toBeNull();
    expect(problem('sources')).toBeNull();
    expect(problem('backup a.tar.zst --encrypt-to age1…')).toBeNull();
    expect(problem('backup a.tar.zst --to age1…')).toMatch(/--to/);
  });

  test.each(pages().map((page) => [page.name, page.before] as const))('%s', (_, markdown) => {
    const wrong = commandsOf(markdown).flatMap((line) => {
      const what = problem(line);
      return what ? [`openthreat ${line}: ${what}`] : [];
    });
    expect(wrong).toEqual([]);
  });
});
