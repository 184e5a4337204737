#!/bin/sh
# Starts PgBouncer with the password of the one user that it lets in. Both are in a folder in memory.
set -eu
umask 077
printf '"openthreat" "%s"\n' "$POSTGRES_PASSWORD" > /tmp/users.txt
unset POSTGRES_PASSWORD
exec pgbouncer /etc/openthreat/pgbouncer.ini
