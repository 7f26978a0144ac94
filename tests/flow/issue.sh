#!/bin/sh
# From approved dossiers to certificates, and to their revocation, by the commands people type, on both engines.
# [R-4.90] [R-4.91] [R-4.92] [R-4.103] [R-4.104] [R-6.10] [R-10.13] [R-10.15] [R-10.17] [R-11.0] [R-11.9] [R-12.5] [K-8]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
tab=$(printf '\t')
# flaw: the first error of the last document.
flaw() { "$flat" -a errors field code <"$tmp/out" | head -1 | tr "$tab" ' '; }
# call WORDS...: exit, and the first error or nothing.
call() { say "$@" >"$tmp/out"; code=$?; echo "$code $(flaw 2>/dev/null)" | sed 's/ $//'; }
# rows KEY...: of the last document, between blanks.
rows() { "$flat" "$@" <"$tmp/out" | tr "$tab" ' '; }
entries() { openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -ic "serial number: $1"; }
lists() { ls "$dir/ca/crl" | wc -l | tr -d ' '; }

before() { # nothing of this makes a certificate
	is "$(call issue)" '2 N usage' "$1: which dossiers must be said"
	is "$(call issue 2 --all)" '2 N usage' "$1: by number or all, not both"
	is "$(call issue x)" '2 N usage' "$1: a dossier has a number"
	call issue 999 >/dev/null
	is "$code $(rows dossier result code)" '3 999 refused missing' "$1: a dossier nobody has"
	call issue 21 >/dev/null
	is "$code $(rows dossier result code)" '4 21 refused issue-state' "$1: an unapproved one is refused"
	call issue 2 >/dev/null
	is "$code $(rows dossier result code)" '4 2 waiting issue-unpaid' "$1: an unpaid one waits"
	call issue 1 >/dev/null
	is "$code $(rows dossier result code reason | grep -c 'media-not-made.*media not yet made')" '4 1' "$1: CD-R waits for its media"
	paid "$dir" 2 5 12 || fail "$1: paid"
	call issue 2 >/dev/null
	is "$code $(rows dossier result code)" '75 2 waiting print-day-closed' "$1: nothing is issued while no print day is open"
	is "$(call crl publish)" 0 "$1: an order that waits holds up nobody"
	is "$(say cert list | "$flat" serial)" '' "$1: there is no certificate yet"
}

# bytes COUNT: so many, in the engine's words.
bytes() { case $engine in sqlite) echo "zeroblob($1)";; *) echo "decode(repeat('00', $1), 'hex')";; esac; }
# huge COUNT N...: a key set of 5 that no request holds, also by itself; the others are issued.
huge() {
	"$top/tests/state" keep beside
	"$tamper" "$dir" "INSERT INTO key_set (dossier, edition, spki, statement, package, letter_pin, letter_password, print_day, created_at)
		VALUES (5, 1, $(bytes 9), $(bytes "$1"), $(bytes 0), $(bytes 0), $(bytes 0), '2026-11-20', 1)" >/dev/null || fail "$engine: tamper"
	size=$1; shift
	call issue "$@" >/dev/null
	is "$code $(rows dossier result code | sort | tr '\n' ' ')" '70 12 issued - 2 issued - 5 refused bug ' \
		"$engine: one order of $size bytes is refused, and none beside it"
	"$top/tests/state" back beside
}
# Certificates that the signer does not know, as many as travel together: what comes behind them is not refused with them.
behind_unknown() {
	"$top/tests/state" keep beside
	first=$("$top/build/tests/orders" "$dir" 2 64 keys) || fail "$1: 64 orders more"
	is "$("$tamper" "$dir" "INSERT INTO cert (serial, dossier, edition, product, vend_rule, not_before, not_after, digest, for_dossier, for_package,
		acquired_at, revoked_at, ground, reason, receipt) SELECT 'ff' || dossier, dossier, edition, 'DL-B2', '', 1, 2, digest, $(bytes 0), $(bytes 0),
		0, 0, '', 0, $(bytes 0) FROM warrant WHERE kind = 'certificate' AND dossier >= $first")" 64 "$1: 64 certificates that nobody signed"
	call issue $(seq "$first" $((first + 63))) 5 12 >/dev/null
	is "$code $("$tamper" "$dir" "UPDATE task SET state = state WHERE kind = 'issue' AND dossier IN (5, 12) AND state = 'waiting'
		AND result LIKE 'issue-held%'")" '3 2' \
		"$1: orders behind others the signer refuses are given back"
	call issue 5 12 >/dev/null
	is "$code $(rows dossier result | sort | tr '\n' ' ')" '0 12 issued 5 issued ' "$1: and issued the next time"
	"$top/tests/state" back beside
}

issued() {
	is "$(call day open --key "$(key dispatch-1)")" 0 "$1: the print day opens"
	huge 250000 2 5 12
	huge 194000 5 2 12
	behind_unknown $1
	log=$dir/keys/ca.log; [ ! -e "$log" ] || mv "$log" "$tmp/ca.log"; mkdir "$log"
	call issue 2 >/dev/null
	is "$code $(rows dossier result code)" '75 2 refused store' "$1: nothing is issued while the use of the key cannot be noted, and the exit says so"
	rmdir "$log"; [ ! -e "$tmp/ca.log" ] || mv "$tmp/ca.log" "$log"
	owner=$(say dossier show 5 | grep -o 'warrant=[0-9a-f]*' | head -1 | cut -d= -f2)
	wrapped() { sqlite3 "$dir/keys/keys.db" "UPDATE wrapped SET bytes = CAST($1 AS BLOB) WHERE kind = 'warrant-signer' AND owner = '$owner'"; }
	wrapped "bytes || x'00'"
	call issue --all >/dev/null
	is "$(rows dossier result code | sort | tr '\n' ' ')" '1 waiting media-not-made 12 issued - 2 issued - 5 refused seal-broken ' \
		"$1: all that can be is issued, of a batch only the one that is wrong is refused"
	wrapped 'substr(bytes, 1, length(bytes) - 1)'
	call issue 1 2 5 5 12 >/dev/null; cp "$tmp/out" "$tmp/issue.json"
	is "$code $(rows dossier result | sort | tr '\n' ' ')" '4 1 waiting 12 issued 2 issued 5 issued 5 issued ' "$1: it is issued when it is right, told once each time it was named"
	serial=$("$flat" dossier serial <"$tmp/issue.json" | awk -F'\t' '$1 == 2 { print $2 }')
	other=$("$flat" dossier serial <"$tmp/issue.json" | awk -F'\t' '$1 == 5 { print $2; exit }')
	call issue 2 5 12 >/dev/null
	is "$code $(rows dossier serial | sort)" "0 $("$flat" dossier serial <"$tmp/issue.json" | grep -v "^1$tab" | tr "$tab" ' ' | sort -u)" \
		"$1: again the same, and exit 0"
	say cert list >"$tmp/out"; cp "$tmp/out" "$tmp/list.json"
	is "$(rows dossier product state | sort | tr '\n' ' ')" '12 DL-B2 valid 2 DL-B2 valid 5 DL-B3 valid ' "$1: and listed"
	is "$(say dossier show 2 | "$flat" -v state)" issued "$1: the dossier says so"
}

opened() {
	say cert inspect "$(echo "$serial" | tr a-f A-F | sed 's/../&:/g; s/:$//')" >"$tmp/inspect.json"
	is $? 0 "$1: a certificate is opened by its number, as OpenSSL prints it"
	is "$("$flat" label text <"$tmp/inspect.json" | awk -F'\t' '$1 == "commonName" || $1 == "streetAddress"' | cut -f2 | sort)" \
		"$(printf '%s\n' 'Akashi Certification Service' 'KATSURAGI SAKURA' '宮城県仙台市青葉区国分町三丁目7番1号' '葛󠄀城　さくら' | sort)" \
		"$1: with every name as it was applied for"
	say cert export "$serial" --out "$tmp/$1.der" >"$tmp/export.json"
	is "$? $("$flat" -v fingerprint <"$tmp/export.json")" "0 $(sha256sum <"$tmp/$1.der" | cut -d' ' -f1)" "$1: exported as DER"
	is "$(call cert export "$serial" --out "$tmp/$1.der")" '4 - state' "$1: never over a file"
	call cert export "$serial" --out "$tmp/$1.pem" --pem >/dev/null
	is "$(openssl x509 -in "$tmp/$1.pem" -outform DER | cmp - "$tmp/$1.der" && openssl x509 -in "$tmp/$1.pem" -noout -serial | tr A-F a-f)" \
		"serial=$serial" "$1: and as PEM, the same"
	is "$(call cert export 00ff --out "$tmp/none")" '3 SERIAL cert-unknown' "$1: one that is not there"
	is "$(call cert export xyz --out "$tmp/none")" '2 SERIAL usage' "$1: a number is hex"
	is "$(call cert inspect 00ff)" '3 SERIAL cert-unknown' "$1: nor is it opened"
	is "$(call cert verify "$tmp/$1.der" --anchor "$dir/ca/ca.crt" --crl "$dir/repository/ca.crl" --at 2026-11-20T12:00:00+09:00)" 0 \
		"$1: good by the CA and its list"
}

# The second officer stands before the store's gate while somebody else takes back what is to be signed.
waits() {
	case $engine in
	sqlite) grep -q -- "-> FLOCK .* $late " /proc/locks;;
	*) [ "$(psql -qAt -h "$host" -U akashi -d $db -c "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = '$db' AND NOT l.granted")" = 1 ];;
	esac
}
withdrawn_beside() {
	gone="DELETE FROM warrant WHERE kind = 'revoke' AND ended = '' AND serial = '$other';"
	"$top/tests/state" keep beside
	rm -f "$tmp/holds"; mkfifo "$tmp/gate" # of the engine before it holds nothing
	case $engine in
	sqlite) flock "$dir/store/akashi.db.gate" sqlite3 "$dir/store/akashi.db" <"$tmp/gate" >"$tmp/holds" & holder=$!;;
	*) psql -qAt -h "$host" -U akashi -d $db <"$tmp/gate" >"$tmp/holds" & holder=$!;;
	esac
	exec 7>"$tmp/gate"
	[ $engine = sqlite ] || echo 'BEGIN; LOCK TABLE meta IN SHARE UPDATE EXCLUSIVE MODE;' >&7
	echo 'SELECT 1;' >&7
	until_true 300 '[ -s "$tmp/holds" ]'
	"$akashi" -C "$dir" --json revoke "$other" --ground 11-4 --key "$(key revocation-2)" >"$tmp/out" 2>"$tmp/err" 7>&- & late=$!
	until_true 300 waits || fail "$1: the second waits"
	echo "$gone" >&7
	[ $engine = sqlite ] || echo 'COMMIT;' >&7
	exec 7>&-
	wait $holder; wait $late
	is "$? $(flaw) $(entries "$other")" '75 - later 0' "$1: what was taken back a moment ago nobody completes: try again"
	rm "$tmp/gate"
	"$top/tests/state" back beside
}

# The first officer leaves before the second signs: one signature counts, and the emergency's ground takes its place.
left_before() {
	"$top/tests/state" keep beside
	say staff remove revocation-1 >"$tmp/out"
	for custodian in custodian-1 custodian-2; do say charter sign --key "$(key $custodian)" >"$tmp/out"; done
	is "$? $("$flat" -v in_force <"$tmp/out")" '0 true' "$1: the first officer leaves"
	is "$(call revoke "$other" --ground 11-4 --key "$(key revocation-2)")" '5 - second' "$1: whose word counts no more: one of two"
	say revoke "$other" --ground 11-2 --key "$(key revocation-2)" >"$tmp/out"
	is "$? $(entries "$other")" '0 1' "$1: nor does it bind who is left: the emergency's one officer revokes"
	"$top/tests/state" back beside
}

revoked() {
	number=$(lists)
	say crl publish >"$tmp/publish.json"
	is "$? $("$flat" -v number <"$tmp/publish.json") $(lists)" "0 $((number + 1)) $((number + 1))" "$1: the next list, the old ones kept"
	is "$(call revoke 00ff --ground 10-1-2 --key "$(key revocation-1)")" '3 SERIAL revoke-serial' "$1: revoke: no such certificate"
	is "$(call revoke "$serial" --ground 9-9 --key "$(key revocation-1)")" '4 --ground revoke-ground' "$1: no such ground"
	is "$(call revoke "$serial" --ground 11-9 --key "$(key revocation-1)" --reason 短い)" '4 --reason revoke-reason' "$1: other grounds are told in words"
	is "$(call revoke "$serial" --ground 11-9 --key "$(key revocation-1)" --invalid-since soon)" '2 --invalid-since usage' "$1: a day is a day"
	is "$(call revoke "$serial" --ground 10-1-2 --key "$(key approval-1)")" '4 key act-wrong-role' "$1: only officers revoke"
	is "$(call revoke "$serial" --ground 10-1-1 --key "$(key revocation-1)" --second "$(key revocation-1)")" '5 - second' \
		"$1: one officer twice is one"
	is "$(call revoke "$serial" --ground 10-1-1 --key "$(key revocation-1)")" '5 - second' "$1: the first again changes nothing"
	is "$(call revoke "$serial" --ground 11-1 --key "$(key revocation-2)")" '5 - second' "$1: the second on another ground is a first: the request nobody completed gives way"
	is "$("$flat" -a errors message <"$tmp/out" | grep -c '署名 1/2.*事由 10-1-1 の申請は取り下げました')" 1 "$1: and is told so"
	is "$(call revoke "$serial" --ground 10-1-1 --key "$(key revocation-1)")" '5 - second' "$1: asked for again it begins anew: no signature of before counts"
	is "$("$top/build/tests/events" "$dir" | grep -o '^revocation-withdrawn 2 .*ground=.*' | sed 's/.*ground=//' | tr '\n' ' ')" '10-1-1 11-1 ' "$1: each withdrawal is in the log"
	is "$(entries "$serial") $(lists)" "0 $((number + 1))" "$1: until then nothing is revoked"
	say revoke "$serial" --ground 10-1-1 --key "$(key revocation-2)" >"$tmp/revoke.json"
	is "$? $("$flat" -v signatures <"$tmp/revoke.json") $("$flat" -v list <"$tmp/revoke.json") $(lists)" \
		"0 2 $((number + 2)) $((number + 2))" "$1: the second completes it, with a list"
	is "$(entries "$serial")" 1 "$1: which holds it when the command returns"
	is "$(say revoke "$serial" --ground 10-1-1 --key "$(key revocation-1)" | "$flat" -v already)" true "$1: again: already"
	is "$(call revoke "$serial" --ground 11-1 --key "$(key revocation-1)" --second "$(key revocation-2)")" '4 --ground revoke-other-ground' "$1: what is complete gives way to no other ground"
	is "$(call revoke "$other" --ground 11-4 --key "$(key revocation-1)")" '5 - second' "$1: of another one officer asks"
	withdrawn_beside $1
	left_before $1
	is "$(say revoke "$other" --ground 11-9 --key "$(key revocation-1)" --second "$(key revocation-2)" --invalid-since 2026-11-19 \
		--reason '合言葉はひまわりでした。本人であることを確かめた上で失効させます。' | "$flat" -v list)" $((number + 3)) \
		"$1: both officers at once, with words and a day"
	is "$(openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -A1 'Invalidity Date' | tail -1 | tr -s ' ')" \
		' Nov 18 15:00:00 2026 GMT' "$1: the day stands in the list"
	is "$(grep -rl ひまわり "$dir" | wc -l)" 0 "$1: the words stand nowhere in clear"
	say cert list >"$tmp/out"; cp "$tmp/out" "$tmp/list2.json"
	is "$(rows dossier state ground | sort | tr '\n' ' ')" '12 valid - 2 revoked 10-1-1 5 revoked 11-9 ' "$1: listed as such"
	is "$(say dossier show 2 | "$flat" -v state)" revoked "$1: the dossier says so"
	is "$(call cert verify "$tmp/$1.der" --anchor "$dir/ca/ca.crt" --crl "$dir/repository/ca.crl" --at 2026-11-20T12:00:00+09:00)" 1 \
		"$1: and whoever asks is told"
}

voided() {
	is "$(call warrant void 12 --key "$(key approval-1)")" '4 - signer-issued-already' "$1: what is issued is revoked, not void"
	is "$(call warrant void 21 --key "$(key approval-1)")" '4 N void-nothing' "$1: there is no edition to void"
	approved "$dir" 53 && paid "$dir" 53 || fail "$1: approved"
	is "$(call warrant void 53 --key "$(key revocation-1)")" '4 key act-wrong-role' "$1: an officer does not void"
	say warrant void 53 --key "$(key approval-1)" >"$tmp/void.json"
	is "$? $("$flat" -v already <"$tmp/void.json")" '0 false' "$1: an approved edition is ended"
	is "$(say warrant void 53 --key "$(key approval-1)" | "$flat" -v already)" true "$1: once"
	call issue 53 >/dev/null
	is "$code $(rows dossier result code)" '4 53 refused issue-ended' "$1: and never issued"
	approved "$dir" 53 || fail "$1: screened and approved anew"
	is "$(say warrant void 53 --key "$(key screening-1)" | "$flat" -v already)" false "$1: the screener's role ends one as well"
	approved "$dir" 53 || fail "$1: screened and approved once more"
	call issue 53 >/dev/null
	is "$code $(rows dossier result)" '0 53 issued' "$1: the next edition is"
	is "$(say cert list | "$flat" dossier edition | grep ^53)" "53${tab}3" "$1: as edition 3"
}

twice_at_once() { # one request stands, whoever asks beside it
	serial=$("$akashi" -C "$dir" --json cert list | "$flat" dossier serial | awk -F'\t' '$1 == 12 { print $2 }')
	for i in 1 2 3; do
		"$akashi" -C "$dir" revoke "$serial" --ground 10-1-1 --key "$(key revocation-1)" --second "$(key revocation-2)" >/dev/null 2>&1 &
	done
	wait
	call revoke "$serial" --ground 10-1-1 --key "$(key revocation-1)" --second "$(key revocation-2)" >/dev/null
	is "$code $(say dossier show 12 | grep -c '"kind": "revocation-requested"')" '0 1' "$1: three at once are one request"
}

states() { # one sentence each, of what the dossier is and what comes next; nothing is asked of the CA room
	while IFS='|' read -r state want; do
		"$tamper" "$dir" "UPDATE dossier SET state = '$state' WHERE id = 53" >/dev/null || fail "$1: tamper"
		call issue 53 >/dev/null
		is "$code $(rows dossier result code) $("$flat" -a rows reason <"$tmp/out" | grep -c "^案件 53 は$want.*。$")" '4 53 refused issue-state 1' \
			"$1: $state: $want"
	done <<-END
		printed|「書類待ち」です。.*akashi dossier arrive
		in_screening|「審査中」です。.*akashi dossier screen.*akashi approve
		deficient|「不備」です。.*akashi dossier arrive
		screened|「承認待ち」です。.*akashi approve
		approved|「承認済み」です。発行指示が見つかりません。
		issued|「発行済み」です。証明書が見つかりません。
		dispatched|「発送済み」です。証明書が見つかりません。
		downloaded|「取得済み」です。証明書が見つかりません。
		active|「受領済み」です。証明書が見つかりません。
		revoked|「失効」です。封筒の書損なら
		expired|「満了」です。有効期間が終わりました。
		rejected|「不承認」です。
		withdrawn|「取下げ」です。
		form_expired|「申込書期限切れ」です。
		refunded|「返金終了」です。
	END
	"$tamper" "$dir" "UPDATE dossier SET state = 'nowhere' WHERE id = 53" >/dev/null
	call issue 53 >/dev/null
	is "$code $(rows dossier result code)" '7 53 refused broken' "$1: a state that is none is told as such"
	"$tamper" "$dir" "UPDATE dossier SET state = 'in_screening' WHERE id = 53" >/dev/null
	call issue 2 >/dev/null
	is "$code $(rows dossier result code)" '4 2 refused issue-state' "$1: nor is a revoked one named as issued"
}

unsigned() { # the proofs of what was issued are kept [R-4.72]
	"$tamper" "$dir" --noted proof "DELETE FROM proof WHERE seat = 'screen'" >/dev/null || fail "$1: tamper"
	say audit verify >"$tmp/out"
	is "$? $("$flat" -v broken.place <"$tmp/out" | cut -d' ' -f1)" '7 certificate' "$1: a certificate whose screening lost its signature"
	"$tamper" "$dir" "DELETE FROM proof WHERE seat = 'approve'" >/dev/null || fail "$1: tamper"
	say audit verify >"$tmp/out"
	is "$? $("$flat" -v broken.place <"$tmp/out" | cut -d' ' -f1)" '7 proof' "$1: a signature that is gone"
}

swapped() { # what the keymaker stated is what stands there, however well somebody wrote it [design 2]
	"$tamper" "$dir" --noted key_set 'UPDATE key_set SET letter_pin = letter_password WHERE dossier = 53 AND edition = 3' >/dev/null ||
		fail "$1: tamper"
	say audit verify >"$tmp/out"
	is "$? $("$flat" -v broken.place <"$tmp/out")" '7 key_set 53 3' "$1: a letter that is not the one the key statement names"
}
other() { # and a certificate the one whose digest stands beside it
	serial=$(say cert list | "$flat" dossier serial | awk -F'\t' '$1 == 53 { print $2 }')
	is "$(call cert inspect "$serial")" 0 "$1: a certificate is shown"
	"$tamper" "$dir" "UPDATE cert SET digest = (SELECT digest FROM warrant WHERE dossier = 53 AND edition = 3 AND kind = 'certificate')
		WHERE dossier = 53" >/dev/null || fail "$1: tamper"
	is "$(call cert inspect "$serial")" '7 SERIAL cert-other' "$1: not one that is another than its row says"
}

late() { # a rehearsal's time goes on
	approved "$dir" 37 && paid "$dir" 37 54 && "$akashi" -C "$dir" dossier screen 54 --key "$(key screening-1)" --ok >/dev/null ||
		fail "$1: approved"
	say --now 2026-12-01T09:00:00+09:00 issue 37 >"$tmp/out"
	is "$? $(rows dossier result code)" '4 37 refused issue-approval-lapsed' "$1: an approval of long ago is signed anew [K-8]"
}

lapsed() {
	"$akashi" -C "$dir" --now 2026-12-18T09:00:00+09:00 approve 54 --key "$(key approval-2)" --yes >/dev/null || fail "$1: approved"
	say --now 2026-12-21T09:00:00+09:00 issue 54 >"$tmp/out"
	is "$? $(rows dossier result code)" '4 54 refused issue-last-day' "$1: a warrant ends thirty days after it was composed"
}

db=f_issue_$$; host=${AKASHI_TEST_POSTGRES#host=}; host=${host%% *}
export dir engine db host
for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine issue && taken_in "$dir" && approved "$dir" 1 2 5 12 || fail "$engine: a service with orders"
	before $engine
	issued $engine
	opened $engine
	revoked $engine
	states $engine
	voided $engine
	twice_at_once $engine
	late $engine
	say sweep >"$tmp/sweep-$engine.json"
	is "$? $("$flat" difference <"$tmp/sweep-$engine.json")" '0 ' "$engine: the books agree"
	say audit verify >"$tmp/audit-$engine.json"
	is "$? $("$flat" -v ok <"$tmp/audit-$engine.json")" '0 true' "$engine: and so the audit says"
	lapsed $engine
	swapped $engine
	unsigned $engine
	other $engine
done
documented issue "$tmp/issue.json"
documented 'cert list' "$tmp/list.json" "$tmp/list2.json"
documented 'cert export' "$tmp/export.json"
documented 'crl publish' "$tmp/publish.json"
documented revoke "$tmp/revoke.json"
documented 'warrant void' "$tmp/void.json"
done_testing
