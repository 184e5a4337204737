import type { Db } from '../db/database.ts';
import { recordsBySource, type SourceStateRow, sourceStates } from '../db/sources.ts';
import type { Held } from '../db/write/source-state.ts';
import { needsAttention, type SourceFacts, type SourceHealth, sourceHealth } from '../domain/source-health.ts';
import { fromFiles, type KnownSource } from './known-sources.ts';

/** A source as people are told of it. Times are ISO 8601 UTC. */
export interface SourceRow {
  readonly id: string;
  /** What is synced to bring it; null for what comes from files only. */
  readonly connector: string | null;
  readonly title: string;
  readonly homepage: string | null;
  readonly licence: string | null;
  readonly attribution: string | null;
  readonly records: number;
  readonly health: SourceHealth;
  /** Somebody should look after it: `openthreat sources` then ends with another code than 0. */
  readonly attention: boolean;
  readonly schedule: string | null; // cron in UTC; null: by hand only
  readonly needs: string | null; // the setting that is missing
  readonly staleAfterHours: number | null;
  readonly ageHours: number | null; // since the last success
  readonly lastSuccessAt: string | null;
  readonly lastAttemptAt: string | null;
  readonly lastChangeAt: string | null;
  readonly releasedAt: string | null;
  readonly nextRunAt: string | null;
  readonly failingSince: string | null;
  readonly failures: number;
  readonly lastError: string | null;
  readonly held: Held | null;
  readonly syncing: boolean;
}

/**
 * Every source that there is or could be: the known ones first, in their order. `counted` may bring the numbers of
 * records, which cost most.
 */
export async function sourceRows(
  db: Db,
  known: readonly KnownSource[],
  now: Date,
  counted?: ReadonlyMap<string, number>,
): Promise<SourceRow[]> {
  const states = new Map((await sourceStates(db)).map((state) => [state.source, state]));
  const records = counted ?? (await recordsBySource(db));
  const ids = new Set(known.map(({ id }) => id));
  const others = [...new Set([...states.keys(), ...records.keys()])].filter(
    (id) => !ids.has(id) && id !== 'unrecognised',
  );
  return [...known, ...others.map(fromFiles)].map((source) =>
    // What comes with another source fares as that one does.
    rowOf(source, states.get(source.connector ?? source.id) ?? null, records.get(source.id) ?? 0, now),
  );
}

function rowOf(source: KnownSource, state: SourceStateRow | null, records: number, now: Date): SourceRow {
  const { connector, schedule, needs, staleAfterHours } = source;
  const lastSuccessAt = state?.lastSuccessAt ?? null;
  const facts: SourceFacts = {
    lastAttemptAt: state?.lastAttemptAt ?? null,
    lastSuccessAt,
    failingSince: state?.failingSince ?? null,
    isHeld: state?.held != null,
    isSynced: connector !== null,
    isScheduled: schedule !== null,
    needsSetting: needs !== null,
    staleAfterHours: staleAfterHours ?? Number.POSITIVE_INFINITY,
  };
  const health = sourceHealth(facts, now.toISOString());
  const { id, title, homepage, licence, attribution } = source;
  return {
    id,
    connector,
    title,
    homepage,
    licence,
    attribution,
    records,
    health,
    attention: needsAttention(health, facts, now.toISOString()),
    schedule,
    needs,
    staleAfterHours,
    ageHours: lastSuccessAt === null ? null : Math.round((now.getTime() - Date.parse(lastSuccessAt)) / 36e4) / 10,
    lastSuccessAt,
    lastAttemptAt: facts.lastAttemptAt,
    lastChangeAt: state?.lastChangeAt ?? null,
    releasedAt: state?.releasedAt ?? null,
    nextRunAt: state?.nextRunAt ?? null,
    failingSince: facts.failingSince,
    failures: state?.failures ?? 0,
    lastError: state?.lastError ?? null,
    held: state?.held ?? null,
    syncing: state?.isLeased ?? false,
  };
}
