import type { Query, Value } from '../domain/query/ast.ts';
import { fieldSql } from './field-sql.ts';
import { type Condition, Parameters } from './sql.ts';

/** What compiling a query needs to know beside it. */
export interface CompileContext {
  readonly now: Date;
  /** What a typed word is looked for as, where that is not the word itself. */
  readonly words: ReadonlyMap<string, { readonly text: string; readonly beginning: boolean }>;
  /** The names that a pattern of a field stands for: `vendor:micro*`. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** The WHERE clause that says what a query says. */
export function compile(query: Query, context: CompileContext): Condition {
  const compiler = new Compiler(context);
  const sql = compiler.sql(query);
  return { sql, params: compiler.params.values };
}

class Compiler {
  readonly params = new Parameters();
  readonly #context: CompileContext;

  constructor(context: CompileContext) {
    this.#context = context;
  }

  sql(query: Query): string {
    switch (query.kind) {
      case 'all':
        return 'true';
      case 'and':
        return this.#joined(query.parts, '&&', ' AND ');
      case 'or':
        return this.#joined(query.parts, '||', ' OR ');
      case 'not':
        return `(${this.sql(query.part)}) IS NOT TRUE`;
      case 'word':
      case 'phrase':
        return `search @@ ${this.#text(query)}`;
      case 'id':
        return this.#id(query.part);
      default:
        return fieldSql(query, this.params, this.#context);
    }
  }

  /** Words and phrases side by side become one question to the index, which finds what holds of all by itself. */
  #joined(parts: readonly Query[], operator: '&&' | '||', joint: string): string {
    const texts = parts.flatMap((part) => (part.kind === 'word' || part.kind === 'phrase' ? [this.#text(part)] : []));
    const others = parts.filter((part) => part.kind !== 'word' && part.kind !== 'phrase');
    const conditions = texts.length > 0 ? [`search @@ (${texts.join(` ${operator} `)})`] : [];
    for (const part of others) conditions.push(this.sql(part));
    return conditions.length > 1 ? `(${conditions.join(joint)})` : (conditions[0] ?? 'true');
  }

  #text(query: Query & { kind: 'word' | 'phrase' }): string {
    return textSql(query, this.params, this.#context);
  }

  /** A year with a number can only stand at an id's beginning; a bare number may stand anywhere in it, and also in a text. */
  #id(part: string): string {
    if (part.startsWith('CVE')) return `cve_id LIKE ${this.params.add(`${part}%`)}`;
    if (part.includes('-')) return `cve_id LIKE ${this.params.add(`CVE-${part}%`)}`;
    const inText = `search @@ plainto_tsquery('english', ${this.params.add(part)})`;
    return `(cve_id LIKE ${this.params.add(`%${part}%`)} OR ${inText})`;
  }
}

/** A word or phrase as a question to the full text search. */
export function textSql(
  query: Query & { kind: 'word' | 'phrase' },
  params: Parameters,
  { words }: Pick<CompileContext, 'words'>,
): string {
  if (query.kind === 'phrase') return `phraseto_tsquery('english', ${params.add(query.text)})`;
  const meant = words.get(query.word) ?? { text: query.word, beginning: query.beginning };
  if (!meant.beginning) return `plainto_tsquery('english', ${params.add(meant.text)})`;
  return `to_tsquery('english', ${params.add(`'${meant.text.replaceAll("'", "''")}':*`)})`;
}

/** The names and patterns of a query that have to be looked up before it can be compiled: by field. */
export function patternsIn(query: Query): { field: string; pattern: string }[] {
  if (query.kind === 'and' || query.kind === 'or') return query.parts.flatMap(patternsIn);
  if (query.kind === 'not') return patternsIn(query.part);
  if (query.kind !== 'is') return [];
  return query.values.flatMap((value: Value) =>
    typeof value === 'string' && value.includes('*') && (query.field === 'vendor' || query.field === 'product')
      ? [{ field: query.field, pattern: value }]
      : [],
  );
}

/** The words of a query, as typed, that are not excluded by it. */
export function wordsIn(query: Query): string[] {
  if (query.kind === 'and' || query.kind === 'or') return [...new Set(query.parts.flatMap(wordsIn))];
  return query.kind === 'word' && !query.beginning ? [query.word] : [];
}
