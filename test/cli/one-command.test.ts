import { Command } from 'commander';
import { expect, test } from 'vitest';
import { program } from '../../scripts/docs/commands.ts';
import { Context } from '../../src/cli/context.ts';
import { byWord, registersFor } from '../../src/cli/one-command.ts';
import { Output } from '../../src/cli/output.ts';
import { loadConfig } from '../../src/config.ts';

const context = new Context(loadConfig({}), new Output(process.stdout, process.stderr), new AbortController().signal);

async function wordsOf(...argv: string[]): Promise<string[]> {
  const alone = new Command();
  for (const register of await registersFor(argv)) register(alone, context);
  return alone.commands.map((command) => command.name());
}

test('every command can be called alone', async () => {
  const all = program().commands.map((command) => command.name());
  expect(Object.keys(byWord).toSorted()).toEqual(all.toSorted());
  for (const word of all) expect(await wordsOf(word)).toContain(word);
});

test.each([[], ['--help'], ['--debug', 'search'], ['serach'], ['constructor'], ['help', 'search']])(
  'with %s first all commands are known',
  async (...argv) => {
    expect((await wordsOf(...argv)).length).toBe(program().commands.length);
  },
);

test('the other commands of the database are known beside its health', async () => {
  expect(await wordsOf('db', 'health')).toEqual(['db']);
  const [db] = program().commands.filter((command) => command.name() === 'db');
  expect(db?.commands.length).toBeGreaterThan(10);
});
