import { setTimeout } from 'node:timers/promises';
import type { Db } from '../../db/database.ts';
import { type TaskRow, tasksById } from '../../db/tasks.ts';
import { AppError } from '../../errors.ts';

/** So many may follow tasks at a time. */
const mostFollowers = 100;
/** A sign of life after so many looks in vain, so that proxies keep the connection. */
const quietLooks = 30;

interface Look {
  readonly asked: ReadonlySet<string>;
  readonly tasks: ReadonlyMap<string, TaskRow>;
}

/** Follows tasks by their rows, whoever does them: one look for all, at most twice a second. */
export class Followers {
  readonly #db: Db;
  readonly #everyMs: number;
  readonly #stopped = new AbortController();
  readonly #ids = new Map<string, number>(); // how many follow each
  #count = 0;
  #look: Promise<Look> | null = null;

  constructor(db: Db, everyMs = 500) {
    this.#db = db;
    this.#everyMs = everyMs;
  }

  /** As `Tasks.follow`. Ends early when this is stopped. */
  async *follow(id: string): AsyncGenerator<TaskRow | null> {
    if (this.#count >= mostFollowers)
      throw new AppError('overloaded', 'Too many tasks are being followed: try again, or ask for the task itself.');
    this.#enter(id);
    try {
      yield* this.#changes(id);
    } finally {
      this.#leave(id);
    }
  }

  /** Ends all. */
  stop(): void {
    this.#stopped.abort();
  }

  async *#changes(id: string): AsyncGenerator<TaskRow | null> {
    let last = '';
    let quiet = 0;
    for (let task = (await tasksById(this.#db, [id])).get(id); task; task = await this.#next(id)) {
      const text = JSON.stringify(task);
      quiet = text === last ? quiet + 1 : 0;
      if (text !== last) yield task;
      else if (quiet % quietLooks === 0) yield null;
      last = text;
      if (task.state === 'success' || task.state === 'failed') return;
    }
  }

  /** The task at the next look; undefined when it is gone, or all are to end. */
  async #next(id: string): Promise<TaskRow | undefined> {
    for (;;) {
      this.#look ??= this.#lookAgain().finally(() => {
        this.#look = null;
      });
      const { asked, tasks } = await this.#look;
      if (asked.has(id) || this.#stopped.signal.aborted) return tasks.get(id);
    }
  }

  async #lookAgain(): Promise<Look> {
    const { signal } = this.#stopped;
    await setTimeout(this.#everyMs, null, { signal }).catch(() => {});
    const asked = new Set(signal.aborted ? [] : this.#ids.keys());
    return { asked, tasks: await tasksById(this.#db, [...asked]) };
  }

  #enter(id: string): void {
    this.#count++;
    this.#ids.set(id, (this.#ids.get(id) ?? 0) + 1);
  }

  #leave(id: string): void {
    this.#count--;
    const others = (this.#ids.get(id) ?? 1) - 1;
    if (others > 0) this.#ids.set(id, others);
    else this.#ids.delete(id);
  }
}
