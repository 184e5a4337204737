import type { SourceRow } from '../../jobs/source-rows.ts';
import { count, plain } from '../output.ts';

/** `2026-11-23 12:30`, in UTC. */
export function minute(time: string | null): string | null {
  return time === null ? null : time.slice(0, 16).replace('T', ' ');
}

/** A span of hours in the largest unit that says enough: 40 min, 26 h, 12 d. */
export function hours(span: number | null): string | null {
  if (span === null) return null;
  if (span < 1) return `${Math.round(span * 60)} min`;
  return span < 72 ? `${Math.round(span)} h` : `${Math.round(span / 24)} d`;
}

/** Everything that is known of a source, one thing a line. */
export function sourceText(row: SourceRow): string {
  const lines: readonly [string, string | null][] = [
    ['source', row.id],
    ['what', row.title],
    ['comes with', row.connector === row.id ? null : row.connector],
    ['homepage', row.homepage],
    ['licence', row.licence],
    ['attribution', row.attribution],
    ['records', count(row.records)],
    ['health', row.syncing ? `${row.health}; it is being synced now` : row.health],
    ['last success', span(row)],
    ['last attempt', minute(row.lastAttemptAt)],
    ['last change', minute(row.lastChangeAt)],
    ['released', minute(row.releasedAt)],
    ['schedule', row.schedule === null ? 'none: by hand only' : `${row.schedule} (cron, UTC)`],
    ['next run', minute(row.nextRunAt)],
    ['needs', row.needs],
    ['failing since', row.failingSince && `${minute(row.failingSince)}, ${count(row.failures)} times`],
    ['last error', row.lastError],
    ['held', row.held && `${row.held.why}, since ${minute(row.held.since)}`],
    ['held document', row.held && `${row.held.document}, kept in ${row.held.file}`],
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.flatMap(([name, value]) => (value ? [`${name.padEnd(width)}  ${plain(value)}`] : [])).join('\n');
}

function span({ lastSuccessAt, ageHours, staleAfterHours }: SourceRow): string | null {
  if (lastSuccessAt === null) return null;
  const limit = staleAfterHours === null ? '' : `, stale after ${hours(staleAfterHours)}`;
  return `${minute(lastSuccessAt)} UTC, ${hours(ageHours)} ago${limit}`;
}
