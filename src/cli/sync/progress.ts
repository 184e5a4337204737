import type { SyncContext } from '../../ingest/sync/contract.ts';
import type { Context } from '../context.ts';
import { ProgressLine } from '../progress.ts';

/** Does `work` with a sync context whose progress is drawn, one source after the other. */
export async function watchedSyncs<T>(context: Context, work: (syncing: SyncContext) => Promise<T>): Promise<T> {
  let line: ProgressLine | null = null;
  let source = '';
  const syncing = await context.syncContext();
  const end = () => line?.end();
  try {
    return await work({
      ...syncing,
      progress(progress, { id }) {
        if (id !== source || !line) {
          end();
          source = id;
          line = new ProgressLine(context.output, id);
        }
        // The bytes are those of one document of who knows how many.
        line.update(progress.kind === 'records' ? { ...progress, bytesTotal: null } : progress);
      },
      say(text) {
        end();
        syncing.say?.(text);
      },
    });
  } finally {
    end();
  }
}
