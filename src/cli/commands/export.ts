import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { type ExportFormat, exportFormatNames, exportFormats, exportSorts } from '../../api/schemas/export.ts';
import { printQuery } from '../../domain/query/print.ts';
import { vulnerabilityLanguage } from '../../domain/query/vulnerability-fields.ts';
import { AppError, messageOf } from '../../errors.ts';
import { exportPages } from '../../search/export/pages.ts';
import { exportText } from '../../search/export/text.ts';
import { uuidOf } from '../../search/export/uuid.ts';
import { readQuery } from '../../search/query.ts';
import type { Context } from '../context.ts';
import { count } from '../output.ts';
import { ProgressLine } from '../progress.ts';
import { version } from '../version.ts';
import { wholeNumber } from './runs.ts';
import { sayMeanings } from './search.ts';

interface Options {
  readonly format: ExportFormat;
  readonly output: string;
  readonly sort: 'cve' | (typeof exportSorts)[number];
  readonly limit?: number;
}

const mostRecords = 10_000_000;

/** `openthreat export`. */
export function registerExport(program: Command, context: Context): void {
  program
    .command('export')
    .description('write all CVEs of a query to a file: a table, JSON lines, STIX 2.1 or CSAF 2.0')
    .argument('[query...]', 'which CVEs, as in searches; nothing takes all')
    .addOption(new Option('--format <format>', 'form of the file').choices(exportFormatNames).default('csv'))
    .option('--output <file>', 'where to; - is standard output', '-')
    .addOption(new Option('--sort <order>', 'order, best first').choices(['cve', ...exportSorts]).default('cve'))
    .option('--limit <n>', 'at most so many CVEs', wholeNumber(mostRecords))
    .action(async (words: string[], options: Options) => run(words, options, context));
}

async function run(words: readonly string[], options: Options, context: Context): Promise<void> {
  const { format, sort, output, limit = Number.POSITIVE_INFINITY } = options;
  const query = readQuery(words.join(' '), vulnerabilityLanguage);
  const now = new Date();
  const { details, writer } = exportFormats[format];
  const progress = new ProgressLine(context.output);
  let done = 0;
  const pages = exportPages(await context.database(), {
    query,
    sort: sort === 'cve' ? null : sort,
    limit,
    now,
    details,
    onMeanings: (meanings) => sayMeanings(meanings, context.output),
  });
  async function* counted() {
    for await (const page of pages) {
      context.signal.throwIfAborted();
      done += page.length;
      progress.update({ kind: 'records', done, bytesRead: 0, bytesTotal: null });
      yield page;
    }
  }
  const head = { query: printQuery(query), at: now.toISOString(), version: version(), uuid: uuidOf };
  const text = exportText(counted(), writer(head));
  try {
    await (output === '-' ? pipeline(text, context.output.stdout, { end: false }) : writeWhole(output, text));
  } finally {
    progress.end();
  }
  if (output !== '-') context.output.say(`${count(done)} ${done === 1 ? 'CVE' : 'CVEs'} in ${output}`);
}

/** Writes a file under another name, which becomes the file's when it is whole. */
async function writeWhole(path: string, text: AsyncIterable<string>): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) throw new AppError('invalid_input', `${path} is a folder: name a file in it.`);
  const partial = `${path}.${randomUUID()}.part`;
  try {
    const file: Writable = createWriteStream(partial, { flags: 'wx', flush: true });
    await pipeline(text, file);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    if (error instanceof AppError) throw error;
    throw new AppError('invalid_input', `${path} could not be written: ${messageOf(error)}.`, {}, error);
  }
}
