#!/bin/sh
# Mail against a real SMTP server, on both engines: taken, put off, refused, nobody there, killed in the midst; nothing of a
# person is left behind. [R-4.29] [R-4.71] [R-4.74] [R-5.2] [R-10.10] [X-5] [RFC3207] [RFC3464] [RFC5321] [storage 3]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
. "$top/tests/orders.sh"
. "$top/tests/served.sh"
servers=
trap 'for p in $servers; do kill "$p" 2>/dev/null; done; rm -rf "$tmp"' EXIT
# server NAME [CERTIFICATE KEY USER PASSWORD]: its folder $tmp/NAME, its port in $port.
server() {
	mkdir -p "$tmp/$1"; echo accept >"$tmp/$1/say"; name=$1; shift
	"$top/tests/smtp.py" "$tmp/$name" "$@" >"$tmp/$name/port" 2>"$tmp/$name/err" & servers="$servers $!"
	until_true 100 '[ -s "$tmp/$name/port" ]' || { cat "$tmp/$name/err" >&2; exit 2; }
	port=$(cat "$tmp/$name/port")
}
conf() { sed -i "s|^$1 = *.*|$1 = $2|" "$dir/akashi.conf"; }
# at MINUTES: so long after the service began.
at() { date -u -d "2026-11-20T00:00:00Z + $1 minutes" +%Y-%m-%dT%H:%M:%SZ; }
send() {
	say --now "$(at "$1")" mail send >"$tmp/sent.json" || { cat "$tmp/err"; return; }
	echo $(for what in accepted later failed letters; do "$flat" -v $what <"$tmp/sent.json"; done)
}
states() { say mail list --state "$1" | "$flat" -a mails kind | sort | uniq -c | tr -s ' \n' ' '; }
# papers REF: those of one application arrive.
papers() { grep -E "^(ref|$1)," "$samples/papers.csv" >"$tmp/papers.csv"; "$akashi" -C "$dir" dossier arrive "$tmp/papers.csv" >/dev/null; }
id_of() { say mail list --dossier "$1" | "$flat" -a mails kind id | awk -F'\t' -v k="$2" '$1 == k { print $2 }'; }
count() { ls "$tmp/$1" | grep -c '\.eml$'; }

nobody_there() {
	conf mail_relay smtp://127.0.0.1:1
	papers 'S1-001|S1-002' || fail "$1: papers arrive"
	is "$(states queued)" ' 2 arrived ' "$1: two arrivals wait to be told"
	is "$(send 1)" '0 2 0 0' "$1: nobody listens: later"
	is "$(say mail list --state queued | "$flat" -a mails status tries | sort -u | tr '\t' ' ')" 'no-answer 1' "$1: the row says so"
	is "$(send 1)" '0 0 0 0' "$1: and is not due again at once"
}
put_off() {
	conf mail_relay "smtp://127.0.0.1:$port"
	echo 'rcpt 451 4.2.1 come back' >"$tmp/$1/say"
	is "$(send 3) $(say mail list --state queued | "$flat" -a mails status | sort -u)" '0 2 0 0 451 4.2.1' "$1: 4xx: later"
	echo 'mail 550 5.7.1 not from you' >"$tmp/$1/say"
	is "$(send 10)" '0 2 0 0' "$1: what is said of the sender is no word about the recipient"
	echo 'rcpt 451 4.2.1 come back' >"$tmp/$1/say"
}
taken() {
	echo accept >"$tmp/$1/say"
	is "$(send 30) $(count "$1")" '2 0 0 0 2' "$1: then taken, each once"
	is "$(send 31) $(count "$1")" '0 0 0 0 2' "$1: never again"
	is "$(ls "$dir/outbox")" '' "$1: nothing of it is kept in clear"
	id=$(id_of 1 arrived); one=$(grep -l "bounce+$id@" "$tmp/$1"/*.from | sed 's/.*\///; s/\.from$//')
	is "$(cat "$tmp/$1/$one.from") $(cat "$tmp/$1/$one.to")" "bounce+$id@akashi.example $(mail_to 1)" "$1: its number is in the envelope"
	"$top/tests/read_mail.py" "$tmp/$1/$one.eml" >"$tmp/read"
	is "$(grep -c . "$tmp/read") $(grep -c DEFECT "$tmp/read")" "$(grep -c . "$tmp/read") 0" "$1: another program reads it"
	has "$(cat "$tmp/read")" "Message-ID: <$id@akashi.example>" "$1: by its number"
	has "$(cat "$tmp/read")" 'Subject: 【試験用 TEST】お申込み書類が届きました' "$1: marked as a rehearsal's"
	has "$(cat "$tmp/read")" 'From: あかし電子認証サービス <info@akashi.example>' "$1: from the service"
	has "$(cat "$tmp/read")" '書類 2 点が届きました' "$1: in Japanese"
	has "$(cat "$tmp/read")" '2 papers of your application have arrived' "$1: and in English"
	is "$(LC_ALL=C grep -c '[^ -~	]' "$tmp/$1/$one.eml" | awk '{ print ($1 > 0) }') $(tr -d '\r' <"$tmp/$1/$one.eml" | LC_ALL=C grep -c '[^ -~]')" '1 0' "$1: seven bits on every road"
}
mail_to() { awk -F, -v n="$1" 'NR == n + 1 { for (i = 1; i <= NF; i++) if ($i ~ /@/) { print $i; exit } }' "$samples/applications.csv"; }
refused() {
	papers 'S1-003' && papers 'S1-004'
	echo 'rcpt 550 5.1.1 nobody of that name' >"$tmp/$1/say"
	is "$(send 40)" '0 0 2 2' "$1: 5xx: bounced, and its words become a letter"
	is "$(say mail list --state failed | "$flat" -a mails state status | sort -u | tr '\t' ' ')" 'bounced 550 5.1.1' "$1: on the list of failed mail"
	is "$(ls "$dir/outbox" | grep -c 'txt$') $(ls "$dir/outbox" | grep -vc 'txt$')" '2 0' "$1: only the letters lie in the outbox"
	id=$(say mail list --state failed | "$flat" -a mails id | head -1)
	has "$(cat "$dir/outbox/$id.txt")" '照会番号' "$1: with the same words"
	grep -q '@example.jp' "$dir/outbox/$id.txt" && fail "$1: without the address" || pass "$1: without the address"
	say mail followed "$id" >/dev/null; is "$? $(say mail list --state failed | "$flat" -a mails id | grep -c .)" '0 1' "$1: followed up, it leaves the list"
	say mail followed "$(id_of 1 arrived)" >"$tmp/out"; is "$?" 4 "$1: what was taken needs no letter"
	rm "$dir"/outbox/*.txt
	echo accept >"$tmp/$1/say"
}
came_back() {
	id=$(id_of 1 arrived)
	say mail bounced "$id" --status 5.1.1 >"$tmp/out"; is "$? $("$flat" -v state <"$tmp/out")" '0 bounced' "$1: a report says it came back"
	say mail bounced "$id" --status taro@example.jp >"$tmp/out"; is "$?" 4 "$1: an address is no status"
	say mail bounced 00 --status 5.1.1 >"$tmp/out"; is "$?" 2 "$1: a number has 32 digits"
	is "$(send 50)" '0 0 0 1' "$1: a letter"
	rm "$dir"/outbox/*.txt
}
killed() { # while the relay holds its answer back: the same octets under the same number again
	papers 'S1-005'
	before=$(count "$1"); echo hang >"$tmp/$1/say"
	"$akashi" -C "$dir" --now "$(at 60)" dossier list >/dev/null
	"$top/build/akashi-courier" --dir "$dir" --once 3>/dev/null 2>/dev/null & courier=$!
	until_true 100 '[ "$(count '"$1"')" -gt $before ]' || fail "$1: the relay has it"
	kill -9 $courier; wait $courier 2>/dev/null
	id=$(id_of 5 arrived); [ -n "$id" ] || id=$(id_of 5 deficient)
	echo accept >"$tmp/$1/say"
	is "$(say mail list --state sent | "$flat" -a mails id)" "$id" "$1: killed in the midst it stands as sent"
	is "$(send 61)" '0 0 0 0' "$1: while its lease lasts nobody sends it"
	is "$(send 64) $(count "$1")" "1 0 0 0 $((before + 2))" "$1: then it goes again"
	set -- "$1" $(grep -l "bounce+$id@" "$tmp/$1"/*.from | sed 's/from$/eml/')
	is "$#" 3 "$1: the relay has it twice"
	cmp -s "$2" "$3" && pass "$1: the same octets, the same number" || fail "$1: the same octets, the same number"
}
nobody_in_clear() {
	for who in 1 2 3 4 5; do mail_to $who; done >"$tmp/people"
	awk -F, 'NR > 1 && NR < 7 { print $5 }' "$samples/applications.csv" >>"$tmp/people"
	store_dump "$1" mail "$tmp/dump"
	is "$(grep -c . "$tmp/people") $(cat "$tmp/$1"/*.to "$samples/applications.csv" | grep -cFf "$tmp/people" | awk '{ print ($1 > 5) }')" '10 1' "$1: what is looked for is somewhere"
	is "$(find "$dir" "$tmp/dump" -type f 2>/dev/null -print0 | xargs -0 grep -lFf "$tmp/people")" '' "$1: neither store nor folder says to whom"
}

for engine in sqlite postgresql; do
	dir=$tmp/$engine.service
	begun "$dir" $engine mail || fail "$engine: a service begins"
	"$akashi" -C "$dir" dossier import "$samples/applications.csv" >/dev/null 2>&1
	server $engine
	nobody_there $engine
	put_off $engine
	taken $engine
	refused $engine
	came_back $engine
	killed $engine
	nobody_in_clear $engine
	say audit verify >"$tmp/audit"; is "$?" 0 "$engine: the books agree"
done

# TLS and a password, where the relay wants them; nothing goes in the clear to one that has none.
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$tmp/tls.key" -out "$tmp/tls.pem" -days 30 -subj /CN=relay -addext subjectAltName=IP:127.0.0.1 2>/dev/null
papers 'S1-006'
plain=$port; server tls "$tmp/tls.pem" "$tmp/tls.key" akashi 'a pass phrase'
conf mail_relay "smtp://127.0.0.1:$plain"; conf mail_ca "$tmp/tls.pem"
is "$(send 70) $(count tls)" '0 1 0 0 0' 'TLS is demanded of a relay that has none'
conf mail_relay "smtp://127.0.0.1:$port"
printf 'wrong\n' >"$tmp/password"; conf mail_user akashi; conf mail_password_file "$tmp/password"
is "$(send 80) $(count tls)" '0 1 0 0 0' 'a wrong password is no word about the recipient'
printf 'a pass phrase\n' >"$tmp/password"; conf mail_ca /etc/ssl/certs/ca-certificates.crt
is "$(send 100) $(count tls)" '0 1 0 0 0' 'nor is a certificate nobody trusts'
conf mail_ca "$tmp/tls.pem"
mv "$dir/outbox" "$tmp/aside"; : >"$dir/outbox"
say --now "$(at 120)" mail send >"$tmp/out"; is "$? $("$flat" -v 'errors[0].code' <"$tmp/out")" '75 later' 'what our own program could not do is not put down to the relay'
rm "$dir/outbox"; mv "$tmp/aside" "$dir/outbox"
is "$(send 150) $(count tls)" '1 0 0 0 1' 'with STARTTLS and the right password it is taken'
conf mail_relay http://127.0.0.1:25
say mail send >"$tmp/out"; is "$?" 6 'only smtp:// and smtps:// are relays'

# One that stands says a failure once, and that it is over only when it is.
"$top/build/akashi-courier" --dir "$tmp/nowhere" 2>"$tmp/err"; is "$?" 3 'a folder that is not there is no service'
conf mail_relay "smtp://127.0.0.1:$plain"; conf mail_ca ''; conf mail_user ''; conf mail_password_file ''
papers 'S1-008'; echo 'rcpt 451 4.2.1 come back' >"$tmp/$engine/say"
"$top/build/akashi-courier" --dir "$dir" 3>/dev/null 2>"$tmp/courier.err" & courier=$!
servers="$servers $courier"
later() { "$akashi" -C "$dir" --now "$(at "$1")" dossier list >/dev/null; }
until_true 100 '[ -s "$tmp/courier.err" ]'; sleep 5
later 160; until_true 100 '[ "$(say mail list --state queued | "$flat" -a mails tries)" = 2 ]'; sleep 5
is "$(grep -c . "$tmp/courier.err") $(grep -c '再び' "$tmp/courier.err")" '1 0' 'while the relay takes nothing that is said once'
echo accept >"$tmp/$engine/say"; later 170
until_true 100 'grep -q 再び "$tmp/courier.err"'
is "$(grep -c . "$tmp/courier.err") $(states queued)" '2 ' 'and once that it takes mail again'
kill -TERM $courier; wait $courier; is "$?" 0 'it ends between two mails'

# Its connection to the database is cut once, as by a server that begins anew.
cut() { psql -qAt -h "$host" -U akashi -d postgres -c "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'f_mail_$$'" >/dev/null; }
: >"$tmp/ready"
"$top/build/akashi-courier" --dir "$dir" 3>"$tmp/ready" 2>"$tmp/courier.err" & courier=$!
servers="$servers $courier"
until_true 100 '[ -s "$tmp/ready" ]'; cut
until_true 100 '[ -z "$(left $courier)" ]' || kill $courier
wait $courier; is "$? $(grep -c . "$tmp/courier.err")" '75 1' 'without its database it ends, and says why'

# akashi serve sends by itself.
conf mail_relay "smtp://127.0.0.1:$plain"; conf mail_ca ''; conf mail_user ''; conf mail_password_file ''
before=$(count $engine)
for at in 18457 18479 18529 18629 18729; do
	"$akashi" -C "$dir" serve --listen "127.0.0.1:$at" >"$tmp/serve.out" 2>"$tmp/serve.err" & serve=$!
	until_true 300 'grep -q Ctrl-C "$tmp/serve.out" || ! kill -0 $serve 2>/dev/null'
	kill -0 $serve 2>/dev/null && break
done
servers="$servers $serve"
papers 'S1-007'
until_true 100 '[ "$(count $engine)" -gt $before ]' && pass 'where akashi serve stands, mail goes by itself' || fail 'where akashi serve stands, mail goes by itself' "$(cat "$tmp/serve.err")"
before=$(count $engine); cut; sleep 3
papers 'S1-009'
until_true 300 '[ "$(count $engine)" -gt $before ]' && pass 'and goes on by itself once the connection was cut' || fail 'and goes on by itself once the connection was cut' "$(cat "$tmp/serve.err")"
has "$(cat "$tmp/serve.err")" 'akashi-courier が止まりました（75）' 'by another courier'
kill -INT $serve; wait $serve; is $? 0 'and ends with it'
done_testing
