import { stripVTControlCharacters } from 'node:util';
import type { Output } from '../output.ts';
import { cut } from '../output.ts';

/** Where output goes, as far as a terminal tells. */
export interface Screen {
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** Writes one text over the other on a terminal; elsewhere one below the other. */
export class Redraw {
  readonly #output: Output;
  readonly #screen: () => Screen;
  #lines = 0;

  /** `screen` is asked each time: the window may have changed. */
  constructor(output: Output, screen: () => Screen) {
    this.#output = output;
    this.#screen = screen;
  }

  draw(text: string): void {
    const { isTerminal, columns, rows } = this.#screen();
    if (!isTerminal) {
      this.#output.print(this.#lines++ === 0 ? text : `\n${text}`);
      return;
    }
    // A line that is wrapped, or scrolled out, could not be found again.
    const lines = text
      .split('\n')
      .slice(0, Math.max(1, rows - 1))
      .map((line) => cut(stripVTControlCharacters(line), columns));
    const back = this.#lines === 0 ? '' : `\u001b[${this.#lines}A\r`;
    this.#output.stdout.write(`${back}\u001b[J${lines.join('\n')}\n`);
    this.#lines = lines.length;
  }
}
