import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const shown = '/home/you/openthreat/data';
const session = /^```console\n\$ npx (openthreat [^\n]+)\n([\s\S]*?)^```$/gm;

/** Runs the sessions of a page, in their order, on a fresh database, and puts in what they print. */
export function withSessions(markdown: string): string {
  if (!markdown.match(session)) return markdown;
  const folder = mkdtempSync(join(tmpdir(), 'openthreat-docs-'));
  try {
    return markdown.replaceAll(session, (block, command: string, before: string) => {
      const after = run(command, folder);
      return sameSession(before, after) ? block : `\`\`\`console\n$ npx ${command}\n${after}\`\`\``;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a person would see of a command. */
function run(command: string, folder: string): string {
  const program = `"${process.execPath}" --disable-warning=ExperimentalWarning "${join(root, 'src', 'cli', 'main.ts')}"`;
  const { status, stdout } = spawnSync('sh', ['-c', `${program} ${command.replace(/^openthreat /, '')} 2>&1`], {
    env: { ...process.env, OPENTHREAT_DATA_DIR: folder, DATABASE_URL: '' },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stdout}`);
  return stdout.replaceAll(folder, shown).replaceAll(/[ \t]+$/gm, '');
}

/**
 * Whether two printings say the same. Priorities fade with time, and with them the order of a list: so of its rows the
 * titles have to be right, and of all lines everything but the priorities.
 */
export function sameSession(before: string, after: string): boolean {
  const titles = sampleTitles();
  const rows = (text: string) => text.split('\n').filter((line) => /^CVE-\S+ +\d\.\d{3} /.test(line));
  const rest = (text: string) =>
    text
      .split('\n')
      .filter((line) => !rows(line).length && !/ recency /.test(line))
      .map((line) =>
        line
          .replaceAll(/\b\d\.\d{3}\b/g, '#')
          .replace(/show CVE-\S+/, 'show #')
          .replaceAll(/\s+/g, ' '),
      )
      .join('\n');
  const right = (line: string) => line.includes(titles.get(line.split(' ')[0] ?? '') ?? '\0');
  return rest(before) === rest(after) && rows(before).length === rows(after).length && rows(before).every(right);
}

function sampleTitles(): Map<string, string> {
  const lines = readFileSync(join(root, 'data-sample', 'sample.ndjson'), 'utf8')
    .trim()
    .split('\n');
  return new Map(lines.map((line) => JSON.parse(line)).map((record) => [record.cve_id, record.title]));
}
