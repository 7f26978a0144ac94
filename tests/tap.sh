# Sourced by the flow tests: TAP lines, and the binaries of the build. Say "done_testing" last.
top=$(cd "$(dirname "$0")/../.." && pwd)
akashi=$top/build/akashi
flat=$top/build/tests/flat
tmp=$(mktemp -d) || exit 2
trap 'rm -rf "$tmp"' EXIT
n=0
pass() { n=$((n + 1)); echo "ok $n - $1"; }
fail() { n=$((n + 1)); echo "not ok $n - $1"; [ -z "$2" ] || printf '%s\n' "$2" | sed 's/^/# /'; }
is() { if [ "$1" = "$2" ]; then pass "$3"; else fail "$3" "got: $1
want: $2"; false; fi; }
has() { case $1 in *"$2"*) pass "$3";; *) fail "$3" "$1";; esac; }
hasnt() { case $1 in *"$2"*) fail "$3" "$1";; *) pass "$3";; esac; }
# Until a command is true, at most so many tenths of a second.
until_true() { i=0; while ! eval "$2"; do i=$((i + 1)); [ $i -lt "$1" ] || return 1; sleep 0.1; done; }
# sleep_part PERCENT MS: so much of a time that was measured.
sleep_part() { sleep "$(printf '%d.%03d' $(($1 * $2 / 100000)) $(($1 * $2 / 100 % 1000)))"; }
# Of the service $dir: a command that answers in JSON; a key of its people. Of an answer in $tmp/out: a member, exit and row.
say() { "$akashi" -C "$dir" --json "$@" 2>"$tmp/err"; }
key() { echo "$dir/rehearsal/keys/$1"; }
of() { "$flat" -v "$1" <"$tmp/out"; }
why() { echo "$1 $(of 'errors[0].code')"; }
# proved GNN SENTENCE: what a row of the goals was shown to be, for docs/proof (tools/proof).
proved() { echo "# $1: $2"; }
# A real service with one custodian, whose key lies beside it.
real_service() {
	printf 'a long passphrase' >"$1.passphrase"
	"$akashi" key new "$1.custodian" --for person --passphrase-file "$1.passphrase" >/dev/null &&
		"$akashi" init "$1" --custodian "$1.custodian.pub" >/dev/null
}
done_testing() { echo "1..$n"; }
# store_of sqlite|postgresql NAME: the --store of a new service on that engine, in an empty database.
store_of() {
	[ "$1" = postgresql ] || { echo 'sqlite:store/akashi.db'; return; }
	host=${AKASHI_TEST_POSTGRES#host=}; host=${host%% *}
	psql -q -h "$host" -U akashi -d postgres -c "CREATE DATABASE f_$2_$$" >&2 &&
		echo "postgresql:///f_$2_$$?host=$host&user=akashi"
}
# quick_policy DIR: the shipped policy, but keys as short as the rules allow and a PKCS#12's password stretched little: of the time of
# kills.sh the keymaker had more than half. The shipped figures are for demo.sh and real.sh.
quick_policy() {
	cp -r "$top/policy" "$1"
	sed -i 's/key_bits: 3072/key_bits: 2048/' "$1/profiles.yaml"
	sed -i 's/\(_key_bits\), value: "[0-9]*"/\1, value: "2048"/; s/\(pkcs12_iterations\), value: "[0-9]*"/\1, value: "10000"/' "$1/settings.yaml"
	! grep -E '_(bits|iterations)\>.*(3072|4096|600000)' "$1/profiles.yaml" "$1/settings.yaml" >&2
}
# begun DIR ENGINE NAME [OPTION...]: a rehearsal with charter 1, the CA certificate and list 1, at 2026-11-20 09:00; of quick_policy unless --policy says another.
begun() {
	begun_dir=$1; begun_store=$(store_of "$2" "$3") || return 1
	shift 3
	case " $* " in *' --policy '*) ;; *) [ -d "$tmp/quick" ] || quick_policy "$tmp/quick" || return 1; set -- --policy "$tmp/quick" "$@";; esac
	set -- "$begun_dir" "$@"
	"$akashi" --now 2026-11-20T09:00:00+09:00 init --rehearsal --store "$begun_store" "$@" >/dev/null &&
		"$akashi" -C "$1" policy adopt >/dev/null || return 1
	for what in 'charter sign' 'ca certify'; do
		"$akashi" -C "$1" $what --key "$1/rehearsal/keys/custodian-1" >/dev/null 2>&1
		"$akashi" -C "$1" $what --key "$1/rehearsal/keys/custodian-2" >/dev/null || return 1
	done
}
