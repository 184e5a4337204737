import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { registerSecret } from '../../src/cli/commands/secret.ts';
import { Context } from '../../src/cli/context.ts';
import { Output } from '../../src/cli/output.ts';
import { bitsOf, lengthFor, randomSecret, secretTypes, usualLength } from '../../src/cli/random-secret.ts';
import { loadConfig } from '../../src/config.ts';
import { openthreat } from '../support/command.ts';

const shapes = {
  password: /^[A-Za-z0-9]{32}$/,
  key: /^[0-9a-f]{64}$/,
  passphrase: /^[bdfghjklmnprstvz]([aiou][bdfghjklmnprstvz]){2}(-[bdfghjklmnprstvz]([aiou][bdfghjklmnprstvz]){2}){7}$/,
} as const;

test.each(secretTypes)('a %s is strong, has no character that needs care, and is never the same', (type) => {
  const made = Array.from({ length: 2000 }, () => randomSecret(type, usualLength(type)));
  for (const secret of made) {
    expect(secret).toMatch(shapes[type]);
    expect(encodeURIComponent(secret)).toBe(secret);
  }
  expect(new Set(made).size).toBe(made.length);
  expect(bitsOf(type, usualLength(type))).toBeGreaterThanOrEqual(128);
  for (const bits of [64, 65, 128, 1000]) {
    const length = lengthFor(type, bits);
    expect(bitsOf(type, length)).toBeGreaterThanOrEqual(bits);
    expect(bitsOf(type, length - 1)).toBeLessThan(bits);
  }
});

test('no character of a password is likelier than another', () => {
  const text = randomSecret('password', 620_000);
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  expect(counts.size).toBe(62);
  // A byte modulo 62 would give eight of them a quarter more. Chance keeps within seven deviations of 99.
  for (const [character, count] of counts) expect(Math.abs(count - 10_000), character).toBeLessThan(700);
});

test('every word of a passphrase is as likely: each of its letters takes all its values', () => {
  const words = randomSecret('passphrase', 20_000).split('-');
  const seen = [0, 1, 2, 3, 4].map((at) => new Set(words.map((word) => word[at])).size);
  expect(seen).toEqual([16, 4, 16, 4, 16]);
  expect(new Set(words).size).toBeGreaterThan(15_000); // of 65,536, about 17,230
});

/** Runs the command here, with a terminal or none as standard error. */
async function run(args: readonly string[], isTTY = false): Promise<{ stdout: string; stderr: string }> {
  const stdout = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const program = new Command('openthreat').exitOverride();
  registerSecret(program, new Context(loadConfig({}), new Output(stdout, stderr), new AbortController().signal));
  await program.parseAsync(['secret', ...args], { from: 'user' });
  return { stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}

test('what is asked for is printed, one a line, and talk is for terminals only', async () => {
  const several = await run(['--count', '3', '--bits', '256']);
  expect(several).toEqual({ stdout: expect.stringMatching(/^([A-Za-z0-9]{43}\n){3}$/), stderr: '' });
  const watched = await run(['--type', 'passphrase'], true);
  expect(watched.stderr).toBe('8 words, 128 bits of entropy.\n');
  const { stdout } = await run(['--type', 'key', '--length', '16', '--json'], true);
  expect(JSON.parse(stdout)).toEqual([{ type: 'key', value: expect.stringMatching(/^[0-9a-f]{32}$/), bits: 128 }]);
});

test('it is a command of the program, and opens no database', async () => {
  const { code, stdout } = await openthreat({ OPENTHREAT_DATA_DIR: '/dev/null/nowhere' }, ['secret']);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^[A-Za-z0-9]{32}\n$/)]);
});

test.each([
  [['--type', 'pin'], '--type must be one of password, key, passphrase'],
  [['--length', '8'], '--length in characters must be a whole number from 11 to 1376'],
  [['--type', 'passphrase', '--bits', '32'], '--bits must be a whole number from 64 to 8192'],
  [['--length', '20', '--bits', '128'], 'give one of them'],
  [['--count', '0'], '--count must be a whole number from 1 to 1000'],
])('%s is refused', async (args, why) => {
  await expect(run(args)).rejects.toMatchObject({ code: 'invalid_input', message: expect.stringContaining(why) });
});
