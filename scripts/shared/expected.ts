import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import yauzl from 'yauzl';

/** What the files hold, counted without the program's own reader. */
export interface Expected {
  readonly records: Readonly<Record<string, number>>; // by source
  readonly ids: ReadonlySet<string>;
}

/** The inputs of the checks: NVD's folder, the newest catalogue of CISA, the CVE List's archive. */
export function sharedInputs(folder: string): string[] {
  const kev = globSync(join(folder, 'kev', 'known_exploited_vulnerabilities.*.json'))
    .sort()
    .at(-1);
  const inputs = [join(folder, 'nvd'), ...(kev ? [kev] : []), ...globSync(join(folder, 'cve5', '*.zip')).sort()];
  return inputs.filter((input) => existsSync(input));
}

export async function expectedOf(inputs: readonly string[]): Promise<Expected> {
  const ids = new Set<string>();
  const records: Record<string, number> = {};
  const add = (source: string, found: readonly string[]) => {
    records[source] = (records[source] ?? 0) + found.length;
    for (const id of found) ids.add(id);
  };
  for (const input of inputs) {
    if (input.endsWith('.zip')) add('cve_list', await idsOfArchive(input));
    else if (input.endsWith('.json')) add('cisa_kev', idsOf(readFileSync(input)));
    else for (const file of globSync(join(input, '*.json*'))) add('nvd', idsOf(readFileSync(file)));
  }
  return { records, ids };
}

interface Feed {
  readonly vulnerabilities: readonly { readonly cve?: { readonly id: string }; readonly cveID?: string }[];
}

function idsOf(bytes: Buffer): string[] {
  const text = bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
  const feed: Feed = JSON.parse(text.toString());
  return feed.vulnerabilities.map((entry) => entry.cve?.id ?? entry.cveID ?? '');
}

/** The CVE List keeps each record in a file of its id. */
async function idsOfArchive(path: string): Promise<string[]> {
  const zip = await yauzl.openPromise(path);
  const names: string[] = [];
  for await (const entry of zip.eachEntry()) names.push(basename(entry.fileName, '.json'));
  return names.filter((name) => /^CVE-\d{4}-\d+$/.test(name));
}
