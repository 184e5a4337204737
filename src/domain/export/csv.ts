import type { ExportRecord, ExportWriter } from './contract.ts';

type Cell = string | number | boolean | null | readonly string[];

const columns: Readonly<Record<string, (record: ExportRecord) => Cell>> = {
  cve_id: (r) => r.cveId,
  state: (r) => r.state,
  title: (r) => r.title,
  severity: (r) => r.severity,
  cvss_score: (r) => r.cvssScore,
  cvss_version: (r) => r.cvssVersion,
  cvss_vector: (r) => r.cvssVector,
  epss: (r) => r.epss,
  priority_score: (r) => r.priorityScore,
  exploited_in_the_wild: (r) => r.exploited,
  exploited_since: (r) => r.exploitedSince,
  cisa_due_date: (r) => r.dueDate,
  required_action: (r) => r.requiredAction,
  ransomware: (r) => r.ransomware,
  public_exploit: (r) => r.publicExploit,
  published_at: (r) => r.publishedAt,
  modified_at: (r) => r.modifiedAt,
  cwe_ids: (r) => r.weaknesses,
  vendors: (r) => r.vendors,
  products: (r) => r.products,
  sources: (r) => r.sources,
  source_tags: (r) => r.tags,
  aliases: (r) => r.aliases,
  description: (r) => r.description,
  references: (r) => r.references.map((reference) => reference.url),
};

/**
 * What a spreadsheet may take for a formula: at the beginning of a cell, and behind what some of them take for the end of
 * one. Full-width forms are turned into ordinary ones by some input methods.
 */
const formula = /(^|[;\t\r\n])([ \u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/**
 * CSV with a header line. Lists are joined by blanks, and blanks in an item become `_`; texts are always in quotes, and an
 * apostrophe stands before what a spreadsheet would run.
 * @see https://www.rfc-editor.org/rfc/rfc4180
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvWriter(): ExportWriter {
  const values = Object.values(columns);
  return {
    begin: `${Object.keys(columns).join(',')}\r\n`,
    write: (record) => ({ text: `${values.map((value) => cell(value(record))).join(',')}\r\n` }),
    middle: () => '',
    end: () => '',
  };
}

/** A value as a cell; nothing for null. */
export function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : value.map((item) => item.replaceAll(/\s+/g, '_')).join(' ');
  if (text === '') return '';
  // A tab or a line end at the beginning may hide a formula behind it.
  const safe = text.replace(/^[\t\r\n]/, "'$&").replace(formula, "$1'$2");
  return `"${safe.replaceAll('"', '""')}"`;
}
