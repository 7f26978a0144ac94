#!/bin/sh
# S11: resident memory of each program that stands, in MB, beside cfssl serve, and the most it ever had; PRELOADED: folders of services that
# hold certificates already. While the issuer sweeps, which it does when it starts, it has both books in hand: its sweep is waited for.
. bench/ready.sh
below() { for p in $(cat "/proc/$1/task/$1/children"); do echo "$p"; below "$p"; done; }
resident() { awk -v of="${2:-VmRSS}:" '$1 == of { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
# one DIR WHAT: the largest in the line, all of them behind it.
one() {
	serving "$1" && "$akashi" -C "$1" crl publish >/dev/null || return 1
	# Of two sweeps of 1,000,000 the command may not see the end.
	i=0; until "$akashi" -C "$1" sweep >/dev/null; do i=$((i + 1)); [ $i -lt 5 ] || return 1; done
	sleep 2
	for p in $serve $(below $serve); do echo "$(resident "$p") $(resident "$p" VmHWM) $(basename "$(tr '\0' '\n' <"/proc/$p/cmdline" | head -1)")"; done |
		awk -v what="$2" -v peer="$rss" '{ all = all (NR > 1 ? ", " : "") $3 " " $1 " (" $2 ")"; if ($1 > most) most = $1 }
		END { printf "{\"bench\": \"S11\", \"what\": \"%s\", \"ours\": %.1f, \"peer\": %.1f, \"ratio\": %.2f, \"unit\": \"MB, the largest (peer: cfssl serve)\", \"each\": \"%s\", \"seed\": null}\n", what, most, peer, most / peer, all }'
	rest
}
cfssl_up && cfssl_rate sign 200 >/dev/null && rss=$(resident $peer) || exit 1
rest
ready "$tmp/empty" sqlite 2048 >&2 && one "$tmp/empty" 'programs of an empty service' || exit 1
for dir in $PRELOADED; do
	one "$dir" "programs, $(sqlite3 "$dir/store/akashi.db" 'SELECT count(*) FROM cert') certificates" || exit 1
done
