import type { Command } from 'commander';
import type { Database } from '../../db/database.ts';
import { snapshots } from '../../db/snapshot.ts';
import { recover } from '../../ingest/recover.ts';
import { syncSource } from '../../ingest/sync/sync-source.ts';
import { backupTask } from '../../jobs/backup-task.ts';
import { retentionTask } from '../../jobs/retention-task.ts';
import { schedulesOf } from '../../jobs/schedules.ts';
import { type Task, tasks } from '../../jobs/tasks.ts';
import { startWorker } from '../../jobs/worker.ts';
import { connectors } from '../../sources/registry.ts';
import type { Context } from '../context.ts';
import { journal } from '../journal.ts';
import { version } from '../version.ts';

/** `openthreat worker`: syncs by the schedules, until it is stopped. */
export function registerWorker(program: Command, context: Context): void {
  program
    .command('worker')
    .description('sync the sources when they are due, and keep scores and ages up to date, until it is stopped')
    .action(async () => work(context));
}

/** Works until it is stopped: by Ctrl-C, or by an end of the process. */
export async function work(context: Context): Promise<void> {
  const { config, signal } = context;
  const now = () => new Date();
  const schedules = schedulesOf(connectors, config.schedules);
  const say = journal(context, now);
  const syncing = await context.syncContext(say);
  const { deadRuns } = await recover(syncing.db, now);
  if (deadRuns > 0) say(`Marked ${deadRuns} dead run(s) as failed.`);
  const worker = await startWorker({
    db: syncing.db,
    connectors,
    schedules,
    sync: (connector, stop) => syncSource({ ...syncing, signal: stop, considerate: true }, connector),
    now,
    say,
    signal,
    tasks: tasksOf(context),
  });
  const planned = [...schedules.values()].filter((cron) => cron !== null).length;
  say(`Working: ${planned} of ${connectors.length} sources have a schedule. Ctrl-C stops.`);
  await worker.stopped;
  say('Stopped.');
}

/** The housekeeping, and the backups and the end of old rows that the settings want. */
function tasksOf({ config }: Context): readonly Task[] {
  const { backup, retention } = config;
  const { schedule, ...how } = backup;
  const snapshotsOf = (db: Database) => snapshots(config, db);
  return [
    ...tasks,
    ...(schedule === null ? [] : [backupTask({ ...how, schedule, program: version(), snapshots: snapshotsOf })]),
    ...(retention.schedule === null ? [] : [retentionTask(retention.schedule, retention)]),
  ];
}
