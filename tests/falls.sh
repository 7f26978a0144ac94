# Sourced by flow tests after tap.sh: services that fall at every point of what they do (tests/faults), what must hold
# after each, and the states they fall from. Set every first: each every-th point.
. "$top/tests/orders.sh"
. "$top/tests/fallen.sh"

# What must hold after each fall: the name of the check, then what it says where it does not.
cat >"$tmp/check" <<'S'
#!/bin/sh
a() { "$akashi" -C "$dir" --json "$@" 2>>"$tmp/said"; }
no() { echo "point $POINT: $1"; sed 's/^/| /' "$tmp/said"; exit 1; }
: >"$tmp/said"
number() { openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -crlnumber | sed 's/.*0x//'; }
issued() { a cert list | tee "$tmp/got" | "$flat" dossier | sort | tr '\n' ' '; }
listed() { openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -ic "serial number: $serial"; }
# What RUN said is done is done; an audit finds nothing where nothing was changed.
case "$1 $STATUS" in
'issue 0') [ "$(issued)" = '2 5 ' ] || no "it said issued: $(cat "$tmp/got")";;
'revoke 0') [ "$(listed)" = 1 ] || no 'it said revoked';;
'list 0') [ $((0x$(number))) -gt 1 ] || no 'it said published';;
'pay 0') [ "$(a payment match | "$flat" -a lines line | wc -l)" = 41 ] || no 'it said imported';;
'audit 7') no 'a false alarm';;
esac
a sweep >"$tmp/swept" || no "the sweep finds what it cannot resolve: $(cat "$tmp/swept")"
case $1 in
issue)
	a issue 2 5 >"$tmp/got" || no "issuing does not go on: $(cat "$tmp/got")"
	[ "$(issued)" = '2 5 ' ] || no "not one certificate each: $(cat "$tmp/got")"
	[ "$(a letter print | "$flat" dossier letter | cut -c 1 | sort | tr '\n' ' ')" = '2 2 5 5 ' ] || no 'not two letters each, printed once';;
revoke)
	a revoke "$serial" --ground 10-1-2 --key "$dir/rehearsal/keys/revocation-1" --second "$dir/rehearsal/keys/revocation-2" >"$tmp/got" ||
		no "revoking does not go on: $(cat "$tmp/got")"
	[ "$(listed)" = 1 ] || no 'the list has it not once';;
list) a crl publish >"$tmp/got" && [ $((0x$(number))) -gt 1 ] || no "lists do not go on: $(cat "$tmp/got")";;
mail)
	a --now 2026-11-20T12:00:00+09:00 mail send >"$tmp/got" || no "mail does not go on: $(cat "$tmp/got")"
	[ "$(a mail list --state accepted | "$flat" -a mails id | sort -u | wc -l)" = 4 ] || no 'not every mail, each once'
	[ "$(ls "$dir/outbox" | grep -c 'eml$')" = 4 ] || no 'not one message for each'
	[ "$(for m in "$dir"/outbox/*.eml; do sed '1,/^.$/d' "$m" | tr -d '\r' | base64 -d | grep -c 日本語が優先; done | sort -u)" = 1 ] || no 'one is not whole';;
pay)
	a payment import "$samples/bank.csv" >"$tmp/got" || no "the import does not go on: $(cat "$tmp/got")"
	[ "$(a payment match | "$flat" -a lines line | wc -l)" = 41 ] || no 'lines are lost or doubled';;
esac
# a file left half written is taken away once its writer's number is free again: that may be a sweep later
a sweep >"$tmp/swept"; [ $? -le 1 ] || no "a second sweep: $(cat "$tmp/swept")"
"$flat" difference <"$tmp/swept" | grep -v '^stray-file$' | grep . >"$tmp/again" && no "a second sweep finds: $(cat "$tmp/again")"
a audit verify >"$tmp/audit" || no "the audit: $(cat "$tmp/audit")"
S
chmod +x "$tmp/check"
export dir engine db host akashi flat tmp samples serial

# falls NAME STATE RUN [OPTION...]
falls() {
	name=$1 state=$2 act=$3; shift 3
	fallen "$name" 10 "'$top/tests/state' back $state" "'$tmp/check' $name" "$act >/dev/null 2>&1" "$@"
}
# states: the service of $engine in $dir and $db, kept as it is before each act; then as it is issued.
states() {
	begun "$dir" $engine "$1" || return 1
	sed -i 's/^accounts = .*/accounts = 9999-123-1234567/' "$dir/akashi.conf"
	"$akashi" -C "$dir" dossier import "$samples/applications.csv" >/dev/null 2>&1
	"$top/tests/state" keep imported
	"$akashi" -C "$dir" dossier arrive "$samples/papers.csv" >/dev/null
	"$top/tests/state" keep unpaid
	grep -E '^(ref|S1-00[1-4]),' "$samples/papers.csv" >"$tmp/few.csv"
	"$top/tests/state" back imported && "$akashi" -C "$dir" dossier arrive "$tmp/few.csv" >/dev/null && "$top/tests/state" keep mailed
	"$top/tests/state" back unpaid
	"$akashi" -C "$dir" payment import "$samples/bank.csv" >/dev/null
	approved "$dir" 2 5 && paid "$dir" 2 5 && "$akashi" -C "$dir" day open --key "$dir/rehearsal/keys/dispatch-1" >/dev/null || return 1
	"$top/tests/state" keep ready
	"$akashi" -C "$dir" issue 2 >/dev/null
	serial=$("$akashi" -C "$dir" --json cert list | "$flat" serial)
	"$top/tests/state" keep issued
	issue="'$akashi' -C '$dir' issue 2 5" mail="'$akashi' -C '$dir' mail send" list="'$akashi' -C '$dir' crl publish"
	pay="'$akashi' -C '$dir' payment import '$samples/bank.csv'" audit="'$akashi' -C '$dir' audit verify"
	revoke="'$akashi' -C '$dir' revoke $serial --ground 10-1-2 --key '$dir/rehearsal/keys/revocation-1' --second '$dir/rehearsal/keys/revocation-2'"
}
