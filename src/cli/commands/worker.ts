import type { Command } from 'commander';
import { recover } from '../../ingest/recover.ts';
import { syncSource } from '../../ingest/sync/sync-source.ts';
import { schedulesOf } from '../../jobs/schedules.ts';
import { startWorker } from '../../jobs/worker.ts';
import { connectors } from '../../sources/registry.ts';
import type { Context } from '../context.ts';
import { plain } from '../output.ts';

/** `openthreat worker`: syncs by the schedules, until it is stopped. */
export function registerWorker(program: Command, context: Context): void {
  program
    .command('worker')
    .description('sync the sources when they are due, and keep scores and ages up to date, until it is stopped')
    .action(async () => work(context));
}

/** Works until it is stopped: by Ctrl-C, or by an end of the process. */
export async function work(context: Context): Promise<void> {
  const { config, output, signal } = context;
  const now = () => new Date();
  const schedules = schedulesOf(connectors, config.schedules);
  const say = (text: string) => output.say(`${now().toISOString().slice(0, 19)}Z ${plain(text)}`);
  const syncing = await context.syncContext(say);
  const { deadRuns } = await recover(syncing.db, now);
  if (deadRuns > 0) say(`Marked ${deadRuns} dead run(s) as failed.`);
  const worker = await startWorker({
    db: syncing.db,
    connectors,
    schedules,
    sync: (connector, stop) => syncSource({ ...syncing, signal: stop }, connector),
    now,
    say,
    signal,
  });
  const planned = [...schedules.values()].filter((cron) => cron !== null).length;
  say(`Working: ${planned} of ${connectors.length} sources have a schedule. Ctrl-C stops.`);
  await worker.stopped;
  say('Stopped.');
}
