import { malformed } from './failure.ts';

const headBytes = 1024;
const html = /^(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|script)\b/i;

export interface Expected {
  readonly expect: 'json' | 'text' | 'any';
  readonly contentType: string;
  readonly maxBytes: number;
}

/** Watches a body as it comes: that it is not empty, not too large, and no web page in place of a document. */
export class BodyCheck {
  readonly #expected: Expected;
  #head: Buffer | null = Buffer.alloc(0);
  bytes: number;

  /** `from`: how many bytes were there before, whose beginning was looked at then. */
  constructor(expected: Expected, from = 0) {
    this.#expected = expected;
    this.bytes = from;
    if (from > 0 || expected.expect === 'any') this.#head = null;
  }

  /** Whether a body of the announced length would fit. @throws TryFailure */
  announced(bytes: number): void {
    if (this.bytes + bytes > this.#expected.maxBytes) throw tooLarge(this.#expected.maxBytes);
  }

  /** @throws TryFailure */
  push(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.#expected.maxBytes) throw tooLarge(this.#expected.maxBytes);
    if (!this.#head) return;
    this.#head = Buffer.concat([this.#head, chunk.subarray(0, headBytes - this.#head.length)]);
    if (this.#head.length === headBytes) this.#look();
  }

  /** @throws TryFailure */
  end(): void {
    if (this.bytes === 0) throw malformed('answered nothing (an empty body)', 'try again later');
    this.#look();
  }

  #look(): void {
    if (!this.#head) return;
    const start = this.#head
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trimStart();
    this.#head = null;
    const { expect, contentType } = this.#expected;
    const saysHtml = /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType);
    if (html.test(start) || (start.startsWith('<') && (saysHtml || expect === 'json'))) throw webPage(start, expect);
  }
}

function webPage(start: string, expect: Expected['expect']): Error {
  const title = /<title[^>]*>([^<]{1,200})/i
    .exec(start)?.[1]
    ?.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 60);
  const named = title ? ` ("${title}")` : '';
  const wanted = expect === 'json' ? 'JSON' : 'its document';
  return malformed(
    `answered a web page${named} instead of ${wanted}`,
    'its service may be under maintenance, or a proxy asks for a login; try again later',
  );
}

function tooLarge(maxBytes: number): Error {
  return malformed(
    `sends more than the ${size(maxBytes)} that are taken from it`,
    'the document is not what it should be, or a newer OpenThreat takes more',
  );
}

function size(bytes: number): string {
  for (const [unit, factor] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const) {
    if (bytes >= factor) return `${Math.floor(bytes / factor)} ${unit}`;
  }
  return `${bytes} bytes`;
}
