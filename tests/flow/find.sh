#!/bin/sh
# akashi dossier find over the demo's people, on both engines: every way to remember one of them. [X-6] [X-13] [R-3.1]
. "$(dirname "$0")/../tap.sh"
samples=$top/tests/fixtures/samples

# found TEXT: "1 name,kana 7 name" and how many more
found() { "$akashi" --json -C "$dir" dossier find "$1" | "$flat" -a rows dossier matched[] 2>/dev/null | tr '\t\n' '  '; }
for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine find || { fail "$engine: a service"; continue; }
	"$akashi" -C "$dir" dossier import "$samples/applications.csv" >/dev/null
	ref=$("$akashi" --json -C "$dir" dossier list | "$flat" -a rows dossier reference | awk '$1 == 2 { print $2 }')
	while IFS='|' read -r text first; do
		got=$(found "$text")
		is "$(echo "$got" | grep -oE "(^| )$first " | head -1 | tr -d ' ')" "$(echo "$first" | tr -d ' ')" "$engine: $text finds $first"
	done <<-ROWS
		高橋亮|1 name
		髙橋|1 name
		ﾀｶﾊｼ|1 kana
		takahashi RYO|1 roman
		0000-8417|2 phone
		葛城さくら|2 name
		$ref|2 reference
	ROWS
	is "$(found 存在しない人)" '' "$engine: nobody is found by another name"
	"$akashi" --json -C "$dir" dossier find 亮 >"$tmp/out" 2>"$tmp/err"
	is "$? $("$flat" -v 'errors[0].code' <"$tmp/out")" '4 find-short' "$engine: one letter is refused"
	before=$("$akashi" --json -C "$dir" dossier list | wc -c)
	"$akashi" -C "$dir" sweep >/dev/null
	is "$? $("$akashi" --json -C "$dir" dossier list | wc -c)" "0 $before" "$engine: the sweep leaves the index key"
	"$akashi" -C "$dir" audit verify >/dev/null
	is $? 0 "$engine: the log is whole with its searches"
	[ $engine = postgresql ] || {
		strings -e S "$dir"/store/akashi.db* | grep -cE '高橋|髙橋|橋亮|葛城|TAKAHASHI|takahashi|ﾀｶﾊｼ|タカハシ' >"$tmp/names"
		is "$(cat "$tmp/names")" 0 "$engine: the store says no name, searched for or not"
	}
done
for word in 失効 取消 revoked; do
	"$akashi" -C "$dir" dossier list --state $word >"$tmp/out" 2>&1
	is $? 0 "a list of those in state $word"
done
done_testing
