import { apiKeys, dataChanges, tasks } from './api.ts';
import { auditLog } from './audit.ts';
import { catalogueRecords, catalogues } from './catalogues.ts';
import { epssHistory, epssScores } from './epss.ts';
import { indicatorReports, indicators } from './indicators.ts';
import { deferredIndexes, ingestionRuns, rejectedRecords, sourceState } from './ingestion.ts';
import { searchCache, searchTerms } from './search.ts';
import { sourceRecords, vulnerabilityChanges } from './source-records.ts';
import { attackActors, attackPatterns, tactics, techniques, vulnerabilityTechnique, weaknesses } from './techniques.ts';
import { vulnerabilities } from './vulnerabilities.ts';

/** Every table there is: the authority of the schema. A change here becomes a migration by `openthreat db revision --autogenerate`. */
export const entities = [
  vulnerabilities,
  sourceRecords,
  vulnerabilityChanges,
  ingestionRuns,
  rejectedRecords,
  sourceState,
  deferredIndexes,
  searchTerms,
  searchCache,
  techniques,
  vulnerabilityTechnique,
  tactics,
  attackActors,
  weaknesses,
  attackPatterns,
  catalogues,
  catalogueRecords,
  epssScores,
  epssHistory,
  indicators,
  indicatorReports,
  apiKeys,
  tasks,
  dataChanges,
  auditLog,
];
