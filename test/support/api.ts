import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Api, App } from '../../src/api/contract.ts';
import { createServer } from '../../src/api/server.ts';
import { loadConfig } from '../../src/config.ts';
import { DataVersions } from '../../src/db/data-version.ts';
import type { Database } from '../../src/db/database.ts';
import { knownSources } from '../../src/jobs/known-sources.ts';
import { RequestedWork, type RequestedWorkOptions } from '../../src/jobs/requested/requested-work.ts';
import { schedulesOf } from '../../src/jobs/schedules.ts';
import { resultCache } from '../../src/search/result-stores.ts';
import { connectors } from '../../src/sources/registry.ts';
import { syncContext } from './syncing.ts';

/** The day on which tests ask. */
export const testDay = '2024-06-01T12:00:00Z';

/** Where nobody listens: no test asks the sources themselves. */
const nowhere = 'http://127.0.0.1:9';

/** Work that the API may be asked for; its folder is made when somebody sends a document. */
export function testWork(db: Database, changes: Partial<RequestedWorkOptions> = {}): RequestedWork {
  const folder = join(tmpdir(), `openthreat-api-${process.pid}`);
  return new RequestedWork({
    syncing: syncContext(db, folder, {}, nowhere),
    connectors,
    folder,
    say: () => {},
    lookMs: 10,
    ...changes,
  });
}

/** The API on a database, with settings as in the environment; ask it with `inject`. */
export async function testApi(db: Database, env: NodeJS.ProcessEnv = {}, parts: Partial<Api> = {}): Promise<App> {
  const config = loadConfig(env);
  const schedules = schedulesOf(connectors, config.schedules);
  const tasks = testWork(db);
  const app = await createServer(
    {
      db,
      reading: parts.db ?? db,
      versions: new DataVersions(db),
      now: () => new Date(testDay),
      settings: config.http,
      schedules,
      sources: knownSources(schedules, config),
      tasks,
      redis: null,
      results: resultCache(db, null, () => {}),
      backups: join(tmpdir(), `openthreat-no-backups-${process.pid}`),
      version: '0.0.0-test',
      ...parts,
    },
    false,
  );
  app.addHook('onClose', () => tasks.stop());
  return app;
}
