import type { Readable } from 'node:stream';
import type { Database } from '../db/database.ts';
import { messageOf } from '../errors.ts';
import type { Format } from '../sources/contract.ts';
import { traced } from '../tracing.ts';
import type { Inputs } from './input.ts';
import { Intake } from './intake.ts';
import type { Progress } from './progress.ts';
import type { ReadLimits } from './read/contract.ts';
import { failDeadRuns, recover } from './recover.ts';
import { type Run, RunBook } from './run-book.ts';

export interface IngestOptions {
  readonly inputs: Inputs;
  readonly label: string | null;
  readonly format: Format | null; // null: told from the content
  readonly dryRun: boolean;
  readonly now: () => Date;
  readonly signal?: AbortSignal;
  readonly stdin?: Readable;
  readonly limits?: Partial<ReadLimits>;
  readonly progress?: (progress: Progress) => void;
  /** Sources whose runs begin at once, also when nothing comes from them. */
  readonly sources?: readonly string[];
  /** What the runs keep of how they were asked for; by default the inputs. */
  readonly config?: object;
  /** Others read meanwhile: slower, but nobody waits long, not even for the one session of the embedded database. */
  readonly considerate?: boolean;
  /** Told of each run as it begins. */
  readonly began?: (run: number) => void;
}

/** What an ingest did. The runs' counts add up to what was fetched, each for its source. */
export interface IngestResult {
  readonly runs: readonly Run[];
  readonly failures: readonly { readonly document: string; readonly reason: string }[];
  readonly seconds: number;
  readonly interrupted: boolean;
}

/**
 * Reads the inputs and stores what they say: read → parse → compare → store → merge → record the run.
 * A document that fails is reported and the others go on; an abort ends after the batches in hand.
 * @throws AppError `not_found` or `invalid_input` before anything is read; database errors after the runs were marked
 */
export async function ingest(db: Database, options: IngestOptions): Promise<IngestResult> {
  return traced(
    () => ({ name: 'ingest', kind: 'internal' }),
    async (span) => {
      const result = await ingested(db, options);
      for (const { source, id, status, counts } of result.runs) {
        const { fetched, rejected } = counts;
        const run = `openthreat.run.${source}`;
        span.set({
          [`${run}.id`]: id ?? 0,
          [`${run}.status`]: status,
          [`${run}.fetched`]: fetched,
          [`${run}.rejected`]: rejected,
        });
      }
      return result;
    },
  );
}

async function ingested(db: Database, options: IngestOptions): Promise<IngestResult> {
  const { now } = options;
  const start = performance.now();
  if (!options.dryRun) await failDeadRuns(db, now);
  const config = options.config ?? { inputs: options.inputs, format: options.format?.id ?? 'auto' };
  const book = new RunBook(db, {
    label: options.label,
    config,
    now,
    dry: options.dryRun,
    began: options.began ?? (() => {}),
  });
  for (const source of options.sources ?? []) await book.run(source);
  const intake = new Intake(db, book, options);
  let failure: unknown = null;
  const attempt = async (step: () => Promise<void>) => {
    await step().catch((error: unknown) => {
      failure ??= error;
    });
  };
  await attempt(() => intake.readAll());
  await attempt(() => intake.settle());
  const interrupted = options.signal?.aborted === true;
  await attempt(async () => {
    if (!failure) await intake.close();
    const why = failure ? messageOf(failure) : interrupted ? 'Interrupted; the same command goes on from here.' : null;
    await book.finish(why, intake.released);
    if (!options.dryRun) await recover(db, now); // what a load that was killed had left
  });
  if (failure) throw failure;
  return {
    runs: [...book.runs.values()],
    failures: intake.failures,
    seconds: (performance.now() - start) / 1000,
    interrupted,
  };
}
