import type { Field, FieldType, Language } from '../../src/domain/query/fields.ts';
import { indicatorLanguage } from '../../src/domain/query/indicator-fields.ts';
import { techniqueLanguage } from '../../src/domain/query/technique-fields.ts';
import { vulnerabilityLanguage } from '../../src/domain/query/vulnerability-fields.ts';
import { code, markdownTable } from './table.ts';

const takes: Readonly<Record<FieldType, string>> = {
  words: 'words, or a "phrase"',
  name: 'a name',
  id: 'an id',
  choice: '',
  flag: '`true`, `false`',
  number: '',
  date: 'a date, or a range',
  version: 'a version',
};

/** The fields of searches for vulnerabilities, from the table that queries are parsed by. */
export function fieldTable(): string {
  return tableOf(vulnerabilityLanguage);
}

/** The fields of searches for indicators. */
export function indicatorFieldTable(): string {
  return tableOf(indicatorLanguage);
}

/** The fields of searches for techniques. */
export function techniqueFieldTable(): string {
  return tableOf(techniqueLanguage);
}

function tableOf(language: Language): string {
  const rows = language.fields.map((field) => [
    [field.name, ...(field.aliases ?? [])].map(code).join(', '),
    field.meaning,
    values(field),
    code(exampleOf(field)),
  ]);
  return markdownTable(['field', 'meaning', 'takes', 'example'], rows);
}

/** A query with the field's example. */
export function exampleOf(field: Field): string {
  return `${field.type === 'version' ? 'product:openssl ' : ''}${field.name}:${field.example}`;
}

function values({ type, choices, min, max, wildcards }: Field): string {
  if (type === 'choice') return (choices ?? []).map((choice) => code(choice.toLowerCase())).join(', ');
  if (type === 'number') return `a number from ${min} to ${max}, or a range`;
  return takes[type] + (wildcards ? '; `*` stands for anything' : '');
}
