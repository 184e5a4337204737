#!/bin/bash
# Lets a standby follow the primary of compose.yaml: a user that may copy it, who is let in, and a log that is kept for a
# standby that was away. Safe to repeat. libpq's variables say where the primary is, PGDATA its folder.
set -euo pipefail

psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 <<'SQL'
\set password `cat "$REPLICATION_PASSWORD_FILE"`
SELECT 'CREATE ROLE replicator' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'replicator') \gexec
ALTER ROLE replicator WITH LOGIN REPLICATION CONNECTION LIMIT 4 PASSWORD :'password';
ALTER SYSTEM SET wal_keep_size = '4GB';
-- Behind PgBouncer these hold for statements outside of transactions, too.
ALTER ROLE CURRENT_USER SET statement_timeout = '5min';
ALTER ROLE CURRENT_USER SET jit = off;
SQL

rule='host replication replicator samenet scram-sha-256'
grep --quiet --line-regexp --fixed-strings "$rule" "$PGDATA/pg_hba.conf" || echo "$rule" >> "$PGDATA/pg_hba.conf"
psql --no-psqlrc --quiet --tuples-only --output=/dev/null --command='SELECT pg_reload_conf()'
