#!/bin/sh
# A rehearsal's key agent falls and is slow to stand again: its starter's own signs meanwhile, and goes on beside the one that stands again.
# Both write one log; those of the one that stands are met [design 5].
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
. "$top/tests/served.sh"
trap 'serve_stop KILL 2>/dev/null; rm -rf "$tmp"' EXIT
dir=$tmp/s log=$tmp/s/keys/ca.log
quick_policy "$tmp/policy"
begun "$dir" sqlite agents --policy "$tmp/policy" && taken_in "$dir" || fail 'a service'
for who in 2 5 12 53; do approved "$dir" "$who" && paid "$dir" "$who" || fail "order $who"; done
serve_start "$akashi" -C "$dir" serve
"$akashi" -C "$dir" day open --key "$(key dispatch-1)" >/dev/null || fail 'a print day'
issued() { # DOSSIER WHAT: asked for until it is
	until_true 100 '"$akashi" -C "$dir" --json issue '"$1"' 2>/dev/null | "$flat" serial | grep -q "^[0-9a-f]\{40\}$"' && pass "$2" || fail "$2"
}
opened() { grep -c ' open$' "$log"; }
standing() { for p in $(child_named akashi-key); do ! tr '\0' ' ' <"/proc/$p/cmdline" | grep -q 'ca.log.*--listen' || echo "$p"; done; }
signed_by() { awk '$2 == "signer" { agent = $3 } END { print agent }' "$log"; }
issued 2 'an order is issued'
fallen=$(standing); is "$(signed_by)" "$fallen" 'the agent that stands signs'
were=$(opened)
exec 8>>"$log"; flock 8 & waits=$!
until_true 50 'grep -q -e "-> FLOCK" /proc/locks'
kill -9 "$fallen"; wait $waits
issued 5 'while none can stand, another is'
own=$(signed_by); is "$(ps -o ppid= -p "$own" | tr -d ' ')" "$serve" "the starter's own signs"
exec 8>&-
until_true 300 '[ "$(opened)" = $((were + 2)) ]'; is "$(opened)" $((were + 2)) 'one stands again'
issued 12 'and another'
is "$(signed_by)" "$own" 'the other goes on'
kill -9 "$(child_named akashi-signer)"
issued 53 'under the next signer another'
is "$(signed_by)" "$(standing)" 'the next signer has the one that stands'
"$akashi" -C "$dir" audit verify >"$tmp/audit"; is $? 0 'each use is met' || cat "$tmp/audit" >&2
serve_stop TERM
done_testing
