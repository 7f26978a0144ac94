#!/bin/sh
# The CA key in a token (SoftHSM2): made there, tried, used, and lost in every way; the agent killed at its signature; what it
# signed held against the journal; the whole demo. [R-4.91]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
dir=$tmp/service hsm=$tmp/hsm ask=$top/build/tests/agent_ask module=$tmp/hsm/module.so
leave() {
	"$akashi" -C "$dir" key close ca >/dev/null 2>&1
	rm -rf "$tmp"
}
trap leave EXIT

mkdir -p "$hsm/tokens"
# a copy of our own: in a user namespace root's files are nobody's, and a module nobody answers for is refused
cp /usr/lib/softhsm/libsofthsm2.so "$module"
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$hsm" >"$hsm/softhsm2.conf"
mkdir "$hsm/empty"; sed 's|/tokens$|/empty|' "$hsm/softhsm2.conf" >"$hsm/empty.conf"
echo true >"$hsm/says"
printf 1234 >"$tmp/pin"; printf 4321 >"$tmp/other-pin"
util() { SOFTHSM2_CONF=$hsm/softhsm2.conf softhsm2-util "$@" >"$tmp/util" 2>&1 || fail "softhsm2-util $*" "$(cat "$tmp/util")"; }
util --init-token --free --label akashi --so-pin 5678 --pin 1234
printf 'not a module' >"$hsm/nothing.so"

say() { "$akashi" --json "$@" >"$tmp/out.json" 2>"$tmp/err"; }
call() { say -C "$dir" "$@"; }
of() { "$flat" -v "$1" <"$tmp/out.json"; }
make() { out=$1; shift; say key new "$out" --for ca --rehearsal --token akashi --module "$module" \
	--module-env "SOFTHSM2_CONF=$hsm/softhsm2.conf" --passphrase-file "$tmp/pin" "$@"; }
token() { echo "$1" >"$hsm/says"; }
# as NAME SED...: the key's file, changed.
as() { f=$tmp/$1; shift; sed "$@" "$tmp/ca" >"$f"; chmod 600 "$f"; }
# tried WANT FILE [PIN] NAME
tried() { say key check "$2" --passphrase-file "${4:-$tmp/pin}"; is "$(why $?)" "$1" "$3"; }

make "$tmp/ca"; is "$? $("$flat" <"$tmp/out.json" | grep -c '^words=')" '0 1' 'a CA key is made in the token'
cp "$tmp/out.json" "$tmp/new.json"
is "$(stat -c %a "$tmp/ca") $(head -1 "$tmp/ca") $(cut -d' ' -f1-5 "$tmp/ca.pub" | head -1)" \
	'600 akashi token v1 akashi public v1 ca rehearsal' 'its file says where it is'
is "$(grep -c 1234 "$tmp/ca")" 0 'and has no PIN'
say key check "$tmp/ca" --passphrase-file "$tmp/pin"
is "$? $(of in) $(of bits) $(of token) $(of words)" "0 token 4096 akashi $("$flat" -v words <"$tmp/new.json")" 'it opens and signs'
cp "$tmp/out.json" "$tmp/token.json"
documented 'key check' "$tmp/out.json"
"$akashi" key new "$tmp/file" --for ca --rehearsal >/dev/null
say key check "$tmp/file" --passphrase-file /dev/null
is "$? $(of in) $(of bits) $(of token)" '0 file 4096 -' 'so does one in a file'

# What is wrong, by name. The module that lies is SoftHSM2 otherwise.
as lied -e "s|^module = .*|module = $top/build/tests/liar.so|" -e "s|^environment = .*|environment = AKASHI_LIAR=$hsm/says|"
tried '0 -' "$tmp/lied" 'one that does not lie is let in'
as t "s|^module = .*|module = $hsm/nothing.so|";    tried '6 token-module' "$tmp/t" 'what is no module'
as t "s|^module = .*|module = $hsm/none.so|";       tried '6 token-module' "$tmp/t" 'a module that is not there'
as t "s|^environment = .*|environment = SOFTHSM2_CONF=$hsm/empty.conf|"; tried '6 token-absent' "$tmp/t" 'a module that does not know its tokens'
as t 's|^token = .*|token = other|';                tried '6 token-absent' "$tmp/t" 'a token that is not there'
as t 's|^serial = .*|serial = 0123456789abcdef|';   tried '6 token-absent' "$tmp/t" 'one of that name with another serial number'
as t 's|^key = .*|key = another|';                  tried '3 token-key' "$tmp/t" 'a key of another label'
as t 's|^id = .*|id = 00112233445566778899aabbccddeeff|'; tried '3 token-key' "$tmp/t" 'or another id'
tried '4 token-pin' "$tmp/ca" 'a wrong PIN' "$tmp/other-pin"
cp "$tmp/ca" "$tmp/t"; chmod 620 "$tmp/t";          tried '4 token-loose' "$tmp/t" 'a file that others may write'
as t 's|^id = .*||';                                tried '4 token-form' "$tmp/t" 'a file that lacks a line'
as t 's|^module = /|module = |';                    tried '4 token-form' "$tmp/t" 'a module by half a path'
as t 's|^public_half = ..|public_half = 31|';       tried '4 token-form' "$tmp/t" 'a public half that is none'
as t 's|^purpose = .*|purpose = archive|';          tried '4 keyfile-other-purpose' "$tmp/t" 'a key for something else'
for lie in 'pin-locked 6 token-pin-locked' 'mechanism 6 token-mechanism' 'extractable 4 token-extractable' 'other-key 7 token-other-key' \
	'refused 6 token-refused' 'signature 70 key-signature'; do
	token "${lie%% *}"; tried "${lie#* }" "$tmp/lied" "a token that is ${lie%% *}"
done
token true
util --init-token --free --label akashi --so-pin 5678 --pin 1234
serial=$("$flat" -v serial <"$tmp/token.json")
make "$tmp/two"; is "$(why $?) $(ls "$tmp/two" "$tmp/two.pub" 2>/dev/null)" '4 token-two ' 'of two tokens of one name the serial number must be said'
make "$tmp/two" --serial "$serial"; is $? 0 'then the key is made in that one'
tried '0 -' "$tmp/ca" 'and the first is found beside it'
make "$tmp/two" --serial "$serial"; is "$(why $?)" '4 state' 'a file is never overwritten'
make "$tmp/none/three" --serial "$serial"; is $? 75 'where its file cannot be written'
keys() { SOFTHSM2_CONF=$hsm/softhsm2.conf find "$hsm/tokens" -name '*.object' | wc -l; }
before=$(keys); make "$tmp/none/three" --serial "$serial"; is "$(keys)" "$before" 'no key is left in the token'
say key new "$tmp/x" --for person --token akashi --module "$module" --passphrase-file "$tmp/pin"; is "$(why $?)" '2 usage' 'a person has none there'
say key new "$tmp/x" --for ca --token akashi --passphrase-file "$tmp/pin"; is "$(why $?)" '2 usage' 'a module must be named'
say key new "$tmp/x" --for ca --module "$module" --passphrase-file "$tmp/pin"; is "$(why $?)" '2 usage' 'and a token for it'
say init "$tmp/x" --ca-key "$tmp/ca" --ca-passphrase-file "$tmp/pin"; is "$(why $?)" '2 usage' 'a real service is not handed one'

# A service of it; the agent killed, the token lost, in the middle.
mkdir "$tmp/given"; cp "$tmp/lied" "$tmp/given/ca"; cp "$tmp/ca.pub" "$tmp/given/ca.pub"
begun "$dir" sqlite token --ca-key "$tmp/given/ca" --ca-passphrase-file "$tmp/pin" && taken_in "$dir" && approved "$dir" 2 5 12 53 54 37 72 &&
	paid "$dir" 2 5 12 53 54 37 72 && "$akashi" -C "$dir" day open --key "$dir/rehearsal/keys/dispatch-1" >/dev/null ||
	fail 'a service with orders'
call key check ca; is "$? $(of certified) $(of serial)" "0 true $serial" 'its CA certificate is of the key in the token'
cp "$dir/rehearsal/keys/ca" "$tmp/ca.own"; cp "$tmp/two" "$dir/rehearsal/keys/ca"
call key check ca; is "$(why $?)" '7 key-other-certificate' 'another key of that token is not'
cp "$tmp/ca.own" "$dir/rehearsal/keys/ca"

certs() { call cert list; "$flat" dossier <"$tmp/out.json" | grep -c "^$1\$"; }
# fallen N WHAT CODE: nothing was issued; after the token is itself again, and the key open, it is, once.
fallen() {
	call issue "$1"; is "$? $(of 'rows[0].code') $(certs "$1")" "75 $3 0" "$2: nothing is issued, and said"
	token true
	call key open ca >/dev/null
	call sweep; is "$?" 0 "$2: the sweep resolves all"
	call issue "$1"; is "$? $(certs "$1")" '0 1' "$2: and one certificate stands there"
	call audit verify; is $? 0 "$2: the books agree" "$(cat "$tmp/out.json")"
}
call key open ca --passphrase-file "$tmp/other-pin"; is "$(why $?)" '4 token-pin' 'a wrong PIN opens nothing, and says so'
call key open ca; is $? 0 "its PIN is a rehearsal's to keep"
call issue 2; is "$? $(certs 2)" '0 1' 'the open key signs'
token lost; call issue 5; is "$? $(certs 5)" '0 1' 'a session that was lost is opened again'
call key close ca; call key open ca
token lost-last; call crl publish; is "$(why $?)" '75 token-away' 'the last try of a PIN is not used where nobody typed it'
token pin-last; tried '0 -' "$tmp/lied" 'who types it may use it'
token true; call crl publish; is $? 0 'and the open key signs by itself again'
token die-before; fallen 12 'killed before it signs' signer-key-away
token die-after; fallen 53 'killed when it has signed' signer-key-away
token gone; fallen 54 'a token taken out' token-away
cp -r "$hsm/tokens" "$tmp/tokens.kept"
util --init-token --serial "$serial" --label akashi --so-pin 5678 --pin 1234
call issue 37; is "$? $(certs 37)" '75 0' 'a token emptied under an open key'
call key check ca; is "$(why $?)" '3 token-key' 'key check says what it is'
rm -rf "$hsm/tokens"; cp -r "$tmp/tokens.kept" "$hsm/tokens"
call issue 37; is "$? $(certs 37)" '0 1' 'brought back, it signs at once'
token signature; call issue 72; is "$(certs 72)" 0 'a wrong signature is never let out'
token true; call issue 72; is "$? $(certs 72)" '0 1' 'a right one is'

# What it signed besides.
call audit verify; is $? 0 'every use was announced'
cp "$dir/keys/ca.log" "$tmp/ca.log"
sed '$d' "$tmp/ca.log" >"$dir/keys/ca.log"
call audit verify; is "$? $(of broken.place)" '7 use' 'a use taken out of the log is missed while the agent is there'
number=$(sed -n 's/.* akashi-key \([0-9]*\) open$/\1/p' "$tmp/ca.log" | tail -1)
sed '$i 2026-11-20T00:00:00Z akashi-key 1 open' "$tmp/ca.log" >"$dir/keys/ca.log"
call audit verify; is "$?" 0 'what another agent opened begins nothing anew'
grep -v " akashi-key $number open\$" "$tmp/ca.log" >"$dir/keys/ca.log"
call audit verify; is "$? $(of broken.place)" '7 use' 'nor is that it opened the key to be missing'
sed "\$s/ signer $number / signer ${number}zzz /" "$tmp/ca.log" >"$dir/keys/ca.log"
call audit verify; is "$? $(of broken.place)" "7 use $(wc -l <"$tmp/ca.log")" 'or its number to be none'
cat "$tmp/ca.log" >"$dir/keys/ca.log"
"$ask" "$dir/run/ca.sock" 0000000000000000000000000000000000000000000000000000000000000004 'x akashi-key 0 open' >"$tmp/size"
"$ask" "$dir/run/ca.sock" 0000000000000000000000000000000000000000000000000000000000000003 "x akashi-key $number open" >"$tmp/size"
hidden=$(($(wc -l <"$dir/keys/ca.log") - 1))
call key close ca; is "$? $(cat "$tmp/size")" '0 512' 'one that says it opened the key, and the agent that counted it is gone'
call audit verify; is "$? $(of broken.place)" "7 use $hidden" 'is found as any other'
sed -i "${hidden}d" "$dir/keys/ca.log"
call audit verify; is "$? $(of broken.place)" "7 use $hidden" 'and so is the one with its number'
cat "$tmp/ca.log" >"$dir/keys/ca.log"
rm -f "$dir/run/ca.sock"; perl -MSocket -MIO::Socket::UNIX -e '$s = IO::Socket::UNIX->new(Type => SOCK_SEQPACKET, Local => $ARGV[0], Listen => 5) or exit 2; close $s->accept while 1' "$dir/run/ca.sock" & mute=$!
until_true 50 '[ -S "$dir/run/ca.sock" ]'
call audit verify; is "$?" 75 'one that is there and does not say how often proves nothing'
kill $mute; wait $mute 2>/dev/null; rm -f "$dir/run/ca.sock"
call key open ca; is $? 0 'opened'
"$ask" "$dir/run/ca.sock" 0000000000000000000000000000000000000000000000000000000000000001 >"$tmp/size"
is "$(cat "$tmp/size")" 512 'whoever has its socket has it sign'
foreign=$(wc -l <"$dir/keys/ca.log")
call audit verify; is "$? $(of broken.place)" "7 use $foreign" 'and is found'
call key close ca; is $? 0 'closed'
call audit verify; is "$? $(of broken.place)" "7 use $foreign" 'also once it is closed'
call key open ca; is $? 0 'opened'
sed -i '$d' "$dir/keys/ca.log" # which makes a new file
"$ask" "$dir/run/ca.sock" 0000000000000000000000000000000000000000000000000000000000000002 >"$tmp/size" 2>&1
is "$? $(of open)" '1 true' 'a log that was replaced: nothing more is signed'

# The demo, as ever.
dir=$tmp/demo
say demo "$dir" --ca-key "$tmp/ca" --ca-passphrase-file "$tmp/pin"
is "$? $(of certificates) $(of now)" '0 14 2026-12-21T11:00:00+09:00' 'the whole demo, with the key in a token'
documented demo "$tmp/out.json"
documented DIR/demo.json "$dir/demo.json"
is "$("$flat" -a certificates state p12 <"$dir/demo.json" | awk '{ print $1, ($2 == "-" ? "-" : "p12") }' | sort | uniq -c | tr -s ' ')" \
	' 2 revoked -
 1 revoked p12
 11 valid p12' 'its certificates are what they always are'
is "$(head -1 "$dir/rehearsal/keys/ca")" 'akashi token v1' 'there is no CA key in a file'
openssl x509 -inform DER -in "$dir/repository/ca.crt" -pubkey -noout >"$tmp/certified.pem"
is "$(openssl pkey -pubin -in "$tmp/certified.pem" -outform DER | od -An -v -tx1 | tr -d ' \n')" \
	"$(sed -n 's/^akashi public v1 ca rehearsal //p' "$tmp/ca.pub" | head -1)" "the CA certificate's key is the token's"
openssl x509 -inform DER -in "$dir/repository/ca.crt" -out "$tmp/ca.pem"
openssl crl -inform DER -in "$dir/repository/ca.crl" -CAfile "$tmp/ca.pem" -noout >"$tmp/text" 2>&1
is "$(cat "$tmp/text")" 'verify OK' 'the list is signed by it'
"$flat" -a certificates certificate <"$dir/demo.json" | while read -r f; do
	openssl x509 -inform DER -in "$f" -out "$tmp/one.pem" && openssl verify -no_check_time -CAfile "$tmp/ca.pem" "$tmp/one.pem"
done >"$tmp/text" 2>&1
is "$(grep -c ': OK$' "$tmp/text")" 14 'and every certificate'
call audit verify; is $? 0 'the audit finds nothing'
done_testing
