/** What the reference of the API reads of the OpenAPI document. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly examples?: readonly unknown[];
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly description?: string;
  readonly example?: unknown;
  readonly schema: Schema;
}

interface Content {
  readonly schema?: Schema;
  readonly example?: unknown;
}

export interface Operation {
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>;
  readonly security?: readonly object[];
}

export interface Route {
  readonly method: string; // GET, POST
  readonly path: string; // below /api/v1
  readonly operation: Operation;
}

/** The members of an object, also of one that may be null. */
export function membersOf(schema: Schema | undefined): [string, Schema][] {
  const object = schema?.properties ? schema : schema?.anyOf?.find((one) => one.properties);
  return Object.entries(object?.properties ?? {});
}

/** What a value must be, in words. */
export function takes(schema: Schema): string {
  const { enum: values, const: only, anyOf, items, format, minimum, maximum, maxLength } = schema;
  if (only !== undefined) return `\`${only}\``;
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (anyOf) return [...new Set(anyOf.map(takes))].join(' or ');
  if (items) return `a list${schema.maxItems ? ` of at most ${count(schema.maxItems)}` : ''}: ${takes(items)}`;
  if (format === 'date-time') return 'a time';
  if (format === 'date') return 'a day';
  if (schema.type === 'string') return maxLength ? `a text of at most ${count(maxLength)} characters` : 'a text';
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'null') return '`null`';
  if (schema.type === 'object' || schema.properties) return 'an object';
  const kind = schema.type === 'integer' ? 'a whole number' : 'a number';
  if (minimum === undefined || maximum === undefined) return minimum === undefined ? kind : `${kind} from ${minimum}`;
  return maximum >= Number.MAX_SAFE_INTEGER
    ? `${kind} from ${minimum}`
    : `${kind} from ${minimum} to ${count(maximum)}`;
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}
