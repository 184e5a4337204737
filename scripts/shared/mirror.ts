import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Years of NVD that hold few records: their changes come with the "modified" feed. */
const nvdFiles = /^nvdcve-2\.0-(201[789]|202[0125]|modified.*)\.json\.gz$/;

/** What goes wrong at all paths that contain `match`. */
export interface MirrorFault {
  readonly match: string;
  readonly kind: string;
  readonly status?: number;
  readonly retryAfter?: number;
  readonly skip?: number;
}

/** The stand-in for the upstream feeds, as a process of its own, with little of NVD. */
export class Mirror {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** Starts the one in `shared`, a folder that holds mirror/ and data/. */
  static async start(shared: string): Promise<Mirror> {
    const folder = mkdtempSync(join(tmpdir(), 'openthreat-mirror-'));
    linkData(join(shared, 'data'), folder);
    const script = join(shared, 'mirror', 'mirror.mjs');
    const child = spawn(process.execPath, [script, '--port', '0', '--data', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /http:\/\/\S+/.exec(line)?.[0];
      if (url) return new Mirror(url, child, folder);
    }
    throw new Error('the mirror ended before it said its address');
  }

  /** Changes what it serves: NVD as of a time, without limits, and with these faults. */
  async control(change: { readonly asOf?: string; readonly faults?: readonly MirrorFault[] }): Promise<void> {
    const body = JSON.stringify({ nvdLimit: 1_000_000, nvdWindowMs: 1, ...change });
    const answer = await fetch(`${this.url}/_control`, { method: 'POST', body });
    if (!answer.ok) throw new Error(`the mirror answered ${answer.status}`);
  }

  stop(): void {
    this.#child.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function linkData(data: string, folder: string): void {
  for (const name of readdirSync(data, { withFileTypes: true })) {
    if (name.isDirectory() && name.name !== 'nvd') symlinkSync(join(data, name.name), join(folder, name.name));
  }
  mkdirSync(join(folder, 'nvd'));
  for (const name of readdirSync(join(data, 'nvd')).filter((file) => nvdFiles.test(file)))
    symlinkSync(join(data, 'nvd', name), join(folder, 'nvd', name));
}

/** Whether a folder holds what the checks need. */
export function hasMirror(shared: string): boolean {
  return existsSync(join(shared, 'mirror', 'mirror.mjs')) && existsSync(join(shared, 'data', 'nvd'));
}
