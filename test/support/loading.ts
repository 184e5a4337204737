import { expect } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { runs } from '../../src/db/runs.ts';
import { type IngestOptions, type IngestResult, ingest } from '../../src/ingest/ingest.ts';

/** Loads files as the command does. `at` is the time it is then. */
export async function load(
  db: Database,
  inputs: readonly string[],
  at = '2024-06-01T00:00:00.000Z',
  options: Partial<IngestOptions> = {},
): Promise<IngestResult> {
  return ingest(db, { inputs, label: null, format: null, dryRun: false, now: () => new Date(at), ...options });
}

/** Loads files and expects each of them to be fine. */
export async function loadWell(db: Database, inputs: readonly string[], at?: string): Promise<IngestResult> {
  const result = await load(db, inputs, at);
  expect(result.failures).toEqual([]);
  expect(result.runs.map((r) => r.status)).toEqual(result.runs.map(() => 'success'));
  await expectSums(db, result);
  return result;
}

/** The counts of a source's run: [fetched, inserted, updated, unchanged, rejected, withdrawn]. */
export function countsOf(result: IngestResult, source: string): number[] {
  const counts = result.runs.find((r) => r.source === source)?.counts;
  if (!counts) return [];
  return [counts.fetched, counts.inserted, counts.updated, counts.unchanged, counts.rejected, counts.withdrawn];
}

/** The four outcomes add up to what was fetched, and the runs' rows say the same. */
export async function expectSums(db: Database, result: IngestResult): Promise<void> {
  const rows = await runs(db, 1000, null);
  for (const run of result.runs) {
    const { fetched, inserted, updated, unchanged, rejected, withdrawn } = run.counts;
    expect(inserted + updated + unchanged + rejected).toBe(fetched);
    expect(rows.find((row) => row.id === run.id)).toMatchObject({
      source: run.source,
      status: run.status,
      error: run.error,
      fetched,
      inserted,
      updated,
      unchanged,
      rejected,
      withdrawn,
    });
  }
}
