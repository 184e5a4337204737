import { isSourceId } from '../domain/source-id.ts';
import { attack, attackFeed } from './attack.ts';
import { attackMappings, attackMappingsFeed } from './attack-mappings.ts';
import { capec, capecFeed } from './capec.ts';
import { cisaKevFeed } from './cisa-kev-feed.ts';
import type { Connector } from './connector.ts';
import type {
  CatalogueFormat,
  Format,
  FormatId,
  IndicatorFormat,
  ScoreFormat,
  VulnerabilityFormat,
} from './contract.ts';
import { cveListFeed } from './cve-list-feed.ts';
import { cve5 } from './cve5.ts';
import { cwe, cweFeed } from './cwe.ts';
import { deduplicated } from './deduplicated.ts';
import { epss } from './epss.ts';
import { epssFeed } from './epss-feed.ts';
import { euCveSearch } from './eu-cve-search.ts';
import { euCveSearchFeed } from './eu-cve-search-feed.ts';
import { euvd } from './euvd.ts';
import { euvdFeed } from './euvd-feed.ts';
import { feodoTracker, feodoTrackerFeed } from './feodo-tracker.ts';
import { indicatorCsv } from './indicator-csv.ts';
import { indicatorList } from './indicator-list.ts';
import { ipsum, ipsumFeed } from './ipsum.ts';
import { kev } from './kev.ts';
import { malwareBazaar, malwareBazaarFeed } from './malware-bazaar.ts';
import { misp } from './misp.ts';
import { nvd } from './nvd.ts';
import { nvdFeed } from './nvd-feed.ts';
import { stix } from './stix-indicators.ts';
import { threatfox, threatfoxFeed } from './threatfox.ts';
import { urlhaus, urlhausFeed, urlhausOnline } from './urlhaus.ts';

export const vulnerabilityFormats: readonly VulnerabilityFormat[] = [nvd, kev, euCveSearch, cve5, euvd, deduplicated];
export const catalogueFormats: readonly CatalogueFormat[] = [attack, attackMappings, capec, cwe];
export const scoreFormats: readonly ScoreFormat[] = [epss];
export const indicatorFormats: readonly IndicatorFormat[] = [
  urlhausOnline,
  urlhaus,
  threatfox,
  malwareBazaar,
  feodoTracker,
  ipsum,
  misp,
  stix,
  indicatorCsv,
  indicatorList,
];

/** All formats, in the order in which a document is tried for them. */
export const formats: readonly Format[] = [
  ...vulnerabilityFormats,
  ...catalogueFormats,
  ...scoreFormats,
  ...indicatorFormats,
];

/** Everything that `openthreat sync` fetches, in the order in which a first sync does. */
export const connectors: readonly Connector[] = [
  epssFeed, // first: what comes in after it is scored by it at once
  cisaKevFeed,
  nvdFeed,
  cveListFeed,
  euvdFeed,
  euCveSearchFeed,
  attackFeed,
  attackMappingsFeed,
  cweFeed,
  capecFeed,
  urlhausFeed,
  threatfoxFeed,
  malwareBazaarFeed,
  feodoTrackerFeed,
  ipsumFeed,
];

/** Whether a source has a feed or a format of its own, so that other files cannot be in its name. */
export function isFeed(source: string): boolean {
  const named = (list: readonly { readonly sources: readonly string[] }[]) =>
    list.some(({ sources }) => sources.includes(source));
  return isSourceId(source) || named(formats) || named(connectors);
}

export function formatById(id: FormatId): Format {
  return named(formats, id);
}

export function vulnerabilityFormat(id: FormatId): VulnerabilityFormat {
  return named(vulnerabilityFormats, id);
}

function named<F extends Format>(list: readonly F[], id: FormatId): F {
  const format = list.find((one) => one.id === id);
  if (!format) throw new Error(`no format ${id}`);
  return format;
}
