import type { Database } from '../../db/database.ts';
import { type CitusState, citusState, obstacles } from '../../db/distribution.ts';
import { AppError } from '../../errors.ts';
import { distributionSteps, type Step } from './plan.ts';

/** What is to be done, or was. */
export interface Distribution {
  readonly citus: CitusState;
  readonly steps: readonly Step[];
}

/** The steps that are left. @throws AppError `schema_drift` when a key or trigger somebody added stands in the way */
export async function planDistribution(db: Database, shards: number): Promise<Distribution> {
  const found = await obstacles(db);
  if (found.length > 0) {
    const list = found.map(({ table, problem }) => `${table}: ${problem}`).join('; ');
    throw new AppError('schema_drift', `These stand in the way of spreading the tables: ${list}. Drop them first.`);
  }
  const citus = await citusState(db);
  return { citus, steps: distributionSteps(citus.placed, shards) };
}

/**
 * Carries the steps out, each in a transaction of its own: interrupted, it is called again and goes on. `progress` is told
 * before each.
 * @throws AppError `database_refused` without Citus or without nodes
 */
export async function distribute(
  db: Database,
  { citus, steps }: Distribution,
  progress: (step: Step, place: number) => void,
): Promise<void> {
  requireCitus(db, citus);
  for (const [place, step] of steps.entries()) {
    progress(step, place);
    await db.query(step.sql);
  }
}

/** @throws AppError `database_refused` that says what is missing and how to get it */
function requireCitus(db: Database, { available, version, nodes }: CitusState): void {
  if (db.kind === 'embedded')
    throw unsupported('The embedded database cannot be spread: move to PostgreSQL with Citus.');
  if (!available)
    throw unsupported(
      'This server does not have the extension Citus: install it on each node and add "citus" to shared_preload_libraries.',
    );
  if (version === null)
    throw unsupported('The extension Citus is there but not created: run CREATE EXTENSION citus on each node.');
  if (nodes === 0)
    throw unsupported('The cluster has no nodes that hold shards: add them with SELECT citus_add_node(HOST, PORT).');
}

function unsupported(message: string): AppError {
  return new AppError('database_refused', message);
}
