# What other programs say about our certificates, lists and PKCS#12. Sourced after tests/tap.sh.
# READER_reads DIR prints the reader's own text of taro.crt and of taro.p12, opened with the PIN in the file "pin".
# READER_accepts DIR LIST exits 0 where the path taro.crt - ca.crt is good with that list, else not 0.
# DIR holds ca.crt, taro.crt (DER), taro.p12, pin.
export LC_ALL=C.UTF-8

pem() { # KIND FILE: the file as PEM, for readers that know no DER
	openssl "$1" -inform DER -in "$2"
}

openssl_reads() {
	# Its text of a directory name stops at 256 bytes: the structure itself is dumped instead.
	san=$(openssl asn1parse -inform DER -in "$1/taro.crt" |
		awk -F: '/X509v3 Subject Alternative Name/ { next_one = 1; next } next_one { print $1; exit }') &&
	openssl asn1parse -inform DER -in "$1/taro.crt" -strparse "$san" &&
	openssl x509 -inform DER -in "$1/taro.crt" -noout -email -subject -nameopt utf8,sep_comma_plus_space &&
	openssl pkcs12 -in "$1/taro.p12" -passin "file:$1/pin" -nodes -info 2>&1 | grep -v '^[A-Za-z0-9+/=]*$' >"$1/said" &&
	grep 'BEGIN PRIVATE KEY' "$1/said"
}
openssl_accepts() {
	pem x509 "$1/ca.crt" >"$1/ca.pem" && pem x509 "$1/taro.crt" >"$1/taro.pem" && pem crl "$2" >"$1/list.pem" &&
	openssl verify -crl_check_all -CAfile "$1/ca.pem" -CRLfile "$1/list.pem" "$1/taro.pem" 2>&1
}

gnutls_reads() {
	certtool -i --inder --infile "$1/taro.crt" &&
	certtool --p12-info --inder --infile "$1/taro.p12" --password "$(cat "$1/pin")" 2>&1
}
gnutls_accepts() {
	pem x509 "$1/ca.crt" >"$1/ca.pem" && pem x509 "$1/taro.crt" >"$1/taro.pem" && pem crl "$2" >"$1/list.pem" &&
	certtool --verify-crl --load-ca-certificate "$1/ca.pem" --infile "$1/list.pem" >"$1/said" 2>&1 &&
	grep -q 'Verification output: Verified' "$1/said" &&
	certtool --verify --load-ca-certificate "$1/ca.pem" --load-crl "$1/list.pem" --infile "$1/taro.pem" 2>&1
}

nss_reads() {
	rm -rf "$1/nss" && mkdir "$1/nss" && certutil -N -d "sql:$1/nss" --empty-password &&
	pk12util -i "$1/taro.p12" -d "sql:$1/nss" -w "$1/pin" -K '' 2>&1 &&
	pk12util -l "$1/taro.p12" -w "$1/pin" -d "sql:$1/nss" 2>&1 &&
	certutil -K -d "sql:$1/nss" && nss-pp -t certificate -u -i "$1/taro.crt"
}
nss_accepts() {
	rm -rf "$1/nss" && mkdir "$1/nss" && certutil -N -d "sql:$1/nss" --empty-password &&
	certutil -A -d "sql:$1/nss" -n ca -t CT,CT,CT -i "$1/ca.crt" &&
	certutil -A -d "sql:$1/nss" -n taro -t ,, -i "$1/taro.crt" &&
	crlutil -I -i "$2" -d "sql:$1/nss" -t 1 >/dev/null 2>"$1/said" && [ ! -s "$1/said" ] &&
	certutil -V -d "sql:$1/nss" -n taro -u S -e 2>&1
}

# Java notes its figures in /tmp wherever TMPDIR is.
keytool() { command keytool -J-XX:-UsePerfData "$@"; }
java_reads() {
	keytool -list -v -storetype PKCS12 -keystore "$1/taro.p12" -storepass:file "$1/pin" 2>&1
}
# Without -noprompt keytool takes a certificate in unasked only where its path ends in the store.
java_accepts() {
	rm -f "$1/store.p12"
	serial=$(openssl x509 -inform DER -in "$1/taro.crt" -noout -serial | cut -d= -f2 | tr A-F a-f | sed 's/../&:/g; s/:$//')
	keytool -importcert -noprompt -alias ca -file "$1/ca.crt" -storetype PKCS12 -keystore "$1/store.p12" -storepass:file "$1/pin" 2>&1 &&
	echo no | keytool -importcert -alias taro -file "$1/taro.crt" -keystore "$1/store.p12" -storepass:file "$1/pin" >"$1/said" 2>&1 &&
	grep -q '^Certificate was added' "$1/said" &&
	keytool -printcrl -file "$2" -keystore "$1/store.p12" -storepass:file "$1/pin" >"$1/said" 2>&1 &&
	grep -q '^Verified by ca in keystore' "$1/said" && ! grep -q "SerialNumber: $serial" "$1/said"
}
