#!/bin/sh
# From an empty folder to judged papers, by the commands people type, on both engines: the samples' whole answer key,
# then made-up sets at other days with other prices and tax. [R-4.28] [R-4.40] [R-4.48] [R-4.49]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
. "$top/tests/keys.sh"
samples=$top/tests/fixtures/samples
tab=$(printf '\t')

# Lines "ref TAB a;b c": what stands between separators in the second field is a set.
sets() { awk -F'\t' -v OFS='\t' '{ n = split($2, a, /[; ]/); s = ""
	for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t }
	for (i = 1; i <= n; i++) s = s " " a[i]; print $1, s }' | sort; }

# answers NAME SET: what the two documents say against SET/expected.csv, every figure of it.
answers() {
	"$flat" ref accepted 'errors[0].field' 'warnings[].code' fee_gross <"$tmp/import.json" |
		awk -F'\t' '{ print $1 "\t" ($2 == "true" ? "accepted" : "refused:" $3) "\t" $4 "\t" $5 }' | sort >"$tmp/got"
	"$flat" -c "$2/expected.csv" ref import_result warnings fee_gross | sort >"$tmp/want"
	is "$(diff "$tmp/want" "$tmp/got")" '' "$1: taken or refused on the field, warnings and fee of each application"
	"$flat" ref verdict <"$tmp/arrive.json" | sets >"$tmp/got"
	"$flat" -c "$2/expected.csv" ref papers import_result | grep "${tab}accepted\$" | cut -f1,2 | sets >"$tmp/want"
	is "$(diff "$tmp/want" "$tmp/got")" '' "$1: complete, or every deficiency"
	"$flat" ref 'papers[].paper' 'papers[].last_good' <"$tmp/arrive.json" | awk -F'\t' '{
		n = split($2, p, ";"); split($3, l, ";"); s = ""
		for (i = 1; i <= n; i++) if (l[i] != "-") s = s (s == "" ? "" : " ") p[i] "=" l[i]
		print $1 "\t" (s == "" ? "-" : s) }' | sets >"$tmp/got"
	"$flat" -c "$2/expected.csv" ref last_good import_result | grep "${tab}accepted\$" | cut -f1,2 | sets >"$tmp/want"
	is "$(diff "$tmp/want" "$tmp/got")" '' "$1: the last good day of every paper"
}

# run_set NAME ENGINE SET NOW POLICY: a new service takes the set in.
run_set() {
	dir=$tmp/$1
	"$akashi" --json --now "$4" init "$dir" --rehearsal --policy "$5" --store "$(store_of "$2" "$1")" >"$tmp/init.json" 2>"$tmp/err" ||
		fail "$1: made" "$(cat "$tmp/err")"
	is "$("$flat" -v store <"$tmp/init.json")" "$2" "$1: a service on $2"
	"$akashi" --json -C "$dir" dossier import "$3/applications.csv" >"$tmp/import.json"
	is "$?" "$(grep -c refused "$3/expected.csv" | awk '{ print ($1 > 0 ? 4 : 0) }')" "$1: exit of the import"
	"$akashi" --json -C "$dir" dossier arrive "$3/papers.csv" >"$tmp/arrive.json"
	is $? 0 "$1: deficient papers are a verdict, not a refusal"
	answers "$1" "$3"
}

refusals() { # NAME
	"$akashi" --json -C "$dir" dossier import "$samples/refusals.csv" >"$tmp/refusals.json"
	is $? 4 "$1: a file with refused rows"
	"$flat" ref accepted 'errors[0].field' 'errors[0].code' 'warnings[0].field' 'warnings[0].code' <"$tmp/refusals.json" |
		sort >"$tmp/got"
	"$flat" -c "$samples/refusals.csv" ref expect expect_field expect_code | sort | join -t "$tab" - "$tmp/got" | awk -F'\t' '
		{ field = $5 == "true" ? $8 : $6; code = $5 == "true" ? $9 : $7 }
		($2 == "accepted") != ($5 == "true") || ($3 != "-" && $3 != field) || ($4 != "-" && $4 != code)' >"$tmp/wrong"
	is "$(cat "$tmp/wrong") $(wc -l <"$tmp/got")" ' 50' "$1: every planted fault is named, odd ones are taken"
	"$flat" -c "$samples/refusals.csv" ref expect_value | grep = >"$tmp/values"
	while IFS=$tab read -r ref value; do
		number=$("$flat" ref dossier <"$tmp/refusals.json" | awk -F'\t' -v r="$ref" '$1 == r { print $2 }')
		is_value=$("$akashi" --json -C "$dir" dossier show "$number" | "$flat" -v "person.${value%%=*}")
		case $value in *=U+*) is_value=$("$flat" -u "$is_value") ;; esac
		is "$is_value" "${value#*=}" "$1: $ref is stored as its key says"
	done <"$tmp/values"
}

again() { # NAME ENGINE
	"$akashi" --json -C "$dir" dossier list >"$tmp/list.json"
	for i in 1 13 22 79; do "$akashi" --json -C "$dir" dossier show $i; done >"$tmp/shown"
	store_dump "$2" "$1" "$tmp/dump-1"
	"$akashi" --json -C "$dir" dossier import "$samples/applications.csv" >"$tmp/known.json"
	is "$("$flat" known <"$tmp/known.json" | sort | uniq -c | tr -s ' \n' ' ')" ' 4 false 79 true ' "$1: the same again is known"
	is "$("$flat" accepted dossier reference fee_gross <"$tmp/known.json" | grep true)" \
		"$("$flat" accepted dossier reference fee_gross <"$tmp/import.json" | grep true)" "$1: under the same numbers"
	"$akashi" --json -C "$dir" dossier arrive "$samples/papers.csv" >"$tmp/again.json"
	is "$(diff "$tmp/again.json" "$tmp/arrive.json")" '' "$1: the papers again: the same verdicts"
	for i in 1 13 22 79; do "$akashi" --json -C "$dir" dossier show $i; done >"$tmp/shown-again"
	store_dump "$2" "$1" "$tmp/dump-2"
	is "$(diff "$tmp/shown" "$tmp/shown-again")" '' "$1: and no second event"
	[ "$2" = sqlite ] || is "$(diff "$tmp/dump-1" "$tmp/dump-2" | grep -v restrict | grep '^[<>]')" '' "$1: not one row differs"
	sed '2s/,DL-B2,/,DL-B3,/;2s/,CD-B2,/,CD-B3,/' "$samples/applications.csv" | head -2 >"$tmp/other.csv"
	"$akashi" --json -C "$dir" dossier import "$tmp/other.csv" >"$tmp/other.json"
	is "$? $("$flat" accepted 'errors[0].field' 'errors[0].code' <"$tmp/other.json" | tr '\t' ' ')" '4 false ref ref-taken' \
		"$1: another content under a known reference"
}

secrets() { # NAME ENGINE
	files=$(find "$dir" -type f -not -path "$dir/policy/*")
	store_dump "$2" "$1" "$tmp/dump" && [ ! -f "$tmp/dump" ] || files="$files
$tmp/dump"
	for form in 0 1 2 3 4 5; do
		{ cat "$dir/keys/keys.db"; "$top/build/tests/leaks" -p "$samples/applications.csv" $form; } >"$tmp/planted"
		"$top/build/tests/leaks" "$samples/applications.csv" "$tmp/planted" >"$tmp/said" &&
			fail "$1: a planted name is found (form $form)" "$(cat "$tmp/said")" || pass "$1: a planted name is found (form $form)"
	done
	printf '%s\n' "$files" | tr '\n' '\0' | xargs -0 "$top/build/tests/leaks" "$samples/applications.csv" >"$tmp/said"
	is "$? $(grep -v 'looked for' "$tmp/said")" '0 ' "$1: no name, address, e-mail or phone in any file or dump"
	printf '%s\n' "$files" | tr '\n' '\0' | xargs -0 "$top/build/tests/leaks" "$samples/papers.csv" >"$tmp/said"
	is "$? $(grep -v 'looked for' "$tmp/said")" '0 ' "$1: no envelope's number, no e-Tax number [R-4.44]"
	[ "$2" = sqlite ] || is "$(grep -c papers-arrived "$tmp/dump")" 79 "$1: the dump is of the right store"
}

documents() {
	documented init "$tmp/init.json"
	documented 'dossier import' "$tmp/import.json" "$tmp/refusals.json"
	sed '2s/S1-001/S1-00X/' "$samples/papers.csv" | head -2 >"$tmp/odd.csv"
	"$akashi" --json -C "$dir" dossier arrive "$tmp/odd.csv" >"$tmp/odd.json"
	is "$? $("$flat" -v 'rows[0].errors[0].code' <"$tmp/odd.json")" '4 unknown-ref' 'papers of a reference nobody has'
	documented 'dossier arrive' "$tmp/arrive.json" "$tmp/odd.json"
	documented 'dossier list' "$tmp/list.json"
	"$akashi" --json -C "$dir" dossier show 4 >"$tmp/show.json"
	is "$("$flat" -v 'deficiencies[].message' <"$tmp/show.json" | grep -c '8818949665150226.*8818949665150227')" 1 \
		'its e-Tax numbers side by side [R-4.44]'
	is "$("$flat" ref 'deficiencies[].message' <"$tmp/arrive.json" | grep -c 'S1-004.*8818949665150226.*8818949665150227')" 1 \
		'at arrival too'
	is "$("$flat" -v 'person.ref' <"$tmp/show.json")" S1-004 'its person is opened'
	is "$("$flat" -v 'clocks[].last_day' <"$tmp/show.json")" '2027-02-20;2027-01-21;2026-12-04' 'its clocks: refund, its next reminder, that of the deficiency'
	is "$(tail -1 "$dir/keys/archive.log" | cut -d' ' -f2-)" "os:$(id -u) 4 dossier show" 'who opened what and why was logged first'
	is "$("$akashi" --json -C "$dir" dossier list --state form_expired | "$flat" state kind)" "form_expired${tab}individual" \
		'a list of one state'
}

other_version() { # NAME: last of all, since nothing opens it any more
	"$top/build/tests/tamper" "$dir" "UPDATE meta SET value = '999' WHERE name = 'schema'" >/dev/null || fail "$1: tamper"
	"$akashi" --json -C "$dir" dossier list >"$tmp/out" 2>"$tmp/err"
	is "$? $("$flat" -a errors code <"$tmp/out")" '7 store-schema' "$1: a database of another version is not opened"
	is "$(grep -c '「999」.*このソフトウェアの版は「' "$tmp/err")" 1 "$1: in a sentence that names both"
}

for engine in sqlite postgresql; do
	run_set "s_$engine" $engine "$samples" 2026-11-20T09:00:00+09:00 "$top/policy"
	again "s_$engine" $engine
	refusals "s_$engine"
	secrets "s_$engine" $engine
	documents
	other_version "s_$engine"
	for seed in 1 2 3 4; do
		day=$(echo '2027-03-01 2028-02-29 2026-12-31 2029-08-30' | cut -d' ' -f$seed)
		mkdir -p "$tmp/set$seed"
		"$top/build/tests/mail" $seed 60 "$day" "$tmp/set$seed" || fail "set $seed made"
		rm -rf "$tmp/policy"; cp -r "$top/policy" "$tmp/policy"
		for f in products tax; do sed -f "$tmp/set$seed/policy.sed" "$top/policy/$f.yaml" >"$tmp/policy/$f.yaml"; done
		run_set "m${seed}_$engine" $engine "$tmp/set$seed" "${day}T17:59:59+09:00" "$tmp/policy"
	done
done
done_testing
