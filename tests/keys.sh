# Sourced by flow tests: whether JSON documents of a command have exactly the keys of docs/formats/json.md.
# keys_of SECTION: the keys its table names; person.* stands for any person.KEY.
keys_of() {
	awk -v want="## $1" '$0 == want { on = 1; next } /^## / { on = 0 } on && /^\| `/' "$top/docs/formats/json.md" |
		cut -d'|' -f2 | tr ',' '\n' | tr -d ' `' | sort -u
}
# documented SECTION FILE...: together they have every key, and no other.
documented() {
	section=$1; shift
	for f; do "$flat" <"$f"; done | sed 's/=.*//; s/\[[0-9]*\]/[]/g; s/^person\..*/person.*/' | grep '^[a-z]' | sort -u >"$tmp/keys-are"
	keys_of "$section" >"$tmp/keys-told"
	is "$(diff "$tmp/keys-told" "$tmp/keys-are")" '' "the keys of $section are those of docs/formats/json.md"
}
