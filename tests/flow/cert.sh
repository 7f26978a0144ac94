#!/bin/sh
# akashi cert verify, inspect: paths that another program made, good and bad. [RFC5280 6] [RFC5280 6.1.1] [RFC5280 6.1.4(k)] [RFC7468 5]
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../keys.sh"
cd "$tmp" || exit 2
export LC_ALL=C.UTF-8

make_key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1.key" 2>/dev/null; }
# ISSUER NAME SERIAL, extensions on standard input: NAME.pem signed by ISSUER's key.
issue() {
	cat >"$2.ext"
	[ -f "$2.key" ] || make_key "$2"
	openssl req -new -utf8 -key "$2.key" -subj "/C=JP/O=あかし証明株式会社/CN=$2" -out "$2.csr" 2>/dev/null
	openssl x509 -req -in "$2.csr" -CA "$1.pem" -CAkey "$1.key" -set_serial "$3" -days 365 -extfile "$2.ext" -out "$2.pem" 2>/dev/null
}
root() {
	make_key "$1"
	openssl req -x509 -new -utf8 -key "$1.key" -subj "/C=JP/CN=$1" -days 700 -set_serial 1 -out "$1.pem" \
		-addext 'keyUsage=critical,keyCertSign,cRLSign' 2>/dev/null
}
# ISSUER NAME DAYS [SERIAL...]: NAME.crl of ISSUER, naming those serials.
list() {
	issuer=$1 out=$2 days=$3
	shift 3
	: >index
	for serial in "$@"; do printf 'R\t400101000000Z\t%s,keyCompromise\t%s\tunknown\t/CN=x\n' "$(date -u +%y%m%d%H%M%SZ)" "$serial" >>index; done
	echo 01 >number
	printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s\ncrlnumber=%s\ndefault_md=sha256\ndefault_crl_days=%s\ncrl_extensions=x\n[x]\nauthorityKeyIdentifier=keyid\n%s' \
		"$PWD/index" "$PWD/number" "$days" "$list_extension" >ca.cnf
	openssl ca -config ca.cnf -gencrl -keyfile "$issuer.key" -cert "$issuer.pem" -out "$out.crl" 2>/dev/null
}
list_extension=
CA='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid'
EE='keyUsage=critical,digitalSignature,nonRepudiation
authorityKeyIdentifier=keyid'

root root; root stranger
issue root sub 2 <<E
$CA
E
issue sub taro 0x10 <<E
$EE
subjectAltName=email:taro.yamada@example.jp,dirName:dir
[dir]
CN=Yamada Taro
E
issue root direct 0x11 <<E
$EE
E
issue direct below_direct 0x19 <<E
$EE
E
issue root bare 3 <<E
keyUsage=critical,keyCertSign,cRLSign
E
issue bare below_bare 0x12 <<E
$EE
E
issue root short 4 <<E
$CA,CA:TRUE
E
issue root ends 5 <<E
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
E
issue ends beyond 6 <<E
$CA
E
issue beyond below_beyond 0x13 <<E
$EE
E
issue root narrow 7 <<E
$CA
nameConstraints=critical,permitted;email:akashi.example
E
issue narrow wide 0x14 <<E
$EE
subjectAltName=email:taro@elsewhere.example
E
issue root strict 8 <<E
$CA
certificatePolicies=1.3.6.1.4.1.32473.9
policyConstraints=critical,requireExplicitPolicy:0
E
issue strict without 0x15 <<E
$EE
E
issue strict with 0x16 <<E
$EE
certificatePolicies=1.3.6.1.4.1.32473.9
E
issue sub strange 0x17 <<E
$EE
1.2.3.4=critical,ASN1:NULL
E
issue root nolist 9 <<E
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
E
issue nolist below_nolist 0x18 <<E
$EE
E
for who in root sub bare ends beyond narrow strict nolist; do list $who $who 30; done
list root root_names_sub 30 02
list sub sub_names_taro 30 10
openssl x509 -in taro.pem -outform DER -out taro.der
openssl crl -in sub.crl -outform DER -out sub.der.crl
cat taro.pem sub.pem >bundle.pem
cat root.crl sub.crl >bundle.crl
cat stranger.pem root.pem >anchors.pem
{ openssl x509 -in taro.pem -text; cat taro.key; } >worded.pem
# The last octet of the signature, changed.
change() { size=$(wc -c <"$1"); { head -c $((size - 1)) "$1"; tail -c 1 "$1" | tr '\000-\377' '\001-\377\000'; }; }
change taro.der >changed.der; change sub.der.crl >changed.crl
list root root_long 800; list sub sub_long 800
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s\nnew_certs_dir=%s\nserial=%s\ndefault_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' \
	"$PWD/index" "$PWD" "$PWD/number" >issue.cnf
: >index; echo 1A >number
openssl ca -config issue.cnf -batch -notext -in direct.csr -out future.pem -cert root.pem -keyfile root.key \
	-startdate "$(date -u -d '+5 days' +%Y%m%d%H%M%SZ)" -days 365 -extfile direct.ext 2>/dev/null
list_extension='issuingDistributionPoint=critical,@p
[p]
onlyuser=TRUE'
list root users 30
list_extension=

# WHAT EXIT REASON ARGUMENTS
verify() {
	what=$1 exit=$2 reason=$3
	shift 3
	"$akashi" --json cert verify "$@" >out 2>err
	code=$?
	is "$code $(sed -n 's/^ "reason": "\(.*\)",/\1/p' out)" "$exit $reason" "$what"
}
both='--ca sub.pem --crl root.crl --crl sub.crl'
now=$(date -u +%s)
later() { date -u -d "@$((now + $1 * 86400))" +%Y-%m-%dT%H:%M:%SZ; }

verify 'a path of three' 0 valid taro.pem --anchor root.pem $both
verify 'DER, and a list in DER' 0 valid taro.der --anchor root.pem --ca sub.pem --crl root.crl --crl sub.der.crl
verify 'bundles of certificates, lists and anchors' 0 valid bundle.pem --anchor anchors.pem --crl bundle.crl
verify 'words and a key beside the certificate' 0 valid worded.pem --anchor root.pem $both
verify 'options as --name=value' 0 valid taro.pem --anchor=root.pem --ca=sub.pem --crl=root.crl --crl=sub.crl
verify 'a path of two' 0 valid direct.pem --anchor root.pem --crl root.crl
verify 'an anchor that is no root' 0 valid taro.pem --anchor sub.pem --crl sub.crl
verify 'a list for users alone does not cover its own issuer, which is the anchor' 0 valid direct.pem --anchor root.pem --crl users.crl
verify 'a policy that is asked for and there' 0 valid with.pem --anchor root.pem --ca strict.pem --crl root.crl --crl strict.crl
verify 'the right time' 0 valid taro.pem --anchor root.pem $both --at "$(later 20)"

verify 'a revoked certificate' 1 revoked taro.pem --anchor root.pem --ca sub.pem --crl root.crl --crl sub_names_taro.crl
is "$(sed -n 's/^ "depth": \(.*\),/\1/p' out)" 0 'it is the end entity'
verify 'a revoked issuer' 1 revoked taro.pem --anchor root.pem --ca sub.pem --crl root_names_sub.crl --crl sub.crl
is "$(sed -n 's/^ "depth": \(.*\),/\1/p' out)" 1 'it is the one above'
verify 'no list of the issuer' 1 no-list taro.pem --anchor root.pem --ca sub.pem --crl root.crl
verify 'no list of the root' 1 no-list taro.pem --anchor root.pem --ca sub.pem --crl sub.crl
verify 'no list at all' 1 no-list taro.pem --anchor root.pem --ca sub.pem
verify 'a list for users alone does not cover an issuer' 1 no-list taro.pem --anchor root.pem --ca sub.pem --crl users.crl --crl sub.crl
verify 'a list with a changed signature' 1 list-signature taro.pem --anchor root.pem --ca sub.pem --crl root.crl --crl changed.crl
verify 'a list past its day' 1 list-expired taro.pem --anchor root.pem $both --at "$(later 31)"
verify 'a certificate past its day' 1 expired taro.pem --anchor root.pem --ca sub.pem --crl root_long.crl --crl sub_long.crl --at "$(later 400)"
verify 'a list before its day' 1 list-not-yet-valid taro.pem --anchor root.pem $both --at "$(later -1)"
verify 'a certificate before its day' 1 not-yet-valid future.pem --anchor root.pem --crl root.crl
verify 'no issuer' 1 no-path taro.pem --anchor root.pem --crl root.crl --crl sub.crl
verify 'another anchor' 1 no-path taro.pem --anchor stranger.pem $both
verify 'another root in the bundle is not trusted' 1 not-trusted taro.pem --anchor stranger.pem --ca root.pem $both
verify 'a changed signature' 1 signature changed.der --anchor root.pem $both
verify 'an issuer that does not say CA:TRUE' 1 not-a-ca below_bare.pem --anchor root.pem --ca bare.pem --crl root.crl --crl bare.crl
verify 'an end entity as issuer' 1 not-a-ca below_direct.pem --anchor root.pem --ca direct.pem --crl root.crl
verify 'a path longer than allowed' 1 path-length below_beyond.pem --anchor root.pem --ca ends.pem --ca beyond.pem --crl root.crl --crl ends.crl --crl beyond.crl
verify 'a name outside its bounds' 1 name-constraint wide.pem --anchor root.pem --ca narrow.pem --crl root.crl --crl narrow.crl
verify 'a policy that is asked for and missing' 1 policy without.pem --anchor root.pem --ca strict.pem --crl root.crl --crl strict.crl
verify 'a critical extension nobody knows' 1 extension strange.pem --anchor root.pem $both
verify 'a list by one who may not sign lists' 1 list-issuer below_nolist.pem --anchor root.pem --ca nolist.pem --crl root.crl --crl nolist.crl

echo garbage >garbage; : >empty; head -c 300 taro.pem >cut.pem; head -c 300 taro.der >cut.der; cat taro.der empty garbage >longer.der
for bad in garbage empty cut.pem cut.der longer.der taro.key root.crl missing .; do
	verify "exit 2: $bad is no certificate" 2 '' "$bad" --anchor root.pem $both
	verify "exit 2: $bad is no anchor" 2 '' taro.pem --anchor "$bad" $both
	is "$(wc -l <err)" 1 'one sentence'
done
for bad in garbage empty taro.pem missing; do verify "exit 2: $bad is no list" 2 '' taro.pem --anchor root.pem --ca sub.pem --crl "$bad"; done
verify 'exit 2: no anchor' 2 '' taro.pem $both
verify 'exit 2: no certificate' 2 '' --anchor root.pem
verify 'exit 2: no such time' 2 '' taro.pem --anchor root.pem $both --at 2026-02-30T00:00:00Z
is "$("$akashi" cert verify taro.pem --anchor root.pem $both)" 'valid: 有効です。' 'in words'

"$top/build/tests/pki_make" "$tmp"
"$akashi" cert inspect taro.crt >out
name=$(cat name)
for text in "$name" '山田　花子' '大阪府大阪市北区一丁目２番３号' taro.yamada@example.jp NTRJP-8999901000017 1.3.6.1.4.1.32473.1.6; do
	grep -q ": $text\$" out && pass "inspect prints $text" || fail "inspect prints $text" "$(cat out)"
done
grep -q '^extension.keyUsage \[critical\]: digitalSignature, nonRepudiation$' out && pass 'and the usage' || fail 'and the usage'
is "$(openssl x509 -inform DER -in taro.crt -noout -fingerprint -sha256 | cut -d= -f2 | tr -d : | tr A-F a-f)" \
	"$(sed -n 's/^fingerprint.sha256: //p' out)" 'and the fingerprint that OpenSSL prints'
"$akashi" --json cert inspect taro.crt | tr -d '\n' >json
grep -qF '"path": "extension.subjectAltName.directory-1.1",   "oid": "2.5.4.3",   "label": "commonName",   "kind": "UTF8STRING",   "text": "'"$name"'"' json &&
	pass 'the same as JSON' || fail 'the same as JSON' "$(cat json)"
is "$("$akashi" cert inspect bundle.pem | grep -c '^serial: ')" 2 'every certificate of a bundle'
"$akashi" --json cert inspect taro.crt >inspect.json
documented 'cert inspect' inspect.json
"$akashi" --json cert verify taro.crt --anchor ca.crt >verify.json
documented 'cert verify' verify.json
for bad in garbage empty cut.pem missing root.crl; do
	"$akashi" cert inspect "$bad" >out 2>err
	is "$? $(wc -c <out) $(wc -l <err)" '2 0 1' "exit 2: $bad cannot be inspected"
done
"$akashi" cert verify taro.crt --anchor ca.crt --crl ca.crl >out && pass 'our own certificate is good' || fail 'our own certificate is good'
"$akashi" cert verify taro.crt --anchor ca.crt --crl revoked.crl >out
is $? 1 'and revoked by the list that names it'
done_testing
