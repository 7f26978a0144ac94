# Sourced by flow tests after tap.sh: a CA that "openssl ca" kept until 2026-11-19, of a rehearsal by its name.
# old_ca DIR BITS: DIR/ca.crt ca.key index.txt ca.crl (number 42, PEM), and one certificate of each kind in DIR/NAME.crt.
old_openssl() { (cd "$1" && shift && openssl "$@" -config ca.cnf >/dev/null 2>>openssl.log); }
old_issue() { old_openssl "$1" ca -batch -notext -in one.csr -out "$2.crt" -startdate "$3" -enddate "$4" -subj "/C=JP/O=Old/CN=$2" $5; }
old_serial() { openssl x509 -in "$1" -noout -serial | sed 's/.*=//' | tr A-F a-f | awk '{ printf "%40s\n", $0 }' | tr ' ' 0; }
# old_list DIR NUMBER: the list of its index, good from 2026-11-19 to 2026-11-26, in DIR/ca.crl.
old_list() {
	printf '%s\n' "$2" >"$1/crlnumber"
	old_openssl "$1" ca -gencrl -out ca.crl -crl_lastupdate 20261119000000Z -crl_nextupdate 20261126000000Z
}
# old_revoke DIR NAME DATE OPTION...: as if it had been done then.
old_revoke() {
	old_at=$1 old_name=$2 old_date=$3; shift 3
	old_openssl "$old_at" ca -revoke "$old_name.crt" "$@" &&
		awk -F'\t' -v OFS='\t' -v s="$(openssl x509 -in "$old_at/$old_name.crt" -noout -serial | sed 's/.*=//')" -v d="$old_date" \
			'$4 == s { sub(/^[0-9]*Z/, d, $3) } 1' "$old_at/index.txt" >"$old_at/index.new" && mv "$old_at/index.new" "$old_at/index.txt"
}
old_ca() {
	mkdir -p "$1" && cat >"$1/ca.cnf" <<-END && : >"$1/index.txt" && echo 1000 >"$1/serial"
		[ca]
		default_ca = old
		[old]
		database = index.txt
		serial = serial
		crlnumber = crlnumber
		new_certs_dir = .
		certificate = ca.crt
		private_key = ca.key
		default_md = sha256
		policy = any
		unique_subject = no
		crl_extensions = list
		utf8 = yes
		string_mask = utf8only
		[any]
		countryName = optional
		organizationName = optional
		organizationalUnitName = optional
		commonName = optional
		[req]
		distinguished_name = name
		prompt = no
		utf8 = yes
		string_mask = utf8only
		[name]
		C = JP
		O = あかし証明株式会社
		${old_mark-OU = TEST 試験用}
		CN = Old CA
		[root]
		basicConstraints = critical, CA:TRUE
		keyUsage = critical, keyCertSign, cRLSign
		subjectKeyIdentifier = hash
		[list]
		authorityKeyIdentifier = keyid:always
	END
	openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$2" -out "$1/ca.key" 2>/dev/null || openssl genrsa -out "$1/ca.key" "$2" 2>/dev/null
	openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1/one.key" 2>/dev/null
	old_openssl "$1" req -new -key ca.key -out ca.csr -utf8 && old_openssl "$1" req -new -key one.key -out one.csr -utf8 &&
		old_openssl "$1" ca -batch -notext -selfsign -in ca.csr -out ca.crt -extensions root -startdate 20240101000000Z -enddate 20440101000000Z || return 1
	old_issue "$1" good 20250101000000Z 20300101000000Z
	old_issue "$1" good-too 20250101000000Z 20300101000000Z -rand_serial
	old_issue "$1" ended 20240101000000Z 20250101000000Z
	for old_kind in plain key hold since reasonless ended-revoked; do
		old_issue "$1" $old_kind 20240201000000Z "$([ $old_kind = ended-revoked ] && echo 20250201000000Z || echo 20290101000000Z)" -rand_serial || return 1
	done
	old_revoke "$1" plain 250301000000Z -crl_reason unspecified && old_revoke "$1" key 250302000001Z -crl_reason keyCompromise &&
		old_revoke "$1" hold 250303000000Z -crl_hold holdInstructionReject && old_revoke "$1" since 250304000000Z -crl_compromise 20250101123456Z &&
		old_revoke "$1" reasonless 250305000000Z && old_list "$1" 2A &&
		old_revoke "$1" ended-revoked 240901000000Z -crl_reason superseded # it had left the list
}
