import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { AppError } from '../../errors.ts';
import { type IngestResult, ingest } from '../../ingest/ingest.ts';
import type { FormatId } from '../../sources/contract.ts';
import { formatById, formats } from '../../sources/registry.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { count, type Output, plain } from '../output.ts';
import { ProgressLine } from '../progress.ts';
import { runIdsOf, runJson, runsTable, sayRuns, totalsOf } from '../runs-table.ts';

interface Options {
  readonly format: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `openthreat ingest`: files, folders, globs or standard input into the database. */
export function registerIngest(program: Command, context: Context): void {
  program
    .command('ingest')
    .description('load files, folders, globs or - (standard input); the last plain word may be a label for the run')
    .argument('<file...>', 'plain, gzip, zip or zstd; NVD, CISA KEV (JSON, CSV), CVE Record 5, deduplicated NDJSON')
    .option('--format <format>', `auto, ${formats.map((f) => f.id).join(', ')}`, 'auto')
    .option('--dry-run', 'read and compare, but write nothing')
    .option('--json', 'print one JSON object')
    .action(async (files: string[], options: Options) => run(files, options, context));
}

async function run(files: readonly string[], options: Options, context: Context): Promise<void> {
  const { inputs, label } = splitLabel(files);
  const format = formatOption(options.format);
  const db = await context.database();
  const progress = new ProgressLine(context.output);
  let result: IngestResult;
  try {
    result = await ingest(db, {
      inputs,
      label,
      format,
      dryRun: options.dryRun === true,
      now: () => new Date(),
      signal: context.signal,
      stdin: process.stdin,
      progress: (p) => progress.update(p),
    });
  } finally {
    progress.end();
  }
  context.audit.learn({ runIds: runIdsOf(result.runs) });
  if (options.json) context.output.json(summary(result));
  else print(result, options.dryRun === true, context.output);
  const shown = result.failures.slice(0, mostFailures);
  for (const f of shown) context.output.say(plain(`openthreat: ${f.document} ${f.reason}`));
  const more = result.failures.length - shown.length;
  if (more > 0) context.output.say(`openthreat: ${count(more)} more documents could not be used; --json names them.`);
  if (result.interrupted) {
    throw new AppError(
      'interrupted',
      'Stopped after the batch in hand; run the same command again to go on from there.',
    );
  }
  if (result.failures.length > 0) process.exitCode = exitCodes.source_malformed;
}

/** More failures than this are only counted. */
const mostFailures = 20;

/** The last of several words is a label when it names no file and looks like a name. */
function splitLabel(files: readonly string[]): { inputs: readonly string[]; label: string | null } {
  const last = files.at(-1) ?? '';
  const isLabel =
    files.length > 1 &&
    /^[\w.:@-]{1,100}$/.test(last) &&
    last !== '-' &&
    !existsSync(last) &&
    !/\.[a-z0-9]{1,6}$/i.test(last);
  return isLabel ? { inputs: files.slice(0, -1), label: last } : { inputs: files, label: null };
}

function formatOption(text: string) {
  if (text === 'auto') return null;
  if (formats.some((f) => f.id === text)) return formatById(text as FormatId);
  throw new AppError(
    'invalid_input',
    `There is no format "${text}": use auto, ${formats.map((f) => f.id).join(', ')}.`,
  );
}

/** The JSON form: totals and the same for each run. */
function summary(result: IngestResult): object {
  return {
    ...totalsOf(result.runs),
    duration_seconds: Number(result.seconds.toFixed(3)),
    runs: result.runs.map(runJson),
    failures: result.failures,
  };
}

function print(result: IngestResult, dry: boolean, output: Output): void {
  if (result.runs.length > 0) output.print(runsTable(result.runs));
  sayRuns(result.runs, result.seconds, dry, output);
}
