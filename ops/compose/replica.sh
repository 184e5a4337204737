#!/bin/bash
# Starts a standby: at first it copies the primary, later it goes on where it was. PRIMARY says in libpq's words where the
# primary is, PGDATA where its own folder is; arguments are those of postgres.
set -euo pipefail

PGPASSWORD=$(cat "$REPLICATION_PASSWORD_FILE") # also for the process that follows the primary
export PGPASSWORD
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  # A copy that broke off is no database: it gets its name when it is whole.
  rm -rf "$PGDATA.unfinished"
  pg_basebackup --dbname="$PRIMARY" --pgdata="$PGDATA.unfinished" --checkpoint=fast --no-password
  touch "$PGDATA.unfinished/standby.signal"
  mv "$PGDATA.unfinished" "$PGDATA"
fi
exec postgres -c primary_conninfo="$PRIMARY" -c hot_standby_feedback=on "$@"
