import type { Progress } from '../ingest/progress.ts';
import { count, type Output } from './output.ts';

const plainEvery = 5_000;
const drawnEvery = 100;

/**
 * Draws an ingest's progress: one line that changes on a terminal, otherwise a plain line now and then. Nothing at all
 * is said of what takes less than two seconds.
 */
export class ProgressLine {
  readonly #output: Output;
  readonly #prefix: string;
  readonly #start = performance.now();
  #last = performance.now();
  #drawn = false;

  /** `source`: what is loaded, when that is not clear. */
  constructor(output: Output, source?: string) {
    this.#output = output;
    this.#prefix = source === undefined ? '' : `${source}: `;
  }

  update(progress: Progress): void {
    const now = performance.now();
    if (now - this.#start < 2000) return;
    const indexing = progress.kind === 'indexing';
    if (!indexing && now - this.#last < (this.#output.interactive ? drawnEvery : plainEvery)) return;
    this.#last = now;
    const text = this.#prefix + (indexing ? 'building indexes …' : line(progress, (now - this.#start) / 1000));
    if (this.#output.interactive) {
      this.#output.stderr.write(`\r\u001b[K${text}`);
      this.#drawn = true;
    } else {
      this.#output.say(text);
    }
  }

  /** Clears the line that was drawn. */
  end(): void {
    if (this.#drawn) this.#output.stderr.write('\r\u001b[K');
    this.#drawn = false;
  }
}

function line(p: Progress & { kind: 'records' }, seconds: number): string {
  const rate = `${count(p.done)} records, ${count(Math.round(p.done / seconds))}/s`;
  if (!p.bytesTotal || p.bytesRead === 0) return rate;
  const share = Math.min(1, p.bytesRead / p.bytesTotal);
  const left = Math.round((seconds * (1 - share)) / share);
  return `${Math.round(share * 100)} %, ${rate}, ${left < 60 ? `${left} s` : `${Math.floor(left / 60)} min ${left % 60} s`} left`;
}
