import { truncated } from './text.ts';

/**
 * What indicators are used for, the weightiest first: of several that are reported, the first one is shown. The words are those of
 * abuse.ch where it has one.
 * @see https://threatfox.abuse.ch/export/
 */
export const threatTypes = [
  'botnet_cc',
  'ransomware',
  'payload_delivery',
  'malware_download',
  'payload',
  'exploit',
  'phishing',
  'cc_skimming',
  'cryptomining',
  'scanner',
  'spam',
  'anonymizer',
  'malware',
  'suspicious',
] as const;

const order: ReadonlyMap<string, number> = new Map(threatTypes.map((name, index) => [name, index]));

/** Other words for them: of STIX 2.1's `indicator-type-ov`, of MISP and of lists. */
const synonyms: Readonly<Record<string, string>> = {
  c2: 'botnet_cc',
  cc: 'botnet_cc',
  cnc: 'botnet_cc',
  'c&c': 'botnet_cc',
  c2_server: 'botnet_cc',
  command_and_control: 'botnet_cc',
  botnet: 'botnet_cc',
  malware_distribution: 'malware_download',
  download: 'malware_download',
  malicious_activity: 'malware',
  malicious: 'malware',
  malware_sample: 'payload',
  compromised: 'suspicious',
  anomalous_activity: 'suspicious',
  anonymization: 'anonymizer',
  tor: 'anonymizer',
  proxy: 'anonymizer',
  phish: 'phishing',
  scan: 'scanner',
  scanning: 'scanner',
  bruteforce: 'scanner',
  miner: 'cryptomining',
  skimming: 'cc_skimming',
};

/** A word for what an indicator is used for as we write it: lower case with underscores; null when nothing is left. */
export function threatTypeOf(text: string): string | null {
  const word = truncated(
    text
      .trim()
      .toLowerCase()
      .replace(/[\s/_-]+/g, '_'),
    60,
  );
  if (word === '' || word === 'unknown' || word === 'none' || word === 'benign') return null;
  return Object.hasOwn(synonyms, word) ? (synonyms[word] ?? null) : word;
}

/** Whether a word is one of those we know. */
export function isThreatType(word: string): boolean {
  return order.has(word);
}

/** The weightiest of some; words that nobody knows come after those that we do. */
export function weightiestThreat(words: readonly string[]): string | null {
  const rank = (word: string) => order.get(word) ?? threatTypes.length;
  return [...words].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))[0] ?? null;
}
