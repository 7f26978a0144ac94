#!/bin/sh
# The public pages in a real browser: axe, keyboard, narrow screens, paper, no JavaScript. [X-12]
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../repository.sh"
trap 'front_stop; rm -rf "$tmp"' EXIT
repository_make "$tmp/repository"
front_start "$tmp/repository" --rehearsal
node "$top/tests/browser/pages.mjs" "$top/build/browser" "http://127.0.0.1:$port" "${SHOTS:-}" valid || echo 'not ok - the browser ended early'
list_make "$tmp/repository/ca.crl" 20261201000000Z 20261205000000Z
rm "$tmp/repository/ca.crt" "$tmp/repository/cps.txt"
node "$top/tests/browser/pages.mjs" "$top/build/browser" "http://127.0.0.1:$port" "${SHOTS:+$SHOTS/stale}" stale || echo 'not ok - the browser ended early'
