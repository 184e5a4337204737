import type { Facts } from './metrics-facts.ts';

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A number that is read from the database or the folder of backups. Without a sample it is not there. */
export interface GaugeDefinition {
  readonly name: string; // without the prefix
  readonly help: string;
  readonly labels: readonly string[];
  readonly samples: (facts: Facts) => readonly Sample[];
}

const one = (value: number | null): Sample[] => (value === null ? [] : [[{}, value]]);
const flag = (value: boolean) => (value ? 1 : 0);
const secondsSince = (now: Date, at: string) => Math.max(0, (now.getTime() - Date.parse(at)) / 1000);

/** A gauge without labels. */
function plain(name: string, help: string, value: (facts: Facts) => number | null): GaugeDefinition {
  return { name, help, labels: [], samples: (facts) => one(value(facts)) };
}

/** A gauge of each source. */
function bySource(
  name: string,
  help: string,
  value: (source: Facts['sources'][number]) => number | null,
): GaugeDefinition {
  const samples = ({ sources }: Facts) =>
    sources.flatMap((source) => one(value(source)).map(([, n]): Sample => [{ source: source.id }, n]));
  return { name, help, labels: ['source'], samples };
}

const ofSources: readonly GaugeDefinition[] = [
  bySource('source_age_seconds', 'Time since a source was last synced with success', (s) => s.ageSeconds),
  bySource('source_attention', 'Whether somebody should look after a source', (s) => flag(s.attention)),
  bySource('source_held', 'Whether documents of a source are held back because they look strange', (s) => flag(s.held)),
  bySource('source_failures', 'Syncs of a source that failed in a row', (s) => s.failures),
  bySource(
    'source_overdue_seconds',
    'Time since a source was to be synced; 0 while that is still to come',
    (s) => s.overdueSeconds,
  ),
  {
    name: 'ingestion_runs',
    help: 'Runs that are on record, by source and how they ended',
    labels: ['source', 'status'],
    samples: ({ runs }) => runs.map(({ source, status, runs: n }): Sample => [{ source, status }, n]),
  },
];

/** A gauge of each table. */
function byTable(name: string, help: string, value: (table: Facts['tables'][number]) => number): GaugeDefinition {
  const samples = ({ tables }: Facts) => tables.map((t): Sample => [{ table: t.table }, value(t)]);
  return { name, help, labels: ['table'], samples };
}

const ofTables: readonly GaugeDefinition[] = [
  byTable('table_rows', 'About how many rows a table has', ({ rows }) => rows),
  byTable('table_size_bytes', 'Room that a table takes, with its indexes', ({ bytes }) => bytes),
  byTable('table_dead_rows', 'About how many rows of a table are dead and wait for VACUUM', ({ dead }) => dead),
];

const ofServer: readonly GaugeDefinition[] = [
  plain('database_size_bytes', 'Room that the database takes', ({ server }) => server.databaseBytes),
  plain('database_cache_hit_ratio', 'Share of pages that were found in memory, 0-1', ({ hitRatio }) => hitRatio),
  {
    name: 'database_server_connections',
    help: 'Connections of all programs to the database, by state',
    labels: ['state'],
    samples: ({ sessions }) => sessions.map(({ state, sessions: n }): Sample => [{ state }, n]),
  },
  plain('database_server_connections_max', 'Connections that the server allows', (f) => f.server.maxConnections),
  plain('database_long_statements', 'Statements that run for longer than a minute', (f) => f.server.longStatements),
  plain('database_longest_statement_seconds', 'How long the slowest statement has run', (f) => f.server.statement),
  plain('database_oldest_transaction_seconds', 'Age of the oldest transaction', (f) => f.server.transaction),
  plain(
    'database_idle_in_transaction_seconds',
    'How long a session has been idle with a transaction open, at most',
    (f) => f.server.idleInTransaction,
  ),
  {
    name: 'replication_lag_bytes',
    help: 'How much a standby has still to replay',
    labels: ['standby'],
    samples: ({ standbys }) => standbys.flatMap((s) => labelled(s.name, s.lagBytes)),
  },
  {
    name: 'replication_lag_seconds',
    help: 'How far a standby is behind; 0 when it is idle',
    labels: ['standby'],
    samples: ({ standbys }) =>
      standbys.flatMap((s) => labelled(s.name, s.lagBytes === null ? null : (s.lagSeconds ?? 0))),
  },
];

function labelled(standby: string, value: number | null): Sample[] {
  return value === null ? [] : [[{ standby }, value]];
}

const ofUpkeep: readonly GaugeDefinition[] = [
  {
    name: 'tasks',
    help: 'Tasks that are on record, by kind and state',
    labels: ['kind', 'state'],
    samples: ({ tasks }) => tasks.map(({ kind, state, tasks: n }): Sample => [{ kind, state }, n]),
  },
  plain(
    'backup_age_seconds',
    'Age of the newest backup in the folder of backups',
    ({ backup, now }) => backup && secondsSince(now, backup.createdAt),
  ),
  plain(
    'backup_size_bytes',
    'Size of the newest backup in the folder of backups',
    ({ backup }) => backup?.bytes ?? null,
  ),
  plain(
    'retention_age_seconds',
    'Time since old rows were last deleted',
    ({ retention, now }) => retention && secondsSince(now, retention.completedAt),
  ),
  plain(
    'retention_failed',
    'Whether old rows could not be deleted the last time',
    ({ retention }) => retention && flag(retention.error !== null),
  ),
  {
    name: 'retention_deleted_rows',
    help: 'Rows that were deleted the last time because of their age',
    labels: ['table'],
    samples: ({ retention }) => Object.entries(retention?.deleted ?? {}).map(([table, n]): Sample => [{ table }, n]),
  },
];

/** Every gauge that is read from the database or the folder of backups. */
export const gauges: readonly GaugeDefinition[] = [...ofSources, ...ofTables, ...ofServer, ...ofUpkeep];
