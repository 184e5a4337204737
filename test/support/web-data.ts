import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/db/database.ts';
import {
  attackObject,
  mapping,
  mappings,
  matrix,
  relation,
  techniqueObject,
  weaknessCatalogue,
  weaknessXml,
} from './catalogues.ts';
import { cve5Record, epssDay, kevCatalogue, kevEntry, nvdFeed, nvdRecord, put } from './feeds.ts';
import { loadWell } from './loading.ts';

/** The day on which the browser and the server are. */
export const webDay = '2026-01-15T12:00:00.000Z';

/** The CVE of which every kind of source speaks. */
export const hero = 'CVE-2024-21762';

/** A CVE whose texts try to be more than text. */
export const hostile = 'CVE-2025-66001';

/** What {@link hostile} says of itself: if any of it runs or is markup, `hacked` is set or an element is there. */
export const hostileText =
  '<script>window.hacked=1</script><img src="https://evil.example/x.png" onerror="window.hacked=1"><b id="bold">bold</b>';

const sample = join(import.meta.dirname, '..', '..', 'data-sample', 'sample.ndjson');

/** What NVD says of the hero; on the second day it is worse, and there is a fix. */
function heroRecord(day: 1 | 2): object {
  const record = nvdRecord(hero, {
    published: '2024-02-09T09:15:00.000',
    modified: `2026-01-0${day * 4}T10:00:00.000`,
    description: 'An out-of-bounds write in Fortinet FortiOS lets attackers run code with crafted requests.',
  }) as { cve: object };
  const cpeMatch = (from: string, to: string) => ({
    vulnerable: true,
    criteria: 'cpe:2.3:o:fortinet:fortios:*:*:*:*:*:*:*:*',
    versionStartIncluding: from,
    versionEndExcluding: to,
  });
  const vector = (score: number, vectorString: string) => ({
    source: 'nvd@nist.gov',
    type: 'Primary',
    cvssData: { version: '3.1', baseScore: score, vectorString },
  });
  const advisory = 'https://fortiguard.example/psirt/FG-IR-24-015';
  return {
    cve: {
      ...record.cve,
      weaknesses: [{ source: 'nvd@nist.gov', type: 'Primary', description: [{ lang: 'en', value: 'CWE-787' }] }],
      metrics: {
        cvssMetricV31: [
          day === 1
            ? vector(8.1, 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H')
            : vector(9.8, 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'),
        ],
      },
      configurations: [
        {
          nodes: [
            { operator: 'OR', negate: false, cpeMatch: [cpeMatch('7.2.0', '7.2.7'), cpeMatch('7.4.0', '7.4.3')] },
          ],
        },
      ],
      references: [
        { url: advisory, source: 'cna@example.org', tags: ['Vendor Advisory'] },
        ...(day === 2 ? [{ url: 'https://exploits.example/fortios', source: 'x@example.org', tags: ['Exploit'] }] : []),
      ],
    },
  };
}

const hostileRecord = nvdRecord(hostile, {
  published: '2025-11-20T08:00:00.000',
  description: hostileText,
  score: 6.1,
  vendor: 'evil',
  product: '\\<i\\>markup\\<\\/i\\>',
  references: [
    'javascript:window.hacked=1',
    'data:text/html,<script>1</script>',
    'https://plain.example/"><script>1</script>',
  ],
});

const epss = {
  first: { [hero]: 0.62, 'CVE-2021-44228': 0.94, 'CVE-2014-0160': 0.93, 'CVE-2024-6387': 0.21 },
  second: { [hero]: 0.93, 'CVE-2021-44228': 0.94, 'CVE-2014-0160': 0.93, 'CVE-2024-6387': 0.52, [hostile]: 0.004 },
};

const exploited = [
  kevEntry(hero, {
    vendorProject: 'Fortinet',
    product: 'FortiOS',
    vulnerabilityName: 'Fortinet FortiOS Out-of-Bound Write Vulnerability',
    dateAdded: '2026-01-12',
    dueDate: '2026-01-26',
    requiredAction: 'Apply mitigations per vendor instructions.',
    knownRansomwareCampaignUse: 'Known',
    cwes: ['CWE-787'],
  }),
  kevEntry('CVE-2024-3400', { vendorProject: 'Palo Alto Networks', product: 'PAN-OS', dateAdded: '2024-04-12' }),
];

const attack = matrix(
  'enterprise',
  [
    techniqueObject('T1190', {
      name: 'Exploit Public-Facing Application',
      tactics: ['initial-access'],
      description: 'Adversaries may exploit a weakness in a host that faces the Internet. (Citation: Some Report)',
    }),
    techniqueObject('T1059', { name: 'Command and Scripting Interpreter', tactics: ['execution'] }),
    techniqueObject('T1059.004', { name: 'Unix Shell', tactics: ['execution'] }),
    techniqueObject('T1486', { name: 'Data Encrypted for Impact', tactics: ['impact'] }),
    attackObject('M1051', { name: 'Update Software' }),
    relation('M1051', 'mitigates', 'T1190', 'Update software that faces the Internet first.'),
    attackObject('G0001', { name: 'Volt Example' }),
    relation('G0001', 'uses', 'T1190'),
  ],
  ['initial-access', 'execution', 'impact'],
);

const indicators = `# abuse.ch URLhaus Database Dump (CSV - online URLs only)
# Last updated: 2026-01-14 10:20:30 (UTC)
# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter
"1","2026-01-14 08:00:00","http://malware.example-bad.top/bin.sh","online","2026-01-14 09:00:00","malware_download","elf,Mozi,${hero}","https://urlhaus.abuse.ch/url/1/","someone"
"2","2026-01-13 08:00:00","http://45.155.205.233:8080/gate","online","2026-01-14 09:00:00","malware_download","exe","https://urlhaus.abuse.ch/url/2/","someone"
`;

const ipsum = `# IPsum Threat Intelligence Feed
# (https://github.com/stamparm/ipsum)
# Last update: Wed, 14 Jan 2026 03:00:29 +0100
# IP\tnumber of (black)lists
45.155.205.233\t9
185.220.101.4\t6
`;

/** Fills a database with the bundled sample and, of each kind, a small document; two days, so that there is history. */
export async function fillForWeb(db: Database): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-web-data-'));
  const file = (name: string, content: string) => put(folder, name, content);
  try {
    await loadWell(
      db,
      [
        sample,
        file('nvd-1.json', nvdFeed([heroRecord(1), hostileRecord])),
        file(
          'cve5.json',
          JSON.stringify(cve5Record(hero, { title: 'FortiOS SSL VPN out-of-bounds write', cisa: 'active' })),
        ),
        file('epss_scores-2026-01-07.csv', epssDay('2026-01-07', epss.first)),
      ],
      '2026-01-07T13:00:00.000Z',
    );
    await loadWell(
      db,
      [
        file('nvd-2.json', nvdFeed([heroRecord(2)])),
        file('kev.json', kevCatalogue(exploited, '2026-01-12')),
        file('attack.json', JSON.stringify({ type: 'bundle', id: 'bundle--1', objects: attack })),
        file(
          'mappings.json',
          mappings([mapping(hero, 'T1190'), mapping('CVE-2021-44228', 'T1190'), mapping('CVE-2021-44228', 'T1059')]),
        ),
        file('cwe.xml', weaknessCatalogue([weaknessXml(787), weaknessXml(79)])),
        file('epss_scores-2026-01-14.csv', epssDay('2026-01-14', epss.second)),
        file('urlhaus.csv', indicators),
        file('ipsum.txt', ipsum),
      ],
      '2026-01-14T13:00:00.000Z',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
