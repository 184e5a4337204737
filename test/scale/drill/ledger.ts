import { nvdFeed, nvdRecord } from '../../support/feeds.ts';

const perDocument = 5;
const begin = Date.parse('2024-03-01T00:00:00.000Z');

/** A CVE that every document changes: its description tells which of them is the newest that a reader sees. */
export const beacon = 'CVE-2018-10000';

/** A document that one writer sends after the other; `version` counts from 1. */
export interface Sent {
  readonly version: number;
  readonly ids: readonly string[];
  readonly body: string;
}

interface Acknowledged extends Sent {
  readonly at: number; // performance.now()
  readonly by: string; // the server's name and life
}

/** A document of the load: a few new CVEs, and the beacon. */
export function documentOf(version: number): Sent {
  const modified = new Date(begin + version * 60_000).toISOString().slice(0, -1);
  const ids = Array.from({ length: perDocument }, (_, i) => `CVE-2018-${10_000 + version * perDocument + i}`);
  const records = ids.map((id, i) => nvdRecord(id, { modified, vendor: 'acme', product: `p${i}`, score: i + 1 }));
  const moving = nvdRecord(beacon, { modified, description: `Version ${version}`, vendor: 'acme', product: 'beacon' });
  return { version, ids, body: nvdFeed([moving, ...records]) };
}

/** What servers have acknowledged: nothing of it may be missing, whatever breaks. */
export class Ledger {
  readonly #acknowledged: Acknowledged[] = [];

  get documents(): readonly Sent[] {
    return this.#acknowledged;
  }

  /** The newest version that was acknowledged; 0: none. */
  get version(): number {
    return this.#acknowledged.at(-1)?.version ?? 0;
  }

  note(sent: Sent, by: string): void {
    this.#acknowledged.push({ ...sent, at: performance.now(), by });
  }

  /** The newest version that this life of a server has acknowledged: it must show at least that. */
  versionBy(by: string): number {
    return this.#acknowledged.findLast((one) => one.by === by)?.version ?? 0;
  }

  /** For how long something newer than `version` had been acknowledged at that moment, in milliseconds. */
  staleness(version: number, at: number): number {
    const missing = this.#acknowledged.find((one) => one.version > version);
    return missing && missing.at < at ? at - missing.at : 0;
  }
}
