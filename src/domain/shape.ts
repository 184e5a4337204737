import type { SourceRecord } from './record.ts';

/** What a record may be without. `use`: it cannot be used at all. */
const lacks = ['use', 'description', 'vendor', 'score'] as const;
type Lack = (typeof lacks)[number];

/** What a document looks like, as far as counting tells. */
export interface Shape {
  readonly records: number;
  /** How many records were looked into, and how many of them lacked what. */
  readonly looked: number;
  readonly without: Readonly<Record<Lack, number>>;
  /** How many of those looked into are published: only they are to have a description, a vendor and a score. */
  readonly published: number;
  /** When a whole catalogue was released (ISO 8601 UTC), or null. */
  readonly released: string | null;
}

/**
 * What a document is. `catalogue`: all there is. `list`: all that is live now, which comes and goes. `recent`: what came lately,
 * more of it or less. `feed`: the same records each time, and more. `answer`: whatever changed lately, in pages.
 */
export type DocumentKind = 'catalogue' | 'list' | 'recent' | 'feed' | 'answer';

const nothing = { use: 0, description: 0, vendor: 0, score: 0 } as const satisfies Record<Lack, number>;

/** Counts what records lack, as they pass. */
export class ShapeCounter {
  #looked = 0;
  #published = 0;
  readonly #without: Record<Lack, number> = { ...nothing };

  /** Looks into what one raw record says, which may be of several sources; [] when it cannot be used. */
  add(said: readonly SourceRecord[]): void {
    this.#looked++;
    if (said.length === 0) this.#without.use++;
    if (!said.some((r) => r.state === 'published')) return;
    this.#published++;
    if (said.every((r) => r.description === null)) this.#without.description++;
    if (!said.some((r) => r.affected.some((a) => a.vendor || a.product))) this.#without.vendor++;
    if (said.every((r) => r.cvss.length === 0 && r.severity === null)) this.#without.score++;
  }

  /** Counts a record of another kind, which may be used or not. */
  addOther(usable: boolean): void {
    this.#looked++;
    if (!usable) this.#without.use++;
  }

  /** The shape of a document of `records` records. */
  shape(records: number, released: string | null): Shape {
    return { records, released, looked: this.#looked, published: this.#published, without: { ...this.#without } };
  }
}

/** A catalogue may shrink by so much from one time to the next. Entries are taken back one by one, hardly ever by the dozen. */
const shrinksBy = 0.1;

/** A list of what is live may; below `smallList` entries it may also be empty: Feodo Tracker's was, after arrests. */
const listShrinksBy = 0.5;
const smallList = 100;

/**
 * How a share of records without something may move. `to`: at least this large, before it is looked at. `by`: by more than
 * this, in points. `looked`: in documents with fewer such records, chance moves it.
 *
 * The same records each time: their vendors and scores only get more, so 20 points are no chance. What changed lately
 * differs from hour to hour: NVD's new records have neither vendor nor score for weeks, and one CNA publishes hundreds of
 * them in a day; a page of an API that is sorted by publication ends in them. There only a field that is gone from every
 * one of many records tells that the feed is broken. Descriptions are there from the first day, in every feed.
 */
const rules: Readonly<Record<'same' | 'other', Readonly<Record<Lack, { to: number; by: number; looked: number }>>>> = {
  same: {
    use: { to: 0.1, by: 0.1, looked: 20 },
    description: { to: 0.1, by: 0.1, looked: 50 },
    vendor: { to: 0.2, by: 0.2, looked: 50 },
    score: { to: 0.2, by: 0.2, looked: 50 },
  },
  other: {
    use: { to: 0.5, by: 0.4, looked: 20 },
    description: { to: 0.5, by: 0.4, looked: 100 },
    vendor: { to: 1, by: 0.28, looked: 1500 },
    score: { to: 1, by: 0.28, looked: 1000 },
  },
};

/**
 * Whether a document looks so unlike the one before that it is better not stored.
 * @returns what is strange about it, for people, or null
 */
export function strangeness(kind: DocumentKind, had: Shape, came: Shape): string | null {
  if (came.released !== null && had.released !== null && came.released < had.released) return null; // a day of the past
  const shrunk = whatVanished(kind, had.records, came.records);
  if (shrunk !== null) return shrunk;
  const rule = rules[isSame(kind, had, came) ? 'same' : 'other'];
  for (const lack of lacks) {
    const [before, now] = [share(had, lack), share(came, lack)];
    const { to, by, looked } = rule[lack];
    if (before === null || now === null || before.of < looked || now.of < looked) continue;
    if (now.share >= to && now.share - before.share > by)
      return `${percent(now.share)} of its records ${words[lack]}, and it was ${percent(before.share)} before`;
  }
  return null;
}

/** Whether it is the same records again. A feed that has grown by much is not: NVD's newest year, after months. */
function isSame(kind: DocumentKind, had: Shape, came: Shape): boolean {
  return kind === 'catalogue' || (kind === 'feed' && came.records < had.records * 1.25);
}

function whatVanished(kind: DocumentKind, had: number, came: number): string | null {
  const isLarge = had >= smallList;
  const isGone =
    (kind === 'catalogue' && came < had * (1 - shrinksBy)) ||
    (kind === 'list' && isLarge && came < had * (1 - listShrinksBy)) ||
    (kind === 'recent' && isLarge && came === 0);
  return isGone ? `${number(had)} entries became ${number(came)}` : null;
}

const words: Readonly<Record<Lack, string>> = {
  use: 'cannot be used',
  description: 'have no description',
  vendor: 'name no vendor or product',
  score: 'have no score',
};

function share(shape: Shape, lack: Lack): { share: number; of: number } | null {
  const of = lack === 'use' ? shape.looked : shape.published;
  return of === 0 ? null : { share: shape.without[lack] / of, of };
}

/** What answers looked like, over so many records at the most: older ones fade. */
const remembered = 20_000;

/** The shape to compare the next document with, when `came` is stored. */
export function nextShape(kind: DocumentKind, had: Shape | null, came: Shape): Shape {
  if (had?.released && came.released && came.released < had.released) return had;
  if (!had || kind !== 'answer') return came.looked === 0 && had ? { ...had, records: came.records } : came;
  const keep = Math.min(1, Math.max(0, remembered - came.looked) / Math.max(1, had.looked));
  const sum = (a: number, b: number) => Math.round(a * keep) + b;
  return {
    records: came.records,
    looked: sum(had.looked, came.looked),
    published: sum(had.published, came.published),
    released: came.released,
    without: {
      use: sum(had.without.use, came.without.use),
      description: sum(had.without.description, came.without.description),
      vendor: sum(had.without.vendor, came.without.vendor),
      score: sum(had.without.score, came.without.score),
    },
  };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function number(n: number): string {
  return n.toLocaleString('en-US');
}
