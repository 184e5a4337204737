import { setTimeout } from 'node:timers/promises';
import { messageOf } from '../../../src/errors.ts';
import { diskFull, restored } from './backup-steps.ts';
import type { Seen } from './readers.ts';
import type { Stage } from './stage.ts';
import { databaseKilled, primaryLost, redisGone, replicaLags, type Step, serverKilled, workerKilled } from './steps.ts';

/** A bad week, one thing after the other. */
export const week: readonly Step[] = [
  serverKilled,
  workerKilled,
  databaseKilled,
  primaryLost,
  replicaLags,
  redisGone,
  diskFull,
  restored,
];

/** What came of a step. */
export interface Outcome {
  readonly step: string;
  /** Why it was not played. */
  readonly leftOut: string | null;
  /** What is missing or wrong afterwards; nothing, when all is well. */
  readonly lost: readonly string[];
  readonly note: string | null;
  readonly seen: Seen;
  readonly acknowledged: number; // documents during the step
  readonly seconds: number;
}

/** Plays a step while others read and write, and reckons afterwards. */
export async function play(stage: Stage, { name, play: work, leftOut }: Step): Promise<Outcome> {
  const { writer, readers, ledger, reckoning, size } = stage;
  const begin = performance.now();
  const why = leftOut?.(stage) ?? null;
  const before = ledger.version;
  const lost: string[] = [];
  let note: string | null = null;
  readers.take();
  if (why === null) {
    writer.go();
    await setTimeout(size.calmMs);
    note = await work(stage).catch((error: unknown) => {
      lost.push(messageOf(error));
      return null;
    });
    await setTimeout(size.calmMs);
  }
  await writer.pause();
  const seen = readers.take();
  const seconds = (performance.now() - begin) / 1000;
  lost.push(...writer.faults.splice(0), ...seen.faults);
  lost.push(...(await stage.onPrimary((db) => reckoning.differences(db, ledger))));
  return { step: name, leftOut: why, lost, note, seen, acknowledged: ledger.version - before, seconds };
}
