import type { Command } from 'commander';
import { AppError } from '../../../errors.ts';
import { Check } from '../../../search/indicators/check.ts';
import { checkLines, checkValues } from '../../../search/indicators/read-text.ts';
import type { Context } from '../../context.ts';
import { foundExitCode } from '../../exit-codes.ts';
import { printFindings } from '../../ioc/findings.ts';
import { linesOf } from '../../ioc/lines.ts';
import { count, plain } from '../../output.ts';

interface Options {
  readonly file?: string;
  readonly all?: true;
  readonly fail?: true;
  readonly json?: true;
}

/** So many different findings are kept. */
const maxFindings = 50_000;

/** `openthreat ioc check`. */
export function registerIocCheck(ioc: Command, context: Context): void {
  ioc
    .command('check')
    .description(
      'find addresses, domains, URLs and hashes in values, a file, a log or standard input, and tell the known ones',
    )
    .argument('[values...]', 'values or texts, defanged or not; - or nothing reads standard input')
    .option('--file <file>', 'read a file, also gzip or zstd')
    .option('--all', 'show unknown ones, too')
    .option('--fail', `end with ${foundExitCode} when something known is found (otherwise it ends with 0)`)
    .option('--json', 'print one JSON object')
    .action(async (values: string[], options: Options) => check(values, options, context));
}

async function check(values: readonly string[], options: Options, context: Context): Promise<void> {
  const { output, signal } = context;
  const isText = options.file !== undefined || values.length === 0 || values[0] === '-';
  if (options.file === undefined && values.length === 0 && process.stdin.isTTY)
    throw new AppError('invalid_input', 'Nothing to check: name values, or --file FILE, or pipe a text in.');
  if (options.file !== undefined && values.length > 0)
    throw new AppError('invalid_input', 'Either values or --file FILE can be checked, not both at once.');
  const check = await Check.begin(await context.database(), { limit: maxFindings, unknown: options.all === true });
  const lines = isText
    ? await readText(check, linesOf(options.file ?? '-', process.stdin), signal)
    : await readValues(check, values, (text) => output.say(plain(text)));
  const findings = await check.end();
  const known = findings.filter((f) => f.matches.length > 0);
  if (options.json) output.json({ lines, looked: check.looked, known: known.length, dropped: check.dropped, findings });
  else printFindings(findings, isText, output);
  if (check.dropped > 0)
    output.say(`${count(check.dropped)} more findings than the ${count(maxFindings)} that are shown.`);
  if (!options.json) {
    const where = isText ? ` in ${count(lines)} lines` : '';
    output.say(`${count(known.length)} known of ${count(check.looked)} indicators${where}`);
  }
  if (signal.aborted) throw new AppError('interrupted', 'Stopped; what was found until then is shown.');
  if (options.fail && known.length > 0) process.exitCode = foundExitCode;
}

async function readValues(check: Check, values: readonly string[], say: (text: string) => void): Promise<number> {
  for (const { typed, reason } of await checkValues(check, values)) say(`${typed} ${reason}`);
  return values.length;
}

async function readText(check: Check, text: AsyncIterable<readonly string[]>, signal: AbortSignal): Promise<number> {
  let n = 0;
  for await (const lines of text) {
    await checkLines(check, lines, n + 1);
    n += lines.length;
    if (signal.aborted) break;
  }
  return n;
}
