#!/bin/sh
# No memory: each allocation of each command refused once, then from there on. None crashes, none says what is not so,
# none leaves half a file or memory that nobody points to, and the act is done when it is asked again. [goals G3]
# LONG=1 tries some eight thousand of them on what only reads and six hundred on acts; else a few of each.
. "$(dirname "$0")/../tap.sh"
. "$top/tests/falls.sh"
engine=sqlite dir=$tmp/s db= tried=0
states memory || fail 'a service with an order'
few=3 acts=2
lsan=$(cc -print-file-name=liblsan.so)
# The plant: a program that forgets some.
cp "$top/build/tests/forgets" "$tmp/akashi-forgets"
"$sweep" -m alloc -L "$lsan" -t 1 "$tmp/akashi-forgets 2>/dev/null" >"$tmp/out"
is "$? $(grep -c '^point 1: a program leaks' "$tmp/out")" '1 1' 'memory that nobody points to is found'
[ -z "$LONG" ] || { few=300; acts=60; }
echo x >"$tmp/plain"; good=$tmp/good got=$tmp/got.out file=$tmp/file; export good got file
# What was asked for stands on standard output, or the exit says why not; a file is whole or not there.
cat >"$tmp/told" <<'S'
#!/bin/sh
no() { echo "point $POINT: $1"; exit 1; }
case $STATUS in 0) cmp -s "$got" "$good" || no 'exit 0 and another answer'
	[ -e "$file" ] || [ ! -e "$good.file" ] || no 'exit 0 and no file';;
7 | 1[2-9]?) no "exit $STATUS";; esac
[ ! -e "$file" ] || cmp -s "$file" "$good.file" || no 'half a file'
S
chmod +x "$tmp/told"
# told COMMAND...: it changes nothing but perhaps $file.
told() {
	rm -f "$file" "$good.file"; short=$(echo "$*" | sed "s|$tmp/||g")
	"$akashi" "$@" >"$good" 2>"$tmp/err" && [ -s "$good" ] || fail "$short, with memory" "$(cat "$tmp/err")"
	[ ! -e "$file" ] || cp "$file" "$good.file"
	command="'$akashi'"; for word; do command="$command '$word'"; done
	for mode in alloc alloc-on; do
		fallen "$short, without memory ($mode)" 1 "rm -f '$file'" "'$tmp/told'" "$command >'$got' 2>/dev/null" -m $mode -L "$lsan" -t $few -f "$first"
		first=$((first + 13))
	done
}
"$top/tests/state" back issued
first=5
told -C "$dir" dossier list
told -C "$dir" --json dossier show 2
told -C "$dir" --json cert list
told -C "$dir" --json cert export "$serial" --out "$file"
told -C "$dir" cert inspect "$serial"
"$akashi" -C "$dir" policy adopt >/dev/null || fail 'a draft of the next charter'
told -C "$dir" --json charter show
told -C "$dir" --json payment match
told -C "$dir" --json mail list --state queued
told -C "$dir" --json clocks list
told -C "$dir" --json warrant show 2
told -C "$dir" --json audit verify
told -C "$dir" dossier find さくら
told policy check "$dir/policy"
first=11
for mode in alloc alloc-on; do
	falls issue ready "$issue" -t $acts -f $first -m $mode -L "$lsan"
	falls revoke issued "$revoke" -t $acts -f $first -m $mode -L "$lsan"
	falls list issued "$list" -t $acts -f $first -m $mode -L "$lsan"
	falls mail mailed "$mail" -t $acts -f $first -m $mode -L "$lsan"
	falls pay unpaid "$pay" -t $acts -f $first -m $mode -L "$lsan"
	first=701
done
proved G3 "$tried allocations refused, alone or from there on: 0 crashes, 0 leaks, 0 wrong answers, 0 half files, 0 acts lost"
done_testing
