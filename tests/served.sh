# Sourced by flow tests after tap.sh: akashi serve, started and ended by its number, and the programs below it.
# Every process below one, by its parent; never by a name.
below() { for p in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do echo "$p"; below "$p"; done; }
# Those of a list that still run; a zombie has ended.
left() { for p in $1; do grep -qs '^State:	[^Z]' "/proc/$p/status" && echo "$p"; done; }
# Until a command is true, at most so many tenths of a second.
until_true() { i=0; while ! eval "$2"; do i=$((i + 1)); [ $i -lt "$1" ] || return 1; sleep 0.1; done; }
child_named() { for p in $(below "$serve"); do [ "$(tr '\0' '\n' 2>/dev/null <"/proc/$p/cmdline" | head -1)" = "$1" ] && echo "$p"; done 2>/dev/null; }
serve_start() { # FOLDER [OPTION...]; sets serve and port
	for port in 18451 18473 18527 18619 18723; do
		: >"$tmp/serve.out"
		"$@" --listen "127.0.0.1:$port" >"$tmp/serve.out" 2>"$tmp/serve.err" &
		serve=$!
		until_true 300 'grep -q Ctrl-C "$tmp/serve.out" || ! kill -0 $serve 2>/dev/null'
		kill -0 $serve 2>/dev/null && { at=http://127.0.0.1:$port; return 0; }
		wait $serve
	done
	cat "$tmp/serve.err" >&2; exit 2
}
serve_stop() { # SIGNAL; sets rc, took (ms) and rest, what is left of its programs
	all="$serve $(below "$serve")"; began=$(date +%s%N)
	kill -"$1" "$serve" && wait "$serve"; rc=$?
	until_true 50 '[ -z "$(left "$all")" ]'; took=$((($(date +%s%N) - began) / 1000000)); rest=$(left "$all")
}
