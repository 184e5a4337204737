/** A place in the write-ahead log, in bytes from its beginning. */
export type Lsn = bigint;

/** So many places are remembered: at four a second, those of five minutes. */
const most = 1200;

/** Where the primary was when: by that it is known since when a standby is behind, whatever the clocks of machines say. */
export class Positions {
  #seen: { lsn: Lsn; at: number }[] = [];

  /** The primary was at `lsn` at the moment `at`, in milliseconds. While it writes nothing, nobody gets behind. */
  note(lsn: Lsn, at: number): void {
    const last = this.#seen.at(-1);
    if (last?.lsn === lsn) last.at = at;
    else this.#seen.push({ lsn, at });
    if (this.#seen.length > most) this.#seen = this.#seen.slice(-most / 2);
  }

  /** Forgets all: the primary is another one, with a history of its own. */
  clear(): void {
    this.#seen = [];
  }

  /** How far behind a standby is that has applied everything before `lsn`, in milliseconds; null: longer than is known. */
  lagOf(lsn: Lsn, now: number): number | null {
    const last = this.#seen.at(-1);
    if (!last || lsn >= last.lsn) return 0;
    const passed = this.#seen.findLast((one) => one.lsn <= lsn);
    return passed ? now - passed.at : null;
  }
}
