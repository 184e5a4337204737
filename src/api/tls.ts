import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { FastifyServerFactory } from 'fastify';
import { AppError, messageOf } from '../errors.ts';
import type { TlsFiles } from '../settings/http.ts';

const minVersion = 'TLSv1.2';

/** How often the files are looked at, in milliseconds: they are small, and a watch misses links that are swapped. */
const lookEvery = 1000;

interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** How long a client may take, in milliseconds. */
interface ServerTimes {
  readonly requestTimeout: number;
  readonly connectionTimeout: number; // without a byte
  readonly keepAliveTimeout: number;
  readonly headersTimeout: number;
}

/** Told what happens to the certificate while the server runs. */
export interface TlsLog {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** The certificate of a server, from files that may change while it runs. */
export class ServerTls {
  readonly #files: TlsFiles;
  readonly #servers = new Set<Server>();
  #used: Pair;
  #seen: Pair;
  #judged: Pair;

  /** @throws AppError `invalid_setting` when the files cannot be used */
  constructor(files: TlsFiles) {
    this.#files = files;
    try {
      this.#used = { cert: readFileSync(files.cert, 'utf8'), key: readFileSync(files.key, 'utf8') };
    } catch (error) {
      throw unusable(`a file cannot be read (${messageOf(error)})`, error);
    }
    assertUsable(this.#used);
    this.#seen = this.#used;
    this.#judged = this.#used;
  }

  /** Makes servers with this certificate, now and when it changes. */
  factory({ connectionTimeout, ...times }: ServerTimes): FastifyServerFactory {
    return (handler) => {
      const options = { ...times, handshakeTimeout: times.headersTimeout, ...this.#used, minVersion } as const;
      const server = createServer(options, handler).setTimeout(connectionTimeout);
      this.#servers.add(server);
      server.once('close', () => this.#servers.delete(server));
      return server;
    };
  }

  /** Follows changes of the files; connections that are open go on as they are. @returns what ends it */
  follow(log: TlsLog, everyMs = lookEvery): () => void {
    warnOfEnd(this.#used, log);
    let looking = false;
    const timer = setInterval(() => {
      if (looking) return;
      looking = true;
      void this.#look(log).finally(() => {
        looking = false;
      });
    }, everyMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  /** Two files are not changed at once, nor is one: only what is the same for two looks counts. */
  async #look(log: TlsLog): Promise<void> {
    const found = await pairIn(this.#files);
    const settled = isSame(found, this.#seen);
    this.#seen = found;
    if (!settled || isSame(found, this.#judged)) return;
    this.#judged = found;
    if (isSame(found, this.#used)) return;
    try {
      assertUsable(found);
      assertNotWorse(found, this.#used);
      this.#used = found;
      for (const server of this.#servers) server.setSecureContext({ ...found, minVersion });
    } catch (error) {
      log.error(`${messageOf(error)} The old certificate stays in use.`);
      return;
    }
    log.info(`New connections get the new certificate of ${this.#files.cert}.`);
    warnOfEnd(found, log);
  }
}

/** What the files hold; of one that cannot be read, nothing. */
async function pairIn({ cert, key }: TlsFiles): Promise<Pair> {
  const [certText, keyText] = await Promise.all([cert, key].map((file) => readFile(file, 'utf8').catch(() => '')));
  return { cert: certText ?? '', key: keyText ?? '' };
}

function isSame(one: Pair, other: Pair): boolean {
  return one.cert === other.cert && one.key === other.key;
}

/** @throws AppError `invalid_setting` that says which of the two is wrong, and how */
function assertUsable(pair: Pair): void {
  const certificate = parsed('the file of OPENTHREAT_TLS_CERT holds no certificate in PEM', () => {
    return new X509Certificate(pair.cert);
  });
  const key = parsed('the file of OPENTHREAT_TLS_KEY holds no private key in PEM without a passphrase', () => {
    return createPrivateKey(pair.key);
  });
  if (!certificate.checkPrivateKey(key))
    throw unusable('the key is not that of the certificate, which must be the first one in its file');
  parsed('TLS does not take the certificate', () => createSecureContext({ ...pair, minVersion }));
}

function parsed<T>(otherwise: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw unusable(`${otherwise} (${messageOf(error)})`, error);
  }
}

/** @throws AppError `invalid_setting` when a certificate that has ended would take the place of one that has not */
function assertNotWorse(found: Pair, used: Pair): void {
  const ended = endOf(found);
  if (ended !== null && endOf(used) === null) throw unusable(`the certificate ended on ${ended}`);
}

function warnOfEnd(pair: Pair, log: TlsLog): void {
  const ended = endOf(pair);
  if (ended !== null)
    log.warn(`The TLS certificate ended on ${ended}: clients refuse it. Put a new one into its files.`);
}

/** The time, as the certificate writes it, when it has ended. */
function endOf({ cert }: Pair): string | null {
  const { validTo, validToDate } = new X509Certificate(cert);
  return validToDate.getTime() < Date.now() ? validTo : null;
}

function unusable(what: string, cause?: unknown): AppError {
  const message = `OPENTHREAT_TLS_CERT and OPENTHREAT_TLS_KEY cannot be used: ${what}.`;
  return new AppError('invalid_setting', message, { setting: 'OPENTHREAT_TLS_CERT' }, cause);
}
