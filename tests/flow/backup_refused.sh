#!/bin/sh
# What a backup may not take away, pass over or take as whole: folders of others, files it cannot copy, lists that were cut.
# [X-7] [storage 4] [design 4]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
dir=$tmp/service copies=$tmp/copies keys=$tmp/keys
say() { "$akashi" -C "$dir" --json "$@" >"$tmp/out" 2>"$tmp/err"; }
there() { (cd "$1" && echo *); }

others_stay() {
	say backup --out "$copies" && say backup --keys --out "$keys" || fail 'a backup and a copy of the keys' "$(cat "$tmp/err")"
	say backup --keys --out "$copies"; is "$(why $?) $(there "$copies")" '4 backup-other 1' 'keys are not put among backups, which stay'
	say backup --out "$keys"; is "$(why $?) $(there "$keys")" '4 backup-other 1' 'nor a backup among keys'
	"$akashi" --now 2026-11-20T09:00:00+09:00 init --rehearsal "$tmp/other" >/dev/null && "$akashi" -C "$tmp/other" backup --out "$tmp/theirs" >/dev/null || fail 'another service'
	say backup --out "$tmp/theirs" --keep 1; is "$(why $?) $(there "$tmp/theirs")" '4 backup-other 1' "another service's backups stay"
	mkdir -p "$tmp/papers/2024"; say backup --out "$tmp/papers"
	is "$(why $?) $(there "$tmp/papers")" '4 backup-other 2024' 'so does a folder that only has a number'
	cp -a "$tmp/theirs/1" "$copies/2"; mkdir "$copies/3" "$copies/1.newer" "$copies/1.new" && say backup --out "$copies"
	is "$(why $?)" '4 backup-other' 'what has the newest number is looked at'
	mv "$copies/1" "$copies/4"; mkdir -p "$copies/4/1/2/3/4/5/6/7/8/9/10"; say backup --out "$copies" --keep 1
	is "$? $(of removed) $(there "$copies")" '0 0 1.newer 2 3 4 5' 'one that could not be removed is not told removed'
	rm -rf "$copies/4"; mv "$copies/5" "$copies/4"; say backup --out "$copies" --keep 1
	is "$? $(of removed) $(there "$copies")" '0 1 1.newer 2 3 5' 'of many only ours are removed, and what was left of one'
	rm -rf "$copies"/[123]*
	cp -a "$tmp/theirs/1" "$keys/2"; mv "$keys/1" "$keys/3"; say --now 2027-01-20T09:00:00+09:00 backup --keys --out "$keys"
	is "$? $(of removed) $(there "$keys")" '0 1 2 4' 'of old copies of the keys only ours are removed'
	mkdir "$keys/1"; say backup --keys --out "$keys"; is "$(why $?)" '4 backup-other' 'one that cannot be read may hold keys: nothing is told done'
	rmdir "$keys/1"; mkdir "$keys/01" "$keys/+1"; say backup --keys --out "$keys"; is $? 0 'a name that is no number of ours is passed over'
	rm -rf "$keys"/[1-35-9] "$keys/01" "$keys/+1"; mv "$keys/4" "$keys/20261126093000"; timeout 60 "$akashi" -C "$dir" --now 2027-01-20T09:00:00+09:00 backup --keys --out "$keys" >/dev/null 2>&1
	is "$? $(there "$keys")" '0 20261126093000 20261126093001' 'a large number is not counted up to'
}

# cannot NAME WHAT: a backup is refused that names it; the one before stays the newest.
cannot() {
	say backup --out "$copies"
	is "$(why $?) $(grep -c "$1" "$tmp/out") $(there "$copies")" "4 backup-cannot 1 $newest" "$2 is refused by name"
}
nothing_passed_over() {
	rm -rf "$copies"; say backup --out "$copies" --anew; newest=$(of number)
	ln -s /etc/hostname "$dir/inbox/link"; cannot inbox/link 'a link in a part'; rm "$dir/inbox/link"
	mkfifo "$dir/files/pipe"; cannot files/pipe 'so is what is no file'; rm "$dir/files/pipe"
	mkdir -p "$dir/inbox/1/2/3/4/5/6/7/8" && echo x >"$dir/inbox/1/2/3/4/5/6/7/8/x"; cannot inbox/1/2/3/4/5/6/7/8 'so is a folder too deep'; rm -r "$dir/inbox/1"
	mv "$dir/policy" "$tmp/policy" && ln -s "$tmp/policy" "$dir/policy"; cannot policy 'and a part that is a link itself'; rm "$dir/policy"; mv "$tmp/policy" "$dir/policy"
	say backup --out "$dir/files/b"; is "$(why $?) $(there "$dir/files/b")" '4 backup-cannot *' 'and a backup into what it copies'; rmdir "$dir/files/b"
	for name in a.new.eml b.new.1x lock standby; do echo x >"$dir/inbox/$name"; done; echo x >"$dir/inbox/half.new.123"; say backup --out "$copies"
	is "$? $(there "$copies/$(of number)/inbox")" '0 a.new.eml b.new.1x lock standby' 'only what is half written is left out'; rm "$dir/inbox"/*
	ln -s /etc/hostname "$dir/keys/link"; say backup --out "$copies"; is $? 0 'one of no part is passed over'; rm "$dir/keys/link"
}

# flipped FILE: one octet is another, of the same size.
flipped() { printf "\\$(printf %o $((255 - $(od -An -tu1 -j 9 -N 1 "$1"))))" | dd of="$1" bs=1 seek=9 conv=notrunc 2>/dev/null; }
what_was_cut_is_copied_anew() {
	rm -rf "$copies" "$tmp/restored"; say backup --out "$copies" --anew; is "$? $(of spoiled) $(of spoiled_name)" '0 0 -' 'a first backup'
	: >"$copies/1/ca/charter.der"; say backup --out "$copies"
	is "$? $(of copied) $(of spoiled) $(of spoiled_name)" '7 2 1 ca/charter.der' 'a file cut in the backup before is told, and copied anew'
	flipped "$copies/2/ca/charter.der"; rm "$copies/2/ca/pack.der"; say backup --out "$copies"
	is "$? $(of spoiled) $(of spoiled_name)" '7 1 ca/pack.der' 'so is one that is gone; what was read a moment ago is not read again'
	say --now 2027-01-22T09:00:00+09:00 backup --out "$copies"
	is "$? $(of copied) $(of spoiled) $(of spoiled_name)" '7 3 1 ca/charter.der' 'within a day each is read, and one whose size alone is good is copied anew'
	"$akashi" restore --from "$copies" --to "$tmp/restored" >"$tmp/out" 2>&1
	is "$? $(cmp "$dir/ca/charter.der" "$tmp/restored/ca/charter.der" 2>&1)" '0 ' 'the next is whole'
	flipped "$copies/4/store.db"; say --now 2027-01-24T09:00:00+09:00 backup --out "$copies"
	is "$? $(of copied) $(of spoiled_name)" '7 3 store.db' 'so it is with the store'
	flipped "$copies/5/MANIFEST"; say --now 2027-01-24T09:00:00+09:00 backup --out "$copies"
	is "$? $(($(of copied) == $(of files))) $(of spoiled_name)" '7 1 MANIFEST' 'where the manifest is not whole, everything is copied anew'
	flipped "$copies/6/ca/charter.der"; read=0
	for hour in $(seq 24); do
		say --now "$(date -u -d "@$(($(date -u -d 2027-01-24 +%s) + hour * 3600))" +%Y-%m-%dT%H:%M:%SZ)" backup --out "$copies"; read=$((read + ($? == 7)))
	done
	is $read 1 'of a day of hourly backups one tells it'
}

gone_is_not_empty() {
	rm -rf "$copies" "$keys"; say backup --out "$copies" --anew && say backup --keys --out "$keys" --anew; is $? 0 'a backup and a copy of the keys'; last=$(of number)
	mv "$copies" "$tmp/medium"; mv "$keys" "$tmp/medium-keys"
	say backup --out "$copies"; is "$(why $?) $(of 'errors[0].field') $(ls -d "$copies" 2>&1 | grep -c No)" '4 backup-gone --out 1' 'where it lay is nothing: no medium, and none is begun'
	mkdir "$copies" "$keys"; say backup --out "$copies/"; is "$(why $?) $(there "$copies")" '4 backup-gone *' 'nor in the empty folder it is mounted on'
	(cd "$tmp" && "$akashi" -C "$dir" --json backup --out copies >"$tmp/out" 2>"$tmp/err"); is "$(why $?) $(there "$copies")" '4 backup-gone *' 'by whatever path'
	say backup --keys --out "$keys"; is "$(why $?) $(there "$keys")" '4 backup-gone *' 'nor a copy of the keys'
	say backup --out "$tmp/elsewhere"; is "$? $(of number)" '0 1' 'another place is a new one'
	say backup --keys --out "$keys" --anew; is "$? $(of number)" "0 $((last + 1))" 'told so, it begins anew'
	rmdir "$copies"; mv "$tmp/medium" "$copies"; say backup --out "$copies"; is "$? $(of number)" '0 2' 'and with the medium back it goes on'
	rm -rf "$tmp/elsewhere" "$tmp/medium-keys"
}

a_lost_list_comes_back() {
	rm "$dir/ca/crl/1.crl"; say audit verify
	is "$? $(grep -c 'バックアップの同じ番号' "$tmp/out")" '7 1' 'a list whose file is lost is told with where there is another'
	cp "$copies/1/ca/crl/1.crl" "$dir/ca/crl/"; say audit verify; is $? 0 'and that one is good'
}

names_read_back() {
	rm -rf "$copies"; line=$(printf 'a\nb')
	echo x >"$dir/inbox/$line"; say backup --out "$copies" --anew; is "$(why $?) $(there "$copies")" '4 manifest-name *' 'a name with a line feed is refused, not written'
	rm "$dir/inbox/$line"; echo x >"$dir/inbox/a..b c"; say backup --out "$copies" --anew
	is "$?" 0 'one with two full stops and a space is none of these'
	rm -rf "$tmp/restored"; "$akashi" --json restore --from "$copies" --to "$tmp/restored" >"$tmp/out" 2>"$tmp/err"
	is "$? $(cat "$tmp/restored/inbox/a..b c")" '0 x' 'and is restored'
}

# tried: restored with the keys, beside a newer backup.
tried() { rm -rf "$tmp/restored"; timeout 60 "$akashi" --json restore --from "$copies/1" --keys "$keys" --to "$tmp/restored" >"$tmp/out" 2>"$tmp/err"; }
lists_are_whole() {
	rm -rf "$copies" "$keys"; say backup --out "$copies" --anew && say backup --keys --out "$keys" --anew && mkdir "$copies/2" || fail 'copies'
	for list in 'dossier 00ff\ndossier 0' 'dossier 00ff more\n' 'dossier\n' '\n' 'dossier 00ff\0\n'; do
		printf "$list" >"$copies/2/destroyed"; tried
		is "$(why $?) $(ls -d "$tmp"/restored* 2>/dev/null)" '7 manifest-file ' "a list that is not whole: $(printf %s "$list" | tr '\134' /)"
	done
	printf 'dossier 00ff\n' >"$copies/2/destroyed"; mkdir "$copies/20261126093000"; tried
	is "$?" 0 'a folder of a large number beside them is no reason to count down from it'; rmdir "$copies/20261126093000"; tried; is "$? $(of destroyed)" '0 0' 'a whole one is'
	seq 50000 | sed 's/^/dossier 00112233445566778899aabbccddeeff00112233445566778899aabb/' >"$copies/2/destroyed"; began=$(date +%s); tried
	is "$? $(($(date +%s) - began < 20))" '0 1' 'a long one is read once, and destroyed in one commit'
}

another_aside() {
	rm -rf "$tmp/restored"; mkdir "$tmp/restored.new" && echo mine >"$tmp/restored.new/mine"; tried
	is "$(why $?) $(there "$tmp/restored.new") $(ls -d "$tmp"/restored*)" "4 restore-there mine $tmp/restored.new" "a folder TO.new that is another's stays"
	touch "$tmp/restored.restoring"; tried # as of one that stopped in the middle
	is "$? $(ls -d "$tmp"/restored*)" "0 $tmp/restored" 'with the mark of one that stopped it is removed'
}

# restored ARGUMENTS: into $tmp/restored.
restored() { rm -rf "$tmp/restored"; "$akashi" --json restore --to "$tmp/restored" "$@" >"$tmp/out" 2>"$tmp/err"; }
what_is_meant() {
	restored --from "$copies/1" --keys "$copies/1"; is "$(why $?) $(grep -c '消して' "$tmp/out")" '4 restore-other 0' 'a backup is no copy of the keys, and none to be thrown away'
	restored --from "$keys" --keys "$keys"; is "$(why $?)" '4 restore-other' 'a copy of the keys is no backup'
	"$akashi" --json restore --from "$copies/1/" --keys "$keys/" --to "$tmp/slash//" >"$tmp/out" 2>"$tmp/err"; is "$? $(ls -d "$tmp"/slash*)" "0 $tmp/slash" 'a slash at the end changes nothing'
	long=$(printf '/%0200d' 1 2 3 4 5 6)
	"$akashi" --json restore --from "$copies/1" --to "$tmp$long" >"$tmp/out" 2>"$tmp/err"; is "$? $(grep -c '"field": "--to"' "$tmp/out")" '2 1' 'a place that is too long is refused, not cut'
	restored --from "$copies/1" --store "sqlite:$long"; is "$? $(ls -d "$tmp"/restored* 2>/dev/null)" '2 ' 'so is such a store'
	mkdir -p "$tmp/here/store"; (cd "$tmp/here" && restored --from "$copies/1" --keys "$keys" --store sqlite:store/akashi.db)
	is "$? $(ls "$tmp/here/store")" '0 ' 'a store within the folder is one within the new folder'
	"$akashi" -C "$tmp/restored" --json audit verify >"$tmp/out"; is $? 0 'which has it'
	touch "$tmp/restored.restoring"; rm -rf "$tmp/restored"; mkdir "$tmp/restored.new" && echo x >"$tmp/restored.new/half"
	flock "$tmp/restored.restoring" "$akashi" --json restore --from "$copies/1" --to "$tmp/restored" >"$tmp/out" 2>"$tmp/err"
	is "$(why $?) $(there "$tmp/restored.new")" '75 later half' 'one that still restores into it is not disturbed'; rm -r "$tmp"/restored.*
}

waits_for_its_epoch() {
	rm -rf "$copies" "$tmp/restored"; taken_in "$dir" && say backup --out "$copies" --anew && say backup --keys --out "$keys" --anew && "$akashi" restore --from "$copies" --keys "$keys" --to "$tmp/restored" >/dev/null || fail 'a copy with mails'
	served=$dir dir=$tmp/restored
	say mail send; is "$? $(grep -c '期を始めて' "$tmp/err") $(ls "$dir/outbox" | wc -l)" '75 1 0' 'a restored copy sends no mail'
	say clocks run; is "$(why $?)" '75 standby-waits' 'its clocks do not run'
	say mail fetch; is "$(why $?)" '75 standby-waits' 'and it fetches none'
	for act in "dossier screen 1 --key $served/rehearsal/keys/screening-1 --ok" "hold add 1 --review 2027-06-30 --reason x --key $served/rehearsal/keys/audit-1"; do
		say $act; is "$(why $?)" '75 standby-waits' "nor is an act taken at the desk: ${act%% [1/]*}"
	done
	say dossier show 1; is "$? $(of state)" '0 in_screening' 'and nothing has changed'
	rm "$dir/ca/standby"; say dossier screen 1 --key "$served/rehearsal/keys/screening-1" --ok; is $? 0 'once its epoch has begun it is taken'
	say mail send; is "$? $(($(ls "$dir/outbox" | wc -l) > 0))" '0 1' 'and mails are sent'
	dir=$served
}

# The first try had a copy of the keys too old to know the key; what that service backs up still says that it was destroyed.
destroyed_stays_destroyed() {
	rm -rf "$tmp/restored"; dir=$tmp/first
	begun "$dir" sqlite first && say backup --keys --out "$tmp/first-keys-1" && taken_in "$dir" && say backup --keys --out "$tmp/first-keys-2" &&
		"$tamper" "$dir" --destroy 1 && say backup --out "$tmp/first-copies" || fail 'a record destroyed, whose key only the newer copy has'
	restored --from "$tmp/first-copies" --keys "$tmp/first-keys-1"; is "$? $(of destroyed) $(of keys_newest)" '0 0 2' 'restored with the older, it asks for the newer'
	dir=$tmp/restored; say backup --out "$tmp/second-copies"; is $? 0 'what was restored is backed up'
	"$akashi" --json restore --from "$tmp/second-copies" --keys "$tmp/first-keys-2" --to "$tmp/again" >"$tmp/out" 2>"$tmp/err"; is "$? $(of destroyed)" '0 1' 'restored from that with the newer'
	dir=$tmp/again; say dossier show 1; is "$(why $?)" '3 missing' 'the record does not open again'
	say dossier show 2; is "$?" 0 'while its neighbour does'
	dir=$tmp/service
}

# One issued just behind the backup: no checkpoint has it, so the epoch gives nothing up.
what_no_checkpoint_had() {
	rm -rf "$copies" "$keys" "$tmp/restored"; dir=$tmp/behind
	begun "$dir" sqlite behind && taken_in "$dir" && approved "$dir" 2 && paid "$dir" 2 && say day open --key "$dir/rehearsal/keys/dispatch-1" &&
		say backup --out "$copies" --anew && say issue 2 && say backup --keys --out "$keys" --anew || fail 'one issued behind a backup' "$(cat "$tmp/err")"
	"$akashi" restore --from "$copies" --keys "$keys" --journal "$dir/ca/journal" --to "$tmp/restored" >/dev/null || fail 'restored beside its journal'
	served=$dir dir=$tmp/restored
	ln -s "$dir/repository/ca.crl" "$tmp/own.crl"
	say epoch draft --checkpoint "$dir/repository/checkpoint.der" --crl "$served/repository/ca.crl"; is "$(why $?) $(of 'errors[0].field')" '4 epoch-own --checkpoint' "the copy's own checkpoint is not from outside"
	say epoch draft --checkpoint "$served/repository/checkpoint.der" --crl "$tmp/own.crl"; is "$(why $?) $(of 'errors[0].field') $(ls "$dir/ca" | grep -c '^epoch')" '4 epoch-own --crl 0' 'nor is its own list, by whatever name'
	say epoch draft --checkpoint "$served/repository/checkpoint.der" --crl "$served/repository/ca.crl"; is "$? $(of from.size)" "0 $(of to.size)" 'an epoch that gives nothing up'
	for custodian in 1 2; do say epoch sign --key "$dir/rehearsal/keys/custodian-$custodian"; done
	say audit verify; is "$? $(of broken.place | cut -d' ' -f1)" '7 certificate' 'what the store lost is told'
	ground=$("$akashi" sweep revoke --help | sed -n 's/^example:.*--ground \([^ ]*\).*/\1/p')
	say sweep; say sweep revoke --count 1 --ground "$ground" --key "$dir/rehearsal/keys/revocation-1" --second "$dir/rehearsal/keys/revocation-2"; is "$? $(of revoked)" '0 1' 'two officers revoke it, on the ground of the example'
	say audit verify; is "$?" 0 'and it is told no more'
	dir=$served
}

# Revoked behind the backup: the sweep of a copy that waits notes it, and goes on to name the rest.
a_revocation_the_store_lacks() {
	rm -rf "$copies" "$keys" "$tmp/restored"; dir=$tmp/behind
	say cert list; serial=$("$flat" serial <"$tmp/out")
	say backup --out "$copies" --anew && say revoke "$serial" --ground 11-4 --key "$dir/rehearsal/keys/revocation-1" --second "$dir/rehearsal/keys/revocation-2" && say backup --keys --out "$keys" --anew || fail 'one revoked behind a backup' "$(cat "$tmp/err")"
	"$akashi" restore --from "$copies" --keys "$keys" --journal "$dir/ca/journal" --to "$tmp/restored" >/dev/null || fail 'restored beside its journal'
	served=$dir dir=$tmp/restored
	say cert list; is "$("$flat" serial <"$tmp/out") $(grep -c revoked\" "$tmp/out")" "$serial 0" 'its store has the certificate, not the revocation'
	say sweep; is "$? $("$flat" difference serial <"$tmp/out" | grep "$serial")" "1 revocation-behind$(printf '\t')$serial" 'the sweep names it and the list that waits'
	say cert list; is "$("$flat" state ground <"$tmp/out")" "revoked$(printf '\t')11-4" 'and the store has it, before any epoch'
	say sweep; is "$? $("$flat" difference <"$tmp/out")" '1 list-unpublished' 'which alone is left'
	dir=$served
}

# remade FOLDER NAME: its manifest says what the file is now.
remade() {
	sum=$(sha256sum <"$1/$2" | cut -c1-64)
	awk -v name="$2" -v sum="$sum" -v size="$(wc -c <"$1/$2")" '/^end / { exit } $1 == "file" && $5 == name { $2 = sum; $3 = size } { print }' "$1/MANIFEST" >"$tmp/manifest"
	{ cat "$tmp/manifest"; echo "end $(sha256sum <"$tmp/manifest" | cut -c1-64)"; } >"$1/MANIFEST"
}
# signed_by NAME...: the charter that lies as the draft.
signed_by() { for who; do say charter sign --key "$dir/rehearsal/keys/$who"; done; }
# A charter that comes into force while the journal is still to be copied.
a_charter_between() {
	rm -rf "$tmp/between"; dir=$tmp/charters
	begun "$dir" sqlite charters && cp "$dir/ca/charter.der" "$tmp/charter-1" && signed_by custodian-1 custodian-2 && say backup --out "$tmp/between" && say backup --keys --out "$tmp/between-keys" || fail 'a second charter'
	rm "$tmp/between/1/ca/charter.der"; cp "$tmp/charter-1" "$tmp/between/1/ca/charter.der"; remade "$tmp/between/1" ca/charter.der
	restored --from "$tmp/between" --keys "$tmp/between-keys"; is "$? $(of charter) $(of charter_newer)" '0 2 true' 'a backup whose charter is older than its journal says so'
	served=$dir dir=$tmp/restored; signed_by custodian-1; is "$? $(of charter) $(of in_force)" '0 2 true' 'and is signed again; the store had the two signatures'
	is "$(cmp "$dir/ca/charter.der" "$served/ca/charter.der")" '' 'which is the one that was in force'
	dir=$served
}

# The custodians of today sign the epoch, and are known by their charter alone.
custodians_changed() {
	rm -rf "$copies" "$keys" "$tmp/outside"; mkdir "$tmp/outside"; say backup --out "$copies" --anew && say backup --keys --out "$keys" --anew || fail 'a backup before'
	printf 'a long passphrase' >"$tmp/passphrase"
	for who in 4 5; do
		"$akashi" key new "$tmp/custodian-$who" --for person --passphrase-file "$tmp/passphrase" >/dev/null && say staff add custodian-$who --public "$tmp/custodian-$who.pub" --roles custodian --surface desk || fail "custodian $who" "$(cat "$tmp/out" "$tmp/err")"
	done
	for who in 1 2 3; do say staff remove custodian-$who; done
	signed_by custodian-1 custodian-2; is "$? $(of charter) $(of in_force)" '0 3 true' 'other custodians, by a charter after the backup'
	say crl publish; cp "$dir/repository/ca.crl" "$dir/repository/checkpoint.der" "$tmp/outside"
	restored --from "$copies" --keys "$keys" --journal "$dir/ca/journal"; is "$? $(of charter) $(of charter_newer)" '0 3 true' 'a restore says so'
	served=$dir dir=$tmp/restored
	say epoch draft --checkpoint "$tmp/outside/checkpoint.der" --crl "$tmp/outside/ca.crl"; is $? 0 'an epoch is drafted'
	new() { say "$1" sign --key "$tmp/custodian-$2" --passphrase-file "$tmp/passphrase"; }
	new epoch 4; is "$(why $?)" '4 act-unknown-person' 'those of today are not known here yet'
	signed_by custodian-1; is "$? $(of in_force)" '5 false' 'one of those of before is not enough'; signed_by custodian-2
	is "$? $(of charter) $(of in_force)" '0 3 true' 'their charter is signed again, before the epoch'
	is "$(ls "$dir/ca/standby") $(cmp "$dir/ca/charter.der" "$served/ca/charter.der")" "$dir/ca/standby " 'the same, and the copy still waits'
	say crl publish; is "$(why $?)" '75 standby-waits' 'publishing nothing'
	new charter 4; new charter 5; is "$(why $?)" '75 standby-waits' 'and no further charter'
	"$akashi" -C "$dir" --json standby check --journal "$dir/ca/journal" --checkpoint "$tmp/outside/checkpoint.der" --crl "$tmp/outside/ca.crl" >"$tmp/out"; is $? 0 'nor a line in its journal'
	is "$(cmp "$dir/ca/journal/000001.log" "$served/ca/journal/000001.log" 2>&1)" '' 'which is as it was'
	new epoch 4; is "$? $(of in_force)" '5 false' 'one of today signs the epoch'; new epoch 5; is "$? $(of in_force)" '0 true' 'and another'
	say audit verify; is "$? $(of ok)" '0 true' 'the audit finds nothing' || cat "$tmp/out"
	dir=$served
}

begun "$dir" sqlite refused || fail 'a service'
others_stay
nothing_passed_over
what_was_cut_is_copied_anew
gone_is_not_empty
a_lost_list_comes_back
names_read_back
lists_are_whole
another_aside
what_is_meant
waits_for_its_epoch
what_no_checkpoint_had
a_revocation_the_store_lacks
destroyed_stays_destroyed
a_charter_between
custodians_changed
done_testing
