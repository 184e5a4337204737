import { exampleOf } from './api-examples.ts';
import { openApiDocument } from './openapi.ts';
import { membersOf, type Operation, type Parameter, type Route, type Schema, takes } from './openapi-shapes.ts';
import { code, markdownTable } from './table.ts';

const prefix = '/api/v1';

/** Every route of the HTTP API, in the order in which they are registered. */
export async function apiRoutes(): Promise<Route[]> {
  const paths = (await openApiDocument()).paths as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  return Object.entries(paths)
    .filter(([path]) => path.startsWith(prefix))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path: path.slice(prefix.length),
        operation,
      })),
    );
}

/** docs/API.md's reference, from the schemas that validate. */
export async function apiReference(): Promise<string> {
  const byTag = Map.groupBy(await apiRoutes(), ({ operation }) => operation.tags[0] ?? 'other');
  const ordered = [...byTag].sort(([a], [b]) => Number(isForOperators(a)) - Number(isForOperators(b)));
  const sections = ordered.flatMap(([tag, routes]) => [
    `### ${tag.charAt(0).toUpperCase()}${tag.slice(1)}`,
    ...routes.map(described),
  ]);
  const rows = ordered
    .flatMap(([, routes]) => routes)
    .map((route) => {
      const name = nameOf(route);
      return [`[${code(name)}](#${anchorOf(name)})`, route.operation.summary];
    });
  return [markdownTable(['route', 'what it is'], rows), ...sections].join('\n\n');
}

/** Their routes stand behind all others. */
function isForOperators(tag: string): boolean {
  return tag === 'operations' || tag === 'tasks';
}

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
}

function described(route: Route): string {
  const { summary, description, parameters = [], requestBody, responses } = route.operation;
  const example = exampleOf(route);
  const bodies = Object.entries(requestBody?.content ?? {});
  return [
    `#### ${nameOf(route)}`,
    [`${summary}.`, description].filter(Boolean).join(' '),
    ...(parameters.length > 0 ? [markdownTable(['parameter', 'meaning', 'takes'], parameters.map(parameterRow))] : []),
    ...bodies.map(([type, { schema }]) => bodyText(type, schema)),
    ...Object.entries(responses).flatMap(([status, { content }]) => answerText(status, content)),
    ...(example === null ? [] : [`\`\`\`sh\n${example}\n\`\`\``]),
  ].join('\n\n');
}

function parameterRow({ name, in: place, required, description = '', schema }: Parameter): string[] {
  const where = place === 'path' ? '' : required ? ' (required)' : '';
  const standard =
    schema.default === undefined || schema.default === '' ? '' : `; by default ${code(String(schema.default))}`;
  return [`${code(name)}${where}`, description || schema.description || '', `${takes(schema)}${standard}`];
}

function bodyText(type: string, schema: Schema | undefined): string {
  const members = membersOf(schema);
  if (members.length === 0) return `Body: ${code(type)}.`;
  const rows = members.map(([name, member]) => [code(name), member.description ?? '', takes(member)]);
  const note = schema?.description
    ? `: ${schema.description.charAt(0).toLowerCase()}${schema.description.slice(1)}`
    : '';
  return `Body: ${code(type)}${note}.\n\n${markdownTable(['member', 'meaning', 'takes'], rows)}`;
}

/** What comes back when all is well. */
function answerText(status: string, content: NonNullable<Operation['responses'][string]['content']> = {}): string[] {
  if (!/^2/.test(status)) return [];
  const types = Object.keys(content);
  const members = membersOf(Object.values(content)[0]?.schema).map(([name, member]) => code(name) + inside(member));
  const what = members.length > 0 ? `: ${members.join(', ')}` : '';
  return [`Answers ${status}, ${types.map(code).join(' or ')}${what}.`];
}

/** The members of what is in a list, or of an object that may be null. */
function inside(schema: Schema): string {
  const names = membersOf(schema.items ?? schema).map(([name]) => code(name));
  if (names.length === 0) return '';
  return schema.items ? ` (each with ${names.join(', ')})` : ` (with ${names.join(', ')})`;
}
