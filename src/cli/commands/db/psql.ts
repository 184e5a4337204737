import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { libpqEnvironment } from '../../../db/inspect/psql.ts';
import { AppError } from '../../../errors.ts';
import type { Context } from '../../context.ts';

/** `openthreat db psql` */
export function registerPsql(db: Command, context: Context): void {
  db.command('psql')
    .description("open PostgreSQL's own client on the database")
    .argument('[arguments...]', 'for psql; put -- before them')
    .action(async (args: string[]) => {
      const database = await context.rawDatabase();
      process.exitCode = await runPsql(args, { ...process.env, ...libpqEnvironment(context.config, database) });
    });
}

async function runPsql(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // Ctrl-C is psql's while it runs: there it cancels a statement.
  const listeners = process.listeners('SIGINT');
  process.removeAllListeners('SIGINT');
  const ignore = () => {};
  process.on('SIGINT', ignore);
  try {
    return await new Promise<number>((resolve, reject) => {
      const child = spawn('psql', args, { stdio: 'inherit', env });
      child.on('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? missing(error) : error));
      child.on('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    process.off('SIGINT', ignore);
    for (const listener of listeners) process.on('SIGINT', listener);
  }
}

function missing(error: Error): AppError {
  return new AppError(
    'not_found',
    'psql is not installed. Install PostgreSQL\'s client (Debian and Ubuntu: apt install postgresql-client; macOS: brew install libpq; Fedora: dnf install postgresql), or use "openthreat db query".',
    {},
    error,
  );
}
