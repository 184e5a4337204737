import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { apiReference } from './api.ts';
import { commandReference, exitCodeTable } from './commands.ts';
import { doctorTable } from './doctor.ts';
import { cvssOrder, precedenceTable, priorityTable } from './domain.ts';
import { fieldTable, indicatorFieldTable, techniqueFieldTable } from './fields.ts';
import { roomsTable } from './rooms.ts';
import { schemaTables } from './schema.ts';
import { withSessions } from './sessions.ts';
import { settingsTable } from './settings.ts';
import { egressTable, formatsTable, sourceSections, sourcesTable } from './sources.ts';

export const root = join(import.meta.dirname, '..', '..');

/** The parts that are written by the program itself, by the name between the markers. */
const sections = {
  api: apiReference,
  commands: commandReference,
  'exit-codes': exitCodeTable,
  settings: settingsTable,
  schema: schemaTables,
  rooms: roomsTable,
  precedence: precedenceTable,
  'cvss-order': cvssOrder,
  'search-fields': fieldTable,
  'indicator-fields': indicatorFieldTable,
  'technique-fields': techniqueFieldTable,
  priority: priorityTable,
  doctor: doctorTable,
  sources: sourcesTable,
  egress: egressTable,
  'source-sections': sourceSections,
  formats: formatsTable,
} as const satisfies Record<string, () => string | Promise<string>>;

/** A document for people. */
export interface Page {
  readonly name: string; // from the root of the project
  readonly path: string;
  readonly before: string;
}

export function pages(): Page[] {
  const files = [
    ...globSync(join(root, '*.md')),
    ...globSync(join(root, 'docs', '**', '*.md')),
    join(root, 'data-sample', 'README.md'),
  ];
  return files.sort().map((path) => ({ name: relative(root, path), path, before: readFileSync(path, 'utf8') }));
}

const marked = /<!-- generated: (\S+) -->\n[\s\S]*?<!-- end: \1 -->/g;

/** Every page with its generated parts as they should be now. */
export async function regenerated(): Promise<(Page & { text: string })[]> {
  const made = new Map<string, string>();
  for (const [name, make] of Object.entries(sections)) made.set(name, await make());
  return pages().map((page) => ({
    ...page,
    text: withSessions(page.before).replaceAll(marked, (_, name: string) => {
      const text = made.get(name);
      if (text === undefined) throw new Error(`${page.name}: there is no generated part "${name}"`);
      return `<!-- generated: ${name} -->\n\n${text}\n\n<!-- end: ${name} -->`;
    }),
  }));
}
