import type { RejectedRecord } from '../db/write/rejected.ts';

/** So many rejections of a kind are kept of a document, with their places; the others are counted. */
const mostAlike = 20;
/** So many kinds are told apart at once: then what is known of them is settled, and counting begins anew. */
const mostKinds = 5_000;

interface Kind {
  readonly first: RejectedRecord;
  count: number;
  kept: number;
}

/** Which rejections of an ingest are kept: a list of a hundred thousand paths is one mistake and not a hundred thousand. */
export class KeptRejections {
  readonly #kinds = new Map<string, Kind>();
  #settled: RejectedRecord[] = [];

  /** Those of `rejected` that are to be kept. Changes nothing: their transaction may have to be repeated. */
  choose(rejected: readonly RejectedRecord[]): readonly RejectedRecord[] {
    const chosen = new Map<string, number>();
    return rejected.filter((one) => {
      const key = kindOf(one);
      const before = chosen.get(key) ?? this.#kinds.get(key)?.kept ?? 0;
      chosen.set(key, before + 1);
      return before < mostAlike;
    });
  }

  /** `rejected` are counted, and `kept` of them are stored. */
  take(rejected: readonly RejectedRecord[], kept: readonly RejectedRecord[]): void {
    for (const one of rejected) this.#kind(one).count++;
    for (const one of kept) this.#kind(one).kept++;
    if (this.#kinds.size > mostKinds) this.#settle();
  }

  /** For each kind of which a source had more than are kept, a record that says how many more. */
  rest(source: string): readonly RejectedRecord[] {
    this.#settle();
    return this.#settled.filter((one) => one.source === source);
  }

  #kind(one: RejectedRecord): Kind {
    const key = kindOf(one);
    let kind = this.#kinds.get(key);
    if (!kind) {
      kind = { first: one, count: 0, kept: 0 };
      this.#kinds.set(key, kind);
    }
    return kind;
  }

  #settle(): void {
    this.#settled.push(...[...this.#kinds.values()].flatMap(restOf));
    this.#kinds.clear();
  }
}

function restOf({ first, count, kept }: Kind): RejectedRecord[] {
  const more = count - kept;
  if (more === 0) return [];
  const place = `${more.toLocaleString('en-US')} more`;
  return [{ ...first, place, reason: withoutQuoted(first.reason), excerpt: '' }];
}

/** The same document and the same reason, whatever it names in quotes and in numbers. */
function kindOf({ source, document, reason }: RejectedRecord): string {
  return `${source}\n${document}\n${withoutQuoted(reason).replaceAll(/\d+/g, '0')}`;
}

function withoutQuoted(reason: string): string {
  return reason.replaceAll(/"(?:[^"\\]|\\.)*"/g, '"…"');
}
