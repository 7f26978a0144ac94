# Sourced by flow tests after tap.sh: a mail program's own S/MIME.
# by_mutt NAME FILE: what mutt sends when a person signs with NAME.pem, NAME.key; as it is typed, the prompts one by one.
by_mutt() {
	m=$tmp/mutt; mkdir -p "$m/Mail" "$m/certs" "$m/keys"; rm -f "$m/screen"
	cp "$tmp/$1.pem" "$m/certs/me.0"; cp "$tmp/$1.key" "$m/keys/me.0"
	printf '#!/bin/sh\ncat >"%s"\n' "$2" >"$m/send"; chmod +x "$m/send"
	printf '電子証明書を受領しました。\n' >"$m/body"
	cat >"$m/rc" <<-END
		set sendmail="$m/send" from="a@example.jp" realname="葛城 さくら" use_from=yes
		set charset=utf-8 send_charset="iso-2022-jp:utf-8"
		set smime_is_default=yes crypt_autosign=yes
		unset crypt_use_gpgme
		set smime_certificates="$m/certs" smime_keys="$m/keys" smime_default_key="me.0" smime_sign_as="me.0"
		set smime_sign_digest_alg="sha256"
		set smime_sign_command="openssl smime -sign -md %d -signer %c -inkey %k -passin stdin -in %f -certfile %i -outform DER"
		set copy=no confirmcreate=no folder="$m" editor=/bin/true abort_unmodified=no autoedit=yes edit_headers=no
	END
	seen() { for try in $(seq 100); do grep -aq "$1" "$m/screen" 2>/dev/null && return; sleep 0.1; done; return 1; }
	{ seen 'To:' && printf '\r' && seen 'Subject:' && sleep 0.2 && printf '\r' && seen Compose && sleep 0.2 && printf y &&
		seen passphrase && printf '\r'; for try in $(seq 50); do [ -s "$2" ] && break; sleep 0.1; done; } |
		LC_ALL=C.UTF-8 HOME=$m TERM=xterm timeout 60 script -qfec "mutt -n -F '$m/rc' -i '$m/body' -s '受領の報告' b@example.jp" "$m/screen" >/dev/null 2>&1
}
