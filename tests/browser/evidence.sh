#!/bin/sh
# The page of a folder of evidence, opened from disk in a real browser: axe, narrow, wide and on paper. [R-14.3] [X-12]
. "$(dirname "$0")/../tap.sh"
"$akashi" demo "$tmp/demo" >/dev/null 2>&1
serial=$("$akashi" --json -C "$tmp/demo" cert list | "$flat" -a rows serial state | awk '$2 == "revoked" { print $1; exit }')
"$akashi" -C "$tmp/demo" evidence "$serial" --out "$tmp/evidence" --reason 'claim 7' --key "$tmp/demo/rehearsal/keys/audit-1" >/dev/null ||
	echo 'not ok - no evidence'
node "$top/tests/browser/evidence.mjs" "$top/build/browser" "$tmp/evidence/index.html" ${SHOTS:+"$SHOTS/evidence"} || echo 'not ok - the browser ended early'
