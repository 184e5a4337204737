import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { registerActivity } from './db/activity.ts';
import { registerCheck } from './db/check.ts';
import { registerCurrent } from './db/current.ts';
import { registerDistribute } from './db/distribute.ts';
import { registerDowngrade } from './db/downgrade.ts';
import { registerExplain } from './db/explain.ts';
import { registerGrants } from './db/grants.ts';
import { registerHealth } from './db/health.ts';
import { registerHistory } from './db/history.ts';
import { registerIndexes } from './db/indexes.ts';
import { registerMove } from './db/move.ts';
import { registerPsql } from './db/psql.ts';
import { registerQuery } from './db/query.ts';
import { registerReset } from './db/reset.ts';
import { registerRevision } from './db/revision.ts';
import { registerSizes } from './db/sizes.ts';
import { registerUpgrade } from './db/upgrade.ts';
import { registerUrl } from './db/url.ts';
import { registerVacuum } from './db/vacuum.ts';

/** `openthreat db …`: what an operator does with the database. */
export function registerDb(program: Command, context: Context): void {
  const db = program.command('db').description('migrate the database, ask it, look inside');
  const register = [
    registerQuery,
    registerPsql,
    registerUrl,
    registerHealth,
    registerSizes,
    registerIndexes,
    registerActivity,
    registerExplain,
    registerVacuum,
    registerUpgrade,
    registerDowngrade,
    registerCurrent,
    registerHistory,
    registerCheck,
    registerRevision,
    registerReset,
    registerMove,
    registerGrants,
    registerDistribute,
  ];
  for (const one of register) one(db, context);
}
