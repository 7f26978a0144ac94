# Sourced by flow tests after tap.sh: akashi serve, started and ended by its number, and the programs below it.
# Every process below one, by its parent; never by a name.
below() { kids=; { read -r kids <"/proc/$1/task/$1/children"; } 2>/dev/null; for p in $kids; do echo "$p"; below "$p"; done; }
# Those of a list that still run; a zombie has ended.
left() { for p in $1; do { read -r pid name state more <"/proc/$p/stat"; } 2>/dev/null && [ "$state" != Z ] && echo "$p"; done; }
child_named() { for p in $(below "$serve"); do { read -r is <"/proc/$p/comm"; } 2>/dev/null && [ "$is" = "$1" ] && echo "$p"; done; }
serve_start() { # FOLDER [OPTION...]; sets serve, port and took, the ms until it stood
	for port in 18451 18473 18527 18619 18723; do
		: >"$tmp/serve.out"; began=$(date +%s%N)
		"$@" --listen "127.0.0.1:$port" >"$tmp/serve.out" 2>"$tmp/serve.err" &
		serve=$!
		until_true 300 'grep -q Ctrl-C "$tmp/serve.out" || ! kill -0 $serve 2>/dev/null'
		kill -0 $serve 2>/dev/null && { at=http://127.0.0.1:$port took=$((($(date +%s%N) - began) / 1000000)); return 0; }
		wait $serve; serve= # whose number may be another's by now
	done
	cat "$tmp/serve.err" >&2; exit 2
}
serve_stop() { # SIGNAL; sets rc, took (ms) and rest, what is left of its programs
	rc= took= rest=; [ -n "$serve" ] || return
	all="$serve $(below "$serve")"; began=$(date +%s%N)
	kill -"$1" "$serve" && wait "$serve"; rc=$? serve=
	until_true 50 '[ -z "$(left "$all")" ]'; took=$((($(date +%s%N) - began) / 1000000)); rest=$(left "$all")
}
