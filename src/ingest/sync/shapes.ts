import { nextShape, type Shape, ShapeCounter, strangeness } from '../../domain/shape.ts';
import type { FeedDocument } from '../../sources/connector.ts';
import type { Format } from '../../sources/contract.ts';
import { keyOf, kindOf, look, watched } from './look.ts';

/** Documents whose shapes are remembered; of more, those not seen for longest are forgotten. */
const most = 300;

type Remembered = Shape & { readonly at: string };

/** What a source's documents looked like when they were stored. Kept in `source_state.details`. */
export class ShapeBook {
  readonly #shapes: Map<string, Remembered>;
  readonly #force: boolean;

  /** `details` as they were remembered; with `force` nothing is strange. */
  constructor(details: Readonly<Record<string, unknown>>, force: boolean) {
    const { shapes } = details;
    const known = Object.entries((shapes ?? {}) as Record<string, Remembered>);
    this.#shapes = new Map(known.sort(([, a], [, b]) => (a.at < b.at ? -1 : 1)));
    this.#force = force;
  }

  /**
   * Compares a document with the one before. There is nothing to compare the first one with: it is counted as it is stored.
   * @returns what is strange about it, or null; the format to store it with; and what to call with the number of its records once it is stored
   */
  async compare(
    document: FeedDocument,
    signal: AbortSignal,
  ): Promise<{ strange: string | null; format: Format; stored: (records: number, at: string) => void }> {
    const key = keyOf(document);
    const kind = kindOf(document);
    const had = this.#shapes.get(key) ?? null;
    if (!had) return this.#firstOne(document);
    const came = await look(document, signal);
    return {
      strange: this.#force ? null : strangeness(kind, had, came),
      format: document.format,
      stored: (_, at) => this.#remember(key, { ...(this.#force ? came : nextShape(kind, had, came)), at }),
    };
  }

  #firstOne(document: FeedDocument): { strange: null; format: Format; stored: (records: number, at: string) => void } {
    const counter = new ShapeCounter();
    let released: string | null = null;
    const format: Format = {
      ...watched(document.format, counter),
      releasedAt(envelope, first) {
        released = document.format.releasedAt?.(envelope, first) ?? null;
        return released;
      },
    };
    const stored = (records: number, at: string) => {
      const shape = counter.shape(records, released);
      // Of what was known before, only a few passed by: they say nothing of the rest.
      const counted = shape.looked * 2 >= records ? shape : new ShapeCounter().shape(records, released);
      this.#remember(keyOf(document), { ...nextShape(kindOf(document), null, counted), at });
    };
    return { strange: null, format, stored };
  }

  #remember(key: string, shape: Remembered): void {
    this.#shapes.delete(key);
    this.#shapes.set(key, shape);
    const [oldest] = this.#shapes.keys();
    if (this.#shapes.size > most && oldest !== undefined) this.#shapes.delete(oldest);
  }

  /** To be kept. */
  details(): object {
    return { shapes: Object.fromEntries(this.#shapes) };
  }
}
