#!/bin/sh
# From a print day to receipts, by the commands people type, on both engines. A package opens by the subscriber's password
# alone, and after the receipt by nothing. [R-4.92] [R-4.96] [R-4.97] [R-4.98] [R-4.101] [R-4.104] [R-4.111] [R-4.116] [K-10]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
tab=$(printf '\t')
# call WORDS...: exit, and the first error or nothing.
call() {
	say "$@" >"$tmp/out"; code=$?
	echo "$code $("$flat" -a errors field code <"$tmp/out" 2>/dev/null | head -1 | tr "$tab" ' ')" | sed 's/ $//'
}
rows() { "$flat" "$@" <"$tmp/out" | tr "$tab" ' '; }
of() { "$flat" -v "$2" <"$tmp/$1.json"; }
# number CLASS N: of registered mail, its check digit with it.
number() { ten=$1$(printf '%09d' "$2"); echo "$ten$((ten % 7))"; }
# route N LETTER: the class of its route, and the other one.
route() { [ "$(awk -F'\t' -v n="$1" -v l="$2" '$1 == n && $2 == l { print $3 }' "$tmp/letters")" = honnin ] && echo 1 || echo 3; }
other() { [ "$(route "$@")" = 1 ] && echo 3 || echo 1; }
# reference N: the eight digits on its letters.
reference() { sheet "$1" pin reference; }
# envelope N LETTER: its number.
envelope() { awk -F'\t' -v n="$1" -v l="$2" '$1 == n && $2 == l { print $4 }' "$tmp/letters"; }
# sheet N LETTER FIELD: what its sheet says.
sheet() { "$flat" -v "$3" <"$dir/rehearsal/letters/$(envelope "$1" "$2").json"; }

# In a copy of the service: one printer is away, and a letter is not its order's.
worst() {
	cp -r "$dir" "$tmp/copy"
	"$top/build/tests/tamper" "$tmp/copy" 'UPDATE key_set SET letter_password = letter_pin WHERE dossier = 12' >/dev/null
	"$akashi" -C "$tmp/copy" --json letter print >"$tmp/worst.json"
	is "$? $("$flat" dossier note 'errors[].code' <"$tmp/worst.json" | sort | tr "$tab\n" ' ;')" \
		'7 12 waiting letter-other;2 printing -;2 waiting printer-away;5 printing -;' \
		"$1: of what was not printed the worst is the exit"
	rm -rf "$tmp/copy"
}

printed() {
	is "$(call letter print)" '4 - day-none' "$1: nothing is printed while no day is open"
	is "$(call day open)" '2 --key usage' "$1: somebody opens a day"
	is "$(call day open --key "$(key screening-1)")" '4 key act-wrong-role' "$1: dispatch does"
	say day open --key "$(key dispatch-1)" >"$tmp/open.json"
	is "$? $(of open day) $(of open round)" '0 2026-11-20 1' "$1: the day opens"
	is "$(call day open --key "$(key dispatch-1)")" '4 - day-open' "$1: once"
	say issue 2 5 12 >"$tmp/issue.json" || fail "$1: issued" "$(cat "$tmp/err")"
	sed -i 's/^printer_pin = .*/printer_pin = raw:127.0.0.1:1/' "$dir/akashi.conf"
	[ "$1" = postgresql ] || worst "$1"
	say letter print >"$tmp/away.json"
	is "$? $("$flat" note <"$tmp/away.json" | sort | uniq -c | tr -s ' \n' ' ')" '6  3 printing 1 waiting ' "$1: a printer that is away holds up its own letters alone"
	sed -i 's/^printer_pin = .*/printer_pin =/' "$dir/akashi.conf"
	say letter print >"$tmp/print.json"
	is "$? $("$flat" note <"$tmp/print.json" | sort | uniq -c | tr -s ' ')" '0  3 printing' "$1: and are printed when it is there again"
	for json in away print; do "$flat" dossier letter route envelope note <"$tmp/$json.json"; done | awk -F'\t' '$5 == "printing"' >"$tmp/letters"
	is "$(sheet 2 pin to_name) $(sheet 2 pin letter) $(sheet 2 password letter)" '葛󠄀城　さくら pin password' "$1: each says whose it is"
	is "$(head -c 5 "$dir/rehearsal/letters/$(envelope 2 pin).pdf") $(stat -c %a "$dir/rehearsal/letters/$(envelope 2 pin).pdf")" '%PDF- 600' \
		"$1: and the sheet itself is kept"
	say letter print >"$tmp/none.json"
	is "$? $("$flat" note <"$tmp/none.json")" '0 ' "$1: again: nothing waits"
}

scanned() {
	is "$(call letter done)" '2 ENVELOPE usage' "$1: which envelope?"
	is "$(call letter done E99999999)" '3 ENVELOPE letter-unknown' "$1: a number nobody has"
	is "$(call dispatch 2 --letter pin --envelope "$(envelope 2 pin)" --tracking "$(number "$(route 2 pin)" 1)")" '4 --letter dispatch-unscanned' "$1: nothing is sent unsealed"
	say letter done "$(envelope 2 pin)" >"$tmp/done.json"
	is "$? $(of done note) $(of done already)" '0 done false' "$1: a sealed envelope is scanned"
	is "$(call letter done "$(envelope 2 pin)") $(rows -v already)" '0 true' "$1: scanned again, nothing changes"
	for l in '2 password' '5 pin' '5 password' '12 pin' '12 password'; do
		say letter done "$(envelope $l)" >/dev/null || fail "$1: $l" "$(cat "$tmp/err")"
	done
}

spoiled() {
	is "$(call letter spoil "$(envelope 12 pin)")" '2 --witness usage' "$1: spoiling needs a witness"
	is "$(call letter spoil "$(reference 2)" --witness "$(key dispatch-2)")" '3 ENVELOPE letter-unknown' "$1: what a letter gives as its reference is nobody's envelope"
	is "$(call letter spoil "$(envelope 12 pin)" --witness "$(key approval-1)")" '4 key act-wrong-role' "$1: of the dispatch"
	say letter spoil "$(envelope 12 pin)" --witness "$(key dispatch-2)" >"$tmp/spoil.json"
	is "$? $(of spoil revoke.ground) $(of spoil other)" "0 11-4 $(envelope 12 password)" "$1: a spoiled letter asks for a revocation"
	is "$(call letter spoil "$(envelope 12 pin)" --witness "$(key dispatch-2)")" '4 ENVELOPE letter-witnessed' "$1: witnessed once"
	is "$(call dispatch 12 --letter password --envelope "$(envelope 12 password)" --tracking "$(number "$(route 12 password)" 12)")" '4 --letter dispatch-spoiled' "$1: its edition is not sent"
	say letter spoil "$(envelope 12 password)" --witness "$(key dispatch-2)" >/dev/null || fail "$1: the other"
	is "$(call revoke "$(of spoil revoke.serial)" --ground "$(of spoil revoke.ground)" --key "$(key revocation-1)" --second "$(key revocation-2)")" \
		0 "$1: and its certificate is revoked"
}

sent() {
	is "$(route 2 pin)$(route 2 password)$(route 5 pin)$(route 5 password)" 3111 "$1: with a proxy the PIN goes by 簡易書留"
	for l in '2 pin' '2 password' '5 pin' '5 password'; do
		is "$(call dispatch ${l% *} --letter ${l#* } --envelope "$(envelope $l)" --tracking "$(number "$(other $l)" 1)")" '4 tracking tracking-class' "$1: $l, by the other class"
	done
	is "$(call dispatch 2 --letter pin --envelope "$(envelope 2 pin)" --tracking 1234)" '4 tracking tracking-form' "$1: a number has eleven digits"
	is "$(call dispatch 2 --letter both --envelope "$(envelope 2 pin)" --tracking "$(number 1 1)")" '2 --letter usage' "$1: one letter at a time"
	is "$(call dispatch 999 --letter pin --envelope "$(envelope 999 pin)" --tracking "$(number 1 1)")" '3 dossier missing' "$1: of a dossier there is"
	is "$(call dispatch 2 --letter password --tracking "$(number 1 1)")" '2 --envelope usage' "$1: which envelope is in hand?"
	is "$(call dispatch 2 --letter password --envelope "$(envelope 5 password)" --tracking "$(number 1 1)")" '4 --envelope dispatch-envelope' \
		"$1: not a stranger's"
	say dispatch 2 --letter password --envelope "$(envelope 2 password)" --tracking "$(number 1 1)" >"$tmp/dispatch.json"
	is "$? $(of dispatch tracking) $(of dispatch state) $(of dispatch download)" "0 $(number 1 1) dispatched false" "$1: the first is sent"
	is "$(call dispatch 5 --letter pin --envelope "$(envelope 5 pin)" --tracking "$(number 1 1)")" '4 --tracking dispatch-tracking' "$1: a number is one envelope's"
	is "$(call day close --key "$(key dispatch-1)")" '4 - day-envelope' "$1: the day stays open"
	is "$("$flat" -a errors dossier note <"$tmp/out" | sort | tr "$tab\n" ' ;')" '2 done;5 done;5 done;' "$1: each envelope is named"
	say dispatch 2 --letter pin --envelope "$(envelope 2 pin)" --tracking "$(number 3 2)" >/dev/null || fail "$1: sent" "$(cat "$tmp/err")"
	say --now 2026-11-26T09:00:00+09:00 dispatch 5 --letter pin --envelope "$(envelope 5 pin)" --tracking "$(number 1 3)" >"$tmp/late.json" || fail "$1: sent" "$(cat "$tmp/err")"
	say dispatch 5 --letter password --envelope "$(envelope 5 password)" --tracking "$(number 1 4)" >/dev/null || fail "$1: sent" "$(cat "$tmp/err")"
	is "$("$flat" -v 'warnings[0].code' <"$tmp/late.json")" dispatch-late "$1: a late sending is warned of"
}

closed() {
	ls "$dir/rehearsal/" | grep -q 'print-.*day' && pass "$1: a rehearsal keeps the day's keys" || fail "$1: a rehearsal keeps the day's keys"
	is "$(say mail list --state queued | "$flat" -a mails kind | grep -c download)" 0 "$1: no link is mailed before the day closes"
	say day close --key "$(key dispatch-1)" >"$tmp/close.json"
	is "$? $(of close sent) $(of close spoiled) $(of close downloads)" '0 4 2 2' "$1: the day closes and two downloads open"
	is "$(ls "$dir/rehearsal/" | grep -c 'print-.*day')" 0 "$1: its keys are gone"
	is "$(call day close --key "$(key dispatch-1)")" '4 - day-none' "$1: closed once"
	say mail send >/dev/null
	say mail list --state accepted | "$flat" -a mails kind dossier id | awk '$1 == "download" { print $2, $3 }' >"$tmp/mailed"
	is "$(sort "$tmp/mailed" | cut -d' ' -f1 | tr '\n' ' ')" '2 5 ' "$1: two links go out by mail"
	"$top/tests/read_mail.py" "$dir/outbox/$(sed -n 's/^2 //p' "$tmp/mailed").eml" >"$tmp/read"
	grep -qs "/download/$(cat "$dir/rehearsal/tokens/2")" "$tmp/read" && pass "$1: with the link" || fail "$1: with the link"
}

# Five at once of the four that are left, each counted before any is done.
fetched_at_once() {
	all=
	cp "$top/build/tests/late.so" "$tmp/" # LD_PRELOAD knows no path with a space
	for i in 1 2 3 4 5; do
		LD_PRELOAD=$tmp/late.so "$akashi" -C "$dir" package fetch --token "$token" --password-file "$tmp/password" \
			--out "$tmp/once.$1.$i.p12" >/dev/null 2>&1 &
		all="$all $!"
	done
	good=0
	for i in $all; do wait "$i" && good=$((good + 1)); done
	is "$good $(ls "$tmp"/once.$1.*.p12 | wc -l)" '4 4' "$1: together no more often than one after another; what is refused leaves no file"
}

fetched() {
	token=$(cat "$dir/rehearsal/tokens/2")
	sheet 2 password code >"$tmp/password"; sheet 2 pin code >"$tmp/pin"
	is "$(call package fetch --token "$token" --out "$tmp/no.p12")" '2 --password-file usage' "$1: the password comes from a file"
	is "$(call package fetch --token 0123 --password-file "$tmp/password" --out "$tmp/no.p12")" '3 --token download-token' "$1: a link nobody sent"
	is "$(call package fetch --token "$token" --password-file "$tmp/pin" --out "$tmp/no.p12")" '4 --password-file download-password' "$1: the PIN is no password"
	[ ! -e "$tmp/no.p12" ] && pass "$1: nothing is written" || fail "$1: nothing is written"
	for i in 1 2 3 4 5 6; do call package fetch --token "$token" --password-file "$tmp/password" --out "$tmp/no/folder.p12" >"$tmp/nowhere"; done
	is "$(cat "$tmp/nowhere")" '75 - store' "$1: a place where nothing can be written is no wrong password, however often"
	echo mine >"$tmp/mine.p12"; is "$(call package fetch --token "$token" --password-file "$tmp/password" --out "$tmp/mine.p12") $(cat "$tmp/mine.p12")" '4 - state mine' "$1: never over a file"
	say package fetch --token "$token" --password-file "$tmp/password" --out "$tmp/$1.p12" >"$tmp/fetch.json"
	is "$? $(of fetch left) $(of fetch sha256)" "0 4 $(sha256sum <"$tmp/$1.p12" | cut -d' ' -f1)" "$1: fetched"
	openssl pkcs12 -in "$tmp/$1.p12" -passin "file:$tmp/pin" -nokeys -clcerts >"$tmp/$1.pem" 2>/dev/null
	is "$(openssl x509 -in "$tmp/$1.pem" -noout -serial | tr A-F a-f)" "serial=$(of fetch serial)" "$1: OpenSSL opens it with the PIN"
	openssl pkcs12 -in "$tmp/$1.p12" -passin "file:$tmp/pin" -nocerts -nodes 2>/dev/null | openssl pkey -pubout >"$tmp/$1.pub"
	[ -s "$tmp/$1.pub" ] && openssl x509 -in "$tmp/$1.pem" -noout -pubkey | cmp -s - "$tmp/$1.pub" && pass "$1: and its key is the certificate's" || fail "$1: key and certificate"
	is "$(say dossier show 2 | "$flat" -v state)" downloaded "$1: the dossier says so"
	fetched_at_once "$1"
	five=$(cat "$dir/rehearsal/tokens/5"); sheet 5 password code >"$tmp/password5"
	is "$(call --now 2026-12-21T00:00:00+09:00 package fetch --token "$five" --password-file "$tmp/password5" --out "$tmp/no.p12")" \
		'4 --token M-402' "$1: after its last day a download is over"
}

received() {
	is "$(call receipt paper 2 --date 2026-11-27)" '2 --key usage' "$1: somebody takes a receipt in"
	is "$(call receipt paper 2 --date 11/27 --key "$(key reception-1)")" '2 --date usage' "$1: a day is a day"
	is "$(call receipt paper 2 --date 2026-11-27 --key "$(key dispatch-1)")" '4 key act-wrong-role' "$1: reception does"
	is "$(call receipt paper 2 --date 2026-11-19 --key "$(key reception-1)")" '4 --date receipt-early' "$1: not before it was sent"
	is "$(call receipt paper 2 --date 2027-01-27 --key "$(key reception-1)")" '4 --date receipt-future' "$1: nor tomorrow"
	is "$(call receipt paper 21 --date 2026-11-27 --key "$(key reception-1)")" '4 N receipt-none' "$1: nor of what was never sent"
	ref=$(reference 2) wrong=$(((${ref#???????} + 1) % 10))
	is "$(call receipt paper "${ref%?}$wrong" --date 2026-11-27 --key "$(key reception-1)")" '4 N dossier-number' "$1: nor of a number misread"
	is "$(call receipt paper "${ref%?}" --date 2026-11-27 --key "$(key reception-1)")" '4 N dossier-number' "$1: nor of one without its check digit"
	is "$(call receipt paper 02 --date 2026-11-27 --key "$(key reception-1)")" '4 N dossier-number' "$1: nor of one that begins with a zero"
	is "$(call stay "$ref" --until 2027-06-30 --key "$(key dispatch-1)")" '4 key act-wrong-role' "$1: every command knows it"
	say receipt paper "$ref" --date 2026-11-27 --key "$(key reception-1)" >"$tmp/receipt.json"
	is "$? $(of receipt time) $(of receipt state) $(of receipt must)" '0 in-time active 2026-12-20' "$1: a receipt in time"
	is "$(call receipt paper 2 --date 2026-11-27 --key "$(key reception-1)")" '4 N receipt-known' "$1: once"
	is "$(call package fetch --token "$token" --password-file "$tmp/password" --out "$tmp/no.p12")" '4 --token download-closed' "$1: the package is gone"
	say receipt paper 5 --date 2026-12-21 --key "$(key reception-1)" >"$tmp/receipt2.json"
	is "$? $(of receipt2 time) $("$flat" -v 'warnings[0].code' <"$tmp/receipt2.json")" '0 after-may receipt-undownloaded' "$1: a late one is taken, and told"
}

nowhere() { # no code, no token outside what a rehearsal keeps and what is mailed
	for l in '2 pin' '2 password' '5 pin' '5 password'; do sheet $l code; done >"$tmp/secrets"
	cat "$dir"/rehearsal/tokens/* | sed 's/.\{32\}/&\n/g' >>"$tmp/secrets"
	store_dump $1 post "$tmp/dump"
	is "$(grep -c . "$tmp/secrets") $(grep -rlFf "$tmp/secrets" "$dir/rehearsal/letters" "$dir/rehearsal/tokens" | wc -l | tr -d ' ')" '6 6' \
		"$1: the planted ones are found"
	is "$(find "$dir" "$tmp/dump" -type f -not -path "$dir/rehearsal/*" -not -path "$dir/outbox/*" 2>/dev/null -print0 | xargs -0 grep -lFf "$tmp/secrets")" \
		'' "$1: no PIN, password or token stands anywhere else"
}

for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine post && taken_in "$dir" && approved "$dir" 2 5 12 && paid "$dir" 2 5 12 || fail "$engine: orders"
	printed $engine
	scanned $engine
	spoiled $engine
	sent $engine
	closed $engine
	fetched $engine
	received $engine
	nowhere $engine
	say audit verify >"$tmp/audit.json"
	is "$? $(of audit ok)" '0 true' "$engine: the books agree"
done
documented 'day open' "$tmp/open.json"
documented 'letter print' "$tmp/away.json" "$tmp/print.json"
documented 'letter done' "$tmp/done.json"
documented 'letter spoil' "$tmp/spoil.json"
documented dispatch "$tmp/late.json"
documented 'package fetch' "$tmp/fetch.json"
documented 'receipt paper' "$tmp/receipt2.json"
done_testing
