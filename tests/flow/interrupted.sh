#!/bin/sh
# Ctrl-C in the midst of an import, a bank file, an issuance: each ends within five seconds with all its programs, nothing
# is lost or half done, and the same again completes it; on both engines. [R-4.28] [R-4.91] [R-6.7] [design 3]
. "$(dirname "$0")/../tap.sh"
trap '[ -z "$group" ] || kill -KILL "-$group" 2>/dev/null; rm -rf "$tmp"' EXIT
. "$top/tests/orders.sh"
tab=$(printf '\t')
group=
alive() { ps -e -o pgid=,stat= | awk -v g="$1" '$1 == g && $2 !~ /^Z/ { n++ } END { exit n == 0 }'; }
# broken_off SECONDS WORDS...: akashi and whatever it starts get SIGINT that long after its begin, as at a terminal.
broken_off() {
	after=$1; shift
	setsid env --default-signal=INT "$akashi" -C "$dir" "$@" >"$tmp/out" 2>"$tmp/err" & group=$!
	until { read -r comm <"/proc/$group/comm"; } 2>/dev/null && [ "$comm" = akashi ] || ! kill -0 $group; do :; done
	sleep "$after"
	kill -INT "-$group" 2>/dev/null; began=$(date +%s%N)
	wait $group; rc=$?
	while alive $group && [ $(($(date +%s%N) - began)) -lt 8000000000 ]; do sleep 0.05; done
	took=$((($(date +%s%N) - began) / 1000000))
	[ $rc != 130 ] || hit=$((hit + 1))
	[ "$took" -lt 5000 ] || fail "$*: after $after s it ends within five seconds" "$took ms"
	group=
}
# broken_off_later DONE LOOK WORDS...: after 20 ms, 30, 45, and so on; each time LOOK looks at what it left, and may end it by being false. Whole
# it ends with DONE.
broken_off_later() {
	hit=0 ms=20 whole=$1 look=$2; shift 2
	while [ $ms -lt 30000 ]; do
		broken_off "$((ms / 1000)).$(printf %03d $((ms % 1000)))" "$@"
		[ $rc = 130 ] && $look || break
		ms=$((ms * 3 / 2))
	done
	[ $rc = 130 ] || [ $rc = "$whole" ] || fail "$*: broken off or whole" "$rc"
}
json() { "$akashi" --json -C "$dir" "$@" 2>"$tmp/err"; }
agrees() {
	json audit verify >"$tmp/audit.json"
	is "$? $("$flat" -v ok <"$tmp/audit.json")" '0 true' "$1: the log agrees"
}

none_in() { ! json dossier list | "$flat" dossier | grep -q .; }
imported() {
	broken_off_later 4 none_in dossier import "$samples/applications.csv"
	is "$((hit > 1))" 1 "$1: an import is broken off more than once"
	had=$(json dossier list | "$flat" dossier | sort -n | tee "$tmp/numbers" | wc -l)
	is "$(tr '\n' ' ' <"$tmp/numbers")" "$(seq "$had" | tr '\n' ' ')" "$1: what it took in stands in order"
	is "$((had > 0 && had < 79)) $(json dossier show "$had" | "$flat" -v person.ref | grep -c '^S1-')" '1 1' "$1: in its midst, the last one whole"
	json dossier import "$samples/applications.csv" >"$tmp/again.json"
	is "$? $("$flat" known <"$tmp/again.json" | grep -c true)" "4 $had" "$1: the same again knows those"
	is "$(json dossier list | "$flat" dossier | wc -l)" 79 "$1: and brings the rest"
	keys=$(sqlite3 "$dir/keys/keys.db" "SELECT count(*) FROM wrapped WHERE kind = 'dossier'")
	is "$((keys >= 79 && keys <= 79 + hit))" 1 "$1: each has its key, and a break leaves one that opens nothing at most"
	agrees "$1"
}

matched() { json payment match | "$flat" -a lines line | sort -u | wc -l; }
booked() { had="$had $(matched)"; }
banked() {
	had=
	json dossier arrive "$samples/papers.csv" >/dev/null
	sed -i 's/^accounts = .*/accounts = 9999-123-1234567/' "$dir/akashi.conf"
	broken_off_later 0 booked payment import "$samples/bank-zengin03.dat"
	is "$((hit > 1))" 1 "$1: a bank file is broken off more than once"
	json payment import "$samples/bank-zengin03.dat" >"$tmp/again.json"
	is $? 0 "$1: the same again goes through"
	is "$(json payment match | "$flat" -a lines line | sort | uniq -d | wc -l)" 0 "$1: no line stands twice"
	all=$(matched)
	is "$(printf '%s\n' $had | grep -cvx -e 0 -e "$all")" 0 "$1: the file was booked whole or not at all" || echo "# $had of $all" >&2
	json payment import "$samples/bank.csv" >/dev/null
	is "$? $(json payment match | "$flat" -a lines line | sort -u | wc -l)" "0 $all" "$1: nor is a line missing"
	agrees "$1"
}

# On PostgreSQL it is asked for again until it is whole; on SQLite the sweep finds it with two of the keys made.
few_keys() { [ ! -f "$dir/store/akashi.db" ] || [ "$(sqlite3 "$dir/store/akashi.db" 'SELECT count(*) FROM key_set')" -lt 2 ]; }
issued() {
	approved "$dir" 2 5 12 37 && paid "$dir" 2 5 12 37 || fail "$1: orders"
	json day open --key "$dir/rehearsal/keys/dispatch-1" >/dev/null
	broken_off_later 0 few_keys issue --all
	is "$((hit > 1))" 1 "$1: an issuance is broken off more than once"
	json sweep >"$tmp/sweep.json"
	is $? 0 "$1: a sweep resolves what it left"
	json issue 2 5 12 37 >"$tmp/again.json"
	is "$? $("$flat" result <"$tmp/again.json" | sort -u)" '0 issued' "$1: the same again issues all"
	is "$(json cert list | "$flat" dossier | sort -n | tr '\n' ' ')" '2 5 12 37 ' "$1: one certificate each"
	is "$(json letter print | "$flat" dossier letter | sort | uniq | wc -l)" 8 "$1: two letters each"
	json sweep >"$tmp/sweep.json"
	is "$? $("$flat" difference <"$tmp/sweep.json")" '0 ' "$1: the books agree" || cat "$tmp/sweep.json" >&2
	agrees "$1"
}

for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine interrupted || fail "$engine: a service"
	imported "$engine, import"
	banked "$engine, bank"
	issued "$engine, issue"
done
done_testing
