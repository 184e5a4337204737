import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { assertUpToDate } from '../db/migrate/revisions.ts';
import { openDatabase } from '../db/open.ts';
import type { SyncContext } from '../ingest/sync/contract.ts';
import { CommandAudit } from './command-audit.ts';
import { type Output, plain } from './output.ts';
import { version } from './version.ts';

/** What every command gets: settings, the database when it asks for it, where to write, and when to stop. */
export class Context {
  readonly config: Config;
  readonly output: Output;
  /** Aborted by Ctrl-C: stop after the work in hand. */
  readonly signal: AbortSignal;
  /** What is written down of the command. */
  readonly audit = new CommandAudit();
  #database: Promise<Database> | null = null;

  constructor(config: Config, output: Output, signal: AbortSignal) {
    this.config = config;
    this.output = output;
    this.signal = signal;
  }

  /** The database as it is, migrated or not; opened once, closed by `close()`. */
  async rawDatabase(): Promise<Database> {
    this.#database ??= this.#open();
    return this.#database;
  }

  async #open(): Promise<Database> {
    const database = await openDatabase(this.config, { say: (text) => this.output.say(text) });
    try {
      await this.audit.opened(database);
      return database;
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /**
   * The database, with the schema this program needs.
   * @throws AppError `database_outdated`, `database_newer`, `database_unreachable`
   */
  async database(): Promise<Database> {
    const database = await this.rawDatabase();
    await assertUpToDate(database);
    return database;
  }

  /** What a sync works with; `tell` writes a line of talk. @throws as `database` */
  async syncContext(tell = (text: string) => this.output.say(text)): Promise<SyncContext> {
    const { dataDir, mirror, proxy, nvdApiKey, abuseChAuthKey } = this.config;
    const say = (text: string) => tell(plain(text));
    const { createFetcher } = await import('../net/fetcher.ts'); // most commands fetch nothing
    return {
      db: await this.database(),
      fetcherFor: ({ id }, { folder, signal }) => {
        const note = (text: string) => say(`${id}: ${text}`);
        return createFetcher({ folder, mirror, proxy, userAgent: `OpenThreat/${version()}`, signal, note });
      },
      downloads: join(dataDir, 'downloads'),
      settings: { nvdApiKey, abuseChAuthKey },
      now: () => new Date(),
      signal: this.signal,
      say,
    };
  }

  async close(): Promise<void> {
    const database = await this.#database?.catch(() => null);
    this.#database = null;
    await database?.close();
  }
}
