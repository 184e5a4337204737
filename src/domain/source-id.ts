/**
 * The sources of vulnerability records, in no order: who wins is in precedence.ts.
 * `sample` is the bundled sample, `deduplicated` the NDJSON of the original OpenThreat.
 */
export const vulnerabilitySources = [
  'cve_list',
  'nvd',
  'cisa_adp',
  'cisa_kev',
  'euvd',
  'eu_cve_search',
  'deduplicated',
  'sample',
] as const;

export type SourceId = (typeof vulnerabilitySources)[number];

/** Whether `text` names a source. */
export function isSourceId(text: string): text is SourceId {
  return (vulnerabilitySources as readonly string[]).includes(text);
}
