import type { operations } from './schema.d.ts';

/** The body of an operation's good answer. */
export type Answered<Operation extends keyof operations> = operations[Operation] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;
