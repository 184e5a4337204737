import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { traced } from '../tracing.ts';
import { fileName, isPacked, realUrl } from './address.ts';
import { absence, continues, misplaced, type Nothing, reasonIn, strongEtag, validatorsOf } from './answer.ts';
import { BodyCheck } from './body-check.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Download, Fetcher, RequestOptions, TextAnswer } from './contract.ts';
import { cleanDownloads } from './downloads.ts';
import { type Answered, ask, type Line } from './exchange.ts';
import { statusFailure, TryFailure } from './failure.ts';
import { defaultLimits, type FetcherOptions, type FetchLimits } from './options.ts';
import { type Begun, PartFile } from './part-file.ts';
import { publicLookup } from './private.ts';
import { processRates } from './rates.ts';
import { retryAfterMs } from './retry-after.ts';
import { persist } from './tries.ts';
import { acceptedEncodings } from './unpack.ts';

/** A fetcher for one source. */
export function createFetcher(options: FetcherOptions): Fetcher {
  return new HttpFetcher(options);
}

class HttpFetcher implements Fetcher {
  readonly #options: FetcherOptions;
  readonly #limits: FetchLimits;
  readonly #clock: Clock;
  readonly #line: Line;

  constructor(options: FetcherOptions) {
    this.#options = options;
    this.#limits = { ...defaultLimits, ...options.limits };
    this.#clock = options.clock ?? systemClock;
    const { mirror, userAgent, signal, proxy, resolve, allowPrivate } = options;
    const proxyEnv = proxy ? { HTTPS_PROXY: proxy.url, NO_PROXY: proxy.except } : undefined;
    const settings = { keepAlive: true, maxFreeSockets: 2, ...(proxyEnv && { proxyEnv }) };
    this.#line = {
      mirror,
      userAgent,
      signal: signal ?? null,
      // The mirror is wherever the operator says, and with one nothing else is asked.
      lookup: mirror !== null || allowPrivate ? null : publicLookup(resolve),
      agent: { http: new HttpAgent(settings), https: new HttpsAgent(settings) },
      connectMs: this.#limits.connectMs,
      idleMs: this.#limits.idleMs,
    };
  }

  async download(address: string, options: RequestOptions = {}): Promise<Download> {
    const url = realUrl(address, options.query);
    const part = new PartFile(this.#options.folder, fileName(url), url.href);
    return this.#persist(url, options, async (timeoutMs) => {
      const begun = await part.begun();
      const answered = await this.#ask(url, options, timeoutMs, begun);
      const nothing = absence(answered, url, options);
      if (nothing) return nothing;
      const goesOn = begun !== null && continues(answered, begun);
      if (begun && !goesOn && (answered.status === 206 || answered.status === 416)) {
        answered.discard();
        await part.forget();
        throw misplaced(answered.status);
      }
      if (!goesOn) this.#refuse(answered, url, options);
      const { bytes, sha256 } = await this.#save(answered, part, options, goesOn ? begun : null);
      return { kind: 'file', file: part.file, bytes, sha256, validators: validatorsOf(answered), url: url.href };
    });
  }

  async text(address: string, options: RequestOptions = {}): Promise<TextAnswer | Nothing> {
    const url = realUrl(address, options.query);
    return this.#persist(url, options, async (timeoutMs) => {
      const answered = await this.#ask(url, options, timeoutMs, null);
      const nothing = absence(answered, url, options);
      if (nothing) return nothing;
      this.#refuse(answered, url, options);
      const check = this.#check(answered, options, 0, mostTextBytes);
      const chunks: Buffer[] = [];
      for await (const chunk of answered.body()) {
        check.push(chunk);
        chunks.push(chunk);
      }
      check.end();
      const text = new TextDecoder().decode(Buffer.concat(chunks));
      return { kind: 'text', text, validators: validatorsOf(answered), url: url.href };
    });
  }

  async clean(): Promise<void> {
    await cleanDownloads(this.#options.folder, this.#clock.now());
  }

  async #persist<T>(url: URL, options: RequestOptions, attempt: (timeoutMs: number) => Promise<T>): Promise<T> {
    const { signal, note, mirror } = this.#options;
    const { totalMs, backoffMs, longestRetryAfterMs } = this.#limits;
    const how = {
      host: url.host,
      named: mirror === null ? url.host : `${url.host} (through the mirror)`,
      tries: options.tries ?? 4,
      totalMs,
      backoffMs,
      longestRetryAfterMs,
      clock: this.#clock,
      signal: signal ?? null,
      note: note ?? (() => {}),
    };
    const attributes = { 'server.address': url.hostname, 'url.path': url.pathname };
    return traced(
      () => ({ name: `fetch ${url.hostname}`, kind: 'internal', attributes }),
      async () => persist(how, (leftMs) => attempt(Math.ceil(Math.min(leftMs, options.timeoutMs ?? 10 * 60_000)))),
    );
  }

  async #ask(url: URL, options: RequestOptions, timeoutMs: number, begun: Begun | null): Promise<Answered> {
    const { rate, validators = {} } = options;
    const rates = this.#options.rates ?? processRates;
    if (rate) await rates.turn(rate, this.#clock, this.#options.signal);
    const headers = {
      ...options.headers,
      // A part can be asked for only of what is sent as it is.
      'accept-encoding': begun || isPacked(url) ? 'identity' : acceptedEncodings,
      ...(validators.etag && { 'if-none-match': validators.etag }),
      ...(validators.lastModified && { 'if-modified-since': validators.lastModified }),
      ...(begun && { range: `bytes=${begun.bytes}-`, 'if-range': begun.etag }),
    };
    const attributes = { 'http.request.method': 'GET', 'server.address': url.hostname };
    return traced(
      () => ({ name: 'GET', kind: 'client', attributes }),
      async (span) => {
        const answered = await ask(this.#line, url, headers, timeoutMs);
        span.set({ 'http.response.status_code': answered.status });
        return answered;
      },
    );
  }

  /** Ends the exchange when its status is not that of a document. @throws TryFailure */
  #refuse(answered: Answered, asked: URL, options: RequestOptions): void {
    const { status, headers, url } = answered;
    if (status === 200) return;
    answered.discard();
    const failure = statusFailure({
      status,
      path: url.pathname,
      retryAfterMs: retryAfterMs(headers['retry-after'], this.#clock.now()),
      reason: reasonIn(headers.message),
      rate: options.rate ?? null,
      keyed: options.headers !== undefined,
    });
    throw failure.at(url.host, asked.host);
  }

  #check(answered: Answered, options: RequestOptions, from: number, most: number): BodyCheck {
    const { headers } = answered;
    const contentType = headers['content-type'] ?? '';
    const expected = { expect: options.expect ?? 'any', contentType, maxBytes: options.maxBytes ?? most };
    const check = new BodyCheck(expected, from);
    try {
      check.announced(Number(headers['content-length'] ?? 0));
    } catch (error) {
      answered.discard();
      throw error;
    }
    return check;
  }

  async #save(
    answered: Answered,
    part: PartFile,
    options: RequestOptions,
    begun: Begun | null,
  ): Promise<{ bytes: number; sha256: string }> {
    const check = this.#check(answered, options, begun?.bytes ?? 0, mostBytes);
    try {
      await (begun ? part.resume(begun) : part.start(strongEtag(answered)));
      for await (const chunk of answered.body()) {
        check.push(chunk);
        await part.write(chunk);
      }
      check.end();
      return { bytes: check.bytes, sha256: await part.finish() };
    } catch (error) {
      answered.discard();
      const useless = error instanceof TryFailure && !error.retry;
      await (useless ? part.forget() : part.breakOff()).catch(() => {});
      throw error;
    }
  }
}

const mostBytes = 2 * 2 ** 30;
const mostTextBytes = 32 * 2 ** 20;
