#!/bin/sh
# Rules come into force that the custodians signed for with the charter, and no others. [X-4] [design 4]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/engine.sh"
dir=$tmp/service
in_force() { sqlite3 "$dir/store/akashi.db" "SELECT lower(hex(digest)) FROM policy_version ORDER BY number DESC LIMIT 1"; }
call() { "$akashi" -C "$dir" --json "$@" >"$tmp/out" 2>"$tmp/err"; }
# A draft of the same second is the same draft: who signed that one has signed.
signed() {
	call charter sign --key "$dir/rehearsal/keys/custodian-1"
	[ "$("$flat" -v in_force <"$tmp/out")" = true ] || call charter sign --key "$dir/rehearsal/keys/custodian-2"
}
# rules PRICE: what the folder says, and its digest.
rules() {
	sed -i "s/^\(.*name: short_by, value: \"\)[0-9]*/\1$1/" "$dir/policy/settings.yaml"
	call policy check "$dir/policy"; "$flat" -v digest <"$tmp/out"
}
begun "$dir" sqlite enact || fail 'a service'
first=$(in_force)
one=$(rules 111); call policy adopt; cp "$dir/ca/policy.draft" "$tmp/abandoned"; cp "$dir/ca/pack.draft" "$tmp/pack"
two=$(rules 222); call policy adopt
is "$([ "$one" != "$two" ] && [ "$one" != "$first" ] && echo apart) $(cmp -s "$tmp/pack" "$dir/ca/pack.draft" || echo apart)" 'apart apart' 'rules the signer has no use for are in its pack by their digest'
cp "$tmp/abandoned" "$dir/ca/policy.draft"
signed
is "$("$flat" -v 'errors[0].code' <"$tmp/out") $([ "$(in_force)" = "$first" ] && echo same)" 'rules-other same' 'others put in their place before the last signature are refused'
call policy adopt; signed
is "$? $("$flat" -v in_force <"$tmp/out") $([ "$(in_force)" = "$two" ] && echo signed)" '0 true signed' 'drafted and signed again, they are in force'
# An adoption that was killed before its pack, and a charter for another reason.
cp "$tmp/abandoned" "$dir/ca/policy.draft"
call staff remove reception-1; is "$?" 0 'a charter with one less'
signed
is "$? $("$flat" -v in_force <"$tmp/out") $([ "$(in_force)" = "$two" ] && echo signed)" '0 true signed' 'what was left of another adoption comes into force with no charter'
is "$(ls "$dir/ca" | grep -c draft)" 0 'and goes with it'
done_testing
