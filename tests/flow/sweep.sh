#!/bin/sh
# akashi sweep: every difference between the two books, each made, named, resolved or listed, and not told twice; on both
# engines. [R-4.90] [R-10.13] [R-10.15]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
tab=$(printf '\t')
sql() { "$tamper" "$dir" "$@" >/dev/null || fail "tamper: $*"; }
# swept: exit of a sweep, then what it found, in one line.
swept() {
	say sweep >"$tmp/out"
	echo "$? $("$flat" difference done <"$tmp/out" | tr "$tab" ' ' | sort | tr '\n' ' ')" | sed 's/ $//'
	cp "$tmp/out" "$tmp/told-$(ls "$tmp" | grep -c '^told-').json"
}
resolved() { # NAME WANT: told once
	is "$(swept)" "$2" "$1"
	is "$(swept)" 0 "$1: and not told again"
}
serial() { say cert list | "$flat" dossier serial | awk -F'\t' -v d="$1" '$1 == d { print $2 }'; }
entries() { openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -ic "serial number: $1"; }
issue() { say issue "$@" >"$tmp/issue.json" || fail "issued $*" "$(cat "$tmp/issue.json")"; }
# forget N: the store as it was before N was issued, its wrapped keys with it.
forget() {
	sql "DELETE FROM cert WHERE dossier = $1" "DELETE FROM letter WHERE dossier = $1" \
		"UPDATE dossier SET state = 'approved', issued_at = 0 WHERE id = $1" \
		"UPDATE warrant SET ended = '' WHERE dossier = $1 AND kind = 'certificate'"
	cp "$tmp/keys/"* "$dir/keys/"
}
keep_keys() { rm -rf "$tmp/keys"; mkdir "$tmp/keys"; cp "$dir/keys/keys.db"* "$tmp/keys/"; }

# met: the first that writes a difference as resolved meets another who writes, and its transaction runs again. unmet: no more.
met() {
	sql "CREATE SEQUENCE met" "CREATE FUNCTION meet() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN IF nextval('met') = 1 THEN
		RAISE EXCEPTION 'met' USING ERRCODE = 'serialization_failure'; END IF; RETURN NULL; END \$\$" \
		"CREATE CONSTRAINT TRIGGER meet AFTER UPDATE ON difference DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
		WHEN (OLD.done_at = 0 AND NEW.done_at <> 0) EXECUTE FUNCTION meet()"
}
unmet() {
	sql "DROP TRIGGER meet ON difference" "DROP FUNCTION meet()"
	is "$("$tamper" "$dir" "UPDATE difference SET name = name WHERE nextval('met') > 1")" "$("$tamper" "$dir" "UPDATE difference SET name = name")" "postgresql: it was met"
	sql "DROP SEQUENCE met"
}

unfinished() {
	keep_keys
	issue 2
	was=$(serial 2)
	forget 2
	"$tamper" "$dir" --cut 2 >/dev/null # DONE and BOOKED
	sqlite3 "$dir/keys/keys.db" 'ALTER TABLE wrapped RENAME COLUMN bytes TO unread'
	say sweep >"$tmp/out"; is "$(why $?)" '75 store' "$1: no order is unknown because its key cannot be read now"
	sqlite3 "$dir/keys/keys.db" 'ALTER TABLE wrapped RENAME COLUMN unread TO bytes'
	resolved "$1: an INTENT whose order waits is asked again" '0 intent-unfinished true'
	is "$(serial 2)" "$was" "$1: and comes back with its number"
	forget 2
	[ "$1" = sqlite ] || met
	is "$(swept)" '0 intent-unfinished true' "$1: so is one that was booked, of a store of before"
	is "$("$tamper" "$dir" "UPDATE difference SET name = name WHERE done_at = 0")" 0 "$1: and stands as resolved, also where it had to be written again"
	[ "$1" = sqlite ] || unmet
	is "$(swept)" 0 "$1: and is not told again"
	is "$(serial 2)" "$was" "$1: with the same number again"
	"$tamper" "$dir" --cut 1 >/dev/null
	resolved "$1: a certificate that is not BOOKED is booked" '0 done-unbooked true'
	cp "$tmp/keys/"* "$dir/keys/"
	resolved "$1: keys of a warrant that has ended go" '0 warrant-key-left true warrant-key-left true'
}

unknown() {
	issue 5
	lost=$(serial 5)
	sql "DELETE FROM cert WHERE dossier = 5" "DELETE FROM warrant WHERE dossier = 5" "DELETE FROM key_set WHERE dossier = 5" \
		"UPDATE dossier SET state = 'approved', issued_at = 0 WHERE id = 5"
	is "$(swept)" '1 order-unknown false' "$1: what the journal alone knows is listed"
	is "$("$flat" dossier serial <"$tmp/out")" "5$tab$lost" "$1: with dossier and number"
	is "$(swept)" '1 order-unknown false' "$1: until it is resolved"
	sql "UPDATE dossier SET state = 'issued', edition = 2 WHERE id = 5" # as it was screened and issued anew
	say revoke "$lost" --ground 11-1 --key "$(key revocation-1)" --second "$(key revocation-2)" >"$tmp/out"
	is "$? $(entries "$lost")" '0 1' "$1: two officers revoke it by its number"
	is "$(say dossier show 5 | "$flat" -v state)" issued "$1: and its dossier, which has a newer one since, is not told revoked"
	sql "UPDATE dossier SET state = 'approved', edition = 1 WHERE id = 5"
	is "$(swept)" 0 "$1: then the books agree"
}

ended() {
	keep_keys
	issue 12
	stuck=$(serial 12)
	forget 12
	"$tamper" "$dir" --cut 2 >/dev/null
	sql "UPDATE warrant SET ended = 'void' WHERE dossier = 12 AND kind = 'certificate'"
	is "$(swept)" '1 order-ended false warrant-key-left true warrant-key-left true' "$1: one whose edition has ended waits for the list"
	is "$(entries "$stuck")" 0 "$1: which it is not on"
	resolved_at "$1: after a day it is" '0 order-ended true'
	is "$(entries "$stuck")" 1 "$1: by its number"
}
resolved_at() { # the day after
	say --now 2026-11-21T21:00:00+09:00 sweep >"$tmp/out"
	is "$? $("$flat" difference done <"$tmp/out" | tr "$tab" ' ')" "$2" "$1"
	is "$(swept)" 0 "$1: and not told again"
}

revocations() {
	issue 53 54
	mine=$(serial 53)
	say revoke "$mine" --ground 10-1-2 --key "$(key revocation-1)" --second "$(key revocation-2)" >"$tmp/out" || fail "$1: revoked"
	sql "UPDATE cert SET revoked_at = 0, ground = '', reason = 0 WHERE dossier = 53"
	resolved "$1: a revocation the store forgot is delivered again" '0 revocation-behind true'
	is "$(say cert list | "$flat" dossier state ground | grep ^53)" "53${tab}revoked${tab}10-1-2" "$1: and stands there again"
	sql "UPDATE cert SET revoked_at = 0, ground = '', reason = 0 WHERE dossier = 53" "UPDATE warrant SET ended = '' WHERE serial = '$mine'" \
		"DELETE FROM proof WHERE seat = '2' AND digest = (SELECT digest FROM warrant WHERE serial = '$mine')"
	resolved "$1: with one of its two signatures, as of a store of between them, the journal's line is copied" '0 revocation-behind true'
	is "$(say cert list | "$flat" dossier state ground | grep ^53)" "53${tab}revoked${tab}10-1-2" "$1: and stands there again"
	sql "UPDATE cert SET revoked_at = 0, ground = '', reason = 0 WHERE dossier = 53" \
		"DELETE FROM warrant WHERE serial = '$mine'"
	resolved "$1: without its warrant the journal's line is copied" '0 revocation-behind true'
	is "$(say cert list | "$flat" dossier state ground | grep ^53)" "53${tab}revoked${tab}10-1-2" "$1: and stands there again"
	say revoke "$(serial 54)" --ground 10-1-3 --key "$(key revocation-1)" >"$tmp/out"
	flock "$dir/ca/journal/lock" "$akashi" -C "$dir" --json revoke "$(serial 54)" --ground 10-1-3 --key "$(key revocation-2)" >"$tmp/out" 2>&1
	is $? 75 "$1: the second officer signs while nobody can carry it"
	sql "UPDATE task SET state = 'refused', exit = 9 WHERE kind = 'revoke' AND state <> 'done'"
	resolved "$1: what was signed and never carried is delivered" '0 warrant-undelivered true'
	is "$(entries "$(serial 54)")" 1 "$1: and is on the list"
}

forged() {
	issue 37
	sql "UPDATE cert SET revoked_at = 1795000000, ground = '10-1-2' WHERE dossier = 37"
	is "$(swept)" '7 revocation-not-in-journal false' "$1: a revocation only the store knows is an incident"
	say issue 72 >"$tmp/out"
	is "$? $("$flat" dossier result code <"$tmp/out" | tr "$tab" ' ')" '7 72 refused sweep-incident' "$1: issuing has stopped"
	sql "UPDATE cert SET revoked_at = 0, ground = '' WHERE dossier = 37"
	is "$(swept)" 0 "$1: until it is no more"
	sql "INSERT INTO cert SELECT 'ffffffffffffffffffffffffffffffffffffffff', dossier, 7, product, vend_rule, not_before, not_after, digest,
		for_dossier, for_package, acquired_at, revoked_at, ground, reason, receipt FROM cert WHERE dossier = 37"
	is "$(swept)" '7 certificate-without-line false' "$1: so is a certificate the journal does not know"
	sql "DELETE FROM cert WHERE edition = 7"
	sql "UPDATE journal_line SET at = at + 1 WHERE seq = 3"
	is "$(swept)" '7 copies-broken false' "$1: and a copy of the journal that is not its line"
	sql "UPDATE journal_line SET at = at - 1 WHERE seq = 3"
	is "$(swept)" 0 "$1: set right, nothing is left"
	issue 72
}

beside() {
	last=$(ls "$dir/ca/crl" | sort -n | tail -1)
	sql "DELETE FROM revocation_list WHERE number = ${last%.crl}"
	resolved "$1: a list that was signed and not published: the next is" '0 list-unpublished true'
	is "$(ls "$dir/ca/crl" | sort -n | tail -1)" "$((${last%.crl} + 1)).crl" "$1: with the next number"
	cp "$dir/ca/crl/1.crl" "$dir/repository/ca.crl"
	resolved "$1: an old list in the last one's place goes" '0 list-file true'
	is "$(cmp "$dir/repository/ca.crl" "$dir/ca/crl/$((${last%.crl} + 1)).crl")" '' "$1: the last one stands there again"
	rm "$dir/ca/crl/$((${last%.crl} + 1)).crl" "$dir/repository/ca.crl"
	resolved "$1: where it is nowhere the next is made" '0 list-file true'
	echo half >"$dir/repository/ca.crl.new.999999"
	perl -e '$| = 1; my $of = fork; exit 0 if !$of; print "$of\n"; sleep 60' >"$tmp/ended" & parent=$! # which never asks how that one ended
	until_true 50 '[ -s "$tmp/ended" ] && [ "$(ps -o stat= -p "$(cat "$tmp/ended")" | cut -c1)" = Z ]' || fail 'one that ended unasked'
	echo half >"$dir/ca/crl/9.crl.new.$(cat "$tmp/ended")"
	echo half >"$dir/policy/$(printf '\343\201\202%.0s' $(seq 20)).new.999999"
	resolved "$1: half-written files of nobody go, whatever they are called" '0 stray-file true stray-file true stray-file true'
	is "$(find "$dir" -name '*.new.*' | wc -l)" 0 "$1: all of them"; kill $parent
	echo half >"$dir/repository/ca.crl.new.$$"
	is "$(swept)" 0 "$1: those of somebody who writes stay"
	rm "$dir/repository/ca.crl.new.$$"
	sql "UPDATE task SET state = 'taken', until = 9999999999 WHERE id = (SELECT MAX(id) FROM task WHERE kind = 'list')"
	resolved "$1: a task somebody had taken is carried on" '0 task-left true'
	sql "UPDATE print_day SET closed_at = opened_at"
	is "$(ls "$dir"/rehearsal/print-*.day | wc -l)" 2 "$1: a print day closed, its keys left"
	resolved "$1: they are wiped" '0 print-key-left true print-key-left true'
	is "$(ls "$dir"/rehearsal/print-*.day 2>/dev/null | wc -l)" 0 "$1: and gone"
}

for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine sweep && taken_in "$dir" && approved "$dir" 2 5 12 53 54 37 72 && paid "$dir" 2 5 12 53 54 37 72 &&
		"$akashi" -C "$dir" day open --key "$(key dispatch-1)" >/dev/null || fail "$engine: a service with orders"
	is "$(swept)" 0 "$engine: nothing to tell"
	say audit verify >"$tmp/audit.json"
	is "$? $("$flat" -v broken <"$tmp/audit.json")" '0 -' "$engine: nothing is broken"
	unfinished $engine
	unknown $engine
	revocations $engine
	forged $engine
	ended $engine
	beside $engine
	say audit verify >"$tmp/out"
	is "$? $("$flat" -v broken.message <"$tmp/out")" '7 この行は、操作が最後に書いたものではありません。' "$engine: what was put right by hand the audit still tells"
done
documented 'audit verify' "$tmp/audit.json" "$tmp/out"
documented sweep "$tmp"/told-*.json
done_testing
