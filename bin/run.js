// Runs a script of this repository under Node.js 24: `node bin/run.js SCRIPT [arguments]`.
import { resolve } from 'node:path';
import { run } from './runtime.js';

const [script, ...args] = process.argv.slice(2);
if (!script) throw new Error('usage: node bin/run.js SCRIPT [arguments]');
run(resolve(script), args);
