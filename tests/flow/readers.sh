#!/bin/sh
# OpenSSL, GnuTLS, NSS and Java read our certificate, PKCS#12 and lists, names intact. [R-1.4]
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../readers.sh"
"$top/build/tests/pki_make" "$tmp" && pass 'certificates are made' || fail 'certificates are made'
name=$(cat "$tmp/name")
is "$(printf '%s' "$name" | od -An -tx1 | tr -d ' \n')" e9ab99efa891f0a0aeb7e8919bf3a08480e38080e5a4aae9838e \
	'the name has U+9AD9 U+FA11 U+20BB7 and a variation sequence with U+E0100'
openssl pkcs12 -in "$tmp/old.p12" -passin "file:$tmp/pin" -nodes -info -noout 2>"$tmp/text"
is "$(grep -cE '^MAC: sha1|pbeWithSHA1And3-KeyTripleDES-CBC' "$tmp/text")" 2 'the one for old programs is 3DES and SHA-1'
for reader in openssl gnutls nss java; do
	"${reader}_reads" "$tmp" >"$tmp/text" 2>&1
	is $? 0 "$reader reads certificate and PKCS#12"
	for text in "$name" '山田　花子' '株式会社架空工業' '入札及び契約に関する一切の権限' 'taro.yamada@example.jp' NTRJP; do
		case "$reader $text" in 'gnutls NTRJP') text=4e54524a50;; esac # an attribute it prints as bytes
		# Lines are joined: NSS breaks long ones.
		if tr -d '\n' <"$tmp/text" | sed 's/  *//g' | grep -qF "$(printf '%s' "$text" | sed 's/  *//g')"; then
			pass "$reader prints $text"
		else
			fail "$reader prints $text" "$(tail -40 "$tmp/text")"
		fi
	done
	"${reader}_accepts" "$tmp" "$tmp/ca.crl" >"$tmp/text" 2>&1
	is "$?" 0 "$reader: the certificate is good with the list that does not name it"
	"${reader}_accepts" "$tmp" "$tmp/revoked.crl" >"$tmp/text" 2>&1
	if [ $? = 0 ]; then
		fail "$reader: revoked by the list that names it" "$(tail -40 "$tmp/text")"
	else
		pass "$reader: revoked by the list that names it"
	fi
	# One changed bit of the list's signature.
	size=$(wc -c <"$tmp/ca.crl")
	{ head -c $((size - 1)) "$tmp/ca.crl"; tail -c 1 "$tmp/ca.crl" | tr '\000-\377' '\001-\377\000'; } >"$tmp/bad.crl"
	"${reader}_accepts" "$tmp" "$tmp/bad.crl" >"$tmp/text" 2>&1
	[ $? = 0 ] && fail "$reader refuses a changed list" "$(tail -40 "$tmp/text")" || pass "$reader refuses a changed list"
	mkdir -p "$tmp/other" && cp "$tmp"/taro.* "$tmp/pin" "$tmp/other" && cp "$tmp/other-ca.crt" "$tmp/other/ca.crt"
	"${reader}_accepts" "$tmp/other" "$tmp/ca.crl" >"$tmp/text" 2>&1
	[ $? = 0 ] && fail "$reader refuses it under another root of that name" "$(tail -40 "$tmp/text")" ||
		pass "$reader refuses it under another root of that name"
	# One for programs that know only 3DES and SHA-1 [R-4.99].
	mkdir -p "$tmp/old" && cp "$tmp/ca.crt" "$tmp/taro.crt" "$tmp/pin" "$tmp/old" && cp "$tmp/old.p12" "$tmp/old/taro.p12"
	"${reader}_reads" "$tmp/old" >"$tmp/text" 2>&1
	is $? 0 "$reader reads the one for old programs"
	printf 'K7QX-M3RT-9HWA-4PCF' >"$tmp/pin"
	"${reader}_reads" "$tmp" >"$tmp/text" 2>&1
	code=$?
	printf 'K7QX-M3RT-9HWA-4PCE' >"$tmp/pin"
	[ $code = 0 ] && fail "$reader refuses another PIN" "$(tail -40 "$tmp/text")" || pass "$reader refuses another PIN"
done
done_testing
