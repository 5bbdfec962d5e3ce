#!/bin/sh
# Makes the database in an empty directory, as the official image does, and serves it.
set -e
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  password=${POSTGRES_PASSWORD:-$(cat "$POSTGRES_PASSWORD_FILE")}
  printf '%s' "$password" > /tmp/password
  initdb --no-sync --auth-host=scram-sha-256 --auth-local=trust --pwfile=/tmp/password > /dev/null
  rm /tmp/password
  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"
  pg_ctl -w -o "-c listen_addresses=" start > /dev/null
  [ -z "$POSTGRES_DB" ] || createdb "$POSTGRES_DB"
  pg_ctl -w -m fast stop > /dev/null
fi
exec postgres -c listen_addresses='*'
