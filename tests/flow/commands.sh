#!/bin/sh
# Every command of akashi --help: its help, its place in the manual, a call that is accepted and one that is refused, and the
# keys of what both print, all of which docs/formats/json.md names. A command without a row here fails.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
. "$top/tests/dovecot.sh"
. "$top/tests/old_ca.sh"
samples=$top/tests/fixtures/samples dir=$tmp/service docs=$tmp/docs global= serve= mailbox_pid=
mkdir "$docs"
# What stands is ended by its number or its own command, however far this came.
leave() {
	[ -z "$serve" ] || kill -INT "$serve"
	[ ! -S "$dir/run/archive.sock" ] || "$akashi" -C "$dir" key close archive >/dev/null
	mailbox_stop
	rm -rf "$tmp"
}
trap leave EXIT
common='errors\[\]\.(field|code|message|clause)'

# said COMMAND ARGUMENTS: the call, its document kept with those of its command.
said() {
	kept=$((kept + 1)) file=$docs/$(echo "$1" | tr ' ' _).$kept
	eval "\"$akashi\" --json $global $1 $2" >"$file" 2>"$tmp/err" </dev/null
	code=$?
}
of() { "$flat" -v "$1" <"$file"; }
# accept COMMAND ARGUMENTS [EXIT]
accept() {
	said "$1" "$2"
	if [ $code = "${3:-0}" ] && [ "$("$flat" -v v <"$file")" = 1 ]; then pass "accepted: $1 $2"; else fail "accepted: $1 $2" "$code $(cat "$tmp/err" "$file")"; fi
	echo "$1" >>"$tmp/accepted"
}
# refuse COMMAND ARGUMENTS EXIT CODE: with an error of the four keys, unless its rows say why.
refuse() {
	said "$1" "$2"
	is "$code $(of "${5:-errors[0].code}")" "$3 $4" "refused: $1 $2"
	echo "$1" >>"$tmp/refused"
}

# command             accepted                                                refused                                exit and code
accept 'rule validity' '--issued 2024-05-10T10:30:00+09:00 --years 2';        refuse 'rule validity' '--years 2' 2 usage
accept 'rule window'   '--from 2026-08-22 --months 3';                        refuse 'rule window' '--from 2026-02-30 --months 3' 2 usage
accept 'rule papers'   '--kind employee --product DL-I2';                     refuse 'rule papers' '--kind king --product DL-I2' 2 usage
cp -r "$top/policy" "$tmp/policy"; echo '- { name: horoscope }' >>"$tmp/policy/settings.yaml"
accept 'policy check'  '"$top/policy"';                                       refuse 'policy check' '"$tmp/policy"' 4 -
printf 'a passphrase long enough' >"$tmp/pass"
accept 'key new'       '"$tmp/suzuki" --for person --passphrase-file "$tmp/pass"'
refuse 'key new'       '"$tmp/suzuki" --for person --passphrase-file "$tmp/pass"' 4 state
refuse 'key check'     '"$tmp/suzuki" --passphrase-file "$tmp/pass"' 4 keyfile-other-purpose
accept 'init'          '"$dir" --rehearsal --now 2026-11-20T09:00:00+09:00';  refuse 'init' '"$dir" --rehearsal' 4 state

global="-C '$dir'"
echo '- { name: abolition, value: "2028-03-31", clause: R-13.1, from: 2024-01-01 }' >>"$dir/policy/settings.yaml"
accept 'policy adopt'  '';                                                    refuse 'policy adopt' 'twice' 2 usage
accept 'staff add'     'suzuki --public "$tmp/suzuki.pub" --roles audit --surface desk'
refuse 'staff add'     'suzuki --public "$tmp/suzuki.pub" --roles king --surface desk' 4 draft-roles
refuse 'staff add'     "'a b' --public '$tmp/suzuki.pub' --roles audit --surface desk" 4 draft-name
accept 'staff remove'  'suzuki';                                              refuse 'staff remove' 'suzuki' 3 missing
accept 'charter show'  '';                                                    refuse 'charter show' 'twice' 2 usage
accept 'charter sign'  '--key "$(key custodian-1)"' 5;                        refuse 'charter sign' '--key "$(key reception-1)"' 4 act-unknown-person
accept 'charter sign'  '--key "$(key custodian-2)"'
accept 'charter show'  ''
old_ca "$tmp/old" 3072 && : >"$tmp/no-words" && "$akashi" key new "$tmp/old-key" --for ca --rehearsal --from "$tmp/old/ca.key" >/dev/null
"$akashi" --now 2026-11-20T09:00:00+09:00 init "$tmp/moving" --rehearsal --adopt "$tmp/old/ca.crt" --ca-key "$tmp/old-key" --ca-passphrase-file "$tmp/no-words" >/dev/null
moving='--certificate "$tmp/old/ca.crt" --crl "$tmp/old/ca.crl" --index "$tmp/old/index.txt"'
                                                                              refuse 'ca adopt' "$moving" 4 adopt-not
global="-C '$tmp/moving'"
accept 'ca adopt'      "$moving"
global="-C '$dir'"
accept 'ca certify'    '--key "$(key custodian-1)"' 5;                        refuse 'ca certify' '--key "$(key audit-1)"' 4 act-wrong-role
accept 'ca certify'    '--key "$(key custodian-2)"'
accept 'key check'     'ca'
mkdir "$tmp/outside"; cp "$dir/repository/checkpoint.der" "$dir/repository/ca.crl" "$tmp/outside"
outside='--checkpoint "$tmp/outside/checkpoint.der" --crl "$tmp/outside/ca.crl"'
accept 'standby check' "--journal '$dir/ca/journal' $outside"
refuse 'standby check' "--journal '$dir/ca' $outside" 3 journal-none
accept 'epoch draft'   "$outside"
refuse 'epoch draft'   '--checkpoint "$tmp/outside/ca.crl" --crl "$tmp/outside/ca.crl"' 4 standby-checkpoint
accept 'epoch sign'    '--key "$(key custodian-1)"' 5;                        refuse 'epoch sign' '--key "$(key reception-1)"' 4 act-wrong-role
accept 'epoch sign'    '--key "$(key custodian-2)"'
accept 'key open'      'archive';                                             refuse 'key open' 'archive' 4 state

accept 'dossier import' '"$samples/applications.csv"' 4;                      refuse 'dossier import' '"$samples/refusals.csv"' 4 - 'rows[0].nothing'
accept 'dossier arrive' '"$samples/papers.csv"'
sed '2s/S1-001/S1-00X/' "$samples/papers.csv" | head -2 >"$tmp/odd.csv"
refuse 'dossier arrive' '"$tmp/odd.csv"' 4 unknown-ref 'rows[0].errors[0].code'
accept 'dossier list'   '';                                                   refuse 'dossier list' '--state lost' 2 usage
accept 'dossier find'   'たかはし'; refuse 'dossier find' '亮' 4 find-short
accept 'dossier show'   '4';                                                  refuse 'dossier show' '999' 3 missing
said 'dossier show' 9
"$flat" -a checks check <"$file" | awk '{ printf "%s{\"code\":\"%s\",\"result\":\"%s\",\"note\":\"x\"}", (NR > 1 ? "," : "{\"checks\":["), $1,
	(NR > 1 ? "ok" : "ng") } END { print "]}" }' >"$tmp/ng.json"
for who in 2 5 12 49 62; do accept 'dossier screen' "$who --key \"\$(key screening-1)\" --ok"; done
accept 'dossier screen' '9 --key "$(key screening-1)" --result "$tmp/ng.json"'
refuse 'dossier screen' '2 --key "$(key approval-1)" --ok' 4 act-wrong-role
accept 'warrant show'   '2';                                                  refuse 'warrant show' '21' 4 card-none
for who in 2 5 12 49 62; do accept 'approve' "$who --key \"\$(key approval-2)\" --yes"; done
accept 'warrant show'   '2';                                                  refuse 'approve' '2 --key "$(key approval-2)"' 4 state
accept 'payment import' '"$samples/bank-zengin03.dat"';                       refuse 'payment import' '"$samples/papers.csv"' 4 bank-file
printf '勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要\n2026/11/20,,500,1500,振込,ﾃｽﾄ ﾄﾘｹｼ\n' >"$tmp/noon.csv"
{ cat "$tmp/noon.csv"; echo '2026/11/20,500,,1000,振込取消,ﾃｽﾄ ﾄﾘｹｼ'; } >"$tmp/evening.csv"
accept 'payment import' '"$tmp/noon.csv"';                                    accept 'payment import' '"$tmp/evening.csv"'
accept 'payment match'  '';                                                   refuse 'payment match' 'more' 2 usage
"$flat" -a lines line 'candidates[].dossier' 'candidates[].reason' <"$docs/payment_match.$((kept - 1))" >"$tmp/lines"
for who in 2 5 9 12 49 62; do
	line=$(awk -F'\t' -v d=$who '$2 == d && $3 == "exact" { print $1; exit }' "$tmp/lines")
	accept 'payment confirm' "$line --dossier $who --key \"\$(key accounting-1)\""
done
refuse 'payment confirm' '99 --dossier 2 --key "$(key accounting-1)"' 3 line-unknown
accept 'day open'       '--key "$(key dispatch-1)"';                          refuse 'day open' '--key "$(key dispatch-1)"' 4 day-open
accept 'issue'          '2 5 12 49 62';                                             refuse 'issue' '21' 4 issue-state 'rows[0].code'
sed -i 's/^\(printer_[a-z]*\) = .*/\1 = raw:127.0.0.1:1/' "$dir/akashi.conf"
refuse 'letter print'   '' 6 printer-away 'rows[0].errors[0].code'
sed -i 's/^\(printer_[a-z]*\) = .*/\1 =/' "$dir/akashi.conf"
accept 'letter print'   ''
envelope() { "$flat" dossier letter envelope <"$docs/letter_print.$printed" | awk -F'\t' -v d="$1" -v l="$2" '$1 == d && $2 == l { print $3 }'; }
printed=$kept
accept 'letter done'    '"$(envelope 2 pin)"';                                refuse 'letter done' 'E99999999' 3 letter-unknown
refuse 'day close'      '--key "$(key dispatch-1)"' 4 day-envelope
for who in 2 12 49 62; do for letter in pin password; do accept 'letter done' "\"\$(envelope $who $letter)\""; done; done
# number WHO LETTER N: of registered mail, by its route.
number() {
	ten=$("$flat" dossier letter route <"$docs/letter_print.$printed" | awk -F'\t' -v d="$1" -v l="$2" -v n="$3" '$1 == d && $2 == l { printf "%d%09d", ($3 == "honnin" ? 1 : 3), n }')
	echo "$ten$((ten % 7))"
}
for who in 49 62; do for letter in pin password; do posted=$((posted + 1)); accept 'dispatch' "$who --letter $letter --envelope \"\$(envelope $who $letter)\" --tracking $(number $who $letter $posted)"; done; done
accept 'dispatch'       '2 --letter pin --envelope "$(envelope 2 pin)" --tracking 312-60-00001-5'
refuse 'dispatch'       '2 --letter password --envelope "$(envelope 2 password)" --tracking 312-60-00002-6' 4 tracking-class
accept 'dispatch'       '2 --letter password --envelope "$(envelope 2 password)" --tracking 112-60-00001-0'
accept 'letter spoil'   '"$(envelope 5 pin)" --witness "$(key dispatch-2)"'
refuse 'letter spoil'   '"$(envelope 2 pin)" --witness "$(key dispatch-2)"' 4 letter-sent
accept 'letter spoil'   '"$(envelope 5 password)" --witness "$(key dispatch-2)"'
global="$global --now 2026-11-27T09:00:00+09:00"
accept 'dispatch'       '12 --letter pin --envelope "$(envelope 12 pin)" --tracking 312-60-00003-0'
accept 'dispatch'       '12 --letter password --envelope "$(envelope 12 password)" --tracking 112-60-00003-2'
accept 'letter returned' '12 --letter pin --date 2026-11-27 --key "$(key dispatch-1)"'
refuse 'letter returned' '12 --letter pin --date 2026-11-27 --key "$(key dispatch-1)"' 4 letter-not-out
accept 'dispatch'       '12 --letter pin --envelope "$(envelope 12 pin)" --tracking 312-60-00004-1'
accept 'cert list'      '';                                                   refuse 'cert list' 'more' 2 usage
serial() { "$flat" dossier serial <"$docs/cert_list.$listed" | awk -F'\t' -v d="$1" '$1 == d { print $2 }'; }
listed=$((kept - 1))
refuse 'revoke'         '"$(serial 5)" --ground 11-4 --key "$(key revocation-1)"' 5 second
accept 'revoke'         '"$(serial 5)" --ground 11-4 --key "$(key revocation-1)" --second "$(key revocation-2)"'
global="-C '$dir'"
accept 'day close'      '--key "$(key dispatch-1)"'
accept 'mail list'      '--state queued';                                     refuse 'mail list' '--state lost' 2 usage
accept 'mail send'      '';                                                   refuse 'mail send' 'more' 2 usage
said 'mail list' '--dossier 2'; id=$("$flat" -a mails kind id <"$file" | awk '$1 == "download" { print $2 }')
refuse 'mail followed'  '"$id"' 4 state
token=$("$top/tests/read_mail.py" "$dir/outbox/$id.eml" | grep -oE 'download/[A-Za-z0-9_-]+' | head -1 | cut -d/ -f2)
"$flat" -v code <"$dir/rehearsal/letters/$(envelope 2 password).json" >"$tmp/password"
accept 'package fetch'  '--token "$token" --password-file "$tmp/password" --out "$tmp/two.p12"'
accept 'package fetch'  '--token "$token" --password-file "$tmp/password" --out "$tmp/old.p12" --legacy --reason "Windows Server 2016"'
"$top/build/tests/events" "$dir" >"$tmp/events"
is "$(grep -c 'kind=legacy reason=Windows Server 2016' "$tmp/events")" 1 'package fetch: why it is an old one stands in the event'
openssl pkcs12 -in "$tmp/old.p12" -passin "pass:$("$flat" -v code <"$dir/rehearsal/letters/$(envelope 2 pin).json")" -info -nokeys 2>&1 >/dev/null |
	grep -q '^MAC: sha1' && pass 'package fetch: and it is one' || fail 'package fetch: and it is one'
refuse 'package fetch'  '--token "$token" --password-file "$tmp/password" --out "$tmp/none.p12" --legacy' 2 usage
refuse 'package fetch'  '--token "$token" --password-file "$tmp/password" --out "$tmp/none.p12" --reason why' 2 usage
refuse 'package fetch'  '--token "$token" --password-file "$tmp/password" --out "$tmp/none.p12" --legacy --reason ""' 4 download-reason
refuse 'package fetch'  '--token AAAA --password-file "$tmp/password" --out "$tmp/none.p12"' 3 download-token
accept 'mail bounced'   '"$id" --status 5.1.1';                               refuse 'mail bounced' '"$id" --status x@y' 4 input
accept 'mail followed'  '"$id"'
printf 'Subject: hello\n\nI have it.\n' >"$tmp/mail.eml"
for letter in pin password; do "$flat" -v code <"$dir/rehearsal/letters/$(envelope 2 $letter).json" >"$tmp/$letter"; done
openssl pkcs12 -in "$tmp/two.p12" -passin "file:$tmp/pin" -nodes -out "$tmp/two.pem" 2>/dev/null
openssl cms -sign -in "$tmp/mail.eml" -signer "$tmp/two.pem" -md sha256 -out "$tmp/signed.eml"
accept 'receipt mail'   '"$tmp/signed.eml"';                                  refuse 'receipt mail' '"$tmp/mail.eml"' 4 receipt-mail-unsigned
serve_mail() { mailbox_start && sed -i "s|^mailbox = .*|mailbox = imap://127.0.0.1:$mailbox_port/INBOX|; s|^mailbox_user = .*|mailbox_user = receipts|
	s|^mailbox_password_file = .*|mailbox_password_file = $mailbox_password|" "$dir/akashi.conf"; }
refuse 'mail fetch'     '' 4 state
serve_mail || fail 'a mailbox'
arrive "$tmp/mail.eml" "$tmp/signed.eml"
sed 's/^\t//' >"$tmp/bounce.eml" <<-'END'
	Content-Type: multipart/report; report-type=delivery-status; boundary=b

	--b
	Content-Type: message/delivery-status

	Status: 5.1.1

	--b--
END
arrive "$tmp/bounce.eml"
accept 'mail fetch'     ''
mailbox_stop
refuse 'receipt paper'  '2 --date 2026-11-27 --key "$(key reception-1)"' 4 receipt-known
for who in 49 62; do accept 'receipt paper' "$who --date 2026-11-27 --key \"\$(key reception-1)\""; done
refuse 'receipt paper'  '21 --date 2026-11-27 --key "$(key reception-1)"' 4 receipt-none
accept 'cert list'      ''
accept 'cert inspect'   '"$(serial 2)"';                                      refuse 'cert inspect' '00ff' 3 cert-unknown
accept 'cert export'    '"$(serial 2)" --out "$tmp/two.der"';                 refuse 'cert export' '00ff --out "$tmp/none"' 3 cert-unknown
accept 'cert verify'    '"$tmp/two.der" --anchor "$dir/repository/ca.crt" --crl "$dir/repository/ca.crl" --at 2026-11-27T12:00:00+09:00'
refuse 'cert verify'    '"$tmp/two.der" --anchor "$tmp/two.der" --at 2026-11-27T12:00:00+09:00' 1 no-list reason
accept 'evidence'       '"$(serial 2)" --out "$tmp/evidence" --reason "claim 7" --key "$(key audit-1)"'
refuse 'evidence'       '"$(serial 2)" --out "$tmp/evidence" --reason "claim 7" --key "$(key audit-1)"' 2 evidence-folder
accept 'crl publish'    '';                                                   refuse 'crl publish' 'more' 2 usage
accept 'dossier show'   '2'
said 'dossier list' '--state in_screening'; next=$("$flat" dossier <"$file" | head -1)
accept 'dossier screen' '$next --key "$(key screening-1)" --ok'
accept 'warrant void'   '$next --key "$(key approval-2)"';                        refuse 'warrant void' '21 --key "$(key approval-2)"' 4 void-nothing
rm "$dir/repository/ca.crl"
accept 'sweep'          '';                                                   refuse 'sweep' 'more' 2 usage
accept 'backup'         '--out "$tmp/copies"';                                refuse 'backup' '--out "$tmp/copies" --keep none' 2 usage
accept 'backup'         '--keys --out "$tmp/copied-keys"'
accept 'restore'        '--from "$tmp/copies" --keys "$tmp/copied-keys" --to "$tmp/restored"'
refuse 'restore'        '--from "$tmp/copies" --to "$tmp/restored"' 4 restore-there
accept 'clocks run'     ''
accept 'health'         '';                                                   refuse 'health' 'more' 2 usage
accept 'sweep revoke'   '--count 0 --ground 11-4 --key "$(key revocation-1)"'; refuse 'sweep revoke' '--count 1 --ground 11-4 --key "$(key revocation-1)"' 4 sweep-count
                                                                              refuse 'sweep revoke' '--count 0 --ground 11-4 --key "$(key reception-1)"' 4 act-wrong-role
                                                                              refuse 'sweep revoke' '--ground 11-4 --key "$(key revocation-1)"' 2 usage
accept 'audit verify'   ''

# What the clocks do until the receipt of 12 is overdue, and the three months of 9 are over; what people report to them.
accept 'clocks run'     '--day 2026-12-28';                                   refuse 'clocks run' '--day soon' 2 usage
accept 'clocks list'    '--role revocation';                                  refuse 'clocks list' '--role king' 2 usage
word=$("$flat" -v word <"$docs/clocks_list.$((kept - 1))")
accept 'clocks lapse'   '--count 1 --list $word --key "$(key revocation-1)" --second "$(key revocation-2)"'
refuse 'clocks lapse'   '--count 9 --list $word --key "$(key revocation-1)"' 4 lapse-count
accept 'clocks extend'  '9 --clock K-5 --days 3 --reason 大雪 --key "$(key approval-1)"'
refuse 'clocks extend'  '9 --clock K-16 --days 3 --reason 大雪 --key "$(key approval-1)"' 4 clock-fixed
said 'clocks list' '--role screening'; waits=$("$flat" dossier act <"$file" | awk '$2 == "first-answer" { print $1; exit }')
accept 'clocks done'    '$waits --clock K-4 --key "$(key screening-1)"';      refuse 'clocks done' '$waits --clock K-4 --key "$(key screening-1)"' 4 clock-not-open
accept 'grace open'     '"$(serial 49)" --date 2026-12-20 --changed representative --key "$(key revocation-1)"'
refuse 'grace open'     '"$(serial 62)" --date 2026-12-20 --changed representative --key "$(key revocation-1)"' 4 grace-kind
accept 'grace registered' '"$(serial 49)" --date 2026-12-21 --key "$(key revocation-1)"'
refuse 'grace registered' '"$(serial 62)" --date 2026-12-21 --key "$(key revocation-1)"' 4 grace-none
accept 'grace close'    '"$(serial 49)" --date 2026-12-22 --key "$(key revocation-1)"'
refuse 'grace close'    '"$(serial 49)" --date 2026-12-22 --key "$(key revocation-1)"' 4 grace-none
accept 'stay'           '62 --until 2027-06-30 --key "$(key screening-1)"'
refuse 'stay'           '62 --until 2027-09-01 --special-period --key "$(key screening-1)"' 4 stay-special
accept 'cert renewed'   '"$(serial 2)" --by 62 --key "$(key screening-1)"'
refuse 'cert renewed'   '"$(serial 62)" --by 2 --key "$(key screening-1)"' 4 renewed-by
accept 'abolition proof' '62 --date 2026-12-22 --key "$(key dispatch-1)"'
refuse 'abolition proof' '62 --date 2027-12-22 --key "$(key dispatch-1)"' 4 report-day
accept 'hold add'       '21 --review 2027-06-30 --reason 訴訟 --key "$(key audit-1)"'
refuse 'hold add'       '21 --review 2026-06-30 --reason 訴訟 --key "$(key audit-1)"' 4 report-day
accept 'hold end'       '21 --key "$(key audit-1)"';                          refuse 'hold end' '21 --key "$(key audit-1)"' 4 hold-none
accept 'revoke'         '"$(serial 62)" --ground 10-1-3 --fax 2026-12-27 --key "$(key revocation-1)" --second "$(key revocation-2)"'
accept 'revocation paper' '"$(serial 62)" --date 2026-12-28 --key "$(key revocation-1)"'
refuse 'revocation paper' '"$(serial 49)" --date 2026-12-28 --key "$(key revocation-1)"' 4 fax-none
accept 'clocks run'     '--day 2027-02-24'
accept 'payment refund' '9 --key "$(key accounting-1)" --second "$(key accounting-2)"'
refuse 'payment refund' '21 --key "$(key accounting-1)"' 4 refund-none
accept 'key close'      'archive';                                            refuse 'key close' 'archive' 4 state

# audit verify says no of a log somebody wrote in.
cp -r "$dir" "$tmp/bad"
"$top/build/tests/tamper" "$tmp/bad" "UPDATE event SET detail = 'nothing' WHERE seq = 3" >/dev/null
global="-C '$tmp/bad'"
refuse 'audit verify'   '' 7 false ok
# A text of a store gone bad that JSON cannot hold: no answer leaves its row out.
"$top/build/tests/tamper" "$tmp/bad" "UPDATE event SET detail = CAST(x'ff' AS TEXT) WHERE seq = (SELECT min(seq) FROM event WHERE dossier = 1)" >/dev/null
refuse 'dossier show'   '1' 70 bug

# watch asks a server: here one of plain files.
global= port=$("$top/build/tests/printer" -f)
(cd "$dir/repository" && exec python3 -m http.server --bind 127.0.0.1 "$port" >/dev/null 2>&1) & serve=$!
for i in $(seq 100); do curl -so "$tmp/got" "http://127.0.0.1:$port/ca.crl" && break; sleep 0.1; done
accept 'watch'          '"http://127.0.0.1:$port/ca.crl" --ca "$dir/repository/ca.crt" --charter "$dir/ca/charter.der" --state "$tmp/seen" --now 2027-02-24T12:00:00+09:00'
refuse 'watch'          '"http://127.0.0.1:$port/ca.crl" --ca "$dir/repository/ca.crt" --state "$tmp/seen" --now 2027-11-27T12:00:00+09:00' 7 watch-late
kill $serve; wait $serve; serve=

# serve stays: it is ended by its number.
global="-C '$dir'" port=$("$top/build/tests/printer" -f) kept=$((kept + 1))
"$akashi" --json -C "$dir" serve --listen "127.0.0.1:$port" >"$docs/serve.$kept" 2>"$tmp/err" &
serve=$!
for i in $(seq 100); do [ ! -s "$docs/serve.$kept" ] || break; sleep 0.1; done
refuse 'serve' '--listen "127.0.0.1:$port"' 75 standing-already
kill -INT $serve; wait $serve
is $? 0 'accepted: serve, until it is told to stop'
serve=
echo serve >>"$tmp/accepted"

global=
accept 'demo' '"$tmp/demo"';                                                  refuse 'demo' '"$tmp/demo"' 4 state

is "$("$akashi" --version)" "akashi $(sed -n "1s/.*version: '\([0-9.]*\)'.*/\1/p" "$top/meson.build")" 'which akashi this is'

# The walk over what --help lists.
"$akashi" --help | sed -n 's/^  akashi //p' | awk '{ c = ""; for (i = 1; i <= NF && $i ~ /^[a-z]+$/; i++) c = c (i > 1 ? " " : "") $i; print c }' >"$tmp/commands"
"$akashi" man-page >"$tmp/akashi.1"
groff -man -Tutf8 -k -ww "$tmp/akashi.1" >"$tmp/page" 2>"$tmp/err"
is "$(cat "$tmp/err")" '' 'the manual page is set without a warning'
is "$(grep '^\.SH' "$tmp/akashi.1" | tr '\n' ' ')" \
	'.SH NAME .SH SYNOPSIS .SH DESCRIPTION .SH OPTIONS .SH COMMANDS .SH EXIT STATUS .SH FILES .SH EXAMPLES .SH SEE ALSO ' 'its parts'
is "$(wc -l <"$tmp/commands" | awk '{ print ($1 > 40) }') $(sort "$tmp/commands" | uniq -d)" '1 ' 'every command once'
while IFS= read -r command; do
	"$akashi" $command --help >"$tmp/help" 2>"$tmp/err"
	is "$? $(grep -c "^usage: akashi $command" "$tmp/help") $(grep -c '^example: akashi ' "$tmp/help") $(wc -c <"$tmp/err")" '0 1 1 0' "$command: --help"
	grep -qx "\.B akashi $command" "$tmp/akashi.1" && pass "$command: in the manual" || fail "$command: in the manual"
	is "$(grep -cx "$command" "$tmp/accepted" | sed 's/^[1-9].*/1/')$(grep -cx "$command" "$tmp/refused" | sed 's/^[1-9].*/1/')" 11 \
		"$command: a call that is accepted, one that is refused"
	keys_of "$command" | grep -vxE "$common" >"$tmp/keys-told"
	[ -s "$tmp/keys-told" ] || fail "$command: no section of docs/formats/json.md"
	keys_in "$docs/$(echo "$command" | tr ' ' _)".* | keys_told "$command" | grep -vxE "$common" >"$tmp/keys-are"
	is "$(diff "$tmp/keys-told" "$tmp/keys-are")" '' "$command: its keys are those of docs/formats/json.md"
done <"$tmp/commands"
keys_in "$tmp/demo/demo.json" >"$tmp/keys-are"; keys_of DIR/demo.json >"$tmp/keys-told"
is "$(diff "$tmp/keys-told" "$tmp/keys-are")" '' 'and so are those of demo.json'
grep '^| `errors' "$top/docs/formats/json.md" | grep -oE 'errors\[\]\.[a-z]+' | grep -v message >"$tmp/errors-told"
grep -l '"errors": \[' "$docs"/* | while read -r file; do keys_in "$file"; done | grep '^errors' | grep -vxF -f "$tmp/errors-told" | sort -u >"$tmp/errors-are"
is "$(tr '\n' ' ' <"$tmp/errors-are")" 'errors[].clause errors[].code errors[].field errors[].message ' 'an error has field, code, message, clause'

# A page for every other program and for the file of settings: it can be set, and names every option its source knows.
for program in $(sed -n "s/^  'akashi\(-[a-z]*\)': .*/akashi\1/p" "$top/meson.build") akashi.conf; do
	page=$(ls "$top/docs/man/$program".[158] 2>/dev/null)
	groff -man -Tutf8 -k -ww "$page" >"$tmp/page" 2>"$tmp/err"
	is "$? $(cat "$tmp/err") $(grep -cE '^\.SH (NAME|DESCRIPTION|EXAMPLES)' "$page")" '0  3' "$program: its manual page"
	options=$(grep -ohE '"--[a-z]+"' "$top/src/proc/${program#akashi-}".c 2>/dev/null | tr -d '"' | sort -u)
	[ $program != akashi.conf ] || options=$(sed -n 's/^\([a-z_]*\) = .*/\1/p' "$dir/akashi.conf")
	for option in $options; do
		sed 's/\\-/-/g' "$page" | grep -q -- "$option" && pass "$program: $option" || fail "$program: $option"
	done
done
done_testing
