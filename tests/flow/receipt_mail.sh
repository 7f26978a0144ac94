#!/bin/sh
# A receipt by signed mail, on both engines: mails of every kind by openssl and GnuTLS, each accepted or refused
# by its own row, and what is refused changes nothing but the log. [R-4.111] [R-4.112] [R-4.117] [R-2.10] [G-1] [RFC8551]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
. "$top/tests/in_hand.sh"
ca=$tmp/ca mails=$tmp/mails
mkdir "$ca" "$mails"
# mail FILE [OPTION...]: exit and the row it is refused by, or the state it led to.
mail() {
	say receipt mail "$@" >"$tmp/mail.json"; code=$?
	[ $code = 0 ] && echo "0 $(of mail state)" || echo "$code $("$flat" -v 'errors[0].code' <"$tmp/mail.json")"
}
events() { "$top/build/tests/events" "$dir" 2>/dev/null | grep -c "$1"; }

# told N: of the mails dossier N is sent, the keys of those that say its receipt could not be confirmed.
told() { say mail list --dossier "$1" | "$flat" -a mails kind key | awk -F'\t' '$1 == "receipt-unconfirmed" { printf "%s%s", sep, $2; sep = "," }'; }

# Our CA's name and the very number, with another key.
forger() {
	openssl x509 -inform DER -in "$dir/ca/ca.crt" -out "$ca/ours" && openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$ca/false.key" 2>/dev/null &&
		openssl x509 -in "$ca/ours" -key "$ca/false.key" -days 900 -out "$ca/false" 2>/dev/null &&
		openssl req -new -newkey rsa:2048 -nodes -keyout "$tmp/false.key" -subj '/C=JP/CN=Forger' 2>/dev/null |
			openssl x509 -req -CA "$ca/false" -CAkey "$ca/false.key" -days 300 -set_serial "0x$1" -out "$tmp/false.pem" 2>/dev/null
}
# Another CA that gives out our subject and number.
other_ca() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$ca/key" -out "$ca/crt" -days 900 -subj "/C=JP/O=Other" 2>/dev/null
	openssl req -new -newkey rsa:2048 -nodes -keyout "$tmp/other.key" -subj '/C=JP/CN=Other' 2>/dev/null |
		openssl x509 -req -CA "$ca/crt" -CAkey "$ca/key" -days 300 -set_serial "0x$1" -out "$tmp/other.pem" 2>/dev/null
}

# stuffed N: a stranger's certificate with a comment of that length; size: of the whole.
stuffed() {
	{ printf '[req]\ndistinguished_name=n\n[n]\n[x]\nnsComment='; head -c "$1" /dev/zero | tr '\0' x; echo; } >"$tmp/stuffed.conf"
	openssl req -x509 -config "$tmp/stuffed.conf" -extensions x -key "$tmp/other.key" -days 300 -set_serial 7 -subj /CN=Stranger -out "$tmp/stuffed.pem" 2>/dev/null
	size=$(openssl x509 -in "$tmp/stuffed.pem" -outform DER | wc -c)
}

# by_gnutls NAME BODY p7-sign|p7-detached-sign TYPE: as a mailer puts together what another library signed.
by_gnutls() {
	certtool "--$3" --p7-time --hash SHA256 --load-certificate "$tmp/5.pem" --load-privkey "$tmp/5.key" --infile "$tmp/body/$2" --outder --outfile "$tmp/p7" 2>/dev/null
	{ printf 'From: a@example.jp\r\nMIME-Version: 1.0\r\n'
		[ "$3" = p7-sign ] || { printf 'Content-Type: multipart/signed; protocol="application/pkcs7-signature";\r\n micalg=sha-256; boundary=s\r\n\r\n--s\r\n'
			cat "$tmp/body/$2"; printf '\r\n--s\r\n'; }
		printf 'Content-Type: application/pkcs7-%s\r\nContent-Transfer-Encoding: base64\r\n\r\n' "$4"
		base64 "$tmp/p7" | sed 's/$/\r/'
		[ "$3" = p7-sign ] || printf -- '--s--\r\n'; } >"$mails/$1"
}

accepted_forms() { # by their day, which is before the sending, they are refused last: everything else is good
	for body in utf-8 base64 jis sjis qp nested; do
		signed "detached-$body" $body -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256 -crlfeol
		signed "opaque-$body" $body -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256 -nodetach
		for form in detached opaque; do
			is "$(mail "$mails/$form-$body" --date 2026-11-19)" '4 receipt-early' "$1: $form, $body"
		done
	done
	for md in sha384 sha512; do
		signed $md utf-8 -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md $md
		is "$(mail "$mails/$md" --date 2026-11-19)" '4 receipt-early' "$1: with $md"
	done
	signed noattr jis -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256 -noattr
	is "$(mail "$mails/noattr" --date 2026-11-19)" '4 receipt-early' "$1: without signed attributes"
	signed keyid jis -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256 -keyid
	is "$(mail "$mails/keyid" --date 2026-11-19)" '4 receipt-early' "$1: named by its key alone"
	openssl smime -sign -in "$tmp/body/jis" -binary -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256 >"$mails/smime" 2>/dev/null
	is "$(mail "$mails/smime" --date 2026-11-19)" '4 receipt-early' "$1: by openssl smime"
	by_gnutls gnutls-opaque jis p7-sign 'mime; smime-type=signed-data'
	by_gnutls gnutls-detached utf-8 p7-detached-sign signature
	for form in opaque detached; do is "$(mail "$mails/gnutls-$form" --date 2026-11-19)" '4 receipt-early' "$1: by GnuTLS, $form"; done
	sed 's/受領しました/受領していません/' "$mails/gnutls-detached" >"$mails/gnutls-altered"
	is "$(mail "$mails/gnutls-altered" --date 2026-11-19)" '4 receipt-mail-altered' "$1: by GnuTLS, altered"
	for form in detached-jis opaque-jis detached-nested; do
		tr -d '\r' <"$mails/$form" >"$mails/lf"; sed 's/$/\r/' "$mails/lf" >"$mails/crlf"
		is "$(mail "$mails/lf" --date 2026-11-19) $(mail "$mails/crlf" --date 2026-11-19)" '4 receipt-early 4 receipt-early' "$1: $form, whichever its line ends"
	done
	is "$(mail "$mails/detached-jis" --date 2027-01-27)" '4 receipt-future' "$1: not tomorrow"
}

refused_forms() {
	good="-signer $tmp/5.pem -inkey $tmp/5.key"
	printf 'From: a@example.jp\r\nSubject: x\r\n\r\n%s\r\n' "$words" >"$mails/plain"
	is "$(mail "$mails/plain")" '4 receipt-mail-unsigned' "$1: not signed"
	: >"$mails/empty"; head -c 4096 /dev/urandom >"$mails/noise"
	is "$(mail "$mails/empty") $(mail "$mails/noise")" '4 receipt-mail-unsigned 4 receipt-mail-unsigned' "$1: nothing, and noise"
	sed 's/^MII..../AAAAAAA/' "$mails/opaque-jis" >"$mails/torn"
	is "$(mail "$mails/torn")" '4 receipt-mail-unsigned' "$1: a signature that is none"
	sed 's/受領しました/受領していません/' "$mails/detached-utf-8" >"$mails/altered"
	cmp -s "$mails/altered" "$mails/detached-utf-8" && fail "$1: nothing was altered"
	is "$(mail "$mails/altered")" '4 receipt-mail-altered' "$1: a word was changed"
	awk '/^------/ && ++n == 2 { print "-- \nA mailing list\r" } { print }' "$mails/detached-utf-8" >"$mails/footer"
	is "$(mail "$mails/footer")" '4 receipt-mail-altered' "$1: a list's footer within"
	{ printf 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="list"\r\n\r\n--list\r\n'; sed 1,/^$/d "$mails/detached-jis" >/dev/null
		grep -v '^From:\|^To:\|^Subject:' "$mails/detached-jis"; printf '\r\n--list\r\nContent-Type: text/plain\r\n\r\nA list\r\n--list--\r\n'; } >"$mails/wrapped"
	is "$(mail "$mails/wrapped")" '4 receipt-mail-wrapped' "$1: a list's footer beside it"
	signed sha1 utf-8 $good -md sha1
	is "$(mail "$mails/sha1")" '4 receipt-mail-method' "$1: SHA-1"
	signed pss utf-8 $good -md sha256 -keyopt rsa_padding_mode:pss
	is "$(mail "$mails/pss")" '4 receipt-mail-method' "$1: another padding"
	signed two utf-8 $good -md sha256 -signer "$tmp/2.pem" -inkey "$tmp/2.key"
	signed three utf-8 $good -md sha256 -signer "$tmp/2.pem" -inkey "$tmp/2.key" -signer "$tmp/12.pem" -inkey "$tmp/12.key"
	is "$(mail "$mails/two") $(mail "$mails/three")" '4 receipt-mail-signers 4 receipt-mail-signers' "$1: two signers, three"
	signed bare utf-8 $good -md sha256 -nocerts
	is "$(mail "$mails/bare")" '4 receipt-mail-bare' "$1: without its certificate"
	openssl cms -encrypt -aes256 -in "$mails/detached-utf-8" -out "$mails/secret" "$tmp/5.pem"
	is "$(mail "$mails/secret")" '4 receipt-mail-encrypted' "$1: encrypted"
	number=$(openssl x509 -in "$tmp/5.pem" -noout -serial | cut -d= -f2)
	forger "$number" || fail "$1: a forger"
	signed forged utf-8 -signer "$tmp/false.pem" -inkey "$tmp/false.key" -md sha256 -nocerts -certfile "$tmp/5.pem"
	signed copied utf-8 -signer "$tmp/false.pem" -inkey "$tmp/false.key" -md sha256
	is "$(mail "$mails/forged") $(mail "$mails/copied")" '4 receipt-mail-altered 4 receipt-mail-foreign' "$1: forged: under our certificate, under its copy"
	other_ca "$number"
	signed foreign utf-8 -signer "$tmp/other.pem" -inkey "$tmp/other.key" -md sha256
	is "$(mail "$mails/foreign")" '4 receipt-mail-foreign' "$1: our number by another CA"
	stuffed 60000; stuffed $((60000 + 65480 - size))
	signed stuffed utf-8 -signer "$tmp/stuffed.pem" -inkey "$tmp/other.key" -md sha256
	is "$size $(mail "$mails/stuffed")" '65480 4 receipt-mail-serial' "$1: a certificate as large as the reader's answer may be"
	other_ca 00c0ffee
	signed stranger utf-8 -signer "$tmp/other.pem" -inkey "$tmp/other.key" -md sha256
	is "$(mail "$mails/stranger")" '4 receipt-mail-serial' "$1: a number nobody has"
	{ cat "$mails/plain"; head -c 20000000 /dev/zero | tr '\0' 'A' | fold -w 76; } >"$mails/large"
	is "$(mail "$mails/large")" '4 receipt-mail-large' "$1: 20 MB"
	rm "$mails/large"
}

# They hear of it who still owe a receipt and can mend it, once a day for each reason; the limits stay. None before the sending.
unconfirmed() {
	reasons='day=2026-11-22 receipt-mail-altered,day=2026-11-22 receipt-mail-bare,day=2026-11-22 receipt-mail-method'
	is "$(told 5);$(told 2)$(told 12)" "$reasons;" "$1: the subscriber is told each reason, nobody else is"
	mail "$mails/footer" >/dev/null; sed s/hello/bye/ "$mails/altered" >"$mails/later"
	is "$(told 5)" "$reasons" "$1: the same mail again: nothing"
	id=$(say mail list --dossier 5 | "$flat" -a mails key id | awk -F'\t' '/altered/ { print $2 }')
	say mail send >/dev/null || fail "$1: sent" "$(cat "$tmp/err")"
	"$top/tests/read_mail.py" "$dir/outbox/$id.eml" >"$tmp/unconfirmed"
	missed=
	for part in '署名が本文と合いません。' 'The signature does not fit the text' '期限は 2026-12-20（発行日から30日）です' 'after 2026-12-20 (30 days from sending)' "$(echo "$number" | tr A-F a-f)"; do
		grep -q "$part" "$tmp/unconfirmed" || missed="$missed $part"
	done
	is "$missed" '' "$1: in both languages, with the limits and the certificate"
	is "$(of mail dossier) $(say dossier show 5 | "$flat" -v state)" '5 downloaded' "$1: and the clock goes on"
}

in_time() {
	before=$(events receipt-refused)
	now=2034-06-01T12:00:00+09:00; is "$(mail "$mails/detached-jis")" '4 receipt-mail-expired' "$1: a certificate whose term is over"
	now=2026-12-10T12:00:00+09:00; is "$(mail "$mails/detached-jis")" '4 receipt-mail-list' "$1: no list is in force"
	now=2026-11-22T12:00:00+09:00
	is "$(of mail dossier) $(($(events receipt-refused) - before))" '5 2' "$1: the log has each with its reason"
	signed 2.eml jis -signer "$tmp/2.pem" -inkey "$tmp/2.key" -md sha256
	signed 5.eml utf-8 -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256 -nodetach
	cp "$tmp/mail.json" "$tmp/refused.json"
	is "$(mail "$mails/2.eml")" '0 active' "$1: a receipt in time"
	is "$(of mail dossier) $(of mail time) $(of mail method) $(of mail subject) $(of mail text)" "2 in-time RSA with SHA-256 受領の報告 $words" "$1: and its words"
	cp "$tmp/mail.json" "$tmp/taken.json"
	is "$(mail "$mails/2.eml")" '4 receipt-known' "$1: once"
	sheet 2 password >"$tmp/password"
	say package fetch --token "$(cat "$dir/rehearsal/tokens/2")" --password-file "$tmp/password" --out "$tmp/no.p12" >"$tmp/closed.json"
	is "$? $("$flat" -v 'errors[0].code' <"$tmp/closed.json")" '4 download-closed' "$1: the package is gone"
	now=2027-01-10T12:00:00+09:00; say crl publish >/dev/null
	is "$(mail "$mails/5.eml")" '4 receipt-late' "$1: after the must day"
	is "$(mail "$mails/5.eml" --reason '郵便の遅れ')" '4 receipt-late' "$1: nor with a reason nobody signs for"
	is "$(mail "$mails/5.eml" --reason '郵便の遅れ' --key "$(key dispatch-1)")" '4 act-wrong-role' "$1: reception does"
	is "$(mail "$mails/5.eml" --reason '郵便の遅れ' --key "$(key reception-1)") $(of mail time)" '0 active after-must' "$1: and it is taken"
	is "$(of mail text) $(say mail list --dossier 5 | "$flat" -a mails kind | grep -c '^received')" "$words 1" "$1: its words too, and the subscriber is told"
	before=$(told 5)
	is "$(mail "$mails/altered") $(told 5)" "4 receipt-mail-altered $before" "$1: a refused one after that: nobody is told"
}

revoked() {
	now=2027-01-11T12:00:00+09:00
	signed 12.eml sjis -signer "$tmp/12.pem" -inkey "$tmp/12.key" -md sha256 -nodetach
	serial=$(openssl x509 -in "$tmp/12.pem" -noout -serial | cut -d= -f2 | tr A-F a-f)
	say revoke "$serial" --ground 11-4 --key "$(key revocation-1)" --second "$(key revocation-2)" >/dev/null || fail "$1: revoked" "$(cat "$tmp/err")"
	is "$(mail "$mails/12.eml")" '4 M-505' "$1: revoked"
	forget="UPDATE cert SET revoked_at = 0 WHERE serial = '$serial'"
	if [ "$1" = sqlite ]; then sqlite3 "$dir/store/akashi.db" "$forget"; else psql -q -h "$host" -U akashi -d "f_mail_$$" -c "$forget"; fi
	is "$(mail "$mails/12.eml")" '4 receipt-mail-revoked' "$1: a store that forgets it does not help"
}

for engine in ${ENGINES:-sqlite postgresql}; do
	dir=$tmp/$engine
	in_hand $engine mail || fail "$engine: certificates in hand" "$(cat "$tmp/err")"
	bodies
	accepted_forms $engine
	refused_forms $engine
	unconfirmed $engine
	in_time $engine
	revoked $engine
	store_dump $engine mail "$tmp/dump"
	is "$(cat "$tmp/dump" "$dir/store/akashi.db" 2>/dev/null | grep -ac 'a@example.jp')" 0 "$engine: no mail lies in clear"
done
is "$("$flat" -v message_en <"$tmp/refused.json")" 'There is no list of revoked certificates that is in force.' 'a refusal is told in English too'
printf '{ "message_en": "" }' >"$tmp/english.json"
documented 'receipt mail' "$tmp/taken.json" "$tmp/english.json"
done_testing
