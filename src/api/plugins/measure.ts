import { ReadingDatabase } from '../../db/replicas/reading-database.ts';
import { sourceRows } from '../../jobs/source-rows.ts';
import { Metrics } from '../../ops/metrics.ts';
import type { Api, App } from '../contract.ts';
import type { Load } from './pressure.ts';

function secondsSince(at: string | null, now: Date): number | null {
  return at === null ? null : Math.round((now.getTime() - Date.parse(at)) / 1000);
}

const atLeast0 = (n: number | null) => n && Math.max(0, n);

/** What /metrics tells, and counts every answer for it. */
export function measure(app: App, { db, reading, sources, results, now, version, backups }: Api, load: Load): Metrics {
  const metrics = new Metrics({
    db,
    now,
    backups,
    version,
    inFlight: () => load.inFlight,
    replicas: () => (reading instanceof ReadingDatabase ? reading.replicas : []),
    results: () => results.looked,
    sources: async () =>
      (await sourceRows(db, sources, now(), new Map())).map(({ id, attention, held, failures, ...row }) => ({
        id,
        ageSeconds: secondsSince(row.lastSuccessAt, now()),
        attention,
        held: held !== null,
        failures,
        overdueSeconds: row.schedule === null ? null : atLeast0(secondsSince(row.nextRunAt, now())),
      })),
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
    metrics.answered(route, request.method, reply.statusCode, reply.elapsedTime / 1000);
  });
  return metrics;
}
