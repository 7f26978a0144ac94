#!/bin/sh
# Two at once: the same file taken in twice, one service served twice; on both engines. [R-4.28] [design 1]
. "$(dirname "$0")/../tap.sh"
trap 'for p in $one $two; do kill -KILL "$p" 2>/dev/null; done; rm -rf "$tmp"' EXIT
samples=$top/tests/fixtures/samples
tab=$(printf '\t')
one= two=
numbers() { "$flat" ref accepted dossier <"$1" | grep "${tab}true$tab" | sort; }
keys() { sqlite3 "$dir/keys/keys.db" "SELECT count(*) FROM wrapped WHERE kind = 'dossier'"; }

import_twice() {
	"$akashi" --json -C "$dir" dossier import "$samples/applications.csv" >"$tmp/one.json" 2>"$tmp/one.err" & one=$!
	"$akashi" --json -C "$dir" dossier import "$samples/applications.csv" >"$tmp/two.json" 2>"$tmp/two.err" & two=$!
	wait $one; a=$?; wait $two; b=$?; one= two=
	is "$a $b" '4 4' "$1: both are told of the rows that are refused, and of nothing else"
	is "$(numbers "$tmp/one.json")" "$(numbers "$tmp/two.json")" "$1: each application has one number, whoever brought it"
	is "$(numbers "$tmp/one.json" | cut -f3 | sort -n | tr '\n' ' ')" "$(seq 79 | tr '\n' ' ')" "$1: none is missing, none doubled"
	is "$(cat "$tmp/one.json" "$tmp/two.json" | grep -c '"known": false')" $((79 + 2 * 4)) "$1: each was new to one of the two alone (four are refused)"
	is "$(keys)" 79 "$1: and has one key"
	is "$("$akashi" --json -C "$dir" dossier list | "$flat" dossier | wc -l)" 79 "$1: there are no others"
	"$akashi" --json -C "$dir" audit verify >"$tmp/audit.json"
	is "$? $("$flat" -v ok <"$tmp/audit.json")" '0 true' "$1: the log agrees"
}

serve_twice() {
	"$akashi" -C "$dir" serve --listen 127.0.0.1:18831 >"$tmp/one.out" 2>"$tmp/one.err" & one=$!
	"$akashi" -C "$dir" serve --listen 127.0.0.1:18832 >"$tmp/two.out" 2>"$tmp/two.err" & two=$!
	i=0; while kill -0 $one 2>/dev/null && kill -0 $two 2>/dev/null && [ $i -lt 300 ]; do i=$((i + 1)); sleep 0.1; done
	if kill -0 $one 2>/dev/null; then stands=$one went=$two said=two out=one; else stands=$two went=$one said=one out=two; fi
	wait $went
	is "$? $(wc -l <"$tmp/$said.err") $(wc -c <"$tmp/$said.out")" '75 1 0' "$1: one of two ends with a sentence: try later"
	i=0; until grep -q Ctrl-C "$tmp/$out.out" || [ $i = 300 ]; do i=$((i + 1)); sleep 0.1; done
	is "$(grep -c Ctrl-C "$tmp/$out.out")" 1 "$1: the other stands"
	"$akashi" -C "$dir" crl publish >/dev/null
	is $? 0 "$1: and carries what it is asked"
	kill -TERM $stands; wait $stands
	is $? 0 "$1: until it is ended"
	one= two=
}

for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine at_once || fail "$engine: a service"
	import_twice $engine
	serve_twice $engine
done
done_testing
