#!/bin/sh
# akashi evidence from the demo, on both engines: the folder stands by openssl and a shell alone; any byte changed, and any
# part another's although an auditor signs for it, is named. [R-14.3] [R-12.8] [R-12.9] [R-3.1] [R-4.112] [RFC6962 2.1.1]
. "$(dirname "$0")/../tap.sh"
with=sh
verifier=$top/assets/evidence/verify.sh
verify() { $with "$verifier" -C "$@" >"$tmp/said" 2>"$tmp/err"; }
take() { "$akashi" --json -C "$dir" evidence "$@" >"$tmp/out" 2>"$tmp/err"; code=$?; }
# What the folder says of its files is what they are now, and an auditor signs it: he lies.
lie() {
	sed -n 's/^{"file":"\([^"]*\)".*/\1/p' "$1/manifest.json" >"$tmp/names"
	{ head -1 "$1/manifest.json"
	while read -r f; do [ ! -f "$1/$f" ] || printf '{"file":"%s","size":%s,"sha256":"%s"},\n' "$f" "$(wc -c <"$1/$f")" "$(sha256sum <"$1/$f" | cut -d' ' -f1)"; done <"$tmp/names"
	echo ']}'; } >"$tmp/manifest" && cp "$tmp/manifest" "$1/manifest.json"
	"$top/build/tests/resign" "$dir" "$1" "$(key "${2:-audit-1}")"
}
# flip FILE: one bit in its middle.
flip() {
	at=$(($(wc -c <"$1") / 2))
	byte=$(od -An -tu1 -j "$at" -N 1 "$1")
	printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$at" conv=notrunc 2>/dev/null
}

refused() {
	take "$1" --out "$tmp/none" --reason 'claim 7' --key "$(key approval-1)"
	is "$code $(of 'errors[0].code')" '4 act-wrong-role' "$engine: an approver takes no evidence"
	take 00ff00ff --out "$tmp/none" --reason 'claim 7' --key "$(key audit-1)"
	is "$code $(of 'errors[0].code')" '3 cert-unknown' "$engine: of no such certificate"
	take "$1" --out "$dir" --reason 'claim 7' --key "$(key audit-1)"
	is "$code $(of 'errors[0].code')" '2 evidence-folder' "$engine: into no folder that holds something"
	take "$1" --out "$tmp/none" --reason '' --key "$(key audit-1)"
	is "$code $(of 'errors[0].code')" '2 evidence-reason' "$engine: not without a reason"
	take "$1" --out "$tmp/none" --key "$(key audit-1)"
	is "$code $(of 'errors[0].code')" '2 usage' "$engine: nor with none at all"
	[ ! -e "$tmp/none" ] && pass "$engine: a refusal leaves no folder" || fail "$engine: a refusal leaves no folder"
}

whole() {
	take "$2" --out "$tmp/$engine.$1" --reason 'claim 7' --key "$(key audit-1)"
	is "$code" 0 "$engine: evidence of one $1" || cat "$tmp/err"
	verify "$tmp/$engine.$1" "$(of first_line)"
	is "$? $(grep -c '^NOT' "$tmp/said")" '0 0' "$engine: of one $1, every part agrees, with the first line its command told"
}

# Each file of a folder; without LONG the first of each folder and ending, which verify.sh reads in one way.
each_file() { (cd "$1" && find . -type f | sed 's,^\./,,' | sort | awk -v all="$LONG" '{ kind = $0; sub(/[^\/]*$/, "", kind); n = split($0, part, "."); if (all != "" || !seen[(kind == "") ? $0 : kind part[n]]++) print }'); }
# The name of each file that is not what it was.
each_byte() {
	missed=
	for f in $(each_file "$1"); do
		cp "$1/$f" "$tmp/kept"
		flip "$1/$f"
		verify "$1" && missed="$missed $f:passes"
		grep -qE "^NOT OK (${f%.*}|$f)" "$tmp/said" || missed="$missed $f"
		cp "$tmp/kept" "$1/$f"
	done
	is "$missed" '' "$engine: a byte changed in any file is found and the file named"
	echo x >"$1/acts/more"
	verify "$1"
	is "$? $(grep -c 'NOT OK acts/more' "$tmp/said")" '1 1' "$engine: a file that was put in is named"
	rm "$1/acts/more"
}

# lied FOLDER, rows of WHAT%COMMANDS in the folder%the file named: what an auditor who lies cannot say; nothing of the folder is
# run, which would leave "ran" there, or written to the screen but as plain text.
lied() {
	while IFS='%' read -r what commands named; do
		rm -rf "$tmp/lie" && cp -r "$1" "$tmp/lie"
		(cd "$tmp/lie" && eval "$commands")
		lie "$tmp/lie"
		verify "$tmp/lie"
		is "$? $(grep -c "^NOT OK $named" "$tmp/said" | sed 's/^[1-9].*/named/') $(cat "$tmp/lie/ran" 2>&1 | wc -l) $(tr -d '\n\040-\176' <"$tmp/said" | wc -c)" \
			'1 named 1 0' "$engine: $what ($with)"
	done
}
# In a folder: the newest charter with a key of the forger's for the signer's, which signs for the checkpoint.
forge() {
	newest=charters/$(ls charters | sort -n | tail -1)
	at=$(openssl asn1parse -inform DER -in "$newest" | grep 'OCTET STRING' | sed -n 3p | cut -d: -f1)
	openssl ecparam -name prime256v1 -genkey -noout -out "$tmp/own.key"
	openssl pkey -in "$tmp/own.key" -pubout -outform DER | tail -c 65 | dd of="$newest" bs=1 seek=$((at + 2)) conv=notrunc 2>/dev/null
	openssl pkey -in "$tmp/own.key" -pubout -out checkpoint.pem
	openssl dgst -sha256 -sign "$tmp/own.key" -out checkpoint.sig checkpoint.tbs
}
# In a folder: an act signed with an RSA key whose exponent, at the end of its bytes, is the point of the person's key: an odd one.
rsa_ending() {
	for act in acts/*.pem; do
		point=$(openssl pkey -pubin -in "$act" -outform DER | tail -c 65 | od -An -v -tx1 | tr -d ' \n')
		case $point in *[13579bdf]) break;; esac
	done
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:0x"$point" -out "$tmp/rsa.key" 2>/dev/null
	openssl pkey -in "$tmp/rsa.key" -pubout -out "$act"
	openssl dgst -sha256 -sign "$tmp/rsa.key" -out "${act%.pem}.sig" "${act%.pem}.tbs"
}
# In a folder: the lines of the journal from that kind of the certificate's on, so many of them.
cut_lines() {
	from=$(awk -v kind="$1" '$3 == kind { print $1 }' journal/index.tsv)
	for f in $(ls journal/*.der | sed -n "/$from/,\$p" | head -"$2"); do rm "$f"; done
}
# In a folder: the line of the issue once more, behind the checkpoint, chained to it.
line_more() {
	end=$(ls journal/*.der | tail -1) seq=${end##*/}
	seq=$(($(echo "${seq%.der}" | sed 's/^0*//') + 1)) more=$(printf 'journal/%08d.der' $seq)
	cp "journal/$(awk '$3 == "INTENT" { print $1 }' journal/index.tsv).der" "$more"
	printf "\\$(printf %03o $seq)" | dd of="$more" bs=1 seek=8 conv=notrunc 2>/dev/null
	openssl dgst -sha256 -binary "$end" | dd of="$more" bs=1 seek=31 conv=notrunc 2>/dev/null
	printf '%08d\t%s\tINTENT\n' $seq "$(awk '$3 == "INTENT" { print $2 }' journal/index.tsv)" >>journal/index.tsv
	echo "{\"file\":\"$more\"" >>manifest.json
}
# In a folder: a certificate of that number by a root that this machine trusts.
other_root() {
	mkdir -p "$tmp/roots"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/root.key" -subj /CN=Root -out "$tmp/root.pem" 2>/dev/null
	cp "$tmp/root.pem" "$tmp/roots/$(openssl x509 -in "$tmp/root.pem" -noout -hash).0"
	openssl req -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=Other -out "$tmp/other.csr" 2>/dev/null
	openssl x509 -req -in "$tmp/other.csr" -CA "$tmp/root.pem" -CAkey "$tmp/root.key" -set_serial "0x$(openssl x509 -in certificate.pem -noout -serial | cut -d= -f2)" \
		-outform DER -out certificate.der 2>/dev/null
	openssl x509 -inform DER -in certificate.der -out certificate.pem
}
# In a folder: told as never revoked.
unrevoked() { sed -i /REVOKED/d journal/index.tsv; for f in lists/*; do cp "$tmp/first.crl" "$f"; done; }
lies() {
	lied "$1" <<-ROWS
		another's certificate%cp '$2'/certificate.* .%certificate.der
		another's warrant%cp '$2'/warrants/certificate.der warrants/%warrants/certificate.der
		a list without the revocation%for f in lists/*; do cp '$tmp/first.crl' \$f; done%lists/
		another event%cp \$(ls events/*.der | head -1) \$(ls events/*.der | tail -1)%events/
		an act told as another's%sed -i 's/screening-1/screening-2/' acts/index.tsv%acts/index.tsv
		an approval that is a screening%for x in tbs sig pem; do cp acts/screen.\$x acts/approve.\$x; done%acts/index.tsv
		a key of his own for a signature%cp manifest.pem acts/approve.pem%acts/approve
		a key that says its own curve%openssl ec -pubin -in acts/approve.pem -param_enc explicit -out x.pem 2>/dev/null; mv x.pem acts/approve.pem%acts/approve
		an RSA key that ends like a person's%rsa_ending%acts/
		a line of the journal in another's place%cp journal/00000002.der journal/00000003.der%journal/00000003.der
		another charter%cp charters/0.der charters/1.der%charters/1.der
		a checkpoint that is another receipt%cp receipt.tbs checkpoint.tbs; cp receipt.sig checkpoint.sig%
		a charter of his own under signatures over another%forge; sed -i 's/^\(charter-2-.*\t\)[^\t]*\tcharters/\1\tcharters/' acts/index.tsv%charters/2.der
		a charter beside the chain%cp charters/1.der charters/9.der; echo '{"file":"charters/9.der"' >>manifest.json%charters/9.der
		an act over nothing%sed -i '/^day-open-1\t/s/[^\t]*\$//' acts/index.tsv%acts/index.tsv
		two who screened and none who approved%sed -i '/^approve\t/s/approve\tapproval\tapproval-[0-9]*\t[0-9]*/screen\tscreening\tscreening-2\t2/' acts/index.tsv; '$top/build/tests/resign' '$dir' . '$(key screening-2)' acts/approve warrants/certificate.der screen%acts/index.tsv
		an approval under a charter of after the issue%who=\$(awk '\$1 == "approve" { print \$4 }' acts/index.tsv); sed -i '/^approve\t/s/\t1\t/\t2\t/' acts/index.tsv; '$top/build/tests/resign' '$dir' . '$dir/rehearsal/keys/'\$who acts/approve warrants/certificate.der approve%acts/index.tsv: nobody
		one of the staff who has the custodians' role%at=\$(openssl asn1parse -inform DER -in charters/2.der | grep -A1 ':admin-1\$' | sed -n '2s/:.*//p'); printf '\\001' | dd of=charters/2.der bs=1 seek=\$((at + 3)) conv=notrunc 2>/dev/null; '$top/build/tests/resign' '$dir' . '$(key admin-1)' acts/charter-2-2 charters/2.der charter%acts/charter-2-2.pem: not admin-1
		a role below zero, which would be every one%at=\$(openssl asn1parse -inform DER -in charters/2.der | grep -A1 ':screening-1\$' | sed -n '2s/:.*//p'); printf '\\377' | dd of=charters/2.der bs=1 seek=\$((at + 2)) conv=notrunc 2>/dev/null; '$top/build/tests/resign' '$dir' . '$(key screening-1)' acts/approve warrants/certificate.der approve%acts/approve.pem: not screening-1
		a revocation left out%cut_lines REVOKED 1; unrevoked%journal/
		the journal left out from the revocation on%cut_lines REVOKED 999; unrevoked%journal/
		a revocation that the table does not tell%unrevoked%journal/index.tsv
		an event without its place in the log%rm \$(ls events/*.path | head -1)%events/
		a log that did not grow%head -1 events/grew >x; mv x events/grew%events/grew
		nothing that says that it grew%rm events/grew%events/grew
		a certificate without its text%rm certificate.txt%certificate.txt
		a line behind the checkpoint%line_more%journal/.*: behind
		an act of another time%sed -i '/^approve\t/s/2026/2019/' acts/index.tsv%acts/index.tsv
		a revocation told as of another time%sed -i '/REVOKED/s/2026/2031/' journal/index.tsv%journal/index.tsv
		a log without its issue%f=\$(grep -l 'serial=.* warrant=' events/*.der | head -1); rm \$f \$(echo \$f | sed 's/der\$/path/')%events/: none
	ROWS
	lied "$2" <<-ROWS
		a receipt of another's revocation%for x in tbs sig pem; do cp '$1'/receipt.\$x .; echo "{\"file\":\"receipt.\$x\"" >>manifest.json; done%receipt
	ROWS
	export SSL_CERT_DIR="$tmp/roots"
	lied "$2" <<-'ROWS'
		a certificate of a root this machine trusts%other_root%certificate.pem: not signed
	ROWS
	unset SSL_CERT_DIR
	cp -r "$1" "$tmp/clerk" && lie "$tmp/clerk" approval-1
	verify "$tmp/clerk"
	is "$? $(grep -c "^NOT OK manifest.pem" "$tmp/said")" '1 1' "$engine: one that an approver signed for"
	"$top/build/tests/resign" "$dir" "$tmp/clerk" "$(key screening-1)" manifest manifest.json screen
	verify "$tmp/clerk"
	is "$? $(grep -c "^NOT OK manifest.pem" "$tmp/said")" '1 1' "$engine: one that a screener signed for as he does for a warrant"
	rm -rf "$tmp/clerk"
}

# DER of one text.
der_text() { printf "\\014\\$(printf %03o ${#1})"; printf %s "$1"; }
# A hostile folder: what it would have a shell run is text to verify.sh, whichever shell reads that.
hostile() {
	for with in sh bash; do
		command -v $with >/dev/null || { echo "# there is no $with"; continue; }
		lied "$1" <<-'ROWS'
			a command in a file's name%f='events/a[$(touch ran)].path'; echo 1 >"$f"; echo "{\"file\":\"$f\"" >>manifest.json%events/a
			a command for the size of a log%sed -i '1s/.*/a[$(>ran)] 1/' events/grew%events/grew
			a command in the place of the checkpoint's size%for f in events/*.path; do sed -i '1s/.*/a[$(touch ran)]/' $f; done%events/
			a command in the name of a folder%mkdir "$(printf 'journal/z\n0 0 0 OCTET_STRING 1+a[$(>ran)]\n.der')"%journal/z
			a folder beside a line of the journal%f=$(awk '$3 == "REVOKED" { print $1 }' journal/index.tsv); mkdir "journal/$f"'.d\n0 0 0 ENUMERATED 09\c.der'; unrevoked; rm -f receipt.*%journal/
			a command in a text that looks like DER%der_text "$(printf 'x\n    9:d=0  hl=2 l=   1 prim: INTEGER           :A+a[$(touch ran)]\nx')" >journal/00000003.der%journal/00000003.der
		ROWS
	done
	with=sh
	lied "$1" <<-'ROWS'
		a log of no size, which never ends%sed -i '1s/^[0-9]*/0/' events/grew%events/grew
		an act that lies outside%for x in tbs sig pem; do mv acts/day-open-1.$x ../x.$x; done; sed -i 's,^day-open-1,../../x,' acts/index.tsv%acts/index.tsv
		a link to a file outside%mv papers.tsv ../papers; ln -s ../papers papers.tsv%papers.tsv
		signs for the screen%sed -i "s/^day-open-1/$(printf '\033')[2J/" acts/index.tsv%acts/index.tsv
		a name of two lines%cp papers.tsv "$(printf 'papers.tsv\nVERIFY.txt')"%papers.tsv
		a key that asks for a passphrase%sed -i '1a Proc-Type: 4,ENCRYPTED' acts/approve.pem%acts/approve.pem: asks
		an event that is beyond the log%f=$(ls events/*.path | head -1 | cut -d. -f1); for x in path der; do mv $f.$x events/999999.$x; echo "{\"file\":\"events/999999.$x\"" >>manifest.json; done%events/999999
	ROWS
}

# copied: a revocation the store forgot and copied from the journal, and one that the signer made by itself of a certificate that was
# not booked within a day although the store has it: neither has a receipt.
copied() {
	. "$top/tests/orders.sh"
	dir=$tmp/copied
	begun "$dir" sqlite copied && taken_in "$dir" && approved "$dir" 2 5 && paid "$dir" 2 5 &&
		say day open --key "$(key dispatch-1)" >/dev/null && say issue 5 >/dev/null || fail "$engine: one issued" "$(cat "$tmp/err")"
	forgot=$(say cert list | "$flat" -v 'rows[0].serial')
	say revoke "$forgot" --ground 11-1 --key "$(key revocation-1)" --second "$(key revocation-2)" >/dev/null &&
		"$tamper" "$dir" "UPDATE cert SET revoked_at = 0, ground = '', reason = 0, receipt = x'' WHERE dossier = 5" \
			"DELETE FROM warrant WHERE kind = 'revoke'" >/dev/null &&
		say sweep >/dev/null && say issue 2 >/dev/null && "$tamper" "$dir" --cut 1 >/dev/null &&
		say --now 2026-11-21T21:00:00+09:00 crl publish >/dev/null && say --now 2026-11-21T21:00:00+09:00 sweep >"$tmp/out" || fail "$engine: a day later" "$(cat "$tmp/err")"
	unbooked=$(say cert list | "$flat" -a rows serial ground | awk '$2 == "unbooked" { print $1 }')
	for serial in "$forgot" "$unbooked"; do
		rm -rf "$tmp/copied.out"
		say evidence "$serial" --out "$tmp/copied.out" --reason 'claim 7' --key "$(key audit-1)" >/dev/null || fail "$engine: evidence of it" "$(cat "$tmp/err")"
		verify "$tmp/copied.out"
		is "$? $(grep -c '^NOT' "$tmp/said") $(grep -c 'has no receipt here' "$tmp/said") $(ls "$tmp/copied.out" | grep -c receipt)" '0 0 1 0' "$engine: a revocation without a receipt, by the chain" || cat "$tmp/said"
	done
	is "$(grep -c 'ordered by' "$tmp/said")" 0 "$engine: of one that was not booked the warrant is the certificate's"
	is "$(grep -c 'ca.pem' "$tmp/said")" 0 "$engine: the journal is whole and proves the certificate of the CA"
	lied "$tmp/copied.out" <<-'ROWS'
		a revocation without a receipt behind a gap%rm "$(ls journal/*.der | tail -1)"%journal/
		one that was not booked, of another warrant%f=journal/$(awk '$3 == "REVOKED" { print $1 }' journal/index.tsv).der; sed -i 's/unbooked/booked10/' $f%journal/
	ROWS
	# As if five lines were too many to be given.
	verifier=$tmp/short.sh
	sed 's/1000/5/g' "$top/assets/evidence/verify.sh" >"$verifier"
	lied "$tmp/copied.out" <<-'ROWS'
		a revocation without a receipt, in a long journal not chained%rm "$(ls journal/*.der | tail -1)"%journal/.*neither a receipt
	ROWS
	rm -rf "$tmp/lie" && cp -r "$tmp/copied.out" "$tmp/lie" && rm "$tmp/lie/journal/00000006.der" && lie "$tmp/lie"
	verify "$tmp/lie"
	is "$? $(grep -c 'ca.pem' "$tmp/said") $(grep -c '1 gaps' "$tmp/said")" '0 0 1' "$engine: in a long journal that is not chained to the line of the CA its custodians prove it" || cat "$tmp/said"
	lied "$tmp/copied.out" <<-'ROWS'
		the CA of another key, in a journal not chained to its line%rm journal/00000006.der; openssl req -x509 -newkey rsa:2048 -nodes -keyout /dev/null -subj /CN=x -outform DER -out ca.der 2>/dev/null; openssl x509 -inform DER -in ca.der -out ca.pem%ca.pem: neither
		another certificate of its key, which that did not sign%rm journal/00000006.der; sed -i s/145959Z/145958Z/ ca.der; openssl x509 -inform DER -in ca.der -out ca.pem%ca.pem: neither
		one custodian for the CA%rm journal/00000006.der acts/cacert-2.*; sed -i /^cacert-2/d acts/index.tsv%ca.pem: neither
		nobody for the CA%rm journal/00000006.der warrants/cacert.der acts/cacert-*; sed -i /^cacert/d acts/index.tsv%ca.pem: neither
	ROWS
	verifier=$top/assets/evidence/verify.sh
}

# A receipt that came by mail is there as it came; it is the certificate's own signature that proves it.
mailed() {
	for f in engine keys orders in_hand; do . "$top/tests/$f.sh"; done
	dir=$tmp/mail mails=$tmp/mails
	mkdir "$mails"
	in_hand sqlite evidence_mail || { fail "$engine: certificates in hand" "$(cat "$tmp/err")"; return; }
	bodies
	signed 2 utf-8 -signer "$tmp/2.pem" -inkey "$tmp/2.key" -md sha256
	signed 5 jis -signer "$tmp/5.pem" -inkey "$tmp/5.key" -md sha256 -nodetach
	for who in 2 5; do
		say receipt mail "$mails/$who" >/dev/null || fail "$engine: a receipt by mail" "$(cat "$tmp/err")"
		say evidence "$(openssl x509 -in "$tmp/$who.pem" -noout -serial | cut -d= -f2)" --out "$tmp/mailed.$who" --reason 'claim 7' --key "$(key audit-1)" >/dev/null
		is $? 0 "$engine: evidence with a receipt by mail of $who" || cat "$tmp/err"
		verify "$tmp/mailed.$who"
		is "$? $(grep -c '^NOT' "$tmp/said") $(cmp "$mails/$who" "$tmp/mailed.$who/receipt-mail.eml" 2>&1)" '0 0 ' "$engine: the mail of $who is there as it came, and agrees"
	done
	say evidence "$(openssl x509 -in "$tmp/2.pem" -noout -serial | cut -d= -f2)" --out "$tmp/mailed.more" --reason 'what receipt-recorded says is disputed' --key "$(key audit-1)" >/dev/null
	say evidence "$(openssl x509 -in "$tmp/2.pem" -noout -serial | cut -d= -f2)" --out "$tmp/mailed.again" --reason 'claim 8' --key "$(key audit-1)" >/dev/null
	verify "$tmp/mailed.again"; is "$? $(grep -c '^NOT' "$tmp/said")" '0 0' "$engine: whatever reasons it was taken for" || cat "$tmp/said"
	is "$(grep -c receipt-mail.eml "$tmp/mailed.2/index.html")" 1 "$engine: the page names it"
	lied "$tmp/mailed.2" <<-ROWS
		a mail with a word changed%sed -i 's/受領しました/受領していません/' receipt-mail.eml%receipt-mail.eml
		another's mail%cp '$tmp/mailed.5/receipt-mail.eml' .%receipt-mail.eml
		a mail that is not there%rm receipt-mail.eml%receipt-mail.eml
		a mail without its signature%sed -i '/pkcs7-signature/,\$d' receipt-mail.eml%receipt-mail.eml
	ROWS
}

for engine in sqlite postgresql; do
	dir=$tmp/$engine
	"$akashi" demo "$dir" --store "$(store_of $engine evidence)" >/dev/null 2>"$tmp/err" || { fail "$engine: a demo" "$(cat "$tmp/err")"; continue; }
	"$akashi" --json -C "$dir" cert list | "$flat" -a rows serial state >"$tmp/certs"
	revoked=$(awk '$2 == "revoked" { print $1; exit }' "$tmp/certs") valid=$(awk '$2 == "valid" { print $1; exit }' "$tmp/certs")
	cp "$dir/ca/crl/1.crl" "$tmp/first.crl"
	refused "$valid"
	whole valid "$valid"
	verify "$tmp/$engine.valid" "$(of manifest)"
	is "$? $(grep -c '^NOT' "$tmp/said") $(grep -c '^NOT OK journal/00000001.der' "$tmp/said")" '1 1 1' "$engine: another service's first line is named"
	verify "$tmp/$engine.valid"
	is $? 0 "$engine: who knows none gives none"
	for other in $(awk '$2 == "revoked" { print $1 }' "$tmp/certs" | sed 1d); do whole "$other" "$other"; done
	whole revoked "$revoked"
	is "$("$akashi" --json -C "$dir" dossier show "$(of dossier)" | "$flat" -a events kind detail | grep -c "^evidence-taken.*serial=$revoked reason=claim 7")" 1 \
		"$engine: that it was taken, and why, stands in the log"
	grep -q 'claim 7' "$dir/keys/archive.log" && pass "$engine: and with the key's agent" || fail "$engine: and with the key's agent"
	"$akashi" -C "$dir" audit verify >/dev/null && pass "$engine: the books agree" || fail "$engine: the books agree"
	# What verify.sh finds is the same whatever the store is.
	[ $engine = postgresql ] || { each_byte "$tmp/$engine.revoked"; lies "$tmp/$engine.revoked" "$tmp/$engine.valid"; hostile "$tmp/$engine.revoked"; }
	mkdir "$tmp/empty"
	take "$valid" --out "$tmp/empty" --reason 'claim 8' --key "$(key audit-1)"
	is "$code $(ls "$tmp/empty" | grep -c index.html)" '0 1' "$engine: an empty folder is filled"
	rm -rf "$tmp/empty"
	sqlite3 "$dir/keys/keys.db" "DELETE FROM wrapped WHERE kind = 'dossier'"
	take "$valid" --out "$tmp/none" --reason 'claim 9' --key "$(key audit-1)"
	is "$code $(of 'errors[0].code')" '4 evidence-destroyed' "$engine: a record that was destroyed gives none"
done
engine=sqlite
copied
mailed
done_testing
