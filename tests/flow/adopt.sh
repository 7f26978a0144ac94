#!/bin/sh
# A CA that "openssl ca" kept, and one of GnuTLS, move in: every entry of the last list byte for byte on the next, whose number goes on,
# old numbers never given again and revocable, one that does not fit refused by name, fallen at every point; on both engines. LONG=1: every
# point, and a million certificates. [R-4.91] [R-10.13] [R-10.15] [R-0.6] [RFC5280 5.1.2.5] [RFC5280 5.2.3] [RFC5280 5.2.5] [RFC5280 5.3]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
. "$top/tests/old_ca.sh"
old=$tmp/old at=2026-11-20T09:00:00+09:00
say() { "$akashi" -C "$dir" --json "$@" >"$tmp/out" 2>"$tmp/err"; }
number() { openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -crlnumber | sed 's/.*0x0*//'; }
entries() { python3 "$top/tests/crl_entries.py" "$1" | sort; }
: >"$tmp/none"
# begins DIR CA KEY [OPTION...]: a rehearsal with charter 1, into which that CA is to move.
begins() {
	dir=$1 begins_ca=$2 begins_key=$3; shift 3
	"$akashi" --json --now $at init "$dir" --rehearsal --adopt "$begins_ca" --ca-key "$begins_key" --ca-passphrase-file "$tmp/none" "$@" >"$tmp/out" 2>"$tmp/err" &&
		"$akashi" -C "$dir" policy adopt >/dev/null && { "$akashi" -C "$dir" charter sign --key "$(key custodian-1)" >/dev/null 2>&1
		"$akashi" -C "$dir" charter sign --key "$(key custodian-2)" >/dev/null; }
}
adopt() { say ca adopt --certificate "${1:-$old/ca.crt}" --crl "${2:-$old/ca.crl}" --index "${3:-$old/index.txt}"; }
certify() { say ca certify --key "$(key "custodian-$1")"; }

old_ca "$old" 3072 || fail 'a CA of before' "$(cat "$old/openssl.log")"
old_ca "$tmp/other" 2048 || fail 'another'

# Its key comes into our custody.
take() { rm -f "$tmp/k" "$tmp/k.pub"; "$akashi" --json key new "$tmp/k" --for ca --rehearsal "$@" >"$tmp/out" 2>"$tmp/err"; }
printf 'the old words' >"$tmp/words"; printf 'not the words' >"$tmp/not-words"
openssl pkcs8 -topk8 -in "$old/ca.key" -out "$tmp/locked.pem" -passout "file:$tmp/words"
openssl pkcs8 -topk8 -in "$old/ca.key" -outform DER -out "$tmp/locked.der" -passout "file:$tmp/words"
openssl pkcs8 -topk8 -nocrypt -in "$old/ca.key" -outform DER -out "$tmp/open.der"
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$tmp/ec.pem" 2>/dev/null
spki=$(openssl pkey -in "$old/ca.key" -pubout -outform DER | od -An -v -tx1 | tr -d ' \n')
half() { cut -d' ' -f6 "$tmp/k.pub" | head -1; }
take --from "$tmp/locked.pem" --from-passphrase-file "$tmp/words"; is "$? $(half)" "0 $spki" 'a key of before is taken in, PEM under its words'
take --from "$tmp/locked.der" --from-passphrase-file "$tmp/words"; is "$? $(half)" "0 $spki" 'and DER'
take --from "$tmp/open.der"; is "$? $(half)" "0 $spki" 'and in the clear'
take --from "$tmp/locked.pem" --from-passphrase-file "$tmp/not-words"; is "$(why $?) $(ls "$tmp"/k* 2>/dev/null)" '4 rsa-form ' 'not under other words: no file is made'
take --from "$tmp/locked.pem"; is "$(why $?)" '4 rsa-form' 'nor without'
take --from "$tmp/ec.pem"; is "$(why $?)" '4 rsa-form' 'nor one of another kind'
take --from-passphrase-file "$tmp/words"; is "$(why $?)" '2 usage' 'words without a key'
take --from "$old/ca.key" --token t --module m; is "$(why $?)" '2 usage' 'a key does not go into a token'
take --from "$tmp/other/ca.key" && mv "$tmp/k" "$tmp/other-k" && mv "$tmp/k.pub" "$tmp/other-k.pub"
take --from "$old/ca.key"

# The first line says which CA moves in.
made() { "$akashi" --json --now $at init "$tmp/x" --rehearsal "$@" >"$tmp/out" 2>"$tmp/err"; rc=$?; [ ! -e "$tmp/x" ] || rc="$rc left"; rm -rf "$tmp/x"; }
made --adopt "$old/ca.crt"; is "$(why "$rc")" '2 usage' 'a rehearsal needs the key of the CA that moves in'
made --adopt "$old/good.crt" --ca-key "$tmp/k" --ca-passphrase-file "$tmp/none"; is "$(why "$rc")" '4 cert-form' 'a certificate that is no CA is not one'
made --adopt "$old/ca.key" --ca-key "$tmp/k" --ca-passphrase-file "$tmp/none"; is "$(why "$rc")" '2 bundle-file' 'nor is a file of another kind'
(old_mark=; old_ca "$tmp/real" 2048) || fail 'a CA without the mark' "$(tail -3 "$tmp/real/openssl.log")"
made --adopt "$tmp/real/ca.crt" --ca-key "$tmp/k" --ca-passphrase-file "$tmp/none"; is "$(why "$rc")" '4 adopt-mark' 'a real CA does not move into a rehearsal'
begun "$tmp/own" sqlite own >/dev/null && dir=$tmp/own && adopt; is "$(why $?)" '4 adopt-not' 'none moves into a service that has its own'

# What does not fit is refused by name, and changes nothing.
begins "$tmp/refused" "$old/ca.crt" "$tmp/k" || fail 'a service begins' "$(cat "$tmp/err")"
before=$("$akashi" -C "$dir" --json audit verify | "$flat" -v events)
certify 1; is "$(why $?)" '4 ca-not-drafted' 'custodians sign what was drafted'
# with CHANGE WANT NAME: on a copy of the old CA, in $c.
c=$tmp/changed
with() {
	rm -rf "$c"; cp -r "$old" "$c"
	eval "$1" || fail "$3: it was changed" "$(tail -3 "$c/openssl.log")"
	adopt "$c/ca.crt" "$c/ca.crl" "$c/index.txt"; is "$(why $?)" "$2" "$3"
}
row() { awk -F'\t' -v OFS='\t' -v n="$1" '$6 ~ "CN=" n "$" { '"$2"' } 1' "$old/index.txt" >"$c/index.txt"; }
with 'cp "$tmp/other/ca.crt" "$c/"' '4 adopt-certificate' 'another CA'
with 'cp "$tmp/other/ca.crl" "$c/"' '4 crl-authority-key' 'the list of another CA of that name'
with 'openssl crl -in "$old/ca.crl" -outform DER -out "$c/x" && printf "\0" | dd of="$c/x" bs=1 seek=$(($(stat -c %s "$c/x") - 1)) conv=notrunc 2>/dev/null && mv "$c/x" "$c/ca.crl"' '4 crl-signature' 'a list with another signature'
with 'sed -i "/^crlnumber/d" "$c/ca.cnf" && old_list "$c" 2A' '4 crl-number' 'a list without a number'
with 'old_list "$c" 4000000000000001' '4 adopt-list-number' 'a number behind which there are none'
with 'old_openssl "$c" ca -gencrl -out ca.crl -crl_lastupdate 20261110000000Z -crl_nextupdate 20261117000000Z' '4 adopt-list-times' 'a list that is not the last'
with 'old_openssl "$c" ca -gencrl -out ca.crl -crl_lastupdate 20261121000000Z -crl_nextupdate 20261127000000Z' '4 adopt-list-times' 'a list of tomorrow'
with 'printf "issuingDistributionPoint = critical, @part\n[part]\nonlyuser = TRUE\n" >>"$c/ca.cnf" && old_list "$c" 2A' '4 adopt-list-part' 'a list of a part'
with 'row plain "\$3 = \"250301000000Z,removeFromCRL\"" && old_list "$c" 2A' '4 adopt-entry' 'an entry that takes one back'
with 'row good "\$1 = \"R\"; \$3 = \"250301000000Z\""' '4 adopt-missing' 'an index that is newer than the list'
with 'row key "\$1 = \"V\"; \$3 = \"\""' '4 adopt-unknown' 'an index that is older than the list'
with 'grep -v CN=hold "$old/index.txt" >"$c/index.txt"' '4 adopt-unknown' 'one that lacks a certificate of the list'
with 'row key "\$3 = \"250302000002Z,keyCompromise\""' '4 adopt-differs' 'another moment'
with 'row key "\$3 = \"250302000001Z,superseded\""' '4 adopt-differs' 'another reason'
with 'row since "\$3 = \"250304000000Z,keyTime,20250101123457Z\""' '4 adopt-differs' 'another moment since when'
with 'grep CN=good\$ "$old/index.txt" >>"$c/index.txt"' '4 adopt-twice' 'a number that is there twice'
with 'row good "\$4 = \"-01\""' '4 index-serial' 'a number below zero'
with 'row good "\$4 = \"00\""' '4 index-serial' 'a zero'
with 'row good "\$4 = \"80\" \"00000000000000000000000000000000000000\""' '4 index-serial' 'a number of more than 20 octets'
with 'row good "\$4 = \"XY\""' '4 index-serial' 'one that is none'
with 'row good "\$1 = \"X\""' '4 index-state' 'a state that there is not'
with 'row good "\$2 = \"3001010000Z\""' '4 index-form' 'an end that is no time'
with 'row key "\$3 = \"250302000001Z,because\""' '4 index-form' 'a reason that there is not'
with 'row good "\$3 = \"250302000001Z\""' '4 index-form' 'a good one that was revoked'
with 'printf "V\t300101000000Z" >>"$c/index.txt"' '4 index-form' 'a line that was cut'
begins "$tmp/key" "$old/ca.crt" "$tmp/other-k" && adopt; is "$(why $?)" '4 adopt-key' 'with the key of another CA'
dir=$tmp/refused
is "$("$akashi" -C "$dir" --json audit verify | "$flat" -v events) $(ls "$dir/ca" "$dir/repository" | grep -c -e draft -e crt -e crl)" "$before 0" 'nothing has changed'
# Between draft and signature.
adopt; is $? 0 'what fits is drafted'
certify 1; is $? 5 'one custodian signs'
printf 'X' | dd of="$(echo "$dir"/ca/adopted-*.draft)" bs=1 seek=60 conv=notrunc 2>/dev/null
certify 2; is "$(why $?) $(ls "$dir/ca" | grep -c ca.crt)" '7 adopted-parts 0' 'parts that nobody signed for: nothing moves in'
cp "$(key ca)" "$tmp/ca-key"; cp "$tmp/other-k" "$(key ca)"
adopt && certify 1; is $? 5 'drafted anew, one signature does not count for it'
certify 2; is "$(why $?)" '70 signer-key-agent' 'a key that does not sign as the certificate says: nothing moves in'
cp "$tmp/ca-key" "$(key ca)"
certify 2; is "$? $(of in_force) $(number)" '0 true 2B' 'with the right one it does'
certify 1; is "$(why $?)" '4 ca-certified' 'once'
adopt; is "$(why $?)" '4 ca-certified' 'and not again'
say audit verify; is "$? $(of ok)" '0 true' 'the audit finds nothing'
is "$("$akashi" -C "$dir" --json revoke "$(old_serial "$old/good.crt")" --ground 11-4 --key "$(key revocation-1)" >"$tmp/out" 2>&1; echo $?)" 5 'one officer is kept'

# What a fall leaves: the same two commands end it, once.
. "$top/tests/fallen.sh"
cat >"$tmp/check" <<'S'
#!/bin/sh
no() { echo "point $POINT: $1"; exit 1; }
a() { "$akashi" -C "$dir" --json "$@" >"$tmp/got" 2>"$tmp/said"; }
a ca certify --key "$dir/rehearsal/keys/custodian-2" || grep -q ca-certified "$tmp/got" ||
	{ [ "$1" = drafted ] && a ca certify --key "$dir/rehearsal/keys/custodian-1"; } || no "it does not go on: $(cat "$tmp/got" "$tmp/said")"
[ "$(ls "$dir"/ca/adopted-* 2>/dev/null | wc -l)" = 0 ] || no 'parts are left'
a crl publish || no "no list: $(cat "$tmp/got" "$tmp/said")"
python3 "$top/tests/crl_entries.py" "$dir/repository/ca.crl" | sort | diff - "$tmp/entries" >/dev/null || no 'the list is another'
[ "$(ls "$dir/ca/crl" | sort -n | head -1 | sed 's/\..*//')" -ge 43 ] || no 'a number before the old'
a sweep || a sweep || no "the sweep: $(cat "$tmp/got" "$tmp/said")"
a audit verify || no "the audit: $(cat "$tmp/got" "$tmp/said")"
S
chmod +x "$tmp/check"
cat >"$tmp/back" <<'S'
#!/bin/sh
rm -rf "$dir"; cp -a "$dir.drafted" "$dir"
[ "$engine" = sqlite ] || psql -q -h "$host" -U akashi -d postgres -c "DROP DATABASE IF EXISTS ${db} WITH (FORCE)" -c "CREATE DATABASE ${db} TEMPLATE ${db}_d" 2>/dev/null
S
chmod +x "$tmp/back"
entries "$old/ca.crl" >"$tmp/entries"
{ cat "$old/index.txt"; printf 'V\t301231000000Z\t\t7777\tunknown\t/CN=more\n'; } >"$tmp/longer.txt"
falls() {
	cp -a "$dir" "$dir.drafted"
	[ "$engine" = sqlite ] || psql -q -h "$host" -U akashi -d postgres -c "CREATE DATABASE ${db}_d TEMPLATE $db"
	export dir engine db host akashi tmp top
	fallen 'drafted anew' 5 "'$tmp/back'" "'$tmp/check' drafted" "'$akashi' -C '$dir' ca adopt --certificate '$old/ca.crt' --crl '$old/ca.crl' --index '$tmp/longer.txt' >/dev/null 2>&1" -s $((($1 + 2) / 3))
	"$tmp/back"
	fallen 'moving in' 5 "'$tmp/back'" "'$tmp/check'" "'$akashi' -C '$dir' ca certify --key '$(key custodian-2)' >/dev/null 2>&1" -s "$1"
	"$tmp/back"
}

moved() {
	adopt; is "$? $(of certificates) $(of good) $(of ended) $(of listed) $(of left_out) $(of list) $(of next_list)" '0 10 3 1 5 1 42 43' "$engine: drafted"
	cp "$tmp/out" "$tmp/told.json"
	certify 1; is "$?" 5 "$engine: one custodian signs"
	parts=$(stat -c %i "$dir"/ca/adopted-*.draft)
	"$tamper" "$dir" "INSERT INTO task (id, kind, digest, dossier, edition, lane, state, taker, fence, until, result, exit, created_at, done_at)
		SELECT 9999, 'cacert', digest, 0, 0, 2, 'taken', 'x', 1, 4102444800, '', 0, 0, 0 FROM warrant WHERE kind = 'cacert'" >/dev/null
	adopt; is "$(why $?) $(stat -c %i "$dir"/ca/adopted-*.draft)" "4 adopt-in-hand $parts" "$engine: what the signer may have begun is not drafted anew"
	"$tamper" "$dir" "DELETE FROM task WHERE id = 9999" >/dev/null
	falls "$1"
	certify 2; is "$? $(of in_force)" '0 true' "$engine: with the second the CA has moved in"
	is "$(number)" 2B "$engine: the next list's number is the old one's + 1"
	is "$(openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -CAfile "$old/ca.crt" 2>&1)" 'verify OK' "$engine: OpenSSL verifies it by the old certificate"
	is "$(entries "$old/ca.crl" | diff - "$tmp/entries" && entries "$dir/repository/ca.crl" | diff - "$tmp/entries")" '' "$engine: every old entry is there, byte for byte, and no other"
	is "$(openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -A1 2.5.29.60 | grep -o '[0-9]*Z')" 20261119000000Z "$engine: it says since when ended ones stay"
	openssl x509 -in "$old/ca.crt" -outform DER | cmp -s - "$dir/repository/ca.crt" && pass "$engine: and the certificate is the old one" || fail "$engine: the certificate"
}

issued() {
	taken_in "$dir" && approved "$dir" 2 && paid "$dir" 2 || fail "$engine: an order"
	"$akashi" -C "$dir" day open --key "$(key dispatch-1)" >/dev/null
	say issue 2; is $? 0 "$engine: the CA goes on issuing"
	new=$("$akashi" -C "$dir" --json cert list | "$flat" serial)
	say cert export "$new" --out "$tmp/new.crt" --reason 'the test' || say cert export "$new" --out "$tmp/new.crt"
	openssl x509 -in "$tmp/new.crt" -out "$tmp/new.pem" 2>/dev/null || openssl x509 -inform DER -in "$tmp/new.crt" -out "$tmp/new.pem"
	openssl crl -inform DER -in "$dir/repository/ca.crl" -out "$tmp/crl.pem"
	is "$(openssl verify -attime 1795219200 -CAfile "$old/ca.crt" -CRLfile "$tmp/crl.pem" -crl_check "$tmp/new.pem" 2>&1)" "$tmp/new.pem: OK" "$engine: OpenSSL verifies what it issued"
	is "$(openssl verify -attime 1795219200 -CAfile "$old/ca.crt" -CRLfile "$tmp/crl.pem" -crl_check "$old/key.crt" 2>&1 | grep -c 'certificate revoked')" 1 "$engine: and that an old one is revoked"
	is "$(openssl verify -attime 1795219200 -CAfile "$old/ca.crt" -CRLfile "$tmp/crl.pem" -crl_check "$old/good.crt" 2>&1)" "$old/good.crt: OK" "$engine: and another is not"
	"$akashi" -C "$dir" evidence "$new" --out "$tmp/evidence.$engine" --reason 'a court asks' --key "$(key audit-1)" >"$tmp/said" 2>&1 || fail "$engine: evidence" "$(cat "$tmp/said")"
	sh "$tmp/evidence.$engine/verify.sh" >"$tmp/said" 2>&1; is "$? $(ls "$tmp/evidence.$engine/acts" | grep -c '^cacert-.*sig$')" '0 2' "$engine: its evidence stands, with who let the CA in" || tail -5 "$tmp/said"
	sed 's/^if \[ -z "$certified" \].*/if :; then/' "$tmp/evidence.$engine/verify.sh" >"$tmp/custodians.sh" # as behind a gap
	sh "$tmp/custodians.sh" -C "$tmp/evidence.$engine" >"$tmp/said" 2>&1; is $? 0 "$engine: its custodians prove its certificate" || tail -5 "$tmp/said"
}

# The CA answers for what it had issued.
revoked() {
	good=$(old_serial "$old/good-too.crt")
	twice="--key $(key revocation-1) --second $(key revocation-2)"
	say revoke "$good" --ground 11-4 --key "$(key revocation-1)"; is $? 5 "$engine: an old one is revoked by two officers"
	say revoke "$good" --ground 11-4 --key "$(key revocation-2)"; is "$? $(of list)" '0 44' "$engine: by its number alone"
	is "$(openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -ic "serial number: $good")" 1 "$engine: it is on the list"
	entries "$dir/repository/ca.crl" >"$tmp/more"; is "$(comm -23 "$tmp/entries" "$tmp/more" | wc -l) $(wc -l <"$tmp/more")" '0 6' "$engine: beside all others"
	say revoke "$good" --ground 11-4 $twice; is "$? $(number)" "0 $(number)" "$engine: asked again it stays as it is"
	is "$(openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -ic "serial number: $good")" 1 "$engine: and is there once"
	say revoke "$(old_serial "$old/hold.crt")" --ground 11-4 $twice; is "$(why $?)" '4 revoke-on-list' "$engine: one that is on the old list is not revoked again"
	say revoke "$(old_serial "$old/ended-revoked.crt")" --ground 11-4 $twice; is $? 0 "$engine: one that had left it may be"
	say revoke 00000000000000000000000000000000000010ff --ground 11-4 $twice; is "$(why $?)" '3 revoke-serial' "$engine: a number nobody gave is not"
	say revoke "$good" --ground 11-9 --reason 'これは二十文字以上の理由であるので受け付けられるはずのもの' $twice; is "$(why $?)" '4 revoke-other-ground' "$engine: nor on another ground"
}

copied() {
	say sweep; is "$? $("$flat" difference <"$tmp/out" | grep -c .)" '0 0' "$engine: the books agree"
	say audit verify; is "$? $(of ok)" '0 true' "$engine: the audit finds nothing" || cat "$tmp/out"
	say backup --out "$tmp/copies.$engine" && say backup --keys --out "$tmp/keys.$engine"; is $? 0 "$engine: a backup"
	set -- --from "$tmp/copies.$engine" --keys "$tmp/keys.$engine"
	[ $engine = sqlite ] || set -- "$@" --store "$(store_of $engine adoptr)"
	"$akashi" --json restore "$@" --to "$tmp/restored.$engine" >"$tmp/out" 2>"$tmp/err"
	is "$? $(of same_head)" '0 true' "$engine: restored it is the same"
	"$akashi" --json standby check --journal "$dir/ca/journal" --checkpoint "$dir/repository/checkpoint.der" --crl "$dir/repository/ca.crl" >"$tmp/out" 2>"$tmp/err"
	is "$?" 0 "$engine: a second signer would hold the whole list" || cat "$tmp/out"
	printf 'X' | dd of="$dir/ca/revoked.der" bs=1 seek=8 conv=notrunc 2>/dev/null
	say crl publish; is "$? $(entries "$dir/repository/ca.crl" | comm -23 "$tmp/entries" - | wc -l)" '0 0' "$engine: a damaged copy of the entries is made anew from the journal"
}

for engine in sqlite postgresql; do
	every=15 db=f_adopt_$$
	[ $engine = sqlite ] || every=30
	[ -z "$LONG" ] || every=1
	begins "$tmp/$engine" "$old/ca.crt" "$tmp/k" --store "$(store_of $engine adopt)" || fail "$engine: a service begins" "$(cat "$tmp/err")"
	moved $every
	issued
	revoked
	copied
done
documented 'ca adopt' "$tmp/told.json"

# Of GnuTLS, whose index somebody wrote; its number is beyond what one epoch has.
engine=sqlite gnu=$tmp/gnutls
mkdir "$gnu"
printf 'cn = "GnuTLS CA"\nunit = "TEST 試験用"\ncountry = JP\nserial = 77\nactivation_date = "2024-01-01"\nexpiration_date = "2044-01-01"\nca\ncert_signing_key\ncrl_signing_key\n' >"$gnu/ca.tmpl"
certtool --generate-privkey --bits 3072 --outfile "$gnu/ca.key" 2>/dev/null && certtool --generate-privkey --bits 2048 --outfile "$gnu/one.key" 2>/dev/null
certtool --generate-self-signed --load-privkey "$gnu/ca.key" --template "$gnu/ca.tmpl" --outfile "$gnu/ca.crt" 2>/dev/null
for serial in 1001 1002; do
	printf 'cn = "one"\nserial = %s\nactivation_date = "2025-01-01"\nexpiration_date = "2030-01-01"\n' $serial >"$gnu/one.tmpl"
	certtool --generate-certificate --load-privkey "$gnu/one.key" --load-ca-certificate "$gnu/ca.crt" --load-ca-privkey "$gnu/ca.key" --template "$gnu/one.tmpl" --outfile "$gnu/$serial.crt" 2>/dev/null
done
printf 'crl_number = 8589934597\ncrl_this_update_date = "2026-11-19 00:00:00 UTC"\ncrl_next_update = 7\ncrl_revocation_date = "2025-06-01 00:00:00 UTC"\n' >"$gnu/crl.tmpl"
certtool --generate-crl --load-ca-privkey "$gnu/ca.key" --load-ca-certificate "$gnu/ca.crt" --load-certificate "$gnu/1001.crt" --template "$gnu/crl.tmpl" --hash SHA256 --outfile "$gnu/ca.crl" 2>"$gnu/said" || cat "$gnu/said"
printf 'R\t300101000000Z\t250601000000Z\t03E9\tunknown\t/CN=one\nV\t300101000000Z\t\t03EA\tunknown\t/CN=one\n' >"$gnu/index.txt"
take --from "$gnu/ca.key"
begins "$tmp/of-gnutls" "$gnu/ca.crt" "$tmp/k" || fail 'GnuTLS: a service begins' "$(cat "$tmp/err")"
adopt "$gnu/ca.crt" "$gnu/ca.crl" "$gnu/index.txt"; is "$? $(of certificates) $(of listed) $(of next_list)" '0 2 1 8589934598' 'GnuTLS: drafted' || cat "$tmp/out"
certify 1; certify 2; is "$? $(number)" '0 200000006' 'GnuTLS: moved in, the number goes on'
is "$(entries "$gnu/ca.crl" | diff - "$tmp/entries" >/dev/null; entries "$gnu/ca.crl" >"$tmp/gnu"; entries "$dir/repository/ca.crl" | diff - "$tmp/gnu")" '' 'GnuTLS: with the old entry byte for byte'
is "$(openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -CAfile "$gnu/ca.crt" 2>&1)" 'verify OK' 'GnuTLS: OpenSSL verifies it'
is "$(certtool --crl-info --inder --infile "$dir/repository/ca.crl" | grep -c '03e9$')" 1 'GnuTLS: and it reads its own entry there'
cp "$dir/repository/checkpoint.der" "$dir/repository/ca.crl" "$tmp"; say epoch draft --checkpoint "$tmp/checkpoint.der" --crl "$tmp/ca.crl"; is "$? $(of epoch)" '0 3' 'GnuTLS: the next epoch is above its number'

if [ -n "$LONG" ]; then
	awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "%s\t290101000000Z\t%s\t%06X%034d\tunknown\t/CN=%d\n", i % 10 ? "V" : "R", i % 10 ? "" : "250301000000Z,keyCompromise", i + 4096, 0, i }' >>"$old/index.txt"
	old_list "$old" 2A; take --from "$old/ca.key"
	begins "$tmp/million" "$old/ca.crt" "$tmp/k" && adopt; is "$? $(of certificates)" '0 1000010' 'a million are drafted'
	certify 1; certify 2; is "$? $(number)" '0 2B' 'and move in'
	began=$(date +%s%N); say crl publish; took=$((($(date +%s%N) - began) / 1000000))
	awk 'BEGIN { for (i = 0; i < 1000000; i++) printf "V\t290101000000Z\t\t%06X%034d\tunknown\t/CN=%d\n", i + 4096, 1, i }' >>"$old/index.txt"
	begins "$tmp/millions" "$old/ca.crt" "$tmp/k" && adopt; is "$(why $?)" '4 adopt-size' 'more than two million do not'
	[ $took -lt 3000 ] && pass "a start and a list with them: $took ms" || fail 'a start and a list with them' "$took ms"
fi
done_testing
