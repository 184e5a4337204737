// Everything that is checked without running the program: types, style, rooms, licences, unused code, the build.
import { spawnSync } from 'node:child_process';

const bin = (name: string) => `node_modules/.bin/${name}`;
const checks: readonly (readonly [string, string, readonly string[]])[] = [
  ['types', bin('tsc'), ['-p', '.']],
  ['types of the web app', bin('tsc'), ['-p', 'web', '--noEmit']],
  ['style and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['rooms', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'src']],
  ['licences', 'scripts/licences.ts', []],
  ['unused code', bin('knip'), ['--no-progress']],
  ['build', bin('tsc'), ['-p', 'tsconfig.build.json', '--noEmit', 'false', '--outDir', 'dist']],
];

let failed = 0;
for (const [name, command, args] of checks) {
  const { status } = spawnSync(process.execPath, [command, ...args], { stdio: 'inherit' });
  process.stdout.write(`${status === 0 ? 'ok' : 'FAILED'}: ${name}\n`);
  if (status !== 0) failed++;
}
process.exitCode = failed === 0 ? 0 : 1;
