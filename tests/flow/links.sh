#!/bin/sh
# What signer and keymaker link: libc, libcrypto, libsodium; no SQL, no network, nothing that starts a
# program or renames a file behind the lock's back. Planted ones are found first [design 1] [design 9].
. "$(dirname "$0")/../tap.sh"
build=$top/build
never='socket|connect|bind|listen|sendto|sendmsg|recvmsg|getaddrinfo|execve|execv|fork|vfork|posix_spawn|system|dlopen|sqlite3_[a-z_0-9]*|PQ[A-Za-z]*'
names() { nm -D --undefined-only "$1" | awk '{ sub("@.*", "", $2); print $2 }' | grep -xE "$never"; }
needs() { readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*/\1/p' | sort | tr '\n' ' '; }
rooms() { "$top/tools/links" "$1" | sed 's/.*/lib&.a/'; }

for program in akashi-signer akashi-keymaker; do
	is "$(names "$build/$program")" '' "$program names no call of the network, of SQL or of another program"
	is "$(needs "$build/$program")" 'libc libcrypto libsodium ' "$program needs three libraries"
	# The same rooms, and a line too many.
	printf 'int main(void) { return 0; }\n' >"$tmp/good.c"
	printf 'int sqlite3_open(const char *, void **);\nint main(void) { return sqlite3_open("x", (void **)0); }\n' >"$tmp/sql.c"
	printf '#include <sys/socket.h>\nint main(void) { return socket(AF_INET, SOCK_STREAM, 0); }\n' >"$tmp/net.c"
	for c in good sql net; do
		(cd "$build" && cc -o "$tmp/$c" "$tmp/$c.c" $(rooms "$program") -lcrypto -lsodium) 2>"$tmp/$c.err"
		echo $? >"$tmp/$c.rc"
	done
	is "$(cat "$tmp/good.rc")" 0 "the rooms of $program link"
	grep -q 'undefined reference to .sqlite3_open' "$tmp/sql.err" && pass "SQL planted in $program does not link" ||
		fail "SQL planted in $program links" "$(cat "$tmp/sql.err")"
	is "$(names "$tmp/net")" socket "a socket planted in $program is found"
done

# The layers refuse it before anything is linked.
mkdir "$tmp/tree" && cp -r "$top/src" "$top/tools" "$tmp/tree/"
"$tmp/tree/tools/layers" >/dev/null && pass 'the layers as they are' || fail 'the layers as they are'
for plant in 'book/order.c:#include "store/store.h"' 'proc/signer.c:#include <sqlite3.h>' 'pki/cert.c:#include "wire/frame.h"' \
	'vault/seal.c:#include <openssl/evp.h>' 'wire/signer.c:#include <libpq-fe.h>'; do
	f=$tmp/tree/src/${plant%%:*}
	cp "$f" "$tmp/kept"
	printf '%s\n' "${plant#*:}" >>"$f"
	"$tmp/tree/tools/layers" >"$tmp/out" && fail "not refused: $plant" || pass "refused: $plant"
	cp "$tmp/kept" "$f"
done
sed -i 's/^program akashi-signer:.*/& store/' "$tmp/tree/src/LAYERS"
"$tmp/tree/tools/layers" >"$tmp/out" && fail 'the store on the signer'"'"'s line is not refused' || pass 'refused: the store on the signer'"'"'s line'
done_testing
