import type { SourceId } from '../domain/source-id.ts';

/** What people are told of a source. */
export interface SourceInfo {
  readonly title: string;
  readonly homepage: string;
  readonly licence: string;
  readonly attribution: string; // a line to show where the data is shown
  readonly coverage: 'full' | 'delta';
}

export const sourceInfo = {
  cve_list: {
    title: 'CVE List',
    homepage: 'https://www.cve.org/',
    licence: 'CVE Terms of Use (https://www.cve.org/Legal/TermsOfUse)',
    attribution: 'CVE® records: © The MITRE Corporation, used under the CVE Terms of Use.',
    coverage: 'delta',
  },
  nvd: {
    title: 'National Vulnerability Database',
    homepage: 'https://nvd.nist.gov/',
    licence: 'US public domain',
    attribution: 'This product uses data from the NVD API but is not endorsed or certified by the NVD.',
    coverage: 'delta',
  },
  cisa_adp: {
    title: 'CISA Vulnrichment (authorised data publisher)',
    homepage: 'https://github.com/cisagov/vulnrichment',
    licence: 'CC0-1.0',
    attribution: 'SSVC and enrichment: CISA Vulnrichment.',
    coverage: 'delta',
  },
  cisa_kev: {
    title: 'CISA Known Exploited Vulnerabilities',
    homepage: 'https://www.cisa.gov/known-exploited-vulnerabilities-catalog',
    licence: 'CC0-1.0',
    attribution: 'Known exploitation: CISA KEV catalogue.',
    coverage: 'full',
  },
  euvd: {
    title: 'European Vulnerability Database',
    homepage: 'https://euvd.enisa.europa.eu/',
    licence: 'ENISA reuse policy (CC BY 4.0)',
    attribution: 'European Vulnerability Database: ENISA.',
    coverage: 'delta',
  },
  eu_cve_search: {
    title: 'EU CVE Search',
    homepage: 'https://vulnerability.circl.lu/',
    licence: 'that of the CVE List',
    attribution: 'EU CVE Search: CIRCL, Computer Incident Response Center Luxembourg.',
    coverage: 'delta',
  },
  deduplicated: {
    title: 'Deduplicated CVEs of the original OpenThreat',
    homepage: '',
    licence: 'that of the sources each record names',
    attribution: 'Merged records of the original OpenThreat; each names its sources.',
    coverage: 'delta',
  },
  sample: {
    title: 'Bundled sample',
    homepage: '',
    licence: 'CC0-1.0',
    attribution: 'Sample records that come with OpenThreat.',
    coverage: 'delta',
  },
} as const satisfies Readonly<Record<SourceId, SourceInfo>>;
