#!/bin/sh
# Two issuances in one batch, one revocation, one payment import, four mails, fallen at every write, fsync, rename and send of every program, on both
# engines: after one sweep nothing is lost, doubled or unusable; a journal whose fsync is left out is found. [design 3] [R-4.91]
# LONG=1 falls at every point; else at every third, on PostgreSQL at every sixth.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
sweep=$top/build/tests/sweep
host=${AKASHI_TEST_POSTGRES#host=}; host=${host%% *}
cp -r "$top/policy" "$tmp/policy"
sed -i 's/key_bits: 3072/key_bits: 2048/' "$tmp/policy/profiles.yaml" # a key per point: the smallest the rules allow

# What must hold after each fall: the name of the check, then what it says where it does not.
cat >"$tmp/check" <<'S'
#!/bin/sh
a() { "$akashi" -C "$dir" --json "$@" 2>>"$tmp/said"; }
no() { echo "point $POINT: $1"; exit 1; }
: >"$tmp/said"
a sweep >"$tmp/swept" || no "the sweep finds what it cannot resolve: $(cat "$tmp/swept" "$tmp/said")"
case $1 in
issue)
	a issue 2 5 >"$tmp/got" || no "issuing does not go on: $(cat "$tmp/got" "$tmp/said")"
	[ "$(a cert list | "$flat" dossier | sort | tr '\n' ' ')" = '2 5 ' ] || no 'not one certificate each'
	[ "$(a letter print | "$flat" dossier letter | cut -c 1 | sort | tr '\n' ' ')" = '2 2 5 5 ' ] || no 'not two letters each, printed once';;
revoke)
	a revoke "$serial" --ground 10-1-2 --key "$dir/rehearsal/keys/revocation-1" --second "$dir/rehearsal/keys/revocation-2" >"$tmp/got" ||
		no "revoking does not go on: $(cat "$tmp/got" "$tmp/said")"
	[ "$(openssl crl -inform DER -in "$dir/repository/ca.crl" -noout -text | grep -ic "serial number: $serial")" = 1 ] ||
		no 'the list has it not once';;
mail)
	a --now 2026-11-20T12:00:00+09:00 mail send >"$tmp/got" || no "mail does not go on: $(cat "$tmp/got" "$tmp/said")"
	[ "$(a mail list --state accepted | "$flat" -a mails id | sort -u | wc -l)" = 4 ] || no 'not every mail, each once'
	[ "$(ls "$dir/outbox" | grep -c 'eml$')" = 4 ] || no 'not one message for each'
	[ "$(for m in "$dir"/outbox/*.eml; do sed '1,/^.$/d' "$m" | tr -d '\r' | base64 -d | grep -c 日本語が優先; done | sort -u)" = 1 ] || no 'one is not whole';;
pay)
	a payment import "$samples/bank.csv" >"$tmp/got" || no "the import does not go on: $(cat "$tmp/got" "$tmp/said")"
	[ "$(a payment match | "$flat" -a lines line | wc -l)" = 41 ] || no 'lines are lost or doubled';;
esac
# a file left half written is taken away once its writer's number is free again: that may be a sweep later
a sweep | "$flat" difference | grep -v '^stray-file$' | grep . >"$tmp/again" && no "a second sweep finds: $(cat "$tmp/again")"
a audit verify >"$tmp/audit" || no "the audit: $(cat "$tmp/audit")"
S
chmod +x "$tmp/check"
export dir engine db host akashi flat tmp samples serial

# falls NAME STATE RUN [OPTION...]
falls() {
	name=$1; state=$2; run=$3; shift 3
	"$sweep" "$@" -p "'$top/tests/state' back $state" -c "'$tmp/check' $name" "$run >/dev/null 2>&1" >"$tmp/out"
	is "$?" 0 "$engine: $name, fallen at every point: $(tail -1 "$tmp/out")"
	grep -q ' 0 failures$' "$tmp/out" || sed 's/^/# /' "$tmp/out" # which point, and why
	[ "$(sed -n 's/^\([0-9]*\) points.*/\1/p' "$tmp/out")" -ge 10 ] && pass "$engine: $name has points" || fail "$engine: $name has points" "$(cat "$tmp/out")"
}
for engine in sqlite postgresql; do
	dir=$tmp/$engine; db=f_kills_$$; every=3
	[ "$engine" = sqlite ] || every=6
	wide=$((every * 2)) # two orders have as many points again
	[ -z "$LONG" ] || every=1 wide=1
	begun "$dir" $engine kills --policy "$tmp/policy" || fail "$engine: a service begins"
	sed -i 's/^accounts = .*/accounts = 9999-123-1234567/' "$dir/akashi.conf"
	"$akashi" -C "$dir" dossier import "$samples/applications.csv" >/dev/null 2>&1
	"$top/tests/state" keep imported
	"$akashi" -C "$dir" dossier arrive "$samples/papers.csv" >/dev/null
	"$top/tests/state" keep unpaid
	grep -E '^(ref|S1-00[1-4]),' "$samples/papers.csv" >"$tmp/few.csv"
	"$top/tests/state" back imported && "$akashi" -C "$dir" dossier arrive "$tmp/few.csv" >/dev/null && "$top/tests/state" keep mailed
	falls mail mailed "'$akashi' -C '$dir' mail send" -s $((every * 2))
	"$top/tests/state" back unpaid
	falls pay unpaid "'$akashi' -C '$dir' payment import '$samples/bank.csv'" -s $every
	"$top/tests/state" back unpaid
	"$akashi" -C "$dir" payment import "$samples/bank.csv" >/dev/null
	approved "$dir" 2 5 && paid "$dir" 2 5 && "$akashi" -C "$dir" day open --key "$dir/rehearsal/keys/dispatch-1" >/dev/null || fail "$engine: dossiers to issue"
	"$top/tests/state" keep ready
	falls issue ready "'$akashi' -C '$dir' issue 2 5" -s $wide
	falls issue ready "'$akashi' -C '$dir' issue 2 5" -s $((wide * 2)) -m torn -l
	"$sweep" -l -o ca/journal -s $every -p "'$top/tests/state' back ready" -c "'$tmp/check' issue" "'$akashi' -C '$dir' issue 2 5 >/dev/null 2>&1" >"$tmp/out"
	is "$?" 1 "$engine: a build that leaves out the journal's fsync is caught"
	"$top/tests/state" back ready
	"$akashi" -C "$dir" issue 2 >/dev/null
	serial=$("$akashi" -C "$dir" --json cert list | "$flat" serial)
	"$top/tests/state" keep issued
	falls revoke issued "'$akashi' -C '$dir' revoke $serial --ground 10-1-2 --key '$dir/rehearsal/keys/revocation-1' --second '$dir/rehearsal/keys/revocation-2'" -s $every
done
done_testing
