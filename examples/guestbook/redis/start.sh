# The password goes through standard input: it must not show in the process list.
printf 'bind * -::*\ndir /data\nappendonly yes\nrequirepass %s\n' "$REDIS_PASSWORD" | exec redis-server -
