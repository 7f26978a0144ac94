#!/bin/sh
# health says what is wrong and nothing else; watch, from another machine, alarms before half the period is over, on numbers that
# fall and on entries that vanish; on both engines. [R-10.13] [X-7] [storage 4]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$tmp"' EXIT
# bad ARGUMENTS: exit, then the checks that are not ok; the disk is not ours to judge.
bad() {
	say "$@" >"$tmp/out"
	echo "$? $("$flat" -a checks check ok <"$tmp/out" | awk '$1 != "disk" && $2 == "false" { print $1 }' | tr '\n' ' ')" | sed 's/ $//'
}
is_bad_at() { is "$(bad --now "$1" health | sed 's/^[01] *//')" "$2" "$3"; }
is_bad() { is "$(bad health | sed 's/^[01] *//')" "$1" "$2"; }

well() {
	is "$(bad health)" '1 backup keys' "$1: a service without a backup is told so"
	cp "$tmp/out" "$tmp/told-1.json"
	say backup --out "$tmp/copies-$1" >/dev/null && say backup --keys --out "$tmp/keys-$1" >/dev/null || fail "$1: backups"
	is_bad '' "$1: with one, and a copy of the keys, it is well"
	touch "$dir/ca/standby"; is_bad 'standby' "$1: a copy that waits for its epoch is not"; rm "$dir/ca/standby"
	"$tamper" "$dir" "DELETE FROM journal_line WHERE seq > 4" >/dev/null
	is_bad '' "$1: copies are a little behind while there is work"
	is "$(bad --now 2026-11-20T09:20:00+09:00 health)" '1 journal backup courier' "$1: those that stay behind are told, and mail that nobody sends"
	is_bad_at 2026-11-18T09:00:00+09:00 'list journal backup keys charter clocks' "$1: so are those of a time to come"
	say mail send >/dev/null
	"$tamper" "$dir" "UPDATE meta SET value = '1 0' WHERE name = 'journal_place'" "DELETE FROM journal_line" >/dev/null
	say sweep >/dev/null; say backup --out "$tmp/copies-$1" >/dev/null; is_bad '' "$1: until they are made again"
	"$akashi" -C "$dir" health --prometheus >"$tmp/metrics"
	is "$(grep -c '^akashi_health_ok{check="list"} 1$' "$tmp/metrics") $(grep -vcE '^(# TYPE akashi_health_[a-z]+ gauge|akashi_health_[a-z]+\{[a-z="_,]+\} -?[0-9]+)$' "$tmp/metrics")" \
		'1 0' "$1: and as metrics"
	say --now 2026-11-20T20:59:00+09:00 health >"$tmp/out"
	is "$("$flat" -a checks check ok <"$tmp/out" | grep ^list)" "list$(printf '\t')true" "$1: a list of almost half a day is good"
	is "$(bad --now 2026-11-20T21:05:00+09:00 health)" '1 list backup clocks' "$1: past half its period it is not, the backup is old, and no clocks were run for half a day"
	say clocks run >/dev/null; say mail send >/dev/null
	cp "$dir/keys/copies" "$tmp/kept"; echo '4102444800 9 /x' >"$dir/run/backup"; echo '9 4102444800' >"$dir/keys/copies"
	is_bad 'list backup keys' "$1: what a clock that was wrong said of 2100 hides nothing"
	"$tamper" "$dir" "UPDATE task SET state = 'waiting', created_at = created_at + 4000000000 WHERE id = 1" >/dev/null
	is_bad 'list queue backup keys' "$1: nor a queue that stopped"
	"$tamper" "$dir" "UPDATE task SET state = 'done', created_at = created_at - 4000000000 WHERE id = 1" >/dev/null; mv "$tmp/kept" "$dir/keys/copies"
	say crl publish >/dev/null; say backup --out "$tmp/copies-$1" >/dev/null
	is_bad '' "$1: the next list, the next backup"
}

watched() { "$akashi" --json watch "$at/ca.crl" --ca "$dir/repository/ca.crt" --charter "$dir/ca/charter.der" --state "$tmp/state" "$@" >"$tmp/out" 2>"$tmp/err"; echo "$? $("$flat" -v 'errors[0].code' <"$tmp/out")"; }
show() { cp "$1/repository/ca.crl" "$1/repository/checkpoint.der" "$tmp/web/"; }
outside() {
	early="--now 2026-11-21T09:00:00+09:00"
	rm -rf "$tmp/state"* "$tmp/other"
	mkdir -p "$tmp/web"; rm -f "$tmp/web/"*
	is "$(watched $early)" '6 outside' "$1: nothing there"
	show "$dir"
	say issue 5 >"$tmp/out" || fail "$1: issued" "$(cat "$tmp/out")"
	say crl publish >/dev/null
	[ "$1" = postgresql ] || cp -r "$dir" "$tmp/other"
	is "$(watched $early)" '0 -' "$1: a list is watched"
	cp "$tmp/out" "$tmp/told-watch.json"
	show "$dir"; is "$(watched $early)" '0 -' "$1: and the next"
	cp "$tmp/web/ca.crl" "$tmp/second.crl"
	say revoke "$(say cert list | "$flat" serial)" --ground 11-4 --key "$(key revocation-1)" --second "$(key revocation-2)" >/dev/null || fail "$1: revoked"
	show "$dir"; is "$(watched $early)" '0 -' "$1: and one with an entry"
	cp "$tmp/web/ca.crl" "$tmp/newest.crl"
	cp "$tmp/second.crl" "$tmp/web/ca.crl"; is "$(watched $early)" '7 watch-number-falls' "$1: an old list in its place is seen"
	cp "$tmp/newest.crl" "$tmp/web/ca.crl"; is "$(watched $early)" '0 -' "$1: the right one is well again"
	is "$(watched --now 2027-02-01T00:00:00+09:00)" '7 watch-late' "$1: one that is late by half its period is told"
	is "$(watched --now 2026-11-20T07:00:00+09:00)" '7 watch-early' "$1: so is one of a time to come, which would be late unseen"
	rm "$tmp/web/checkpoint.der"; is "$(watched $early)" '7 watch-checkpoint' "$1: so is a checkpoint that is gone"
	"$akashi" --json watch "$at/ca.crl" --ca "$dir/repository/ca.crt" --state "$tmp/state" $early >"$tmp/out" 2>"$tmp/err"
	is "$? $("$flat" -v checkpoint <"$tmp/out")" '0 -' "$1: without a charter none is looked at"
	{ head -c -1 "$dir/repository/checkpoint.der"; tail -c 1 "$dir/repository/checkpoint.der" | tr '\000-\377' '\001-\377\000'; } >"$tmp/web/checkpoint.der"
	cp "$tmp/state.checkpoint" "$tmp/anchor"; is "$(watched $early)" '7 watch-checkpoint' "$1: one the signer did not receipt is told"
	cmp -s "$tmp/state.checkpoint" "$tmp/anchor"; is $? 0 "$1: and the one it saw stays"
	show "$dir"
	for file in state state.checkpoint; do
		mv "$tmp/$file" "$tmp/kept"; : >"$tmp/$file"
		is "$(watched $early) $(stat -c %s "$tmp/$file")" '4 watch-state 0' "$1: a $file that was cut is told, not begun anew"
		rm "$tmp/$file"; python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$tmp/$file" # is there, and nobody can open it
		is "$(watched $early)" '6 outside' "$1: a $file that cannot be opened is no reason to remove it"; rm "$tmp/$file"; mv "$tmp/kept" "$tmp/$file"
	done
	cp "$tmp/state" "$tmp/kept"; truncate -s 200M "$tmp/state"
	is "$(ulimit -v 150000; watched $early)" '70 bug' "$1: one there is no memory for is not told broken"; mv "$tmp/kept" "$tmp/state"
	head -c 300 "$tmp/newest.crl" >"$tmp/web/ca.crl"; is "$(watched $early | cut -c1)" 7 "$1: half a list is refused"
	if [ -d "$tmp/other" ]; then # a second signer from before the revocation, with the same key
		"$akashi" -C "$tmp/other" crl publish >/dev/null
		cp "$tmp/other/repository/ca.crl" "$tmp/web/"; is "$(watched $early)" '7 watch-entry-vanished' "$1: another's list of the same number lacks the entry"
		rm -rf "$tmp/state"*; is "$(watched $early)" '0 -' "$1: whoever saw that one first"
		cp "$tmp/newest.crl" "$tmp/web/ca.crl"; is "$(watched $early)" '7 watch-list-changed' "$1: sees the right one change under its number"
		rm -rf "$tmp/state"*; is "$(watched $early)" '0 -' "$1: and begins anew with it"
		"$akashi" -C "$tmp/other" crl publish >/dev/null
		cp "$tmp/other/repository/ca.crl" "$tmp/web/"; is "$(watched $early)" '7 watch-entry-vanished' "$1: so does one of a higher number"
	fi
	show "$dir"; is "$(watched $early)" '0 -' "$1: what is seen stays what it was"
}

port=$("$top/build/tests/printer" -f) at=http://127.0.0.1:$port
mkdir "$tmp/web"
(cd "$tmp/web" && exec python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1) & server=$!
for i in $(seq 200); do curl -so /dev/null "$at/" && break; sleep 0.1; done
for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine health && taken_in "$dir" && approved "$dir" 5 && paid "$dir" 5 && say day open --key "$(key dispatch-1)" >/dev/null || fail "$engine: a service with an order"
	well $engine
	outside $engine
	is "$(bad --now 2026-11-28T21:05:00+09:00 health)" '1 list backup courier clocks' "$engine: a copy of the keys is good for a week"
	is "$(bad --now 2026-11-29T21:05:00+09:00 health)" '1 list backup keys courier clocks' "$engine: after nine days another is due"
	is "$(bad --now 2026-12-20T08:00:00+09:00 health)" '1 list backup keys courier clocks' "$engine: a charter of 30 days is good"
	is "$(bad --now 2026-12-21T21:05:00+09:00 health)" '1 list backup keys charter courier clocks' "$engine: one that ends in less than 10 is told"
	is "$(bad --now 2026-12-27T21:05:00+09:00 health)" '1 list backup keys charter courier clocks' "$engine: after 35 days the copy of the keys is too old as well"
done
documented health "$tmp/told-1.json"
documented watch "$tmp/told-watch.json"
done_testing
