#!/bin/sh
# Backup, copy of the keys, restore and epoch, fallen at writes, fsyncs, renames and sends, on both engines: what has a name is
# whole, the next run goes on, nothing with keys in it is left over. [X-7] [storage 4] [design 4]
# At a few of the points, on PostgreSQL at fewer; LONG=1: at ten times as many.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
. "$top/tests/fallen.sh"

# What a try begins from; a PostgreSQL to restore into is empty.
cat >"$tmp/begin" <<'S'
#!/bin/sh
psql() { command psql -q -h "$host" -U akashi -d postgres -c "$1" 2>/dev/null; }
rm -rf "$tmp/restored" "$tmp/restored.new"
"$top/tests/state" back "$1"
[ "$engine" = sqlite ] || { psql "DROP DATABASE IF EXISTS ${db}_new WITH (FORCE)" && psql "CREATE DATABASE ${db}_new"; }
S
# What must hold after each fall.
cat >"$tmp/check" <<'S'
#!/bin/sh
a() { "$akashi" -C "$dir" --json "$@" 2>>"$tmp/said"; }
no() { echo "point $POINT: $1"; exit 1; }
# whole NUMBER KEYS: it can be restored, and shows the log its manifest names.
whole() {
	rm -rf "$tmp/tried"
	"$akashi" --json restore --from "$dir/copies/$1" --keys "$dir/copied-keys/$2" --to "$tmp/tried" >"$tmp/got" 2>&1 || no "$1 with $2 is not whole: $(cat "$tmp/got")"
	rm -rf "$tmp/tried"
}
: >"$tmp/said"
case $1 in
backup)
	for copy in "$dir"/copies/*[0-9]; do whole "${copy##*/}" 1; done
	a backup --out "$dir/copies" >"$tmp/got" || no "the next does not go on: $(cat "$tmp/got" "$tmp/said")"
	whole "$("$flat" -v number <"$tmp/got")" 1
	[ -z "$(ls "$dir/copies" | grep -v '^[0-9]*$')" ] || no "left over: $(ls "$dir/copies")";;
keys)
	for copy in "$dir"/copied-keys/*[0-9]; do whole 1 "${copy##*/}"; done
	a backup --keys --out "$dir/copied-keys" >"$tmp/got" || no "the next does not go on: $(cat "$tmp/got" "$tmp/said")"
	whole 1 "$("$flat" -v number <"$tmp/got")"
	[ -z "$(ls "$dir/copied-keys" | grep -v '^[0-9]*$')" ] || no "left over: $(ls "$dir/copied-keys")";;
restore)
	[ -d "$tmp/restored" ] || { [ "$engine" = sqlite ] || "$tmp/begin" ready; sh -c "$restore" >"$tmp/got" 2>&1 || no "restoring does not go on: $(cat "$tmp/got")"; }
	[ ! -e "$tmp/restored.new" ] || no 'a half restored folder is left'
	[ -e "$tmp/restored/ca/standby" ] || no 'it does not wait for its epoch'
	dir=$tmp/restored;;
epoch)
	[ ! -e "$dir/ca/standby" ] || a epoch sign --key "$dir/rehearsal/keys/custodian-2" >"$tmp/got" || no "the epoch does not go on: $(cat "$tmp/got" "$tmp/said")"
	a crl publish >"$tmp/got" || no "no list: $(cat "$tmp/got" "$tmp/said")"
	[ $(($("$flat" -v number <"$tmp/got") >> 32)) = 1 ] || no 'the list is not of the epoch'
	"$akashi" --json standby check --journal "$dir/ca/journal" --checkpoint "$tmp/outside/checkpoint.der" --crl "$tmp/outside/ca.crl" >"$tmp/got"
	[ "$("$flat" -v epoch <"$tmp/got")" = 1 ] || no "not one EPOCH line: $(cat "$tmp/got")";;
esac
a sweep >"$tmp/swept" || no "the sweep finds what it cannot resolve: $(cat "$tmp/swept" "$tmp/said")"
a sweep >"$tmp/swept"; [ $? -le 1 ] || no "a second sweep: $(cat "$tmp/swept" "$tmp/said")"
"$flat" difference <"$tmp/swept" | grep -v '^stray-file$' | grep . >"$tmp/again" && no "a second sweep finds: $(cat "$tmp/again")"
a audit verify >"$tmp/audit" || no "the audit: $(cat "$tmp/audit")"
S
chmod +x "$tmp/begin" "$tmp/check"
export dir engine db host akashi flat tmp top restore

# falls NAME STEP RUN [OPTION...]
falls() {
	name=$1 step=$2 act=$3; shift 3
	[ "$engine" = sqlite ] || step=$((step * 3))
	[ -z "$LONG" ] || step=$(((step + 9) / 10))
	fallen "$name" 10 "'$tmp/begin' $state" "'$tmp/check' $name" "$act >/dev/null 2>&1" -s $step "$@"
}
for engine in sqlite postgresql; do
	dir=$tmp/$engine db=f_backup_kills_$$ to=
	begun "$dir" $engine backup_kills && "$akashi" -C "$dir" backup --out "$dir/copies" >/dev/null && "$akashi" -C "$dir" backup --keys --out "$dir/copied-keys" >/dev/null || fail "$engine: a service with copies"
	[ "$engine" = sqlite ] || to="--store 'postgresql:///${db}_new?host=$host&user=akashi'"
	restore="'$akashi' restore --from '$dir/copies' --keys '$dir/copied-keys' $to --to '$tmp/restored'"
	state=ready; "$top/tests/state" keep ready
	falls backup 61 "'$akashi' -C '$dir' backup --out '$dir/copies'"
	falls backup 101 "'$akashi' -C '$dir' backup --out '$dir/copies'" -l -m torn
	falls keys 23 "'$akashi' -C '$dir' backup --keys --out '$dir/copied-keys'" -l
	falls restore 61 "$restore" -l
	"$tmp/begin" ready
	mkdir -p "$tmp/outside"; cp "$dir/repository/ca.crl" "$dir/repository/checkpoint.der" "$tmp/outside/"
	touch "$dir/ca/standby" # as a restored one
	"$akashi" -C "$dir" epoch draft --checkpoint "$tmp/outside/checkpoint.der" --crl "$tmp/outside/ca.crl" >/dev/null
	"$akashi" -C "$dir" epoch sign --key "$dir/rehearsal/keys/custodian-1" >/dev/null 2>&1
	is $? 5 "$engine: an epoch that one has signed"
	state=signed; "$top/tests/state" keep signed
	falls epoch 29 "'$akashi' -C '$dir' epoch sign --key '$dir/rehearsal/keys/custodian-2'"
done
done_testing
