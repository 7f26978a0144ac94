#!/bin/sh
# The mailbox: receipts by a mail program's own S/MIME, reports, strangers' mail; each taken once, whatever falls when.
# [R-4.111] [R-4.112] [RFC3464] [RFC3464 2.3.3] [RFC3464 2.3.4] [RFC3501] [RFC3501 2.3.2] [design 1]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
. "$top/tests/in_hand.sh"
. "$top/tests/dovecot.sh"
. "$top/tests/mutt.sh"
mails=$tmp/mails mailbox_pid=
mkdir "$mails"
trap 'mailbox_stop; rm -rf "$tmp"' EXIT
# fetch: exit, and each mail's end and code in the order they arrived.
fetch() {
	say mail fetch >"$tmp/fetch.json"; code=$?
	echo "$code $("$flat" -a mails end code <"$tmp/fetch.json" | tr "$tab\n" ' ,' | sed 's/ -,/,/g; s/,$//')"
}
flags() { mailbox_do INBOX "UID SEARCH $1" | sed -n 's/^\* SEARCH *//p' | tr -d '\r'; }

made() {
	bodies
	by_mutt 2 "$mails/mutt" || fail "$engine: mutt signs" "$(tail -c 300 "$tmp/mutt/screen")"
	signed five nested -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256 -nodetach
	sed 's/受領しました/受領していません/' "$mails/five" >"$mails/same"
	signed clear utf-8 -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256
	sed 's/受領しました/受領していません/' "$mails/clear" >"$mails/altered"
	printf 'From: x@example.jp\r\nSubject: hello\r\n\r\nWhere is my certificate?\r\n' >"$mails/plain"
	say mail send >/dev/null || fail "$engine: mails of ours" "$(cat "$tmp/err")"
	say mail list --dossier 12 | "$flat" -a mails kind id | awk -F'\t' '{ print $2 }' >"$tmp/ids"
	by_address=$(sed -n 1p "$tmp/ids") by_message=$(sed -n 2p "$tmp/ids")
	report "$by_address" 00ff failed '5.1.1 (no such user)' >"$mails/bounce"
	report 00ff "$by_message" failed 4.4.7 >"$mails/timeout"
	report "$by_message" "$by_message" delayed 4.4.1 >"$mails/delayed"
	report 00112233445566778899aabbccddeeff 00112233445566778899aabbccddeeff failed 5.1.1 >"$mails/strange"
	{ cat "$mails/plain"; head -c 3000000 /dev/zero | tr '\0' 'A' | fold -w 76; } >"$mails/large"
}

# report ADDRESS MESSAGE ACTION STATUS: that a mail came back to bounce+ADDRESS, whose number was MESSAGE.
report() {
	cat <<-END
		From: MAILER-DAEMON@example.jp
		To: bounce+$1@akashi.example
		Content-Type: multipart/report; report-type=delivery-status; boundary="b"

		--b
		Content-Type: text/plain

		No such user.
		--b
		Content-Type: message/delivery-status

		Reporting-MTA: dns; mx.example.jp

		Final-Recipient: rfc822; nobody@example.jp
		Action: $3
		Status: $4
		--b
		Content-Type: text/rfc822-headers

		Message-ID: <$2@akashi.example>
		--b--
	END
}

taken() {
	is "$(fetch)" '0 ' "$1: nothing has come"
	arrive "$mails/mutt" "$mails/altered" "$mails/plain" "$mails/bounce" "$mails/large" "$mails/mutt" "$mails/timeout" "$mails/delayed" "$mails/strange"
	is "$(fetch)" '0 receipt,refused receipt-mail-altered,left mail-other,bounce,left mail-large,known receipt-known,bounce,left mail-report,left mail-strange' \
		"$1: each is what it is"
	is "$("$flat" -a mails dossier id status <"$tmp/fetch.json" | sed -n '1p;4p;7p' | tr "$tab\n" ' ,')" \
		"2 - -,12 $by_address 5.1.1,12 $by_message 4.4.7," "$1: the receipt of a mail program, and what came back why"
	is "$(say mail list --state failed | "$flat" -a mails id state status | sort | tr "$tab\n" ' ,')" \
		"$(printf '%s bounced 5.1.1\n%s bounced 4.4.7\n' "$by_address" "$by_message" | sort | tr '\n' ,)" "$1: what came back is on the list of failed mail"
	is "$(say mail send | "$flat" -v letters) $(ls "$dir/outbox" | grep txt | sort | tr '\n' ' ')" \
		"2 $(printf '%s.txt\n' "$by_address" "$by_message" | sort | tr '\n' ' ')" "$1: and becomes a letter"
	is "$(flags 'KEYWORD akashi-taken SEEN');$(flags FLAGGED)" '1 2 3 4 5 6 7 8 9;2 3 5 8 9' "$1: all are taken, and people's are flagged"
	is "$(say mail list --dossier 5 | "$flat" -a mails kind key | tr "$tab" ' ' | grep unconfirmed)" 'receipt-unconfirmed day=2026-11-22 receipt-mail-altered' \
		"$1: whose receipt was refused is told"
	is "$(ls "$dir/inbox")" '' "$1: no mail is left lying"
	is "$(say dossier show 2 | "$flat" -v state)" active "$1: the case is closed"
	cp "$tmp/fetch.json" "$tmp/all.json"
	is "$(fetch)" '0 ' "$1: again: nothing"
}

# What was fetched before is handled though the server lets nobody in; what a person is to find flagged there waits for that.
locked_out() {
	file=$("$flat" -a mails file <"$tmp/all.json" | sed -n 's/-[0-9]*-2026/-3-2026/p' | head -1)
	mailbox_do INBOX 'UID STORE 3 -FLAGS.SILENT (\Flagged)' >/dev/null
	sed 's/Where is/Here is/' "$mails/plain" >"$dir/inbox/$file"
	cp "$mails/mutt" "$dir/inbox/mail-1-1-2026-11-22.eml"
	before=$("$top/build/tests/events" "$dir" | grep -c 'mail-left.*mail-other')
	printf 'close-sesame\n' >"$mailbox_password"
	for again in once again; do
		is "$(fetch | cut -d' ' -f1) $("$flat" -v 'errors[0].code' <"$tmp/fetch.json") $(ls "$dir/inbox") $(($("$top/build/tests/events" "$dir" | grep -c 'mail-left.*mail-other') - before))" \
			"6 mailbox-away $file 1" "$1: locked out, what lies here is handled, $again"
	done
	printf 'open-sesame\n' >"$mailbox_password"
	is "$(fetch) $(ls "$dir/inbox") $(flags FLAGGED)" '0 left mail-other  2 3 5 8 9' "$1: and flagged when the server is there again"
}

# One the server does not give holds up no other, and is tried again.
kept_back() {
	sed 's/Where is/When is/' "$mails/plain" >"$mails/plain-4"; sed 's/Where is/Why is/' "$mails/plain" >"$mails/plain-5"
	arrive "$mails/plain-4"; mailbox_do INBOX NOOP >/dev/null; chmod 0 "$mailbox/mail/cur/$arrived.mail"*
	arrive "$mails/plain-5"; before=$(flags 'KEYWORD akashi-taken' | wc -w)
	say mail fetch >"$tmp/kept.json"
	is "$? $("$flat" -v 'errors[0].code' <"$tmp/kept.json") $(($(flags 'KEYWORD akashi-taken' | wc -w) - before))" '6 mailbox-kept 1' "$1: one that the server keeps back is told, the next is taken"
	chmod 600 "$mailbox/mail/cur"/*; is "$(fetch)" '0 left mail-other' "$1: and when it gives it, it is taken too"
}

# As many as one look finds, all kept back: what lies behind them is taken all the same.
many_kept_back() {
	first=$((arrived + 1))
	for i in $(seq 500); do arrive "$mails/plain"; done
	mailbox_do INBOX NOOP >/dev/null; behind=$arrived
	for i in $(seq $first $behind); do chmod 0 "$mailbox/mail/cur/$i.mail"*; done
	sed 's/Where is/Who is/' "$mails/plain" >"$mails/plain-7"; arrive "$mails/plain-7"; mailbox_do INBOX NOOP >/dev/null
	say mail fetch >"$tmp/kept.json"
	is "$? $("$flat" -v 'errors[0].code' <"$tmp/kept.json") $(flags 'UNKEYWORD akashi-taken' | wc -w)" '6 mailbox-kept 500' "$1: behind 500 that are kept back the next is taken"
	for i in $(seq $first $behind); do rm -f "$mailbox/mail/cur/$i.mail"*; done
	is "$(fetch)" '0 ' "$1: and without them nothing is left to take"
}

# The numbers of a mailbox may be as large as they get [RFC3501 2.3.1.1]: how many mails lie there counts.
far_apart() {
	mailbox_stop; sed -i '1s/ N[0-9]*/ N4200000000/' "$mailbox/mail/dovecot-uidlist"; rm -f "$mailbox/mail"/dovecot.index* "$mailbox/mail/.INBOX"/dovecot.index*
	mailbox_start || fail "$1: the mailbox again"
	sed 's/Where is/Which is/' "$mails/plain" >"$mails/plain-6"; arrive "$mails/plain-6"
	timeout 60 "$akashi" -C "$dir" --now "$now" --json mail fetch >"$tmp/far.json" 2>"$tmp/err"
	is "$? $("$flat" -a mails file code <"$tmp/far.json" | grep -c -- '-4200000000-.*mail-other')" '0 1' "$1: a mail of a number far above the last is found among the few there are"
}

# A server that keeps no keywords: the same mails would be new for ever, and hide those behind them.
markless() {
	mailbox_stop; echo 'mail_max_keyword_length = 5' >>"$mailbox/conf"; rm -f "$mailbox/mail"/dovecot*
	mailbox_serve || fail "$1: the mailbox without keywords"
	sed 's/Where is/Whither is/' "$mails/plain" >"$mails/plain-8"; arrive "$mails/plain-8"
	say mail fetch >"$tmp/markless.json"
	is "$? $("$flat" -v 'errors[0].code' <"$tmp/markless.json")" '6 mailbox-marks' "$1: a mailbox that keeps no keywords is told as that"
}

# Fallen at every point, and run again: the receipt is there, once, and the mailbox knows.
falls() {
	sed 's/Where is/Is that/' "$mails/plain" >"$mails/plain-2"
	report "$(sed -n 3p "$tmp/ids")" 00ff failed 5.2.2 >"$mails/full"
	signed bare utf-8 -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256 -nocerts
	arrive "$mails/bare" "$mails/five" "$mails/plain-2" "$mails/full"
	mailbox_do INBOX NOOP >/dev/null
	cp -a "$dir" "$tmp/before"
	again="'$akashi' -C '$dir' --now '$now' --json mail fetch"
	# A reader forked for the one that fell, and not yet begun, has its lock for a moment: "later" is then the truth.
	cat >"$tmp/check" <<-END
		$again >'$tmp/check.json' 2>&1; code=\$?
		[ \$code != 75 ] || { sleep 2; $again >'$tmp/check.json' 2>&1; code=\$?; }
		[ \$code = 0 ] || { cat '$tmp/check.json' >>'$tmp/said'; exit 1; }
		[ "\$('$akashi' -C '$dir' --json dossier show 5 | '$flat' -v state)" = active ] || exit 2
		[ -z "\$(ls '$dir/inbox' | grep '^mail-.*eml\$')" ] || exit 3
		[ -z "\$(curl -s 'imap://127.0.0.1:$mailbox_port/INBOX' -u 'receipts:open-sesame' -X 'UID SEARCH UNKEYWORD akashi-taken' | sed -n 's/^\* SEARCH *//p' | tr -d '\r')" ] || exit 4
		[ "\$('$top/build/tests/events' '$dir' | grep -c 'receipt-recorded.*edition=1.*channel=mail')" = 2 ] || exit 5
		[ "\$('$top/build/tests/events' '$dir' | grep -c 'mail-left.*mail-other')" = 3 ] || exit 6
		[ "\$('$top/build/tests/events' '$dir' | grep -c 'receipt-refused.*receipt-mail-bare')" = 1 ] || exit 7
		[ "\$('$akashi' -C '$dir' --json mail list --dossier 5 | '$flat' -a mails kind key | grep -c 'unconfirmed.*receipt-mail-bare')" = 1 ] || exit 8
		[ "\$('$top/build/tests/events' '$dir' | grep -c 'mail-bounced')" = 3 ] || exit 9
	END
	cat >"$tmp/prepare" <<-END
		rm -rf '$dir'; cp -a '$tmp/before' '$dir'
		curl -s 'imap://127.0.0.1:$mailbox_port/INBOX' -u 'receipts:open-sesame' -X 'UID STORE 10:13 -FLAGS.SILENT (akashi-taken \\Seen \\Flagged)'
	END
	for mode in '-m kill -s 3' '-m eio -s 5'; do
		: >"$tmp/said"
		"$top/build/tests/sweep" $mode -p "sh '$tmp/prepare'" -c "sh '$tmp/check'" "$again >/dev/null 2>&1" >"$tmp/out" 2>&1
		[ $? = 0 ] && pass "a fetch fallen at every point loses no mail and takes none twice ($mode): $(tail -1 "$tmp/out")" ||
			fail "a fetch fallen at every point ($mode)" "$(tail -12 "$tmp/out"; cat "$tmp/said")"
	done
}

# Served, the mailbox is looked into by itself; a server that is away is told of once.
stands() {
	sed 's/Where is/Whose is/' "$mails/plain" >"$mails/plain-3"
	arrive "$mails/plain-3"
	"$akashi" -C "$dir" --now "$now" --json serve --listen "127.0.0.1:$((mailbox_port + 1))" >"$tmp/serve.json" 2>"$tmp/serve.err" &
	serve=$!
	for try in $(seq 300); do
		[ -n "$(flags 'UNKEYWORD akashi-taken')" ] || break
		sleep 0.1
	done
	is "$(flags 'UNKEYWORD akashi-taken') $("$flat" -a programs name <"$tmp/serve.json" | grep -c '^akashi-courier')" ' 2' "$1: served, what comes is taken in by itself"
	kill -TERM $serve; wait $serve
	is "$? $(cat "$tmp/serve.err")" '0 ' "$1: and it ends without a word"
}
inbox_is() { "$akashi" -C "$dir" --now "$1" --json health | "$flat" -a checks check ok | sed -n "s/^inbox$tab//p"; }
away() {
	say mail fetch >"$tmp/away.json"
	is "$? $("$flat" -v 'errors[0].code' <"$tmp/away.json")" '6 mailbox-away' "$1: a server that is away"
	is "$(inbox_is "$now") $(inbox_is 2026-11-23T12:30:00+09:00)" 'true false' "$1: the service is not well once nothing was read for a while"
	rm -f "$tmp/ready" "$tmp/said" # of the other engine
	"$top/build/akashi-courier" --dir "$dir" --inbox 3>"$tmp/ready" 2>"$tmp/said" &
	inbox=$!
	for try in $(seq 300); do
		[ ! -s "$tmp/said" ] || break
		sleep 0.1
	done
	{ kill -TERM $inbox; wait $inbox; } 2>/dev/null
	is "$? $(cat "$tmp/ready") $(wc -l <"$tmp/said") $(grep -c 'メールボックスから受け取れません.*127.0.0.1' "$tmp/said")" '143 ready 1 1' "$1: is told of by whoever stands, and stops it not"
}

for engine in ${ENGINES:-sqlite postgresql}; do
	dir=$tmp/$engine
	in_hand $engine mailin || fail "$engine: certificates in hand" "$(cat "$tmp/err")"
	made
	is "$(say mail fetch | "$flat" -v 'errors[0].field') $(inbox_is "$now")" 'mailbox ' "$engine: without a mailbox there is nothing to fetch"
	rm -rf "$tmp/mailbox"; arrived=0
	mailbox_start || fail "$engine: a mailbox"
	sed -i "s|^mailbox = .*|mailbox = imap://127.0.0.1:$mailbox_port/INBOX|; s|^mailbox_user = .*|mailbox_user = receipts|
		s|^mailbox_password_file = .*|mailbox_password_file = $mailbox_password|" "$dir/akashi.conf"
	taken $engine
	locked_out $engine
	[ $engine = postgresql ] || falls
	stands $engine
	[ $engine = postgresql ] || { kept_back $engine; many_kept_back $engine; far_apart $engine; markless $engine; }
	mailbox_stop
	away $engine
done
documented 'mail fetch' "$tmp/all.json"
done_testing
