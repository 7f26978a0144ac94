#!/bin/sh
# Whoever carries a task loses it to another in the midst of the keymaker's work: nothing of his is kept, the other
# carries it on to one certificate; on both engines. [design 3]
. "$(dirname "$0")/../tap.sh"
. "$top/tests/orders.sh"
tab=$(printf '\t')
# A keymaker that waits for a word once it has been asked for.
mkdir "$tmp/bin" && cp "$top"/build/akashi "$top"/build/akashi-signer "$top"/build/akashi-key "$top"/build/akashi-print "$top"/build/akashi-reader "$tmp/bin" &&
	cp "$top/build/akashi-keymaker" "$tmp/bin/keymaker" || exit 2
cat >"$tmp/bin/akashi-keymaker" <<END
#!/bin/sh
echo asked >'$tmp/asked'
while [ ! -e '$tmp/go' ]; do sleep 0.05; done
exec '$tmp/bin/keymaker' "\$@"
END
chmod 755 "$tmp/bin/akashi-keymaker"
count() { "$tamper" "$dir" "UPDATE $1 SET $2"; }

for engine in sqlite postgresql; do
	dir=$tmp/$engine
	begun "$dir" $engine lease && taken_in "$dir" && approved "$dir" 2 && paid "$dir" 2 || fail "$engine: an order"
	"$akashi" -C "$dir" day open --key "$dir/rehearsal/keys/dispatch-1" >/dev/null || fail "$engine: a print day"
	rm -f "$tmp/asked" "$tmp/go"
	"$tmp/bin/akashi" -C "$dir" --json issue 2 >"$tmp/lost.json" 2>"$tmp/err" & loser=$!
	i=0; until [ -e "$tmp/asked" ] || [ $i = 600 ]; do i=$((i + 1)); sleep 0.05; done
	is "$("$tamper" "$dir" "UPDATE task SET fence = fence + 1, taker = 'another' WHERE state = 'taken' AND kind = 'issue'")" 1 \
		"$engine: another takes it while the key is made"
	: >"$tmp/go"
	wait $loser
	is "$?" 75 "$engine: who lost it says: later"
	is "$(count task "taker = taker WHERE taker = 'another' AND state = 'taken' AND fence = 2 AND result = ''")" 1 "$engine: the task is the other's still"
	is "$(count key_set 'dossier = dossier') $(count cert 'dossier = dossier') $(count letter 'dossier = dossier')" '0 0 0' \
		"$engine: no key, no certificate, no letter of his is kept"
	"$akashi" -C "$dir" --json issue 2 >"$tmp/won.json" 2>"$tmp/err"
	is "$? $("$flat" dossier result <"$tmp/won.json")" "0 2${tab}issued" "$engine: the next who looks carries it on"
	is "$("$akashi" -C "$dir" --json cert list | "$flat" dossier)" 2 "$engine: to one certificate"
	"$akashi" -C "$dir" --json sweep >"$tmp/sweep.json"
	is "$? $("$flat" difference <"$tmp/sweep.json" | grep -vc task-left)" '0 0' "$engine: and the books agree"
done
done_testing
