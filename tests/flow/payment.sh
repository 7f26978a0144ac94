#!/bin/sh
# akashi payment: the samples' deposits in each format, on both engines; what is refused books nothing.
# [R-6.5] [R-6.8] [R-6.9]
. "$(dirname "$0")/../tap.sh"
samples=$top/tests/fixtures/samples
# The answer key: ref, fee and payment of every accepted row.
tr -d '\r' <"$samples/expected.csv" | awk -F, 'NR > 1 && $2 == "accepted" { print $1, $5, $7 }' | sort >"$tmp/want"
LC_ALL=C sed '43s/^8\(.\{12\}\)./8\19/' "$samples/bank-zengin03.dat" >"$tmp/sum.dat"

for engine in sqlite postgresql; do
	first=0
	for format in zengin03.dat zengin01a.dat csv; do
		first=$((first + 1))
		dir=$tmp/$engine$first
		"$akashi" init "$dir" --rehearsal --now 2026-11-20T09:00:00+09:00 \
			--store "$(store_of $engine "payment$first")" >"$tmp/out" || fail "init $engine"
		pay() { "$akashi" -C "$dir" --json payment "$@" 2>"$tmp/err"; }
		"$akashi" -C "$dir" --json dossier import "$samples/applications.csv" >"$tmp/out"
		case $format in csv) file=$samples/bank.csv ;; *) file=$samples/bank-$format ;; esac

		sed -i 's/^accounts = .*/accounts = 1111-222-3/' "$dir/akashi.conf"
		pay import "$samples/bank-zengin03.dat" >"$tmp/out"
		is "$? $(jq -r '.errors[0].code' "$tmp/out")" '4 account-unknown' "$engine: another account is refused"
		sed -i 's/^accounts = .*/accounts = 9999-123-1234567/' "$dir/akashi.conf"
		pay import "$tmp/sum.dat" >"$tmp/out"
		is "$? $(jq -r '[.errors[0].field, .errors[0].code] | join(" ")' "$tmp/out")" '4 入金額合計 bank-file' \
			"$engine: a trailer that does not add up is named"
		is "$(pay match | jq '.lines | length')" 0 "$engine: neither booked a line"

		is "$(pay import "$file" | jq -c '[.lines, .new, .known, .deposits]')" '[41,41,0,1016570]' \
			"$engine: $format: every line is new"
		for again in bank-zengin03.dat bank-zengin01a.dat bank.csv; do
			is "$(pay import "$samples/$again" | jq -c '[.lines, .new, .known]')" '[41,0,41]' \
				"$engine: $again after $format adds nothing"
		done
		pay match >"$tmp/match"
		jq -r '.dossiers[] | [.ref, .due, .payment] | join(" ")' "$tmp/match" | sort >"$tmp/got"
		cmp -s "$tmp/got" "$tmp/want" && pass "$engine: $format: every payment of the answer key" ||
			fail "$engine: $format: every payment of the answer key" "$(diff "$tmp/want" "$tmp/got")"
		is "$(jq -c '[.lines[] | select(.payer == "ﾌﾒｲ ﾅﾋﾄ") | .candidates] | flatten' "$tmp/match")" '[]' \
			"$engine: $format: nobody's deposit is nobody's"
		pay match | cmp -s - "$tmp/match" && pass "$engine: matching changes nothing" || fail "$engine: matching changes nothing"
	done
done
is "$(pay import "$tmp/nothing" >/dev/null; echo $?)" 3 'no such file'
is "$(pay import >/dev/null; echo $?)" 2 'a file is needed'
is "$(pay match more >/dev/null; echo $?)" 2 'match takes no file'
"$akashi" -C "$dir" payment match | tail -1 | grep -q 提案だけです && pass 'for people' || fail 'for people'
done_testing
