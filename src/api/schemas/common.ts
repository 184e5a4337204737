import { type TSchema, Type } from 'typebox';

/** Shapes that many routes share. Field names are those of the tables. */

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const Time = Type.String({ format: 'date-time', description: 'UTC' });
export const Day = Type.String({ format: 'date' });

export const CveIdText = Type.String({
  pattern: '^[Cc][Vv][Ee]-[0-9]{4}-[0-9]{4,12}$',
  examples: ['CVE-2021-44228'],
});

export const severities = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NONE', 'UNKNOWN'] as const;
export const SeverityText = Type.Enum([...severities]);

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What was wrong, and what to do' }),
    instance: Type.String({ description: "The request's id" }),
    code: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ parameter: Type.String(), detail: Type.String() }))),
    position: Type.Optional(Type.Integer({ description: 'In a query: where the mistake begins, from 0' })),
    length: Type.Optional(Type.Integer()),
  },
  { $id: 'Problem', description: 'An error, as RFC 9457 has it' },
);

/** The answer of a route, by status: the good one, and a problem for everything else. */
export function answers<T extends TSchema>(schema: T, status: 200 | 202 | 201 = 200) {
  const problem = {
    description: 'A problem',
    content: { 'application/problem+json': { schema: Type.Ref('Problem') } },
  };
  return { [status]: schema, '4xx': problem, '5xx': problem };
}

/** A page by number, as the original's API gives it. */
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    total: Type.Integer({ description: 'How many there are; with `total_exact: false` at least so many' }),
    total_exact: Type.Boolean(),
    page: Type.Integer({ minimum: 1 }),
    page_size: Type.Integer({ minimum: 1, maximum: 100 }),
    total_pages: Type.Integer(),
    next_cursor: Nullable(Type.String({ description: 'The next page, to any depth: ?cursor=' })),
  });

export const PageQuery = {
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, default: 1, description: 'Which page, from 1' })),
  page_size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'How many a page' })),
};

/** The query string of a route: what is not named in it is refused. */
export const QueryString = <T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });
