#!/bin/sh
# S11: resident memory of each program that stands, in MB, beside cfssl serve; PRELOADED: folders of services that hold certificates already.
. bench/ready.sh
below() { for p in $(cat "/proc/$1/task/$1/children"); do echo "$p"; below "$p"; done; }
resident() { awk '$1 == "VmRSS:" { printf "%.1f", $2 / 1024 }' "/proc/$1/status"; }
# one DIR WHAT: the largest in the line, all of them behind it.
one() {
	serving "$1" && "$akashi" -C "$1" crl publish >/dev/null && sleep 2
	for p in $serve $(below $serve); do echo "$(resident "$p") $(basename "$(tr '\0' '\n' <"/proc/$p/cmdline" | head -1)")"; done |
		awk -v what="$2" -v peer="$rss" '{ all = all (NR > 1 ? ", " : "") $2 " " $1; if ($1 > most) most = $1 }
		END { printf "{\"bench\": \"S11\", \"what\": \"%s\", \"ours\": %.1f, \"peer\": %.1f, \"ratio\": %.2f, \"unit\": \"MB, the largest (peer: cfssl serve)\", \"each\": \"%s\", \"seed\": null}\n", what, most, peer, most / peer, all }'
	rest
}
cfssl_up && cfssl_rate sign 200 >/dev/null && rss=$(resident $peer) || exit 1
rest
ready "$tmp/empty" sqlite 2048 >&2 && one "$tmp/empty" 'programs of an empty service' || exit 1
for dir in $PRELOADED; do
	one "$dir" "programs, $(sqlite3 "$dir/store/akashi.db" 'SELECT count(*) FROM cert') certificates"
done
