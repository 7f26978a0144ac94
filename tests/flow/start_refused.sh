#!/bin/sh
# What is wrong when a service starts is refused, each thing by its own row and with a sentence that names it; twelve of
# twelve. Lists and revocations go on where [design 2] says so. [goals G17] [R-4.40] [R-12.2] [R-12.6]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
cp "$top/build/tests/shim.so" "$tmp/" # LD_PRELOAD knows no path with a space
call() { "$akashi" -C "$dir" --json "$@" >"$tmp/out" 2>"$tmp/err"; }
fresh() { dir=$tmp/s; rm -rf "$dir"; cp -a "$tmp/base" "$dir"; }
preloaded() { says=$1; shift; env LD_PRELOAD="$tmp/shim.so" AKASHI_SHIM_SAYS="$says" "$@"; }
# refused EXIT ROW WORDS WHAT: the last call ended so, by that row, and its sentence has the words.
refused() {
	code=$? rows=$("$flat" <"$tmp/out" 2>/dev/null | grep -c "code=$2\$") said=$(cat "$tmp/out" "$tmp/err" | grep -c "$3")
	[ "$2" != - ] || rows=1
	if [ "$code $rows $((said > 0))" = "$1 1 1" ]; then pass "$4"; count=$((count + 1)); else fail "$4" "$code: $(cat "$tmp/out" "$tmp/err")"; fi
}
count=0
begun "$tmp/base" sqlite start && taken_in "$tmp/base" && approved "$tmp/base" 2 5 && paid "$tmp/base" 2 5 &&
	"$akashi" -C "$tmp/base" day open --key "$tmp/base/rehearsal/keys/dispatch-1" >/dev/null || fail 'a service with two orders'
fresh; call issue 2; is $? 0 'one that is as it should be starts, and issues'

fresh; "$akashi" key new "$tmp/other" --for ca --rehearsal >/dev/null; cp "$tmp/other" "$(key ca)"
call issue 2; refused 70 signer-key-agent '鍵と証明書の組' 'another key than the certificate'"'"'s'
fresh; chmod 640 "$(key ca)"
call issue 2; refused 4 keyfile-readable 'ほかの利用者' 'a key file that others can read'
fresh; cp -a "$dir" "$tmp/older"; call crl publish && call issue 2 && call crl publish || fail 'a service that goes on'
rm -rf "$dir/store"; cp -a "$tmp/older/store" "$dir/"
call issue 5; refused 7 signer-head-forked '確認点に続いていません' 'a database older than the newest checkpoint'
call crl publish; is $? 0 'whose lists go on'
fresh; preloaded broken "$top/build/akashi-keymaker" >"$tmp/out" 2>"$tmp/err"; refused 70 - '自己試験' 'a library that fails its self-test'
fresh; preloaded full "$akashi" -C "$dir" --json issue 2 >"$tmp/out" 2>"$tmp/err"; refused 75 store '空き容量' 'a full disk'
fresh; call --now 2026-11-20T11:00:00+09:00 crl publish
call --now 2026-11-20T10:00:00+09:00 issue 2; refused 4 signer-clock-back '時計' 'a clock before the last line'
call --now 2026-11-20T10:00:00+09:00 crl publish; is $? 0 'whose lists go on'
fresh; "$tamper" "$dir" "UPDATE policy_version SET files = CAST(REPLACE(files, 'R-12.6', 'R-12.7') AS BLOB)" >/dev/null
call issue 2; refused 7 service-policy '規則' 'a policy that is not the one adopted'
fresh; "$tamper" "$dir" "UPDATE meta SET value = '4' WHERE name = 'schema'" >/dev/null
call issue 2; refused 7 store-schema '版' 'a database of another version'
fresh; flock "$dir/ca/journal/lock" "$akashi" -C "$dir" --json issue 2 >"$tmp/out" 2>"$tmp/err"
refused 75 signer-busy 'ほかの akashi' 'a second signer on the journal'
fresh; rm "$dir/ca/journal/lock"; mkdir "$dir/ca/journal/lock"; call issue 2
is "$? $("$flat" -a errors code <"$tmp/out")" '75 store' 'a journal in whose folder nothing can be written is no second signer'
fresh; rm -f "$dir/run/lock"; mkdir -p "$dir/run/lock"; timeout 60 "$akashi" -C "$dir" --json serve --listen 127.0.0.1:18999 >"$tmp/out" 2>"$tmp/err"
is "$? $("$flat" -a errors code <"$tmp/out")" '75 store' 'nor is a folder in which no lock can be taken one that is served'
fresh; preloaded nfs "$akashi" -C "$dir" --json issue 2 >"$tmp/out" 2>"$tmp/err"; refused 75 store 'ネットワーク上' 'a file system of the network'

# Its last day is not behind its CA's.
cp -r "$top/policy" "$tmp/short"; sed -i 's/ca_years, value: "20"/ca_years, value: "3"/' "$tmp/short/settings.yaml"
dir=$tmp/expired; begun "$dir" sqlite expired --policy "$tmp/short" && taken_in "$dir" || fail 'a CA of three years'
"$akashi" -C "$dir" --now 2029-12-03T09:00:00+09:00 dossier list >/dev/null
for who in 1 2; do call charter sign --key "$(key custodian-$who)"; done
approved "$dir" 2 && paid "$dir" 2 && "$akashi" -C "$dir" day open --key "$(key dispatch-1)" >/dev/null || fail 'an order after its end'
call issue 2; refused 4 order-beyond-ca '認証局' 'a CA that has expired'

# A server of its own: the other one is everybody's.
cat >"$tmp/unsafe" <<'S'
host=${AKASHI_TEST_POSTGRES#host=}; host=${host%% *}
psql -q -h "$host" -U akashi -d postgres -c "CREATE DATABASE s"
"$akashi" --json init "$at" --rehearsal --store "postgresql:///s?host=$host&user=akashi" >/dev/null || exit 9
for setting in full_page_writes fsync; do
	psql -q -h "$host" -U akashi -d postgres -c "ALTER SYSTEM SET $setting = off" && psql -qAt -h "$host" -U akashi -d postgres -c 'SELECT pg_reload_conf()' >/dev/null
	"$akashi" --json -C "$at" dossier list >"$tmp/out" 2>"$tmp/err"; code=$?
	grep -q "「$setting」が off" "$tmp/out" || exit 8
done
exit $code
S
at=$tmp/unsafe-service; export akashi at tmp
"$top/tests/postgres" sh "$tmp/unsafe"; refused 75 store-not-durable 'fsync' 'a server whose fsync is off'
is $count 12 'twelve of twelve'
proved G17 "$count of 12 refused at the start, each by a sentence that names the cause"
done_testing
