#!/bin/sh
# A real service, with keys its owners made, from an empty folder to one certificate in the subscriber's hand, on the
# system's clock and on both engines; what belongs to rehearsals is refused there. [R-0.6] [R-4.92] [R-4.96] [R-12.2]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
[ "$(id -u)" = 0 ] || { echo 'real services are run by root: start this test as root'; exit 2; }
keys=$tmp/keys pass=$tmp/pass today=$(TZ=Asia/Tokyo date +%F) serve= printers=
mkdir "$keys"
printf 'a passphrase long enough\n' >"$pass"

# Whatever was started here ends here, by its number or by its own command.
leave() {
	for pid in $serve $printers; do kill "$pid" && wait "$pid"; done 2>/dev/null
	for d in "$tmp"/real-*/run; do
		for k in ca archive; do [ ! -S "$d/$k.sock" ] || "$akashi" -C "${d%/run}" key close $k; done
	done >/dev/null 2>&1
	rm -rf "$tmp"
}
trap leave EXIT

call() { "$akashi" --json -C "$dir" "$@" >"$tmp/out.json" 2>"$tmp/err"; }
with() { k=$1; shift; call "$@" --key "$keys/$k" --passphrase-file "$pass"; }
of() { "$flat" -v "$1" <"$tmp/out.json"; }
done_well() { if [ "$1" = 0 ]; then pass "$engine: $2"; else fail "$engine: $2" "$(cat "$tmp/err")"; fi; }
key() { "$akashi" key new "$keys/$1" --for "$2" --passphrase-file "$pass" >"$tmp/out" 2>&1 || fail "key $1" "$(cat "$tmp/out")"; }

# NAME:ROLE:SURFACE of everybody who works here.
STAFF='rec:reception:desk scr:screening:desk app:approval:station acc:accounting:desk acc2:accounting:station
iss:issuing:desk dis:dispatch:desk wit:dispatch:station rev:revocation:desk rev2:revocation:station'
for k in c1 c2 c3 $(printf '%s' "$STAFF" | tr ' ' '\n' | cut -d: -f1); do key "$k" person; done
for k in signer keymaker archive ca; do key $k $k; done
for k in station-pin station-password; do key $k station; done
for k in person ca; do "$akashi" key new "$keys/play-$k" --for $k --rehearsal >/dev/null; done
is "$(stat -c %a "$keys"/*[!b] | sort -u)" 600 'the secret half of every key is its owner'"'"'s alone'

# make POLICY: the service, and the keys of its programs where they look for them.
make() {
	"$akashi" --json init "$dir" --custodian "$keys/c1.pub" --custodian "$keys/c2.pub" --custodian "$keys/c3.pub" --quorum 2 \
		--policy "$1" --store "$(store_of $engine "real_$2")" --listen "127.0.0.1:$("$top/build/tests/printer" -f)" \
		>"$tmp/out.json" 2>"$tmp/err"
	done_well $? 'made'
	for k in signer keymaker ca archive station-pin station-password; do cp "$keys/$k" "$keys/$k.pub" "$dir/keys/"; done
	for k in signer keymaker station-pin station-password; do
		(umask 077; cp "$pass" "$dir/keys/$k.passphrase")
	done
}

# charter: who may do what, and the CA's beginning.
charter() {
	for k in signer keymaker archive station-pin station-password; do
		call staff add $k --public "$keys/$k.pub"; done_well $? "$k in the charter"
	done
	call staff add demo --roles approval --surface desk --public "$keys/play-person.pub"
	is "$(why $?)" '4 draft-rehearsal-key' "$engine: nobody with a rehearsal's key"
	for one in $STAFF; do
		IFS=: read -r name roles surface <<-EOF
			$one
		EOF
		call staff add "$name" --roles "$roles" --surface "$surface" --public "$keys/$name.pub" || fail "$engine: $name" "$(cat "$tmp/err")"
	done
	call policy adopt; done_well $? 'the rules adopted'
	with c1 charter sign; is "$? $(of signatures) $(of in_force)" '5 1 false' "$engine: one custodian is not enough"
	with c1 charter sign; is "$? $(of signatures)" '5 1' "$engine: nor the same one twice"
	with scr charter sign; is $? 4 "$engine: nor a clerk"
	with c2 charter sign; is "$? $(of charter) $(of in_force)" '0 1 true' "$engine: two are; the CA key is not needed yet"
	call charter show
	is "$(of in_force.rehearsal) $(of in_force.number) $("$flat" <"$tmp/out.json" | grep -c '^in_force.staff.*name=')" 'false 1 10' \
		"$engine: charter 1"
}

certified() {
	cp "$keys/play-ca.pub" "$dir/keys/ca.pub"
	with c1 ca certify; is "$(why $?)" '4 draft-rehearsal-key' "$engine: no certificate for a rehearsal's CA key"
	cp "$keys/ca.pub" "$dir/keys/ca.pub"
	with c1 ca certify; is $? 5 "$engine: a custodian signs what the CA certificate will say"
	with c3 ca certify; is "$(why $?)" '75 ca-shut' "$engine: the key that must sign it is not open"
	printf 'another passphrase' >"$tmp/other"
	call key open ca --passphrase-file "$tmp/other"; is $? 4 "$engine: a wrong passphrase opens nothing"
	cp "$keys/play-ca" "$dir/keys/ca"
	: >"$tmp/other"; call key open ca --passphrase-file "$tmp/other"; is $? 4 "$engine: nor a rehearsal's key"
	cp "$keys/ca" "$dir/keys/ca"
	call key open ca --passphrase-file "$pass"; done_well $? 'the CA key is opened'
	call key open ca --passphrase-file "$pass"; is $? 4 "$engine: once"
	with c3 ca certify; is "$? $(of signatures) $(of in_force)" '0 2 true' "$engine: and the CA certificate signed"
	with c2 ca certify; is "$(why $?)" '4 ca-certified' "$engine: once"
	openssl x509 -inform DER -in "$dir/repository/ca.crt" -out "$tmp/ca.pem"
	openssl verify -CAfile "$tmp/ca.pem" -check_ss_sig "$tmp/ca.pem" >/dev/null 2>&1
	is "$? $(openssl crl -inform DER -in "$dir/repository/ca.crl" -CAfile "$tmp/ca.pem" -noout -crlnumber 2>&1 | tr '\n' ' ')" \
		'0 verify OK crlNumber=0x01 ' "$engine: with the first list"
	is "$(openssl x509 -inform DER -in "$dir/repository/ca.crt" -noout -subject -nameopt utf8 | grep -c TEST)" 0 "$engine: no mark of a rehearsal"
}

# approved: one application of today, to two signatures and a payment.
approved() {
	{ head -1 "$top/tests/fixtures/samples/applications.csv"
	  echo "R-1,$today,DL-B2,individual,山田　太郎,ヤマダ　タロウ,YAMADA TARO,,,1973-08-24,M,,,1000001,東京都千代田区千代田一丁目2番3号,\"1-2-3 CHIYODA, CHIYODA-KU, TOKYO\",03-0000-0484,taro.yamada@example.jp,ja,,,,,,,,,,,,,,,post,,ﾔﾏﾀﾞ ﾀﾛｳ"
	} >"$tmp/application.csv"
	{ head -1 "$top/tests/fixtures/samples/papers.csv"
	  for paper in D-02 D-03; do echo "R-1,E-1,$today,$paper,$today,original,,,,"; done; } >"$tmp/papers.csv"
	call dossier import "$tmp/application.csv"; is "$? $(of 'rows[0].dossier') $(of 'rows[0].fee_gross')" '0 1 19250' "$engine: taken in"
	call dossier arrive "$tmp/papers.csv"; is "$? $(of 'rows[0].verdict')" '0 complete' "$engine: its papers are complete"
	call dossier show 1; is $? 75 "$engine: nobody opens it while the archive key is not open"
	call key open archive --passphrase-file "$pass"; done_well $? 'the archive key is opened'
	call dossier show 1; done_well $? 'now somebody may'
	"$flat" -a checks check <"$tmp/out.json" | awk '{ printf "%s{\"code\":\"%s\",\"result\":\"ok\"}", (NR > 1 ? "," : "{\"checks\":["), $1 }
		END { print "]}" }' >"$tmp/result.json"
	with scr dossier screen 1 --ok; is "$(why $?)" '4 screen-ok-real' "$engine: checks are answered one by one"
	with scr dossier screen 1 --result "$tmp/result.json"; is "$? $(of state)" '0 screened' "$engine: screened"
	call approve 1 --key "$keys/play-person"; is "$(why $?)" '4 rehearsal-key' "$engine: a rehearsal's key approves nothing"
	with app approve 1; is "$? $(of rehearsal) $(of approved.person)" '0 false app' "$engine: approved"
	{ head -1 "$top/tests/fixtures/samples/bank.csv"
	  printf '"%s","","19250","1019250","振込","ﾔﾏﾀﾞ ﾀﾛｳ"\n' "$(echo "$today" | tr - /)" | iconv -t CP932; } >"$tmp/bank.csv"
	call payment import "$tmp/bank.csv"; is "$? $(of new)" '0 1' "$engine: a bank's statement"
	with acc payment confirm 1 --dossier 1; is "$? $(of payment)" '0 paid' "$engine: paid"
}

# printer NAME: a loopback printer, and its line in akashi.conf.
printer() {
	"$top/build/tests/printer" "$tmp/$engine-$1" >"$tmp/port" 2>/dev/null &
	printers="$printers $!"
	until [ -s "$tmp/port" ]; do sleep 0.1; done
	sed -i "s/^printer_$1 = .*/printer_$1 = raw:127.0.0.1:$(cat "$tmp/port")/" "$dir/akashi.conf"
	: >"$tmp/port"
}

serving() {
	: >"$tmp/serve.json"
	: >"$tmp/opened"; chmod 666 "$tmp/opened" # by programs of other users too
	[ -e "$tmp/opened.so" ] || ln -s "$top/build/tests/opened.so" "$tmp/opened.so" # a preload knows no path with a space
	LD_PRELOAD="$tmp/opened.so" AKASHI_OPENED="$tmp/opened" "$akashi" --json -C "$dir" serve >"$tmp/serve.json" 2>"$tmp/serve.err" &
	serve=$!
	for i in $(seq 600); do [ ! -s "$tmp/serve.json" ] || break; sleep 0.1; done
	is "$("$flat" -v rehearsal <"$tmp/serve.json") $("$flat" -a programs name <"$tmp/serve.json" | grep -c 'akashi-key')" 'false 0' \
		"$engine: served; the keys are their custodians'"
}

served() {
	kill -INT "$serve"; wait "$serve"; is $? 0 "$engine: and ended"; serve=
	for k in signer keymaker; do
		is "$(opened "keys/$k")" akashi "$engine: the $k's key is opened by serve alone"
		is "$(opened "keys/$k.passphrase")" akashi "$engine: and its passphrase"
	done
	is "$(opened keys/index | grep -c akashi-issuer)" 1 "$engine: what the issuer opens is seen"
}
# opened FILE: the programs that opened a file of the service, each once.
opened() { sed -n "s|^\([^ ]*\) $dir/$1\$|\1|p" "$tmp/opened" | sort -u; }

# What another user than serve's can open: of the keys nothing.
stranger=$(id -u akashi-issuer 2>/dev/null || echo 65534)
shut() {
	for k in signer keymaker signer.passphrase keymaker.passphrase; do
		is "$(stat -c '%u %a' "$dir/keys/$k")" "$(id -u) 600" "$engine: $k is serve's alone"
		setpriv --reuid="$stranger" --regid="$stranger" --clear-groups cat "$dir/keys/$k" >"$tmp/out" 2>/dev/null
		is "$? $(wc -c <"$tmp/out")" '1 0' "$engine: user $stranger opens no $k"
	done
}

# code FILE: the code a subscriber reads from a sheet.
code() { pdftotext -layout "$1" - | grep -oE '([A-Z2-9]{4}-){3}[A-Z2-9]{4}' | head -1; }

issued() {
	with dis day open; is "$(why $?)" '75 station-away' "$engine: no print day without standing stations"
	printer pin; printer password
	serving
	with dis day open; is "$? $(of stations.pin) $(of stations.password)" '0 station-pin station-password' "$engine: a print day"
	# The key is in that program's memory alone: with it the day is lost, not only where nobody looks.
	kill "$("$flat" -a programs name pid <"$tmp/serve.json" | awk -F'\t' '$1 == "akashi-print (pin)" { print $2 }')"
	for i in $(seq 300); do grep -q 'akashi-print (pin) が再び' "$tmp/serve.err" && break; sleep 0.1; done
	call issue 1; is "$? $(of 'rows[0].code')" '75 print-day-closed' "$engine: nothing is issued to a print key that went with its station"
	call letter print; is "$(why $?)" '4 day-none' "$engine: nor printed"
	with dis day open; is "$? $(of round)" '0 2' "$engine: the day opens anew"
	call issue 1; is "$? $(of 'rows[0].result')" '0 issued' "$engine: issued"
	serial=$(of 'rows[0].serial')
	call letter print; is "$? $("$flat" letter note <"$tmp/out.json" | sort | tr '\t\n' '= ')" '0 password=printing pin=printing ' "$engine: printed"
	"$flat" letter envelope <"$tmp/out.json" >"$tmp/envelopes"
	for i in $(seq 50); do [ ! -f "$tmp/$engine-pin.1" ] || [ ! -f "$tmp/$engine-password.1" ] || break; sleep 0.1; done
	code "$tmp/$engine-pin.1" >"$tmp/pin"; code "$tmp/$engine-password.1" >"$tmp/password"
	is "$(wc -c <"$tmp/pin") $(wc -c <"$tmp/password") $(ls "$tmp/$engine"-p*.? | wc -l)" '20 20 2' "$engine: one sheet each, to its own printer"
	[ ! -e "$dir/rehearsal" ] && [ -z "$(find "$dir" -name '*.json' -o -name '*.pdf')" ] &&
		pass "$engine: no letter is left, and no folder of a rehearsal" || fail "$engine: no letter is left, and no folder of a rehearsal"
	call letter print; is "$? $("$flat" letter <"$tmp/out.json" | wc -l)" '0 0' "$engine: never twice"
}

sent() {
	for e in $(cut -f2 "$tmp/envelopes"); do call letter done "$e"; done_well $? "envelope $e is scanned"; done
	with dis day close; is "$(why $?)" '4 day-envelope' "$engine: the day is not closed before they are sent"
	call dispatch 1 --letter pin --envelope "$(awk '$1 == "pin" { print $2 }' "$tmp/envelopes")" --tracking 112-60-00001-0; is "$? $(of route) $(of download)" '0 honnin false' "$engine: one letter is sent"
	call dispatch 1 --letter password --envelope "$(awk '$1 == "password" { print $2 }' "$tmp/envelopes")" --tracking 112-60-00002-1; is "$? $(of route)" '0 honnin' "$engine: the other too"
	call key close ca; is $? 0 "$engine: the CA key is closed while all stands"
	call crl publish; is $? 75 "$engine: a list waits"
	with c1 charter sign; is $? 5 "$engine: a charter does not"
	call key open ca --passphrase-file "$pass"; done_well $? 'opened again'
	call crl publish; done_well $? 'the list is signed, by the signer that stands'
	with dis day close; is "$? $(of sent) $(of downloads)" '0 2 1' "$engine: the day is closed, the download open"
	shut
	served
	call mail send; done_well $? 'what is owed by mail goes out'
	call mail list --state accepted
	mail_id=$("$flat" -a mails kind id <"$tmp/out.json" | awk '$1 == "download" { print $2 }')
	token=$("$top/tests/read_mail.py" "$dir/outbox/$mail_id.eml" | grep -oE 'download/[A-Za-z0-9_-]+' | head -1 | cut -d/ -f2)
	printf 'AAAA-AAAA-AAAA-AAAA' >"$tmp/guess"
	call package fetch --token "$token" --password-file "$tmp/guess" --out "$tmp/$engine.p12"; is "$(why $?)" '4 download-password' "$engine: a guess"
	call package fetch --token "$token" --password-file "$tmp/password" --out "$tmp/$engine.p12"
	is "$? $(of serial)" "0 $serial" "$engine: the subscriber fetches it with the letter's password"
	openssl pkcs12 -in "$tmp/$engine.p12" -passin "file:$tmp/pin" -nodes -out "$tmp/$engine.pem" 2>"$tmp/err"
	done_well $? "and opens it with the other letter's PIN"
	"$akashi" cert verify "$tmp/$engine.pem" --anchor "$dir/repository/ca.crt" --crl "$dir/repository/ca.crl" >"$tmp/out" 2>&1
	is $? 0 "$engine: the certificate is good" "$(cat "$tmp/out")"
	is "$(openssl pkey -in "$tmp/$engine.pem" -pubout 2>/dev/null)" "$(openssl x509 -in "$tmp/$engine.pem" -noout -pubkey)" "$engine: of that very key"
	openssl x509 -in "$tmp/$engine.pem" -noout -text -nameopt utf8 -certopt no_pubkey,no_sigdump >"$tmp/text"
	is "$(grep -c 'TEST\|試験用' "$tmp/text") $(grep -c 'CN *= *YAMADA TARO' "$tmp/text")" '0 1' "$engine: it names them, and is no test"
	with rec receipt paper 1 --date "$(TZ=Asia/Tokyo date +%F)"; is "$? $(of state)" '0 active' "$engine: and its receipt comes back"
}

# What nobody may find in what is left, and what every event says.
after() {
	rm -f "$tmp/dump"; store_dump $engine "real_full" "$tmp/dump"
	{ find "$dir" -type f; ls "$tmp/dump" 2>/dev/null; } >"$tmp/files"
	tr -d '\n-' <"$tmp/pin" >"$tmp/codes"; echo >>"$tmp/codes"; cat "$tmp/pin" >>"$tmp/codes"
	tr -d '\n-' <"$tmp/password" >>"$tmp/codes"; echo >>"$tmp/codes"; cat "$tmp/password" >>"$tmp/codes"
	is "$(tr '\n' '\0' <"$tmp/files" | xargs -0 grep -laiF -f "$tmp/codes")" '' "$engine: neither code stands anywhere"
	is "$(grep -laiF -f "$tmp/codes" "$tmp/pin" "$tmp/password" | wc -l)" 2 "$engine: planted ones are found"
	"$top/build/tests/events" "$dir" >"$tmp/events"
	is "$(grep -c . "$tmp/events" | awk '{ print ($1 > 20) }') $(grep -vc "$noted" "$tmp/events")" '1 0' "$engine: every event says how the clock is kept"
	for k in ca archive; do call key close $k; is "$? $(of open)" '0 false' "$engine: the $k key is closed"; done
	call key close ca; is $? 4 "$engine: once"
	call crl publish; is "$(why $?)" '75 ca-shut' "$engine: and signs nothing more"
	call dossier show 1; is $? 75 "$engine: nor is anything opened"
	is "$(tail -1 "$dir/keys/archive.log" | cut -d' ' -f2-)" "os:$(id -u) 0 close" "$engine: its log says who closed it"
}

cp -r "$top/policy" "$tmp/noting"
noted=''
"$top/build/tests/clock" || {
	noted='clock=unsynchronised'
	sed -i 's/\(clock_unsynchronised, value: \)"stop"/\1"note"/' "$tmp/noting/settings.yaml"
}
engine=sqlite dir=$tmp/real-now
"$akashi" --json --now 2026-11-20T09:00:00+09:00 init "$dir" --custodian "$keys/c1.pub" >"$tmp/out.json" 2>"$tmp/err"
is "$? $(of 'errors[0].field') $([ -e "$dir" ] && echo there)" '2 --now ' 'a real service is not told the time when it is made'
"$akashi" --json init "$dir" --custodian "$keys/play-person.pub" >"$tmp/out.json" 2>"$tmp/err"
is "$(why $?)" '4 draft-rehearsal-key' 'nor made for a rehearsal'"'"'s custodian'
"$akashi" --json init "$dir" >"$tmp/out.json" 2>"$tmp/err"
is "$? $(of 'errors[0].field')" '2 --custodian' 'nor without one: it makes nobody'"'"'s key'

for engine in sqlite postgresql; do
	dir=$tmp/real-$engine
	make "$tmp/noting" full
	call --now 2026-11-20T09:00:00+09:00 dossier list; is "$? $(of 'errors[0].field')" '2 --now' "$engine: nor later"
	charter
	certified
	approved
	issued
	sent
	after
done

# Where the kernel says that nobody keeps its clock, the shipped rule stops issuing; the CA key is not used.
engine=sqlite dir=$tmp/real-stop
make "$tmp/noting" stop; charter; certified
cp "$top/policy/settings.yaml" "$dir/policy/"
call policy adopt; done_well $? 'the shipped rules adopted'
with c2 charter sign; is $? 5 'a new charter, of the same custodians'
with c3 charter sign; is "$? $(of charter) $(of in_force)" '0 2 true' 'is in force with two'
approved; printer pin; printer password; serving
with dis day open; done_well $? 'a print day'
used=$(wc -l <"$dir/keys/ca.log")
call issue 1; said="$? $(of 'rows[0].code')"
if [ -n "$noted" ]; then
	is "$said $(($(wc -l <"$dir/keys/ca.log") - used))" '4 signer-clock-unsynchronised 0' 'an unsynchronised clock stops issuing'
	call cert list; is "$("$flat" serial <"$tmp/out.json")" '' 'and there is no certificate'
else
	is "$said" '0 -' 'a synchronised clock issues by the shipped rule'
fi
served
done_testing
