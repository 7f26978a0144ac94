#!/bin/sh
# After hand-over nothing that runs holds a PIN, a password or what a package holds: the memory of every program of a
# service that stands is looked through, with its files, its spool, its logs and its store. [goals G12] [R-4.96] [R-4.97]
# The demo (tests/flow/demo.sh) looks through every copy of the store there ever was.
# LONG=1: 1,000 issuances, 100 in each of ten services, all with every key of theirs; else 4 in one.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
. "$top/tests/served.sh"
. "$top/tests/engine.sh"
[ "$(id -u)" = 0 ] || { echo 'memory of other programs is read by root: start this test as root'; exit 2; }
trap 'serve_stop KILL 2>/dev/null; rm -rf "$tmp"' EXIT
opens=$top/build/tests/opens image=$top/build/tests/image
most=4 rounds=1
[ -z "$LONG" ] || { most=100 rounds=${ROUNDS:-10}; }
# Of registered mail, by its route, its check digit with it.
tracking() { [ "$1" = honnin ] && ten=1 || ten=3; ten=$ten$(printf '%09d' "$2"); echo "$ten$((ten % 7))"; }
backed_up() { "$akashi" -C "$dir" backup --out "$tmp/copies" >/dev/null && "$akashi" -C "$dir" backup --keys --out "$tmp/keys" >/dev/null || fail 'backups'; }

handed_over() {
	dir=$tmp/s$round many=; key=$dir/rehearsal/keys
	begun "$dir" sqlite "images$round" && taken_in "$dir" || fail 'a service'
	for who in 2 5 12 53 54 37 72 23 29 30 38 41 47 49 55; do
		[ "$(echo $many | wc -w)" = 4 ] || { approved "$dir" "$who" && paid "$dir" "$who" && many="$many $who"; }
	done 2>/dev/null
	serve_start "$akashi" -C "$dir" serve
	"$akashi" -C "$dir" day open --key "$key/dispatch-1" >/dev/null || fail 'a print day'
	[ $most = 4 ] || { first=$("$top/build/tests/orders" "$dir" 2 $((most - 4))) && many="$many $(echo $(seq "$first" $((first + most - 5))))"; } || fail 'and copies of one'
	"$akashi" -C "$dir" issue $many >/dev/null; is $? 0 "issued: $(echo $many | wc -w)"
	backed_up; sqlite3 "$dir/store/akashi.db" .dump >"$tmp/before.dump"
	sqlite3 "$dir/keys/keys.db" .dump >>"$tmp/before.dump"
	"$akashi" -C "$dir" --json letter print | "$flat" letter envelope dossier route >"$tmp/letters"
	is "$(wc -l <"$tmp/letters")" $((most * 2)) 'two letters each'
	for f in "$dir"/rehearsal/letters/*.json; do echo "$("$flat" -v letter <"$f") $("$flat" -v code <"$f")"; done >"$tmp/codes"
	number=0
	while read -r letter envelope who route; do
		"$akashi" -C "$dir" letter done "$envelope" >/dev/null || echo "$envelope"
		number=$((number + 1))
		"$akashi" -C "$dir" dispatch "$who" --letter "$letter" --envelope "$envelope" --tracking "$(tracking "$route" $number)" >/dev/null || echo "$who $letter"
	done <"$tmp/letters" >"$tmp/wrong"
	is "$(cat "$tmp/wrong")" '' 'each is printed and sent'
	"$akashi" -C "$dir" day close --key "$key/dispatch-1" >/dev/null; is $? 0 'the print day is closed: handed over'

	all=$(left "$serve $(below "$serve")")
	"$image" $all >"$tmp/images"; is "$? $(($(wc -c <"$tmp/images") > 1000000))" '0 1' "the memory of $(echo $all | wc -w) programs is read"
	backed_up; sqlite3 "$dir/store/akashi.db" .dump >"$tmp/after.dump"
	sqlite3 "$dir/keys/keys.db" .dump >>"$tmp/after.dump"
	sort -u "$tmp/before.dump" "$tmp/after.dump" >"$tmp/all.dump"
	find "$dir" "$tmp/copies" "$tmp/keys" -path "$dir/rehearsal" -prune -o -type f -print >"$tmp/files"
	cut -d' ' -f2 "$tmp/codes" >"$tmp/words"; tr -d - <"$tmp/words" >"$tmp/joined"; cat "$tmp/joined" >>"$tmp/words"

	# The plant: a program that remembers.
	code=$(head -1 "$tmp/words")
	REMEMBERED=$code sleep 60 & plant=$!
	sleep 0.2; "$image" $plant >"$tmp/plant"; kill $plant; wait $plant 2>/dev/null
	is "$(grep -acF -f "$tmp/words" "$tmp/plant" | awk '{ print ($1 > 0) }')" 1 'a code in the memory of a program is found'
	is "$(grep -acF -f "$tmp/words" "$tmp/images")" 0 'no PIN and no password is in the memory of any'
	tr '\n' '\0' <"$tmp/files" | xargs -0 "$opens" "$dir" "$tmp/codes" "$tmp/all.dump" "$tmp/images" >"$tmp/found" 2>&1
	is "$? $(awk '/packages/ { print $1 }' "$tmp/found") $(grep 'a .* stands there' "$tmp/found")" "0 $most " \
		'nor anything a package holds, there, in files, spool, logs, backups, or in the store before and after'
	is "$(find "$tmp" -name 'core*' -type f | wc -l)" 0 'and no core is left'
	serve_stop TERM; rm -rf "$tmp/copies" "$tmp/keys"
	programs=$(echo $all | wc -w) bytes=$((bytes + $(wc -c <"$tmp/images"))) files=$((files + $(wc -l <"$tmp/files"))) handed=$((handed + most)) codes=$((codes + $(wc -l <"$tmp/codes")))
}

bytes=0 files=0 handed=0 codes=0
for round in $(seq $rounds); do handed_over; done
proved G12 "$handed issuances handed over, $programs programs in memory ($((bytes / 1048576)) MB), $files files and backups, the store before and after: 0 hits of $codes codes and $handed packages"
done_testing
