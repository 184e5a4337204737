// Checks the licences of everything that package-lock.json names: a part of npm run check.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lock, unlicensed } from './licences/check.ts';

const lock: Lock = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package-lock.json'), 'utf8'));
const wrong = unlicensed(lock);
for (const { path, said, why } of wrong) process.stdout.write(`${path}: ${said ?? 'names no licence'}: ${why}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
