import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { root } from '../../scripts/docs/pages.ts';

const fixture = (...path: string[]) => JSON.parse(readFileSync(join(root, 'test', 'fixtures', ...path), 'utf8'));

/** A folder in which the commands of the documents work as written: the program is on the path, and the files they name are there. */
export class Workplace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'openthreat-docs-'));

  constructor() {
    this.#program();
    const nvd = {
      format: 'NVD_CVE',
      version: '2.0',
      totalResults: 1,
      vulnerabilities: [fixture('nvd', 'input', 'everything.json')],
    };
    this.#file('nvdcve-2.0-2024.json.gz', gzipSync(JSON.stringify(nvd)));
    this.#file('known_exploited_vulnerabilities.json', JSON.stringify(fixture('kev', 'input', 'catalogue.json')));
    // Told by its content, whatever its name says.
    this.#file(
      'all_CVEs_at_midnight.zip.zip',
      gzipSync(JSON.stringify(fixture('cve5', 'input', 'both-containers.json'))),
    );
    this.#file(
      'access.log',
      '203.0.113.9 - - [01/Jun/2024:10:00:00 +0000] "GET /?u=http://bad.example/x HTTP/1.1" 200 5\n',
    );
    mkdirSync(join(this.#folder, 'feeds'));
    this.#file('feeds/nvdcve-2.0-modified.json.gz', gzipSync(JSON.stringify(nvd)));
    mkdirSync(join(this.#folder, 'out'));
    cpSync(join(root, 'data-sample', 'sample.ndjson'), join(this.#folder, 'out', 'deduplicated_cves.ndjson'));
  }

  #file(name: string, content: string | Buffer): void {
    writeFileSync(join(this.#folder, name), content);
  }

  #program(): void {
    const bin = join(this.#folder, 'bin');
    mkdirSync(bin);
    const scripts = {
      openthreat: `exec "${process.execPath}" --disable-warning=ExperimentalWarning "${join(root, 'src', 'cli', 'main.ts')}" "$@"`,
      npx: 'exec "$@"',
    };
    for (const [name, script] of Object.entries(scripts)) {
      this.#file(join('bin', name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
  }

  /** Runs a line of a shell. */
  async run(line: string, env: Readonly<Record<string, string>>): Promise<{ code: number | null; said: string }> {
    const path = `${join(this.#folder, 'bin')}:${process.env.PATH}`;
    const child = spawn('sh', ['-c', line], {
      cwd: this.#folder,
      env: { ...process.env, DATABASE_URL: '', ...env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const [out, talk, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, said: out + talk };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
