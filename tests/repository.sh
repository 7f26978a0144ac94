# Sourced behind tests/tap.sh: repository_make DIR makes a folder to publish, by openssl(1);
# front_start DIR [--rehearsal] serves it and sets port and front; front_stop ends it.
repository_make() {
	work=$tmp/openssl; mkdir -p "$1" "$work" || exit 2
	cat >"$work/c.cnf" <<END
[req]
distinguished_name=dn
prompt=no
utf8=yes
string_mask=utf8only
x509_extensions=v3
[dn]
C=JP
O=あかし証明株式会社
CN=試験用 TEST あかし認証局
[v3]
basicConstraints=critical,CA:TRUE
[ca]
default_ca=x
[x]
database=$work/index.txt
crlnumber=$work/crlnumber
default_md=sha256
crl_extensions=crl
certificate=$work/ca.pem
private_key=$work/key.pem
[crl]
END
	: >"$work/index.txt"; echo 2A >"$work/crlnumber"
	printf 'R\t281231000000Z\t261121000000Z,keyCompromise\t1234567890ABCDEF\tunknown\t/CN=x\n' >>"$work/index.txt"
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key.pem" -config "$work/c.cnf" -days 7300 -out "$work/ca.pem" 2>/dev/null &&
		list_make "$1/ca.crl" 20261221000000Z 20261225000000Z &&
		openssl x509 -in "$work/ca.pem" -outform DER -out "$1/ca.crt" || exit 2
	printf 'name\tあかし電子認証サービス\nname_en\tAkashi Certification Service\noperator\tあかし証明株式会社\noperator_en\tAkashi Shomei Co., Ltd.\nphone\t03-0000-0000\n' >"$1/service.txt"
	printf '加入者利用規定\n\n第1条（目的）\n電子証明書を利用する方とあかし証明株式会社との約束を定めます。\n\n第2条（申込）\n<b>書類</b>は3か月以内のものをお送りください。\n' >"$1/agreement.txt"
	printf 'Subscriber agreement\n\nArticle 1 (Purpose)\nWhat you and Akashi Shomei promise each other.\n' >"$1/agreement.en.txt"
	printf '認証運用規程\n\n1. はじめに\n' >"$1/cps.txt"
	{
		echo 'akashi news 1'
		printf '2026-11-20T09:00:00+09:00\tbegun\t0\tサービスを始めました。\tThe service was founded.\n'
		for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
			printf '2026-12-%02dT09:00:00+09:00\tlist\t%d\t失効リスト 第%d号を公開しました。\tRevocation list no. %d was published.\n' $((i + 7)) $i $i $i
		done
	} >"$1/news.txt"
}
# A list of the two times; its number rises by one each time.
list_make() {
	openssl ca -config "$work/c.cnf" -gencrl -crl_lastupdate "$2" -crl_nextupdate "$3" 2>/dev/null |
		openssl crl -outform DER -out "$1.new" && mv "$1.new" "$1"
}
front_start() {
	dir=$1; shift
	for port in 18441 18463 18517 18609 18713; do
		rm -f "$tmp/ready.$port"; mkfifo "$tmp/ready.$port" || exit 2
		"$top/build/akashi-front" --dir "$dir" --listen "127.0.0.1:$port" "$@" 3>"$tmp/ready.$port" 2>"$tmp/front.err" &
		front=$!
		[ "$(cat "$tmp/ready.$port")" = ready ] && { at=http://127.0.0.1:$port; return 0; }
		wait $front
	done
	cat "$tmp/front.err" >&2; exit 2
}
front_stop() { kill -TERM "$front" 2>/dev/null && wait "$front"; }
