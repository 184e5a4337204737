import { stat, statfs } from 'node:fs/promises';
import { isLoopback } from '../../api/auth/reading.ts';
import { type Config, describeDatabase } from '../../config.ts';
import { connectionFacts } from '../../db/inspect/connection-facts.ts';
import { expectedCatalogue } from '../../db/migrate/drift.ts';
import { knownSources } from '../../jobs/known-sources.ts';
import { lastTime } from '../../jobs/schedules.ts';
import { sourceRows } from '../../jobs/source-rows.ts';
import { type Space, type Subject, usualLimits } from '../../ops/doctor/contract.ts';
import { redisReachable } from '../../ops/doctor/redis.ts';
import type { HttpConfig } from '../../settings/http.ts';
import { version } from '../version.ts';

/** What the doctor looks at, by the settings, at `now`. */
export function subjectOf(config: Config, now: Date): Subject {
  const { postgres, dataDir, redisUrl, schedules, backup, retention } = config;
  const where = describeDatabase(config);
  const { folder, schedule } = backup;
  return {
    now,
    program: version(),
    node: process.version,
    kind: postgres ? 'postgresql' : 'embedded',
    where,
    dataDir,
    backups: {
      folder,
      isScheduled: schedule !== null,
      dueAt: () => (schedule === null ? null : lastTime(schedule, now).toISOString()),
    },
    http: httpFacts(config.http),
    retention,
    limits: usualLimits,
    space: spaceOf,
    redis: redisUrl === null ? null : () => redisReachable(redisUrl),
    // Numbers of records cost most, and the doctor has no use for them.
    sources: (db) => sourceRows(db, knownSources(schedules, config), now, new Map()),
    connection: (db) => connectionFacts(config, db.server, where),
    expectedSchema: expectedCatalogue,
  };
}

function httpFacts({ host, publicRead, trustedProxies, tls }: HttpConfig): Subject['http'] {
  const isEncrypted = tls !== null || trustedProxies.length > 0;
  return { host, isLoopback: isLoopback(host), publicRead, isEncrypted, certificate: tls?.cert ?? null };
}

async function spaceOf(folder: string): Promise<Space> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { free: bavail * bsize, total: blocks * bsize, disk: (await stat(folder)).dev };
}
