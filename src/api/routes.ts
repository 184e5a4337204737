import type { Routes } from './contract.ts';
import { affectedRoutes } from './routes/affected.ts';
import { auditRoutes } from './routes/audit.ts';
import { exportRoutes } from './routes/export.ts';
import { feedRoutes } from './routes/feeds.ts';
import { indicatorCheckRoutes } from './routes/indicator-check.ts';
import { indicatorRoutes } from './routes/indicators.ts';
import { ingestRoutes } from './routes/ingest.ts';
import { lookupRoutes } from './routes/lookup.ts';
import { rescoreRoutes } from './routes/rescore.ts';
import { runRoutes } from './routes/runs.ts';
import { searchRoutes } from './routes/search.ts';
import { sourceRoutes } from './routes/sources.ts';
import { statsRoutes } from './routes/stats.ts';
import { latelyRoutes } from './routes/stats-lately.ts';
import { syncRoutes } from './routes/sync.ts';
import { taskRoutes } from './routes/tasks.ts';
import { techniqueRoutes } from './routes/techniques.ts';
import { vendorRoutes } from './routes/vendors.ts';
import { vulnerabilityRoutes } from './routes/vulnerabilities.ts';
import { vulnerabilityDetailRoutes } from './routes/vulnerability-details.ts';
import { weaknessRoutes } from './routes/weaknesses.ts';

/** The resources of /api/v1 that are read from standbys, too. */
export const resources: readonly Routes[] = [
  vulnerabilityRoutes,
  vulnerabilityDetailRoutes,
  searchRoutes,
  lookupRoutes,
  affectedRoutes,
  indicatorRoutes,
  indicatorCheckRoutes,
  techniqueRoutes,
  weaknessRoutes,
  vendorRoutes,
  statsRoutes,
  latelyRoutes,
  sourceRoutes,
  runRoutes,
  feedRoutes,
  exportRoutes,
];

/** Those that change something, or show what another server may have changed a moment ago: the primary's. */
export const currentResources: readonly Routes[] = [ingestRoutes, syncRoutes, rescoreRoutes, taskRoutes, auditRoutes];
