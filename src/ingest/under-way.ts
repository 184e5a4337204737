/**
 * Work that is under way at once, each piece with the keys that it touches: no two pieces share one, so their order does
 * not matter.
 */
export class UnderWay {
  readonly #width: number;
  readonly #work = new Map<Promise<void>, ReadonlySet<string>>();
  #error: unknown = null;

  constructor(width: number) {
    this.#width = width;
  }

  /** Starts `work` as soon as there is room for it, and nothing under way touches its keys. @throws what earlier work threw */
  async start(keys: ReadonlySet<string>, work: () => Promise<void>): Promise<void> {
    while (this.#work.size >= this.#width || this.#meets(keys)) await Promise.race(this.#work.keys());
    this.#check();
    const done = work()
      .catch((error: unknown) => {
        this.#error ??= error;
      })
      .finally(() => this.#work.delete(done));
    this.#work.set(done, keys);
  }

  /** Waits for everything under way. @throws what the first failed piece threw */
  async settle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work.keys());
    this.#check();
  }

  #meets(keys: ReadonlySet<string>): boolean {
    return [...this.#work.values()].some((others) => !others.isDisjointFrom(keys));
  }

  #check(): void {
    if (this.#error) throw this.#error;
  }
}
