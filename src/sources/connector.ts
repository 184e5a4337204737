import type { Fetcher } from '../net/contract.ts';
import type { Format } from './contract.ts';

/** What a connector must remember between two syncs, as JSON: digests, validators, how far it has read. */
export type ConnectorState = Readonly<Record<string, unknown>>;

/** Settings that connectors may use; each has a line in config.ts. */
export interface ConnectorSettings {
  readonly nvdApiKey: string | null;
  readonly abuseChAuthKey: string | null;
}

export interface FetchContext {
  readonly net: Fetcher;
  /** What was remembered after the last document that was stored; {} at first and for `--full`. */
  readonly state: ConnectorState;
  readonly now: Date;
  /** Only what changed since then, for sources that can tell; null: since the state. */
  readonly since: Date | null;
  readonly settings: ConnectorSettings;
  /** Why a source cannot be asked or gave less than it should, worth telling but no failure. */
  readonly note: (text: string) => void;
}

/** A document on disk, to be read as `format`. */
export interface FeedDocument {
  readonly file: string;
  readonly url: string; // where it came from: its name for people
  readonly format: Format;
  /**
   * The state once this document and all before it are stored; null: it is not yet time (a page in the middle of a
   * window). Never saved when anything failed.
   */
  readonly state: ConnectorState | null;
}

/** Where a feed is and how it is asked. One file for each in sources/, one line in the registry. */
export interface Connector {
  readonly id: string; // what `openthreat sync` is given; the first of its `sources`
  /** The sources whose records it brings: `cve_list` brings `cisa_adp` too. */
  readonly sources: readonly [string, ...string[]];
  readonly kind: 'vulnerability' | 'technique' | 'indicator' | 'score' | 'catalogue';
  readonly coverage: 'full' | 'delta';
  readonly title: string;
  readonly homepage: string;
  readonly licence: string;
  readonly attribution: string; // a line to show where the data is shown
  readonly hosts: readonly string[]; // what it connects to
  readonly every: string; // default schedule, cron in UTC
  readonly staleAfterHours: number; // no success for so long: something is wrong
  /** Needs a setting that is missing: then it is not asked, and says what to set. */
  readonly needs?: (settings: ConnectorSettings) => string | null;
  /**
   * How far a state has read, as text that sorts; null when it does not tell. A state that has read less far never takes
   * the place of one that has read further.
   */
  readonly furthest?: (state: ConnectorState) => string | null;
  /**
   * Yields documents in the order in which they must be stored; the last one's state, or `end`, closes the sync. Nothing
   * new: yields nothing. Throws what the fetcher throws, and AppError `source_malformed` for an answer that cannot be right
   * (an empty page where records were promised): then the state stays as it was.
   */
  fetch(context: FetchContext): AsyncIterable<FeedDocument>;
}
