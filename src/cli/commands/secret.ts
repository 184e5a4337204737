import type { Command } from 'commander';
import { AppError } from '../../errors.ts';
import type { Context } from '../context.ts';
import {
  bitsOf,
  lengthFor,
  randomSecret,
  type SecretType,
  secretTypes,
  unitOf,
  usualLength,
} from '../random-secret.ts';

const leastBits = 64;
const mostBits = 8192;
const mostAtOnce = 1000;

interface Options {
  readonly type: string;
  readonly length?: string;
  readonly bits?: string;
  readonly count: string;
  readonly json?: true;
}

/** `openthreat secret`: strong random values for passwords and keys of other programs. */
export function registerSecret(program: Command, context: Context): void {
  program
    .command('secret')
    .description('make a strong password, key or passphrase and print it; it is kept nowhere')
    .option(
      '--type <type>',
      'password (letters and digits), key (hexadecimal) or passphrase (words that can be spoken)',
      'password',
    )
    .option('--length <n>', 'characters of a password, bytes of a key, words of a passphrase; 32, 32 and 8')
    .option('--bits <n>', `at least so many bits of entropy, ${leastBits} to ${mostBits}, instead of a length`)
    .option('--count <n>', `how many, one a line, 1 to ${mostAtOnce}`, '1')
    .option('--json', 'print JSON')
    .action((options: Options) => secret(options, context));
}

function secret(options: Options, { output }: Context): void {
  const type = secretTypes.find((known) => known === options.type);
  if (!type) throw new AppError('invalid_input', `--type must be one of ${secretTypes.join(', ')}.`);
  const length = lengthIn(options, type);
  const bits = bitsOf(type, length);
  const values = Array.from({ length: whole('--count', options.count, 1, mostAtOnce) }, () =>
    randomSecret(type, length),
  );
  if (options.json) {
    output.json(values.map((value) => ({ type, value, bits })));
    return;
  }
  output.print(values.join('\n'));
  if (output.interactive) output.say(`${length} ${unitOf(type)}, ${bits} bits of entropy.`);
}

function lengthIn({ length, bits }: Options, type: SecretType): number {
  if (length !== undefined && bits !== undefined)
    throw new AppError('invalid_input', '--length and --bits say the same thing: give one of them.');
  if (bits !== undefined) return lengthFor(type, whole('--bits', bits, leastBits, mostBits));
  if (length === undefined) return usualLength(type);
  const [least, most] = [lengthFor(type, leastBits), lengthFor(type, mostBits)];
  return whole(`--length in ${unitOf(type)}`, length, least, most);
}

function whole(what: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d{1,6}$/.test(text) && value >= min && value <= max) return value;
  throw new AppError('invalid_input', `${what} must be a whole number from ${min} to ${max}.`);
}
