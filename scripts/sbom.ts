// Writes what the program consists of, as CycloneDX JSON, to standard output: npm run --silent sbom > sbom.json
// Without an option the packages that it needs to run; with --all those that build and test it, too, the libraries within the
// web app among them. The same package-lock.json gives the same document but for the version of npm; SOURCE_DATE_EPOCH
// (seconds) sets its time.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { atRunTime, type Lock } from './sbom/run-time.ts';
import { type Sbom, settled } from './sbom/settled.ts';

const { all } = parseArgs({ options: { all: { type: 'boolean', default: false } } }).values;
const root = join(import.meta.dirname, '..');
const said = execFileSync(
  'npm',
  ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only', '--loglevel=error'],
  {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const whole: Sbom = JSON.parse(said);
const lock: Lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const { SOURCE_DATE_EPOCH: epoch } = process.env;
const sbom = settled(all ? whole : atRunTime(whole, lock), epoch === undefined ? null : Number(epoch));
process.stdout.write(`${JSON.stringify(sbom, null, 2)}\n`);
