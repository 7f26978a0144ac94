#!/bin/sh
# Screening and approval by the commands people type, on both engines: the card, its JSON, the next edition, and what is
# refused. [R-0.3] [R-4.56] [R-4.70] [R-4.72] [R-4.92] [K-8] [M-602]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
. "$top/tests/keys.sh"
samples=$top/tests/fixtures/samples

call() { "$akashi" --json -C "$dir" "$@" 2>"$tmp/err"; }
of() { "$flat" -v "$2" <"$tmp/$1.json"; }
# answers N FILE [CODE RESULT NOTE]: every check that show lists, OK but for CODE.
answers() {
	call dossier show "$1" >"$tmp/shown.json"
	"$flat" -a checks check <"$tmp/shown.json" | awk -v code="$3" -v result="$4" -v note="$5" '
		BEGIN { printf "{\"checks\":[" }
		{ printf "%s{\"code\":\"%s\",\"result\":\"%s\"", (NR > 1 ? "," : ""), $1, ($1 == code ? result : "ok") }
		$1 == code { printf ",\"note\":\"%s\"", note }
		{ printf "}" }
		END { print "]}" }' >"$2"
}
refused() { is "$1 $("$flat" -v 'errors[0].code' <"$tmp/out.json")" "$2" "$3"; }

for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine approve || fail "$engine: a service begins"
	call dossier import "$samples/applications.csv" >"$tmp/out.json"
	call dossier arrive "$samples/papers.csv" >"$tmp/out.json"
	one=$(call dossier list --state in_screening | "$flat" dossier kind | awk '$2 == "individual" { print $1; exit }')
	licensed=$(call dossier list --state in_screening | "$flat" dossier kind | awk '$2 == "gyoseishoshi" { print $1; exit }')
	bad=$(call dossier list --state in_screening | "$flat" dossier kind | awk '$2 == "employee" { print $1; exit }')

	cp "$akashi" "$tmp/nokey"
	call dossier screen "$one" --key "$tmp/nokey" --ok >"$tmp/out.json"
	is "$?" 4 "$engine: a file that is no key"
	call warrant show "$one" >"$tmp/out.json"
	refused $? '4 card-none' "$engine: no card before a screening"

	answers "$one" "$tmp/good"
	sed 's/{"code":"form-signed","result":"ok"},//' "$tmp/good" >"$tmp/thin"
	call dossier screen "$one" --key "$(key screening-1)" --result "$tmp/thin" >"$tmp/out.json"
	refused $? '4 screening-missing' "$engine: one answer is missing"
	grep -q form-signed "$tmp/err" && pass "$engine: it is named" || fail "$engine: it is named"
	sed 's/form-signed/horoscope/' "$tmp/good" >"$tmp/other"
	call dossier screen "$one" --key "$(key screening-1)" --result "$tmp/other" >"$tmp/out.json"
	refused $? '4 screening-unknown' "$engine: an answer nobody asked for"
	for spoil in 's/"ok"/"fine"/' 's/"checks"/"cheques"/' 's/}$//' 's/"code":"form-signed"/"code":7/' 's/"code"/"code":"x","code"/'; do
		sed "$spoil" "$tmp/good" >"$tmp/torn"
		call dossier screen "$one" --key "$(key screening-1)" --result "$tmp/torn" >"$tmp/out.json"
		is "$? $("$flat" -v 'errors[0].field' <"$tmp/out.json")" '4 --result' "$engine: a file of answers spoilt by $spoil"
	done
	call dossier screen "$one" --key "$(key screening-1)" --result "$tmp/good" --ok >"$tmp/out.json"
	is $? 2 "$engine: --result and --ok"
	call dossier screen "$one" --key "$(key approval-2)" --result "$tmp/good" >"$tmp/out.json"
	refused $? '4 act-wrong-role' "$engine: an approver does not screen"
	call dossier screen "$one" --key "$(key nobody)" --result "$tmp/good" >"$tmp/out.json"
	is $? 3 "$engine: no such key"
	is "$(call dossier show "$one" | "$flat" -v state)" in_screening "$engine: all that changed nothing"

	call dossier screen "$one" --key "$(key screening-1)" --result "$tmp/good" >"$tmp/screen.json"
	is "$? $(of screen state) $(of screen edition) $(of screen last_day)" '0 screened 1 2026-12-20' "$engine: screened"
	call warrant show "$one" >"$tmp/card.json"
	is "$? $(of card words) $(of card warrant)" "0 $(of screen words) $(of screen warrant)" "$engine: the card's words are the screening's"
	name=$("$flat" -v person.name <"$tmp/shown.json")
	is "$("$flat" -a fields ja value <"$tmp/card.json" | awk -F'\t' '$1 == "氏名" { print $2 }')" "$name" "$engine: the name as typed"
	is "$("$flat" -a fields oid scope value <"$tmp/card.json" | grep mark | tr '\t' ' ')" '2.5.4.11 mark TEST 試験用' "$engine: marked"
	"$akashi" -C "$dir" warrant show "$one" >"$tmp/text"
	grep -q "$(of screen words)" "$tmp/text" && grep -q "$name" "$tmp/text" && pass "$engine: the card for people" || fail "$engine: the card for people"

	call approve "$one" --key "$(key screening-1)" >"$tmp/out.json"
	refused $? '4 act-wrong-role' "$engine: the clerk does not approve"
	call approve "$one" --key "$(key approval-1)" >"$tmp/out.json"
	refused $? '4 proof-surface' "$engine: nor anybody at the same surface"
	printf 'no\n' | script -qec "'$akashi' -C '$dir' approve $one --key '$(key approval-2)'" /dev/null >"$tmp/text"
	is "$? $(call dossier show "$one" | "$flat" -v state)" '4 screened' "$engine: at a terminal it asks, and no is no"
	grep -q "$(of screen words)" "$tmp/text" && pass "$engine: after the card" || fail "$engine: after the card"
	call approve "$one" --key "$(key approval-2)" >"$tmp/approve.json"
	is "$? $(of approve approved.person) $(of approve approved.until)" '0 approval-2 2026-11-26' "$engine: approved, for three business days"
	is "$(of approve warrant)" "$(of screen warrant)" "$engine: the same bytes"
	call approve "$one" --key "$(key approval-2)" >"$tmp/out.json"
	is $? 4 "$engine: once"
	call dossier screen "$one" --key "$(key screening-1)" --result "$tmp/good" >"$tmp/out.json"
	refused $? '4 screen-live' "$engine: an approval that may still be used is not screened again"
	"$akashi" --json --now 2026-11-27T09:00:00+09:00 -C "$dir" dossier screen "$one" --key "$(key screening-1)" --result "$tmp/good" >"$tmp/again.json"
	is "$? $(of again edition)" '0 2' "$engine: after K-8 the next edition"
	call warrant show "$one" >"$tmp/card2.json"
	printf 'yes\n' | script -qec "'$akashi' -C '$dir' approve $one --key '$(key approval-2)'" /dev/null >"$tmp/text"
	is "$? $(call dossier show "$one" | "$flat" -v state)" '0 approved' "$engine: signed by the same two"

	answers "$licensed" "$tmp/licensed"
	call dossier screen "$licensed" --key "$(key screening-1)" --result "$tmp/licensed" >"$tmp/out.json"
	refused $? '4 screening-federation' "$engine: the federation's answer is due"
	sed 's/]}$/],"federation":{"number":"2026-77","date":"2026-11-19"}}/' "$tmp/licensed" >"$tmp/federated"
	call dossier screen "$licensed" --key "$(key screening-2)" --result "$tmp/federated" >"$tmp/out.json"
	is "$? $("$flat" -v state <"$tmp/out.json")" '0 screened' "$engine: with its number and day it passes"
	call approve "$licensed" --key "$(key approval-1)" >"$tmp/out.json"
	is $? 0 "$engine: screened at a station, approved at a desk"

	answers "$bad" "$tmp/ng" form-signed ng '印影が違う'
	call dossier screen "$bad" --key "$(key screening-1)" --result "$tmp/ng" >"$tmp/ng.json"
	is "$? $(of ng state) $(of ng 'failed[0]') $(of ng edition)" '0 deficient form-signed -' "$engine: an answer that is not OK"
	sed 's/,"note":"[^"]*"//' "$tmp/ng" >"$tmp/why"
	call dossier screen "$bad" --key "$(key screening-1)" --result "$tmp/why" >"$tmp/out.json"
	is $? 4 "$engine: deficient is deficient until papers come"

	third=$(call dossier list --state in_screening | "$flat" dossier | head -1)
	call dossier screen "$third" --key "$(key screening-1)" --ok >"$tmp/ok.json"
	is "$? $(call dossier show "$third" | "$flat" -a events detail | grep -c 'ok=rehearsal')" '0 1' "$engine: --ok, and the log says so"
	for i in $(call dossier list --state in_screening | "$flat" dossier); do
		call dossier screen "$i" --key "$(key screening-1)" --ok >"$tmp/out.json" && call approve "$i" --key "$(key approval-2)" >"$tmp/out-$i.json" || fail "$engine: $i" "$(cat "$tmp/err")"
	done
	is "$(call dossier list --state in_screening | "$flat" dossier)" '' "$engine: every kind of application becomes a warrant"
	documented 'dossier screen' "$tmp/screen.json" "$tmp/ng.json"
	documented 'warrant show' "$tmp/card.json"
	documented 'approve' "$tmp/approve.json"

	files=$(find "$dir" -type f -not -path "$dir/policy/*")
	store_dump $engine approve "$tmp/dump" && [ ! -f "$tmp/dump" ] || files="$files
$tmp/dump"
	{ cat "$dir/keys/keys.db"; "$top/build/tests/leaks" -p "$samples/applications.csv" 0; } >"$tmp/planted"
	"$top/build/tests/leaks" "$samples/applications.csv" "$tmp/planted" >"$tmp/said" && fail "$engine: a planted name is found" || pass "$engine: a planted name is found"
	printf '%s\n' "$files" | tr '\n' '\0' | xargs -0 "$top/build/tests/leaks" "$samples/applications.csv" >"$tmp/said"
	is "$? $(grep -v 'looked for' "$tmp/said")" '0 ' "$engine: no name, address, e-mail or phone in any file or dump"
done

real_service "$tmp/real" || fail 'a real service made'
dir=$tmp/real
call dossier screen 1 --key "$tmp/sqlite/rehearsal/keys/screening-1" --ok >"$tmp/out.json"
refused $? '4 rehearsal-key' 'a real service takes no rehearsal key'
call approve 1 >"$tmp/out.json"
is "$? $("$flat" -v 'errors[0].field' <"$tmp/out.json")" '2 --key' 'who approves?'
call approve x --key y >"$tmp/out.json"
is "$? $("$flat" -v 'errors[0].field' <"$tmp/out.json")" '2 N' 'which one?'
call warrant show >"$tmp/out.json"
is "$? $("$flat" -v 'errors[0].field' <"$tmp/out.json")" '2 N' 'which card?'
done_testing
