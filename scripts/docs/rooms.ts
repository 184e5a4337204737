import { createRequire } from 'node:module';
import { code, markdownTable } from './table.ts';

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly pathNot?: string };
}

/** Which room may import which, read back from the rules that `npm run check` enforces. */
export function allowedImports(): Map<string, string[]> {
  const { forbidden }: { forbidden: readonly Rule[] } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
  const rooms = new Map<string, string[]>();
  for (const { from, to } of forbidden) {
    const room = /^\^src\/(\w+)\/$/.exec(from.path ?? '')?.[1];
    const allowed = /^\^src\/\(([\w|]+)\)\//.exec(to.pathNot ?? '')?.[1];
    if (room && allowed)
      rooms.set(
        room,
        allowed.split('|').filter((other) => other !== room),
      );
  }
  return rooms;
}

export function roomsTable(): string {
  const rows = [...allowedImports()].map(([room, allowed]) => [code(room), allowed.map(code).join(', ') || 'nothing']);
  return markdownTable(['room', 'may import'], [...rows, [code('cli'), 'anything']]);
}
