#!/bin/sh
# The other issuer revokes and publishes while keys are made and an order is on its way: it is issued all the same, of many none is lost, and only a
# log that is really another stops issuing (tests/flow/start_refused.sh). On both engines. [R-4.91] [design 4]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
. "$top/tests/served.sh"
# each FROM HOW [COUNT]: of 150 orders, or so many, each is told once, as issued, and none has the serial of another.
each() {
	many_are=${3:-150}
	"$akashi" -C "$many" --json issue $(seq "$1" $(($1 + many_are - 1))) >"$tmp/out" 2>"$tmp/err"
	is "$? $("$flat" dossier result <"$tmp/out" | sort -u | cut -f2 | uniq -c | xargs) $("$flat" serial <"$tmp/out" | sort -u | wc -l) $("$flat" dossier <"$tmp/out" | wc -l)" \
		"0 $many_are issued $many_are $many_are" "of $many_are orders each is told once, $2"
}
# The signer falls again and again while they are on their way: asked for until each is issued, none waits for one that is gone.
falls() { # FROM
	before= fell=0 began=$(date +%s)
	for i in $(seq 20); do "$akashi" -C "$many" --json issue $(seq "$1" $(($1 + 599))) >"$tmp/asked" 2>"$tmp/err" && break; echo again; done >"$tmp/again" & asks=$!
	while [ -n "$(left "$asks")" ] && [ $fell -lt 12 ]; do
		[ $((fell % 4)) = 3 ] || sleep "0.0$((fell % 9 + 1))" # now and then the next one as soon as it stands
		signer=$(child_named akashi-signer)
		[ "$signer" = "$before" ] || { kill -9 $signer 2>/dev/null && fell=$((fell + 1)) before=$signer; }
	done
	wait $asks
	is "$((fell > 5)) $(($(date +%s) - began < 60))" '1 1' "the signer falls while 600 are on their way ($fell times), and nobody waits for it" || cat "$tmp/again" "$tmp/err"
	each "$1" 'where the signer fell' 600
	"$akashi" -C "$many" --json sweep >"$tmp/out" 2>"$tmp/err"
	is "$? $("$flat" difference <"$tmp/out" | grep -v stray-file | xargs)" '0 ' 'and neither book is without the other'
}
# The key's agent falls: what stands in the way of the next orders is over as soon as it stands again.
key_falls() { # FROM
	fallen=$(child_named akashi-key)
	kill -9 $fallen
	until_true 100 '[ -z "$(left "$fallen")" ] && [ "$(child_named akashi-key | wc -l)" = '"$(echo "$fallen" | wc -l)"' ]'
	"$akashi" -C "$many" --json issue $(seq "$1" $(($1 + 149))) >"$tmp/out" 2>"$tmp/err"
	is "$(($? % 75)) $("$flat" code <"$tmp/out" | sort -u | grep -vcE '^(-|signer-key-away|issue-held)$')" '0 0' "the key's agent fell: done, or later"
	each "$1" "once the key's agent stands again"
}
# Of many orders, in several requests, the first request is overtaken, and the one behind it; others are asked for by the command.
of_many() {
	many=$tmp/many
	cp -r "$1" "$many" && first=$("$top/build/tests/orders" "$many" 2 1350 keys) || fail '1,350 orders more'
	"$top/build/tests/overtaken" "$many" "$first" 150 2>"$tmp/err" >"$tmp/out"
	is "$? $(cut -d' ' -f1 "$tmp/out" | sort | uniq -c | xargs)" '0 150 done' 'of 150 orders none is lost where two requests were overtaken'
	is "$(cut -d' ' -f2 "$tmp/out" | sort -u | wc -l)" 150 'each has its serial'
	is "$("$akashi" --json -C "$many" cert list | "$flat" dossier serial | cut -f1 | sort -u | wc -l)" 150 'and one certificate'
	each $((first + 150)) 'alone'
	"$top/build/tests/overtaken" "$many" $((first + 1200)) 150 falls 5 2>"$tmp/err" >"$tmp/out"
	is "$? $(cut -d' ' -f1 "$tmp/out" | sort | uniq -c | xargs)" '0 150 done' 'a BOOKED outlives five roads to the signer'
	"$akashi" -C "$many" --json sweep >"$tmp/out" 2>"$tmp/err"
	is "$? $("$flat" difference <"$tmp/out" | xargs)" '0 ' 'and the signer has been told of each'
	serve_start "$akashi" -C "$many" serve
	each $((first + 300)) 'beside programs that stand'
	each $((first + 150)) 'and again, what was issued already'
	falls $((first + 450))
	key_falls $((first + 1050))
	serve_stop TERM
}
# Answers of which not so many as travel together find room: the next ask for fewer, and the key signs few of them twice.
large() {
	many=$tmp/large
	quick_policy "$tmp/large-policy" && sed -i 's/\(ca_key_bits\), value: "2048"/\1, value: "4096"/' "$tmp/large-policy/settings.yaml"
	begun "$many" sqlite large --policy "$tmp/large-policy" && taken_in "$many" && approved "$many" 2 && paid "$many" 2 &&
		"$akashi" -C "$many" day open --key "$many/rehearsal/keys/dispatch-1" >/dev/null &&
		first=$("$top/build/tests/orders" "$many" 2 300 keys) || fail '300 orders under a key of 4096 bits'
	used=$(grep -c INTENT "$many/keys/ca.log")
	each "$first" 'whose answers are large' 300
	twice=$(($(grep -c INTENT "$many/keys/ca.log") - used - 300))
	is "$((twice > 0)) $((twice < 20))" '1 1' "of those the key signed few twice ($twice)"
}
# Two orders past their last day, which another issuer takes as the first is refused: it alone may end the second's edition.
of_another() {
	late=$tmp/late
	cp -r "$dir" "$late" && first=$("$top/build/tests/orders" "$late" 2 2 keys) || fail 'two orders more'
	"$top/build/tests/overtaken" "$late" "$first" 2 2026-12-25T10:00:00+09:00 2>"$tmp/err" >"$tmp/out"
	is "$? $(awk '{ print $1, $2 }' "$tmp/out" | xargs)" '0 refused order-last-day edition expired edition open' 'whoever lost a task to another ends no edition' || cat "$tmp/err" "$tmp/out"
}
for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine overtaken && taken_in "$dir" && approved "$dir" 2 && paid "$dir" 2 || fail "$engine: an order"
	"$akashi" -C "$dir" day open --key "$(key dispatch-1)" >/dev/null || fail "$engine: a print day"
	[ $engine = postgresql ] || { of_many "$dir"; of_another; large; }
	"$top/build/tests/overtaken" "$dir" 2 >"$tmp/out" 2>"$tmp/err"
	is "$? $(cut -d' ' -f1 "$tmp/out")" '0 done' "$engine: an order whose head was overtaken twice is issued"
	is "$("$akashi" --json -C "$dir" cert list | "$flat" dossier serial | cut -f2)" "$(cut -d' ' -f2 "$tmp/out")" "$engine: as one certificate"
	"$akashi" --json -C "$dir" audit verify >"$tmp/audit.json"
	is "$? $("$flat" -v ok <"$tmp/audit.json")" '0 true' "$engine: and both books are whole"
done
done_testing
