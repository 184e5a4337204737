import { defineEntity, p } from '@mikro-orm/core';
import { between, idText, index, list, number, object, oneOf, text, time, timeNow } from './columns.ts';

/**
 * Indicators of compromise, one row each. Keyed by the SHA-256 of the value, because values have any length and an index
 * entry has not; a cluster distributes by it.
 */
export const indicators = defineEntity({
  name: 'Indicator',
  tableName: 'iocs',
  properties: {
    valueHash: p.blob().primary(),
    iocType: text().primary(),
    value: text(),
    threatType: text().nullable(),
    tags: list<string>(),
    confidence: number().nullable(),
    status: text().default('active'),
    firstSeen: time().nullable(),
    lastSeen: time().nullable(),
    expiresAt: time().nullable(),
    source: idText(),
    sourceUrl: text().nullable(),
    context: object(),
    /** The host of a URL or e-mail address, to find it by. */
    host: idText().nullable(),
    /** When the status changes by itself, if nobody reports it again. */
    statusUntil: time().nullable(),
    /** Who reports it, best known first. */
    sources: list<string>(),
    createdAt: timeNow(),
    updatedAt: timeNow(),
  },
  checks: [
    oneOf('iocs_ioc_type_check', 'ioc_type', ['url', 'domain', 'ip', 'hash', 'email']),
    oneOf('iocs_status_check', 'status', ['active', 'inactive', 'expired']),
    between('iocs_confidence_check', 'confidence', 0, 1),
  ],
  indexes: [
    index('ix_ioc_value_trgm', 'iocs', 'using gin (value gin_trgm_ops)'),
    index('ix_iocs_expires_at', 'iocs', 'using btree (expires_at)'),
    index('ix_iocs_last_seen', 'iocs', 'using btree (last_seen)'),
    index('ix_iocs_host', 'iocs', 'using btree (host) where host is not null'),
    index('ix_iocs_status_until', 'iocs', 'using btree (status_until) where status_until is not null'),
    // The prefix lengths of networks: which ones to try for an address.
    index(
      'ix_iocs_networks',
      'iocs',
      "using btree (split_part(value, '/', 2)) where ioc_type = 'ip' and value like '%/%'",
    ),
    index('ix_iocs_tags', 'iocs', "using gin (tags jsonb_path_ops) where tags <> '[]'::jsonb"),
    // Columns of few values, for searches that rare ones narrow: seven megabytes for a million indicators.
    index('ix_iocs_search', 'iocs', 'using gin (ioc_type, status, threat_type, confidence, sources jsonb_path_ops)'),
    index('ix_iocs_first_seen', 'iocs', 'using btree (first_seen)'),
    // Values may be too long for an entry; neighbours with the same beginning are few.
    index('ix_iocs_value', 'iocs', 'using btree (left(value, 50) collate "C")'),
    // Which have tags that are ids of CVEs or techniques: no other tags are in capitals.
    index(
      'ix_iocs_ids',
      'iocs',
      `using btree (last_seen) where tags @? '$[*] ? (@ starts with "CVE-" || @ starts with "T")'`,
    ),
  ],
});

/** What each source says of an indicator: `iocs` is derived from these. Keyed like `iocs`, the value first. */
export const indicatorReports = defineEntity({
  name: 'IndicatorReport',
  tableName: 'ioc_reports',
  properties: {
    valueHash: p.blob().primary(),
    iocType: text().primary(),
    source: idText().primary(),
    contentHash: p.blob(),
    threatType: text().nullable(),
    malware: text().nullable(),
    tags: list<string>(),
    confidence: number().nullable(),
    firstSeen: time().nullable(),
    lastSeen: time().nullable(),
    active: p.boolean().nullable(),
    sourceUrl: text().nullable(),
    context: object(),
    withdrawnAt: time().nullable(),
    runId: p.bigint('number'),
    reportedAt: timeNow(),
    changedAt: timeNow(),
  },
  checks: [between('ioc_reports_confidence_check', 'confidence', 0, 1)],
  indexes: [index('ix_ioc_reports_source', 'ioc_reports', 'using btree (source, value_hash)')],
});
