#!/bin/sh
# S12: from "akashi serve" to a service that stands, the median of nine; and "make run" in a clean checkout, until it answers.
. bench/ready.sh
ms() { echo $((($(date +%s%N) - $1) / 1000000)); }
ready "$tmp/service" sqlite 2048 >&2 || exit 1
took=$(for i in 1 2 3 4 5 6 7 8 9; do began=$(date +%s%N); serving "$tmp/service" || exit; ms "$began"; rest; done | sort -n | sed -n 5p)
line() { awk -v what="$1" -v ms="$2" 'BEGIN { printf "{\"bench\": \"S12\", \"what\": \"%s\", \"ours\": %.2f, \"peer\": null, \"ratio\": null, \"unit\": \"s\", \"seed\": null}\n", what, ms / 1000 }'; }
line 'akashi serve until it stands' "$took"
git clone -q . "$tmp/clean" && cd "$tmp/clean" || exit 1
began=$(date +%s%N)
PORT=18897 make run >"$tmp/run.out" 2>&1 & run=$!
until curl -s -o /dev/null http://127.0.0.1:18897/; do kill -0 $run 2>/dev/null || { cat "$tmp/run.out" >&2; exit 1; }; sleep 0.2; done
took=$(ms "$began")
for p in $(below() { for p in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do echo "$p"; below "$p"; done; }; below $run) $run; do kill -INT "$p" 2>/dev/null; done
wait $run
line 'make run in a clean checkout, until it answers' "$took"
