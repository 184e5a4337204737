import type { Query } from '../domain/query/ast.ts';
import type { Language } from '../domain/query/fields.ts';
import { parseQuery } from '../domain/query/parse.ts';
import { QueryError } from '../domain/query/query-error.ts';
import { AppError } from '../errors.ts';

/** The query in a text. @throws AppError `invalid_query` that shows the place of the mistake; its context has `position` and `length` */
export function readQuery(text: string, language: Language): Query {
  try {
    return parseQuery(text, language);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const { message, position, length } = error;
    throw new AppError(
      'invalid_query',
      `In the query, ${place(text, position)}: ${message}${message.endsWith('?') ? '' : '.'}`,
      { position, length },
      error,
    );
  }
}

/** Where a position is, for people: at its end, or before the words that follow. */
function place(text: string, position: number): string {
  if (position >= text.length) return 'at its end';
  const rest = text.slice(position, position + 20);
  return `at character ${position + 1} ("${rest}${text.length > position + 20 ? '…' : ''}")`;
}
