import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Config, loadConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { RunningCommand } from './command.ts';

/** Looks again and again until `look` finds something. */
export async function until<T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> {
  const end = performance.now() + 100_000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > end) throw new Error(`waited in vain for ${what}`);
    await setTimeout(5);
  }
}

/** Starts a command that has the embedded database itself, if that is what it uses, and looks on from here. */
export async function watched(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<{ command: RunningCommand; db: Database }> {
  const config: Config = loadConfig(env);
  const command = new RunningCommand(env, args);
  command.child.stdin.end();
  if (!config.postgres) {
    await until('the command to open the database', () => owner(config.dataDir) === command.child.pid || null);
  }
  return { command, db: await openDatabase(config) };
}

function owner(folder: string): number | null {
  try {
    return (JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as { pid: number }).pid;
  } catch {
    return null;
  }
}

/** Waits until a count in the database reaches `n` while a command works on it. */
export async function reaches(db: Database, sql: string, n: number, command: RunningCommand): Promise<void> {
  let ended = false;
  void command.ended().then(() => {
    ended = true;
  });
  await until(sql, async () => {
    if (((await db.query<{ n: number }>(sql)).rows[0]?.n ?? 0) >= n) return true;
    if (ended) throw new Error(`the command ended before ${sql} reached ${n}`);
    return null;
  });
}
