import { Migration } from '@mikro-orm/migrations';

/** every source */
export class Migration20261123124102 extends Migration {
  override name = 'Migration20261123124102';

  override up(): void {
    // Locks: vulnerability_technique, iocs, source_state, techniques, vulnerabilities for reading and writing.
    this.addSql(
      `create table "attack_actors" ("actor_id" text collate "C" not null, "kind" text not null, "name" text not null, "names" jsonb not null default '[]', "description" text null, "technique_ids" jsonb not null default '[]', "state" text not null default 'active', "url" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("actor_id"));`,
    );
    this.addSql(`create index "ix_attack_actors_names" on "attack_actors" using gin (names jsonb_path_ops);`);
    this.addSql(
      `create index "ix_attack_actors_technique_ids" on "attack_actors" using gin (technique_ids jsonb_path_ops);`,
    );
    this.addSql(
      `create table "attack_patterns" ("attack_pattern_id" text collate "C" not null, "name" text not null, "description" text null, "abstraction" text null, "likelihood" text null, "severity" text null, "state" text not null default 'active', "weakness_ids" jsonb not null default '[]', "technique_ids" jsonb not null default '[]', "parent_ids" jsonb not null default '[]', "details" jsonb not null default '{}', "url" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("attack_pattern_id"));`,
    );
    this.addSql(
      `create index "ix_attack_patterns_weakness_ids" on "attack_patterns" using gin (weakness_ids jsonb_path_ops);`,
    );
    this.addSql(
      `create table "catalogue_records" ("source" text collate "C" not null, "entry_id" text collate "C" not null, "part" text collate "C" not null, "kind" text not null, "content_hash" bytea not null, "record" json not null, "withdrawn_at" timestamptz null, "run_id" bigint null, "first_seen_at" timestamptz not null default now(), "changed_at" timestamptz not null default now(), primary key ("source", "entry_id", "part"));`,
    );
    this.addSql(
      `create table "catalogues" ("source" text collate "C" not null, "part" text collate "C" not null, "version" text null, "released_at" timestamptz null, "run_id" bigint null, "updated_at" timestamptz not null default now(), primary key ("source", "part"));`,
    );
    this.addSql(
      `create table "epss_history" ("cve_id" text collate "C" not null, "day" date not null, "epss" double precision not null, "percentile" double precision not null, primary key ("cve_id", "day"));`,
    );
    // Every row is rewritten every day: in half-filled pages the new one fits beside the old, and no index is touched.
    this.addSql(
      `create table "epss_scores" ("cve_id" text collate "C" not null, "epss" double precision not null, "percentile" double precision not null, "day" date not null, primary key ("cve_id")) with (fillfactor = 45);`,
    );
    this.addSql(
      `create table "ioc_reports" ("value_hash" bytea not null, "ioc_type" text not null, "source" text collate "C" not null, "content_hash" bytea not null, "threat_type" text null, "malware" text null, "tags" jsonb not null default '[]', "confidence" double precision null, "first_seen" timestamptz null, "last_seen" timestamptz null, "active" boolean null, "source_url" text null, "context" jsonb not null default '{}', "withdrawn_at" timestamptz null, "run_id" bigint not null, "reported_at" timestamptz not null default now(), "changed_at" timestamptz not null default now(), primary key ("value_hash", "ioc_type", "source"));`,
    );
    this.addSql(`create index "ix_ioc_reports_source" on "ioc_reports" using btree (source, value_hash);`);
    this.addSql(
      `create table "tactics" ("tactic_id" text collate "C" not null, "short_name" text collate "C" not null, "name" text not null, "description" text null, "domain" text not null, "position" int not null, "state" text not null default 'active', "url" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("tactic_id"));`,
    );
    this.addSql(
      `create table "weaknesses" ("weakness_id" text collate "C" not null, "name" text not null, "description" text null, "abstraction" text null, "state" text not null default 'active', "likelihood" text null, "parent_ids" jsonb not null default '[]', "attack_pattern_ids" jsonb not null default '[]', "consequences" jsonb not null default '[]', "mitigations" jsonb not null default '[]', "url" text null, "created_at" timestamptz not null default now(), "updated_at" timestamptz not null default now(), primary key ("weakness_id"));`,
    );
    this.addSql(
      `alter table "vulnerability_technique" drop constraint "vulnerability_technique_technique_id_foreign";`,
    );
    this.addSql(
      `alter table "iocs" add "host" text collate "C" null, add "status_until" timestamptz null, add "sources" jsonb not null default '[]';`,
    );
    this.addSql(`create index "ix_iocs_host" on "iocs" using btree (host) where host is not null;`);
    this.addSql(
      `create index "ix_iocs_status_until" on "iocs" using btree (status_until) where status_until is not null;`,
    );
    this.addSql(
      `create index "ix_iocs_networks" on "iocs" using btree (split_part(value, '/', 2)) where ioc_type = 'ip' and value like '%/%';`,
    );
    this.addSql(`create index "ix_iocs_tags" on "iocs" using gin (tags jsonb_path_ops) where tags <> '[]'::jsonb;`);
    this.addSql(
      `alter table "source_state" add "state" jsonb not null default '{}', add "last_attempt_at" timestamptz null, add "last_change_at" timestamptz null, add "last_error" text null, add "failing_since" timestamptz null, add "failures" int not null default 0, add "held" jsonb null, add "next_run_at" timestamptz null, add "lease_owner" text null, add "lease_until" timestamptz null;`,
    );
    this.addSql(
      `alter table "techniques" add "domains" jsonb not null default '[]', add "parent_id" text collate "C" null, add "state" text not null default 'active', add "revoked_by" text collate "C" null, add "url" text null, add "modified_at" timestamptz null, add "source" text collate "C" not null default 'mitre_attack';`,
    );
    this.addSql(`create index "ix_techniques_parent_id" on "techniques" using btree (parent_id);`);
    this.addSql(
      `alter table "techniques" add constraint "techniques_state_check" check ("state" in ('active', 'deprecated', 'revoked', 'withdrawn'));`,
    );
    this.addSql(
      `alter table "vulnerabilities" add "aliases" jsonb not null default '[]', add "keywords" jsonb not null default '[]';`,
    );
    this.addSql(`drop index "ix_search_terms_trgm";`);
    this.addSql(
      `create index "ix_search_terms_trgm" on "search_terms" using gin (term gin_trgm_ops) where documents > 2 and strpos(term, ':') = 0;`,
    );
    this.addSql(`drop index "ix_vuln_search";`);
    this.addSql(`drop index "ix_vuln_vendors";`);
    this.addSql(`drop index "ix_vuln_products";`);
    this.addSql(`drop index "ix_vuln_cwe_ids";`);
    this.addSql(`drop index "ix_vuln_sources";`);
    this.addSql(`create index "ix_vuln_search" on "vulnerabilities" using gin (search, vendors jsonb_path_ops, products jsonb_path_ops, cwe_ids jsonb_path_ops, aliases jsonb_path_ops,
  sources jsonb_path_ops, keywords, severity, exploited_in_the_wild, priority_score, cvss_score, exploited_since, cisa_due_date);`);
    this.addSql(`create index "ix_vulnerabilities_created_at" on "vulnerabilities" using btree (created_at);`);
    this.addSql(`create index "ix_vulnerabilities_updated_at" on "vulnerabilities" using btree (updated_at);`);
    this.addSql(`alter table "vulnerability_technique" drop constraint "vulnerability_technique_pkey";`);
    this.addSql(
      `alter table "vulnerability_technique" add "mapping_type" text collate "C" not null default 'related', add "comment" text null, add "references" jsonb not null default '[]';`,
    );
    this.addSql(`alter table "vulnerability_technique" alter column "mapping_type" drop default;`);
    this.addSql(
      `alter table "vulnerability_technique" add primary key ("cve_id", "technique_id", "source", "mapping_type");`,
    );
    this.addSql(
      `alter table "attack_actors" add constraint "attack_actors_kind_check" check ("kind" in ('group', 'malware', 'tool'));`,
    );
    this.addSql(
      `alter table "attack_actors" add constraint "attack_actors_state_check" check ("state" in ('active', 'deprecated', 'revoked', 'withdrawn'));`,
    );
    this.addSql(
      `alter table "attack_patterns" add constraint "attack_patterns_state_check" check ("state" in ('active', 'deprecated', 'withdrawn'));`,
    );
    this.addSql(`alter table "epss_scores" add constraint "epss_scores_epss_check" check ("epss" between 0 and 1);`);
    this.addSql(
      `alter table "epss_scores" add constraint "epss_scores_percentile_check" check ("percentile" between 0 and 1);`,
    );
    this.addSql(
      `alter table "ioc_reports" add constraint "ioc_reports_confidence_check" check ("confidence" between 0 and 1);`,
    );
    this.addSql(
      `alter table "tactics" add constraint "tactics_state_check" check ("state" in ('active', 'deprecated', 'revoked', 'withdrawn'));`,
    );
    this.addSql(
      `alter table "weaknesses" add constraint "weaknesses_state_check" check ("state" in ('active', 'deprecated', 'withdrawn'));`,
    );
  }

  override down(): void {
    // Locks: attack_actors, attack_patterns, catalogue_records, catalogues, epss_history, epss_scores, ioc_reports, tactics, weaknesses, iocs, source_state, techniques, vulnerabilities, vulnerability_technique for reading and writing.
    this.addSql(`drop table if exists "attack_actors" cascade;`);
    this.addSql(`drop table if exists "attack_patterns" cascade;`);
    this.addSql(`drop table if exists "catalogue_records" cascade;`);
    this.addSql(`drop table if exists "catalogues" cascade;`);
    this.addSql(`drop table if exists "epss_history" cascade;`);
    this.addSql(`drop table if exists "epss_scores" cascade;`);
    this.addSql(`drop table if exists "ioc_reports" cascade;`);
    this.addSql(`drop table if exists "tactics" cascade;`);
    this.addSql(`drop table if exists "weaknesses" cascade;`);
    this.addSql(`drop index "ix_iocs_host";`);
    this.addSql(`drop index "ix_iocs_status_until";`);
    this.addSql(`drop index "ix_iocs_networks";`);
    this.addSql(`drop index "ix_iocs_tags";`);
    this.addSql(`alter table "iocs" drop column "host", drop column "status_until", drop column "sources";`);
    this.addSql(
      `alter table "source_state" drop column "state", drop column "last_attempt_at", drop column "last_change_at", drop column "last_error", drop column "failing_since", drop column "failures", drop column "held", drop column "next_run_at", drop column "lease_owner", drop column "lease_until";`,
    );
    this.addSql(`drop index "ix_techniques_parent_id";`);
    this.addSql(`alter table "techniques" drop constraint "techniques_state_check";`);
    this.addSql(
      `alter table "techniques" drop column "domains", drop column "parent_id", drop column "state", drop column "revoked_by", drop column "url", drop column "modified_at", drop column "source";`,
    );
    this.addSql(`drop index "ix_search_terms_trgm";`);
    this.addSql(
      `create index "ix_search_terms_trgm" on "search_terms" using gin (term gin_trgm_ops) where documents > 2;`,
    );
    this.addSql(`drop index "ix_vulnerabilities_created_at";`);
    this.addSql(`drop index "ix_vulnerabilities_updated_at";`);
    this.addSql(`drop index "ix_vuln_search";`);
    this.addSql(`create index "ix_vuln_search" on "vulnerabilities" using gin (search);`);
    this.addSql(`create index "ix_vuln_vendors" on "vulnerabilities" using gin (vendors jsonb_path_ops);`);
    this.addSql(`create index "ix_vuln_products" on "vulnerabilities" using gin (products jsonb_path_ops);`);
    this.addSql(`create index "ix_vuln_cwe_ids" on "vulnerabilities" using gin (cwe_ids jsonb_path_ops);`);
    this.addSql(`create index "ix_vuln_sources" on "vulnerabilities" using gin (sources jsonb_path_ops);`);
    this.addSql(`alter table "vulnerabilities" drop column "aliases", drop column "keywords";`);
    // What the keys of the older schema cannot hold.
    this.addSql(
      `delete from "vulnerability_technique" v where not exists (select from "techniques" t where t."technique_id" = v."technique_id");`,
    );
    this.addSql(
      `delete from "vulnerability_technique" v using "vulnerability_technique" o where (o."cve_id", o."technique_id", o."source") = (v."cve_id", v."technique_id", v."source") and o."mapping_type" < v."mapping_type";`,
    );
    this.addSql(`alter table "vulnerability_technique" drop constraint "vulnerability_technique_pkey";`);
    this.addSql(
      `alter table "vulnerability_technique" drop column "mapping_type", drop column "comment", drop column "references";`,
    );
    this.addSql(
      `alter table "vulnerability_technique" add constraint "vulnerability_technique_technique_id_foreign" foreign key ("technique_id") references "techniques" ("technique_id") on update no action on delete cascade;`,
    );
    this.addSql(`alter table "vulnerability_technique" add primary key ("cve_id", "technique_id", "source");`);
  }
}
