import { membersOf, type Parameter, type Route, type Schema } from './openapi-shapes.ts';

/** Where the examples of the documents ask. */
export const exampleOrigin = 'http://127.0.0.1:8001';

/** A request to a route with the examples of its schemas, for a shell; null when they do not tell enough. */
export function exampleOf({ method, path, operation }: Route): string | null {
  const { parameters = [], requestBody, security = [] } = operation;
  let address = path;
  for (const parameter of parameters.filter((one) => one.in === 'path')) {
    const value = given(parameter);
    if (value === null) return null;
    address = address.replace(`{${parameter.name}}`, encoded(value));
  }
  const asked = parameters.filter((one) => one.in === 'query' && (one.required || one.name === 'q'));
  const values = asked.map((one) => [one, given(one)] as const);
  if (values.some(([one, value]) => one.required && value === null)) return null;
  const query = values.flatMap(([{ name }, value]) => (value === null ? [] : [`${name}=${encoded(value)}`])).join('&');
  const url = `'${exampleOrigin}/api/v1${address}${query === '' ? '' : `?${query}`}'`;
  const body = requestBody && bodyOf(requestBody.content);
  if (body === null) return null;
  const isOpen = security.length === 0 || security.some((way) => Object.keys(way).length === 0);
  const key = isOpen ? [] : ['-H "X-API-Key: $OPENTHREAT_KEY"'];
  const verb = method === 'GET' || body ? [] : [`-X ${method}`];
  return ['curl', ...verb, ...key, ...(body ?? []), url].join(' ');
}

function given({ example, schema }: Parameter): string | null {
  const value = example ?? schema.examples?.[0];
  if (value !== undefined) return String(value);
  return schema.type === 'integer' && schema.default === undefined ? String(schema.minimum ?? 1) : null;
}

/** As a part of an address; what may stand there as it is stays readable. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(/%(?:3A|2C|28|29|40)/g, decodeURIComponent);
}

type Content = NonNullable<Route['operation']['requestBody']>['content'];

function bodyOf(content: Content): string[] | null {
  const json = content['application/json'];
  if (json) {
    const value = json.example ?? sample(json.schema);
    return value === undefined ? null : ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(value)}'`];
  }
  const [[type, { example }] = ['', {}]] = Object.entries(content);
  const data = example === undefined ? '@known_exploited_vulnerabilities.json' : String(example);
  return [`-H 'Content-Type: ${type}'`, `--data-binary '${data}'`];
}

/** A value made of the examples in a schema; undefined when there are none. */
function sample(schema: Schema | undefined): unknown {
  if (!schema) return undefined;
  if (schema.examples) return schema.examples[0];
  if (schema.anyOf) return schema.anyOf.map(sample).find((one) => one !== undefined);
  if (schema.items) {
    const items = schema.items.anyOf ? schema.items.anyOf.map(sample) : [sample(schema.items)];
    const known = items.filter((one) => one !== undefined);
    return known.length > 0 ? known : undefined;
  }
  const members = membersOf(schema).map(([name, member]) => [name, sample(member)] as const);
  const known = members.filter(([, value]) => value !== undefined);
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}
