import type { TSchema } from 'typebox';
import { answers } from './common.ts';

/** The answer of a route that is a document of one of these media types, and a problem for everything else. */
export function documents(types: readonly string[], schema: TSchema) {
  const content = Object.fromEntries(types.map((type) => [type, { schema }]));
  return { ...answers(schema), 200: { description: 'The document', content } };
}
