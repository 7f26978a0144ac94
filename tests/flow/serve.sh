#!/bin/sh
# akashi serve and make run: what stands, what carries, what comes back, what ends. [design 1] [R-10.13] [X-11]
. "$(dirname "$0")/../tap.sh"
trap 'serve_stop KILL 2>/dev/null; rm -rf "$tmp"' EXIT
. "$top/tests/served.sh"
status() { curl -s -o /dev/null -w '%{http_code}' --max-time 10 "$@"; }
number() { curl -s --max-time 10 "$at/repository/ca.crl" | openssl crl -inform DER -noout -crlnumber 2>/dev/null | sed 's/.*=0x//'; }

# A path with a space, a folder the shell could split. Served before its ceremony, which it carries.
s=$tmp/a\ service
"$akashi" init "$s" --rehearsal --now 2026-11-20T09:00:00+09:00 >/dev/null || exit 2
key=$s/rehearsal/keys
serve_start "$akashi" -C "$s" serve
has "$(cat "$tmp/serve.out")" "http://localhost:$port" 'says where to look'
has "$(cat "$tmp/serve.out")" "$s" 'says which folder'
is "$(status "$at/") $(status "$at/crl") $(status "$at/repository/ca.crl")" '200 200 503' 'the public site stands before there is a list'
is "$(status "$at/documents/agreement") $(status "$at/documents/cp") $(status "$at/documents/cps")" '200 200 200' 'its documents are out'
has "$(curl -s "$at/documents/agreement?lang=en")" 'Duties of the subscriber' 'in English too'
"$akashi" -C "$s" policy adopt >/dev/null
for act in 'charter sign' 'ca certify'; do for who in 1 2; do
	"$akashi" -C "$s" $act --key "$key/custodian-$who" >/dev/null; rc=$?
	is $rc $((who == 1 ? 5 : 0)) "served: $act by custodian $who"
done; done
until_true 50 '[ "$(number)" = 01 ]'; is "$(number)" 01 'the first list is out'
signer=$(child_named akashi-signer)
is "$(child_named akashi-issuer | wc -l)" 2 'two issuers, of which one has only revocations'
is "$(sed -n 's/^PPid:	//p' "/proc/$signer/status")" "$serve" 'one signer, started by serve'
"$akashi" -C "$s" crl publish >/dev/null; is "$? $(child_named akashi-signer)" "0 $signer" 'a command is carried by the standing signer'
until_true 30 '[ "$(number)" = 02 ]'; is "$(number)" 02 'and what it made is out'
news=$(curl -s "$at/news?lang=ja")
has "$news" '憲章 第1号に署名' 'what happened is told'
has "$news" '失効リスト 第2号' 'up to the newest'
for text in custodian ' 5 人' "$(hostname)x"; do hasnt "$news" "$text" "and not: $text"; done
is "$(curl -s "$at/repository/news.txt" | grep -c 'list	2')" 1 'each event once'

# The programs' users.
front=$(child_named akashi-front); uid=$(sed -n 's/^Uid:	\([0-9]*\).*/\1/p' "/proc/$front/status")
if [ "$(id -u)" = 0 ]; then
	[ "$uid" != 0 ] && pass 'as root the public site has a user of its own' || fail 'as root the public site has a user of its own'
	is "$(sed -n 's/^Groups:[	 ]*//p' "/proc/$front/status")" '' 'and no group of ours'
	has "$(cat "$tmp/serve.out")" '公開サイトは別の利用者で動き' 'and that is said'
else
	is "$uid" "$(id -u)" 'as an ordinary user all are one'
	has "$(cat "$tmp/serve.out")" '隔てられていません' 'and that is said'
fi

# Killed, each comes back; what was asked for is done or may be asked again.
again() { # NAME
	p=$(child_named "$1" | head -1); many=$(child_named "$1" | wc -l); kill -9 "$p"
	"$akashi" -C "$s" crl publish >/dev/null 2>&1; rc=$?
	[ $rc = 0 ] || [ $rc = 75 ] && pass "while $1 is killed: done or later ($rc)" || fail "while $1 is killed: done or later" "exit $rc"
	until_true 100 '[ -z "$(left $p)" ] && [ "$(child_named '"$1"' | wc -l)" = $many ]' && pass "$1 is there again" || fail "$1 is there again"
	until_true 100 '"$akashi" -C "$s" crl publish >/dev/null 2>&1' && pass "after $1 came back commands are carried" || fail "after $1 came back commands are carried"
}
again akashi-issuer; again akashi-signer; again akashi-key
before=$(number)
for i in 1 2 3 4 5 6; do
	"$akashi" -C "$s" crl publish >/dev/null 2>&1 & command=$!
	sleep 0.0$((i * 2 - 2)); kill -9 $(child_named akashi-signer) 2>/dev/null
	wait $command; rc=$?; [ $rc = 0 ] || [ $rc = 75 ] || fail "killed in the middle: done or later" "exit $rc"
done
until_true 150 '"$akashi" -C "$s" crl publish >/dev/null 2>&1' && pass 'after six kills commands are carried' || fail 'after six kills commands are carried'
until_true 30 '[ $((0x$(number))) -gt $((0x$before)) ]' && pass 'the list went on' || fail 'the list went on' "$(number) after $before"
openssl x509 -inform DER -in "$s/ca/ca.crt" -out "$tmp/ca.pem"
curl -s "$at/repository/ca.crl" | openssl crl -inform DER -noout -CAfile "$tmp/ca.pem" 2>"$tmp/verify"; has "$(cat "$tmp/verify")" 'verify OK' 'whole, and the CA'"'"'s'
front=$(child_named akashi-front); kill -9 "$front"
is "$(status "$at/")" 200 'a visitor waits while the public site comes back'
is "$(grep -c 'akashi-front が止まりました' "$tmp/serve.err")" 1 'its end is said once'

# A quarter of the period later a list is out by itself [R-10.13].
before=$(number)
"$akashi" -C "$s" --now 2026-11-20T14:00:00+09:00 dossier list >/dev/null; sleep 2.5
is "$(number)" "$before" 'five hours after the last list none is due'
"$akashi" -C "$s" --now 2026-11-20T16:00:00+09:00 dossier list >/dev/null
until_true 60 '[ "$(number)" != "$before" ]' && pass 'seven hours after it one is out, unasked' || fail 'seven hours after it one is out' "$(number)"

# Refused: a second one, a port that is taken.
"$akashi" -C "$s" serve --listen 127.0.0.1:18999 >"$tmp/out" 2>"$tmp/err"
is "$? $(wc -l <"$tmp/err") $(wc -c <"$tmp/out")" '75 1 0' 'a second serve: one sentence, try later'
is "$("$akashi" --json -C "$s" serve 2>/dev/null | "$flat" | grep -c standing-already)" 1 'by its row'
"$akashi" init "$tmp/other" --rehearsal >/dev/null || exit 2
"$akashi" -C "$tmp/other" serve --listen "127.0.0.1:$port" >"$tmp/out" 2>"$tmp/err"
is "$? $(wc -l <"$tmp/err") $(wc -c <"$tmp/out")" '75 1 0' 'a port that is taken: one sentence, try later'
has "$(cat "$tmp/err")" "127.0.0.1:$port" 'which names it'
for bad in nowhere 127.0.0.1 127.0.0.1:x example.com:80; do
	"$akashi" -C "$tmp/other" serve --listen $bad >"$tmp/out" 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '2 1' "refused: --listen $bad"
done
"$akashi" -C "$tmp/none" serve 2>"$tmp/err"; is $? 3 'no service there'
"$top/build/akashi-issuer" --dir "$s" 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '75 1' 'a second issuer: try later'
"$top/build/akashi-issuer" --dir "$tmp/none" 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '3 1' 'an issuer without a service'
"$top/build/akashi-issuer" --dir "$s" --revoke 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '75 1' 'nor a second one for revocations'
"$top/build/akashi-issuer" --dir "$s" --other 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '2 1' 'an option it does not know'
"$top/build/akashi-issuer" --dir "$tmp/other" 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '2 1' 'nobody who would start a signer: it opens no key itself'
"$top/build/akashi-issuer" 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '2 1' 'an issuer without arguments'

# It ends, and all that is its own, whoever is connected; then commands carry themselves.
bash -c "exec 5<>/dev/tcp/127.0.0.1/$port; printf 'GET / HT' >&5; sleep 8" & holder=$!
sleep 0.2; serve_stop INT
is "$rc [$rest]" '0 []' 'SIGINT ends it and all its programs'
[ "$took" -lt 5000 ] && pass 'within five seconds' || fail 'within five seconds' "$took ms"
kill $holder 2>/dev/null; wait $holder 2>/dev/null
before=$(openssl crl -inform DER -in "$s/repository/ca.crl" -noout -crlnumber)
"$akashi" -C "$s" crl publish >/dev/null; is $? 0 'without serve a command starts what it needs'
[ "$before" != "$(openssl crl -inform DER -in "$s/repository/ca.crl" -noout -crlnumber)" ] && pass 'and its list is there' || fail 'and its list is there'

serve_start "$akashi" -C "$s" serve
is "$(child_named akashi-print | wc -l)" 2 'a service with a charter has its print stations'
is "$(status "$at/crl")" 200 'the second time it is the same service'
"$akashi" -C "$s" day open --key "$key/dispatch-1" >/dev/null; is $? 0 'the standing stations open a day'
issuer=$(child_named akashi-issuer); kill -TERM $issuer
until_true 15 '[ -z "$(left "$issuer")" ]' && pass 'SIGTERM ends both issuers within a second' || fail 'SIGTERM ends both issuers within a second'
serve_stop TERM; is "$rc [$rest]" '0 []' 'SIGTERM ends it and all its programs'
serve_start "$akashi" -C "$s" serve
kill -STOP $(child_named akashi-issuer); "$akashi" -C "$s" audit verify >/dev/null 2>"$tmp/err" & late=$!; sleep 1
all=$(below "$serve"); kill -9 "$serve"; wait "$serve" 2>/dev/null; serve=
until_true 50 '[ -z "$(left "$all")" ]' && pass 'killed, it leaves nobody behind' || fail 'killed, it leaves nobody behind' "$(left "$all")"
until_true 300 '[ -z "$(left "$late")" ]' && pass 'who waited for it does not wait on' || { fail 'who waited for it does not wait on'; kill $late; }
wait $late; rc=$?; [ $rc = 0 ] || [ $rc = 75 ] && pass "but does it itself, or may be asked again ($rc)" || fail 'but does it itself' "$rc $(cat "$tmp/err")"
"$akashi" -C "$s" crl publish >/dev/null; is $? 0 'nor a lock'

# As an ordinary user: a rehearsal runs, a real service is refused.
as= bin=$top/build; [ "$(id -u)" != 0 ] || { as='setpriv --reuid=65534 --regid=65534 --clear-groups'; bin=$tmp/bin; mkdir "$bin"; cp "$top"/build/akashi "$top"/build/akashi-* "$bin" 2>/dev/null; chmod 755 "$tmp"; }
"$akashi" key new "$tmp/boss" --for person --passphrase-file /dev/stdin >/dev/null <<END
correct horse battery
END
"$akashi" init "$tmp/real" --custodian "$tmp/boss.pub" --quorum 1 >/dev/null || exit 2
[ -z "$as" ] || chown -R 65534:65534 "$tmp/real" "$tmp/other"
$as "$bin/akashi" --json -C "$tmp/real" serve --listen 127.0.0.1:18998 >"$tmp/out" 2>"$tmp/err"
is "$? $(wc -l <"$tmp/err") $("$flat" <"$tmp/out" | grep -c standing-unshielded)" '4 1 1' 'a real service is refused to an ordinary user'
serve_start $as "$bin/akashi" -C "$tmp/other" serve
has "$(cat "$tmp/serve.out")" '隔てられていません' 'a rehearsal runs, and says that nothing is shielded'
is "$(status "$at/")" 200 'with its public site'
serve_stop INT; is "$rc [$rest]" '0 []' 'and ends like the other'

# A real service under root stands; what waits for people is said once.
if [ "$(id -u)" = 0 ]; then
	serve_start "$akashi" -C "$tmp/real" serve
	is "$(status "$at/") $(child_named akashi-key | wc -l)" '200 0' 'a real service stands, its keys are opened by nobody else'
	sleep 4; is "$(grep -c '^akashi-issuer: ' "$tmp/serve.err") $(grep -c '^akashi-issuer --revoke: ' "$tmp/serve.err")" '1 1' \
		'what keeps an issuer waiting is said once by each'
	serve_stop INT; is "$rc [$rest]" '0 []' 'and ends like the other'
fi

# The same on PostgreSQL.
if [ -n "$AKASHI_TEST_POSTGRES" ]; then
	s=$tmp/pg; key=$s/rehearsal/keys
	"$akashi" init "$s" --rehearsal --store "$(store_of postgresql serve)" >/dev/null || exit 2
	serve_start "$akashi" -C "$s" serve
	"$akashi" -C "$s" policy adopt >/dev/null
	for act in 'charter sign' 'ca certify'; do for who in 1 2; do "$akashi" -C "$s" $act --key "$key/custodian-$who" >/dev/null; rc=$?; done; done
	is $rc 0 'on PostgreSQL: a ceremony is carried'
	until_true 50 '[ "$(number)" = 01 ]'; is "$(number)" 01 'and its list is out'
	again akashi-issuer; again akashi-signer
	has "$(curl -s "$at/news?lang=en")" 'Revocation list no. 1 was published.' 'and told'
	serve_stop INT; is "$rc [$rest]" '0 []' 'and all of it ends'
else
	fail 'PostgreSQL is not there: run tests/postgres sh -c ...'
fi

# make run's own script.
serve_run() {
	: >"$tmp/run.out"
	for port in 18457 18479 18533 18621; do
		SERVICE="$tmp/my run" PORT=$port "$top/tools/run" >>"$tmp/run.out" 2>"$tmp/run.err" & serve=$!
		until_true 3000 'grep -q Ctrl-C "$tmp/run.out" || ! kill -0 $serve 2>/dev/null'
		kill -0 $serve 2>/dev/null && { at=http://localhost:$port; return 0; }
		wait $serve; serve=
	done
	cat "$tmp/run.err" >&2; exit 2
}
TZ=America/New_York; export TZ
serve_run; is "$(status "$at/") $(status "$at/repository/ca.crl") $(status "$at/ca")" '200 200 200' 'make run: a service from nothing, a list and all'
until_true 50 'curl -s "$at/news" | grep -q 電子証明書を.*発行'; has "$(curl -s "$at/news?lang=en")" 'Certificates issued: ' 'which has issued certificates, and says so'
first=$(number); hasnt "$(curl -s "$at/crl?lang=en")" 'No revocation list' 'and its list'
grep -q 最初の一回 "$tmp/run.out" && pass 'it says that it is made' || fail 'it says that it is made'

# What the other issuer does holds up no revocation [R-11.0]: it is stopped in the middle, asks long, and audits.
s=$tmp/my\ run; key=$s/rehearsal/keys
arguments() { tr '\0' ' ' <"/proc/$1/cmdline"; }
for p in $(child_named akashi-issuer); do case $(arguments "$p") in *--revoke*) ;; *) main=$p;; esac; done
"$akashi" --json -C "$s" cert list >"$tmp/certs"; serials=$("$flat" serial state <"$tmp/certs" | awk '$2 == "valid" { print $1 }')
revoke() { "$akashi" --json -C "$s" revoke "$1" --ground 10-1-1 --key "$key/revocation-1" --second "$key/revocation-2" >"$tmp/out" 2>"$tmp/err"; }
listed() { curl -s --max-time 10 "$at/repository/ca.crl" | openssl crl -inform DER -noout -text 2>/dev/null | grep -ic "Serial Number: $1"; }
set -- $serials; [ $# -ge 6 ] && pass 'certificates to revoke' || fail 'certificates to revoke' "$(head -c 500 "$tmp/certs")"
before=$(number); kill -STOP "$main"
revoke "$1"; is "$? $(listed "$1")" '0 1' 'the other issuer is stopped: revoked, and on the list that is out'
[ $((0x$(number))) -gt $((0x$before)) ] && pass 'which is a new one' || fail 'which is a new one' "$(number) after $before"
"$akashi" -C "$s" crl publish >/dev/null; is $? 0 'a list needs the other issuer no more than that'
"$akashi" -C "$s" audit verify >/dev/null 2>&1 & late=$!
revoke "$2"; is "$? $(listed "$2")" '0 1' 'and again, with work waiting for the one that is stopped'
kill -CONT "$main"; wait $late; is $? 0 'which goes on where it was'
before=$(child_named akashi-signer); kill -STOP "$main"; kill -9 "$before"
third=$3; until_true 100 'revoke "$third"' && pass 'nor does it matter who needs the next signer' || fail 'nor does it matter who needs the next signer' "$(cat "$tmp/err")"
kill -CONT "$main"
until_true 100 '"$akashi" -C "$s" audit verify >/dev/null 2>&1' && pass 'to which both have their roads again' || fail 'to which both have their roads again'
is "$(child_named akashi-signer | wc -l)" 1 'one signer'
: >"$tmp/loop"; for what in 'audit verify' sweep; do
	while [ -e "$tmp/loop" ]; do
		"$akashi" --json -C "$s" $what >"$tmp/one.${what%% *}" 2>&1 && ! grep -q '"difference"' "$tmp/one.${what%% *}" || { echo "$what"; cat "$tmp/one.${what%% *}"; }
	done >"$tmp/loop.${what%% *}" 2>&1 &
	loops="$loops $!"
	sleep 1
done
rc=
for one in "$4" "$5" "$6"; do
	revoke "$one"; rc="$rc$?"
	for i in 1 2 3 4 5; do "$akashi" -C "$s" crl publish >/dev/null; rc="$rc$?"; done
done
rm "$tmp/loop"; wait $loops
is $rc 000000000000000000 'revocations and lists go on beside audits and sweeps'
is "$(cat "$tmp"/loop.*)" '' 'which find nothing that is not so'
"$akashi" -C "$s" audit verify >/dev/null; is $? 0 'and afterwards the books agree'
first=$(number)
s=$tmp/pg
SERVICE="$tmp/my run" PORT=18995 "$top/tools/run" >"$tmp/out" 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '75 1' 'a second make run of one service: one sentence'
SERVICE="$s" PORT=$port "$top/tools/run" >"$tmp/out" 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '75 1' 'a port that is taken: one sentence'
mkdir "$tmp/mine"; echo x >"$tmp/mine/file"; SERVICE="$tmp/mine" "$top/tools/run" >"$tmp/out" 2>"$tmp/err"; is "$? $(cat "$tmp/mine/file")" '2 x' 'a folder that is no service is left alone'
for bad in x 80x 123456 ' '; do PORT=$bad "$top/tools/run" >/dev/null 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '2 1' "refused: PORT='$bad'"; done
serve_stop INT; is "$rc [$rest]" '0 []' 'SIGINT ends it and all its programs'
TZ=UTC; serve_run; hasnt "$(cat "$tmp/run.out")" 最初の一回 'the second time the service is used again'
is "$(number)" "$first" 'with the list it had'
serve_stop INT; is "$rc [$rest]" '0 []' 'and ends'
done_testing
