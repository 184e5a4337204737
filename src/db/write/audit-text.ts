import { cleanText, truncated } from '../../domain/text.ts';

/** What stands for a secret. */
const hidden = '…';

const longestText = 500;
const mostItems = 20;
const deepest = 3;

/** Names of parameters whose values are secrets; files that hold secrets may be named. */
const secretName = /key|token|secret|password|passphrase|auth|identity/i;
const fileName = /file$/i;

/** What looks like a secret in any text: our keys, identities of age, passwords in URLs and in SQL, secret parameters of URLs. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\bot_[A-Za-z0-9_-]{8,}/g, `ot_${hidden}`],
  [/AGE-SECRET-KEY-[A-Z0-9]+/gi, `AGE-SECRET-KEY-${hidden}`],
  [/(:\/\/[^\s/@:]*):[^\s/]*@/g, `$1:${hidden}@`],
  [/(\bpassword\s*(?:=|\s)\s*)(?:E?'(?:[^'\\]|''|\\.)*'|[^\s&']+)/gi, `$1${hidden}`],
  [/([?&][^=&\s]*(?:key|token|secret|password|auth)[^=&\s]*=)[^&\s]*/gi, `$1${hidden}`],
];

/** A text as the audit log may hold it: without secrets, short, and with nothing that cannot be stored. */
export function auditText(text: string): string {
  const clean = secrets.reduce((left, [pattern, instead]) => left.replaceAll(pattern, instead), cleanText(text).text);
  return clean.length > longestText ? `${truncated(clean, longestText - 1)}…` : clean;
}

/** Arguments as the audit log may hold them: without secrets, and of a bounded size however many there were. */
export function auditArguments(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return bounded(values, 0) as Record<string, unknown>;
}

function bounded(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return auditText(value);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? null : value;
  if (depth === deepest) return hidden;
  if (!Array.isArray(value)) return boundedObject(value, depth);
  const items = value.slice(0, mostItems).map((item) => bounded(item, depth + 1));
  return value.length > mostItems ? [...items, `and ${value.length - mostItems} more`] : items;
}

function boundedObject(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value).filter(([, v]) => v !== undefined);
  return Object.fromEntries(
    entries.slice(0, mostItems).map(([name, v]) => {
      const isSecret = typeof v === 'string' && secretName.test(name) && !fileName.test(name);
      return [auditText(name), isSecret ? hidden : bounded(v, depth + 1)];
    }),
  );
}
