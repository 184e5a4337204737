/** What a line of talk is about, for a log that is read by programs. */
export interface About {
  /** Default: info. */
  readonly level?: 'info' | 'warn' | 'error';
  readonly source?: string;
  readonly job?: string;
  /** The runs that it tells of. */
  readonly runs?: readonly number[];
}

/** Tells people and logs what a worker does. */
export type Say = (text: string, about?: About) => void;
