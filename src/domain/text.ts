/** What PostgreSQL cannot store in a text: U+0000, and halves of surrogate pairs. */
const unstorable = /[\0\p{Surrogate}]/gu;

/** Whether PostgreSQL can store `text` as it is. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && text.indexOf('\0') < 0;
}

/**
 * `text` without blanks around it, and with U+FFFD in place of each character that PostgreSQL refuses;
 * `replaced` says how many those were.
 */
export function cleanText(text: string): { readonly text: string; readonly replaced: number } {
  if (isStorable(text)) return { text: text.trim(), replaced: 0 };
  let replaced = 0;
  const clean = text.replace(unstorable, () => {
    replaced++;
    return '\uFFFD';
  });
  return { text: clean.trim(), replaced };
}

/** At most `length` UTF-16 units of `text`, never half a character. */
export function truncated(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? length - 1 : length);
}
