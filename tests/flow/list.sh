#!/bin/sh
# Lists: number + 1, old ones kept, readers never see half of one, a refused publication leaves the old. [R-10.13]
. "$(dirname "$0")/../tap.sh"
number() { openssl crl -inform DER -in "$1" -noout -crlnumber 2>/dev/null | sed 's/.*0x//'; }
for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine list || fail "$engine: a service begins"
	public=$dir/repository/ca.crl
	is "$(number "$public") $(ls "$dir/ca/crl")" '01 1.crl' "$engine: the CA certificate brings list 1"
	openssl x509 -inform DER -in "$dir/repository/ca.crt" -out "$tmp/ca.pem"
	# a reader without pause beside ten publications (cat: it opens once, where cp looks twice and refuses)
	(i=0; bad=0; while [ ! -e "$tmp/stop" ]; do
		cat "$public" >"$tmp/seen.crl" && openssl crl -inform DER -in "$tmp/seen.crl" -noout -CAfile "$tmp/ca.pem" 2>/dev/null || bad=$((bad + 1))
		i=$((i + 1)); done; echo "$bad $((i > 5))" >"$tmp/read") &
	for want in 2 3 4 5 6 7 8 9 10 11; do "$akashi" -C "$dir" crl publish >/dev/null || echo "$want" >>"$tmp/missed"; done
	touch "$tmp/stop"; wait; rm -f "$tmp/stop"
	is "$(cat "$tmp/read" "$tmp/missed" 2>/dev/null)" '0 1' "$engine: ten publications, no reader saw a broken list"
	is "$(number "$public") $(ls "$dir/ca/crl" | wc -l)" '0B 11' "$engine: each number one more, all lists kept"
	for one in "$dir"/ca/crl/*.crl; do openssl crl -inform DER -in "$one" -noout -CAfile "$tmp/ca.pem" 2>&1; done | grep -vc '^verify OK' >"$tmp/bad"
	is "$(cat "$tmp/bad")" 0 "$engine: every kept list verifies under the CA"
	# a refused publication
	cp "$public" "$tmp/before.crl"
	mv "$dir/ca/crl" "$dir/ca/crl.kept"; touch "$dir/ca/crl"
	"$akashi" -C "$dir" crl publish >/dev/null 2>"$tmp/err"
	is "$? $(wc -l <"$tmp/err")" '75 1' "$engine: a publication that cannot be stored is refused with a sentence"
	cmp -s "$public" "$tmp/before.crl" && pass "$engine: the old list stays" || fail "$engine: the old list stays"
	rm "$dir/ca/crl"; mv "$dir/ca/crl.kept" "$dir/ca/crl"
	"$akashi" -C "$dir" crl publish >/dev/null
	is "$? $(( 0x$(number "$public") > 11 ))" '0 1' "$engine: the next one goes on with a higher number"
	# another's signer has the journal
	flock "$dir/ca/journal/lock" "$akashi" -C "$dir" --json crl publish >"$tmp/out" 2>/dev/null
	is "$? $("$flat" -a errors code <"$tmp/out")" '75 signer-busy' "$engine: a busy signer is told by its own row"
	"$akashi" -C "$dir" --json crl publish | "$flat" -v number >"$tmp/n"
	is "$(printf '%X' "$(cat "$tmp/n")")" "$(number "$public" | sed 's/^0*//')" "$engine: the command tells the number it published"
done
done_testing
