import { Migration } from '@mikro-orm/migrations';

/** Searches for indicators by rare types, threats, sources and dates, in the order of values, and for those that name CVEs. */
export class Migration20261123163713 extends Migration {
  override name = 'Migration20261123163713';

  override up(): void {
    // Locks: iocs for writing while indexes are built, some four seconds for a million indicators.
    this.addSql(
      `create index "ix_iocs_search" on "iocs" using gin (ioc_type, status, threat_type, confidence, sources jsonb_path_ops);`,
    );
    this.addSql(`create index "ix_iocs_first_seen" on "iocs" using btree (first_seen);`);
    this.addSql(`create index "ix_iocs_value" on "iocs" using btree (left(value, 50) collate "C");`);
    this.addSql(
      `create index "ix_iocs_ids" on "iocs" using btree (last_seen) where tags @? '$[*] ? (@ starts with "CVE-" || @ starts with "T")';`,
    );
  }

  override down(): void {
    // Locks: iocs for a moment.
    this.addSql(`drop index "ix_iocs_search";`);
    this.addSql(`drop index "ix_iocs_first_seen";`);
    this.addSql(`drop index "ix_iocs_value";`);
    this.addSql(`drop index "ix_iocs_ids";`);
  }
}
