#!/bin/sh
# Backup, restore, standby, epoch: a copy shows the same log; a store older than the last issuance names every newer certificate,
# two officers revoke them, an epoch lets it go on; a shortened journal never takes over; on both engines. Backups made at random
# moments of a life of acts, the oldest and others, are restored beside its journal: nothing is unknown, nothing destroyed opens. LONG=1: more than 100
# certificates and 100 of those backups; else 4. [goals G14] [X-7] [R-4.90] [R-10.13] [design 2] [design 4] [storage 4]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
. "$top/tests/orders.sh"
tab=$(printf '\t')
outside="--checkpoint $tmp/outside/checkpoint.der --crl $tmp/outside/ca.crl"
number() { openssl crl -inform DER -in "$1" -noout -crlnumber | sed 's/.*0x//'; }
# Those whose deposit is theirs alone.
payable() { say payment match | "$flat" -a lines line 'candidates[].dossier' 'candidates[].reason' | awk -F'\t' '$3 == "exact" { print $2 }' | sort -n | uniq -u; }
published() { mkdir -p "$tmp/outside"; cp "$dir/repository/ca.crl" "$dir/repository/checkpoint.der" "$tmp/outside/"; }
# restored ARGUMENTS: into $tmp/restored, on the same engine, from $from or the newest.
restored() {
	rm -rf "$tmp/restored"
	times=$((times + 1))
	[ "$engine" = sqlite ] || set -- "$@" --store "$(store_of postgresql "restored$times")"
	"$akashi" --json restore --from "${from:-$tmp/copies}" "$@" --to "$tmp/restored" >"$tmp/out" 2>"$tmp/err"
}

copied() {
	say backup --out "$tmp/copies" >"$tmp/out"
	is "$? $(of number) $(of keys)" '0 1 false' "$1: a backup"
	cp "$tmp/out" "$tmp/told-backup-1.json"
	say backup --out "$tmp/copies" >"$tmp/out"
	is "$? $(of number) $(of copied)" '0 2 1' "$1: again: nothing is copied but the list of what was destroyed"
	flock -n "$dir/run/backup.lock" "$akashi" -C "$dir" --json backup --out "$tmp/copies" >"$tmp/out" 2>"$tmp/err"
	is "$(why $?)" '75 later' "$1: one at a time"
	is "$("$top/build/tests/events" "$dir" | grep -c ^backup-begun)" 1 "$1: an event for the one that copied something"
	say backup --keys --out "$tmp/keys" >"$tmp/out"
	is "$? $(of number) $(of files)" '0 1 4' "$1: a copy of the keys"
	cp "$tmp/out" "$tmp/told-backup-2.json"
	is "$(find "$tmp/copies/2" -name '*.db' -o -name 'index' -o -name 'contact' | sed "s|$tmp/copies/2/||")" 'store.db' "$1: no key in the backup"
	sed -n '/^file/p' "$tmp/copies/2/MANIFEST" | awk '{ print $2 "  " $5 }' >"$tmp/sums"
	is "$(cd "$tmp/copies/2" && sha256sum -c --quiet "$tmp/sums" 2>&1)" '' "$1: sha256sum agrees with the manifest"
	restored --keys "$tmp/keys"
	is "$? $(of same_head) $(of newer)" '0 true 0' "$1: restored, it shows the same log"
	cp "$tmp/out" "$tmp/told-restore.json"
	"$akashi" -C "$tmp/restored" --json audit verify >"$tmp/audit"
	is "$? $("$flat" -v ok <"$tmp/audit") $("$flat" -v root <"$tmp/audit")" "0 true $(of root)" "$1: the audit finds nothing, and the same root"
	rm -rf "$tmp/keys-2" "$tmp/copies-2"
	say backup --keys --out "$tmp/keys-2" >"$tmp/out" && say backup --out "$tmp/copies-2" >"$tmp/out" || fail "$1: copied elsewhere"
	from=$tmp/copies-2; restored --keys "$tmp/keys"; from=
	is "$? $(of keys) $(of keys_newest)" '0 1 2' "$1: restored with an older copy of the keys than there was, it says so"
	destroyed $1
	restored --keys "$tmp/keys" --now 2026-12-26T09:00:00+09:00
	is "$(why $?)" '4 restore-keys-old' "$1: a copy of the keys is good for 35 days"
	rm -rf "$tmp/other"
	"$akashi" init --rehearsal "$tmp/other" >/dev/null && "$akashi" -C "$tmp/other" backup --keys --out "$tmp/other/copies" >/dev/null || fail "$1: another service"
	restored --keys "$tmp/other/copies"
	is "$(why $?)" '4 restore-other' "$1: another service's are refused"
	restored --keys "$tmp/keys" --journal "$tmp/other/ca/journal"
	is "$(why $?)" '7 restore-journal' "$1: a newer journal goes on from the backup's"
	is "$(ls -d "$tmp"/restored* 2>/dev/null)" '' "$1: and nothing is left of the tries"
	mkdir "$tmp/restored"; "$akashi" --json restore --from "$tmp/copies" --to "$tmp/restored" >"$tmp/out" 2>"$tmp/err"
	is "$(why $?)" '4 restore-there' "$1: a folder that is there is not overwritten"
	cp -r "$tmp/copies/2" "$tmp/bad"; echo more >>"$tmp/bad/ca/charter.der"
	"$akashi" --json restore --from "$tmp/bad" --to "$tmp/none" >"$tmp/out" 2>"$tmp/err"
	is "$(why $?)" '7 manifest-file' "$1: a changed file is found"
	cp "$tmp/copies/2/MANIFEST" "$tmp/bad/"; sed -i 's/^line .*/line 3/' "$tmp/bad/MANIFEST"
	"$akashi" --json restore --from "$tmp/bad" --to "$tmp/none" >"$tmp/out" 2>"$tmp/err"
	is "$(why $?)" '7 manifest-broken' "$1: so is a changed manifest"
	rm -rf "$tmp/bad" "$tmp/restored"
}

shown() { "$akashi" -C "$tmp/restored" --json dossier show "$gone" >"$tmp/out" 2>"$tmp/err"; why $?; }
# A record destroyed after the backup and after the copy of the keys.
destroyed() {
	for gone in $(seq 20); do echo " $(echo $paying) " | grep -q " $gone " || break; done
	is "$(shown)" '0 -' "$1: a restored record opens"
	"$tamper" "$dir" --destroy "$gone" || fail "$1: destroyed"
	for late in $(seq 21 70); do
		! echo " $(echo $paying) " | grep -q " $late " && say dossier screen "$late" --key "$(key screening-1)" --ok >/dev/null && break
	done || fail "$1: a warrant whose keys are in no copy of the keys"
	say backup --out "$tmp/copies" >"$tmp/out" || fail "$1: a backup that knows it"
	for from in "$tmp/copies/3" "$tmp/copies/2"; do
		restored --keys "$tmp/keys"
		is "$? $(of destroyed) $(shown)" '0 1 3 missing' "$1: destroyed since, it opens from none: ${from##*/}"
	done
	from=
}

# What failed is wrong; then the backups go on until there are as many as at that act.
acted() {
	say "$@" >"$tmp/out" || { echo "$*"; cat "$tmp/out" "$tmp/err"; } >>"$tmp/wrong"
	act=$((act + 1))
	until_true 3000 '[ $(ls "$tmp/points" 2>/dev/null | grep -c "^[0-9]*$") -ge $((each * act / (singly * 3))) ]' || echo "no backup after $*" >>"$tmp/wrong"
}

# Acts one after another, all left orders at once at the end, and beside them backups at random moments.
lived() {
	rm -rf "$tmp/points" "$tmp/rest" "$tmp/wrong"; ended=$gone act=0
	(while [ -d "$tmp" ] && [ ! -e "$tmp/rest" ]; do sleep "0.$(shuf -n 1 -i 100-499)"; "$akashi" -C "$dir" backup --out "$tmp/points" >/dev/null; done) 2>>"$tmp/wrong" & backing=$!
	for who in $(say dossier list | "$flat" dossier product | sed -n "s/${tab}DL-.*//p" | grep -xF "$paying" | head -n $singly); do # no medium to be made
		acted issue "$who"; acted crl publish; acted mail send
		gone=$((gone + 1)); while echo " $(echo $paying) " | grep -q " $gone "; do gone=$((gone + 1)); done
		"$tamper" "$dir" --destroy "$gone" && ended="$ended $gone" || echo "destroy $gone" >>"$tmp/wrong"
	done 2>>"$tmp/wrong"
	say issue --all >"$tmp/out"; code=$?
	touch "$tmp/rest"; wait $backing
	say backup --out "$tmp/points" >/dev/null 2>>"$tmp/wrong"
	return $code
}

# Each restored as if the disk went when that life had ended: of what it has and what the sweep names none is missing, none is too many.
points() {
	is "$(cat "$tmp/wrong")" '' "$1: a life of acts with $(ls "$tmp/points" | wc -l) backups beside it"
	for from in $(ls -d "$tmp/points"/* | sort -V | { read -r oldest; echo "$oldest"; shuf -n $((each - 1)); }); do
		at="backup ${from##*/}, to line $(sed -n 's/^line \([0-9]*\).*/\1/p' "$from/MANIFEST")"
		restored --keys "$tmp/keys" --journal "$dir/ca/journal"
		is "$? $(of same_head)" '0 true' "$1: $at"
		copy=$tmp/restored
		"$akashi" -C "$copy" --json cert list | "$flat" serial | sort >"$tmp/has"
		began=$(date +%s)
		"$akashi" -C "$copy" --json sweep 2>"$tmp/err" | "$flat" difference serial | sed -n "s/^order-unknown$tab//p" | sort >"$tmp/named"
		is "$(sort "$tmp/has" "$tmp/named" | diff - "$tmp/ever" | wc -l)" 0 "$1: $(wc -l <"$tmp/has") it has, $(wc -l <"$tmp/named") it names: no serial is unknown"
		"$akashi" -C "$copy" --json sweep revoke --count "$(wc -l <"$tmp/named")" --ground 11-4 --key "$(key revocation-1)" >"$tmp/out" 2>"$tmp/err"; code=$? took=$(($(date +%s) - began))
		[ $took -lt 60 ] && pass "$1: swept and proposed within a minute" || fail "$1: swept and proposed within a minute" "$took s"
		is "$(why $code)" "$([ -s "$tmp/named" ] && echo 5 second || echo 0 -)" "$1: all of them are proposed: one officer's signature is kept for each"
		is "$(for gone in $ended; do shown; done | sort | uniq -c | tr -s ' ')" " $(echo $ended | wc -w) 3 missing" "$1: nothing that was destroyed opens"
		names=$((names + $(wc -l <"$tmp/named"))) tries=$((tries + 1))
	done
	from=
}

# The primary's disk is gone; its journal lives with the signer.
older() {
	for custodian in custodian-1 custodian-2; do say charter sign --key "$(key $custodian)" >"$tmp/out"; done
	is "$? $(of in_force)" '0 true' "$1: after the backup a charter comes into force"
	lived
	is "$? $("$flat" code <"$tmp/out" | sort -u | tr '\n' ' ')" '4 - media-not-made ' "$1: all that need no medium are issued"
	say cert list | "$flat" dossier serial | sort >"$tmp/issued"
	sed "s/.*$tab//" "$tmp/issued" | sort >"$tmp/ever"
	say crl publish >/dev/null
	published
	many=$(wc -l <"$tmp/issued")
	points $1
	restored --keys "$tmp/keys" --journal "$dir/ca/journal"
	is "$? $(of same_head) $(of newer)" "0 true $many" "$1: restored with the newer journal: $many orders it does not know"
	is "$(of charter) $(of charter_newer)" '2 true' "$1: and the newer charter"
	lost=$dir dir=$tmp/restored began=$(date +%s)
	say sweep >"$tmp/out"
	is "$? $("$flat" difference dossier serial <"$tmp/out" | sed -n "s/^order-unknown$tab//p" | sort | diff - "$tmp/issued" | wc -l)" '1 0' \
		"$1: sweep names each of the $many, and no other"
	[ $(($(date +%s) - began)) -lt 60 ] && pass "$1: within a minute" || fail "$1: within a minute"
	named=$((named + many))
	say crl publish >"$tmp/out"
	is "$(why $?)" '75 standby-waits' "$1: until its epoch it publishes nothing"
	say revoke "$(sed "s/.*$tab//;q" "$tmp/issued")" --ground 11-4 --key "$(key revocation-1)" --second "$(key revocation-2)" >"$tmp/out"
	is "$(why $?)" '75 standby-waits' "$1: and revokes nothing"
	sed 1d "$tmp/issued" >"$tmp/left"
	say epoch draft $outside >"$tmp/out"
	is "$? $(of epoch) $(($(of from.size) > $(of to.size)))" '0 1 1' "$1: the epoch names the shorter log"
	cp "$tmp/out" "$tmp/told-draft.json"
	say epoch sign --key "$(key custodian-1)" >"$tmp/out"; is "$? $(of in_force)" '5 false' "$1: one custodian is not enough"
	say epoch sign --key "$(key custodian-2)" >"$tmp/out"; is "$? $(of in_force)" '0 true' "$1: two are"
	cp "$tmp/out" "$tmp/told-sign.json"
	is "$(number "$dir/repository/ca.crl")" 0100000001 "$1: the next list has the epoch's number"
	for custodian in custodian-1 custodian-2; do say charter sign --key "$(key $custodian)" >"$tmp/out"; done
	is "$? $(of charter) $(of in_force)" '0 2 true' "$1: the newer charter is signed again, the same"
	say sweep >"$tmp/out"
	is "$("$flat" difference dossier serial <"$tmp/out" | sed -n "s/^order-unknown$tab//p" | sort | diff - "$tmp/left" | wc -l)" 0 \
		"$1: what two had signed for meanwhile is revoked, the others are still proposed"
	say sweep revoke --count $many --ground 11-4 --key "$(key revocation-1)" >"$tmp/out"
	is "$(why $?)" '4 sweep-count' "$1: another count than the sweep's is refused"
	say sweep revoke --count $((many - 1)) --ground 11-4 --key "$(key revocation-1)" >"$tmp/out"
	is $? 5 "$1: one officer is kept"
	lists=$(number "$dir/repository/ca.crl")
	say sweep revoke --count $((many - 1)) --ground 11-4 --key "$(key revocation-1)" --second "$(key revocation-2)" >"$tmp/out"
	is "$? $(of revoked)" "0 $((many - 1))" "$1: two revoke all of them"
	is $((0x$(number "$dir/repository/ca.crl") - 0x$lists)) 1 "$1: onto one list"
	cp "$tmp/out" "$tmp/told-revoke.json"
	is "$(openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -c 'Serial Number:')" "$many" "$1: all are on the list"
	say sweep >"$tmp/out"
	is "$("$flat" difference <"$tmp/out" | grep -vc warrant-key-left)" 0 "$1: then the books agree"
	say audit verify >"$tmp/out"
	is "$? $(of ok)" '0 true' "$1: and the audit finds nothing" || cat "$tmp/out"
	first=$(sed "s/$tab.*//;q" "$tmp/issued")
	say dossier screen "$first" --key "$(key screening-1)" --ok >"$tmp/out" && say approve "$first" --key "$(key approval-2)" --yes >"$tmp/out"
	is $? 0 "$1: an order is approved again"
	[ -n "$opened" ] || say day open --key "$(key dispatch-1)" >"$tmp/out"
	say issue "$first" >"$tmp/out"
	is "$? $("$akashi" -C "$dir" --json cert list | "$flat" dossier state | tr '\n' ' ')" "0 $first${tab}valid " "$1: and issued"
	is "$("$akashi" -C "$dir" --json warrant show "$first" | "$flat" -v edition)" 2 "$1: as an edition above the journal's"
	say audit verify >"$tmp/out"
	is "$? $(of ok)" '0 true' "$1: the audit finds nothing"
	rm -rf "$tmp/proof"
	say evidence "$(say cert list | "$flat" serial)" --out "$tmp/proof" --reason test --key "$(key audit-1)" >"$tmp/out" && sh "$tmp/proof/verify.sh" >"$tmp/verified" 2>&1
	is $? 0 "$1: its evidence holds beside the epoch's line" || cat "$tmp/verified"
}

# A second signer's folder: what the world has must be in it.
standby() {
	say revoke "$(say cert list | "$flat" serial)" --ground 11-4 --key "$(key revocation-1)" --second "$(key revocation-2)" >"$tmp/out" # REVOKED, LIST, HEAD
	published
	"$akashi" --json standby check --journal "$dir/ca/journal" $outside >"$tmp/out" 2>"$tmp/err"
	is "$? $(of epoch)" '0 1' "$1: a whole journal may take over"
	cp "$tmp/out" "$tmp/told-standby.json"
	say backup --out "$tmp/second" >"$tmp/out"
	for cut in 1 2 3; do
		rm -rf "$tmp/short"; cp -r "$dir" "$tmp/short"
		[ "$engine" = sqlite ] || sed -i 's|^store = .*|store = sqlite:store/akashi.db|' "$tmp/short/akashi.conf"
		[ "$engine" = sqlite ] || { mkdir -p "$tmp/short/store"; cp "$tmp/second/1/store.db" "$tmp/short/store/akashi.db"; }
		"$tamper" "$tmp/short" --cut $cut >/dev/null
		"$akashi" --json standby check --journal "$tmp/short/ca/journal" $outside >"$tmp/out" 2>"$tmp/err"
		is "$(why $?)" '7 standby-journal-short' "$1: shortened by $cut it may not"
		"$akashi" -C "$tmp/short" --json epoch draft $outside >"$tmp/out" 2>"$tmp/err"
		is "$(why $?)" '7 standby-journal-short' "$1: nor does it get an epoch"
	done
	cp "$tmp/outside/checkpoint.der" "$tmp/newest"
	say epoch draft $outside >"$tmp/out" || fail "$1: a draft" "$(cat "$tmp/err")"
	cp "$dir/ca/epoch.draft" "$tmp/short/ca/"
	"$akashi" -C "$tmp/short" epoch sign --key "$(key custodian-1)" >"$tmp/out" 2>&1
	"$akashi" -C "$tmp/short" --json epoch sign --key "$(key custodian-2)" >"$tmp/out" 2>"$tmp/err"
	is "$(why $?)" '4 epoch-journal' "$1: its signer refuses an epoch that names a longer journal"
	cp "$lost/repository/checkpoint.der" "$tmp/outside/" && "$akashi" --json standby check --journal "$tmp/short/ca/journal" $outside >"$tmp/out" 2>"$tmp/err"
	is "$(why $?)" '7 standby-list-not-held' "$1: an older checkpoint does not help: the published list says more"
	rm -rf "$tmp/short"
	"$akashi" -C "$lost" crl publish >/dev/null || fail "$1: the first signer was not off"
	"$akashi" --json standby check --journal "$dir/ca/journal" --checkpoint "$lost/repository/checkpoint.der" --crl "$dir/repository/ca.crl" >"$tmp/out" 2>"$tmp/err"
	is "$(why $?)" '7 standby-journal-other' "$1: a checkpoint of the other signer's is another journal's"
	"$akashi" --json standby check --journal "$dir/ca/journal" --checkpoint "$tmp/newest" --crl "$lost/repository/ca.crl" >"$tmp/out" 2>"$tmp/err"
	is "$(why $?)" '7 standby-list-unknown' "$1: so is its list"
}

times=0 named=0 tries=0 names=0 from=
rounds=1 each=2 singly=4; [ -z "$LONG" ] || { rounds=4; each=13; singly=9; }
for round in $(seq $rounds); do
	for engine in sqlite postgresql; do
		dir=$tmp/$engine opened=
		rm -rf "$tmp/copies" "$tmp/keys" "$tmp/restored" "$tmp/second" "$tmp/outside" "$dir"
		begun "$dir" $engine "backup$round" && taken_in "$dir" && paying=$(payable) && approved "$dir" $paying && paid "$dir" $paying || fail "$engine: a service with orders"
		"$akashi" -C "$dir" day open --key "$(key dispatch-1)" >/dev/null || fail "$engine: a print day"
		opened=1
		copied $engine
		older $engine
		standby $engine
	done
done
[ $tries = $((rounds * each * 2)) ] && pass "$tries restores" || fail "$((rounds * each * 2)) restores" "$tries"
[ $names -gt 0 ] && pass "$names named" || fail 'some are newer than a backup'
proved G14 "$tries restores to points of a life of acts, its oldest and random ones, on both engines: 0 serials unknown, $names of $names newer ones named and proposed for revocation, those of a restore within a minute; none of what was destroyed opens"
proved G14 "restored older than the last issuance: $named of $named certificates named, those of a restore within a minute; one of each, which two officers had signed for before the epoch, revoked when it began, the other $((named - rounds * 2)) by two officers at once, onto one list"
[ $named -ge $((rounds * 25)) ] && pass "$named of $named named" || fail "enough of them" "$named"
documented backup "$tmp"/told-backup-*.json
documented restore "$tmp/told-restore.json"
documented 'epoch draft' "$tmp/told-draft.json"
documented 'epoch sign' "$tmp/told-sign.json"
documented 'standby check' "$tmp/told-standby.json"
documented 'sweep revoke' "$tmp/told-revoke.json"
done_testing
