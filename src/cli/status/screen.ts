import type { RunAtWork } from '../../db/recent-runs.ts';
import type { TaskRow } from '../../db/tasks.ts';
import type { SourceRow } from '../../jobs/source-rows.ts';
import { bytes } from '../commands/db/format.ts';
import { count, plain, table } from '../output.ts';
import { hours, minute } from '../sync/source-text.ts';
import type { Status } from './status.ts';

const hourMs = 3_600_000;

/** The status as one screen for people. */
export function statusScreen(status: Status): string {
  const { totals, sources } = status;
  const synced = sources.filter(({ id, connector }) => connector === id);
  return [
    `OpenThreat at ${status.at.slice(0, 19).replace('T', ' ')} UTC`,
    '',
    `Data:      ${count(totals.vulnerabilities)} vulnerabilities, ${count(totals.exploited)} exploited; ${count(totals.indicators)} indicators; ${count(totals.techniques)} techniques`,
    ...databaseLines(status),
    `Backup:    ${backupText(status)}`,
    `Runs:      ${status.runs.length === 0 ? 'none at work' : `${status.runs.length} at work`}; ${status.failedRuns === 0 ? 'none' : count(status.failedRuns)} failed in the last day`,
    ...status.runs.map((run) => `  ${runText(run, status.at)}`),
    ...status.tasks.map((task) => `  ${taskText(task)}`),
    '',
    sourcesTable(synced),
  ].join('\n');
}

function databaseLines({ database: db, cacheHitRatio }: Status): string[] {
  const cache = cacheHitRatio === null ? '' : `; ${(cacheHitRatio * 100).toFixed(1)} % of pages from memory`;
  const deferred = db.deferredIndexes > 0 ? `; ${count(db.deferredIndexes)} indexes still to be built` : '';
  return [
    `Database:  ${db.database}, PostgreSQL ${db.serverVersion}, answers in ${db.roundTripMs.toFixed(1)} ms`,
    `           ${bytes(db.bytes)}; ${db.connections} of ${db.maxConnections} connections${cache}${deferred}`,
  ];
}

function backupText({ lastBackup, at }: Status): string {
  if (!lastBackup) return 'none';
  const age = hours((Date.parse(at) - Date.parse(lastBackup.createdAt)) / hourMs);
  return `${minute(lastBackup.createdAt)}, ${age} ago, ${bytes(lastBackup.bytes)}${lastBackup.encrypted ? ', encrypted' : ''}`;
}

function runText({ id, source, fetched, startedAt, heartbeatAt }: RunAtWork, at: string): string {
  const seconds = (Date.parse(heartbeatAt) - Date.parse(startedAt)) / 1000;
  const rate = seconds > 0 ? ` (${count(Math.round(fetched / seconds))}/s)` : '';
  const since = hours((Date.parse(at) - Date.parse(startedAt)) / hourMs);
  return plain(`run ${id}, ${source}: ${count(fetched)} records${rate}, for ${since}`);
}

function taskText({ kind, state, params, progress }: TaskRow): string {
  const what = `task ${kind}${params.source === null ? '' : ` ${params.source}`}`;
  if (state === 'waiting' || progress === null) return plain(`${what}: waiting`);
  const { step, records, recordsPerSecond: rate, bytesRead, bytesTotal } = progress;
  const share =
    bytesRead !== null && bytesTotal ? ` ${Math.min(100, Math.round((bytesRead / bytesTotal) * 100))} %,` : '';
  return plain(
    `${what}: ${step},${share} ${count(records)} records${rate === null ? '' : ` (${count(Math.round(rate))}/s)`}`,
  );
}

function sourcesTable(rows: readonly SourceRow[]): string {
  return table(rows, [
    { title: 'source', value: (r) => r.id },
    { title: 'health', value: (r) => (r.syncing ? `${r.health}, syncing` : r.health) },
    { title: 'last success', value: (r) => minute(r.lastSuccessAt) },
    { title: 'age', value: (r) => hours(r.ageHours), align: 'right' },
    { title: 'stale after', value: (r) => hours(r.staleAfterHours), align: 'right' },
    { title: 'next run', value: (r) => minute(r.nextRunAt) },
    { title: 'trouble', value: (r) => r.held?.why ?? (r.failingSince && r.lastError) ?? r.needs, width: 60 },
  ]);
}
