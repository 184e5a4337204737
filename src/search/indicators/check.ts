import type { Db } from '../../db/database.ts';
import { networkPrefixes } from '../../db/indicators.ts';
import type { Indicator } from '../../domain/indicator.ts';
import { type Match, matches } from './match.ts';

/** An indicator that was found in a text, and what is known of it. */
export interface Finding {
  readonly typed: string; // as it stood there the first time
  readonly indicator: Indicator;
  readonly lines: number; // how many lines it stands in
  readonly firstLine: number;
  readonly matches: readonly Match[]; // none: nobody reports it
}

interface Sighting {
  readonly typed: string;
  readonly indicator: Indicator;
  lines: number;
  firstLine: number;
  lastLine: number;
  matches: readonly Match[];
}

/** So many different indicators are looked up at once … */
const batch = 1000;
/** … and so many of the last ones remembered, known or not. */
const remembered = 100_000;
const atOnce = 2;

/**
 * Looks up the indicators of a text as it comes, each different one once. Its memory does not grow with the text: of the
 * findings at most `limit` are kept, `dropped` says how many more there were.
 */
export class Check {
  readonly #db: Db;
  readonly #prefixes: readonly number[];
  readonly #limit: number;
  readonly #keepsUnknown: boolean;
  readonly #kept = new Map<string, Sighting>();
  #recent = new Map<string, Sighting>();
  #older = new Map<string, Sighting>();
  #waiting = new Map<string, Sighting>();
  readonly #underWay = new Set<Promise<void>>();
  #error: unknown = null;
  /** Different indicators that were looked up; one that was forgotten in between counts again. */
  looked = 0;
  dropped = 0;

  private constructor(db: Db, prefixes: readonly number[], options: { limit: number; unknown: boolean }) {
    this.#db = db;
    this.#prefixes = prefixes;
    this.#limit = options.limit;
    this.#keepsUnknown = options.unknown;
  }

  /** `unknown`: keeps indicators that nobody reports as well. */
  static async begin(db: Db, options: { limit: number; unknown: boolean }): Promise<Check> {
    return new Check(db, await networkPrefixes(db), options);
  }

  /** Notes an indicator that stands in a line. Lines count from 1. */
  see(indicator: Indicator, typed: string, line: number): void {
    const sighting = this.#find(indicator.value);
    if (sighting) {
      if (sighting.lastLine !== line) sighting.lines++;
      sighting.lastLine = line;
      return;
    }
    // A copy: a part of the line would keep all of it in memory.
    const own = { type: indicator.type, value: detached(indicator.value) };
    const seen = { typed: detached(typed), indicator: own, lines: 1, firstLine: line, lastLine: line, matches: [] };
    this.#waiting.set(own.value, seen);
    this.looked++;
  }

  /** Whether enough was seen to be looked up. */
  get due(): boolean {
    return this.#waiting.size >= batch;
  }

  /** Sends off what was seen to be looked up, waiting while enough is under way. @throws what looking up threw */
  async send(): Promise<void> {
    while (this.#underWay.size >= atOnce) await Promise.race(this.#underWay);
    if (this.#error) throw this.#error;
    if (this.#waiting.size === 0) return;
    const sightings = [...this.#waiting.values()];
    for (const sighting of sightings) this.#remember(sighting);
    this.#waiting = new Map();
    const work = this.#lookUp(sightings)
      .catch((error: unknown) => {
        this.#error ??= error;
      })
      .finally(() => this.#underWay.delete(work));
    this.#underWay.add(work);
  }

  /** Looks up the rest. @returns the findings in the order in which they stand in the text */
  async end(): Promise<Finding[]> {
    await this.send();
    await Promise.all(this.#underWay);
    if (this.#error) throw this.#error;
    return [...this.#kept.values()]
      .sort((a, b) => a.firstLine - b.firstLine)
      .map(({ lastLine: _, ...finding }) => finding);
  }

  #find(value: string): Sighting | undefined {
    const near = this.#waiting.get(value) ?? this.#kept.get(value) ?? this.#recent.get(value);
    if (near) return near;
    const far = this.#older.get(value);
    if (far) this.#remember(far);
    return far;
  }

  #remember(sighting: Sighting): void {
    if (this.#recent.size >= remembered / 2) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(sighting.indicator.value, sighting);
  }

  async #lookUp(sightings: readonly Sighting[]): Promise<void> {
    const found = await matches(
      this.#db,
      sightings.map((s) => s.indicator),
      this.#prefixes,
    );
    sightings.forEach((sighting, i) => {
      sighting.matches = found[i] ?? [];
      if (sighting.matches.length > 0 || this.#keepsUnknown) this.#keep(sighting);
    });
  }

  #keep(sighting: Sighting): void {
    const before = this.#kept.get(sighting.indicator.value);
    if (before) {
      // It was forgotten while it was looked up.
      before.lines += sighting.lines;
      before.firstLine = Math.min(before.firstLine, sighting.firstLine);
    } else if (this.#kept.size < this.#limit) this.#kept.set(sighting.indicator.value, sighting);
    else this.dropped++;
  }
}

function detached(text: string): string {
  return Buffer.from(text).toString();
}
