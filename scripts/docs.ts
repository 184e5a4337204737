// Writes the generated parts of the documents anew: `npm run docs`. With --check it only says which are stale.
import { writeFileSync } from 'node:fs';
import { regenerated } from './docs/pages.ts';

const check = process.argv.includes('--check');
const stale = (await regenerated()).filter((page) => page.text !== page.before);
for (const page of stale) {
  if (!check) writeFileSync(page.path, page.text);
  process.stdout.write(`${check ? 'stale' : 'written'}: ${page.name}\n`);
}
if (check && stale.length > 0) process.exitCode = 1;
