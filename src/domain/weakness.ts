const weaknessId = /^CWE-(\d{1,5})$/i;
const weaknessInText = /\bCWE[-: ]{0,2}(\d{1,5})\b/gi;

/** The CWE id in `text` in its one spelling, 'CWE-79', or null. NVD's 'NVD-CWE-noinfo' and 'NVD-CWE-Other' are none. */
export function cweId(text: string): string | null {
  const id = weaknessId.exec(text.trim());
  return id ? `CWE-${Number(id[1])}` : null;
}

/** All CWE ids that a sentence names: "CWE-79 Cross-site Scripting", "CWE 89". */
export function cweIdsIn(text: string): readonly string[] {
  const ids = new Set<string>();
  for (const [, number] of text.matchAll(weaknessInText)) ids.add(`CWE-${Number(number)}`);
  return [...ids];
}
