#!/bin/sh
# tests/faults/sweep: a command fallen at each of its points, and what a missing fsync leaves.
. "$(dirname "$0")/../tap.sh"
sweep=$top/build/tests/sweep
key="'$akashi' key new '$tmp/k' --for person --passphrase-file '$tmp/p' >/dev/null 2>&1"
printf 'a long passphrase' >"$tmp/p"
check="[ ! -e '$tmp/k' ] || [ -s '$tmp/k' ]"
points() { sed -n 's/^\([0-9]*\) points.*/\1/p' "$tmp/out"; }
for mode in '-m kill' '-m eio -s 3' '-m torn -l'; do
	"$sweep" $mode -p "rm -f '$tmp'/k*" -c "$check" "$key" >"$tmp/out"
	is $? 0 "a key file is whole or not there, fallen at every point ($mode)"
	[ "$(points)" -ge 5 ] && pass "it has points: $(tail -1 "$tmp/out")" || fail 'it has points' "$(cat "$tmp/out")"
done
"$sweep" -l -o "$tmp/k" -s 2 -p "rm -f '$tmp'/k*" -c "$check" "$key" >"$tmp/out"
is "$? $(grep -c 'CHECK ends with 1' "$tmp/out" | sed 's/^[1-9].*/some/')" '1 some' 'a key file whose fsync is left out is found empty'
grep -q ' 0 fsyncs left out' "$tmp/out" && fail 'no fsync was left out' || pass 'an fsync was left out'
"$sweep" -s 9 -p "rm -f '$tmp'/k*" -c false "$key" >"$tmp/out" 2>&1
is $? 1 'a check that fails is told'
"$sweep" true >"$tmp/out" 2>&1
is $? 2 'a run without any of our programs is no sweep'
"$sweep" -m bogus true >"$tmp/out" 2>&1
is $? 2 'an unknown mode is refused'
done_testing
