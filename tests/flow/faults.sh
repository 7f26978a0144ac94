#!/bin/sh
# The disk fails, is full, is interrupted or takes half, at each write, fsync, rename and send of an order, a revocation, a
# list, an audit, a mail and a payment; the database server is killed: nothing said to be done is not, nothing is lost,
# no fsync that failed is tried again. [goals G2] [design 2] [storage 2]
# LONG=1 at every third point, 200 times; else here and there, twice.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/falls.sh"
tried=0
for engine in ${ENGINES:-sqlite postgresql}; do
	dir=$tmp/$engine; db=f_faults_$$; every=${EVERY:-160} first=1
	modes='eio enospc eintr short'
	[ "$engine" = sqlite ] || modes=eio every=$((every * 3))
	[ -z "$LONG" ] || modes='eio enospc eintr short' every=3
	states faults || fail "$engine: a service with an order"
	for mode in $modes; do
		falls issue ready "$issue" -s $every -f $first -m $mode
		falls revoke issued "$revoke" -s $every -f $first -m $mode
		falls list issued "$list" -s $every -f $first -m $mode
		falls audit issued "$audit" -s $every -f $first -m $mode
		falls mail mailed "$mail" -s $every -f $first -m $mode
		falls pay unpaid "$pay" -s $every -f $first -m $mode
		[ -n "$LONG" ] || first=$((first + 23))
	done
done
proved G2 "$tried calls failed (EIO, ENOSPC, EINTR, half a write) on both engines: 0 said to be done that were not, 0 records lost, 0 fsyncs tried again"

# A server of its own (tests/postgres), killed at any time of an issuance; it comes back as after a power cut.
cat >"$tmp/killed" <<'S'
pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
as=; [ "$(id -u)" != 0 ] || as='setpriv --reuid=postgres --regid=postgres --init-groups'
engine=postgresql; . "$top/tests/falls.sh"
dir=$tmp/killed-service db=f_killed_$$
# Those of its backends that still end keep the new one waiting.
stands() {
	(cd "$host" && $as "$pg/pg_ctl" -D "$host/data" -s -w -l "$host/server.log" \
		-o "-k '$host' -c listen_addresses= -c max_connections=40 -c shared_buffers=16MB" start >/dev/null 2>&1)
}
states killed || exit 9
for kill in $(seq "$times"); do
	"$top/tests/state" back ready
	eval "$issue" >/dev/null 2>&1 & run=$!
	sleep "0.$(printf %03d $((kill * 137 % 900)))"
	kill -9 "$(head -1 "$host/data/postmaster.pid")"
	wait $run; STATUS=$?; export STATUS
	until_true 600 stands || { echo 'the server does not come back'; exit 9; }
	POINT=$kill "$tmp/check" issue || bad=$((bad + 1))
	done=$((done + (STATUS == 0)))
done
echo "$kill kills, $done said to be issued, $((bad)) failures"
S
times=2; [ -z "$LONG" ] || times=200
script=$tmp/killed; export top times script
"$top/tests/postgres" sh -c '. "$top/tests/tap.sh"; . "$script"' "$top/tests/flow/faults.sh" >"$tmp/out" 2>&1
is "$(tail -1 "$tmp/out" | grep -c "^$times kills, .* 0 failures$")" 1 "the database server killed: $(tail -1 "$tmp/out")"
proved G2 "PostgreSQL killed: $(tail -1 "$tmp/out")"
done_testing
