#!/bin/sh
# Eight applicants at once, each asking until it has its certificate, while the programs of the CA room are killed at random
# times and at last all of them with what started them. After one sweep no certificate is unknown to the journal, none is
# double, every applicant has the one that was issued, and its letters once. [goals G1] [design 3] [R-4.91]
# LONG=1: 2,000 kills; else 200. SEED=N casts other dice.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
. "$top/tests/served.sh"
trap 'serve_stop KILL 2>/dev/null; rm -rf "$tmp"' EXIT
many= seed=${SEED:-20261120} kills=200 lives=8 each=12 killed=0 slowest=0 round=0
[ -z "$LONG" ] || kills=2000
dir=$tmp/s
quick_policy "$tmp/policy"
begun "$tmp/base" sqlite random --policy "$tmp/policy" && taken_in "$tmp/base" || fail 'a service'
# The first eight whose papers, fee and delivery let a certificate be made of them.
for who in 2 5 12 53 54 37 72 23 29 30 38 41 47 49 55; do
	[ "$(echo $many | wc -w)" = 8 ] || { approved "$tmp/base" "$who" && paid "$tmp/base" "$who" && many="$many $who"; }
done 2>/dev/null
is "$(echo $many | wc -w)" 8 'eight orders'
draw() { seed=$(((seed * 1103515245 + 12345) % 2147483648)); drawn=$((seed / 65536 % $1)); }
say() { "$akashi" -C "$dir" --json "$@" 2>/dev/null; }
# One applicant: asks until it is told its number, for ten minutes at most.
applicant() {
	last=$(($(date +%s) + 600))
	while [ "$(date +%s)" -lt $last ]; do
		got=$(say issue "$1" | "$flat" serial | grep -v '^-$') && [ -n "$got" ] && { echo "$1 $got"; return; }
		sleep 0.1
	done
	echo "$1 never"
}
begin() {
	rm -rf "$dir"; cp -a "$tmp/base" "$dir"
	serve_start "$akashi" -C "$dir" serve
	"$akashi" -C "$dir" day open --key "$dir/rehearsal/keys/dispatch-1" >/dev/null || fail 'a print day'
}
# Of those that stand for longer than a moment one, or a keymaker if there is one. It counts while an applicant is left.
kill_one() {
	draw 4; set -- akashi-issuer akashi-signer akashi-key akashi-keymaker; shift "$drawn"
	set -- $(child_named "$1"); [ $# -gt 0 ] || return
	draw $#; shift "$drawn"
	kill -9 "$1" 2>/dev/null && [ -n "$(left "$clients")" ] && killed=$((killed + 1))
}
# One by one, then all at once, or not if it is the last; and it stands again: who was killed often would be started later and later.
life() { # N
	before=$killed
	while [ $((killed - before)) -lt $each ] && [ -n "$(left "$clients")" ]; do
		kill_one
		draw 200; sleep "0.$(printf %03d $((drawn + 20)))"
	done
	draw 2
	[ "$1 $drawn" = "$lives 0" ] || { [ -z "$(left "$clients")" ] || killed=$((killed + 1)); serve_stop KILL; }
	if ! kill -0 "$serve" 2>/dev/null; then
		serve_start "$akashi" -C "$dir" serve
		[ $took -le $slowest ] || slowest=$took
	fi
}
round() {
	: >"$tmp/told"
	begin; clients=
	for who in $many; do applicant "$who" >>"$tmp/told" & clients="$clients $!"; done
	for life in $(seq $lives); do [ -z "$(left "$clients")" ] || life "$life"; done
	wait $clients
	say sweep >"$tmp/swept" || echo "round $round: sweep: $(cat "$tmp/swept")"
	say sweep >"$tmp/swept"; [ $? -le 1 ] || echo "round $round: a second sweep: $(cat "$tmp/swept")"
	"$flat" difference <"$tmp/swept" | grep -v stray-file
	say cert list | "$flat" dossier serial | tr '\t' ' ' | sort >"$tmp/are"
	sort "$tmp/told" | diff - "$tmp/are"
	[ "$(cut -d' ' -f2 "$tmp/are" | sort -u | wc -l)" = 8 ] || echo "round $round: $(cat "$tmp/are")"
	say audit verify >"$tmp/audit" || cat "$tmp/audit"
	say letter print | "$flat" dossier letter | sort >"$tmp/letters"
	[ "$(sort -u "$tmp/letters" | wc -l) $(wc -l <"$tmp/letters")" = '16 16' ] || echo "round $round: letters: $(tr '\n' ' ' <"$tmp/letters")"
	serve_stop KILL
}
while [ $killed -lt $kills ] && [ $round -lt $kills ]; do
	round=$((round + 1))
	{ round; } >>"$tmp/wrong" 2>"$tmp/said" # the shell says there whom it saw killed
done
is "$(cat "$tmp/wrong")" '' "$killed kills in $round rounds of eight applicants: after one sweep each has its one certificate, its letters once"
[ $slowest -lt 5000 ] && pass "all killed, it stands again within five seconds ($slowest ms)" || fail "all killed, it stands again within five seconds" "$slowest ms"
[ $killed -ge $kills ] && pass "$kills kills" || fail "$kills kills" "$killed"
proved G1 "$killed kills at random times under 8 applicants ($round rounds, seed ${SEED:-20261120}): 0 certificates unknown to the journal, 0 unresolved after one sweep, 0 letters twice, again there within $slowest ms"
done_testing
