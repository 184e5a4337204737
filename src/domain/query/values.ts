import { canonicalName } from '../names.ts';
import { slips } from '../spelling.ts';
import type { Value } from './ast.ts';
import type { Field, Language } from './fields.ts';
import { dateForms, dateLiteral } from './periods.ts';
import { QueryError } from './query-error.ts';

/** A text of a query as a value of the field. @throws QueryError that says what the field takes, and the nearest valid value */
export function fieldValue(field: Field, text: string, position: number): Value {
  const wrong = (takes: string, instead = '') =>
    new QueryError(`${field.name}: takes ${takes}, not "${shortened(text)}"${instead}`, position, text.length);
  switch (field.type) {
    case 'number': {
      const number = /^-?(\d{1,15}(\.\d{1,15})?|\.\d{1,15})$/.test(text) ? Number(text) : Number.NaN;
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = field;
      if (!(number >= min && number <= max)) throw wrong(`a number from ${min} to ${max}`);
      return number;
    }
    case 'date': {
      const literal = dateLiteral(text);
      const isYes = /^(true|yes)$/i.test(text);
      if (literal === null)
        throw wrong(`a date: ${dateForms}`, isYes ? `; "${field.name}:*" finds whatever has one` : '');
      return literal;
    }
    case 'flag': {
      const word = text.toLowerCase();
      if (['true', 'yes', '1'].includes(word)) return true;
      if (['false', 'no', '0'].includes(word)) return false;
      throw wrong('true or false');
    }
    case 'choice':
      return choiceOf(field, text, position);
    case 'id': {
      const id = field.spell ? field.spell(text) : text;
      if (id === null) throw wrong(`an id such as ${field.example}`);
      return id;
    }
    case 'name': {
      const name = text.includes('*') ? text.toLowerCase().replaceAll(/\s+/g, '_') : canonicalName(text);
      if (name.replaceAll('*', '') === '') throw wrong('a name');
      if (name.includes('*') && !field.wildcards) throw wrong('a whole name');
      return name;
    }
    default:
      return text;
  }
}

function choiceOf(field: Field, text: string, position: number): string {
  const choices = field.choices ?? [];
  const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  const near = nearest(
    text.toLowerCase(),
    choices.map((choice) => choice.toLowerCase()),
  );
  const meant = near === null ? '' : `; did you mean ${near}?`;
  throw new QueryError(
    `${field.name}: takes ${choices.join(', ').toLowerCase()}, not "${shortened(text)}"${meant}`,
    position,
    text.length,
  );
}

/** The error of a field that does not exist, with the nearest one that does. */
export function unknownField(language: Language, name: string, position: number): QueryError {
  const near = nearest(
    name.toLowerCase(),
    language.fields.flatMap((field) => [field.name, ...(field.aliases ?? [])]),
  );
  const meant =
    near === null
      ? `the fields are ${language.fields.map((field) => field.name).join(', ')}`
      : `did you mean "${near}:"?`;
  return new QueryError(
    `there is no field "${shortened(name)}"; ${meant} To search for the text itself, put it in quotes`,
    position,
    name.length,
  );
}

/** The candidate that is at most half of the letters away, or null. */
function nearest(text: string, candidates: readonly string[]): string | null {
  const limit = Math.max(1, Math.min(3, Math.floor(text.length / 2)));
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) > limit && !candidate.startsWith(text)) continue;
    const distance = candidate.startsWith(text) ? 1 : slips(text, candidate);
    if (distance <= limit && (!best || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39).toWellFormed()}…` : text;
}
