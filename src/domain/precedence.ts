import type { CvssRole, CvssVersion } from './record.ts';
import type { SourceId } from './source-id.ts';

/** Fields of the merged record for which one source's word is taken; all other fields are unions or follow from these. */
export type ChosenField =
  | 'state'
  | 'title'
  | 'description'
  | 'publishedAt'
  | 'severity'
  | 'exploitation'
  | 'ssvc'
  | 'cvss'
  | 'lists';

/**
 * Who is believed, per field, best first. `lists` is the order in which unions are listed; `cvss` breaks ties between
 * equal assessments. A source that is not named for a field has no say in it. The merge is this table and nothing else.
 */
export const precedence = {
  state: ['cve_list', 'nvd', 'eu_cve_search', 'deduplicated', 'sample'],
  title: ['cve_list', 'cisa_kev', 'nvd', 'eu_cve_search', 'deduplicated', 'sample'],
  description: ['cve_list', 'nvd', 'eu_cve_search', 'euvd', 'deduplicated', 'cisa_kev', 'sample'],
  publishedAt: ['cve_list', 'nvd', 'eu_cve_search', 'euvd', 'deduplicated', 'sample'],
  severity: ['cve_list', 'nvd', 'cisa_adp', 'eu_cve_search', 'euvd', 'deduplicated', 'sample'],
  exploitation: ['cisa_kev', 'cisa_adp', 'nvd', 'eu_cve_search', 'euvd', 'deduplicated', 'sample'],
  ssvc: ['cisa_adp', 'eu_cve_search'],
  cvss: ['cve_list', 'nvd', 'cisa_adp', 'eu_cve_search', 'euvd', 'deduplicated', 'sample'],
  lists: ['cve_list', 'nvd', 'cisa_kev', 'cisa_adp', 'eu_cve_search', 'euvd', 'deduplicated', 'sample'],
} as const satisfies Record<ChosenField, readonly SourceId[]>;

/** Sources that speak only while no other source does. */
export const fallbackSources: ReadonlySet<SourceId> = new Set(['sample']);

/** The headline CVSS is of the first of these roles that assessed at all, and of it the newest version. */
export const cvssRoles: readonly CvssRole[] = ['cna', 'nvd', 'cisa_adp', 'other'];
export const cvssVersions: readonly CvssVersion[] = ['4.0', '3.1', '3.0', '2.0'];
