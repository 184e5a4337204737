import type { Envelope } from '../../sources/contract.ts';

/**
 * The members of a JSON object that are no lists or objects, without the one that stands for its list, or null where it is no
 * JSON. Those of a member `metadata` are named `metadata.version`.
 */
export function scalarMembers(text: string, list: string): Envelope | null {
  const value = objectIn(text);
  if (value === null) return null;
  const { metadata } = value as { metadata?: unknown };
  const within = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  const members = Object.entries(value).filter(([name]) => name !== list);
  return Object.fromEntries(
    [...members, ...Object.entries(within).map(([name, member]) => [`metadata.${name}`, member] as const)].filter(
      ([, member]) => typeof member !== 'object' || member === null,
    ),
  );
}

/** Members that only a record about a CVE has at its top: of CVE Records, of NVD, KEV and cve-search, of the original OpenThreat. */
const ownMembers = ['cveMetadata', 'containers', 'dataType', 'cve', 'cveID', 'cve_id'];

/** Whether a JSON object is a record, and no envelope of records. */
export function isRecordOfItsOwn(text: string): boolean {
  const value = objectIn(text);
  return value !== null && ownMembers.some((name) => Object.hasOwn(value, name));
}

function objectIn(text: string): object | null {
  try {
    return JSON.parse(text) as object;
  } catch {
    return null;
  }
}
