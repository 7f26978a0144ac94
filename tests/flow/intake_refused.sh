#!/bin/sh
# The commands of reception: each refused call, its exit, its one sentence, its errors[]; and what rules say without a service.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
dir=$tmp/s
"$akashi" --now 2026-11-20T09:00:00+09:00 init "$dir" --rehearsal >"$tmp/said" || fail made
grep -q '試験用' "$tmp/said" && pass 'a rehearsal says that it is one' || fail 'a rehearsal says that it is one'
is "$(find "$dir" -perm /077 -not -path "$dir/policy/*" -not -name akashi.conf -type d)" '' 'nobody else may look into any folder'
real_service "$tmp/real" || fail 'a real service made'
printf 'ref\n' >"$tmp/thin.csv"
printf 'a file' >"$tmp/occupied"

# EXIT FIELD and the call
while read -r exit field call; do
	(cd "$tmp" && eval "\"\$akashi\" --json $call") >"$tmp/out" 2>"$tmp/err"
	is "$? $("$flat" -v 'errors[0].field' <"$tmp/out") $(wc -l <"$tmp/err")" "$exit $field 1" "refused with one sentence: akashi $call"
done <<'EOF'
2 -C dossier import thin.csv
2 -C dossier list
2 -C dossier show 1
3 - -C nowhere dossier list
3 - -C s dossier import nothing.csv
4 form_date -C s dossier import thin.csv
4 envelope -C s dossier arrive thin.csv
2 FILE -C s dossier import
2 FILE -C s dossier arrive
2 N -C s dossier show
2 N -C s dossier show x
2 N -C s dossier show 0
3 dossier -C s dossier show 1
2 --state -C s dossier list --state asleep
2 --now -C s --now yesterday dossier list
2 --now -C real --now 2026-11-20T09:00:00+09:00 dossier list
2 --now --now 2026-11-20T09:00:00+09:00 init other
4 DIR init s --rehearsal
4 DIR init occupied
2 DIR init
2 --store init other --store mysql://x/y
3 - init other --policy nowhere
2 --kind rule papers --kind company --product DL-B2
4 --product rule papers --kind employee --product DL-X9
4 --product rule papers --kind individual --product DL-I2
2 --product rule papers --kind employee
3 - policy check nowhere
EOF
is "$(ls "$tmp/other" 2>&1 | wc -l)" 1 'what was refused left nothing'

"$akashi" --json policy check >"$tmp/good.json"
is "$? $("$flat" -v digest <"$tmp/good.json")" "0 $("$akashi" -C "$dir" policy check)" 'the shipped policy, and its copy in a service'
cp -r "$top/policy" "$tmp/policy"
sed -i '3s/price: [0-9]*/price: cheap/; 4s/years: 2/jahre: 2/' "$tmp/policy/products.yaml"
sed -i '2s/percent: 8/percent: 8, percent: 9/' "$tmp/policy/tax.yaml"
"$akashi" --json policy check "$tmp/policy" >"$tmp/bad.json"
is "$? $("$flat" -a errors file line <"$tmp/bad.json" | sort -u | tr '\t\n' ' ;')" '4 products.yaml 3;products.yaml 4;tax.yaml 2;' \
	'every error of a policy, with file and line'
documented 'policy check' "$tmp/good.json" "$tmp/bad.json"
"$akashi" policy check "$tmp/policy" >"$tmp/out"
is "$? $(grep -c '^products.yaml:3:' "$tmp/out")" '4 1' 'for people as file:line:column'
"$akashi" init "$tmp/other" --rehearsal --policy "$tmp/policy" >/dev/null 2>&1
is "$? $(ls "$tmp/other" 2>/dev/null)" '4 ' 'no service is made with such a policy'

papers() { "$akashi" --json "$@" | "$flat" 'papers[]' | tr ';' '\n' | sort | tr '\n' ' '; }
is "$(papers rule papers --kind individual-basic --product DL-B2)" 'D-01 D-02 D-03 D-05 ' 'papers of the basic kind'
is "$(papers rule papers --kind individual --product DL-B2 --former-name --delegate --in-person)" 'D-01 D-03 D-04 D-05 D-06 ' \
	'a former name, a proxy, in person'
is "$(papers rule papers --kind employee --product DL-I2)" 'D-01 D-02 D-03 D-05 D-40 D-41 D-43 ' 'an employee with a mandate'
is "$(papers rule papers --kind employee --product DL-B2)" 'D-01 D-02 D-03 D-05 D-40 D-41 D-42 ' 'an employee without'
is "$(papers -C "$dir" rule papers --kind sole-proprietor --product CD-B2 | wc -w)" 26 'four papers and 22 that prove a business'
"$akashi" --json rule papers --kind sole-proprietor --product DL-B2 >"$tmp/papers.json"
is "$("$flat" slot 'papers[]' limit base form send limit_clause <"$tmp/papers.json" | grep 'D-2[45]' | tr '\t\n' ' ;')" \
	'proof D-24 60 issue either copy R-4.43;proof D-25 3 issue either copy R-4.43;' 'limit, base and form of alternatives'
documented 'rule papers' "$tmp/papers.json"
for c in 'init' 'dossier import' 'dossier arrive' 'dossier list' 'dossier show' 'policy check' 'rule papers'; do
	"$akashi" $c --help | grep -q "^usage: akashi $c" && "$akashi" man-page | grep -q "^akashi $c\$\|^\.B akashi $c" &&
		pass "help and man page of $c" || fail "help and man page of $c"
done
mkfifo "$tmp/pipe"
is "$(timeout 20 "$akashi" -C "$dir" dossier import "$tmp/pipe" 2>/dev/null; echo $?)" 4 'a pipe nobody writes to holds nobody'
torn=$(printf 'x\377\033[2J\343\201')
is "$("$akashi" --json -C "$dir" dossier list --state "$torn" 2>/dev/null | "$flat" -v 'errors[0].field')" --state 'a document, whatever bytes a call holds'
is "$("$akashi" --json -C "$dir" dossier list 2>/dev/null >&-; echo $?)" 6 'nothing is said where nobody listens, and that is said'
mv "$dir/ca/journal/000001.log" "$tmp/journal"
"$akashi" -C "$dir" --json audit verify >"$tmp/audit.json" 2>/dev/null
is "$? $("$flat" -v ok <"$tmp/audit.json")" '7 false' 'a journal that is gone is a broken one [X-1]'
mv "$tmp/journal" "$dir/ca/journal/000001.log"
done_testing
