#!/bin/sh
# akashi rule: the figures others' scripts rely on, and its refusals.
. "$(dirname "$0")/../tap.sh"
is "$("$akashi" rule validity --issued 2024-05-10T10:30:00+09:00 --years 2)" 2026-06-09T23:59:59+09:00 \
	'a two-year certificate ends two years and a month on, the day before [AGR 12(1)]'
is "$("$akashi" rule validity --issued 2026-02-28T23:59:59Z --years 2)" 2028-03-31T23:59:59+09:00 'the day is the day in Japan'
is "$("$akashi" rule window --from 2026-08-22 --months 3)" 2026-11-22 'exactly three months are accepted [CIVIL 140]'
is "$("$akashi" --json rule window --from 2026-08-22 --months 3 | tr -d ' \n')" \
	'{"v":1,"last_day":"2026-11-22","clause":"CIVIL140"}' 'the same as JSON'
for bad in 'rule window --from 2026-02-30 --months 3' 'rule window --from 2026-02-01' 'rule window --from 2026-02-01 --months 0' \
	'rule validity --issued 2024-05-10 --years 2' 'rule validity --years 2' 'rule validity --bogus' 'no such' ''; do
	"$akashi" $bad >"$tmp/out" 2>"$tmp/err"
	is "$? $(wc -c <"$tmp/out") $(wc -l <"$tmp/err")" '2 0 1' "refused with one sentence: akashi $bad"
done
"$akashi" rule window --help | grep -q 'usage: akashi rule window' && pass 'help' || fail 'help'
done_testing
