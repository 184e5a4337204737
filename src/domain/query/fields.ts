import type { Query } from './ast.ts';

/** What values a field has, and so which forms of value it takes. */
export type FieldType =
  | 'words' // a text that is searched for words and phrases
  | 'name' // a name in canonical spelling; `*` stands for anything
  | 'id' // an id of a catalogue
  | 'choice' // one of a few words
  | 'flag' // true or false
  | 'number'
  | 'date'
  | 'version'; // versions of products: needs a product beside it

export interface Field {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly type: FieldType;
  readonly meaning: string;
  readonly example: string; // a value
  readonly choices?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** The one spelling of an id, or null when the text is none. */
  readonly spell?: (text: string) => string | null;
  /** Whether `*` in a value stands for anything. */
  readonly wildcards?: true;
}

/** The fields of one kind of record, and how its queries are read. */
export interface Language {
  readonly fields: readonly Field[];
  /** Part of an id, when a bare word is one, upper case. */
  readonly idPart: (word: string) => string | null;
  /**
   * What a bare run of characters says, where it is not the words in it. Then a run whose beginning looks like a field, with
   * a digit or a dot in its name (`evil.com:8080`), is a run, too.
   */
  readonly run?: (run: string) => Query | null;
}

/** The field of that name or other name, in any case; undefined when there is none. */
export function fieldNamed(language: Language, name: string): Field | undefined {
  const wanted = name.toLowerCase();
  return language.fields.find((field) => field.name === wanted || field.aliases?.includes(wanted));
}
