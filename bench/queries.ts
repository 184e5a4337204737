import type { Direction, Sort } from '../src/search/orders.ts';

export interface Request {
  readonly text: string;
  readonly sort?: Sort;
  readonly direction?: Direction;
  readonly offset?: number;
  /** The page after the one at `offset`, by its cursor. */
  readonly byCursor?: true;
}

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
    { text: 'vendor:microsoft' },
    { text: 'kernel vendor:linux' },
    { text: 'product:openssl' },
    { text: 'flash player vendor:adobe' },
  ],
  'severity and exploited': [
    { text: 'overflow severity:low' },
    { text: 'exploited:true' },
    { text: 'microsoft exploited:true' },
    { text: 'denial severity:(critical,high)' },
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
  'by EPSS': [
    { text: '', sort: 'epss' },
    { text: 'overflow', sort: 'epss' },
    { text: 'zimbra', sort: 'epss' },
  ],
  'by priority': [
    { text: 'overflow', sort: 'priority' },
    { text: 'kernel vendor:linux', sort: 'priority' },
    { text: '"denial of service"', sort: 'priority' },
  ],
  'lowest or oldest first': [
    { text: '', sort: 'cvss', direction: 'asc' },
    { text: 'injection', sort: 'published', direction: 'asc' },
    { text: 'overflow', sort: 'epss', direction: 'asc' },
  ],
  'page 400 by its number': [
    { text: '', sort: 'published', offset: 7_980 },
    { text: 'overflow', offset: 7_980 },
    { text: 'attackers', sort: 'cvss', offset: 7_980 },
    { text: 'remote', sort: 'epss', offset: 7_980 },
  ],
  'page 401 by cursor': [
    { text: '', sort: 'cvss', offset: 7_980, byCursor: true },
    { text: 'overflow', offset: 7_980, byCursor: true },
    { text: 'attackers', sort: 'modified', offset: 7_980, byCursor: true },
    { text: 'remote', sort: 'epss', offset: 7_980, byCursor: true },
  ],
  'by fields': [
    { text: 'cvss:>=9 published:2014' },
    { text: 'cwe:79 -wordpress' },
    { text: 'av:n pr:n severity:critical' },
    { text: 'vendor:micro* exploited:true' },
    { text: 'reference:github.com kernel' },
    { text: '(apache OR nginx) "denial of service"' },
  ],
  'a misspelt word': [
    { text: 'micorsoft exchnage' },
    { text: 'overfow' },
    { text: 'wordpres plugn' },
    { text: 'openssll' },
  ],
};

/** The queries whose facets are counted. */
export const facetQueries: readonly string[] = [
  '',
  'overflow',
  'attackers',
  'severity:high',
  'vendor:microsoft exploited:true',
  '"denial of service" -vendor:linux',
  'zimbra',
];
