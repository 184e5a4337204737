import type { Command } from 'commander';
import type { Context } from './context.ts';

type Register = (program: Command, context: Context) => void;

/**
 * Each command's file by the word that calls it: a process runs one command, and to load all of them takes longer than most
 * of them work. `commands.ts` has them all, for help and whatever is not here.
 */
export const byWord: Readonly<Record<string, () => Promise<Register>>> = {
  up: async () => (await import('./commands/up.ts')).registerUp,
  serve: async () => (await import('./commands/serve.ts')).registerServe,
  keys: async () => (await import('./commands/keys.ts')).registerKeys,
  secret: async () => (await import('./commands/secret.ts')).registerSecret,
  setup: async () => (await import('./commands/setup.ts')).registerSetup,
  ingest: async () => (await import('./commands/ingest.ts')).registerIngest,
  sync: async () => (await import('./commands/sync.ts')).registerSync,
  sources: async () => (await import('./commands/sources.ts')).registerSources,
  verify: async () => (await import('./commands/verify.ts')).registerVerify,
  repair: async () => (await import('./commands/repair.ts')).registerRepair,
  worker: async () => (await import('./commands/worker.ts')).registerWorker,
  search: async () => (await import('./commands/search.ts')).registerSearch,
  export: async () => (await import('./commands/export.ts')).registerExport,
  show: async () => (await import('./commands/show.ts')).registerShow,
  techniques: async () => (await import('./commands/techniques.ts')).registerTechniques,
  ioc: async () => (await import('./commands/ioc.ts')).registerIoc,
  stats: async () => (await import('./commands/stats.ts')).registerStats,
  status: async () => (await import('./commands/status.ts')).registerStatus,
  doctor: async () => (await import('./commands/doctor.ts')).registerDoctor,
  runs: async () => (await import('./commands/runs.ts')).registerRuns,
  rejected: async () => (await import('./commands/runs.ts')).registerRuns,
  rebuild: async () => (await import('./commands/maintain.ts')).registerMaintain,
  rescore: async () => (await import('./commands/maintain.ts')).registerMaintain,
  prune: async () => (await import('./commands/prune.ts')).registerPrune,
  backup: async () => (await import('./commands/backup.ts')).registerBackup,
  restore: async () => (await import('./commands/restore.ts')).registerRestore,
  audit: async () => (await import('./commands/audit.ts')).registerAudit,
  db: async () => (await import('./commands/db.ts')).registerDb,
};

/** What registers the command that the arguments name: that one alone where it comes first, else all. */
export async function registersFor([first = '', second = '']: readonly string[]): Promise<readonly Register[]> {
  // A container asks for its health every minute.
  if (first === 'db' && second === 'health') {
    const { registerHealth } = await import('./commands/db/health.ts');
    return [(program, context) => registerHealth(program.command('db'), context)];
  }
  const load = Object.hasOwn(byWord, first) ? byWord[first] : undefined;
  return load ? [await load()] : (await import('./commands.ts')).commands;
}
