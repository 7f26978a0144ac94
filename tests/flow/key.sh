#!/bin/sh
# akashi key new: its files, its passphrase from a file or descriptor, its refusals [R-1.3].
. "$(dirname "$0")/../tap.sh"
. "$top/tests/keys.sh"
cd "$tmp" || exit 2
printf 'a long enough passphrase\n' >pass
is "$("$akashi" --json key new suzuki --for person --passphrase-file pass >out; echo $?)" 0 'a person'"'"'s key is made'
documented 'key new' out
is "$(cut -d' ' -f1-5 suzuki.pub | head -1)" 'akashi public v1 person real' 'its public half says what it is'
is "$(sed -n 2p suzuki.pub)" "$(sed -n 's/.*"words": "\(.*\)".*/\1/p' out)" 'the words are the same in file and answer'
is "$(stat -c %a suzuki)" 600 'only its owner reads the secret half'
for p in station archive signer keymaker; do
	"$akashi" key new "$p" --for "$p" --rehearsal >/dev/null
	is "$? $(cut -d' ' -f1-5 "$p.pub" | head -1)" "0 akashi public v1 $p rehearsal" "a rehearsal's $p key needs no passphrase"
done
"$akashi" key new fd --for person --passphrase-file /dev/fd/5 5<pass >/dev/null
is $? 0 'a passphrase from a descriptor'
"$akashi" key new ca --for ca --rehearsal >/dev/null
is "$? $(head -1 ca.pub | cut -d' ' -f6 | wc -c)" "0 1101" 'a CA key has the bits of ca_key_bits'
refused() { # exit, name, arguments
	want=$1 name=$2; shift 2
	"$akashi" "$@" >out 2>err </dev/null
	is "$? $(wc -c <out) $(wc -l <err)" "$want 0 1" "$name"
}
refused 4 'never overwritten' key new suzuki --for person --passphrase-file pass
printf short >short
refused 4 'a short passphrase' key new x --for person --passphrase-file short
refused 3 'no such passphrase file' key new x --for person --passphrase-file none
long=$(printf '%0200d/%0200d' 1 2); mkdir -p "$long"
is "$("$akashi" key new "$long/k" --for person --rehearsal >out 2>err; echo "$?") $(grep -c -F "$(sed -n 2p "$long/k.pub")" out)" '0 1' 'one of a long name is told as well'
odd=$(printf 'odd\377'); is "$("$akashi" key new "$odd" --for person --rehearsal >out 2>err; echo $?) $(grep -c -F "$(sed -n 2p "$odd.pub")" out)" '0 1' 'so is one whose name is not UTF-8'
is "$("$akashi" --json key new "$odd-2" --for person --rehearsal >out 2>err; echo $?) $(grep -c 'UTF-8 でない名前' out) $(ls "$odd-2")" "70 1 $odd-2" 'but not in JSON: that it is made is said'
mkdir folder
refused 4 'a passphrase file that cannot be read is no empty passphrase' key new x --for person --rehearsal --passphrase-file folder
refused 2 'no such purpose' key new x --for king --passphrase-file pass
refused 2 'a purpose is due' key new x --passphrase-file pass
refused 2 'a name is due' key new --for person
is "$(ls x x.pub 2>/dev/null)" '' 'a refusal leaves no file'
is "$(setsid "$akashi" key new x --for person </dev/null >out 2>err; echo $?)" 2 'no terminal, no file: a wrong call'
"${akashi%/*}/akashi-key" --verb unwrap --key archive --log unwrap.log --limit 0 3</dev/null 4</dev/null 2>err
is "$? $(grep -c unwrap_hourly err)" '2 1' 'an archive key without an hourly limit is not opened'
"${akashi%/*}/akashi-key" --verb unwrap --key archive --log unwrap.log --limit 1 3</dev/null 4</dev/null 2>err
is $? 0 'with one it is'
for signal in TERM INT; do
	"${akashi%/*}/akashi-key" --verb unwrap --key archive --log unwrap.log --limit 1 --listen agent.sock 3>ready 4</dev/null & agent=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s ready ] || sleep 0.1; done
	is "$(cat ready; ls agent.sock)" ragent.sock 'it says that it listens'
	kill -$signal $agent; wait $agent
	is "$? $(ls agent.sock 2>/dev/null)" '0 ' "SIG$signal ends it, and its socket is gone"
	: >ready
done
# Whoever else would open it finds it open, also where its socket is gone; and its log stays where it is.
agent=${akashi%/*}/akashi-key
as_ca='--verb sign --key ca --log ca.log --limit 0 --listen ca.sock'
ask() { "$top/build/tests/agent_ask" "$tmp/ca.sock" "$(printf '%064d' "$1")" 2>&1; }
second() { timeout 20 "$agent" $as_ca 3>second 4</dev/null 2>err; }
"$agent" $as_ca 3>ready 4</dev/null & opened=$!
until_true 200 '[ -s ready ]'
is "$(cat ready) $(ask 1)" 'r 512' 'a CA key is open'
second; is "$? $(grep -c key-open second) $(ask 2)" '4 1 512' 'a second one is refused, and leaves the socket'
rm -f ca.sock; second; is "$? $(grep -c key-open second) $(ls ca.sock 2>/dev/null)" '4 1 ' 'also where its socket was removed'
kill $opened; wait $opened
"$agent" $as_ca 3>ready 4</dev/null & opened=$!
until_true 200 '[ -S ca.sock ]'
is "$(ask 3) $(wc -l <ca.log)" '512 5' 'once it has ended it is opened again'
mv ca.log ca.log.1
ask 4 >out; is "$? $(wc -l <ca.log.1) $(ls ca.log 2>/dev/null)" '1 6 ' 'a log that was moved aside: nothing more is signed'
until_true 50 '[ ! -e ca.sock ]'; is $? 0 'and it ends'
kill $opened 2>/dev/null; wait $opened
done_testing
