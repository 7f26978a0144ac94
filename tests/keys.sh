# Sourced by flow tests: whether JSON documents of a command have exactly the keys of docs/formats/json.md.
# keys_of SECTION: the keys its table names, whose heading may name several commands.
keys_of() {
	awk -v want="$1" '/^## / { on = 0; n = split(substr($0, 4), c, ", "); for (i = 1; i <= n; i++) on = on || c[i] == want }
		on && /^\| `/' "$top/docs/formats/json.md" | cut -d'|' -f2 | tr ',' '\n' | tr -d ' `' | sort -u
}
# keys_in FILE...: the keys these documents have.
keys_in() { for f; do "$flat" <"$f"; done | sed 's/=.*//; s/\[[0-9]*\]/[]/g' | grep '^[a-z]' | sort -u; }
# keys_told SECTION: those of standard input; what stands below a documented "x.*" is that key.
keys_told() {
	keys_of "$1" | sed -n 's/\.\*$//p' >"$tmp/keys-open"
	awk 'FILENAME != "-" { open[$0]; next } { for (o in open) if (index($0, o ".") == 1) $0 = o ".*"; print }' "$tmp/keys-open" - | sort -u
}
# documented SECTION FILE...: together they have every key, and no other.
documented() {
	section=$1; shift
	keys_in "$@" | keys_told "$section" >"$tmp/keys-are"
	keys_of "$section" >"$tmp/keys-told"
	is "$(diff "$tmp/keys-told" "$tmp/keys-are")" '' "the keys of $section are those of docs/formats/json.md"
}
