import type { Command } from 'commander';
import { registerAudit } from './commands/audit.ts';
import { registerBackup } from './commands/backup.ts';
import { registerDb } from './commands/db.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerExport } from './commands/export.ts';
import { registerIngest } from './commands/ingest.ts';
import { registerIoc } from './commands/ioc.ts';
import { registerKeys } from './commands/keys.ts';
import { registerMaintain } from './commands/maintain.ts';
import { registerPrune } from './commands/prune.ts';
import { registerRepair } from './commands/repair.ts';
import { registerRestore } from './commands/restore.ts';
import { registerRuns } from './commands/runs.ts';
import { registerSearch } from './commands/search.ts';
import { registerSecret } from './commands/secret.ts';
import { registerServe } from './commands/serve.ts';
import { registerSetup } from './commands/setup.ts';
import { registerShow } from './commands/show.ts';
import { registerSources } from './commands/sources.ts';
import { registerStats } from './commands/stats.ts';
import { registerStatus } from './commands/status.ts';
import { registerSync } from './commands/sync.ts';
import { registerTechniques } from './commands/techniques.ts';
import { registerUp } from './commands/up.ts';
import { registerVerify } from './commands/verify.ts';
import { registerWorker } from './commands/worker.ts';
import type { Context } from './context.ts';

/** Every command of the program, in the order of `--help`. A new command is one file, a line here, and one in one-command.ts. */
export const commands: readonly ((program: Command, context: Context) => void)[] = [
  registerUp,
  registerServe,
  registerKeys,
  registerSecret,
  registerSetup,
  registerIngest,
  registerSync,
  registerSources,
  registerVerify,
  registerRepair,
  registerWorker,
  registerSearch,
  registerExport,
  registerShow,
  registerTechniques,
  registerIoc,
  registerStats,
  registerStatus,
  registerDoctor,
  registerRuns,
  registerMaintain,
  registerPrune,
  registerBackup,
  registerRestore,
  registerAudit,
  registerDb,
];
