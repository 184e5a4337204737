import type { Sort } from '../src/search/thresholds.ts';

interface Request {
  readonly text: string;
  readonly sort?: Sort;
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
