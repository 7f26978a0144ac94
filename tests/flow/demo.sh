#!/bin/sh
# akashi demo on both engines: what it leaves is whole; other programs read every certificate, PKCS#12 and list, names
# intact; nothing that was ever stored opens a delivered package or names anybody; no row can be changed unseen. [R-1.4] [R-4.96] [R-4.97] [K-12]
. "$(dirname "$0")/../tap.sh"
cp "$top/build/tests/when.so" "$tmp/" # LD_PRELOAD knows no path with a space
. "$top/tests/engine.sh"
. "$top/tests/keys.sh"
. "$top/tests/readers.sh"
samples=$top/tests/fixtures/samples
later=$top/tests/fixtures/demo
opens=$top/build/tests/opens
leaks=$top/build/tests/leaks
alter=$top/build/tests/alter
tamper=$top/build/tests/tamper

rows() { "$flat" -a certificates "$@" <"$dir/demo.json"; }
of() { "$flat" -v "$1" <"$dir/demo.json"; }
joined() { tr -d '\n' <"$1" | sed 's/  *//g; s/　//g'; }

# Step by step, so that the store can be looked at between two of them.
copy_store() {
	[ "$1" = postgresql ] || sqlite3 "$dir/store/akashi.db" .dump >"$tmp/step.dump"
	store_dump "$1" demo "$tmp/step.dump"
	sqlite3 "$dir/keys/keys.db" .dump >"$tmp/keys.dump"
	sort -u "$tmp/all.dump" "$tmp/step.dump" "$tmp/keys.dump" -o "$tmp/all.dump"
}
play() {
	rm -f "$tmp/in" "$tmp/out" "$tmp/said" "$tmp"/left.*
	mkfifo "$tmp/in" "$tmp/out" && : >"$tmp/all.dump"
	"$akashi" --json demo "$dir" --store "$(store_of "$1" demo)" --step <"$tmp/in" >"$tmp/demo.json" 2>"$tmp/out" &
	exec 3>"$tmp/in" 4<"$tmp/out"
	while IFS= read -r line <&4; do
		if [ "$line" = '[Enter]' ]; then
			copy_store "$1"
			# What a station keeps from opening to close: the plant that looks most like the real thing.
			[ ! -f "$dir/rehearsal/print-pin.day" ] || cp "$dir"/rehearsal/print-*.day "$tmp/"
			steps=$((steps + 1))
			echo >&3
		else
			printf '%s\n' "$line" >>"$tmp/said"
		fi
	done
	exec 3>&- 4<&-
	wait $!
}

complete() {
	documented demo "$tmp/demo.json"
	documented DIR/demo.json "$dir/demo.json"
	is "$(of now) $(rows serial | wc -l)" '2026-12-21T11:00:00+09:00 14' "$1: fourteen certificates, thirty-one days"
	is "$(rows serial | sort -u | wc -l) $(rows token | grep -cvx -)" '14 13' "$1: serials differ, thirteen downloads were opened"
	is "$(rows state p12 | awk '{ print $1, ($2 == "-" ? "-" : "p12") }' | sort | uniq -c | tr -s ' ')" \
		' 2 revoked -
 1 revoked p12
 11 valid p12' "$1: one spoiled, two that nobody acknowledged, eleven in use"
	is "$(rows name | grep -cE '葛󠄀|髙|﨑|𠮷')" 5 "$1: 葛󠄀 髙 﨑 𠮷 are among them"
	missing=$({ rows letters[] | tr ';' '\n'; rows certificate; rows p12 | grep -vx -; of ca; of crl; of previous_crl; } |
		while read -r f; do [ -s "$f" ] || echo "$f"; done)
	is "$missing" '' "$1: every file it names is there"
	is "$(rows letters[] | tr ';' '\n' | sed 's/json$/pdf/' | while read -r f; do head -c 5 "$f"; echo; done |
		sort | uniq -c | tr -s ' ')" ' 28 %PDF-' \
		"$1: and a sheet beside each letter"
	is "$("$akashi" -C "$dir" --json cert list | "$flat" serial state | sort)" "$(rows serial state | sort)" "$1: cert list says the same"
	[ ! -e "$dir/rehearsal/print-pin.day" ] && [ ! -e "$dir/rehearsal/print-password.day" ] &&
		pass "$1: no print key is left" || fail "$1: no print key is left"
	"$akashi" demo "$dir" >"$tmp/again" 2>&1
	is "$? $(grep -c '空ではありません' "$tmp/again")" '4 1' "$1: a folder that is not empty is refused"
	is "$(of now)" '2026-12-21T11:00:00+09:00' "$1: and is as it was"
}

# NAME SERIAL P12 PIN STATE of one certificate by one reader.
read_one() {
	at=$tmp/one; rm -rf "$at"; mkdir "$at"
	cp "$(of ca)" "$at/ca.crt"; cp "$dir/rehearsal/demo/$2.crt" "$at/taro.crt"
	printf '%s' "$4" >"$at/pin"
	if [ "$3" != - ]; then
		cp "$3" "$at/taro.p12"
		"${reader}_reads" "$at" >"$tmp/text" 2>&1 || { echo "$2 ($5): not read"; tail -5 "$tmp/text"; }
		case $(joined "$tmp/text") in *"$1"*) ;; *) echo "$2: the name $1 is not in its text"; tail -30 "$tmp/text" ;; esac
	fi
	LD_PRELOAD=$tmp/when.so "${reader}_accepts" "$at" "$(of crl)" >"$tmp/text" 2>&1
	[ $? = 0 ] && judged=valid || judged=revoked
	[ $judged = "$5" ] || { echo "$2 ($5): judged $judged"; tail -5 "$tmp/text"; }
}
readers() {
	AKASHI_WHEN=$(date -d "$(of now)" +%s); export AKASHI_WHEN
	rows name serial p12 pin state | tr ' ' '_' >"$tmp/rows"
	for reader in openssl gnutls nss java; do
		while IFS='	' read -r name serial p12 pin state; do
			read_one "$(printf '%s' "$name" | sed 's/　//g')" "$serial" "$p12" "$pin" "$state"
		done <"$tmp/rows" >"$tmp/wrong"
		is "$(cat "$tmp/wrong")" '' "$1: $reader reads all, names intact, and judges each by the list"
	done
	# The one before does not have what was revoked last: a reader that answers by anything else is caught.
	for f in "$(of previous_crl)" "$(of crl)"; do
		openssl crl -inform DER -in "$f" -noout -text | sed -n 's/.*Serial Number: *//p' | tr A-F a-f | sort
	done | sort | uniq -u >"$tmp/last"
	at=$tmp/one
	for last in $(cat "$tmp/last"); do
		cp "$dir/rehearsal/demo/$last.crt" "$at/taro.crt" || echo "$last"
		LD_PRELOAD=$tmp/when.so openssl_accepts "$at" "$(of previous_crl)" >"$tmp/text" 2>&1 || echo "$last"
	done >"$tmp/wrong"
	[ -s "$tmp/last" ] || echo none >>"$tmp/wrong"
	is "$(cat "$tmp/wrong")" '' "$1: the list before does not have the last"
	is "$(for f in "$(of previous_crl)" "$(of crl)"; do openssl crl -inform DER -in "$f" -noout -crlnumber; done | tr '\n' ' ')" \
		'crlNumber=0x07 crlNumber=0x08 ' "$1: and has the number before"
}

searched() { "$opens" "$dir" "$@" >"$tmp/found" 2>&1; }
nothing_opens() {
	for f in "$dir"/rehearsal/letters/*.json; do
		echo "$("$flat" -v letter <"$f") $("$flat" -v code <"$f")"
	done >"$tmp/codes"
	grep password "$tmp/codes" >"$tmp/passwords"
	head -1 "$tmp/passwords" >"$tmp/first"
	code=$(cut -d' ' -f2 "$tmp/first")
	# The longest rows are those of key sets.
	awk 'length > 6000' "$tmp/all.dump" >"$tmp/package.dump"
	for kind in text wide hex secret; do
		"$opens" -p $kind "$code" >"$tmp/planted"
		searched "$tmp/first" "$tmp/package.dump" "$tmp/planted"
		is "$? $(grep -c 'planted: a ' "$tmp/found")" '1 1' "$1: a password planted as $kind is found"
	done
	{ cat "$tmp/all.dump"; "$opens" -p sealed "$code" "$dir"; } >"$tmp/planted"
	searched "$tmp/first" "$tmp/planted"
	is "$? $(grep -c 'letter: a ' "$tmp/found")" '1 1' "$1: a password sealed to a key the service holds is found"
	searched "$tmp/codes" "$tmp/all.dump" -k "$tmp/print-pin.day" -k "$tmp/print-password.day"
	is "$? $(grep -c 'letter: a' "$tmp/found")" '1 6' "$1: a print key that outlived its day is found"
	printf 'password 2222-3333-4444-5555\n' >"$tmp/other"
	searched "$tmp/other" "$tmp/package.dump"
	is "$?" 2 "$1: a search without a package is no search"
	find "$dir" -path "$dir/rehearsal" -prune -o -type f ! -name demo.json -print >"$tmp/files"
	tr '\n' '\0' <"$tmp/files" | xargs -0 "$opens" "$dir" "$tmp/codes" "$tmp/all.dump" >"$tmp/found" 2>&1
	is "$? $(awk '/packages/ { print $1, ($3 > 100) }' "$tmp/found") $(grep 'a .* stands there' "$tmp/found")" '0 14 1 ' \
		"$1: with every key it holds and a copy after each step, no delivered package opens"
	cut -d' ' -f2 "$tmp/passwords" | grep -cFf - "$dir/demo.json" >"$tmp/found"
	is "$(cat "$tmp/found")" 0 "$1: demo.json has no password"
}

nobody_is_named() {
	for form in 0 1 2 3 4 5; do
		{ cat "$tmp/all.dump"; "$leaks" -p "$samples/applications.csv" $form; } >"$tmp/planted"
		"$leaks" "$samples/applications.csv" "$tmp/planted" >"$tmp/found"
		is "$?" 1 "$1: a planted name is found (form $form)"
	done
	for csv in "$samples/applications.csv" "$samples/papers.csv" "$later/applications.csv" "$later/papers.csv"; do
		"$leaks" "$csv" "$tmp/all.dump" >"$tmp/found"
		is "$? $(grep -v 'looked for' "$tmp/found")" '0 ' "$1: no dump names anybody of ${csv#"$top/tests/fixtures/"}"
	done
}

# Each column of each table, a row less, one more, two that changed places: each alone, and named. [X-1]
altered() {
	# Money that goes back is a row that must be signed for: a real one.
	printf '勘定日,出金金額(円),入金金額(円),残高(円),取引区分,摘要\n2026/12/21,,22550,90001,振込,00000042 ﾌｸﾛｳ ﾂﾊﾞｻ\n' >"$tmp/deposit.csv"
	"$akashi" -C "$dir" payment import "$tmp/deposit.csv" --account 9999-123-1234567 >/dev/null
	"$akashi" -C "$dir" payment confirm "$("$akashi" -C "$dir" --json payment match | "$flat" -a lines line 'candidates[].dossier' |
		awk -F'\t' '$2 == 4 { print $1; exit }')" --dossier 4 --key "$dir/rehearsal/keys/accounting-1" >/dev/null
	"$akashi" -C "$dir" clocks run --day 2027-02-28 >/dev/null
	"$alter" "$dir" 1 >"$tmp/altered" 2>&1
	is "$(grep -v ': found ' "$tmp/altered" | sed 's/^\([0-9]*\) of \1$/all/' | tr '\n' ' ')" 'whole whole all ' \
		"$1: whatever is changed in whichever table, the audit names it"
	is "$(cut -d' ' -f1 "$tmp/altered" | grep -vx '[0-9]*' | sort -u | grep -cvx whole)" \
		"$(grep -c '_TABLE,$' "$top/src/store/tables.c")" "$1: no table is left out"
	many=1000
	[ "$1" = sqlite ] || [ -n "$LONG" ] || many=100
	"$alter" "$dir" 2 $many >"$tmp/altered" 2>&1
	is "$(tr '\n' ' ' <"$tmp/altered")" "whole whole $many of $many " \
		"$1: so it does of $many drawn at random, the log cut, yesterday put back and indexes dropped among them"
	proved G9 "$1, seed 2: $(tail -1 "$tmp/altered") random changes of $(of_events) events found and named, 0 false alarms"
	[ "$1" = sqlite ] && [ -n "$LONG" ] && longer "$1"
	keys_changed "$1"
	"$tamper" "$dir" 'UPDATE key_set SET letter_pin = statement WHERE dossier = 2 AND edition = 1' >/dev/null
	"$akashi" -C "$dir" --json audit verify >"$tmp/audit.json"
	is "$? $("$flat" -v broken.place <"$tmp/audit.json")" '7 key_set 2 1' "$1: audit verify ends with 7 and says which row"
}
# A wrapped key beside the store that is another's, zeros, gone, or back after its destruction: each alone, and named.
keys_changed() {
	keys=$dir/keys/keys.db tried=0
	sqlite3 "$keys" ".backup '$tmp/keys.was'"
	ask() { sqlite3 "$keys" "$1"; }
	judged() {
		"$akashi" -C "$dir" --json audit verify >"$tmp/audit.json"; echo "$? $("$flat" -v broken.place <"$tmp/audit.json")"
		cp "$tmp/keys.was" "$keys"; rm -f "$keys-wal" "$keys-shm"
	}
	some=12; [ -z "$LONG" ] || some=100
	ask "SELECT kind, owner FROM wrapped WHERE kind <> 'search' ORDER BY substr(owner, 7), kind LIMIT $some" | tr '|' ' ' >"$tmp/some"
	while read -r kind owner; do
		tried=$((tried + 1)) this="kind = '$kind' AND owner = '$owner'"
		case $((tried % 3)) in
		0) ask "UPDATE wrapped SET bytes = zeroblob(length(bytes)) WHERE $this" ;;
		1) ask "UPDATE wrapped SET bytes = (SELECT bytes FROM wrapped WHERE kind = '$kind' AND owner <> '$owner' LIMIT 1) WHERE $this" ;;
		2) ask "DELETE FROM wrapped WHERE $this" ;;
		esac
		[ "$(judged)" = "7 wrapped $kind $owner" ] || echo "$tried: $kind $owner: $(cat "$tmp/audit.json")"
	done <"$tmp/some" >"$tmp/missed"
	is "$(wc -l <"$tmp/some") $(cat "$tmp/missed")" "$some " "$1: a wrapped key that is another's, zeros or gone is named"
	back=$(ask "SELECT kind || ' ' || owner FROM destroyed LIMIT 1"); ask "INSERT INTO wrapped SELECT kind, owner, x'00' FROM destroyed LIMIT 1"
	is "$(judged)" "7 wrapped $back" "$1: so is one that was destroyed and is back"
	"$tamper" "$dir" --destroy 20; ask "INSERT INTO wrapped VALUES ('dossier', 'of nobody', x'00')"
	is "$(judged)" '0 -' "$1: what was destroyed, or left by a fall, is no false alarm"
	proved G9 "$1: $((some + 1)) changes of wrapped keys found and named, 0 false alarms"
}
of_events() { "$akashi" -C "$dir" --json audit verify | "$flat" -v tree_size; }
# The same in a log that is as long as ten years make it; a copy, the demo goes on.
longer() {
	was=$dir dir=$tmp/longer
	cp -a "$was" "$dir"
	"$alter" "$dir" 3 100 100000 >"$tmp/altered" 2>&1
	is "$(tr '\n' ' ' <"$tmp/altered")" 'whole whole 100 of 100 ' "$1: and in a log of 100,000"
	proved G9 "$1, seed 3: $(tail -1 "$tmp/altered") random changes of $(of_events) events found and named, 0 false alarms"
	rm -rf "$dir"
	dir=$was
}
for engine in sqlite postgresql; do
	dir=$tmp/$engine steps=0
	play $engine
	is "$? $("$flat" -v certificates <"$tmp/demo.json")" '0 14' "$engine: a demo plays to its end" || cat "$tmp/said"
	is $steps "$(grep -c '^2026' "$tmp/said")" "$engine: the store was copied after each step"
	complete $engine
	readers $engine
	nothing_opens $engine
	nobody_is_named $engine
	altered $engine
done
"$akashi" demo >"$tmp/text" 2>&1
is $? 2 'a folder must be named'
"$akashi" --now 2027-01-01T00:00:00+09:00 demo "$tmp/new" >"$tmp/text" 2>&1
is "$? $(ls -d "$tmp/new" 2>/dev/null)" '2 ' 'it begins on its own day'
"$akashi" demo "$tmp/none/new" >"$tmp/text" 2>&1
is $? 4 'a folder that cannot be made'
done_testing
