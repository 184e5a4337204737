/** What is known of a source, to tell how it fares. Times are ISO 8601 UTC. */
export interface SourceFacts {
  readonly lastAttemptAt: string | null;
  readonly lastSuccessAt: string | null;
  readonly failingSince: string | null;
  readonly isHeld: boolean;
  /** There is somewhere to fetch it from. */
  readonly isSynced: boolean;
  /** It is synced by a schedule, or by hand only. */
  readonly isScheduled: boolean;
  /** A setting that it needs is missing. */
  readonly needsSetting: boolean;
  readonly staleAfterHours: number;
}

/**
 * `fresh`, `stale`: by its last success. `failing`: the last sync failed, but what is stored is not stale yet. `held`: the last
 * document looked strange. `never`: not asked yet. `files`: loaded from files only. `off`: synced by hand only.
 * `needs_setting`: not asked, because a setting is missing.
 */
export type SourceHealth = 'fresh' | 'stale' | 'failing' | 'held' | 'never' | 'files' | 'off' | 'needs_setting';

const hour = 3_600_000;

/** A failure for so long is told to whoever monitors, however seldom the source is synced. */
const longestFailureMs = 24 * hour;

/** How a source fares at `now`. */
export function sourceHealth(facts: SourceFacts, now: string): SourceHealth {
  const { lastAttemptAt, lastSuccessAt, failingSince } = facts;
  if (!facts.isSynced) return 'files';
  if (facts.isHeld) return 'held';
  if (lastAttemptAt === null) {
    if (facts.needsSetting) return 'needs_setting';
    if (lastSuccessAt !== null) return 'files';
    return facts.isScheduled ? 'never' : 'off';
  }
  if (!facts.isScheduled) return failingSince === null ? 'off' : 'failing';
  if (facts.needsSetting && lastSuccessAt === null) return 'needs_setting';
  if (lastSuccessAt !== null && isOlder(lastSuccessAt, facts.staleAfterHours * hour, now)) return 'stale';
  if (failingSince !== null) return 'failing';
  return lastSuccessAt === null ? 'never' : 'fresh';
}

/**
 * Whether somebody must look after a source: it is stale or held, or has been failing for a day, or for as long as makes it
 * stale. One that is synced by hand only, or was never asked, needs nobody.
 */
export function needsAttention(health: SourceHealth, facts: SourceFacts, now: string): boolean {
  if (health === 'held' || health === 'stale') return true;
  if (health !== 'failing' || facts.failingSince === null || !facts.isScheduled) return false;
  return isOlder(facts.failingSince, Math.min(longestFailureMs, facts.staleAfterHours * hour), now);
}

function isOlder(time: string, ms: number, now: string): boolean {
  return Date.parse(now) - Date.parse(time) > ms;
}
