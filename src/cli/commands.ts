import type { Command } from 'commander';
import { registerDb } from './commands/db.ts';
import { registerIngest } from './commands/ingest.ts';
import { registerIoc } from './commands/ioc.ts';
import { registerMaintain } from './commands/maintain.ts';
import { registerRepair } from './commands/repair.ts';
import { registerRuns } from './commands/runs.ts';
import { registerSearch } from './commands/search.ts';
import { registerSetup } from './commands/setup.ts';
import { registerShow } from './commands/show.ts';
import { registerSources } from './commands/sources.ts';
import { registerStats } from './commands/stats.ts';
import { registerSync } from './commands/sync.ts';
import { registerUp } from './commands/up.ts';
import { registerVerify } from './commands/verify.ts';
import { registerWorker } from './commands/worker.ts';
import type { Context } from './context.ts';

/** Every command of the program, in the order of `--help`. A new command is one file and one line here. */
export const commands: readonly ((program: Command, context: Context) => void)[] = [
  registerUp,
  registerSetup,
  registerIngest,
  registerSync,
  registerSources,
  registerVerify,
  registerRepair,
  registerWorker,
  registerSearch,
  registerShow,
  registerIoc,
  registerStats,
  registerRuns,
  registerMaintain,
  registerDb,
];
