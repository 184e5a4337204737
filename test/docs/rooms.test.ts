import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/docs/pages.ts';
import { allowedImports } from '../../scripts/docs/rooms.ts';

const rooms = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

test('every room is in the drawing and has its rule', () => {
  const drawing =
    /^```text\n([\s\S]*?)^```$/m.exec(readFileSync(join(root, 'docs', 'ARCHITECTURE.md'), 'utf8'))?.[1] ?? '';
  for (const room of rooms) expect(drawing).toContain(`${room}/ `);
  expect([...allowedImports().keys(), 'cli']).toEqual(expect.arrayContaining(rooms));
});

test('an import that is not allowed is found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-rooms-'));
  try {
    for (const room of ['domain', 'db']) mkdirSync(join(folder, 'src', room), { recursive: true });
    writeFileSync(join(folder, 'tsconfig.json'), readFileSync(join(root, 'tsconfig.json')));
    writeFileSync(join(folder, 'src', 'db', 'open.ts'), 'export const open = 1;\n');
    writeFileSync(join(folder, 'src', 'domain', 'impure.ts'), "export { open } from '../db/open.ts';\n");
    const program = join(root, 'node_modules', '.bin', 'depcruise');
    const config = join(root, '.dependency-cruiser.cjs');
    const { status, stdout } = spawnSync(process.execPath, [program, '--config', config, 'src'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).toContain('domain-imports-only-itself');
    expect(status).not.toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
