#!/bin/sh
# akashi payment: the samples' deposits in each format, on both engines; what is refused books nothing.
# [R-6.5] [R-6.8] [R-6.9] [R-6.16]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
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

# line PAYER [N]: the number of that payer's (nth) line.
line() { "$flat" -a lines payer line <"$tmp/match.json" | grep "^$1$tab" | sed -n "${2:-1}p" | cut -f2; }
dossier() { "$flat" -a dossiers ref dossier <"$tmp/match.json" | grep "^$1$tab" | cut -f2; }
confirm() { # PERSON LINE DOSSIER: exit, then what it came to or why not
	pay confirm "$2" --dossier "$3" --key "$dir/rehearsal/keys/$1" >"$tmp/out"
	code=$?
	if [ $code = 0 ]; then echo "0 $(told amount remaining received payment already)"; else echo "$code $(flaw)"; fi
}

confirmed() { # of the samples' payments, after match
	"$top/build/tests/people" "$dir" acc1:accounting acc2:accounting clerk:screening
	exact=$(line 'ﾖｼﾀﾞ ﾌﾐ') whose=$(dossier S1-078)
	is "$(confirm clerk "$exact" "$whose")" '4 key act-wrong-role' "$1: a clerk does not confirm"
	is "$(confirm acc1 "$exact" "$whose")" '0 31350 0 31350 paid false' "$1: exact is paid"
	cp "$tmp/out" "$tmp/confirm.json"
	is "$(confirm acc2 "$exact" "$whose")" '0 31350 0 31350 paid true' "$1: the same again is done already"
	is "$(confirm acc1 "$exact" "$(dossier S1-001)")" '4 LINE line-used' "$1: a used line has nothing to give"
	is "$(confirm acc1 "$(line 'ﾌﾒｲ ﾅﾋﾄ')" "$(dossier S1-002)")" '5 --key second-person' "$1: what nobody proposed waits"
	is "$(confirm acc1 "$(line 'ﾌﾒｲ ﾅﾋﾄ')" "$(dossier S1-002)")" '5 --key second-person' "$1: and the same person again"
	is "$(confirm acc2 "$(line 'ﾌﾒｲ ﾅﾋﾄ')" "$(dossier S1-002)")" '0 19250 0 19250 paid false' "$1: until a second says it too"
	is "$(confirm acc1 99 1)" '3 LINE line-unknown' "$1: no such line"
	is "$(confirm acc1 1 999)" '3 --dossier dossier-unknown' "$1: no such dossier"
	joint=$("$flat" -a lines line 'candidates[].reason' <"$tmp/match.json" | grep "${tab}joint;joint\$" | cut -f1)
	is "$(confirm acc1 "$joint" "$(dossier S1-010)")" '0 19250 19250 19250 paid false' "$1: a joint deposit gives each its part"
	is "$(confirm acc2 "$joint" "$(dossier S1-010C)")" '0 19250 0 19250 paid false' "$1: and the other the rest"
	short=$(dossier S1-069)
	is "$(confirm acc1 "$("$flat" -a lines line 'candidates[].dossier' 'candidates[].reason' <"$tmp/match.json" |
		grep "${tab}$short${tab}short\$" | cut -f1)" "$short" | cut -d' ' -f1,3,5)" '0 0 partial' "$1: less a charge is partial"
	pay match >"$tmp/after.json"
	is "$("$flat" -a dossiers ref <"$tmp/after.json" | grep -cE '^S1-(078|002|010|010C)$')" 0 "$1: paid dossiers are matched no more"
	is "$("$flat" -a dossiers ref received <"$tmp/after.json" | grep ^S1-069)" "S1-069${tab}32230" "$1: a partial one is, with what it has"
	is "$("$akashi" -C "$dir" --json dossier show "$whose" | "$flat" -v payment.state)" paid "$1: shown as paid"
}

unnamed() { # ENGINE DATABASE: who paid stands nowhere in clear, not in the journal of an engine either
	rm -f "$tmp/dump"; store_dump "$1" "$2" "$tmp/dump"
	{ find "$dir" -type f -not -path "$dir/policy/*"; ls "$tmp/dump" 2>/dev/null; } >"$tmp/files"
	tr '\n' '\0' <"$tmp/files" | xargs -0 "$top/build/tests/leaks" "$samples/applications.csv" >"$tmp/said"
	is "$? $(grep -v 'looked for' "$tmp/said")" '0 ' "$1: no payer in any file or dump"
	printf 'ﾌﾒｲ ﾅﾋﾄ' >"$tmp/nobody"; printf 'ﾌﾒｲ ﾅﾋﾄ' | iconv -t CP932 >"$tmp/nobody932"
	is "$(tr '\n' '\0' <"$tmp/files" | LC_ALL=C xargs -0 grep -laF -f "$tmp/nobody" -e "$(cat "$tmp/nobody932")")" '' \
		"$1: nor a payer nobody knows"
	is "$(printf '%s\n' "$tmp/nobody" "$tmp/nobody932" | tr '\n' '\0' |
		LC_ALL=C xargs -0 grep -laF -f "$tmp/nobody" -e "$(cat "$tmp/nobody932")" | wc -l)" 2 "$1: planted ones are found"
	tr '\n' '\0' <"$tmp/files" | LC_ALL=C xargs -0 grep -qaF payment-confirmed && pass "$1: the store was looked at" ||
		fail "$1: the store was looked at"
}

quick_policy "$tmp/quick"
for engine in sqlite postgresql; do
	nth=0
	for file in bank-zengin03.dat bank-zengin01a.dat bank.csv; do
		nth=$((nth + 1)) dir=$tmp/$engine$nth
		"$akashi" init "$dir" --rehearsal --now 2026-11-20T09:00:00+09:00 --policy "$tmp/quick" \
			--store "$(store_of $engine "payment$nth")" >"$tmp/out" || fail "init $engine"
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
	confirmed $engine
	unnamed $engine "payment$nth"
done
{
	echo '勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要'
	echo '2026/11/20,,500,1500,振込,ﾃｽﾄ ﾄﾘｹｼ'
} >"$tmp/noon.csv"
{
	cat "$tmp/noon.csv"
	echo '2026/11/20,500,,1000,振込取消,ﾃｽﾄ ﾄﾘｹｼ'
} >"$tmp/evening.csv"
pay import "$tmp/noon.csv" >"$tmp/out"
taken=$(pay match | "$flat" -a lines payer line | grep ^ﾃｽﾄ | cut -f2)
pay import "$tmp/evening.csv" >"$tmp/back.json"
is "$("$flat" -a reversals amount deposit given <"$tmp/back.json") $(pay match | "$flat" -a lines payer | grep -c ^ﾃｽﾄ)" \
	"500$tab$taken${tab}0 0" 'what the bank took back is told, and offered no more'
is "$("$flat" -a repeats line amount <"$tmp/back.json")" "$taken${tab}500" 'and a line that was known is told beside the new one of its day'
is "$("$akashi" -C "$dir" payment import "$tmp/noon.csv" | grep -c 'その日の全部の行が入った明細')" 1 'where every line is known, people are told what to do if one is not'

# moved YEN BALANCE KIND: a statement of one line, of who has paid.
moved() {
	printf '勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要\n2026/11/20,%s,%s,%s,%s ﾐﾎﾝ ﾊﾅｺ\n' "$1" "$2" "$3" "$4,$reference" >"$tmp/moved.csv"
	pay import "$tmp/moved.csv" >"$tmp/out"
}
shown() { "$akashi" -C "$dir" --json dossier show 1 | "$flat" -v payment.state; }
rises() { # paid, then the tax rises, then the bank takes the money back [R-6.2] [R-6.19]
	quick_policy "$tmp/policy"
	echo '- { percent: 12, clause: R-6.2, from: 2026-12-01 }' >>"$tmp/policy/tax.yaml"
	dir=$tmp/rises
	begun "$dir" sqlite rises --policy "$tmp/policy" || fail 'a service begins'
	sed -i 's/^accounts = .*/accounts = 9999-123-1234567/' "$dir/akashi.conf"
	head -2 "$samples/applications.csv" >"$tmp/one.csv"
	"$akashi" -C "$dir" --json dossier import "$tmp/one.csv" >"$tmp/out"
	due=$("$flat" fee_gross <"$tmp/out") reference=$("$flat" reference <"$tmp/out")
	moved '' "$due" "$((due + 500))" 振込
	pay confirm 1 --dossier 1 --key "$dir/rehearsal/keys/accounting-1" >"$tmp/out"
	is "$(told payment) $(shown)" 'paid paid' 'paid at the old rate'
	"$akashi" -C "$dir" --json clocks run --day 2026-12-02 >"$tmp/out"
	is "$("$flat" day act <"$tmp/out" | grep tax) $(shown)" "2026-12-01${tab}tax-difference partial" 'on the day of the new one it is partial'
	"$akashi" -C "$dir" mail send >"$tmp/out" || fail 'mail is sent' "$(cat "$tmp/out")"
	"$top/tests/read_mail.py" "$(ls "$dir"/outbox/*.eml)" >"$tmp/read"
	is "$(grep -c "税率は 12% です。差額 $((due / 55))円" "$tmp/read") $(grep -c "照会番号 $reference を付けて" "$tmp/read")" \
		'1 1' 'and the difference is asked for'
	moved "$due" '' 500 振込取消
	is "$("$flat" -a reversals deposit given <"$tmp/out") $(shown)" "1$tab$due unpaid" 'what the bank took back is unpaid again'
}
rises
documented 'payment confirm' "$tmp/confirm.json"
documented 'payment import' "$tmp/import.json" "$tmp/back.json"
documented 'payment match' "$tmp/match.json"
pay import "$tmp/nothing" >"$tmp/out"; is "$?" 3 'no such file'
for bad in import 'import a b' 'import a --bogus' 'match more' 'confirm' 'confirm 1 --key k' 'confirm x --dossier 1 --key k' \
	'confirm 1 --dossier 0 --key k'; do
	pay $bad >"$tmp/out"; is "$?" 2 "a wrong call: payment $bad"
done
pay confirm 1 --dossier 1 --key "$tmp/nothing" >"$tmp/out"; is "$?" 3 'no such key'
"$akashi" -C "$dir" payment match | tail -1 | grep -q 提案だけです && pass 'for people' || fail 'for people'
done_testing
