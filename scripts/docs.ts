// Writes the generated parts of the documents, and the web app's types of the API, anew: `npm run docs`. With --check it only says which are stale.
import { writeFileSync } from 'node:fs';
import { regenerated } from './docs/pages.ts';
import { webTypesPage } from './docs/web-types.ts';

const check = process.argv.includes('--check');
const stale = [...(await regenerated()), await webTypesPage()].filter((page) => page.text !== page.before);
for (const page of stale) {
  if (!check) writeFileSync(page.path, page.text);
  process.stdout.write(`${check ? 'stale' : 'written'}: ${page.name}\n`);
}
if (check && stale.length > 0) process.exitCode = 1;
