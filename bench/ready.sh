# Sourced by bench/*.sh in the folder of the project: the tests' ways to a service, with programs that were built for use; the peers.
. tests/tap.sh
top=$PWD
akashi=$top/build/akashi
flat=$top/build/tests/flat
. tests/orders.sh
serve= peer=
trap 'rest; rm -rf "$tmp"' EXIT
rest() { for p in $serve $peer; do kill "$p" 2>/dev/null; wait "$p" 2>/dev/null; done; serve=; peer=; }
# ready DIR ENGINE CA-BITS [OPTION...]: a rehearsal whose dossier 2 is approved and paid, on an open print day; subscribers' keys of 2048 bits, 10,000 iterations.
ready() {
	ready_dir=$1; ready_engine=$2; rm -rf "$tmp/policy"; quick_policy "$tmp/policy"
	sed -i "s/\(ca_key_bits\), value: \"2048\"/\1, value: \"$3\"/" "$tmp/policy/settings.yaml"
	shift 3
	begun "$ready_dir" "$ready_engine" "bench_$(basename "$ready_dir")" --policy "$tmp/policy" "$@" && taken_in "$ready_dir" &&
		approved "$ready_dir" 2 && paid "$ready_dir" 2 &&
		"$akashi" -C "$ready_dir" day open --key "$ready_dir/rehearsal/keys/dispatch-1" >/dev/null
}
# serving DIR: it stands when this returns.
serving() {
	for port in 18871 18873 18879 18887; do
		"$akashi" -C "$1" serve --listen "127.0.0.1:$port" >"$tmp/serve.out" 2>&1 & serve=$!
		while kill -0 $serve 2>/dev/null; do
			! grep -q Ctrl-C "$tmp/serve.out" || return 0
			sleep 0.01
		done
	done
	cat "$tmp/serve.out" >&2; return 1
}
# cfssl_up: cfssl serve with an RSA-2048 CA key file, on $cfssl; $tmp/sign.json and newcert.json ask it for a certificate.
cfssl_up() {
	cfssl=http://127.0.0.1:18891/api/v1/cfssl; mkdir -p "$tmp/cfssl"
	(cd "$tmp/cfssl" && echo '{"CN":"bench","key":{"algo":"rsa","size":2048}}' >ca.json && cfssl gencert -initca ca.json 2>/dev/null | cfssljson -bare ca &&
		openssl req -new -newkey rsa:2048 -nodes -keyout key -subj /CN=bench -out csr 2>/dev/null) || return 1
	printf '{"certificate_request":"%s"}' "$(awk '{ printf "%s\\n", $0 }' "$tmp/cfssl/csr")" >"$tmp/sign.json"
	echo '{"request":{"CN":"bench","hosts":["a.example"],"key":{"algo":"rsa","size":2048},"names":[{"C":"JP","O":"bench"}]}}' >"$tmp/newcert.json"
	cfssl serve -address 127.0.0.1 -port 18891 -ca "$tmp/cfssl/ca.pem" -ca-key "$tmp/cfssl/ca-key.pem" >"$tmp/cfssl/log" 2>&1 & peer=$!
	for i in $(seq 100); do curl -s -o /dev/null "$cfssl/info" && return 0; sleep 0.05; done; return 1
}
# cfssl_rate VERB COUNT: answers a second, two at once; all of them good.
cfssl_rate() {
	ab -q -l -k -c 2 -n "$2" -p "$tmp/$1.json" -T application/json "$cfssl/$1" >"$tmp/ab" 2>&1
	! grep -q 'Non-2xx' "$tmp/ab" && sed -n 's/^Requests per second: *\([0-9.]*\).*/\1/p' "$tmp/ab"
}
