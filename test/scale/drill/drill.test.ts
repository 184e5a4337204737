import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresPrograms } from '../../support/server-programs.ts';
import { play, week } from './drill.ts';
import { maxLagMs, Stage } from './stage.ts';
import { replicaLags } from './steps.ts';

/** Ceilings for a machine that others keep busy; `npm run drill` says how long it really was. */
const longestSilenceMs = 30_000;
const lagOfMachineMs = 5000;

describe.skipIf(postgresPrograms() === null)(
  'a bad week, in a short form: nothing acknowledged is missing after',
  () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await Stage.build({ readers: 3, records: 300, calmMs: 500 });
    });
    afterAll(() => stage?.destroy());

    test.each(week)('$name', async (step) => {
      const { leftOut, lost, seen, acknowledged } = await play(stage, step);
      expect(lost).toEqual([]);
      if (leftOut !== null) return;
      expect([...seen.statuses.keys()].filter((status) => status !== 200 && status !== 503)).toEqual([]);
      expect(seen.answers).toBeGreaterThan(0);
      expect(acknowledged).toBeGreaterThan(0);
      expect(seen.silence).toBeLessThan(longestSilenceMs);
      if (step === replicaLags) expect(seen.staleness).toBeLessThan(maxLagMs + lagOfMachineMs);
    });
  },
);
