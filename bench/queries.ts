import type { SearchRequest } from '../src/search/search.ts';

type Request = Partial<SearchRequest> & { readonly text: string };

/** The searches that are measured, by kind: common and rare words, phrases, ids, names, filters, orders and slips. */
export const queries: Readonly<Record<string, readonly Request[]>> = {
  'a common word': [{ text: 'overflow' }, { text: 'remote' }, { text: 'injection' }, { text: 'attackers' }],
  'a rare word': [{ text: 'heartbeat' }, { text: 'shellshock' }, { text: 'zimbra' }, { text: 'deserialization' }],
  'several words': [
    { text: 'buffer overflow' },
    { text: 'sql injection login' },
    { text: 'linux kernel privilege' },
    { text: 'apache struts remote code execution' },
  ],
  'an exact phrase': [
    { text: '"denial of service"' },
    { text: '"use after free"' },
    { text: '"cross-site request forgery" admin' },
    { text: '"execute arbitrary code via a crafted"' },
  ],
  'part of an id': [{ text: 'CVE-2014-01' }, { text: '0160' }, { text: '2014-0160' }, { text: 'CVE-2014-0160' }],
  'vendor or product': [
    { text: '', vendor: 'microsoft' },
    { text: 'kernel', vendor: 'linux' },
    { text: '', product: 'openssl' },
    { text: 'flash player', vendor: 'adobe' },
  ],
  'severity and exploited': [
    { text: 'overflow', severities: ['LOW'] },
    { text: '', exploited: true },
    { text: 'microsoft', exploited: true },
    { text: 'denial', severities: ['CRITICAL', 'HIGH'] },
  ],
  'by CVSS': [
    { text: 'overflow', sort: 'cvss' },
    { text: '', sort: 'cvss' },
    { text: 'wordpress plugin', sort: 'cvss' },
  ],
  'by date': [
    { text: '', sort: 'published' },
    { text: 'firefox', sort: 'published' },
    { text: 'overflow', sort: 'modified' },
  ],
  'a misspelt word': [
    { text: 'micorsoft exchnage' },
    { text: 'overfow' },
    { text: 'wordpres plugn' },
    { text: 'openssll' },
  ],
};
