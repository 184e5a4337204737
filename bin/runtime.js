// Plain JavaScript for Node.js 20 and up: it finds the Node.js 24 that the npm package `node` brought, and runs a program under it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..');
// A larger young generation, or an old one that grows as it likes, makes imports no faster here and takes 150 MB more each.
const flags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=16', '--heap-growing-percent=80'];

/** The path of a Node.js that is new enough: this one, or the one in node_modules. */
function newNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  for (const name of ['node', 'node.exe']) {
    const path = join(root, 'node_modules', 'node', 'bin', name);
    if (existsSync(path)) return path;
  }
  process.stderr.write(
    `openthreat needs Node.js 24; this is ${process.version} and the package "node" is not installed: run "npm ci" here, or install Node.js 24.\n`,
  );
  process.exit(1);
}

/** Runs `script` (absolute) with `args` under Node.js 24, hands on signals, and ends as it ended. */
export function run(script, args) {
  // Compiled modules are kept between starts, which makes one half a second shorter; where that folder cannot be written, nothing is kept.
  const env = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'openthreat', 'compiled'), ...process.env };
  const child = spawn(newNode(), [...flags, script, ...args], { stdio: 'inherit', env });
  // A terminal sends Ctrl-C to the whole group, so the child has it already; a second copy would count as "stop at once".
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  child.on('error', (error) => {
    process.stderr.write(`openthreat could not start Node.js 24: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal ?? 'SIGTERM'] ?? 15)));
}

export { root };
