import type { Connector } from '../../src/sources/connector.ts';
import type { Format, FormatId } from '../../src/sources/contract.ts';
import { connectors, formats } from '../../src/sources/registry.ts';
import { code, markdownTable } from './table.ts';

/** What each source brings, in a paragraph; by the connector's id. */
const brings: Readonly<Record<string, string>> = {
  epss: "The chance that a CVE is exploited within 30 days, and its percentile, for every CVE, every day. The newest day is in `epss_scores`, the curve of each CVE in `epss_history`; the priority takes it into account. It is fetched first, so that what comes after it is scored by it at once. Days that were missed are fetched one by one, and `openthreat sync epss --since 2026-01-01` fetches those before the first, at most 400 at a time. A day of the past never takes a newer one's place.",
  cisa_kev:
    'The vulnerabilities that CISA knows to be exploited: since when, until when US federal agencies have to act, what to do, and whether ransomware uses them. Always whole: an entry that vanished is withdrawn.',
  nvd: 'CVE descriptions, CVSS assessments, weaknesses, affected products as CPE, and references. A first sync reads the yearly feeds, whose digests tell which of them changed; from then on the API is asked what was modified since, in windows of at most 120 days, with an overlap. However long nothing was fetched, no gap remains. Without a key NVD allows 5 requests in 30 seconds, with one 50: the setting `NVD_API_KEY`.',
  cve_list:
    'The CVE Records as their CNAs wrote them, and what CISA adds in them: two sources, `cve_list` and `cisa_adp` (SSVC, CVSS, weaknesses), out of one document. A first sync takes all records of the latest release; from then on what changed, day by day. After more than a fortnight all records are read again; those that are known cost one hash each.',
  euvd: "ENISA's view of the same CVEs, with its own ids as aliases. All of it would be thousands of requests: a first sync takes what is exploited, critical or new and what changed in the last month, and from then on what changed. `openthreat sync euvd --since 2024-01-01` goes further back.",
  eu_cve_search:
    'What changed last in the EU CVE Search of CIRCL, back to what was read before: CVE Records, and older forms of them. Advisories of other kinds in the same list are not taken.',
  mitre_attack:
    'Techniques and sub-techniques, tactics, data sources, detection and mitigation, and the groups and software that use them, of the matrices Enterprise, Mobile and ICS. `openthreat show T1190` shows one.',
  attack_mappings:
    'Which techniques known exploited vulnerabilities are used with: to exploit them, and for what comes after. Shown with the CVE and with the technique.',
  cwe: 'Names and texts of weaknesses, what they lead to and what helps against them, and the attack patterns that make use of them.',
  capec:
    'Attack patterns: the way from a weakness to a technique. What is only derived by that way is marked as derived wherever it is shown.',
  urlhaus: 'URLs that spread malware and are online now. One that is not in the list any more is not online any more.',
  threatfox:
    'URLs, domains, addresses and hashes with the family of malware they belong to. At first all of it, then what came in the last two days.',
  malware_bazaar:
    'Hashes of malware samples of the last two days, with their families. For what is older, load its full export by hand.',
  feodo_tracker: 'Servers that command botnets, as far as they were seen in the last 30 days.',
  ipsum: 'Addresses that public block lists name, with how many of them do; the more, the surer.',
};

const kinds: Readonly<Record<Connector['kind'], string>> = {
  vulnerability: 'vulnerabilities',
  technique: 'techniques',
  indicator: 'indicators',
  score: 'scores',
  catalogue: 'catalogue',
};

const withoutKeys = { nvdApiKey: null, abuseChAuthKey: null };

/** Everything that `openthreat sync` fetches, from the registry. */
export function sourcesTable(): string {
  const rows = connectors.map((c) => [
    `[${code(c.id)}](#${c.id})`,
    kinds[c.kind],
    c.coverage === 'full' ? 'whole each time' : 'what changed',
    code(c.every),
    span(c.staleAfterHours),
    c.hosts.map(code).join(', '),
    c.needs?.(withoutKeys) ? 'a key' : '',
  ]);
  return markdownTable(['source', 'brings', 'comes', 'schedule (UTC)', 'stale after', 'hosts', 'needs'], rows);
}

/** Every host that is connected to, and by which sources, for firewalls. */
export function egressTable(): string {
  const hosts = [...new Set(connectors.flatMap((c) => c.hosts))].sort();
  const users = (host: string) => connectors.filter((c) => c.hosts.includes(host)).map((c) => code(c.id));
  return markdownTable(
    ['host', 'port', 'for'],
    hosts.map((host) => [code(host), '443', users(host).join(', ')]),
  );
}

function span(hours: number): string {
  return hours % 24 === 0 && hours > 48 ? `${hours / 24} days` : `${hours} h`;
}

/** A section for each source: what it brings, whose it is, and on which terms. */
export function sourceSections(): string {
  return connectors.map(section).join('\n\n');
}

function section(c: Connector): string {
  const what = brings[c.id];
  if (what === undefined) throw new Error(`scripts/docs/sources.ts does not say what ${c.id} brings`);
  const others = c.sources.filter((source) => source !== c.id);
  const needs = c.needs?.(withoutKeys) ?? null;
  return [
    `### ${c.id}`,
    `${c.title}. ${what}`,
    [
      `- Home: <${c.homepage}>`,
      `- Licence: ${c.licence}`,
      `- To be shown with the data: ${c.attribution}`,
      ...(others.length > 0 ? [`- Brings as well: ${others.map(code).join(', ')}`] : []),
      ...(needs ? [`- Not asked without its setting: ${needs}`] : []),
    ].join('\n'),
  ].join('\n\n');
}

const shapes: Readonly<Record<FormatId, string>> = {
  nvd: 'NVD feeds and API answers',
  kev: "CISA's catalogue, JSON or CSV",
  cve5: 'CVE Records 5, single or a release of the CVE List',
  eu_cve_search: 'records of the EU CVE Search, the older form of cve-search too',
  euvd: 'answers of the EUVD',
  deduplicated: 'NDJSON of merged records',
  attack: 'ATT&CK bundles, STIX 2.0 and 2.1',
  attack_mappings: 'mappings of the Mappings Explorer',
  capec: 'CAPEC, STIX',
  cwe: 'CWE, XML',
  epss: 'a day of EPSS, CSV',
  urlhaus: 'URLhaus, CSV',
  urlhaus_online: 'URLhaus, CSV of what is online',
  threatfox: 'ThreatFox, CSV or JSON',
  malware_bazaar: 'MalwareBazaar, CSV or list',
  feodo_tracker: 'Feodo Tracker, JSON or CSV',
  ipsum: 'IPsum, list',
  stix: 'STIX bundles of indicators',
  misp: 'MISP events',
  indicator_csv: 'any CSV with columns of indicators',
  indicator_list: 'indicators, one a line',
};

/** What `openthreat ingest` reads. */
export function formatsTable(): string {
  const rows = formats.map((f: Format) => [
    code(f.id),
    shapes[f.id],
    f.sources.map(code).join(', ') || 'the label given',
    f.coverage === 'full' ? 'all there is' : 'some records',
  ]);
  return markdownTable(['format', 'what it is', 'whose word', 'a document is'], rows);
}
