#!/bin/sh
# Lists over two years and more: made day after day, some killed in the middle, certificates revoked and certificates ending
# on the way, beside a reader that fetches without pause. No number falls or comes twice for another list, no entry is
# lost or dated anew, nothing half is ever read. [goals G8] [R-10.13] [RFC5280 5.2.3]
# LONG=1: 400 days, 200 killed, 10,007 revoked; else 20, 8 and 42.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
days=20 kills=8 step=40 revocations=${REVOCATIONS:-36} # of a rest that ends
[ -z "$LONG" ] || { days=400 kills=200 step=2 revocations=${REVOCATIONS:-10000}; }
dir=$tmp/s key=$tmp/s/rehearsal/keys public=$tmp/s/repository/ca.crl
quick_policy "$tmp/policy"
many='2 5 12 53 54 37 72'
begun "$dir" sqlite days --policy "$tmp/policy" && taken_in "$dir" && approved "$dir" $many && paid "$dir" $many &&
	"$akashi" -C "$dir" day open --key "$key/dispatch-1" >/dev/null && "$akashi" -C "$dir" issue $many >/dev/null || fail 'seven certificates'
"$akashi" -C "$dir" --json cert list | "$flat" serial >"$tmp/serials"
"$top/build/tests/preload" "$dir" 2 $((revocations + 20)) 0 2>/dev/null || fail 'and many of two years'
"$akashi" -C "$dir" --json cert list | "$flat" serial | grep -vxFf "$tmp/serials" >"$tmp/rest"
openssl x509 -inform DER -in "$dir/repository/ca.crt" -out "$tmp/ca.pem"

# judged AT FILE: what is wrong with a list beside the one before, which AT.* remember. Entries stand in the order of revocation:
# those of before are the first of the next, to the octet.
judged() {
	times=$((times + 1))
	cp "$2" "$1.crl"; cmp -s "$1.crl" "$1.before" && return
	lists=$((lists + 1))
	openssl crl -inform DER -in "$1.crl" -noout -crlnumber -CAfile "$tmp/ca.pem" >"$1.number" 2>"$1.err" && grep -q 'verify OK' "$1.err" ||
		{ echo "bad: $(wc -c <"$1.crl") octets after list $was, $(tr '\n' ' ' <"$1.err")"; return; }
	number=$(($(sed 's/.*=//' "$1.number")))
	[ $number -gt $was ] || echo "list $number after list $was"
	python3 "$top/tests/crl_entries.py" "$1.crl" >"$1.entries"
	[ $size = 0 ] || cmp -s -n $size "$1.entries" "$1.kept" || echo "list $number lacks an entry of list $was, or gives it another date"
	was=$number size=$(wc -c <"$1.entries"); mv "$1.entries" "$1.kept"; mv "$1.crl" "$1.before"
}
times=0 lists=0 was=0 size=0
(while [ -d "$tmp" ] && [ ! -e "$tmp/stop" ]; do judged "$tmp/seen" "$public"; done; echo "$times $lists" >"$tmp/reads") >"$tmp/wrong-seen" & reader=$!

revoked=0 more=0 killed=0 took=100 most=90
for day in $(seq "$days"); do
	now=$(TZ=Asia/Tokyo date -d "2026-11-20 + $((day * step)) days" +%FT10:00:00+09:00)
	if [ $((day % 3)) = 0 ] && [ $more -lt $revocations ]; then
		some=$(((revocations * 3 - 1) / (days * 9 / 10) + 1)); [ $((more + some)) -le $revocations ] || some=$((revocations - more))
		sed -n "$((more + 1)),$((more + some))p" "$tmp/rest" | "$top/build/tests/revoke_some" "$dir" "$now" >"$tmp/some" 2>>"$tmp/failed" && more=$((more + $(cat "$tmp/some")))
	fi
	if [ $((day % 3)) = 0 ] && [ $revoked -lt 7 ]; then
		revoked=$((revoked + 1))
		"$akashi" -C "$dir" --now "$now" revoke "$(sed -n ${revoked}p "$tmp/serials")" --ground 10-1-2 --key "$key/revocation-1" --second "$key/revocation-2" >/dev/null 2>&1 ||
			echo "$day: revoke" >>"$tmp/failed"
	elif [ $killed -lt $kills ]; then # at some part of the time that a list takes here, an earlier one after a kill that came too late
		setsid "$akashi" -C "$dir" --now "$now" crl publish >/dev/null 2>&1 & run=$!
		sleep_part $((day * 37 % most)) $took
		kill -9 "-$run" 2>/dev/null; wait $run 2>/dev/null
		[ $? = 137 ] && killed=$((killed + 1)) most=90 || most=$((most * 2 / 3 + 1))
	fi
	began=$(date +%s%3N)
	if "$akashi" -C "$dir" --now "$now" crl publish >/dev/null 2>&1; then
		took=$(($(date +%s%3N) - began))
	else
		"$akashi" -C "$dir" --now "$now" crl publish >/dev/null 2>"$tmp/err" || echo "$day: $(cat "$tmp/err")" >>"$tmp/failed"
	fi
	until_true 600 'cmp -s "$public" "$tmp/seen.before"' || echo "$day: nobody read it" >>"$tmp/failed"
done
touch "$tmp/stop"; wait $reader
is $killed $kills 'so many lists are killed in the middle'
is "$(cat "$tmp/failed" 2>/dev/null)" '' "$days days, $((revoked + more)) certificates revoked, $killed lists killed in the middle: the day's list is out"
is $more $revocations 'as many are revoked as were to be'
is "$(cat "$tmp/wrong-seen")" '' 'whoever reads without pause sees whole lists alone; no number falls or is of two lists, no entry goes or gets another date'
read -r reads seen <"$tmp/reads"; [ "$seen" -ge "$days" ] && pass "$seen lists in $reads reads" || fail "$seen lists in $reads reads"
# What is kept, in its order; then the first again after the last, which is wrong in both ways.
kept=$(ls "$dir/ca/crl" | sort -n | sed "s|^|$dir/ca/crl/|")
for list in $kept; do judged "$tmp/kept" "$list"; done >"$tmp/wrong-kept"
is "$(cat "$tmp/wrong-kept") $lists" " $(echo "$kept" | wc -l)" 'nor of what is kept'
is "$(wc -l <"$tmp/kept.kept")" $((revoked + more)) 'the last has all that was revoked'
is "$(judged "$tmp/kept" "$(echo "$kept" | head -1)" | cut -d' ' -f1,3 | tr '\n' ' ')" 'list after list lacks ' 'an older list after it is seen to fall and to lack entries'
is "$("$akashi" -C "$dir" --json --now "$now" audit verify | "$flat" -v broken)" - 'and the journal numbers them without a gap'
ended=$("$akashi" -C "$dir" --json --now "$now" cert list | "$flat" state | grep -c expired)
proved G8 "$days days over $((days * step)), $killed killed in the middle, $((revoked + more)) revoked, $ended certificates ended, $seen lists in $reads reads without pause: 0 gaps, 0 repeats, 0 falls, 0 entries lost or dated anew, 0 half lists"
done_testing
