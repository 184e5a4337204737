import { defineEntity, p } from '@mikro-orm/core';
import type { Affected, CvssAssessment, Reference, Ssvc } from '../../domain/record.ts';
import { between, day, flag, idText, index, list, number, oneOf, text, time, timeNow } from './columns.ts';

const table = 'vulnerabilities';
const on = (name: string, definition: string) => index(name, table, definition);

/** Lengths are capped because a tsvector of more than 1 MB is an error, and hostile records are longer. */
const searchText = `(
  setweight(to_tsvector('english'::regconfig, "left"(coalesce(title, ''), 10000)), 'A') ||
  setweight(to_tsvector('english'::regconfig, "left"(vendors::text, 50000)), 'B') ||
  setweight(to_tsvector('english'::regconfig, "left"(products::text, 50000)), 'B') ||
  setweight(to_tsvector('english'::regconfig, "left"(coalesce(description, ''), 100000)), 'C')
) stored`;

/**
 * Everything that searches ask for, in one index: it finds what holds of several columns together by itself, and the
 * scores let a search look at the beginning of its order first (see search/page.ts).
 */
const searched = `search, vendors jsonb_path_ops, products jsonb_path_ops, cwe_ids jsonb_path_ops, aliases jsonb_path_ops,
  sources jsonb_path_ops, keywords, severity, exploited_in_the_wild, priority_score, cvss_score, exploited_since, cisa_due_date`;

/** One row for each CVE: what its sources say, merged. Derived, never edited. */
export const vulnerabilities = defineEntity({
  name: 'Vulnerability',
  tableName: table,
  properties: {
    cveId: idText().primary(),
    state: text().default('published'),
    title: text().nullable(),
    description: text().nullable(),
    cvssScore: number().nullable(),
    cvssVersion: text().nullable(),
    cvssVector: text().nullable(),
    severity: text().default('UNKNOWN'),
    publishedAt: time().nullable(),
    modifiedAt: time().nullable(),
    exploitedInTheWild: flag(),
    exploitedSince: day().nullable(),
    cisaDueDate: day().nullable(),
    requiredAction: text().nullable(),
    ransomware: p.boolean().nullable(),
    publicExploit: flag(),
    ssvc: p.json<Ssvc>().nullable(),
    priorityScore: number().default(0),
    scoredOn: day().nullable(),
    cvss: list<CvssAssessment>(),
    cweIds: list<string>(),
    affectedProducts: list<Affected>(),
    vendors: list<string>(),
    products: list<string>(),
    references: list<Reference>(),
    sources: list<string>(),
    sourceTags: list<string>(),
    /** Its ids elsewhere, such as EUVD's. */
    aliases: list<string>(),
    /** What else searches ask for, as `kind:value`. */
    keywords: list<string>(),
    search: p.type('tsvector').columnType('tsvector').generated(searchText).lazy(),
    createdAt: timeNow(),
    updatedAt: timeNow(),
  },
  checks: [
    oneOf('vulnerabilities_state_check', 'state', ['published', 'rejected', 'reserved', 'withdrawn']),
    oneOf('vulnerabilities_severity_check', 'severity', ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'NONE', 'UNKNOWN']),
    between('vulnerabilities_cvss_score_check', 'cvss_score', 0, 10),
    between('vulnerabilities_priority_score_check', 'priority_score', 0, 1),
  ],
  indexes: [
    on('ix_vuln_cve_id_trgm', 'using gin (cve_id gin_trgm_ops)'),
    on('ix_vuln_title_trgm', 'using gin (title gin_trgm_ops)'),
    on('ix_vuln_description_trgm', 'using gin (description gin_trgm_ops)'),
    on('ix_vuln_search', `using gin (${searched})`),
    // Each ends in the order of the lists it serves, so that the first rows come straight from the index.
    on('ix_vulnerabilities_priority_score', 'using btree (priority_score desc, cve_id)'),
    on('ix_vulnerabilities_cvss_score', 'using btree (cvss_score desc nulls last, cve_id)'),
    on('ix_vulnerabilities_severity', 'using btree (severity, priority_score desc, cve_id)'),
    on('ix_vulnerabilities_exploited_in_the_wild', 'using btree (exploited_in_the_wild, priority_score desc, cve_id)'),
    on('ix_vulnerabilities_published_at', 'using btree (published_at desc nulls last, cve_id)'),
    on('ix_vulnerabilities_modified_at', 'using btree (modified_at desc nulls last, cve_id)'),
    on('ix_vulnerabilities_created_at', 'using btree (created_at)'),
    on('ix_vulnerabilities_updated_at', 'using btree (updated_at)'),
  ],
});
