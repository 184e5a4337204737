import { join } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../errors.ts';
import { removeEverything } from '../../ingest/sync/remove.ts';
import { knownSources } from '../../jobs/known-sources.ts';
import { type SourceRow, sourceRows } from '../../jobs/source-rows.ts';
import { connectors } from '../../sources/registry.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { count, plain, table } from '../output.ts';
import { unknownSource } from '../sync/choose.ts';
import { hours, minute, sourceText } from '../sync/source-text.ts';

/** `openthreat sources`: how fresh each source is, and taking one out. */
export function registerSources(program: Command, context: Context): void {
  const sources = program.command('sources').description('how fresh each source is, or take one out');
  sources
    .command('list', { isDefault: true })
    .description(
      `the sources, how fresh they are and what is wrong: ends with ${exitCodes.source_unreachable} when one is stale or has been failing for long, with ${exitCodes.source_malformed} when something is held back`,
    )
    .option('--json', 'print JSON')
    .action(async (options: { json?: true }) => list(options.json === true, context));
  sources
    .command('show')
    .description('everything that is known of one source')
    .argument('<source>', 'openthreat sources lists them')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: true }) => {
      const row = await known(id, context);
      if (options.json) return context.output.json(row);
      context.output.print(sourceText(row));
    });
  sources
    .command('remove')
    .description('take a source out without a trace: its records, what only it said, its state and downloads')
    .argument('<source>', 'openthreat sources lists them; the label of indicators, too')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: true }) => remove(id, options.json === true, context));
}

async function list(json: boolean, context: Context): Promise<void> {
  const { output } = context;
  const rows = await rowsOf(context);
  if (json) output.json(rows);
  else print(rows, context);
  const attention = rows.filter((r) => r.attention);
  if (attention.length === 0) return;
  process.exitCode = attention.some((r) => r.health === 'held')
    ? exitCodes.source_malformed
    : exitCodes.source_unreachable;
}

function print(rows: readonly SourceRow[], { output }: Context): void {
  output.print(
    table(rows, [
      { title: 'source', value: (r) => r.id },
      { title: 'records', value: (r) => count(r.records), align: 'right' },
      { title: 'health', value: (r) => (r.syncing ? `${r.health}, syncing` : r.health) },
      { title: 'last success', value: (r) => minute(r.lastSuccessAt) },
      { title: 'age', value: (r) => hours(r.ageHours), align: 'right' },
      { title: 'stale after', value: (r) => hours(r.staleAfterHours), align: 'right' },
      { title: 'next run', value: (r) => minute(r.nextRunAt) },
      { title: 'what', value: (r) => r.title },
      { title: 'licence', value: (r) => r.licence },
    ]),
  );
  for (const row of rows.filter((r) => r.connector === null || r.connector === r.id)) {
    for (const line of troubles(row)) output.print(plain(`${row.id}: ${line}`));
  }
}

function troubles({ held, failingSince, failures, lastError, needs }: SourceRow): string[] {
  const times = failures === 1 ? 'once' : `${count(failures)} times`;
  return [
    ...(held ? [`${held.why}, since ${minute(held.since)}; the document is in ${held.file}`] : []),
    ...(failingSince && !held ? [`failing since ${minute(failingSince)} (${times}): ${lastError}`] : []),
    ...(needs ? [needs] : []),
  ];
}

async function rowsOf(context: Context): Promise<SourceRow[]> {
  const known = knownSources(context.config.schedules, context.config);
  return sourceRows(await context.database(), known, new Date());
}

async function known(id: string, context: Context): Promise<SourceRow> {
  const rows = await rowsOf(context);
  const row = rows.find((r) => r.id === id);
  if (row) return row;
  throw unknownSource(
    id,
    rows.map((r) => r.id),
  );
}

async function remove(id: string, json: boolean, context: Context): Promise<void> {
  const { connector: bringer } = await known(id, context);
  const connector = connectors.find((c) => c.id === bringer) ?? null;
  const removal = {
    db: await context.database(),
    downloads: join(context.config.dataDir, 'downloads'),
    now: () => new Date(),
    signal: context.signal,
  };
  const removed = await removeEverything(removal, id, connector);
  if (context.signal.aborted) {
    throw new AppError('interrupted', 'Stopped; what was done is kept, the same command goes on from there.');
  }
  if (json) return context.output.json({ source: id, removed });
  context.output.print(`${count(removed)} records of ${id} removed`);
  if (connector)
    context.output.say(`The next sync of ${connector.id} brings it back: OPENTHREAT_SCHEDULES switches it off.`);
}
