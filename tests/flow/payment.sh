#!/bin/sh
# akashi payment: the samples' deposits in each format, on both engines; what is refused books nothing.
# [R-6.5] [R-6.8] [R-6.9]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
samples=$top/tests/fixtures/samples
tab=$(printf '\t')
"$flat" -c "$samples/expected.csv" ref fee_gross payment import_result | grep "${tab}accepted\$" | cut -f1-3 | sort >"$tmp/want"
LC_ALL=C sed '43s/^8\(.\{12\}\)./8\19/' "$samples/bank-zengin03.dat" >"$tmp/sum.dat"

pay() { "$akashi" -C "$dir" --json payment "$@" 2>"$tmp/err"; }
# told KEY...: the values of the last document, between blanks.
told() { for k; do "$flat" -v "$k" <"$tmp/out"; done | tr '\n' ' ' | sed 's/ $//'; }
# flaw: the first error of the last document.
flaw() { "$flat" -a errors field code <"$tmp/out" | head -1 | tr "$tab" ' '; }

refused() { # before anything is booked
	sed -i 's/^accounts = .*/accounts = 1111-222-3/' "$dir/akashi.conf"
	pay import "$samples/bank-zengin03.dat" >"$tmp/out"
	is "$? $(flaw)" '4 account account-unknown' "$1: another account is refused"
	sed -i 's/^accounts = .*/accounts = 9999-123-1234567/' "$dir/akashi.conf"
	pay import "$tmp/sum.dat" >"$tmp/out"
	is "$? $(flaw)" '4 入金額合計 bank-file' "$1: a trailer that does not add up is named"
	is "$(pay match | "$flat" -a lines line | wc -l)" 0 "$1: neither booked a line"
}

for engine in sqlite postgresql; do
	n=0
	for file in bank-zengin03.dat bank-zengin01a.dat bank.csv; do
		n=$((n + 1)) dir=$tmp/$engine$n
		"$akashi" init "$dir" --rehearsal --now 2026-11-20T09:00:00+09:00 \
			--store "$(store_of $engine "payment$n")" >"$tmp/out" || fail "init $engine"
		"$akashi" -C "$dir" --json dossier import "$samples/applications.csv" >"$tmp/out"
		refused "$engine"
		pay import "$samples/$file" >"$tmp/out"
		is "$(told lines new known deposits)" '41 41 0 1016570' "$engine: $file: every line is new"
		cp "$tmp/out" "$tmp/import.json"
		for again in bank-zengin03.dat bank-zengin01a.dat bank.csv; do
			pay import "$samples/$again" >"$tmp/out"
			is "$(told lines new known)" '41 0 41' "$engine: $again after $file adds nothing"
		done
		pay match >"$tmp/match.json"
		"$flat" -a dossiers ref due payment <"$tmp/match.json" | sort >"$tmp/got"
		is "$(diff "$tmp/want" "$tmp/got")" '' "$engine: $file: every payment of the answer key"
		is "$("$flat" -a lines payer 'candidates[].dossier' <"$tmp/match.json" | grep ﾌﾒｲ)" "ﾌﾒｲ ﾅﾋﾄ$tab-" \
			"$engine: $file: nobody's deposit is nobody's"
		is "$(pay match | cmp - "$tmp/match.json")" '' "$engine: matching changes nothing"
	done
done
documented 'payment import' "$tmp/import.json"
documented 'payment match' "$tmp/match.json"
pay import "$tmp/nothing" >"$tmp/out"; is "$?" 3 'no such file'
for bad in import 'import a b' 'import a --bogus' 'match more' 'confirm' 'confirm 1 --key k' 'confirm x --dossier 1 --key k' \
	'confirm 1 --dossier 0 --key k'; do
	pay $bad >"$tmp/out"; is "$?" 2 "a wrong call: payment $bad"
done
pay confirm 1 --dossier 1 --key "$tmp/nothing" >"$tmp/out"; is "$?" 3 'no such key'
"$akashi" -C "$dir" payment match | tail -1 | grep -q 提案だけです && pass 'for people' || fail 'for people'
done_testing
