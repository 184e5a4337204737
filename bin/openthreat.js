#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './runtime.js';

const compiled = join(root, 'dist', 'cli', 'main.js');
const source = join(root, 'src', 'cli', 'main.ts');
run(existsSync(source) ? source : compiled, process.argv.slice(2));
