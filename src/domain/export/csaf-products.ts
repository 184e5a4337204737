import type { Affected, VersionRange } from '../record.ts';
import type { ExportRecord } from './contract.ts';

type Status = 'known_affected' | 'known_not_affected' | 'under_investigation';

/** The products of a CVE: as branches of the document's product tree, and which of them is affected. */
export interface CsafProducts {
  readonly branches: readonly object[];
  readonly status: Readonly<Partial<Record<Status, readonly string[]>>>;
  readonly ids: readonly string[];
}

interface Leaf {
  readonly category: 'product_version' | 'product_version_range';
  readonly name: string;
  readonly status: Status;
}

const unnamed = 'unspecified';
const everyVersion = 'vers:all/*';

/**
 * Each version and range that a source names is a product of its own, as CSAF wants it. Where several sources speak of
 * the same, the first one counts. A CVE without products gets one that stands for what nobody has named yet.
 */
export function csafProducts({ cveId, affected }: ExportRecord): CsafProducts {
  const seen = new Set<string>();
  const ids: string[] = [];
  const status: Partial<Record<Status, string[]>> = {};
  const branches = (affected.length > 0 ? affected : [nobody]).flatMap((entry) => {
    const vendor = entry.vendor || unnamed;
    const product = entry.product || unnamed;
    const leaves = leavesOf(entry).filter(({ name }) => {
      const key = `${vendor}\n${product}\n${name}`;
      return !seen.has(key) && seen.add(key);
    });
    const versions = leaves.map((leaf) => {
      const id = `${cveId}-${ids.length + 1}`;
      ids.push(id);
      const same = status[leaf.status] ?? [];
      status[leaf.status] = same;
      same.push(id);
      const text = leaf.name === everyVersion ? 'all versions' : leaf.name;
      const name = `${vendor} ${product} ${text}`;
      return { category: leaf.category, name: leaf.name, product: { name, product_id: id } };
    });
    if (versions.length === 0) return [];
    return [
      { category: 'vendor', name: vendor, branches: [{ category: 'product_name', name: product, branches: versions }] },
    ];
  });
  return { branches, status, ids };
}

const nobody: Affected = { vendor: '', product: '', versions: [], defaultStatus: 'unknown' };

const statusOf = {
  affected: 'known_affected',
  unaffected: 'known_not_affected',
  unknown: 'under_investigation',
} as const satisfies Record<NonNullable<Affected['defaultStatus']>, Status>;

function leavesOf({ versions, defaultStatus }: Affected): Leaf[] {
  const leaves = versions.map(leafOf);
  // All versions, as far as none is listed above.
  const rest = defaultStatus ?? (versions.length === 0 ? 'affected' : null);
  if (rest !== null && (rest === 'affected' || versions.length === 0)) leaves.push(all(statusOf[rest]));
  return leaves;
}

function all(status: Status): Leaf {
  return { category: 'product_version_range', name: everyVersion, status };
}

/** Words by which a text means more than one version: such a text is a range, whatever its source takes it for. */
const severalVersions =
  /[<>*]|\b(after|all|any|before|below|earlier|later|newer|older|or|prior|through|to|up|versions?)\b/i;

function leafOf(version: string | VersionRange): Leaf {
  if (typeof version !== 'string') return rangeLeaf(version);
  if (version === '-') return all('known_affected');
  const category = severalVersions.test(version) ? 'product_version_range' : 'product_version';
  return { category, name: version, status: 'known_affected' };
}

/** A range as CSAF's version range specifier: of the scheme where there is one, like it where there is none. */
function rangeLeaf({ from, fromExcluded, to, toExcluded, type, status }: VersionRange): Leaf {
  const said = statusOf[status ?? 'affected'];
  if (from === undefined && to === undefined) return all(said);
  if (from !== undefined && from === to) return { category: 'product_version', name: from, status: said };
  const ends = [
    ...(from === undefined ? [] : [`${fromExcluded ? '>' : '>='}${encodeURIComponent(from)}`]),
    ...(to === undefined ? [] : [`${toExcluded ? '<' : '<='}${encodeURIComponent(to)}`]),
  ];
  const scheme = type === 'semver' ? 'vers:semver/' : '';
  return { category: 'product_version_range', name: scheme + ends.join('|'), status: said };
}
