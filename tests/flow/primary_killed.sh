#!/bin/sh
# A PostgreSQL primary is killed in the middle of issuing, its synchronous standby takes its place, and the service is pointed
# at that: every certificate that was said to be issued is there, no row that anybody read is lost, the journal has no order that
# the store does not know, issuing goes on, the audit finds nothing. [goals G14] [storage 4] [design 4]
# LONG=1: 4 times, each on what took over the time before; else once. A kill after the last was issued does not count.
# Servers of its own: the one of all tests must not die.
[ -n "$AKASHI_OWN_POSTGRES" ] || AKASHI_OWN_POSTGRES=1 exec "$(dirname "$0")/../postgres" "$0"
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
. "$top/tests/served.sh"
pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
as=; [ "$(id -u)" != 0 ] || as='setpriv --reuid=postgres --regid=postgres --init-groups'
root=${AKASHI_TEST_POSTGRES#host=}; root=${root%% *} at=$root
dir=$tmp/s
times=1; [ -z "$LONG" ] || times=4
most=$((times + 3))
trap 'for each in "$root"/[0-9]*; do server "$each" -m immediate stop; done 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 143' INT TERM
server() { of=$1; shift; (cd "$root" && $as "$pg/pg_ctl" -D "$of/data" -s -w -l "$of/server.log" "$@"); }
asked() { psql -qAt -h "$1" -U akashi -d "$2" -c "$3"; }
issued() { say cert list | "$flat" dossier; }
# standby_up HERE: a synchronous standby of the server at $at.
standby_up() {
	$as mkdir "$1" && chmod 755 "$1" && (cd "$root" && $as "$pg/pg_basebackup" -h "$at" -U akashi -D "$1/data" -R -c fast) &&
		server "$1" -o "-k '$1' -c listen_addresses= -c max_connections=40 -c shared_buffers=16MB" start &&
		asked "$at" postgres "ALTER SYSTEM SET synchronous_standby_names = '*'" && asked "$at" postgres 'SELECT pg_reload_conf()' >/dev/null &&
		until_true 300 '[ "$(asked "$at" postgres "SELECT sync_state FROM pg_stat_replication")" = sync ]'
}
# What is only added: whoever read it may have told it.
rows() { for table in event journal_line; do asked "$at" "f_primary_$$" "SELECT * FROM $table"; done | sort; }
# killed ORDER...: at a part of the time that one takes, after the first was said to be issued; sets cut: 1 where it still issued, and
# not all were.
killed() {
	: >"$tmp/told"
	for who; do
		began=$(date +%s%3N); say issue "$who" >/dev/null && echo "$who $(($(date +%s%3N) - began))" >>"$tmp/told"
	done & run=$!
	until_true 600 '[ -s "$tmp/told" ]'
	rows >"$tmp/read"
	sleep_part "$(shuf -n 1 -i 0-90)" "$(sed 's/.* //;q' "$tmp/told")"
	postmaster=$(head -1 "$at/data/postmaster.pid") && backends=$(below "$postmaster") issuing=$(left $run) && kill -9 "$postmaster"
	wait $run
	until_true 300 '[ -z "$(left "$backends")" ]' || fail 'what the primary ran has ended'
	rm -f "$at/data/postmaster.pid" # nobody stops it again
	cut=$((${issuing:-0} > 0 && $# > $(wc -l <"$tmp/told")))
}

# The next three orders of $waiting that can be issued.
ready() {
	set -- $waiting; batch=
	while [ $# -gt 0 ] && [ "$(echo $batch | wc -w)" -lt 3 ]; do
		approved "$dir" "$1" && paid "$dir" "$1" && batch="$batch $1"; shift
	done 2>/dev/null
	waiting=$*
}

begun "$dir" postgresql primary && taken_in "$dir" || fail 'a service'
waiting=$(say dossier list | "$flat" dossier product | sed -n 's/\tDL-.*//p') # no medium to be made
"$akashi" -C "$dir" day open --key "$(key dispatch-1)" >/dev/null || fail 'a print day'
said=0 all=0 middle=0 round=0
while [ $middle -lt $times ] && [ $round -lt $most ]; do
	round=$((round + 1)) next=$root/$round
	ready; [ "$(echo $batch | wc -w)" = 3 ] || { fail "$round: three orders"; break; }
	standby_up "$next" || { fail "$round: a synchronous standby" "$(cat "$next/server.log")"; break; }
	killed $batch
	server "$next" promote && sed -i "s|host=$at&|host=$next\&|" "$dir/akashi.conf" && at=$next || fail "$round: the standby takes over"
	is "$(rows | comm -23 "$tmp/read" - | wc -l)" 0 "$round: of $(wc -l <"$tmp/read") rows that were read none is lost" # before anything goes on
	is "$(issued | sort >"$tmp/has"; cut -d' ' -f1 "$tmp/told" | sort | comm -23 - "$tmp/has")" '' "$round: every one of the $(wc -l <"$tmp/told") certificates said to be issued is there"
	say sweep | "$flat" difference >"$tmp/swept"
	is "$(grep -cE 'order-unknown|not-in-journal|without-line|copies-broken' "$tmp/swept")" 0 "$round: the signer signed nothing that the store does not know" || sed 's/^/# /' "$tmp/swept"
	say issue $batch >/dev/null; is "$? $(issued | wc -l)" "0 $((round * 3))" "$round: issuing goes on, one certificate each" || cat "$tmp/err"
	is "$(say sweep | "$flat" difference | grep -v '^stray-file$')" '' "$round: the books agree"
	say audit verify >"$tmp/audit"; is "$?" 0 "$round: the audit finds nothing" || cat "$tmp/audit"
	said=$((said + $(wc -l <"$tmp/told"))) all=$((all + $(wc -l <"$tmp/read"))) middle=$((middle + cut))
done
is "$middle" "$times" "of $round so many were killed in the middle of issuing"
proved G14 "a PostgreSQL primary killed $round times, $middle of them in the middle of issuing: on its synchronous standby 0 of $all rows that were read lost, 0 of $said certificates that were said to be issued"
done_testing
