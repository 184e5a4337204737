import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A Chromium that starts, and what must be in its environment. */
export interface Chromium {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const macOs = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const root = join(import.meta.dirname, '..', '..');
const packed = join(root, 'node_modules', '@sparticuz', 'chromium');

/** The browser for tests: TEST_CHROMIUM, the system's, or the packed one. @returns why there is none, in a sentence */
export async function findChromium(): Promise<Chromium | string> {
  const wanted = process.env.TEST_CHROMIUM;
  if (wanted) return (await starts(wanted)) ?? { path: wanted, env: {} };
  const installed = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin']
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .concat(macOs)
    .find((path) => existsSync(path));
  if (installed) return { path: installed, env: {} };
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'no Chromium or Chrome is installed.';
  return unpacked();
}

/** The one that an npm package brings; with the libraries that it brings where the system lacks them. */
async function unpacked(): Promise<Chromium | string> {
  const folder = await unpack();
  const path = join(folder, 'chromium');
  const env = { FONTCONFIG_PATH: join(folder, 'fonts') };
  if ((await starts(path, env)) === null) return { path, env };
  const more = { ...env, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') };
  return (await starts(path, more)) ?? { path, env: more };
}

/** Unpacks it once for each version, and so that nothing is left half done. */
async function unpack(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(packed, 'package.json'), 'utf8')) as { version: string };
  const cache = join(root, 'node_modules', '.cache', 'openthreat');
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'chromium-'));
  // It unpacks into the folder for temporary files, and its libraries only where it believes to be at its usual place.
  const usual = { TMPDIR: process.env.TMPDIR, AWS_EXECUTION_ENV: process.env.AWS_EXECUTION_ENV };
  setEnvironment({ TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' });
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    await chromium.executablePath();
    renameSync(fresh, folder);
  } finally {
    setEnvironment(usual);
    rmSync(fresh, { recursive: true, force: true });
  }
  return folder;
}

function setEnvironment(values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** @returns why it does not start, or null: it does */
async function starts(path: string, env: Readonly<Record<string, string>> = {}): Promise<string | null> {
  try {
    await promisify(execFile)(path, ['--version'], { env: { ...process.env, ...env } });
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return `Chromium does not start (${said}).`;
  }
}
