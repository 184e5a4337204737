/** What a server said of a document's version, to be sent back so that an unchanged one is not sent again. */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

/** At most `requests` in any `perMs` milliseconds, counted over all requests with the same key. */
export interface RateLimit {
  readonly key: string;
  readonly requests: number;
  readonly perMs: number;
  /** This server says 403 to more than that, where others say 429. Elsewhere 403 is a refusal, and final. */
  readonly exceededIs403?: true;
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number>>;
  readonly headers?: Readonly<Record<string, string>>; // may hold secrets: never logged, never in an error
  readonly validators?: Validators;
  readonly rate?: RateLimit;
  readonly maxBytes?: number; // of the body, unpacked when it came with a Content-Encoding; default 2 GiB, for `text` 32 MiB
  readonly timeoutMs?: number; // for one try, from the request to its last byte; default 10 min
  readonly tries?: number; // default 4
  /** A 404 is an answer (`absent`) and not an error. */
  readonly mayBeAbsent?: true;
  /** What the body must look like; HTML in its place (a maintenance page) is an error. */
  readonly expect?: 'json' | 'text' | 'any'; // default 'any'; 'text' refuses HTML only
}

/** A document that lies on disk whole, or why there is none. */
export type Download =
  | {
      readonly kind: 'file';
      readonly file: string; // in the source's download folder; stays until the next `clean()`
      readonly bytes: number;
      readonly sha256: string; // lower case hexadecimal, of the file
      readonly validators: Validators;
      readonly url: string; // as asked, without the mirror
    }
  | { readonly kind: 'unchanged'; readonly url: string }
  | { readonly kind: 'absent'; readonly url: string };

/** A document in memory. */
export interface TextAnswer {
  readonly kind: 'text';
  readonly text: string;
  readonly validators: Validators;
  readonly url: string;
}

/** Fetches documents of one source: politely (Retry-After, a cap on tries, one User-Agent), and never more than it may. */
export interface Fetcher {
  /**
   * Downloads a document into the source's download folder. A download that broke off is resumed where the server allows.
   * @throws AppError `source_unreachable` (no answer, 403, 429, 5xx after all tries), `source_malformed` (HTML, too large), `interrupted`
   */
  download(url: string, options?: RequestOptions): Promise<Download>;
  /** A small document as text; 'unchanged' and 'absent' as for `download`. @throws as `download` */
  text(url: string, options?: RequestOptions): Promise<TextAnswer | Exclude<Download, { kind: 'file' }>>;
  /** Removes what was downloaded, but not what is only half there and younger than a week. */
  clean(): Promise<void>;
}
