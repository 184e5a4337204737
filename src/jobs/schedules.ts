import { CronExpressionParser } from 'cron-parser';
import { AppError, messageOf } from '../errors.ts';
import type { Connector } from '../sources/connector.ts';

/** By connector: its cron expression in UTC, or null when it is synced by hand only. */
export type Schedules = ReadonlyMap<string, string | null>;

/**
 * The schedules of all connectors: their own, where the settings say nothing else.
 * @throws AppError `invalid_setting` that names the part of OPENTHREAT_SCHEDULES that is wrong
 */
export function schedulesOf(connectors: readonly Connector[], settings: Schedules): Schedules {
  const known = new Set(connectors.map(({ id }) => id));
  for (const [id, cron] of settings) {
    if (!known.has(id)) throw invalid(`names ${id}, which is not synced: openthreat sources lists what is`);
    const wrong = cron === null ? null : whatIsWrong(cron);
    if (wrong !== null) throw invalid(`gives ${id} the times "${cron}", which are none: ${wrong}`);
  }
  return new Map(connectors.map(({ id, every }) => [id, settings.has(id) ? (settings.get(id) ?? null) : every]));
}

/** The first time after `after` that a cron expression names. UTC. */
export function nextTime(cron: string, after: Date): Date {
  return CronExpressionParser.parse(cron, { tz: 'UTC', currentDate: after }).next().toDate();
}

/** The last time before or at `at` that a cron expression names. UTC. */
export function lastTime(cron: string, at: Date): Date {
  const currentDate = new Date(at.getTime() + 1);
  return CronExpressionParser.parse(cron, { tz: 'UTC', currentDate }).prev().toDate();
}

/** When a source is synced next by itself; null: never. */
export function nextRun(schedules: Schedules, id: string, after: Date): Date | null {
  const cron = schedules.get(id) ?? null;
  return cron === null ? null : nextTime(cron, after);
}

function whatIsWrong(cron: string): string | null {
  // Times that are drawn by lot are others in each process.
  if (/(?:^|[\s,])H/.test(cron)) return 'H is not supported';
  try {
    nextTime(cron, new Date(0));
    return null;
  } catch (error) {
    return messageOf(error).replaceAll(/\s+/g, ' ').slice(0, 200);
  }
}

function invalid(what: string): AppError {
  return new AppError('invalid_setting', `OPENTHREAT_SCHEDULES ${what}.`, { setting: 'OPENTHREAT_SCHEDULES' });
}
