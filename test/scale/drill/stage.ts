import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKey } from '../../../src/api/auth/key.ts';
import { loadConfig } from '../../../src/config.ts';
import { storeKey } from '../../../src/db/api-keys.ts';
import type { Database } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/open.ts';
import type { Cluster } from '../../support/clusters.ts';
import { startHttpServer, type TestHttpServer } from '../../support/http-server.ts';
import { NvdUpstream } from '../../support/nvd-upstream.ts';
import { replicated, settingsOf } from '../../support/replication.ts';
import { Ledger } from './ledger.ts';
import { ApiServer, RedisServer } from './processes.ts';
import { Readers } from './readers.ts';
import { Reckoning } from './reckoning.ts';
import { Writer } from './writer.ts';

export interface Size {
  /** Readers all in all. */
  readonly readers: number;
  /** How many records each of the feed's three years has. */
  readonly records: number;
  /** How long things go on before and after something breaks, in milliseconds. */
  readonly calmMs: number;
}

/** How far a standby may be behind and still answer. */
export const maxLagMs = 2000;
export const feedYears = [2003, 2004, 2011] as const;

/** All that plays in the drill: servers, their database, its standbys, Redis, a feed, and those who read and write. */
export class Stage {
  readonly size: Size;
  readonly folder: string;
  primary!: Cluster; // set by `build`, before anybody is given the stage
  standbys: Cluster[] = [];
  env: Record<string, string> = {};
  redis: RedisServer | null = null;
  servers: ApiServer[] = [];
  web!: TestHttpServer; // as `primary`
  feed!: NvdUpstream; // as `primary`
  readers!: Readers; // as `primary`
  writer!: Writer; // as `primary`
  reckoning!: Reckoning; // as `primary`
  readonly ledger = new Ledger();

  private constructor(size: Size) {
    this.size = size;
    this.folder = mkdtempSync(join(tmpdir(), 'openthreat-drill-'));
  }

  /** Everything started, a first document stored, and readers at work. */
  static async build(size: Size): Promise<Stage> {
    const stage = new Stage(size);
    try {
      await stage.#build();
      return stage;
    } catch (error) {
      await stage.destroy();
      throw error;
    }
  }

  async #build(): Promise<void> {
    const { primary, standbys } = await replicated(['s1', 's2']);
    this.primary = primary;
    this.standbys = [...standbys];
    await primary.sql(`ALTER SYSTEM SET synchronous_standby_names = 's1'`);
    await primary.sql('SELECT pg_reload_conf()');
    await this.#openFeed();
    this.redis = await RedisServer.start();
    this.env = settingsOf([primary, ...standbys], standbys, {
      OPENTHREAT_REPLICA_MAX_LAG: `${maxLagMs}ms`,
      OPENTHREAT_DATA_DIR: this.folder,
      OPENTHREAT_LOG_LEVEL: 'warn',
      OPENTHREAT_MIRROR: this.web.url,
      REDIS_URL: this.redis?.url ?? '',
    });
    const key = await this.onPrimary(newWriter);
    this.reckoning = await Reckoning.begin();
    this.servers = await Promise.all(['A', 'B'].map((name) => ApiServer.start(name, this.env)));
    this.writer = new Writer(this.servers, this.ledger, key);
    this.writer.go();
    await this.writer.pause();
    this.readers = new Readers(this.servers, this.ledger, this.size.readers);
  }

  async #openFeed(): Promise<void> {
    this.web = await startHttpServer();
    this.feed = new NvdUpstream(this.web, feedYears);
    const modified = new Date(Date.now() - 86_400_000).toISOString().slice(0, -1);
    this.feed.feedsOf = modified;
    for (const year of feedYears)
      for (let i = 0; i < this.size.records; i++) this.feed.change(`CVE-${year}-${10_000 + i}`, modified);
  }

  /** Does something with the database of the primary of now. */
  async onPrimary<T>(work: (db: Database) => Promise<T>): Promise<T> {
    return on(this.primary.url(), work);
  }

  /** Ends all that it started; also when it was only begun. */
  async destroy(): Promise<void> {
    await this.readers?.stop();
    await Promise.all(this.servers.map((one) => one.end('SIGKILL')));
    await this.redis?.kill();
    await this.web?.close();
    this.reckoning?.destroy();
    for (const cluster of [this.primary, ...this.standbys]) cluster?.destroy();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Does something with the database at `url`. */
export async function on<T>(url: string, work: (db: Database) => Promise<T>): Promise<T> {
  const db = await openDatabase(loadConfig({ DATABASE_URL: url }));
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

async function newWriter(db: Database): Promise<string> {
  const { key, prefix, hash } = newKey();
  await storeKey(db, { name: 'drill', role: 'writer', prefix, hash, expiresAt: null });
  return key;
}
