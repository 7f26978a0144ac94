#!/bin/sh
# The linker is the first sandbox: what the caged programs load, and what they do not name [design 1].
. "$(dirname "$0")/../tap.sh"
needed() { readelf -d "$top/build/$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\.so.*/\1/p' | sort | tr '\n' ' '; }
for p in akashi-keymaker akashi-signer; do
	is "$(needed $p)" 'libc libcrypto libsodium ' "$p loads libc, libcrypto, libsodium and nothing else"
done
for p in akashi akashi-front akashi-issuer akashi-keymaker akashi-print akashi-signer akashi-key; do
	is "$p $(needed $p | grep -c 'libp11-kit')" "$p $([ $p = akashi-key ] && echo 1 || echo 0)" "who loads a token's module: $p"
done
# What the public site's program is not given it cannot link by mistake; asked of build.ninja.
given() { awk -v of="build $1:" 'index($0, of) == 1 { on = 1 } on && /LINK_ARGS/ { print; exit }' "$top/build/build.ninja" | grep -c libcrypto; }
is "$(given akashi-front) $(given akashi-signer)" '0 1' 'akashi-front is not even given libcrypto'
is "$(needed akashi | grep -c libsqlite3)" 1 'the store is seen where it is linked'
# Calls no caged program may even name; each is found first in a program that does.
names() { readelf -W --dyn-syms "$top/build/$1" | awk '$7 == "UND" { sub("@.*", "", $8); print $8 }'; }
for f in socket connect bind execve fork dlopen sqlite3_open_v2 PQconnectdb; do
	for p in akashi-keymaker akashi-signer; do
		is "$(names $p | grep -cx $f)" 0 "$p does not name $f"
	done
done
is "$(names akashi | grep -cxE 'fork|execve')" 2 'calls are seen where they are named'
# Parsers of other parties' bytes are linked where they are caged [design 1].
for f in csv_open bank_file_read bank_fixed_read mail_in_take cms_mail charsets_open; do
	is "$(nm "$top/build/akashi-reader" | grep -c " T $f\$")" 1 "akashi-reader reads: $f"
	for p in akashi akashi-issuer; do
		is "$(nm "$top/build/$p" | grep -c " T $f\$")" 0 "$p does not: $f"
	done
done
is "$(needed akashi-reader)" 'libc libcrypto libglib-2.0 libgmime-3.0 libgobject-2.0 ' 'what it loads'
done_testing
