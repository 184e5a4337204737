import { thisOwner } from '../../db/owner.ts';
import type { TaskProgress } from '../../db/tasks.ts';
import type { Progress } from '../../ingest/progress.ts';

/** More runs than this are not listed: an archive of everything has about as many as there are sources. */
const mostRuns = 100;

/** How far a task is, told by whoever does it; written down by whoever looks from time to time. */
export class Report {
  #progress: TaskProgress = {
    owner: thisOwner(),
    step: 'waiting',
    records: 0,
    recordsPerSecond: null,
    bytesRead: null,
    bytesTotal: null,
    runs: [],
  };
  #began = performance.now();
  #isNew = false;

  get progress(): TaskProgress {
    return this.#progress;
  }

  begin(step: 'reading' | 'scoring'): void {
    this.#began = performance.now();
    this.#set({ step });
  }

  run(id: number): void {
    if (this.#progress.runs.length < mostRuns) this.#set({ runs: [...this.#progress.runs, id] });
  }

  records(records: number): void {
    const seconds = (performance.now() - this.#began) / 1000;
    this.#set({ records, recordsPerSecond: seconds > 1 ? Math.round(records / seconds) : null });
  }

  ingest(progress: Progress): void {
    if (progress.kind === 'indexing') {
      this.#set({ step: 'indexing' });
    } else {
      this.records(progress.done);
      this.#set({ bytesRead: progress.bytesRead, bytesTotal: progress.bytesTotal });
    }
  }

  /** What has changed since this was asked last, or null. */
  news(): TaskProgress | null {
    const isNew = this.#isNew;
    this.#isNew = false;
    return isNew ? this.#progress : null;
  }

  #set(changes: Partial<TaskProgress>): void {
    this.#progress = { ...this.#progress, ...changes };
    this.#isNew = true;
  }
}
