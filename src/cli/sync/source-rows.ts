import { recordsBySource, type SourceStateRow, sourceStates } from '../../db/sources.ts';
import type { Held } from '../../db/write/source-state.ts';
import { needsAttention, type SourceFacts, type SourceHealth, sourceHealth } from '../../domain/source-health.ts';
import { isSourceId, vulnerabilitySources } from '../../domain/source-id.ts';
import type { Connector } from '../../sources/connector.ts';
import { connectors } from '../../sources/registry.ts';
import { sourceInfo } from '../../sources/source-info.ts';
import type { Context } from '../context.ts';

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

/** Every source that there is or could be: those of the connectors first, in the order in which they are synced. */
export async function sourceRows(context: Context, now: Date): Promise<SourceRow[]> {
  const db = await context.database();
  const states = new Map((await sourceStates(db)).map((state) => [state.source, state]));
  const records = await recordsBySource(db);
  const synced = connectors.flatMap((connector) => connector.sources.map((id) => ({ id, connector })));
  const known = new Set(synced.map(({ id }) => id));
  const others = [...new Set([...vulnerabilitySources, ...states.keys(), ...records.keys()])].filter(
    (id) => !known.has(id) && id !== 'unrecognised',
  );
  return [...synced, ...others.map((id) => ({ id, connector: null }))].map(({ id, connector }) => {
    // What comes with another source fares as that one does.
    const state = states.get(connector?.id ?? id) ?? null;
    return rowOf({ id, connector, state, records: records.get(id) ?? 0 }, context, now);
  });
}

interface Known {
  readonly id: string;
  readonly connector: Connector | null;
  readonly state: SourceStateRow | null;
  readonly records: number;
}

function rowOf({ id, connector, state, records }: Known, context: Context, now: Date): SourceRow {
  const { schedules, nvdApiKey, abuseChAuthKey } = context.config;
  const needs = connector?.needs?.({ nvdApiKey, abuseChAuthKey }) ?? null;
  const set = connector ? schedules.get(connector.id) : null;
  const schedule = set === undefined ? (connector?.every ?? null) : set;
  const lastSuccessAt = state?.lastSuccessAt ?? null;
  const facts: SourceFacts = {
    lastAttemptAt: state?.lastAttemptAt ?? null,
    lastSuccessAt,
    failingSince: state?.failingSince ?? null,
    isHeld: state?.held != null,
    isSynced: connector !== null,
    isScheduled: schedule !== null,
    needsSetting: needs !== null,
    staleAfterHours: connector?.staleAfterHours ?? Number.POSITIVE_INFINITY,
  };
  const health = sourceHealth(facts, now.toISOString());
  return {
    id,
    connector: connector?.id ?? null,
    ...about(id, connector),
    records,
    health,
    attention: needsAttention(health, facts, now.toISOString()),
    schedule,
    needs,
    staleAfterHours: connector?.staleAfterHours ?? null,
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

function about(id: string, connector: Connector | null) {
  if (connector && connector.id === id) {
    const { title, homepage, licence, attribution } = connector;
    return { title, homepage, licence, attribution };
  }
  if (!isSourceId(id)) return { title: 'Loaded from files', homepage: null, licence: null, attribution: null };
  const { title, homepage, licence, attribution } = sourceInfo[id];
  return { title, homepage: homepage || null, licence, attribution };
}
