import { csvFields } from './csv.ts';

/** What a text that is neither JSON nor XML is. */
export type TextKind = { readonly kind: 'csv'; readonly header: string | null } | { readonly kind: 'list' };

/** So many lines tell a list from a table. */
export const enoughLines = 20;

const longestEntry = 4096;
const columnName = /^[\p{L}_][\p{L}\p{N} _./()-]{0,60}$/u;

/** The first word of a line, and what follows; `0.0.0.0 name` is a line of a hosts file. */
const wordAndRest = /^(?:(?:0\.0\.0\.0|127\.0\.0\.1)\s+)?"?([^\s,;"'<>]+)"?(.*)$/;
const hashOrAddress = /^[0-9a-fA-F]{32,128}$|^\/\S|[.:@[].*[^.:!]$/;
/** A number (IPsum counts so), a comment, or nothing. */
const countOrComment = /^(?:\s+\d+)?(?:\s*[;#].*|\s*)$/;

/**
 * Tells a CSV table from a list of one entry a line by its first lines, which are neither blank nor comments.
 * @param comment the comment before them: some feeds hide their header in it
 * @returns null for neither
 */
export function textKind(lines: readonly string[], comment: string | null): TextKind | null {
  const [first, ...rest] = lines;
  if (first === undefined) return null;
  const header = headerIn(first, comment);
  if (header !== null) return { kind: 'csv', header };
  const rows = rest.filter((line) => line.includes(',')).length;
  const isTable = looksLikeHeader(csvFields(first)) && rows * 2 >= rest.length;
  if (!isTable && lines.filter(isEntry).length * 2 > lines.length) return { kind: 'list' };
  return first.includes(',') ? { kind: 'csv', header: null } : null;
}

/** The columns in the comment, when what follows has as many and is no header itself. */
function headerIn(first: string, comment: string | null): string | null {
  if (comment === null || !comment.includes(',')) return null;
  const columns = csvFields(comment);
  const row = csvFields(first);
  if (!looksLikeHeader(columns) || row.length !== columns.length) return null;
  return first.startsWith('"') || !looksLikeHeader(row) ? comment : null;
}

function looksLikeHeader(fields: readonly string[]): boolean {
  const names = fields.map((field) => field.trim());
  return names.length > 1 && new Set(names).size === names.length && names.every((name) => columnName.test(name));
}

/** Whether a line has one word only, with the look of an address, a domain, a URL or its path, an e-mail address or a hash. */
function isEntry(line: string): boolean {
  if (line.length > longestEntry) return false;
  const [, word = '', rest = ''] = wordAndRest.exec(line.trim()) ?? [];
  return hashOrAddress.test(word) && countOrComment.test(rest);
}
