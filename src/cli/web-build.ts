import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { webFolder } from '../api/web.ts';
import { messageOf } from '../errors.ts';
import type { Output } from './output.ts';

const web = join(webFolder, '..');

/** Builds the browser app in a clone where it is missing or older than its source. The package brings it built. */
export async function buildWeb(output: Output): Promise<void> {
  if (!existsSync(join(web, 'src')) || !isOutdated()) return;
  output.say('Building the web app …');
  try {
    const { build } = await import('vite');
    await build({ configFile: join(web, 'vite.config.ts'), logLevel: 'error' });
  } catch (error) {
    output.say(
      `The web app could not be built (${messageOf(error)}): only the API is served. Run "npm ci", then start again.`,
    );
  }
}

function isOutdated(): boolean {
  const built = join(webFolder, 'index.html');
  if (!existsSync(built)) return true;
  const since = statSync(built).mtimeMs;
  const sources = globSync(['src/**/*', 'public/*', 'index.html', 'vite.config.ts', '../package-lock.json'], {
    cwd: web,
  });
  return sources.some((name) => statSync(join(web, name)).mtimeMs > since);
}
