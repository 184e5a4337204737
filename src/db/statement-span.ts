import { type SpanStart, tracedInside } from '../tracing.ts';

/** Longer statements are cut before and after their values are taken out, in characters. */
const mostRead = 4_000;
const mostShown = 1_000;

/**
 * What is in a statement beside its words: comments, texts in their three ways, quoted names, parameters, and numbers. One
 * expression for all, because a quote within one of them is none. A text that is cut off ends with the statement.
 * @see https://www.postgresql.org/docs/current/sql-syntax-lexical.html
 */
const parts =
  /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)|(?<!\w)[eE]'(?:[^'\\]|\\.|'')*(?:'|\\?$)|'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|\$\d+|\b\d+(?:\.\d+)?\b/g;

/** A statement without its values and comments, in one line of at most 1,000 characters. */
export function withoutValues(sql: string): string {
  return sql
    .slice(0, mostRead)
    .replace(parts, (part) => {
      if (part.startsWith('--') || part.startsWith('/*')) return ' ';
      return part.startsWith('"') || /^\$\d/.test(part) ? part : '?';
    })
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, mostShown);
}

/** Runs a statement within a span, when there is one around it. @see https://opentelemetry.io/docs/specs/semconv/database/ */
export async function inStatementSpan<R>(sql: string, work: () => Promise<R>): Promise<R> {
  return tracedInside(() => spanOf(sql), work);
}

function spanOf(sql: string): SpanStart {
  const text = withoutValues(sql);
  const operation = /^[A-Za-z]+/.exec(text)?.[0].toUpperCase() ?? 'SQL';
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation, 'db.query.text': text };
  return { name: operation, kind: 'client', attributes };
}
