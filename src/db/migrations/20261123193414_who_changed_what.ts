import { Migration } from '@mikro-orm/migrations';

/** The audit log: who changed what, from where, and how it ended. */
export class Migration20261123193414 extends Migration {
  override name = 'Migration20261123193414';

  override up(): void {
    // Locks: nothing that exists before.
    this.addSql(
      `create table "audit_log" ("id" text collate "C" not null, "at" timestamptz not null default now(), "via" text not null, "who" text null, "key_id" bigint null, "host" text not null, "origin" text null, "request_id" text null, "action" text not null, "target" text null, "arguments" jsonb not null default '{}', "state" text not null default 'started', "error_code" text null, "message" text null, "task_id" text null, "run_ids" jsonb not null default '[]', "ended_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(`create index "ix_audit_log_at" on "audit_log" using btree (at desc, id desc);`);
    this.addSql(
      `alter table "audit_log" add constraint "audit_log_via_check" check ("via" in ('cli', 'api', 'task', 'worker'));`,
    );
    this.addSql(
      `alter table "audit_log" add constraint "audit_log_state_check" check ("state" in ('started', 'ok', 'failed', 'refused'));`,
    );
    // Nobody but the owner changes an entry that has ended, or deletes one of the last day.
    this.addSql(`alter table "audit_log" enable row level security;`);
    this.addSql(`create policy "audit_log_read" on "audit_log" for select using (true);`);
    this.addSql(`create policy "audit_log_write" on "audit_log" for insert with check (true);`);
    this.addSql(
      `create policy "audit_log_end" on "audit_log" for update using (state = 'started') with check (state <> 'started');`,
    );
    this.addSql(`create policy "audit_log_forget" on "audit_log" for delete using (at < now() - interval '1 day');`);
  }

  override down(): void {
    // Locks: audit_log for reading and writing.
    this.addSql(`drop table if exists "audit_log" cascade;`);
  }
}
