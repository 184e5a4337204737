/** What can be backed up and restored by itself. */
export type Family = 'vulnerabilities' | 'indicators' | 'catalogues' | 'operations';

/** A restore adds to it, and takes nothing away: it is itself written down there. */
export const auditTable = 'audit_log';

/** The tables of a backup, by family. */
const tablesByFamily: Readonly<Record<Family, readonly string[]>> = {
  vulnerabilities: [
    'vulnerabilities',
    'source_records',
    'vulnerability_changes',
    'search_terms',
    'epss_scores',
    'epss_history',
  ],
  indicators: ['iocs', 'ioc_reports'],
  catalogues: [
    'catalogues',
    'catalogue_records',
    'techniques',
    'tactics',
    'attack_actors',
    'vulnerability_technique',
    'weaknesses',
    'attack_patterns',
  ],
  operations: ['ingestion_runs', 'rejected_records', 'source_state', 'api_keys', auditTable],
};

/** Tables that stay out of backups, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  search_cache: 'results of searches, which are found again',
  data_changes: 'tells caches that something changed; a restore adds to it',
  deferred_indexes: 'indexes that a first load put off; a restore builds all of them',
  tasks: 'what was asked for over HTTP and is under way',
};

/** Columns that say who works just now; in a backup they are empty. */
export const passingColumns: Readonly<Record<string, readonly string[]>> = {
  source_state: ['lease_owner', 'lease_until'],
};

export const families = Object.keys(tablesByFamily) as readonly Family[];

/** The tables of some families, in the order of a backup. */
export function tablesOf(chosen: readonly Family[]): string[] {
  return families.flatMap((family) => (chosen.includes(family) ? tablesByFamily[family] : []));
}
