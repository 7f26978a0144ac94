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

# A server of its own (tests/postgres), killed at some part of the time that an issuance takes here, an earlier one after a kill
# that came too late; it comes back as after a power cut.
cat >"$tmp/killed" <<'S'
pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
as=; [ "$(id -u)" != 0 ] || as='setpriv --reuid=postgres --regid=postgres --init-groups'
engine=postgresql; . "$top/tests/falls.sh"; . "$top/tests/served.sh"
dir=$tmp/killed-service db=f_killed_$$
# Those of its backends that still end keep the new one waiting.
stands() {
	(cd "$host" && $as "$pg/pg_ctl" -D "$host/data" -s -w -l "$host/server.log" \
		-o "-k '$host' -c listen_addresses= -c max_connections=40 -c shared_buffers=16MB" start >/dev/null 2>&1)
}
states killed || exit 9
"$top/tests/state" back ready
began=$(date +%s%3N); eval "$issue" >/dev/null 2>&1 || { echo 'it is not issued'; exit 9; }
took=$(($(date +%s%3N) - began)) kill=0 cut=0 most=90
while [ $kill -lt "$times" ] || { [ $cut -lt "$least" ] && [ $kill -lt $((times + 5)) ]; }; do
	kill=$((kill + 1))
	"$top/tests/state" back ready
	eval "$issue" >/dev/null 2>&1 & run=$!
	sleep_part $((kill * 37 % most)) $took
	ran=$(left $run); kill -9 "$(head -1 "$host/data/postmaster.pid")"
	wait $run; STATUS=$?; export STATUS
	[ -n "$ran" ] && [ $STATUS != 0 ] && cut=$((cut + 1)) most=90 || most=$((most * 2 / 3 + 1))
	until_true 600 stands || { echo 'the server does not come back'; exit 9; }
	POINT=$kill "$tmp/check" issue || bad=$((bad + 1))
	done=$((done + (STATUS == 0)))
done
echo "$kill kills, $cut in the middle, $((done)) said to be issued, $((bad)) failures"
S
times=2 least=1; [ -z "$LONG" ] || times=200 least=101
script=$tmp/killed; export top times least script
"$top/tests/postgres" sh -c '. "$top/tests/tap.sh"; . "$script"' "$top/tests/flow/faults.sh" >"$tmp/out" 2>&1
told=$(tail -1 "$tmp/out") middle=$(sed -n '$s/^[0-9]* kills, \([0-9]*\) in the middle, .* 0 failures$/\1/p' "$tmp/out")
[ "${middle:-0}" -ge $least ] && pass "the database server killed: $told" || fail "the database server killed" "$(cat "$tmp/out")"
proved G2 "PostgreSQL killed: $told"
done_testing
