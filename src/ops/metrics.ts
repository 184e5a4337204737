import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ReplicaState } from '../db/replicas/watch.ts';
import { type FactsOptions, factsOf } from './metrics-facts.ts';
import { gauges } from './metrics-gauges.ts';
import { within } from './within.ts';

/** What is asked whenever the metrics are. */
export interface Observed extends FactsOptions {
  readonly version: string;
  readonly inFlight: () => number;
  /** The standbys that this server may read from. */
  readonly replicas: () => readonly ReplicaState[];
  /** Results of searches that were looked for in their cache. */
  readonly results: () => { readonly hits: number; readonly misses: number };
}

/**
 * How long the database may take; then the metrics go without what it says. Prometheus waits for ten
 * seconds by itself. Milliseconds.
 */
const patience = 5000;
/** What the database says serves everybody who asks within this time, in milliseconds. */
const heldFor = 5000;

/** The numbers that Prometheus collects. @see https://prometheus.io/docs/practices/naming/ */
export class Metrics {
  readonly #registry = new Registry();
  readonly #observed: Observed;
  readonly #requests: Histogram<'route' | 'method' | 'status'>;
  readonly #cache: Counter<'result'>;
  readonly #databaseUp: Gauge;
  readonly #gauges: readonly Gauge[];
  #asked: { readonly at: number; readonly done: Promise<void> } | null = null;

  constructor(observed: Observed) {
    this.#observed = observed;
    const registers = [this.#registry];
    const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
      new Gauge<L>({ name: `openthreat_${name}`, help, labelNames, registers });
    this.#requests = new Histogram({
      name: 'openthreat_http_request_duration_seconds',
      help: 'How long answers took, by route, method and status',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
      registers,
    });
    this.#cache = new Counter({
      name: 'openthreat_answer_cache_total',
      help: 'Answers from memory (hit), made anew (miss), or not sent because the client has them (unchanged)',
      labelNames: ['result'],
      registers,
    });
    this.#databaseUp = gauge('database_up', 'Whether the database answers');
    this.#gauges = gauges.map(({ name, help, labels }) => gauge(name, help, [...labels]));
    gauge('build_info', 'The program: always 1', ['version', 'node']).set(
      { version: observed.version, node: process.version },
      1,
    );
    this.#watchProcess();
    this.#watchReplicas();
  }

  /** Counts a request that was answered after so many seconds. `route` is its pattern: there are not many. */
  answered(route: string, method: string, status: number, seconds: number): void {
    this.#requests.observe({ route, method, status }, seconds);
  }

  /** Counts an answer that might have come from memory. */
  cached(result: string): void {
    this.#cache.inc({ result });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All numbers as text, as Prometheus reads them. */
  async text(): Promise<string> {
    const now = performance.now();
    if (this.#asked === null || now - this.#asked.at > heldFor) this.#asked = { at: now, done: this.#ask() };
    await this.#asked.done;
    return this.#registry.metrics();
  }

  /** Numbers that stand in the database; when it does not answer in time there are none: old ones would pass for new. */
  async #ask(): Promise<void> {
    const facts = await within(patience, factsOf(this.#observed), null);
    this.#databaseUp.set(facts === null ? 0 : 1);
    for (const [index, gauge] of this.#gauges.entries()) {
      gauge.reset();
      gauge.remove({}); // one without labels would be 0 now
      for (const [labels, value] of (facts && gauges[index]?.samples(facts)) ?? []) gauge.set(labels, value);
    }
  }

  /** The standbys of which each server chooses its own to read from. */
  #watchReplicas(): void {
    const { replicas } = this.#observed;
    const gauge = (name: string, help: string, read: (replica: ReplicaState) => number | null) => {
      const collect = function (this: Gauge<'replica'>) {
        this.reset();
        for (const one of replicas()) {
          const value = read(one);
          if (value !== null) this.set({ replica: one.server }, value);
        }
      };
      new Gauge({ name, help, labelNames: ['replica'], registers: [this.#registry], collect });
    };
    gauge('openthreat_replica_in_use', 'Whether this server reads from a standby', ({ inUse }) => (inUse ? 1 : 0));
    gauge('openthreat_replica_lag_seconds', 'How far a standby is behind, as this server sees it', ({ lagMs }) =>
      lagMs === null ? null : lagMs / 1000,
    );
  }

  /** What is read when it is asked for. */
  #watchProcess(): void {
    const { db, inFlight, results } = this.#observed;
    const registers = [this.#registry];
    const now = (name: string, help: string, read: () => number) => {
      const collect = function (this: Gauge) {
        this.set(read());
      };
      new Gauge({ name, help, registers, collect });
    };
    const total = (name: string, help: string, read: () => number) => {
      const collect = function (this: Counter) {
        this.reset();
        this.inc(read());
      };
      new Counter({ name: `${name}_total`, help, registers, collect });
    };
    now('openthreat_http_requests_in_flight', 'Requests that are being answered', inFlight);
    total('openthreat_search_cache_hits', 'Results of searches that were found in their cache', () => results().hits);
    total('openthreat_search_cache_misses', 'Results of searches that were not', () => results().misses);
    now('openthreat_database_connections_used', 'Connections to the database that work', () => db.usage.used);
    now('openthreat_database_connections_idle', 'Connections to the database that wait for work', () => db.usage.idle);
    now('openthreat_database_waiting', 'Who waits for a connection to the database', () => db.usage.waiting);
    now('process_resident_memory_bytes', 'Memory of the process', () => process.memoryUsage.rss());
    total('process_cpu_seconds', 'Processor time of the process', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    now('process_start_time_seconds', 'When the process began', () => Math.round(Date.now() / 1000 - process.uptime()));
  }
}
