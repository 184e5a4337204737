import type { Envelope } from '../../sources/contract.ts';

/** The members of a JSON object that are no lists or objects, or null where it is no JSON. */
export function scalarMembers(text: string): Envelope | null {
  let value: object;
  try {
    value = JSON.parse(text) as object;
  } catch {
    return null;
  }
  return Object.fromEntries(
    Object.entries(value).filter(
      ([name, member]) => name !== 'vulnerabilities' && (typeof member !== 'object' || member === null),
    ),
  );
}
