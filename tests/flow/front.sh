#!/bin/sh
# akashi-front over a real socket: every page, header and refusal. [R-0.5] [R-0.6] [R-0.8] [R-1.9] [R-10.13]
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../repository.sh"
trap 'front_stop; rm -rf "$tmp"' EXIT
repo=$tmp/a\ folder; repository_make "$repo"
front_start "$repo"
at=http://127.0.0.1:$port
status() { curl -s -o /dev/null -w '%{http_code}' --path-as-is "$@"; }
head_of() { curl -s -D - -o /dev/null "$@" | tr -d '\r'; }

for path in / /news /ca /crl /documents /documents/agreement /documents/cps; do
	ja=$(curl -s "$at$path?lang=ja"); en=$(curl -s "$at$path?lang=en")
	has "$ja" '<html lang="ja">' "$path in Japanese"
	has "$en" '<html lang="en">' "$path in English"
	has "$en" 'the Japanese prevails' "$path says which language prevails"
	hasnt "$ja$en" '試験用</strong>' "$path of a real service is not marked as a test"
	hasnt "$ja$en" '<script' "$path has no script"
	is "$(curl -s -I "$at$path?lang=en" | grep -i '^content-length' | tr -dc 0-9)" "$(printf '%s\n' "$en" | wc -c)" "$path answers HEAD with the length of GET"
done
has "$(curl -s -H 'Accept-Language: en-GB, ja;q=0.5' "$at/")" '<html lang="en">' 'the browser says which language'
has "$(curl -s "$at/ca")" "$(openssl x509 -inform DER -in "$repo/ca.crt" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g; s/^\(....\).*/<code>\1/')" \
	'the fingerprint is the one openssl prints'
prints=$(curl -s "$at/ca" | sed -n 's|^<code>\([0-9A-F]\{4\}\)</code>.*|\1|p' | tr -d '\n')
is "$prints" "$(openssl x509 -inform DER -in "$repo/ca.crt" -noout -fingerprint -sha256 | sed 's/.*=//; s/://g')" 'all of its groups, in order'
has "$(curl -s "$at/crl?lang=ja")" '<dd>42</dd>' "the list's number"
has "$(curl -s "$at/crl?lang=ja")" '<dd>1件</dd>' 'how many are on it'
has "$(curl -s "$at/documents/agreement")" '&lt;b&gt;書類&lt;/b&gt;' "a document's own signs are text"
has "$(curl -s "$at/documents/cps?lang=en")" 'no English translation' 'a document without a translation is shown in Japanese, and said so'
is "$(curl -s "$at/" | grep -c '<li><time')" 12 'home tells the last twelve events'
is "$(curl -s "$at/news" | grep -c '<li><time')" 15 'and all of them on a page'

page=$(head_of "$at/")
for want in "Content-Security-Policy: default-src 'none'; style-src 'self'" 'X-Content-Type-Options: nosniff' \
	'Referrer-Policy: no-referrer' 'Vary: Accept-Language' 'Content-Language: ja' 'Content-Type: text/html; charset=utf-8'; do
	has "$page" "$want" "a page says $want"
done
hasnt "$page" 'Set-Cookie' 'no cookie'

is "$(curl -s "$at/assets/tokens.css" | sha256sum | cut -c1-64)" "$(cut -c1-64 "$top/assets/css/tokens.sha256")" 'the design tokens are the published ones'
is "$(status -H "If-None-Match: $(head_of "$at/assets/akashi.css" | sed -n 's/^ETag: //p')" "$at/assets/akashi.css")" 304 'the look is known by its tag'

for file in ca.crt:application/pkix-cert ca.crl:application/pkix-crl news.txt:text/plain; do
	name=${file%%:*}
	curl -s -D "$tmp/head" -o "$tmp/got" "$at/repository/$name"
	cmp -s "$tmp/got" "$repo/$name" && pass "$name is byte for byte the file" || fail "$name is byte for byte the file"
	has "$(cat "$tmp/head")" "HTTP/1.1 200" "$name is not redirected"
	has "$(cat "$tmp/head")" "Content-Type: ${file#*:}" "$name has its media type"
	tag=$(sed -n 's/^ETag: //p' "$tmp/head" | tr -d '\r'); when=$(sed -n 's/^Last-Modified: //p' "$tmp/head" | tr -d '\r')
	is "$(status -H "If-None-Match: $tag" "$at/repository/$name")" 304 "$name is known by its tag"
	is "$(status -H "If-Modified-Since: $when" "$at/repository/$name")" 304 "$name is known by its time"
	is "$(status -H 'If-None-Match: "x"' -H "If-Modified-Since: $when" "$at/repository/$name")" 200 "$name with another tag is sent"
	is "$(curl -s -I "$at/repository/$name" | grep -i '^content-length' | tr -dc 0-9)" "$(wc -c <"$repo/$name")" "$name answers HEAD"
done
openssl crl -inform DER -in "$tmp/got" -noout 2>/dev/null && fail 'a news file is no list' || pass 'a news file is no list'
list_make "$repo/ca.crl" 20261222000000Z 20261226000000Z
has "$(curl -s "$at/crl")" '<dd>43</dd>' 'a new list is shown at once'

echo secret >"$tmp/secret.txt"; ln -s ../secret.txt "$repo/out.txt"; mkdir "$repo/sub.txt"; echo x >"$repo/.hidden.txt"; echo x >"$repo/odd.exe"
for path in /nowhere /repository/ /repository /repository/../secret.txt /repository/..%2fsecret.txt /repository/%2e%2e/secret.txt \
	'/repository/..%5csecret.txt' /repository/out.txt /repository/sub.txt /repository/.hidden.txt /repository/odd.exe \
	/repository//ca.crt /repository/./ca.crt /documents/cp /documents/agreement.txt /assets/ /assets/../ca //etc/passwd; do
	is "$(status "$at$path")" 404 "not there: $path"
done
has "$(curl -s "$at/nowhere?lang=en")" 'There is no such page' 'a missing page says so in words'
for method in POST PUT DELETE PATCH OPTIONS TRACE get; do
	is "$(status -X $method "$at/ca")" 405 "refused: $method"
done
has "$(head_of -X POST "$at/")" 'Allow: GET, HEAD' 'says what is allowed'
is "$(status -X GET -d x=1 "$at/")" 413 'refused: a GET with something behind it'
is "$(status "$at/$(printf 'a%.0s' $(seq 1 1100))")" 414 'refused: an address beyond all of ours'
is "$(status -H "X: $(printf 'a%.0s' $(seq 1 20000))" "$at/")" 431 'refused: a head beyond its limit'
is "$(status --http1.1 -H 'Host:' "$at/")" 400 'refused: HTTP/1.1 without a host'
mv "$repo/ca.crl" "$tmp/away"
is "$(status "$at/repository/ca.crl")" 503 'a list that is not there yet is late, not wrong [R-10.13]'
has "$(head_of "$at/repository/ca.crl")" 'Retry-After' 'and says when to come back'
has "$(curl -s "$at/crl?lang=en")" 'No revocation list has been published yet' 'its page says so'
head -c 100 "$tmp/away" >"$repo/ca.crl"
is "$(status "$at/crl") $(status "$at/")" '503 503' 'a page about a broken list is not shown'
mv "$tmp/away" "$repo/ca.crl"

# Replaced by rename while it is fetched: always the old one or the new one.
cp "$repo/ca.crl" "$tmp/one"; list_make "$tmp/two" 20261223000000Z 20261227000000Z
( while [ -d "$tmp" ]; do for f in one two; do cp "$tmp/$f" "$repo/ca.new" && mv "$repo/ca.new" "$repo/ca.crl"; done; done ) 2>/dev/null &
churn=$!
half=0
for i in $(seq 1 100); do
	curl -s -o "$tmp/got" "$at/repository/ca.crl"
	cmp -s "$tmp/got" "$tmp/one" || cmp -s "$tmp/got" "$tmp/two" || half=$((half + 1))
done
kill $churn; wait $churn 2>/dev/null
is $half 0 'no half list in a hundred fetches while it was being replaced'

# One byte every half second, for ever: the request has ten seconds in all.
slow=$(bash -c "exec 5<>/dev/tcp/127.0.0.1/$port; trap '' PIPE; start=\$(date +%s); printf 'GET / HTTP/1.1\r\nHost: x\r\nX: ' >&5
	while printf a >&5 2>/dev/null && [ \$((\$(date +%s) - start)) -lt 20 ]; do read -t 0.5 -n 1 -u 5; [ \$? = 1 ] && break; done
	echo \$((\$(date +%s) - start))")
[ "$slow" -ge 8 ] && [ "$slow" -le 16 ] && pass 'a client that drips a byte at a time is cut off' || fail 'a client that drips is cut off' "after $slow s"
# A second request on one connection has its own time.
is "$(curl -s -o /dev/null -o /dev/null -w '%{http_code} %{num_connects} ' "$at/ca" "$at/crl")" '200 1 200 0 ' 'one connection carries several requests'
many=$(bash -c "for i in \$(seq 1 32); do exec {fd}<>/dev/tcp/127.0.0.1/$port; done; sleep 0.2; curl -s -o /dev/null -w '%{http_code}' $at/")
is "$many" 000 'one address gets no more than its share of connections'
sleep 0.3; is "$(status "$at/")" 200 'and is served again when it lets go'

grep -q '^NoNewPrivs:	1' "/proc/$front/status" && grep -q '^Seccomp:	2' "/proc/$front/status" && pass 'no new privileges, and a cage' || fail 'no new privileges, and a cage'
grep -qE '^Max core file size +0 +0' "/proc/$front/limits" && pass 'no core dumps' || fail 'no core dumps'
hasnt "$(ldd "$top/build/akashi-front")" libcrypto.so 'links nothing that signs'
hasnt "$(ldd "$top/build/akashi-front")" libsqlite 'links no store'
"$top/build/akashi-front" --dir "$repo" --listen "127.0.0.1:$port" >"$tmp/out" 2>"$tmp/err" 3>"$tmp/ready"
is "$? $(wc -l <"$tmp/err") $(wc -c <"$tmp/out") $(wc -c <"$tmp/ready")" '75 1 0 0' 'a port that is taken: one sentence, try later'
"$top/build/akashi-front" --dir "$tmp/none" --listen 127.0.0.1:18999 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '3 1' 'no folder'
for bad in '' '--dir x' '--dir x --listen' "--dir $tmp --listen nowhere" "--dir $tmp --listen example.com:80" "--dir $tmp --listen 127.0.0.1:99999x" '--bogus'; do
	"$top/build/akashi-front" $bad 2>"$tmp/err"; is "$? $(wc -l <"$tmp/err")" '2 1' "refused with one sentence: akashi-front $bad"
done
bash -c "exec 5<>/dev/tcp/127.0.0.1/$port; printf 'GET / HT' >&5; sleep 5" & holder=$!
sleep 0.3; start=$(date +%s%N); front_stop; rc=$?
[ $(($(date +%s%N) - start)) -lt 1000000000 ] && is $rc 0 'ends within a second, whoever is connected' || fail 'ends within a second'
kill $holder; wait $holder 2>/dev/null

front_start "$repo" --rehearsal
for path in / /news /ca /crl /documents /documents/agreement /nowhere; do
	has "$(curl -s "$at/$path")" '試験用 / TEST' "marked in a rehearsal: $path"
done
rm "$repo/news.txt"; has "$(curl -s "$at/?lang=en")" 'Nothing has happened yet' 'nothing has happened yet'
rm -rf "$repo"; is "$(status "$at/")" 503 'a folder that went away is said to be away'
done_testing
