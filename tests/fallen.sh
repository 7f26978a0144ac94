# Sourced by flow tests after tap.sh: a command that falls at the points of what it does (tests/faults), and what must hold after each.
sweep=$top/build/tests/sweep
host=${AKASHI_TEST_POSTGRES#host=}; host=${host%% *}
# fallen NAME LEAST PREPARE CHECK RUN [OPTION...]: RUN has at least so many points, and falls at one or more; tried counts them all.
fallen() {
	fallen_name="$engine: $1" least=$2 prepare=$3 check=$4 run=$5; shift 5
	"$sweep" "$@" -p "$prepare" -c "$check" "$run" >"$tmp/out"
	is "$?" 0 "$fallen_name, fallen at: $(tail -1 "$tmp/out")"
	grep -q ' 0 failures$' "$tmp/out" || sed 's/^/# /' "$tmp/out" # which point, and why
	now=$(sed -n 's/.*), \([0-9]*\) tried,.*/\1/p' "$tmp/out") tried=$((tried + ${now:-0}))
	[ "${now:-0}" -gt 0 ] && [ "$(sed -n 's/^\([0-9]*\) points.*/\1/p' "$tmp/out")" -ge "$least" ] && pass "$fallen_name has points" || fail "$fallen_name has points" "$(cat "$tmp/out")"
}
