# Sourced by flow tests after tap.sh: dossiers of the samples, brought to where a certificate can be made of them.
samples=$top/tests/fixtures/samples
tamper=$top/build/tests/tamper
# taken_in DIR: applications, papers and deposits.
taken_in() {
	"$akashi" -C "$1" dossier import "$samples/applications.csv" >/dev/null 2>&1
	"$akashi" -C "$1" dossier arrive "$samples/papers.csv" >/dev/null &&
		sed -i 's/^accounts = .*/accounts = 9999-123-1234567/' "$1/akashi.conf" &&
		"$akashi" -C "$1" payment import "$samples/bank-zengin03.dat" >/dev/null
}
# approved DIR N...: screened by one, approved by another elsewhere.
approved() {
	of=$1; shift
	for who; do
		"$akashi" -C "$of" dossier screen "$who" --key "$of/rehearsal/keys/screening-1" --ok >/dev/null &&
			"$akashi" -C "$of" approve "$who" --key "$of/rehearsal/keys/approval-2" --yes >/dev/null || return 1
	done
}
# paid DIR N...: by the deposit that is theirs alone.
paid() {
	of=$1; shift
	"$akashi" -C "$of" --json payment match >"$tmp/deposits.json" || return 1
	for who; do
		"$akashi" -C "$of" payment confirm "$("$flat" -a lines line 'candidates[].dossier' 'candidates[].reason' <"$tmp/deposits.json" |
			awk -F'\t' -v d="$who" '$2 == d && $3 == "exact" { print $1; exit }')" --dossier "$who" \
			--key "$of/rehearsal/keys/accounting-1" >/dev/null || return 1
	done
}
