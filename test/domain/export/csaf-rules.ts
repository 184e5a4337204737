/** The rules of CSAF 2.0 that a document of ours could break: its schema's required fields, its profile, and the tests of section 6.1. */

type Json = Readonly<Record<string, unknown>>;

interface Branch {
  readonly category?: string;
  readonly name?: string;
  readonly branches?: readonly Branch[];
  readonly product?: { readonly name?: string; readonly product_id?: string };
}

interface CsafVulnerability extends Json {
  readonly cve: string;
  readonly notes?: readonly Json[];
  readonly product_status?: Readonly<Record<string, readonly string[]>>;
  readonly scores?: readonly Json[];
  readonly references?: readonly Json[];
  readonly threats?: readonly Json[];
  readonly remediations?: readonly Json[];
}

interface Csaf {
  readonly document: Json & { readonly category: string };
  readonly product_tree?: { readonly branches: readonly Branch[] };
  readonly vulnerabilities?: readonly CsafVulnerability[];
}

export function csafOf(text: string): Csaf {
  return JSON.parse(text);
}

const requiredOfDocument = [
  ...['category', 'csaf_version', 'title', 'publisher.category', 'publisher.name', 'publisher.namespace'],
  ...['tracking.id', 'tracking.status', 'tracking.version', 'tracking.initial_release_date'],
  ...['tracking.current_release_date', 'tracking.revision_history'],
];
const branchCategories = ['vendor', 'product_name', 'product_version', 'product_version_range'];

/** What a document does that the standard does not allow. */
export function violations({ document, product_tree, vulnerabilities, ...rest }: Csaf): string[] {
  const leaves = (product_tree?.branches ?? []).flatMap(leavesOf);
  const defined = leaves.map((leaf) => leaf.product?.product_id ?? '');
  const faults = requiredOfDocument.flatMap((path) => (at(document, path) ? [] : [`document.${path} is missing`]));
  if (Object.keys(rest).length > 0) faults.push(`there is ${Object.keys(rest)}`);
  if (new Set(defined).size !== defined.length) faults.push('a product id is defined twice');
  if (document.category === 'csaf_security_advisory' && !vulnerabilities?.length) faults.push('it advises nothing');
  if (leaves.some((leaf) => !leaf.product?.name || !leaf.product.product_id))
    faults.push('a branch ends in no product');
  const branches = (product_tree?.branches ?? []).flatMap(allOf);
  for (const { category, name, branches: below, product } of branches) {
    if (!category || !branchCategories.includes(category) || !name) faults.push(`a branch is a ${category} "${name}"`);
    if ((below === undefined) === (product === undefined) || below?.length === 0) faults.push(`${name} branches badly`);
  }
  return [...faults, ...(vulnerabilities ?? []).flatMap((one) => ofVulnerability(one, new Set(defined)))];
}

function ofVulnerability(vulnerability: CsafVulnerability, defined: ReadonlySet<string>): string[] {
  const { cve, notes, product_status: status = {}, scores = [], threats = [], remediations = [] } = vulnerability;
  const faults: string[] = [];
  const named = [
    ...Object.values(status).flat(),
    ...[...scores, ...threats, ...remediations].flatMap((one) => texts(one.products ?? one.product_ids)),
  ];
  if (!/^CVE-\d{4}-\d{4,}$/.test(cve)) faults.push('has no CVE');
  if (!notes?.length || notes.some((note) => !note.text || !note.category)) faults.push('a note is empty');
  if (Object.values(status).flat().length === 0) faults.push('says nothing of any product');
  if (new Set(Object.values(status).flat()).size !== Object.values(status).flat().length)
    faults.push('contradicts itself about a product');
  for (const id of named) if (!defined.has(id)) faults.push(`speaks of ${id}, which is not defined`);
  for (const score of scores) {
    for (const version of ['cvss_v2', 'cvss_v3'])
      if (version in score)
        for (const path of ['version', 'vectorString'])
          if (!at(score, `${version}.${path}`)) faults.push(`${version} has no ${path}`);
  }
  for (const { summary, url } of vulnerability.references ?? [])
    if (!summary || !URL.canParse(String(url))) faults.push(`a reference is ${summary}: ${url}`);
  for (const [name, value] of Object.entries(vulnerability))
    if (Array.isArray(value) && value.length === 0) faults.push(`${name} is an empty list`);
  for (const { details } of [...threats, ...remediations]) if (!details) faults.push('a threat or remedy says nothing');
  return faults.map((fault) => `${cve} ${fault}`);
}

function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((part, key) => (part as Json | undefined)?.[key], value);
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function allOf(branch: Branch): Branch[] {
  return [branch, ...(branch.branches ?? []).flatMap(allOf)];
}

function leavesOf(branch: Branch): Branch[] {
  return allOf(branch).filter(({ branches }) => branches === undefined);
}
