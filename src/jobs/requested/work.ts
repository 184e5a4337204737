import type { Database } from '../../db/database.ts';
import type { TaskResult } from '../../db/tasks.ts';
import { AppError } from '../../errors.ts';
import { ingest } from '../../ingest/ingest.ts';
import { rescore } from '../../ingest/rebuild.ts';
import type { SyncContext } from '../../ingest/sync/contract.ts';
import { syncSource } from '../../ingest/sync/sync-source.ts';
import type { Connector } from '../../sources/connector.ts';
import type { Format } from '../../sources/contract.ts';
import type { Work } from './contract.ts';

/** What a document that was sent is called in rejections and reasons. */
const nameOfDocument = 'document';
/** More documents of an archive that could not be used are only counted. */
const mostFailures = 20;

/** Stores what a document says that lies in a file. */
export function ingestWork(
  { db, now }: { readonly db: Database; readonly now: () => Date },
  document: { readonly file: string; readonly label: string | null; readonly format: Format | null },
): Work {
  return async (report, signal) => {
    report.begin('reading');
    const { file, label, format } = document;
    const { failures, seconds, interrupted } = await ingest(db, {
      inputs: { file, name: nameOfDocument },
      label,
      format,
      dryRun: false,
      now,
      signal,
      considerate: true,
      config: { request: 'ingest', format: format?.id ?? 'auto' },
      progress: (progress) => report.ingest(progress),
      began: (run) => report.run(run),
    });
    if (interrupted) throw stopped('What was stored is kept: send the document again to go on from there.');
    const [first] = failures;
    const more = failures.length > 1 ? `, and ${failures.length - 1} more documents could not be used` : '';
    return {
      result: { changed: null, failures: failures.slice(0, mostFailures), seconds },
      error: first ? `${first.document} ${first.reason}${more}.` : null,
    };
  };
}

/** Fetches what is new of a source and stores it. */
export function syncWork(context: SyncContext, connector: Connector, full: boolean): Work {
  return async (report, signal) => {
    report.begin('reading');
    const { outcome, reason, seconds } = await syncSource(
      {
        ...context,
        signal,
        considerate: true,
        progress: (progress) => report.ingest(progress),
        began: (run) => report.run(run),
      },
      connector,
      { full },
    );
    if (outcome === 'interrupted') throw stopped('What was stored is kept: the next sync goes on from there.');
    return { result: nothingElse(seconds), error: outcome === 'synced' ? null : (reason ?? outcome) };
  };
}

/** Brings all priorities to the day. */
export function rescoreWork({ db, now }: { readonly db: Database; readonly now: () => Date }): Work {
  return async (report, signal) => {
    report.begin('scoring');
    const start = performance.now();
    const day = now().toISOString().slice(0, 10);
    const changed = await rescore(db, day, signal, (done) => report.records(done));
    if (signal.aborted) throw stopped('What was done is kept: ask for it again to do the rest.');
    return { result: { ...nothingElse((performance.now() - start) / 1000), changed }, error: null };
  };
}

function nothingElse(seconds: number): TaskResult {
  return { changed: null, failures: [], seconds };
}

function stopped(what: string): AppError {
  return new AppError('interrupted', `Interrupted: the server was stopped. ${what}`);
}
