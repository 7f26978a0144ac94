# Sourced by flow tests after tap.sh, engine.sh, keys.sh, orders.sh: a service whose first certificates were sent and downloaded,
# and mails that are signed with them.
tab=$(printf '\t')
now=2026-11-22T12:00:00+09:00
say() { "$akashi" -C "$dir" --now "$now" --json "$@" 2>"$tmp/err"; }
of() { "$flat" -v "$2" <"$tmp/$1.json"; }
number() { ten=$1$(printf '%09d' "$2"); echo "$ten$((ten % 7))"; }
letter() { awk -F'\t' -v n="$1" -v l="$2" -v f="$3" '$1 == n && $2 == l { print $f }' "$tmp/letters"; }
sheet() { "$flat" -v code <"$dir/rehearsal/letters/$(letter "$1" "$2" 4).json"; }
# in_hand ENGINE NAME: three certificates as their subscribers have them: N.pem, N.key.
in_hand() {
	begun "$dir" "$1" "$2" && taken_in "$dir" && approved "$dir" 2 5 12 && paid "$dir" 2 5 12 || return 1
	now=2026-11-20T12:00:00+09:00
	say day open --key "$(key dispatch-1)" >/dev/null && say issue 2 5 12 >"$tmp/issue.json" || return 1
	say letter print >"$tmp/print.json" || return 1
	"$flat" dossier letter route envelope <"$tmp/print.json" >"$tmp/letters"
	i=0
	for who in 2 5 12; do
		for l in pin password; do
			i=$((i + 1))
			class=3; [ "$(letter $who $l 3)" = honnin ] && class=1
			say letter done "$(letter $who $l 4)" >/dev/null &&
				say dispatch $who --letter $l --envelope "$(letter $who $l 4)" --tracking "$(number $class $i)" >/dev/null || return 1
		done
	done
	say day close --key "$(key dispatch-1)" >/dev/null || return 1
	now=2026-11-22T12:00:00+09:00
	for who in 2 5 12; do
		sheet $who password >"$tmp/password"; sheet $who pin >"$tmp/pin"
		say package fetch --token "$(cat "$dir/rehearsal/tokens/$who")" --password-file "$tmp/password" --out "$tmp/$1.$who.p12" >/dev/null || return 1
		openssl pkcs12 -in "$tmp/$1.$who.p12" -passin "file:$tmp/pin" -nokeys -clcerts 2>/dev/null | openssl x509 >"$tmp/$who.pem" &&
			openssl pkcs12 -in "$tmp/$1.$who.p12" -passin "file:$tmp/pin" -nocerts -nodes 2>/dev/null | openssl pkey >"$tmp/$who.key" || return 1
	done
}

# The bodies: what a mailer puts under the signature.
bodies() {
	words='電子証明書を受領しました。内容に誤りはありません。'
	b=$tmp/body; mkdir -p "$b"
	part() { printf 'Content-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: %s\r\n\r\n' "$1" "$2"; }
	{ part UTF-8 8bit; printf '%s\r\n' "$words"; } >"$b/utf-8"
	{ part utf-8 base64; printf '%s\r\n' "$words" | base64 | sed 's/$/\r/'; } >"$b/base64"
	{ part ISO-2022-JP 7bit; printf '%s\r\n' "$words" | iconv -t ISO-2022-JP; } >"$b/jis"
	{ part Shift_JIS 8bit; printf '%s\r\n' "$words" | iconv -t CP932; } >"$b/sjis"
	{ part ISO-2022-JP quoted-printable; printf '%s\n' "$words" | iconv -t ISO-2022-JP | od -An -v -tx1 | tr -d ' \n' |
		tr a-f A-F | sed 's/../=&/g; s/.\{72\}/&=\r\n/g'; printf '\r\n'; } >"$b/qp"
	{ printf 'Content-Type: multipart/mixed; boundary="in"\r\n\r\n--in\r\n'; cat "$b/jis"; printf -- '--in\r\nContent-Type: image/png\r\n'
		printf 'Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--in--\r\n'; } >"$b/nested"
}
# signed NAME BODY OPTION...: $mails/NAME, signed as openssl is told.
signed() {
	to=$mails/$1; part=$tmp/body/$2; shift 2
	openssl cms -sign -binary -in "$part" -from a@example.jp -to b@example.jp -subject '=?ISO-2022-JP?B?GyRCPHVOTiROSnM5cBsoQg==?=' "$@" -out "$to" 2>>"$tmp/err.cms"
}
