#!/bin/sh
# The clocks of table K over real cases, by the commands people type, on both engines: what stops them, what they put before
# whom, what two people make of it; then a year in one command, again nothing, and fallen at every point.
# [K-2] [K-5] [K-6] [K-8] [K-9] [K-10] [K-11] [K-12] [K-13] [K-14] [K-15] [K-16] [K-17] [K-18] [K-19] [K-22] [R-2.5] [R-2.6] [R-2.7]
# [R-2.13] [R-4.24] [R-4.25] [R-4.71] [R-4.75] [R-4.76] [R-4.78] [R-4.79] [R-4.114] [R-4.115] [R-4.116] [R-4.117] [R-4.118] [R-4.119] [R-5.3] [R-6.20] [R-7.3]
# [R-10.3] [R-10.4] [R-10.13] [R-11.1] [R-11.3] [R-12.8] [R-12.12] [R-13.1] [G-38] [X-5]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
. "$top/tests/fallen.sh"
tab=$(printf '\t')
mkdir "$tmp/policy"; quick_policy "$tmp/quick"
"$top/tests/year.sh" "$tmp/quick" "$tmp/policy" abolition=2028-03-31
at() { now="$1T$2:00+09:00"; }
do_() { say --now "$now" "$@" >"$tmp/out" || fail "$engine: $*" "$(cat "$tmp/err" "$tmp/out")"; }
# call WORDS...: exit, and the first error or nothing.
call() {
	say --now "$now" "$@" >"$tmp/out"; code=$?
	echo "$code $("$flat" -a errors field code <"$tmp/out" 2>/dev/null | head -1 | tr "$tab" ' ')" | sed 's/ $//'
}
serial() { say cert list | "$flat" dossier serial | awk -F'\t' -v d="$1" '$1 == d { print $2 }' | tail -1; }
state() { say dossier list | "$flat" dossier state | awk -F'\t' -v d="$1" '$1 == d { print $2 }'; }
number() { ten=$1$(printf '%09d' "$2"); echo "$ten$((ten % 7))"; }
# acts N: what the clocks did for a dossier in the last run: "day clock act figure" in a line.
acts() { "$flat" dossier day clock act figure <"$tmp/run.json" | awk -F'\t' -v d="$1" '$1 == d { printf "%s%s %s %s%s", s, $2, $3, $4, ($5 == "-" ? "" : " " $5); s = "; " }'; }
run() { say clocks run --day "$1" >"$tmp/run.json" || fail "$engine: run until $1" "$(cat "$tmp/err" "$tmp/run.json")"; cp "$tmp/run.json" "$tmp/run-$1-$engine.json"; }
# listed ROLE: "dossier act" of what stands on its list.
listed() { say clocks list --role "$1" | "$flat" dossier act | sort -n | tr "$tab\n" ' ;' | sed 's/;$//'; }
# word: of the revocation list as it stands.
word() { say clocks list --role revocation | "$flat" -v word; }
officers() { echo "--key $(key revocation-1) --second $(key revocation-2)"; }
# send N...: letters sealed and posted.
send() {
	for who; do
		awk -F'\t' -v n="$who" '$1 == n { print $2, $3, $4 }' "$tmp/letters" >"$tmp/of"
		while read -r letter route envelope; do
			posted=$((posted + 1))
			do_ letter done "$envelope"
			do_ dispatch "$who" --letter "$letter" --envelope "$envelope" --tracking "$(number "$([ "$route" = honnin ] && echo 1 || echo 3)" $posted)"
		done <"$tmp/of"
	done
}
deposit() { # N YEN: named by its reference
	ref=$(say dossier list | "$flat" dossier reference | awk -F'\t' -v d="$1" '$1 == d { print $2 }')
	printf '勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要\n2026/11/20,,%s,%s,振込,%s ﾌｸﾛｳ ﾂﾊﾞｻ\n' "$2" "$(($2 + 500 + $1))" "$ref" >"$tmp/deposit.csv"
	do_ payment import "$tmp/deposit.csv" --account 9999-123-1234567
	line=$(say payment match | "$flat" -a lines line 'candidates[].dossier' | awk -F'\t' -v d="$1" '$2 == d { print $1; exit }')
	do_ payment confirm "$line" --dossier "$1" --key "$(key accounting-1)"
}

begin() {
	posted=0; at 2026-11-20 12:00
	begun "$dir" $engine clocks --policy "$tmp/policy" || fail "$engine: a service begins"
	taken_in "$dir"
	awk 'NR == 1 { print } NR == 2 { sub(/^[^,]*,[^,]*/, "N1,2026-01-06"); print }' "$samples/applications.csv" >"$tmp/new.csv"
	do_ dossier import "$tmp/new.csv"
	late=$("$flat" dossier <"$tmp/out")
	deposit "$late" 22550
	sold='2 5 12 37 42 53 54 72'
	for who in 2 5 12 37 53 54 72; do paid "$dir" $who || fail "$engine: paid"; done
	deposit 42 19250
	approved "$dir" $sold || fail "$engine: approved"
	at 2026-11-20 14:00 # behind the approvals, however long those took
	do_ day open --key "$(key dispatch-1)"
	do_ issue $sold
	do_ letter print
	"$flat" dossier letter route envelope <"$tmp/out" >"$tmp/letters"
	at 2026-11-20 16:00; send 2 5 12 37 42 53 72
	at 2026-11-24 10:00; send 54 # four days later
	do_ day close --key "$(key dispatch-1)"
	deposit 39 19250
	approved "$dir" 39 || fail "$engine: approved"
	at 2026-11-24 14:00
	do_ day open --key "$(key dispatch-1)"
	do_ issue 39
	do_ letter print
	"$flat" dossier letter route envelope <"$tmp/out" >"$tmp/letters"
	send 39
	do_ day close --key "$(key dispatch-1)"
	run 2026-11-28
	is "$(acts 2)" '2026-11-27 K-11r receipt-reminder 7' "$engine: seven days after the sending a reminder"
}

told_of_paper() { # of 53's FAX of 2026-12-03 [M-501]
	is "$(say mail list --dossier 53 | "$flat" -a mails kind | grep -c '^fax$')" 1 "$engine: that the paper must follow is told once"
	"$top/tests/state" keep told
	do_ mail send
	id=$(say mail list --dossier 53 | "$flat" -a mails kind id | awk -F'\t' '$1 == "fax" { print $2 }')
	"$top/tests/read_mail.py" "$dir/outbox/$id.eml" >"$tmp/read"
	has "$(cat "$tmp/read")" '2026-12-10 までに失効申請書の原本をお送りください' "$engine: with its last day"
	has "$(cat "$tmp/read")" "シリアル番号 $fax" "$engine: of which certificate"
	"$top/tests/state" back told
}

# Three receipts, a FAX, a grace, a stay.
first_days() {
	at 2026-12-04 10:00
	is "$(call receipt paper 2 --date 2026-12-04 --key "$(key reception-1)")" 0 "$engine: a receipt on the fourteenth day"
	for who in 5 39 42; do do_ receipt paper $who --date 2026-11-30 --key "$(key reception-1)"; done
	fax=$(serial 53)
	is "$(call revoke "$fax" --ground 11-5 --fax 2026-12-03 $(officers))" '4 --fax revoke-fax' "$engine: a FAX of somebody else's is information"
	is "$(call revoke "$fax" --ground 10-1-3 --fax 2026-12-05 $(officers))" '4 --fax revoke-fax' "$engine: no FAX comes tomorrow"
	is "$(call revocation paper "$fax" --date 2026-12-04 --key "$(key revocation-1)")" '4 SERIAL fax-none' "$engine: no paper follows no FAX"
	do_ revoke "$fax" --ground 10-1-3 $(officers)
	is "$(listed audit)" '' "$engine: so far no paper is owed"
	for again in 1 2; do do_ revoke "$fax" --ground 10-1-3 --fax 2026-12-03 $(officers); done
	is "$("$events" "$dir" | grep -c '^revocation-requested 53 .* fax=2026-12-03$')" 1 "$engine: that it came by FAX may be said later, and is logged once"
	told_of_paper
	is "$(call grace open "$fax" --date 2026-12-01 --changed representative --key "$(key revocation-1)")" '4 N report-state' "$engine: what is revoked has no grace [R-2.3]"
	mine=$(serial 5)
	is "$(call grace open "$(serial 12)" --date 2026-12-01 --changed representative --key "$(key revocation-1)")" '4 SERIAL grace-kind' "$engine: a representative's own certificate has no grace"
	is "$(call grace open "$mine" --date 2026-12-01 --changed representative --changed organisation --key "$(key revocation-1)")" '4 --changed grace-field' "$engine: nor has one of which more changed"
	is "$(call grace open "$mine" --date 2026-12-01 --changed representative --no-registration --key "$(key revocation-1)")" '4 --no-registration grace-registration' "$engine: nor a body without registration"
	is "$(call grace registered "$mine" --date 2026-12-02 --key "$(key revocation-1)")" '4 SERIAL grace-none' "$engine: nothing is registered without one"
	is "$(call grace open "$mine" --date 2026-12-01 --changed representative --key "$(key reception-1)")" '4 key act-wrong-role' "$engine: an officer opens it"
	is "$(call grace open "$mine" --date 2026-12-01 --changed representative --key "$(key revocation-1)")" 0 "$engine: the representative alone"
	is "$(call revoke "$mine" --ground 11-1 --key "$(key revocation-1)")" '4 --reason revoke-grace' "$engine: while it runs, nobody revokes for that change without a reason"
	is "$(call clocks extend 72 --clock K-16 --days 3 --reason 雪 --key "$(key approval-1)")" '4 --clock clock-fixed' "$engine: not every clock is extended"
	is "$(call clocks extend 72 --clock K-12 --days 3 --reason 雪 --key "$(key screening-1)")" '4 key act-wrong-role' "$engine: nor by everybody"
	for clock in K-12 K-22; do do_ clocks extend 72 --clock $clock --days 10 --reason 大雪で郵便が止まった --key "$(key approval-1)"; done
	is "$("$flat" -v last <"$tmp/out") $("$flat" -v extended <"$tmp/out")" '2026-12-30 10' "$engine: an approver extends by ten days"
	cp "$tmp/out" "$tmp/extend.json"
	is "$(call clocks extend 72 --clock K-12 --days 356 --reason 大雪 --key "$(key approval-1)")" '4 --days clock-days' "$engine: not by more than a year in all"
}

deficient() { # two of the money, one paid: deficient by screening
	at 2026-11-30 11:00
	paid "$dir" 49 || fail "$engine: paid"
	for who in 49 62; do screened_bad $who; done
	say dossier import "$samples/applications.csv" | "$flat" ref dossier >"$tmp/refs"
}

chase() {
	run 2026-12-05
	is "$(acts 2)" '' "$engine: who reported on day 14 is neither reminded any more nor chased"
	is "$(acts 12)" '2026-12-01 K-9 pick-up; 2026-12-04 K-11r receipt-reminder 14; 2026-12-05 K-11 chase' "$engine: who did not is chased on day 15"
	is "$(acts 54)" '2026-12-01 K-11r receipt-reminder 7; 2026-12-05 K-9 pick-up' "$engine: what was sent later is chased later"
	is "$(listed reception)" '12 chase;37 chase;72 chase' "$engine: three calls are to be made"
	is "$(call clocks done 12 --clock K-11 --key "$(key dispatch-1)")" '4 --clock clock-not-open' "$engine: not by dispatch"
	is "$(call clocks done 12 --clock K-11 --result will-send --key "$(key reception-1)")" 0 "$engine: one was made"
	cp "$tmp/out" "$tmp/done.json"
	is "$(listed reception)" '37 chase;72 chase' "$engine: two are left"
	run 2026-12-10
	is "$(acts 53)" '2026-12-10 K-13 fax-reminder 7' "$engine: the paper after the FAX is asked for"
	is "$(call revocation paper "$fax" --date 2026-12-02 --key "$(key revocation-1)")" '4 --date report-day' "$engine: no paper came before its FAX"
}

stolen() { # 12 is active; weeks later its key is gone
	"$top/tests/state" keep lapse
	at 2027-01-12 10:00
	gone=$(serial 12)
	is "$(call revoke "$gone" --ground 11-3 --key "$(key revocation-2)") $(state 12)" '5 - second active' "$engine: nobody's signature completes what was withdrawn"
	is "$(call revoke "$gone" --ground 11-2 --key "$(key revocation-1)") $(state 12)" '0 revoked' "$engine: the emergency ground waits for no request that one officer began [R-11.2]"
	is "$(openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -iA4 "serial number: $gone" | grep -c 'Key Compromise')" 1 "$engine: and its own reason is on the list [R-10.14]"
	is "$(say mail list --dossier 12 | "$flat" -a mails kind | grep '^revoked')" revoked "$engine: as in the mail"
	is "$(say audit verify | "$flat" -v broken)" - "$engine: the audit finds nothing"
	"$top/tests/state" back lapse
	at 2026-12-21 10:00
}

lapse() {
	run 2026-12-20
	is "$(listed revocation)" '' "$engine: on day 30 nobody may be revoked"
	run 2026-12-21
	is "$(listed revocation)" '12 may-revoke;12 must-revoke;37 may-revoke;37 must-revoke;54 may-revoke' "$engine: on day 31 three may, two of them must"
	at 2026-12-21 10:00
	is "$(call clocks done 37 --clock K-22 --key "$(key revocation-1)")" '4 --clock clock-not-open' "$engine: a word does not take it off the list"
	seen=$(word)
	is "$(echo "$seen" | grep -cxE '[0-9a-f]{8}') $(call clocks lapse --count 3 --key "$(key revocation-1)")" '1 2 --list usage' "$engine: the list's word is asked for"
	is "$(call clocks lapse --count 3 --list "$(word)" --key "$(key reception-1)")" '4 key act-wrong-role' "$engine: officers confirm it"
	is "$(call clocks lapse --count 3 --list "$(word)" --key "$(key revocation-1)")" 5 "$engine: one officer asks for all three"
	do_ receipt paper 12 --date 2026-12-20 --key "$(key reception-1)" # it lay in the tray
	is "$("$events" "$dir" | grep -c '^revocation-withdrawn 12 .* ground=11-3$') $("$events" "$dir" | grep -c '^revocation-withdrawn')" '1 1' "$engine: the receipt ends what was asked for want of it, and nothing else"
	stolen
	is "$(call clocks lapse --count 3 --list "$(word)" $(officers))" '4 --count lapse-count' "$engine: not as many as nobody sees any more"
	is "$(call clocks lapse --count 2 --list "$seen" $(officers))" '4 --list lapse-list' "$engine: nor others than were seen"
	is "$(call clocks lapse --count 1 --must --list "$seen" $(officers))" '4 --list lapse-list' "$engine: nor of those only who must"
	is "$(call clocks lapse --count 1 --list "$(word)" --must --key "$(key revocation-1)")" 5 "$engine: one officer's word waits"
	cp "$tmp/out" "$tmp/lapse-1.json"
	is "$(call clocks lapse --count 1 --list "$(word)" --must --key "$(key revocation-1)") $(state 37)" '5 dispatched' "$engine: the same one's is no second"
	lists=$(ls "$dir/ca/crl" | wc -l)
	do_ clocks lapse --count 1 --list "$(word)" --must --key "$(key revocation-2)"
	cp "$tmp/out" "$tmp/lapse-2.json"
	is "$(state 37) $("$flat" -v done <"$tmp/out") $(($(ls "$dir/ca/crl" | wc -l) - lists))" 'revoked 1 1' "$engine: the second's revokes, onto one list"
	run 2026-12-24
	is "$(acts 72)" '' "$engine: an extended clock waits"
	run 2026-12-25
	is "$(listed revocation)" '54 may-revoke;54 must-revoke' "$engine: what was sent on the 24th must be revoked from the 25th"
	at 2026-12-25 17:00
	do_ day open --key "$(key dispatch-1)"
	is "$(call day close --key "$(key dispatch-1)")" '4 - day-must' "$engine: no day closes while one must"
	do_ clocks extend 54 --clock K-22 --days 3 --reason 郵便の遅れ --key "$(key approval-1)"
	is "$(listed revocation) $(call day close --key "$(key dispatch-1)")" '54 may-revoke 0' "$engine: extended, it must not any more, and the day closes"
	run 2026-12-27
	is "$(acts 54)" '' "$engine: until the extension ends"
	run 2026-12-31
	is "$(listed revocation)" '54 may-revoke;54 must-revoke;72 may-revoke;72 must-revoke' "$engine: both extensions have ended"
	at 2026-12-31 10:00
	do_ clocks lapse --count 2 --list "$(word)" $(officers)
	is "$(listed revocation) $(state 54) $(state 72)" ' revoked revoked' "$engine: nothing is left"
}

forms() {
	run 2027-01-06
	is "$(acts "$late") $(state "$late")" ' printed' "$engine: on the last day of its year a form is not late"
	run 2027-01-07
	is "$(acts "$late") $(state "$late") $(listed accounting)" "2027-01-07 K-2 form-expired; 2027-01-07 K-5 refund-pay form_expired $late refund-pay" "$engine: on the day after it is, and its money goes back"
	at 2027-01-08 10:00
	printf 'ref,envelope,arrived,paper,issued,form,receipt_stamp,etax_notice,etax_form,shows_representative\nN1,E-N1,2027-01-06,D-01,2026-01-06,original,,,,\n' >"$tmp/new-papers.csv"
	do_ dossier arrive "$tmp/new-papers.csv"
	is "$(state "$late") $(listed accounting)" 'deficient ' "$engine: what had arrived in time and was typed later goes on"
	is "$(call payment refund "$late" --key "$(key accounting-1)")" '4 N refund-open' "$engine: and keeps its money"
}

# typed N DAY: a paper of N's that arrived on that day is typed now: exit, and why not.
typed() {
	ref=$(awk -F'\t' -v d="$1" '$2 == d { print $1 }' "$tmp/refs")
	{ head -1 "$samples/papers.csv"; echo "$ref,E2-$1,$2,D-02,2027-02-01,original,,,,"; } >"$tmp/typed.csv"
	say --now "$now" dossier arrive "$tmp/typed.csv" >"$tmp/out"; code=$?
	echo "$code $("$flat" -v 'rows[0].errors[0].code' <"$tmp/out")" | sed 's/ *-*$//'
}

screened_bad() {
	say dossier show "$1" | "$flat" -a checks check | awk '{ printf "%s{\"code\":\"%s\",\"result\":\"%s\",\"note\":\"x\"}", (NR > 1 ? "," : "{\"checks\":["), $1, (NR > 1 ? "ok" : "ng") } END { print "]}" }' >"$tmp/ng.json"
	do_ dossier screen "$1" --key "$(key screening-1)" --result "$tmp/ng.json"
}

later() { # 62, extended on its last day
	"$top/tests/state" keep later
	at 2027-02-28 10:00
	do_ clocks extend 62 --clock K-5 --days 10 --reason 大雪で郵便が止まった --key "$(key approval-1)"
	run 2027-03-10
	is "$(acts 62)" '' "$engine: of an extended refund nobody is reminded twice [R-4.76]"
	run 2027-03-11
	is "$(acts 62) $(state 62)" '2027-03-11 K-5 refund withdrawn' "$engine: it ends behind its new last day"
	"$top/tests/state" back later
}

backlog() { # 49 and 62 were closed in the night; what came on their last day is typed in the morning [R-4.25] [R-4.75] [R-4.78]
	"$top/tests/state" keep backlog
	at 2027-03-01 10:00
	is "$(typed 49 2027-03-01) $(state 49) $(listed accounting)" '0 refunded 49 refund-pay' "$engine: what came behind the last day opens nothing"
	"$top/tests/state" back backlog
	is "$(typed 62 2027-02-28) $(state 62)" '0 in_screening' "$engine: what came on it does, without money"
	is "$(typed 49 2027-02-28) $(state 49) $(listed accounting)" '0 in_screening ' "$engine: and with money, which stays"
	is "$(call payment refund 49 --key "$(key accounting-1)")" '4 N refund-open' "$engine: nobody pays it back"
	run 2027-03-01
	is "$(acts 49) $(listed approval)" '2027-03-01 K-5 refund-decide 49 refund-decide;62 refund-decide' "$engine: an approver decides what becomes of it"
	at 2027-03-01 15:00
	screened_bad 49
	run 2027-03-01
	is "$(acts 49) $(state 49) $(listed accounting)" '2027-03-01 K-5 refund; 2027-03-01 K-5 refund-pay refunded 49 refund-pay' "$engine: found wanting, it ends again, and its money goes back"
	is "$(say mail list --dossier 49 | "$flat" -a mails kind | grep -c '^refund$')" 2 "$engine: and is told so again"
	at 2027-03-01 16:00
	do_ clocks extend 62 --clock K-5 --days 10 --reason 書類の点検 --key "$(key approval-1)"
	is "$(listed approval)" '' "$engine: extended, the other waits"
	is "$(say audit verify | "$flat" -v broken)" - "$engine: the audit finds nothing"
	"$top/tests/state" back backlog
}

refunds() {
	run 2027-02-28
	is "$(acts 49 | tr ';' '\n' | grep -c refund-reminder) $(state 49)" '2 deficient' "$engine: three months from the first notice, to the day, a case is open"
	later
	at 2027-02-28 10:00
	is "$(call payment refund 49 --key "$(key accounting-1)")" '4 N refund-none' "$engine: nothing is owed yet"
	run 2027-03-01
	is "$(acts 49) $(state 49)" '2027-03-01 K-5 refund; 2027-03-01 K-5 refund-pay refunded' "$engine: on the next it ends, and its money goes back"
	is "$(acts 62) $(state 62)" '2027-03-01 K-5 refund withdrawn' "$engine: without money it only ends"
	is "$(listed accounting)" '49 refund-pay' "$engine: accounting sees one"
	backlog
	at 2027-03-02 10:00
	is "$(call payment refund 62 --key "$(key accounting-1)")" '4 N refund-none' "$engine: of nothing, nothing goes back"
	is "$(call payment refund 49 --key "$(key dispatch-1)")" '4 key act-wrong-role' "$engine: accounting pays it"
	is "$(call payment refund 49 --key "$(key accounting-1)")" '5 - second' "$engine: one person's word is kept"
	is "$(call payment refund 49 --key "$(key accounting-1)")" '5 - second' "$engine: the same one's is no second"
	is "$(listed accounting)" '49 refund-pay' "$engine: it waits"
	do_ payment refund 49 --key "$(key accounting-2)"
	is "$("$flat" -v yen <"$tmp/out") $("$flat" -v already <"$tmp/out")" '28875 false' "$engine: the second pays all that came"
	cp "$tmp/out" "$tmp/refund.json"
	do_ payment refund 49 --key "$(key accounting-2)"
	is "$("$flat" -v already <"$tmp/out") $(listed accounting)" 'true ' "$engine: once"
	is "$(typed 49 2027-02-28) $(state 49)" '4 refunded refunded' "$engine: then no paper is taken in any more, whenever it came"
	has "$("$akashi" -C "$dir" --now "$now" dossier arrive "$tmp/typed.csv" 2>&1)" '新しい申込書と書類でお申し込みいただく' "$engine: and reception is told what to say"
	"$akashi" -C "$dir" --now "$now" payment refund 49 --key "$(key accounting-2)" >"$tmp/out" 2>&1
	is "$(grep -c 'すでに登録しました（署名 2）' "$tmp/out")" 1 "$engine: and says on whose word it went, two"
	is "$(say audit verify | "$flat" -v broken)" - "$engine: the audit sees two hands"
	"$tamper" "$dir" 'UPDATE refund SET amount = amount + 1000' >/dev/null
	is "$(say audit verify | "$flat" -v broken.place)" 'refund 49' "$engine: of another sum it sees none"
	"$tamper" "$dir" 'UPDATE refund SET amount = amount - 1000' >/dev/null
}

faxes() { # 53: by FAX on 2026-12-03
	is "$(listed audit)" '' "$engine: on day 30 no paper is missing"
	run 2027-01-03
	is "$(acts 53) $(listed audit)" '2027-01-02 K-13 fax-reminder 30; 2027-01-03 K-13 paper-missing 53 paper-missing' "$engine: after it the audit sees it"
	at 2027-01-03 10:00
	do_ revocation paper "$fax" --date 2027-01-03 --key "$(key revocation-1)"
	cp "$tmp/out" "$tmp/paper.json"
	is "$(listed audit) $(state 53)" ' revoked' "$engine: the paper ends that; what is revoked stays revoked"
}

graces() { # 5: its representative changed on 2026-12-01
	is "$(listed audit)" '5 grace-long' "$engine: the audit sees a grace of more than sixty days"
	at 2027-02-01 10:00
	is "$(call grace registered "$mine" --date 2026-11-30 --key "$(key revocation-1)")" '4 --date report-day' "$engine: nothing is registered before it changed"
	do_ grace registered "$mine" --date 2027-02-01 --key "$(key revocation-1)"
	is "$(listed audit)" '' "$engine: registered, the grace's own clocks end"
	run 2027-02-08
	is "$(acts 5)" '' "$engine: five business days it may wait still"
	run 2027-02-09
	is "$(acts 5) $(listed revocation)" '2027-02-09 K-14 grace-over 5 grace-over' "$engine: then an officer decides"
	at 2027-02-09 10:00
	do_ grace close "$mine" --date 2027-02-09 --key "$(key revocation-1)"
	is "$(listed revocation)" '' "$engine: it was applied for"
	do_ grace open "$mine" --date 2027-02-09 --changed representative --key "$(key revocation-1)"
	at 2027-02-10 10:00
	do_ grace close "$mine" --date 2027-02-10 --other-change --key "$(key revocation-1)"
	run 2027-02-10
	is "$(acts 5) $(listed revocation)" '2027-02-10 K-14 grace-lost 5 grace-lost' "$engine: another change ends a grace at once"
	do_ grace close "$mine" --date 2027-02-10 --key "$(key revocation-1)"
}

stays() { # 42: stays until 2028-07-19, its certificate until 2028-12-19
	at 2027-03-02 11:00
	is "$(call stay 42 --until 2027-06-30 --key "$(key reception-1)")" '4 key act-wrong-role' "$engine: a screener takes a residence card"
	is "$(call stay 2 --until 2027-06-30 --special-period --key "$(key screening-1)")" '4 N stay-none' "$engine: no special period without a stay"
	do_ stay 42 --until 2027-06-30 --key "$(key screening-1)"
	cp "$tmp/out" "$tmp/stay.json"
	run 2027-06-30
	is "$(acts 42)" '2027-04-01 K-15 stay-reminder 90; 2027-05-31 K-15 stay-reminder 30; 2027-06-23 K-15 stay-reminder 7; 2027-06-30 K-15 stay-reminder 0' "$engine: four reminders before a stay ends"
	run 2027-07-01
	is "$(acts 42) $(listed revocation)" '2027-07-01 K-15 stay-over 42 stay-over' "$engine: on the day after an officer decides"
	at 2027-07-01 10:00
	is "$(call stay 42 --until 2027-09-01 --special-period --key "$(key screening-1)")" '4 --until stay-special' "$engine: a special period is two months"
	is "$(call stay 42 --until 2027-06-30 --special-period --key "$(key screening-1)")" '4 --until stay-special' "$engine: behind the stay"
	do_ stay 42 --until 2027-08-31 --special-period --key "$(key screening-1)"
	is "$(listed revocation)" '' "$engine: in it nobody is to decide"
	run 2027-09-01
	is "$(acts 42)" '2027-08-01 K-15 stay-reminder 30; 2027-08-24 K-15 stay-reminder 7; 2027-08-31 K-15 stay-reminder 0; 2027-09-01 K-15 stay-over' "$engine: its end is the stay's"
	at 2027-09-01 10:00
	do_ stay 42 --until 2028-12-19 --key "$(key screening-1)"
	run 2027-09-02
	is "$(acts 42) $(listed revocation)" ' ' "$engine: a new card that lasts as long as the certificate ends it"
}

ends() { # abolition on 2028-03-31; certificates until 2028-12-19 and 23
	run 2027-12-30
	is "$("$flat" act <"$tmp/run.json" | grep -c abolition)" 0 "$engine: nobody hears of the abolition too early"
	run 2027-12-31
	is "$(acts 2)" '2027-12-31 K-18 abolition-notice 90' "$engine: ninety whole days before it everybody does"
	at 2027-12-31 10:00
	is "$(call abolition proof 2 --date 2027-12-31 --key "$(key reception-1)")" '4 key act-wrong-role' "$engine: dispatch says what came"
	do_ abolition proof 2 --date 2027-12-31 --key "$(key dispatch-1)"
	cp "$tmp/out" "$tmp/proof.json"
	run 2028-01-01
	is "$(listed custodian | tr ';' '\n' | grep -v list-old | tr '\n' ';')" '5 abolition-unproven;12 abolition-unproven;39 abolition-unproven;42 abolition-unproven;' "$engine: of whom nothing says so blocks the date"
	at 2028-01-01 10:00
	is "$(call cert renewed "$(serial 2)" --by 5 --key "$(key screening-1)")" '4 --by renewed-by' "$engine: of another kind no certificate renews"
	is "$(call cert renewed "$(serial 39)" --by 2 --key "$(key screening-1)")" '4 --by renewed-by' "$engine: nor one that ends before"
	do_ cert renewed "$(serial 2)" --by 39 --key "$(key screening-1)"
	cp "$tmp/out" "$tmp/renewed.json"
	run 2028-12-23
	is "$(acts 2) $(state 2)" '2028-12-20 K-16 expired expired' "$engine: what was renewed gets no notice, and ends"
	is "$(acts 42) $(state 42)" "$(for d in 2028-09-20:90 2028-10-20:60 2028-11-14:35 2028-11-19:30 2028-12-05:14 2028-12-12:7 2028-12-18:1 2028-12-19:0; do
		printf '%s K-16 expiry-notice %s; ' "${d%:*}" "${d#*:}"; done)2028-12-20 K-16 expired expired" "$engine: the others are told eight times, and end"
}

kept() {
	at 2028-12-24 10:00
	is "$(call hold add 37 --review 2029-06-30 --reason 訴訟 --key "$(key dispatch-1)")" '4 key act-wrong-role' "$engine: the audit holds"
	is "$(call hold add 37 --review 2028-12-24 --reason 訴訟 --key "$(key audit-1)")" '4 --review report-day' "$engine: to be looked at on a day to come"
	is "$(call hold end 37 --key "$(key audit-1)")" '4 N hold-none' "$engine: nothing is held yet"
	is "$(call hold add 37 --review 2029-06-30 --reason '' --key "$(key audit-1)")" '4 --reason report-reason' "$engine: for a reason"
	do_ hold add 37 --review 2029-06-30 --reason 訴訟 --key "$(key audit-1)"
	cp "$tmp/out" "$tmp/hold.json"
	run 2037-03-01
	is "$(acts 49)$(acts 62)" '' "$engine: ten years after a decision, to the day, a case is kept"
	run 2037-03-02
	is "$(acts 49) $(acts 62)" '2037-03-02 K-19 destroy 2037-03-02 K-19 destroy' "$engine: on the next it is proposed for destruction"
	run 2038-12-19
	is "$(acts 2)$(acts 37)$(acts 53)" '' "$engine: so is a case ten years after its certificate's end"
	run 2038-12-20
	is "$(acts 2) $(acts 53) $(acts 37)" '2038-12-20 K-19 destroy 2038-12-20 K-19 destroy ' "$engine: on the next it is proposed, revoked early or not, but not what is held"
	do_ hold end 37 --key "$(key audit-1)"
	run 2038-12-21
	is "$(acts 37)" '2038-12-20 K-19 destroy' "$engine: released, it is by the next run"
}

# What must hold after each fall: the rest of the year is done, each act once.
cat >"$tmp/check" <<'S'
#!/bin/sh
no() { echo "point $POINT: $1"; exit 1; }
"$akashi" -C "$dir" --json clocks run --day 2026-12-09 >"$tmp/got" 2>&1 || no "the run does not go on: $(cat "$tmp/got")"
"$events" "$dir" | grep '^clock ' | sort >"$tmp/acted"
cmp -s "$tmp/acted" "$tmp/year" || no "other acts: $(diff "$tmp/acted" "$tmp/year" | head -5)"
"$akashi" -C "$dir" audit verify >"$tmp/audit" 2>&1 || no "the audit: $(cat "$tmp/audit")"
S
chmod +x "$tmp/check"
db=f_clocks_$$; events=$top/build/tests/events
export dir engine db host akashi tmp events

year() {
	"$top/tests/state" keep begun
	run 2027-11-24
	cp "$tmp/run.json" "$tmp/year.json"
	acts=$("$flat" -v acts <"$tmp/run.json")
	is "$("$flat" day <"$tmp/run.json" | sort -c && echo sorted) $((acts > 100))" 'sorted 1' "$engine: a year in one command, $acts acts, by day"
	is "$("$flat" clause error <"$tmp/run.json" | grep -vc "^R-[0-9.]*${tab}-$")" 0 "$engine: each with its clause"
	is "$("$flat" day clock act figure dossier key <"$tmp/run.json" | sort | uniq -d | wc -l)" 0 "$engine: none twice"
	run 2027-11-24
	is "$("$flat" -v acts <"$tmp/run.json")" 0 "$engine: again: nothing"
	is "$(say audit verify | "$flat" -v broken)" - "$engine: the audit finds nothing"
	"$top/tests/state" back begun
	run 2026-12-09
	"$events" "$dir" | grep '^clock ' | sort >"$tmp/year"
	every=97
	[ -z "$LONG" ] || every=7
	fallen 'a run that is gone on with' 100 "'$top/tests/state' back begun" "'$tmp/check'" "'$akashi' -C '$dir' clocks run --day 2026-12-09 >/dev/null 2>&1" -s $every
	"$top/tests/state" back begun
}

# The courier runs them as it begins to stand.
courier() {
	at 2026-12-05 09:00
	do_ cert list
	"$top/build/akashi-courier" --dir "$dir" 3>"$tmp/ready" 2>"$tmp/said" &
	stands=$!
	until_true 300 '[ "$("$events" "$dir" | grep -c "^clock .* clock=K-11 ")" = 3 ]'
	kill -TERM $stands; wait $stands
	is "$? $("$events" "$dir" | grep -c '^clock .* clock=K-11 ')" '0 3' "$engine: akashi-courier runs them as it begins: three are chased"
	run 2026-12-05
	is "$("$flat" -v acts <"$tmp/run.json")" 0 "$engine: and leaves nothing to do"
	"$top/tests/state" back begun
	at 2026-12-05 09:00
	do_ cert list
	"$tamper" "$dir" "UPDATE due SET day = '2026-11-30x' WHERE clock = 'K-9' AND acted_at = 0" >/dev/null
	rm -rf "$dir"/outbox/*
	"$top/build/akashi-courier" --dir "$dir" 3>"$tmp/ready" 2>"$tmp/said" &
	stands=$!
	until_true 300 '[ -s "$tmp/said" ]'
	kill -TERM $stands; wait $stands
	is "$? $(grep -c '期限の日付が壊れています' "$tmp/said") $(($(ls "$dir/outbox" | wc -l) > 0))" '0 1 1' "$engine: a clock that fails is told of, and holds up no mail"
	"$top/tests/state" back begun
	mv "$dir/ca/crl" "$tmp/crl"; : >"$dir/ca/crl"
	say --now "$now" clocks run --day 2026-12-05 >"$tmp/out"
	is "$? $("$flat" -v v <"$tmp/out") $("$flat" act error.code <"$tmp/out" | grep "^list$tab" | tail -1 | tr "$tab" ' ')" '75 1 list store' "$engine: a list that cannot be put is told where it was owed, once"
	"$top/tests/state" back begun; rm -rf "$tmp/crl"
	"$tamper" "$dir" "UPDATE dossier SET policy = ref_digest WHERE id = (SELECT min(dossier) FROM due WHERE clock = 'K-11' AND acted_at = 0)" >/dev/null
	is "$(call clocks run --day 2026-12-05) $("$flat" act error.code <"$tmp/out" | grep '^chase' | sort | tr "$tab\n" ' ;')" '7 chase -;chase -;chase broken;' \
		"$engine: one whose rules are not those of the books holds up no other, and the exit says so"
	"$top/tests/state" back begun
}

for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begin
	first_days
	deficient
	year
	courier
	chase
	lapse
	faxes
	forms
	run 2027-01-31
	graces
	refunds
	stays
	ends
	kept
done
is "$(call clocks run --day soon)" '2 --day usage' "a day is a day"
is "$(call clocks list --role king)" '2 --role usage' "a role is a role"
documented 'clocks run' "$tmp"/run-*.json
documented 'clocks lapse' "$tmp"/lapse-*.json
documented 'payment refund' "$tmp/refund.json"
documented 'clocks done' "$tmp/done.json" "$tmp/extend.json" "$tmp/paper.json" "$tmp/stay.json" "$tmp/proof.json" "$tmp/renewed.json" "$tmp/hold.json"
done_testing
