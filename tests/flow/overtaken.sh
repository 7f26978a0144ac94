#!/bin/sh
# The other issuer revokes and publishes while keys are made and an order is on its way: it is issued all the same, of many none is lost, and only a
# log that is really another stops issuing (tests/flow/start_refused.sh). On both engines. [R-4.91] [design 4]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
. "$top/tests/served.sh"
# each FROM: of 110 orders each is told once, as issued, and none has the serial of another.
each() {
	"$akashi" -C "$many" --json issue $(seq "$1" $(($1 + 109))) >"$tmp/out" 2>"$tmp/err"
	is "$? $("$flat" dossier result <"$tmp/out" | sort -u | cut -f2 | uniq -c | xargs) $("$flat" serial <"$tmp/out" | sort -u | wc -l) $("$flat" dossier <"$tmp/out" | wc -l)" \
		'0 110 issued 110 110' "of 110 orders each is told once, $2"
}
# Of many orders, in several requests, the first request is overtaken; others are asked for by the command.
of_many() {
	many=$tmp/many
	cp -r "$1" "$many" && first=$("$top/build/tests/orders" "$many" 2 330 keys) || fail '330 orders more'
	"$top/build/tests/overtaken" "$many" "$first" 110 2>"$tmp/err" >"$tmp/out"
	is "$? $(cut -d' ' -f1 "$tmp/out" | sort | uniq -c | xargs)" '0 110 done' 'of 110 orders none is lost where the first request was overtaken'
	is "$(cut -d' ' -f2 "$tmp/out" | sort -u | wc -l)" 110 'each has its serial'
	is "$("$akashi" --json -C "$many" cert list | "$flat" dossier serial | cut -f1 | sort -u | wc -l)" 110 'and one certificate'
	each $((first + 110)) 'alone'
	serve_start "$akashi" -C "$many" serve
	each $((first + 220)) 'beside programs that stand'
	each $((first + 110)) 'and again, what was issued already'
	serve_stop TERM
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
	[ $engine = postgresql ] || { of_many "$dir"; of_another; }
	"$top/build/tests/overtaken" "$dir" 2 >"$tmp/out" 2>"$tmp/err"
	is "$? $(cut -d' ' -f1 "$tmp/out")" '0 done' "$engine: an order whose head was overtaken twice is issued"
	is "$("$akashi" --json -C "$dir" cert list | "$flat" dossier serial | cut -f2)" "$(cut -d' ' -f2 "$tmp/out")" "$engine: as one certificate"
	"$akashi" --json -C "$dir" audit verify >"$tmp/audit.json"
	is "$? $("$flat" -v ok <"$tmp/audit.json")" '0 true' "$engine: and both books are whole"
done
done_testing
