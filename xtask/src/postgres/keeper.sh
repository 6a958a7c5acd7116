# Keeps a throwaway PostgreSQL for as long as standard input stays open.
# Usage: keeper BIN PORT fast|durable. Prints `ready` when the server takes connections.
set -eu
bin=$1 port=$2 mode=$3

# Only the end of input ends us; nothing else may skip the cleaning up.
trap '' HUP INT PIPE TERM
umask 077
export LC_ALL=C

# Made by the server's own user, so it is known to be reachable for that user.
dir=$(mktemp -d "${TMPDIR:-/tmp}/gloss-pg.XXXXXX" 2>/dev/null || mktemp -d /tmp/gloss-pg.XXXXXX)

clean_up() {
    status=$?
    if [ -f "$dir/data/postmaster.pid" ]; then
        "$bin/pg_ctl" stop -D "$dir/data" -m immediate -s >&2 || status=1
    fi
    rm -rf "$dir" || { echo "PostgreSQL may have been left behind in $dir" >&2; status=1; }
    exit "$status"
}
trap clean_up EXIT

fail() {
    cat "$dir/$1.log" >&2
    exit 1
}

"$bin/initdb" -D "$dir/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C \
    --no-sync >"$dir/initdb.log" 2>&1 </dev/null || fail initdb

cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$dir'
max_connections = 200
shared_buffers = 128MB
CONF

# Nothing in here is worth surviving a crash, so nothing waits for the disk, unless the waiting is
# what will be measured.
[ "$mode" = durable ] || cat >>"$dir/data/postgresql.conf" <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
CONF

"$bin/pg_ctl" start -D "$dir/data" -l "$dir/server.log" -w -t 60 -s >&2 </dev/null || fail server

echo ready || true
cat >/dev/null
