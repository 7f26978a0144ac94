#!/bin/sh
# sh verify.sh [-C FOLDER] [FIRST-LINE]: does this folder of evidence agree with itself, from every file's digest back to the
# signed acts? Needs openssl, sha256sum and standard tools. Names each file that does not agree; exit 0: all agree, 1: not.
LC_ALL=C
export LC_ALL
folder=$(dirname "$0")
[ "$1" != -C ] || { folder=$2; shift 2; }
CDPATH='' cd -- "$folder" || exit 2
first=$1 failed=0 checked=0
# Who doubts the folder runs this on it: no text of it may be a command, a number to work out, an option, a pattern or a way out of
# the folder. Names of files are those of FILES, numbers are digits, DER is read by where its parts lie, and what is said is plain.
bad() { failed=1; printf 'NOT OK %s: %s' "$1" "$2" | tr -c '\040-\176' '?'; echo; }
good() { checked=$((checked + 1)); }
same() { if [ -n "$1" ] && [ "$1" = "$2" ]; then good; else bad "$3" "$4"; fi; }
digits() { case $1 in '' | *[!0-9]* | 0?* | ????????????????*) return 1;; esac; }
sha() { hash=$(sha256sum <"$1") && echo "${hash%% *}"; }
hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }
octal() { # of each line of hex, which is of whole bytes, what printf makes those of
	awk 'BEGIN { h = "0123456789abcdef" } { for (i = 1; i < length($0); i += 2)
		printf "\\%03o", (index(h, substr($0, i, 1)) - 1) * 16 + index(h, substr($0, i + 1, 1)) - 1; print "" }'
}
sums() { # of each line of hex the SHA-256 of its bytes
	octal >"$tmp/octal"
	rm -f "$tmp"/sum/*
	file=100000
	while read -r octal; do file=$((file + 1)); printf "$octal" >"$tmp/sum/$file"; done <"$tmp/octal"
	sha256sum "$tmp"/sum/* 2>/dev/null | cut -c1-64
}
node() { case $1 in *[!0-9a-f]*) return 1;; esac; [ ${#1} = 64 ]; }
join() { node "$1" && node "$2" && echo "01$1$2" | sums; }
# parse FILE: of each part of a DER file a line "AT HEAD LENGTH TYPE VALUE", octets and numbers in hex, a number below
# zero behind a sign; none where its parts do not fill it to the byte, or a text in it has more than one line.
parse() {
	od -An -v -tx1 "$1" 2>/dev/null | awk '
		BEGIN { type["02"] = "INTEGER"; type["04"] = "OCTET_STRING"; type["0a"] = "ENUMERATED"; type["0c"] = "UTF8STRING"; type["18"] = "GENERALIZEDTIME"; type["30"] = "SEQUENCE"
		for (i = 0; i < 256; i++) value[sprintf("%02x", i)] = i; n = at = depth = parts = 0 }
		{ for (i = 1; i <= NF; i++) byte[n++] = $i }
		END { while (at < n) {
			while (depth && at == end[depth]) depth--
			limit = depth ? end[depth] : n; tag = byte[at]; head = 2; size = value[byte[at + 1]]
			if (size > 127) {
				if (size == 128 || size > 132) exit
				k = size - 128; size = 0
				for (; k > 0; k--) size = size * 256 + value[byte[at + head++]] }
			if (at + head + size > limit || value[tag] % 32 == 31) exit
			text = ""
			if (tag ~ /^(0[24ac]|18)$/) for (i = at + head; i < at + head + size; i++) {
				if (tag ~ /c|18/ && (byte[i] == "00" || byte[i] == "0a")) exit
				text = text (tag ~ /c|18/ ? sprintf("%c", value[byte[i]]) : byte[i]) }
			if (tag == "02" && size > 1 && byte[at + head] == "00") text = substr(text, 3)
			else if (tag ~ /^0[2a]$/ && byte[at + head] ~ /^[89a-f]/) text = "-" text
			part[parts++] = at " " head " " size " " (tag in type ? type[tag] : tag) " " text
			if (int(value[tag] / 32) % 2) { end[++depth] = at + head + size; at += head } else at += head + size }
		while (depth && end[depth] == n) depth--
		if (!depth) for (i = 0; i < parts; i++) print part[i] }'
}
# look FILE: sets parts to a file with its parts; each is parsed once.
look() {
	case $1 in "$tmp"/*) parts=$tmp/parts.own.${1##*/};; *) parts=$tmp/parts.${1%%/*}.${1##*/};; esac
	[ -f "$parts" ] || parse "$1" >"$parts"
}
# octets FILE N: the N-th octet string of a DER file, in hex.
octets() {
	look "$1"
	awk -v n="$2" '$4 == "OCTET_STRING" && ++k == n { print $5; exit }' "$parts"
}
number() { # FILE N: its N-th INTEGER, where that is one of at most 15 hex digits
	look "$1"
	value=$(awk -v n="$2" '$4 == "INTEGER" && ++k == n && $5 ~ /^[0-9a-f]+$/ && length($5) < 16 { print $5; exit }' "$parts")
	[ -z "$value" ] || echo $((0x$value))
}
# heads FILE...: of each, a line of the journal, its name, number, kind, and in hex its first two octet strings; - for what it has not.
heads() {
	for f in "$@"; do look "$f" && printf '%s\n' "$f" && cat "$parts" && echo; done | awk '
		function put(text) { printf " %s", text == "" ? "-" : text }
		name == "" { name = $1; seq = kind = octets[1] = octets[2] = ""; n = 0; next }
		$4 == "INTEGER" && seq == "" { seq = $5 ~ /^[0-9a-f]+$/ && length($5) < 16 ? $5 : "-" }
		$4 == "ENUMERATED" && kind == "" { kind = $5 }
		$4 == "OCTET_STRING" && ++n < 3 { octets[n] = $5 }
		NF == 0 { printf "%s", name; put(seq); put(kind); put(octets[1]); put(octets[2]); print ""; name = "" }'
}
kind() { look "$1"; awk '$4 == "ENUMERATED" { print $5; exit }' "$parts"; }
texts() { look "$1"; sed -n 's/^[0-9]* [0-9]* [0-9]* UTF8STRING //p' "$parts"; }
moment() { # FILE: its first time, as the tables tell it, in Japan
	look "$1"
	awk '$4 == "GENERALIZEDTIME" { if ($5 !~ /^[0-9]*Z$/ || length($5) != 15) exit
		year = substr($5, 1, 4) + 0; month = substr($5, 5, 2) + 0; day = substr($5, 7, 2) + 0; hour = substr($5, 9, 2) + 9
		split("31 28 31 30 31 30 31 31 30 31 30 31", last, " ")
		if (year % 4 == 0 && (year % 100 || year % 400 == 0)) last[2] = 29
		if (hour > 23) { hour -= 24; day++ }
		if (day > last[month]) { day = 1; month++ }
		if (month > 12) { month = 1; year++ }
		printf "%04d-%02d-%02dT%02d:%s:%s+09:00\n", year, month, day, hour, substr($5, 11, 2), substr($5, 13, 2); exit }' "$parts"
}
P256=3059301306072a8648ce3d020106082a8648ce3d030107034200
point() { # the point of a P-256 key, and of no other: the end of another could be made to be the same
	openssl pkey -pubin -in "$1" -outform DER >"$tmp/point" 2>/dev/null
	spki=$(hex "$tmp/point")
	[ "${spki%"${spki#$P256}"}" != $P256 ] || [ ${#spki} != 182 ] || echo "${spki#$P256}"
}
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
SSL_CERT_DIR=$tmp/none SSL_CERT_FILE=$tmp/none # ca.pem alone is the CA, whatever this machine trusts
export SSL_CERT_DIR SSL_CERT_FILE
mkdir "$tmp/sum" && touch "$tmp/proven" "$tmp/own"
acts=0

# 1. Every file, and no other.
FILES='index\.html|VERIFY\.txt|verify\.sh|papers\.tsv|receipt-mail\.eml|manifest\.json|(manifest|checkpoint|receipt)\.(tbs|sig|pem)
(certificate|ca)\.(der|pem)|certificate\.txt|warrants/(certificate\.der|certificate\.txt|revoke\.der|cacert\.der|day-open|day-close)
acts/(index\.tsv|[a-z]+(-[a-z0-9]+)*\.(tbs|sig|pem))|charters/(0|[1-9][0-9]*)\.der|journal/(index\.tsv|[0-9]{8,}\.der)
lists/[0-9]+\.crl|events/(index\.tsv|grew|[1-9][0-9]*\.(der|path))'
find . ! -type d | sed 's,^\./,,' | sort >"$tmp/there"
{ find . ! -type f ! \( -type d \( -path . -o -path ./warrants -o -path ./acts -o -path ./charters -o -path ./journal -o -path ./lists -o -path ./events \) \) | sed 's,^\./,,'
grep -vxE "$FILES" "$tmp/there"; uniq -d "$tmp/there"; } >"$tmp/others" # a name of two lines is two names
while IFS= read -r f; do bad "$f" 'no file of a folder of evidence'; done <"$tmp/others"
for f in index.html VERIFY.txt verify.sh papers.tsv certificate.txt warrants/certificate.txt events/index.tsv events/grew; do
	grep -qxF -e "$f" "$tmp/there" && good || bad "$f" 'is not here'
done
grep -l ENCRYPTED ./*.pem acts/*.pem 2>/dev/null >"$tmp/others"
while IFS= read -r f; do bad "${f#./}" 'asks for a passphrase'; done <"$tmp/others"
[ $failed = 0 ] || exit 1
sed -n 's/^{"file":"\([A-Za-z0-9./-]*\)","size":[0-9]*,"sha256":"\([0-9a-f]\{64\}\)"},*$/\2  \1/p' manifest.json >"$tmp/digests" 2>/dev/null
{ cut -c67- "$tmp/digests"; printf '%s\n' manifest.json manifest.tbs manifest.sig manifest.pem; } | sort >"$tmp/told"
comm -13 "$tmp/told" "$tmp/there" >"$tmp/others"
while IFS= read -r f; do bad "$f" 'it is in no manifest'; done <"$tmp/others"
sha256sum -c --quiet "$tmp/digests" 2>/dev/null </dev/null | sed -n 's/^\(.*\): FAILED.*/\1/p' >"$tmp/others"
while IFS= read -r f; do bad "$f" "its digest is not the manifest's"; done <"$tmp/others"

# A public key as openssl itself writes it, so that no byte of the file is without meaning.
pem_good() { openssl pkey -pubin -in "$1" -pubout 2>/dev/null | cmp -s - "$1" && good || bad "$1" 'not a public key as it is written'; }
signed() { # NAME: NAME.tbs by NAME.sig with NAME.pem
	pem_good "$1.pem"
	openssl dgst -sha256 -verify "$1.pem" -signature "$1.sig" "$1.tbs" >/dev/null 2>&1 && good || bad "$1.sig" "no signature of $1.tbs by $1.pem"
}
sep=$(printf '\037') tab=$(printf '\t')
ROLES='custodian reception screening approval accounting issuing dispatch revocation audit admin'
# holds CHARTER PERSON ROLE POINT: whether that key is that person's there and has that role: a custodian's among the custodians, any
# other among the staff, as the signer looks for it.
holds() {
	bit=0 at= list=3
	for one in $ROLES; do [ "$one" = "$3" ] && at=$bit; bit=$((bit + 1)); done
	[ -n "$4" ] && [ -n "$at" ] || return 1
	[ "$3" != custodian ] || list=2
	bit=$at
	look "charters/$1.der"
	who=$2 awk -v list=$list '$4 == "SEQUENCE" && NR > 1 && $1 >= end { lists++; end = $1 + $2 + $3 }
		$4 == "UTF8STRING" { is = lists == list && substr($0, index($0, $4) + 11) == ENVIRON["who"] } is && $4 == "INTEGER" { roles = $5 }
		is && $4 == "OCTET_STRING" { if (roles ~ /^[0-9a-f]+$/ && length(roles) < 16) print $5, roles; is = 0 }' "$parts" >"$tmp/holders"
	while read -r key roles; do
		[ "$key" != "$4" ] || [ $((0x$roles >> bit & 1)) = 0 ] || return 0
	done <"$tmp/holders"
	return 1
}
# act NAME DOCUMENT: who signed, in which role, over what; the key is that person's in that charter and has that role.
act() {
	signed "$1"
	same "$(head -c 18 "$1.tbs")" 'akashi approval v1' "$1.tbs" 'not an act'
	tail -c 32 "$1.tbs" >"$tmp/subject"
	same "$(hex "$tmp/subject")" "$(sha "$2")" "$2" "not what $1 was signed over"
	acts=$((acts + 1)) told=
	tail -c +20 "$1.tbs" >"$tmp/act$acts"
	texts "$tmp/act$acts" >"$tmp/texts"
	while IFS= read -r text; do told=$told$text$sep; done <"$tmp/texts"
	{ IFS= read -r _; IFS= read -r role; IFS= read -r person; } <"$tmp/texts"
	charter=$(number "$tmp/act$acts" 2) point=$(point "$1.pem")
	told=$told$charter$sep$(moment "$tmp/act$acts")
	holds "$charter" "$person" "$role" "$point" && good || bad "$1.pem" "not $person's key with the role $role in charters/$charter.der"
}

# 2. The manifest, by who took the evidence.
act manifest manifest.json
case $told in "evidence${sep}audit${sep}"*) good;; *) bad manifest.pem 'not of an auditor who took evidence';; esac
[ $failed = 0 ] || { echo 'The files are not those the manifest was signed for: nothing else was checked.'; exit 1; }

# 3. The certificate, the CA.
for name in certificate ca; do
	openssl x509 -inform DER -in $name.der 2>/dev/null | cmp -s - $name.pem && good || bad $name.pem "another certificate than $name.der"
done
openssl verify -no_check_time -CAfile ca.pem certificate.pem >/dev/null 2>&1 && good || bad certificate.pem 'not signed by ca.pem'
serial=$(openssl x509 -in certificate.pem -noout -serial | sed 's/serial=0*//' | tr A-F a-f)
openssl x509 -in certificate.pem -noout -pubkey | openssl pkey -pubin -outform DER >"$tmp/spki" 2>/dev/null
parse certificate.der | awk 'NR == 2 { print $1 + 1, $2 + $3 }' >"$tmp/place"
read -r at len <"$tmp/place"
tail -c "+$at" certificate.der | head -c "$len" >"$tmp/tbs"

# 4. Charters, back to the first line; no other.
same "$(octets journal/00000001.der 2)" "$(hex charters/0.der)" charters/0.der 'not the one of the first line'
[ -z "$first" ] || same "$(sha journal/00000001.der)" "$first" journal/00000001.der 'not the first line you know'
n=0
while [ -f "charters/$((n + 1)).der" ]; do
	same "$(octets "charters/$((n + 1)).der" 2)" "$(sha "charters/$n.der")" "charters/$((n + 1)).der" 'does not follow on the one before'
	n=$((n + 1))
done
last=charters/$n.der
for c in charters/*.der; do c=${c#charters/} c=${c%.der}; digits "$c" && [ "$c" -le $n ] && good || bad "charters/$c.der" 'the one before is not here'; done

# 5. Acts: the table tells them, their bytes must say the same. What was proven is counted, not what the table says; its tabs are put
# as another sign, for two tabs are one to a shell.
awk -F'\t' 'NR > 1 { if (NF != 7) wrong = 1; gsub(/\t/, "\037"); print } END { exit wrong }' acts/index.tsv >"$tmp/acts" &&
	[ "$(tr -d '\011\012\040-\176\200-\377' <acts/index.tsv | wc -c)" -eq 0 ] && good || bad acts/index.tsv 'not rows of seven columns'
while IFS=$sep read -r name what as who under when document; do
	if ! grep -qxF -e "acts/$name.tbs" "$tmp/there" || ! grep -qxF -e "$document" "$tmp/there"; then
		bad acts/index.tsv "names no file of the folder: $name, $document"
		continue
	fi
	act "acts/$name" "$document"
	same "$told" "$what$sep$as$sep$who$sep$under$sep$when" acts/index.tsv "says something else of $name than was signed"
	printf '%s\n' "$told$sep$document$sep$point" >>"$tmp/proven"
done <"$tmp/acts"
# stand ACT ROLE DOCUMENT CHARTER: the people of whom that is proven and counts under that charter: the act names none above it, and
# the key has the role there too.
stand() {
	awk -F"$sep" -v OFS="$sep" -v act="$1" -v role="$2" -v document="$3" -v charter="$4" \
		'$1 == act && $2 == role && $4 + 0 <= charter + 0 && $6 == document { print $7, $3 }' "$tmp/proven" >"$tmp/standing"
	while IFS=$sep read -r point who; do
		holds "$4" "$who" "$2" "$point" && printf '%s\n' "$who"
	done <"$tmp/standing" | sort -u
}
# quorum ACT DOCUMENT CHARTER: whether as many of its custodians as it asks for signed that; signers: how many did.
quorum() {
	most=$(number "charters/$3.der" 2)
	signers=$(stand "$1" custodian "$2" "$3" | wc -l)
	[ "$signers" -ge "${most:-99}" ]
}
c=0
while [ $c -lt $n ]; do
	quorum charter "charters/$((c + 1)).der" $c && good || bad "charters/$((c + 1)).der" "$signers custodians signed it, not $most"
	c=$((c + 1))
done

# 6. The journal's lines: their chain to the checkpoint, and which of them are the certificate's.
own() { # LINE NAME: one of the certificate
	line_name=${1#journal/}
	echo "${line_name%.der}$tab$(moment "$1")$tab$2" >>"$tmp/own"
	case $2 in
	INTENT) intent=$1 issued_under=$in_force
		same "$(octets "$1" 3)" "$(sha warrants/certificate.der)" warrants/certificate.der 'not the warrant it was issued for'
		same "$(octets "$1" 4)" "$(sha "$tmp/spki")" certificate.der 'of another key'
		same "$(octets "$1" 6)" "$(sha "$tmp/tbs")" certificate.der 'other contents than were journaled';;
	DONE) same "$(octets "$1" 3)" "$(sha certificate.der)" certificate.der 'not the one that was signed';;
	REVOKED) revoked=$1 order=warrants/revoke.der
		# One that was not booked within a day the signer revoked by itself: the line tells the warrant of the certificate.
		[ "$(texts "$1")" != unbooked ] || order=warrants/certificate.der
		if [ -f $order ]; then same "$(octets "$1" 3)" "$(sha $order)" $order 'not the warrant it was revoked for'; else order=; fi;;
	esac
}
is_own() { # of the serial without its first zeros
	while [ "${second_octets#0}" != "$second_octets" ]; do second_octets=${second_octets#0}; done
	[ "$second_octets" != "$serial" ] || own "$1" "$2"
}
tail -c +19 checkpoint.tbs >"$tmp/head"
end=$(number "$tmp/head" 1)
same "$(kind "$tmp/head")" 0a checkpoint.tbs 'not of the head of a log'
end=${end:-0} intent= issued_under= in_force=0 revoked= certified= before= digest= gaps=0
whole=$((end + 1)) # from there on no line is missing up to the checkpoint
sha256sum journal/*.der >"$tmp/digests" 2>/dev/null
heads journal/*.der | paste -d' ' "$tmp/digests" - >"$tmp/lines"
while read -r sum line name seq kind first_octets second_octets; do
	case $seq in '' | *[!0-9a-f]*) seq=;; *) seq=$((0x$seq));; esac
	[ "$name" = "$line" ] || seq=
	if ! digits "$seq" || [ "$seq" = 0 ]; then bad "$line" 'not a line of a journal'; continue; fi
	same "journal/$(printf %08d "$seq").der" "$line" "$line" 'of another place'
	if [ -z "$before" ]; then from=$seq
	elif [ "$seq" = $((before + 1)) ]; then same "$first_octets" "$digest" "$line" 'does not follow on the line before'
	else from=$seq gaps=$((gaps + 1)); fi
	[ "$seq" != "$end" ] || whole=$from
	before=$seq digest=$sum
	if [ "$seq" -gt "$end" ]; then # a charter is proven by its acts, a revocation by its receipt; nothing else is
		case $kind in 01 | 06 | 07) ;; *) bad "$line" 'behind the checkpoint'; continue;; esac
	fi
	case $kind in
	01) in_force=$(number "$line" 2)
		same "$second_octets" "$(octets "$line" 3 | sums)" "$line" 'another charter than it says'
		same "$second_octets" "$(sha "charters/$in_force.der")" "$line" 'another charter than is here';;
	02) certified=$seq
		same "$(octets "$line" 3)" "$(sha ca.der)" ca.der 'not the one the signer certified';;
	04) is_own "$line" INTENT;;
	05) is_own "$line" DONE;;
	06) is_own "$line" BOOKED;;
	07) is_own "$line" REVOKED;;
	esac
done <"$tmp/lines"
[ -n "$intent" ] && good || bad certificate.der 'no line of the journal says that it was to be issued'
# Screened and approved by two people, as the charter had it under which the certificate was issued.
stand screen screening warrants/certificate.der "${issued_under:-0}" >"$tmp/screened"
stand approve approval warrants/certificate.der "${issued_under:-0}" >"$tmp/approved"
for seat in screened approved; do [ -s "$tmp/$seat" ] && good || bad acts/index.tsv "nobody whose role it is has $seat the warrant"; done
[ "$(sort -u "$tmp/screened" "$tmp/approved" | wc -l)" -ge 2 ] && good || bad acts/index.tsv 'screened and approved by one person'
for told in journal/index.tsv certificate.der; do
	sed 1d journal/index.tsv | cmp -s - "$tmp/own" && good || bad $told 'the table tells other lines than those of the certificate'
done
# What fits is never left out: all of at most 1000 lines, or as many from the certificate's own.
must=$(number "$intent" 1)
if [ $end -le 1000 ]; then must=1
elif [ $((end - ${must:-0})) -ge 1000 ]; then must=; fi
[ -z "$must" ] || [ "$whole" -le "$must" ] && good || bad "journal/$(printf %08d $((whole - 1))).der" 'this line is missing'
[ "$whole" -le $end ] || gaps=$((gaps + 1))
# Where no chain leads to the line of the CA, its custodians prove it: what they signed names its key, or is for a CA of before the very certificate.
ca_named() {
	octets warrants/cacert.der 3 | octal >"$tmp/octal"
	read -r octal <"$tmp/octal" && printf "$octal" >"$tmp/body" || return 1
	case $(kind warrants/cacert.der) in
	03) openssl x509 -in ca.pem -noout -pubkey | openssl pkey -pubin -outform DER >"$tmp/ca" 2>/dev/null
		look "$tmp/body"
		[ "$(octets "$tmp/body" "$(awk '$4 == "OCTET_STRING"' "$parts" | wc -l)")" = "$(hex "$tmp/ca")" ] && openssl verify -check_ss_sig -no_check_time -CAfile ca.pem ca.pem >/dev/null 2>&1;;
	04) [ "$(octets "$tmp/body" 1)" = "$(hex ca.der)" ];;
	*) return 1;;
	esac
}
ca_signed() {
	c=$n
	while [ "$c" -gt 0 ]; do ! quorum cacert warrants/cacert.der "$c" || return 0; c=$((c - 1)); done
	return 1
}
if [ -z "$certified" ] || [ "$whole" -gt "$certified" ]; then
	ca_named && ca_signed && good || bad ca.pem "neither the chain to the checkpoint nor the custodians prove that it is this service's"
fi
receipt() { # NAME LINE CHARTER...
	signed "$1"
	same "$(head -c 17 "$1.tbs")" 'akashi receipt v1' "$1.tbs" 'not a receipt'
	tail -c +19 "$1.tbs" | cmp -s - "$2" && good || bad "$1.tbs" "not a receipt of $2"
	name=$1 known=; shift 2
	point=$(point "$name.pem")
	for c in "$@"; do [ -z "$point" ] || [ "$(octets "$c" 3)" != "$point" ] || known=yes; done
	same "$known" yes "$name.pem" "not the signer's key"
}
head=journal/$(printf %08d $end).der
if [ ! -f "$head" ]; then head=$tmp/head; fi
receipt checkpoint "$head" "$last"
# A revocation that the store knows from the journal alone has no receipt: its line is proven where the chain holds it.
if [ -n "$revoked" ] && [ -f receipt.tbs ]; then receipt receipt "$revoked" charters/*.der
elif [ -n "$revoked" ]; then
	[ "$whole" -le "$(number "$revoked" 1)" ] && [ "$(number "$revoked" 1)" -lt $end ] && good ||
		bad "$revoked" 'neither a receipt nor the chain to the checkpoint proves the revocation'
else
	for f in receipt.tbs receipt.sig receipt.pem; do [ ! -f $f ] && good || bad $f 'of no revocation'; done
fi

# 7. Lists.
for list in lists/*.crl; do
	openssl crl -inform DER -in "$list" -CAfile ca.pem -noout 2>&1 | grep -q 'verify OK' && good || bad "$list" 'not signed by ca.pem'
	openssl crl -inform DER -in "$list" -noout -text | grep -i 'Serial Number:' | tr A-F a-f | sed 's/.*: *0*//' | grep -qxF -e "$serial" && has=yes || has=no
	same $has "$([ -n "$revoked" ] && echo yes || echo no)" "$list" "the serial is on it: $has"
done

# 8. Events, in the log the checkpoint holds [RFC 6962]; they say that the certificate was issued, and the newest receipt of it how it came.
root=$(octets "$head" 2) size=$(number "$head" 2)
edition=$(number "$intent" 3) dossier=$(number "$intent" 2)
issue="issued edition=$edition serial=$(octets "$intent" 2) warrant=$(sha warrants/certificate.der)"
mkdir "$tmp/leaf"
issued= mailed=no
for fn in $(ls events | sed -n 's/^\([0-9]*\)\..*/\1/p' | sort -un); do
	event=events/$fn.der path=events/$fn.path
	if [ ! -f "$event" ] || [ ! -f "$path" ]; then
		bad "$event" 'without its place in the log'
		continue
	fi
	read -r sn <"$path"
	if ! digits "$fn" || ! digits "$size" || [ "$sn" != "$size" ] || [ "$fn" -gt "$sn" ]; then
		bad "$path" 'for another checkpoint'
		continue
	fi
	same "$(number "$event" 2)" "$dossier" "$event" 'of another dossier'
	texts "$event" >"$tmp/texts"
	{ IFS= read -r is; IFS= read -r _; IFS= read -r text; } <"$tmp/texts"
	case "$is $text" in
	"$issue") issued=yes;;
	"receipt-recorded edition=$edition channel=mail "*) mailed=yes;;
	'receipt-recorded '*) mailed=no;;
	esac
	{ printf '\000'; cat "$event"; } >"$tmp/leaf/$fn"
done
[ -n "$issued" ] && good || bad events/ 'none says that the certificate was issued on its warrant'
# All rise together, a level at a time. plan: at each the event, whether the node of its path is the left one, that node; and of each event
# the place it comes to, 0 at the root. at: the node each has come to.
(cd "$tmp/leaf" && for fn in *; do echo "events/$fn.path"; done) | xargs awk '
	FNR == 1 { split(FILENAME, name, "[/.]"); fn = name[2] - 1; sn = $1 - 1; wrong = 0; next }
	FNR > 64 || length($0) != 64 || /[^0-9a-f]/ { wrong = 1 }
	wrong { place[name[2]] = "-"; next }
	{ left = fn % 2 || fn == sn; print FNR - 1, name[2], left, $0
	while (left && fn % 2 == 0 && fn != 0) { fn /= 2; sn = int(sn / 2) }
	fn = int(fn / 2); place[name[2]] = sn = int(sn / 2) }
	END { for (n in place) print "place", n, place[n] }' >"$tmp/plan" 2>/dev/null
(cd "$tmp/leaf" && sha256sum -- *) 2>/dev/null | awk '{ print $2, $1 }' >"$tmp/at"
level=1
while grep -q "^$level " "$tmp/plan"; do
	awk -v level=$level 'FILENAME == ARGV[1] { at[$1] = $2; next }
		$1 == level { print $2, "01" ($3 ? $4 at[$2] : at[$2] $4) }' "$tmp/at" "$tmp/plan" >"$tmp/pairs"
	cut -d' ' -f2 "$tmp/pairs" | sums | paste -d' ' "$tmp/pairs" - >"$tmp/risen"
	awk 'FILENAME == ARGV[1] { at[$1] = $3; next } { print $1, $1 in at ? at[$1] : $2 }' "$tmp/risen" "$tmp/at" >"$tmp/next"
	mv "$tmp/next" "$tmp/at"
	level=$((level + 1))
done
awk 'FILENAME == ARGV[1] { if ($1 == "place") place[$2] = $3; next } { print $1, $2, $1 in place ? place[$1] : 0 }' "$tmp/plan" "$tmp/at" >"$tmp/risen"
while read -r fn r sn; do same "$r $sn" "$root 0" "events/$fn.der" 'not in the log'; done <"$tmp/risen"
# A node is joined from the right where it is a right one or the last of its level; then it rises to where it is a right one.
right() { [ $((fn & 1)) = 1 ] || [ "$fn" = "$sn" ]; }
rise() { while [ $((fn & 1)) = 0 ] && [ "$fn" != 0 ]; do fn=$((fn >> 1)) sn=$((sn >> 1)); done; }
# That the log at the certificate's own line grew into it.
{ read -r old new; fr= was=$(octets "$intent" 7)
	same "$new" "$size" events/grew 'for another checkpoint'
	same "$old" "$(number "$intent" 4)" events/grew 'from another log'
	if digits "$old" && digits "$new" && [ "$old" -ge 1 ] && [ "$old" -le "$new" ]; then
		fn=$((old - 1)) sn=$((new - 1))
		while [ $((fn & 1)) = 1 ]; do fn=$((fn >> 1)) sn=$((sn >> 1)); done
		[ $((old & (old - 1))) != 0 ] || fr=$was
		sr=$fr
		while read -r node; do
			if [ -z "$fr" ]; then fr=$node sr=$node; continue; fi
			if right; then fr=$(join "$node" "$fr") sr=$(join "$node" "$sr"); rise; else sr=$(join "$sr" "$node"); fi
			fn=$((fn >> 1)) sn=$((sn >> 1))
		done
		[ "$old" != "$new" ] || fr=$was sr=$was
		same "$fr $sr $sn" "$was $root 0" events/grew 'the log did not only grow'
	else bad events/grew 'no sizes of a log'; fi
} <events/grew

# 9. The mail that was the receipt, where the newest receipt of the log is one of this certificate by mail.
same "$mailed" "$([ -f receipt-mail.eml ] && echo yes || echo no)" receipt-mail.eml "a receipt by mail in the log: $mailed"
if [ -f receipt-mail.eml ]; then
	openssl cms -verify -in receipt-mail.eml -CAfile ca.pem -no_check_time -purpose any -signer "$tmp/signer" -out /dev/null 2>/dev/null &&
		openssl x509 -in "$tmp/signer" 2>/dev/null | cmp -s - certificate.pem && good || bad receipt-mail.eml 'not signed with the certificate, or altered since'
fi

[ $gaps = 0 ] || echo "The journal has $gaps gaps here: it is too long to be given whole."
[ $failed = 0 ] || exit 1
[ -z "$revoked" ] || [ -f receipt.tbs ] || echo 'The revocation has no receipt here: the chain of the journal to the checkpoint proves it.'
[ -z "$revoked" ] || [ -n "$order" ] || echo 'What the revocation was ordered by is not here: the journal alone tells it.'
printf '%s' "OK: $checked checks. Taken by $(texts "$tmp/act1" | sed -n 3p)." | tr -c '\040-\176' '?'
echo
echo "First line of the journal: $(sha journal/00000001.der)"
