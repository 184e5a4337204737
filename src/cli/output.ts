import type { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

/** A column of a printed table. */
export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null;
  readonly align?: 'right';
  readonly width?: number; // longer values are cut with an ellipsis
}

/** Feed text may hold control sequences that would drive the reader's terminal: they are taken out, line breaks become spaces. */
export function plain(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replaceAll(/\s+/g, ' ')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the point
      .replaceAll(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '')
  );
}

/** `text` in at most `width` characters. */
export function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, Math.max(0, width - 1)).trimEnd()}…` : text;
}

/** `text` in lines of at most `width` characters, broken between words. */
export function wrap(text: string, width: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).split(' ')) {
    if (line && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  lines.push(line);
  return lines.map((l) => indent + l).join('\n');
}

/** A table with a header line, columns two blanks apart; `-` stands for nothing. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const cells = rows.map((row) =>
    columns.map((c) => {
      const value = c.value(row);
      const text = value === null || value === '' ? '-' : plain(String(value));
      return c.width ? cut(text, c.width) : text;
    }),
  );
  const widths = columns.map((c, i) => Math.max(c.title.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (texts: readonly string[]) =>
    texts
      .map((t, i) => (columns[i]?.align === 'right' ? t.padStart(widths[i] ?? 0) : t.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(columns.map((c) => c.title)), ...cells.map(line)].join('\n');
}

/** 1234567 → `1,234,567`. */
export function count(n: number): string {
  return n.toLocaleString('en-US');
}

/** Where a command writes: data to stdout, talk to stderr. */
export class Output {
  readonly stdout: Writable & { isTTY?: boolean };
  readonly stderr: Writable & { isTTY?: boolean };

  constructor(stdout: Writable & { isTTY?: boolean }, stderr: Writable & { isTTY?: boolean }) {
    this.stdout = stdout;
    this.stderr = stderr;
  }

  print(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /** One JSON document on stdout. */
  json(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A line of talk on stderr. */
  say(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  /** Whether stdout is a terminal, so that curves may be drawn. */
  get isTerminal(): boolean {
    return this.stdout.isTTY === true;
  }

  /** Whether a person watches stderr, so that progress may be drawn in place. */
  get interactive(): boolean {
    return this.stderr.isTTY === true;
  }
}
