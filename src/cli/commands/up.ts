import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { createMissingDatabase, setup } from '../../db/setup.ts';
import { sourceStates } from '../../db/sources.ts';
import { stats } from '../../db/stats.ts';
import { mostUrgent } from '../../db/urgent.ts';
import { noteNextRun } from '../../db/write/source-state.ts';
import { reason } from '../../domain/reason.ts';
import { AppError } from '../../errors.ts';
import { ingest } from '../../ingest/ingest.ts';
import { recover } from '../../ingest/recover.ts';
import { hasChanged, type SyncResult } from '../../ingest/sync/contract.ts';
import { syncAll, unreachableHosts } from '../../ingest/sync/sync-all.ts';
import { retrySeconds } from '../../jobs/queue.ts';
import { nextRun, schedulesOf } from '../../jobs/schedules.ts';
import { connectors, formatById } from '../../sources/registry.ts';
import type { Context } from '../context.ts';
import { count, table } from '../output.ts';
import type { Serving } from '../serving.ts';
import { chooseConnectors } from '../sync/choose.ts';
import { watchedSyncs } from '../sync/progress.ts';
import { work } from './worker.ts';

const sample = fileURLToPath(new URL('../../../data-sample/sample.ndjson', import.meta.url));

/** `openthreat up`, which is `npm start`: from nothing to the list of what to fix first, kept up to date until it is stopped. */
export function registerUp(program: Command, context: Context): void {
  program
    .command('up')
    .description(
      'open or create the database, load the sample when it is empty, show what is urgent, serve the web app and the API, fetch all sources, and keep them up to date',
    )
    .option('--no-sync', 'fetch nothing, and end after showing what is urgent')
    .action(async ({ sync }: { sync: boolean }) => {
      await prepare(context);
      await overview(context);
      if (!sync) return;
      const serving = await serve(context);
      try {
        await firstSync(context);
        await work(context);
      } finally {
        await serving?.stop();
      }
    });
}

/** The API and the web app beside the worker. When the port is taken, as by another `openthreat`, the data matter more. */
async function serve(context: Context): Promise<Serving | null> {
  const { config, output } = context;
  try {
    const { startServing } = await import('../serving.ts'); // other commands start sooner without it
    // A person at a terminal wants to see what the program says, and not each request.
    const serving = await startServing(context, config.http, output.interactive ? 'warn' : config.logLevel);
    output.print(`\nOpenThreat answers at ${serving.url}; its API is described at ${serving.url}/docs.`);
    return serving;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'locked')) throw error;
    output.say(`${error.message} Until then nothing is served, and the sources are kept up to date.`);
    return null;
  }
}

async function prepare(context: Context): Promise<void> {
  const { output } = context;
  const now = () => new Date();
  if (await createMissingDatabase(context.config)) output.say('Created the database.');
  const db = await context.rawDatabase();
  output.say(`Database: ${db.description}`);
  const found = await setup(db);
  if (found.applied.length > 0)
    output.say(`Applied ${found.applied.length} migration${found.applied.length > 1 ? 's' : ''}.`);
  const recovered = await recover(db, now);
  if (recovered.deadRuns > 0) output.say(`Marked ${recovered.deadRuns} dead run(s) as failed.`);
  if (recovered.built.length > 0)
    output.say(`Finished ${recovered.built.length} indexes that an interrupted load had left.`);
  if ((await stats(db, 1)).total === 0) {
    const result = await ingest(db, {
      inputs: [sample],
      label: 'sample',
      format: formatById('deduplicated'),
      dryRun: false,
      now,
      signal: context.signal,
    });
    const failure = result.failures[0];
    if (failure)
      throw new AppError('source_malformed', `The bundled sample ${failure.reason}: install OpenThreat anew.`);
    output.say('The database was empty: loaded the bundled sample.');
  }
}

/** Fetches the sources that were never fetched, one after the other; the worker does so for those that fail. */
async function firstSync(context: Context): Promise<void> {
  const { output } = context;
  const states = await sourceStates(await context.database());
  const synced = new Set(
    states.flatMap((s) => (s.lastAttemptAt !== null && s.lastSuccessAt !== null ? [s.source] : [])),
  );
  const missing = chooseConnectors([], context).filter(({ id }) => !synced.has(id));
  if (missing.length === 0) return;
  output.say(
    `\nFetching ${missing.length} sources for the first time. Ctrl-C stops; the next start goes on from there.`,
  );
  const results = await watchedSyncs(context, (syncing) => syncAll(syncing, missing));
  await planNext(context, results);
  if (context.signal.aborted)
    throw new AppError('interrupted', 'Stopped; what was stored is kept, the next start goes on.');
  const hosts = unreachableHosts(results, missing);
  if (hosts.length > 0) {
    const ways = 'check the network, or set HTTPS_PROXY or OPENTHREAT_MIRROR';
    output.say(
      `None of these hosts could be reached: ${hosts.join(', ')}. OpenThreat works with what it has, and tries again: ${ways}.`,
    );
  }
  if (results.some((r) => hasChanged(r.runs))) await overview(context);
}

/** So that the worker does not begin with the same sources again: what failed is tried soon, the others when it is their time. */
async function planNext(context: Context, results: readonly SyncResult[]): Promise<void> {
  const schedules = schedulesOf(connectors, context.config.schedules);
  const now = new Date();
  const soon = new Date(now.getTime() + retrySeconds * 1000);
  const db = await context.database();
  for (const { source, outcome } of results) {
    if (outcome === 'interrupted') continue;
    const next = outcome === 'failed' ? soon : nextRun(schedules, source, now);
    await noteNextRun(db, source, next?.toISOString() ?? null);
  }
}

async function overview(context: Context): Promise<void> {
  const { output } = context;
  const db = await context.database();
  const numbers = await stats(db, 5);
  const severities = numbers.bySeverity.map((s) => `${count(s.count)} ${s.name.toLowerCase()}`).join(', ');
  output.print(
    `\n${count(numbers.total)} vulnerabilities (${severities}), ${count(numbers.exploited)} of them exploited.`,
  );
  output.print(`From ${numbers.bySource.map((s) => `${s.name} (${count(s.count)})`).join(', ')}.`);
  output.print('\nFix these first:\n');
  output.print(
    table(await mostUrgent(db, 10), [
      { title: 'cve', value: (v) => v.cveId },
      { title: 'priority', value: (v) => v.priorityScore.toFixed(3), align: 'right' },
      { title: 'what', value: (v) => v.title ?? v.description, width: 62 },
      { title: 'why', value: (v) => reason(v, v.epss) },
    ]),
  );
  const first = (await mostUrgent(db, 1))[0]?.cveId ?? 'CVE-2021-44228';
  const hints = [
    [`show ${first}`, 'one vulnerability: what it is, what to do, why it ranks there'],
    ['search exchange server', 'find by words and fields: cvss:>=9 exploited:true published:>-30d'],
    ['sources', 'where the data is from and how fresh it is; sync fetches what is new'],
    ['ioc check < access.log', 'find known bad addresses, domains and hashes in any text'],
    ['ingest FILE…', 'load files of any feed by hand; real records replace the sample'],
    ['stats', 'the database in numbers'],
    ['db query "SELECT …"', 'ask in SQL; npx openthreat --help lists the rest'],
  ];
  output.print(
    `\nWhat next:\n${hints.map(([what = '', why]) => `  npx openthreat ${what.padEnd(24)}  ${why}`).join('\n')}`,
  );
}
