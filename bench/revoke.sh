#!/bin/sh
# S5: from the second officer's signature to the published list, COUNT entries in it; beside openssl ca with as many.
. bench/ready.sh
: "${COUNT:=100000}"
mkdir "$tmp/ca" && cd "$tmp/ca" && openssl req -x509 -newkey rsa:2048 -nodes -keyout key -subj /CN=bench -out ca -days 30 2>/dev/null &&
	openssl req -new -newkey rsa:2048 -nodes -keyout k -subj /CN=one -out csr 2>/dev/null &&
	printf '[ca]\ndefault_ca=c\n[c]\ndatabase=index\nserial=serial\ncertificate=ca\nprivate_key=key\nnew_certs_dir=.\ndefault_md=sha256\ndefault_days=9\ndefault_crl_days=9\npolicy=p\n[p]\ncommonName=supplied\n' >conf &&
	echo F000000000 >serial && awk -v n="$COUNT" 'BEGIN { for (i = 1; i <= n; i++) printf "R\t280101000000Z\t261120000000Z\t%010X\tunknown\t/CN=%d\n", i, i }' >index &&
	openssl ca -batch -config conf -in csr -out one -notext 2>/dev/null || exit 1
began=$(date +%s%N)
openssl ca -config conf -revoke one 2>/dev/null && openssl ca -config conf -gencrl -out list 2>/dev/null || exit 1
took=$((($(date +%s%N) - began) / 1000000))
cd "$top" && ready "$tmp/service" sqlite 2048 >&2 && build/bench/bench_preload "$tmp/service" 2 $((COUNT + 16)) "$COUNT" &&
	"$akashi" -C "$tmp/service" crl publish >/dev/null && serving "$tmp/service" && build/bench/bench_revoke "$tmp/service" 10 "$took"
