#!/bin/sh
# S3: whole packages a second: key, certificate, PIN, PKCS#12, letters sealed, both books written; beside cfssl newcert, which makes key and
# certificate. COUNT packages.
. bench/ready.sh
: "${COUNT:=300}"
cfssl_up && rate=$(cfssl_rate newcert 200) || exit 1
rest
ready "$tmp/sqlite" sqlite 2048 >&2 && serving "$tmp/sqlite" && build/bench/bench_issue "$tmp/sqlite" 2 "$COUNT" made "$rate" S3 'RSA-2048, whole packages, sqlite'
