#!/bin/sh
# Every reader of outside bytes under libFuzzer with ASan and UBSan: the kept inputs, then new ones; and in each reader an
# error of one byte or one row, planted in the very code (tests/fuzz/plants), is found. [design 1]
# Each reader runs FUZZ_SECONDS, 2; with LONG=1 600; arguments name the readers, else it is all. An input that takes a second of the processor is a failure too.
. "$(dirname "$0")/../tap.sh"
build=$top/build-fuzz/tests/fuzz
kept=$top/tests/fuzz/corpus
seconds=${FUZZ_SECONDS:-${LONG:+600}}
export ASAN_OPTIONS=allocator_may_return_null=1:quarantine_size_mb=32 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1

# fuzz PROGRAM READER OPTION...: what it says stands in $tmp/said, the input it failed on in $tmp/fails.
fuzz() {
	program=$1 reader=$2
	shift 2
	rm -rf "$tmp/fails" "$tmp/new"
	mkdir "$tmp/fails" "$tmp/new"
	FUZZ=$reader "$build/$program" -dict="$top/tests/fuzz/words" -max_len=16384 -timeout=60 -rss_limit_mb=1024 -artifact_prefix="$tmp/fails/" "$@" >"$tmp/said" 2>&1
}
number() { grep -oE "$1[0-9]+" "$tmp/said" | tail -1 | tr -dc 0-9; }

kept_and_new() { # READER LEAST-EDGES
	if fuzz fuzz "$1" -seed=1 -max_total_time="${seconds:-2}" "$tmp/new" "$kept/$1"; then
		pass "$1: nothing fails in $(number '^#') inputs, $(number 'cov: ') edges, $(number 'ft: ') features"
		echo "# G7: $1: $(number '^#') inputs, $(number 'cov: ') edges, $(number 'ft: ') features; none failed, none took a second"
	else
		fail "$1: an input fails" "$(tail -n 40 "$tmp/said"; base64 "$tmp/fails"/* | head -n 100)"
	fi
	edges=$(number 'cov: ')
	is "$([ "${edges:-0}" -ge "$2" ] || echo "$edges")" '' "$1: at least $2 edges are reached"
}

# An input that fails in the planted build, and in the other does not. Begun anew and anew from the input it lies next to,
# each time for longer: what is new along the way draws the fuzzer elsewhere.
planted() { # READER NEAR
	for turn in $(seq 60); do
		fuzz planted "$1" -seed="$turn" -runs=$((turn * 1000)) -len_control=0 -seed_inputs="$kept/$1/$2" "$tmp/new" || break
	done
	runs=$(number '^#') what=$(grep -oE 'AddressSanitizer: [a-z-]+|runtime error: [a-z0-9 -]+|libFuzzer: deadly signal' "$tmp/said" | head -1)
	if [ -n "$what" ] && [ -n "$(ls "$tmp/fails")" ] && mv "$tmp/fails" "$tmp/found" && fuzz fuzz "$1" "$tmp/found"/*; then
		pass "$1: the planted error is found (turn $turn, input $runs: ${what#*: })"
		echo "# G7: $1: the planted error was found in turn $turn, by input $runs"
	else
		fail "$1: the planted error is not found" "$(tail -n 20 "$tmp/said")"
	fi
	rm -rf "$tmp/found"
}

if make --no-print-directory -C "$top" fuzz >"$tmp/made" 2>&1; then
	pass 'the readers are built'
else
	fail 'the readers are built' "$(tail -n 20 "$tmp/made")"
	done_testing
	exit
fi
readers=$(FUZZ='' "$build/fuzz" 2>&1 | tail -n +2 | LC_ALL=C sort | xargs)
is "$(LC_ALL=C ls "$kept" | xargs)" "$readers" 'every reader has kept inputs, and nobody else'
is "$(awk '!/^#/ { print $1 }' "$top/tests/fuzz/readers" | LC_ALL=C sort | xargs)" "$readers" 'and its figures'
is "$(find "$kept" -type f -printf '%s\n' | awk '{ n += $1 } END { print n < 500000 }')" 1 'what is kept is less than 500 kB'
while read -r reader least near; do
	case " ${*:-$readers} " in *" $reader "*) ;; *) continue ;; esac
	kept_and_new "$reader" "$least"
	planted "$reader" "$near"
done <"$top/tests/fuzz/readers"
done_testing
