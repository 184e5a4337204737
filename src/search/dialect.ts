import type { Query } from '../domain/query/ast.ts';
import { type FieldSql, fieldCondition } from './field-kinds.ts';
import { type Condition, Parameters } from './sql.ts';

/** A language of fields as SQL: each field, and what a bare word or phrase says. */
export interface Dialect {
  readonly fields: Readonly<Record<string, FieldSql>>;
  readonly text: (text: string, params: Parameters) => string;
  /** Part of an id. Only for languages that have any. */
  readonly id?: (part: string, params: Parameters) => string;
}

/** The WHERE clause that says what a query says; `now` for dates that are relative to it. */
export function conditionIn(dialect: Dialect, query: Query, now: Date): Condition {
  const params = new Parameters();
  const sql = sqlOf(dialect, query, params, now);
  return { sql, params: params.values };
}

function sqlOf(dialect: Dialect, query: Query, params: Parameters, now: Date): string {
  switch (query.kind) {
    case 'all':
      return 'true';
    case 'and':
    case 'or':
      return `(${query.parts.map((part) => sqlOf(dialect, part, params, now)).join(` ${query.kind.toUpperCase()} `)})`;
    case 'not':
      return `(${sqlOf(dialect, query.part, params, now)}) IS NOT TRUE`;
    case 'word':
      return dialect.text(query.word, params);
    case 'phrase':
      return dialect.text(query.text, params);
    case 'id':
      return dialect.id ? dialect.id(query.part, params) : dialect.text(query.part, params);
    default:
      return fieldCondition(dialect.fields, query, params, { now });
  }
}

/** A text as part of a LIKE pattern, in which it stands for itself. */
export function likeText(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}

/** A pattern in which `*` stands for anything, as one for LIKE. */
export function likePattern(pattern: string): string {
  return likeText(pattern).replaceAll('*', '%');
}
