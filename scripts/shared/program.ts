import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const program = join(import.meta.dirname, '..', '..', 'bin', 'openthreat.js');

/** A run as `ingest --json` tells it. */
export interface Counts {
  readonly source: string;
  readonly fetched: number;
  readonly inserted: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** Runs the command line and gives back what it printed. @throws when it fails, with what it said */
export async function openthreat(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  const [out, talk, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`openthreat ${args.join(' ')} ended with ${code}: ${talk.trim().slice(-2000)}`);
  return out;
}

export async function openthreatJson<T>(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<T> {
  return JSON.parse(await openthreat(env, args));
}

/** The first column of the first row of a query, as text. */
export async function queryText(env: NodeJS.ProcessEnv, sql: string): Promise<string> {
  const [row] = await openthreatJson<Record<string, unknown>[]>(env, ['db', 'query', sql, '--json']);
  return String(Object.values(row ?? {})[0]);
}
