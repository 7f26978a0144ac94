#!/bin/sh
# One issuance, one revocation, one payment import, four mails, fallen at every write, fsync, rename and send of every program, on both
# engines: after one sweep nothing is lost, doubled or unusable; a journal whose fsync is left out is found. [design 3] [R-4.91]
# LONG=1 falls at every point; else at every third, on PostgreSQL at every sixth.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/falls.sh"
for engine in ${ENGINES:-sqlite postgresql}; do
	dir=$tmp/$engine; db=f_kills_$$; every=3
	[ "$engine" = sqlite ] || every=6
	wide=$((every * 2)) # two orders have as many points again
	[ -z "$LONG" ] || every=1 wide=1
	states kills || fail "$engine: a service with an order"
	falls mail mailed "$mail" -s $((every * 2))
	falls pay unpaid "$pay" -s $every
	falls issue ready "$issue" -s $wide
	falls issue ready "$issue" -s $((wide * 2)) -m torn -l
	"$sweep" -l -o ca/journal -s $every -p "'$top/tests/state' back ready" -c "'$tmp/check' issue" "$issue >/dev/null 2>&1" >"$tmp/out"
	is "$?" 1 "$engine: a build that leaves out the journal's fsync is caught"
	falls revoke issued "$revoke" -s $every
done
done_testing
