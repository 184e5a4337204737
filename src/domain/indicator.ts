/** The types of indicators, as the column `iocs.ioc_type` has them. A file's hash of any length is a `hash`. */
export const indicatorTypes = ['url', 'domain', 'ip', 'hash', 'email'] as const;
export type IndicatorType = (typeof indicatorTypes)[number];

/** An indicator in its canonical form: equal indicators have equal values. An `ip` may be a network in CIDR notation. */
export interface Indicator {
  readonly type: IndicatorType;
  readonly value: string;
}

/**
 * What one source says of one indicator, normalised. Times are ISO 8601 UTC with milliseconds. Nothing in it is guessed:
 * what the source does not say is null or [].
 *
 * A whole list (a format whose coverage is `full`) says of what it does not name any more that it is not current: such a report
 * is withdrawn, with the time, and the indicator is inactive unless others report it. It is not deleted, because the log of
 * last month may still name it, and it expires as if it had been seen last when it was last reported. When the list names it
 * again, the report stands again. Other documents say nothing of what they do not name: that ages.
 */
export interface IndicatorReport extends Indicator {
  readonly threatType: string | null; // 'malware_download', 'botnet_cc', 'phishing', …: lower case with underscores
  readonly malware: string | null; // the family's canonical name (names.ts)
  readonly tags: readonly string[]; // lower case; CVE ids upper case; ATT&CK ids upper case
  readonly confidence: number | null; // 0–1, only when the source states one
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  readonly active: boolean | null; // whether the source says that it is live; null: it does not say
  readonly sourceUrl: string | null; // the source's page about it
  readonly context: Readonly<Record<string, string | number>>; // port, file name, reporter, AS, …
}
