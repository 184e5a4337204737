import pg from 'pg';
import type { PostgresAddress } from '../../database-url.ts';
import type { DatabaseConfig } from '../../settings/database.ts';
import { findServer } from '../hosts.ts';
import { clientSettings } from '../pool.ts';
import type { Lsn } from './positions.ts';

/** A server that does not say where it is within this time is as good as gone, in milliseconds. */
const patienceMs = 2000;

/** Where a server is. */
export interface Whereabouts {
  readonly standby: boolean;
  /** What a primary has made durable, or what a standby has applied. */
  readonly lsn: Lsn;
  /** Of a primary: which of the histories it writes; another one after each promotion. */
  readonly timeline: string;
}

// What is durable ends with a whole record, which what is merely inserted need not: a standby can get there.
const question = `
  SELECT pg_is_in_recovery() AS standby,
    pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn() END, '0/0')::text AS lsn,
    CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) END AS timeline`;

/** Asks a server where it is, on a connection of its own, so that no load keeps it waiting. */
export class Probe {
  readonly #config: DatabaseConfig;
  readonly #address: PostgresAddress;
  #client: pg.Client | null = null;

  constructor(config: DatabaseConfig, address: PostgresAddress) {
    this.#config = { ...config, connectTimeoutMs: Math.min(config.connectTimeoutMs, patienceMs) };
    this.#address = address;
  }

  /** Null when it does not answer, or not in time. */
  async ask(): Promise<Whereabouts | null> {
    try {
      this.#client ??= await this.#connected();
      const { rows } = await this.#client.query<{ standby: boolean; lsn: string | null; timeline: string }>(question);
      const [row] = rows;
      return row ? { ...row, lsn: BigInt(row.lsn ?? 0) } : null;
    } catch {
      this.close();
      return null;
    }
  }

  close(): void {
    const client = this.#client;
    this.#client = null;
    client?.connection.stream.destroy();
  }

  async #connected(): Promise<pg.Client> {
    const server = await findServer(this.#config, this.#address);
    const client = new pg.Client({ ...clientSettings(this.#config), ...server, query_timeout: patienceMs });
    client.on('error', () => {}); // the next question finds out
    await client.connect();
    return client;
  }
}
