import type { Bound, Query, Value } from './ast.ts';

/** A query as text, in its one spelling: parsing it again gives the same query. */
export function printQuery(query: Query): string {
  if (query.kind === 'all') return '';
  return printed(query, false);
}

function printed(query: Query, inner: boolean): string {
  switch (query.kind) {
    case 'all':
      return '';
    case 'and':
    case 'or': {
      const text = query.parts.map((part) => printed(part, true)).join(query.kind === 'or' ? ' OR ' : ' ');
      return inner ? `(${text})` : text;
    }
    case 'not':
      return `-${printed(query.part, true)}`;
    case 'word':
      return query.word + (query.beginning ? '*' : '');
    case 'phrase':
      return `"${query.text}"`;
    case 'id':
      return query.part;
    case 'has':
      return `${query.field}:*`;
    case 'is':
      return `${query.field}:${query.values.length === 1 ? atom(query.values[0]) : `(${query.values.map(atom).join(',')})`}`;
    case 'between':
      return `${query.field}:${range(query.from, query.to)}`;
  }
}

function range(from: Bound | null, to: Bound | null): string {
  if (from && !to) return `>${from.inclusive ? '=' : ''}${atom(from.value)}`;
  if (to && !from) return `<${to.inclusive ? '=' : ''}${atom(to.value)}`;
  return `${from?.inclusive === false ? '{' : '['}${atom(from?.value)} TO ${atom(to?.value)}${to?.inclusive === false ? '}' : ']'}`;
}

/** A value as it is written: in quotes when it has characters that mean something. */
function atom(value: Value | undefined): string {
  if (value === undefined) return '*';
  const text = String(value);
  return /^[\p{L}\p{N}_.+*/@:%~#&;'!?$^\\|-]+$/u.test(text) && text !== '*' ? text : `"${text}"`;
}
