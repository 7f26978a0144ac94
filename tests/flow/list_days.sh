#!/bin/sh
# Lists over two years and more: made day after day, some killed in the middle, certificates revoked and certificates ending
# on the way, beside a reader that fetches without pause. No number falls or comes twice for another list, no entry is
# lost or dated anew, nothing half is ever read. [goals G8] [R-10.13] [RFC5280 5.2.3]
# LONG=1: 400 days, 200 killed; else 20 and 8.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
days=20 kills=8 step=40
[ -z "$LONG" ] || { days=400 kills=200 step=2; }
dir=$tmp/s key=$tmp/s/rehearsal/keys public=$tmp/s/repository/ca.crl
cp -r "$top/policy" "$tmp/policy"; sed -i 's/key_bits: 3072/key_bits: 2048/' "$tmp/policy/profiles.yaml"
many='2 5 12 53 54 37 72'
begun "$dir" sqlite days --policy "$tmp/policy" && taken_in "$dir" && approved "$dir" $many && paid "$dir" $many &&
	"$akashi" -C "$dir" day open --key "$key/dispatch-1" >/dev/null && "$akashi" -C "$dir" issue $many >/dev/null || fail 'seven certificates'
"$akashi" -C "$dir" --json cert list | "$flat" serial >"$tmp/serials"
openssl x509 -inform DER -in "$dir/repository/ca.crt" -out "$tmp/ca.pem"

# What a reader saw: "NUMBER DIGEST SERIAL=DATE..." a line each, or "bad" and why.
one_list() {
	openssl crl -inform DER -in "$1" -noout -text -CAfile "$tmp/ca.pem" >"$1.text" 2>"$1.err" && grep -q 'verify OK' "$1.err" || { echo "bad: $(wc -c <"$1") octets, $(tr '\n' ' ' <"$1.err")"; return; }
	awk -v digest="$(sha256sum <"$1" | cut -c1-16)" '/X509v3 CRL Number/ { getline; number = $1 } /Serial Number:/ { serial = $3 }
		/Revocation Date:/ { sub(/.*Date: /, ""); gsub(/ /, "_"); all = all " " serial "=" $0 } END { print number, digest all }' "$1.text"
}
(while [ ! -e "$tmp/stop" ]; do cp "$public" "$tmp/seen.crl" && one_list "$tmp/seen.crl"; done >"$tmp/seen") & reader=$!

revoked=0 killed=0 took=100
for day in $(seq "$days"); do
	now=$(TZ=Asia/Tokyo date -d "2026-11-20 + $((day * step)) days" +%FT10:00:00+09:00)
	if [ $((day % 3)) = 0 ] && [ $revoked -lt 7 ]; then
		revoked=$((revoked + 1))
		"$akashi" -C "$dir" --now "$now" revoke "$(sed -n ${revoked}p "$tmp/serials")" --ground 10-1-2 --key "$key/revocation-1" --second "$key/revocation-2" >/dev/null 2>&1 ||
			echo "$day: revoke" >>"$tmp/failed"
	elif [ $killed -lt $kills ]; then # at some part of the time that a list takes here
		setsid "$akashi" -C "$dir" --now "$now" crl publish >/dev/null 2>&1 & run=$!
		sleep "$(printf '%d.%03d' $((took * (day * 37 % 90) / 100000)) $((took * (day * 37 % 90) / 100 % 1000)))"
		kill -9 "-$run" 2>/dev/null; wait $run 2>/dev/null
		[ $? != 137 ] || killed=$((killed + 1))
	fi
	began=$(date +%s%3N)
	"$akashi" -C "$dir" --now "$now" crl publish >/dev/null 2>&1 || "$akashi" -C "$dir" --now "$now" crl publish >/dev/null 2>"$tmp/err" ||
		echo "$day: $(cat "$tmp/err")" >>"$tmp/failed"
	took=$(($(date +%s%3N) - began))
done
touch "$tmp/stop"; wait $reader
is $killed $kills 'so many lists are killed in the middle'
is "$(cat "$tmp/failed" 2>/dev/null)" '' "$days days, $revoked certificates revoked, $killed lists killed in the middle: the day's list is out"
is "$(grep "^bad" "$tmp/seen" | sort | uniq -c) $(awk 'END { print (NR > 20) }' "$tmp/seen")" ' 1' 'whoever reads without pause sees whole lists alone'
# Published lists in their order: each number more than the one before, each entry of before with its own date.
for list in $(ls "$dir/ca/crl" | sort -n); do cp "$dir/ca/crl/$list" "$tmp/kept.crl"; one_list "$tmp/kept.crl"; done >"$tmp/all"
is "$(grep -c "^bad" "$tmp/all")" 0 'every list that is kept verifies'
cat >"$tmp/follows" <<'A'
{ number = $1; if (was != "" && number < was) print "falls", was, number
  if (was == number && digest != $2) print "twice", number
  split("", have); for (i = 3; i <= NF; i++) have[$i] = 1
  if (was != number) for (e in before) if (!(e in have)) print number, "lacks", e
  split("", before); for (e in have) before[e] = 1; was = number; digest = $2 }
A
is "$(awk -f "$tmp/follows" "$tmp/seen")" '' 'of what was read no number falls, none is of two lists, no entry goes or gets another date'
is "$(awk -f "$tmp/follows" "$tmp/all")" '' 'nor of what is kept'
is "$(tail -1 "$tmp/all" | wc -w)" $((revoked + 2)) 'the last has all that was revoked'
is "$("$akashi" -C "$dir" --json --now "$now" audit verify | "$flat" -v broken)" - 'and the journal numbers them without a gap'
ended=$("$akashi" -C "$dir" --json --now "$now" cert list | "$flat" state | grep -c expired)
proved G8 "$days days over $((days * step)), $killed killed in the middle, $revoked revoked, $ended certificates ended, $(wc -l <"$tmp/seen") lists read without pause: 0 gaps, 0 repeats, 0 falls, 0 entries lost or dated anew, 0 half lists"
done_testing
