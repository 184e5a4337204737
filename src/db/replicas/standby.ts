import { hostAndPort, type PostgresAddress } from '../../database-url.ts';
import type { DatabaseConfig } from '../../settings/database.ts';
import { findServer } from '../hosts.ts';
import { PooledDatabase } from '../pooled-database.ts';
import type { Lsn, Positions } from './positions.ts';
import { Probe } from './probe.ts';

/** What is known of a standby. `ahead`: it has what the primary lacks, so it follows another one. */
export type StandbyCondition = 'fresh' | 'behind' | 'unreachable' | 'no standby' | 'ahead';

/** One of DATABASE_REPLICA_URLS: watched, and read from while it is fresh. */
export class Standby {
  readonly name: string;
  condition: StandbyCondition = 'unreachable';
  /** How far behind it was when it was last looked at, in milliseconds. */
  lagMs: number | null = null;
  readonly #config: DatabaseConfig;
  readonly #address: PostgresAddress;
  readonly #probe: Probe;
  #lsn: Lsn | null = null;
  #pool: PooledDatabase | null = null;

  constructor(config: DatabaseConfig, address: PostgresAddress) {
    this.name = hostAndPort(address);
    // A request that finds it gone goes elsewhere.
    this.#config = { ...config, databaseWaitMs: 0 };
    this.#address = address;
    this.#probe = new Probe(config, address);
  }

  /** Its connections; null as long as it was never there. */
  get pool(): PooledDatabase | null {
    return this.#pool;
  }

  /** Asks where it is, after the primary was asked: then one that keeps up has everything that the primary had. */
  async look(positions: Positions, primary: Lsn | null): Promise<void> {
    const isAhead = primary !== null && this.#lsn !== null && this.#lsn > primary;
    const found = await this.#probe.ask();
    this.#lsn = found?.lsn ?? null;
    this.lagMs = found ? positions.lagOf(found.lsn, performance.now()) : null;
    if (!found) this.#lose();
    else if (!found.standby) this.condition = 'no standby';
    else if (isAhead) this.condition = 'ahead';
    else this.condition = this.lagMs !== null && this.lagMs <= this.#config.replicaMaxLagMs ? 'fresh' : 'behind';
    if (this.condition === 'fresh') await this.#open();
  }

  /** Whether it has applied everything before `lsn` by now. */
  async has(lsn: Lsn): Promise<boolean> {
    const found = await this.#probe.ask();
    return found?.standby === true && found.lsn >= lsn;
  }

  async close(): Promise<void> {
    this.#probe.close();
    await this.#pool?.close();
  }

  /** Statements that wait for a server that hangs are given up: they are asked again elsewhere. */
  #lose(): void {
    if (this.condition !== 'unreachable') this.#pool?.abandon();
    this.condition = 'unreachable';
  }

  async #open(): Promise<void> {
    if (this.#pool) return;
    try {
      const server = await findServer(this.#config, this.#address);
      const at = { address: this.#address, server, description: `the standby ${this.name}` };
      this.#pool = new PooledDatabase(this.#config, at, () => {});
    } catch {
      this.condition = 'unreachable';
    }
  }
}
