const names: Readonly<Record<string, string>> = {
  aliases: 'Other ids',
  cisa_due_date: 'Due (CISA)',
  cvss: 'CVSS',
  cvss_score: 'CVSS score',
  cvss_vector: 'CVSS vector',
  cvss_version: 'CVSS version',
  cwe_ids: 'Weaknesses',
  exploited_in_the_wild: 'Exploited',
  modified_at: 'Changed by a source',
  published_at: 'Published',
  source_tags: 'Tags',
  ssvc: 'SSVC',
};

/** What a field of a record is called for people. */
export function fieldName(field: string): string {
  const words = field.replaceAll('_', ' ');
  return names[field] ?? words.charAt(0).toUpperCase() + words.slice(1);
}
