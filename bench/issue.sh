#!/bin/sh
# S1: certificates a second, keys given, beside cfssl serve, which checks nothing and keeps no record. COUNT orders each; PRELOADED: folders
# of services that hold certificates already, made by bench_preload.
. bench/ready.sh
: "${COUNT:=2000}"
# one DIR WHAT [FEWER]
one() { serving "$1" && build/bench/bench_issue "$1" 2 $((COUNT / ${3:-1})) given "${rate:-0}" S1 "$2"; rest; }
cfssl_up && rate=$(cfssl_rate sign 3000) || exit 1
rest
for engine in sqlite ${AKASHI_TEST_POSTGRES:+postgresql}; do
	ready "$tmp/$engine" $engine 2048 >&2 && one "$tmp/$engine" "RSA-2048, $engine" || exit 1
done
# All of them without the courier, which would first plan the clocks of all they hold; and one that holds next to nothing, to compare with.
for dir in ${PRELOADED:+"$tmp/sqlite"} $PRELOADED; do
	build/bench/bench_issue "$dir" 2 "$COUNT" given "$rate" S1 "RSA-2048, sqlite, $(sqlite3 "$dir/store/akashi.db" 'SELECT count(*) FROM cert') before" || exit 1
done
ready "$tmp/large" sqlite 4096 >&2 && one "$tmp/large" 'RSA-4096, sqlite' 4 || exit 1
[ -f /usr/lib/softhsm/libsofthsm2.so ] || exit 0
mkdir -p "$tmp/hsm/tokens" && cp /usr/lib/softhsm/libsofthsm2.so "$tmp/hsm/module.so"
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$tmp/hsm" >"$tmp/hsm/conf"
printf 1234 >"$tmp/pin"
SOFTHSM2_CONF=$tmp/hsm/conf softhsm2-util --init-token --free --label akashi --so-pin 5678 --pin 1234 >/dev/null &&
	"$akashi" key new "$tmp/ca" --for ca --rehearsal --token akashi --module "$tmp/hsm/module.so" --module-env "SOFTHSM2_CONF=$tmp/hsm/conf" \
		--passphrase-file "$tmp/pin" >/dev/null && ready "$tmp/token" sqlite 4096 --ca-key "$tmp/ca" --ca-passphrase-file "$tmp/pin" >&2 &&
	"$akashi" -C "$tmp/token" key open ca --passphrase-file "$tmp/pin" >/dev/null && one "$tmp/token" 'RSA-4096 in SoftHSM2, sqlite' 8
status=$?
"$akashi" -C "$tmp/token" key close ca >/dev/null 2>&1
exit $status
