/* akashi policy adopt, staff, charter, ca certify: who may do what, and the CA's beginning. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/draft.h"
#include "act/enact.h"
#include "base/text.h"

/* Opens the service and the draft, changes it, writes it; the words are of its new digest. */
typedef bool draft_change(struct service *, struct charter *, void *context, struct fault *);

static bool
draft_edit(struct service *s, draft_change *change, void *context, struct enacted *out,
    struct fault *fault)
{
	struct charter *c;
	bool fresh;
	uint8_t digest[32];
	OWN_SINK packed = SINK_GROW(CHARTER_MOST);
	if (!draft_read(s, &c, &fresh, fault))
		return false;
	bool good = change(s, c, context, fault) && draft_write(s, c, fault) &&
		    draft_packed(s, &packed, digest, fault);
	*out = (struct enacted){ .number = c->number, .quorum = c->quorum };
	free(c);
	if (good)
		words_print(out->words, digest);
	return good;
}

static bool
print_draft(const struct cmd *cmd, const struct enacted *e, const char *what, struct fault *fault)
{
	char text[512];
	struct sink say = SINK_INTO(text);
	sink_print(&say,
	    "%s\n次の憲章 %lld の案：%s\n管理者が akashi charter sign で署名すると有効になります。",
	    what, (long long)e->number, e->words);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:s,s:b}", "v", 1, "charter", (json_int_t)e->number, "words",
		e->words, "in_force", false),
	    sink_string(&say), fault);
}

static bool
adopt(struct service *s, struct charter *c, void *context, struct fault *fault)
{
	return draft_adopt(s, c, context, fault);
}

bool
cmd_policy_adopt(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	uint8_t policy[32];
	struct enacted e;
	char what[160], hex[DIGEST_HEX];
	struct sink say = SINK_INTO(what);
	int n;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault) ||
	    !draft_edit(s, adopt, policy, &e, fault))
		return false;
	sink_print(&say, "規則の版 %.16s を次の憲章に載せました。", hex_print(hex, policy, 32));
	return print_draft(cmd, &e, sink_string(&say), fault);
}

static bool
holder_add(struct service *s, struct charter *c, void *context, struct fault *fault)
{
	(void)s;
	return draft_add(c, context, fault);
}

static bool
holder_remove(struct service *s, struct charter *c, void *context, struct fault *fault)
{
	(void)s;
	return draft_remove(c, context, fault);
}

static bool
purpose_read(const char *path, struct key_public *key, struct fault *fault)
{
	struct fault first = { 0 };
	for (int p = 0; p < KEY_PURPOSES; p++) {
		struct fault why = { 0 };
		if (key_public_read(path, (enum key_purpose)p, key, &why))
			return true;
		if (why.row != &KEY_PUBLIC_PURPOSE || p == 0)
			first = why;
		if (why.row != &KEY_PUBLIC_PURPOSE)
			break;
	}
	*fault = first;
	return false;
}

bool
cmd_staff_add(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	struct key_public key;
	const char *public = NULL;
	struct draft_holder h = { .key = &key };
	const struct option_row rows[] = {
		{ "--roles", &h.roles, NULL, false },
		{ "--surface", &h.surface, NULL, false },
		{ "--public", &public, NULL, true },
	};
	struct enacted e;
	char what[256], words[WORDS_TEXT];
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), &h.name, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(
		    fault, FAULT_USAGE, "NAME", "staff add needs a name; see --help");
	if (!cmd_service(cmd, &s, fault) || !purpose_read(public, &key, fault) ||
	    !draft_edit(s, holder_add, &h, &e, fault))
		return false;
	snprintf(what, sizeof(what), "「%s」の鍵（%s）を載せました：%s", h.name,
	    key_purpose_name(key.purpose), key_words(&key, words));
	return print_draft(cmd, &e, what, fault);
}

bool
cmd_staff_remove(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const char *name = NULL;
	struct enacted e;
	char what[128];
	int n;
	if (!cmd_options(cmd, NULL, 0, &name, 1, &n, fault))
		return false;
	if (n != 1)
		return fault_field(
		    fault, FAULT_USAGE, "NAME", "staff remove needs a name; see --help");
	if (!cmd_service(cmd, &s, fault) ||
	    !draft_edit(s, holder_remove, (void *)(uintptr_t)name, &e, fault))
		return false;
	snprintf(what, sizeof(what), "「%.40s」を次の憲章から外しました。", name);
	return print_draft(cmd, &e, what, fault);
}

static void
holder_put(const struct holder *h, json_t *rows, struct sink *text)
{
	char roles[256], words[WORDS_TEXT];
	struct sink set = SINK_INTO(roles);
	struct key_public k = { .len = P256_POINT };
	memcpy(k.bytes, h->point, P256_POINT);
	for (int r = 0; r < ROLES; r++)
		if ((h->roles & 1 << r) != 0)
			sink_print(&set, "%s%s", set.len == 0 ? "" : ",", role_name((enum role)r));
	(void)sink_string(&set);
	key_words(&k, words);
	cmd_row(rows, json_pack("{s:s,s:s,s:s,s:s}", "name", h->id, "roles", roles, "surface",
			  surface_name(h->surface), "words", words));
	sink_print(text, "  %-20s %-12s %-8s %s\n", h->id, roles, surface_name(h->surface), words);
}

static json_t *
charter_json(const struct charter *c, const uint8_t digest[32], struct sink *text)
{
	json_t *custodians = json_array(), *staff = json_array(), *stations = json_array();
	char words[WORDS_TEXT], from[INSTANT_TEXT], to[INSTANT_TEXT];
	words_print(words, digest);
	instant_print(from, c->not_before);
	instant_print(to, c->not_after);
	sink_print(text, "憲章 %lld  %s から %s まで\n%s\n", (long long)c->number, from, to, words);
	for (size_t i = 0; i < c->custodians; i++)
		holder_put(&c->custodian[i], custodians, text);
	for (size_t i = 0; i < c->staffs; i++)
		holder_put(&c->staff[i], staff, text);
	for (size_t i = 0; i < c->stations; i++)
		holder_put(&c->station[i], stations, text);
	return json_pack("{s:I,s:s,s:s,s:I,s:s,s:b,s:o,s:o,s:o}", "number", (json_int_t)c->number,
	    "not_before", from, "not_after", to, "quorum", (json_int_t)c->quorum, "words", words,
	    "rehearsal", c->rehearsal, "custodians", custodians, "staff", staff, "stations",
	    stations);
}

bool
cmd_charter_show(const struct cmd *cmd, struct fault *fault)
{
	OWN_SERVICE s = NULL;
	const struct charter *now;
	struct charter *next;
	uint8_t digest[32], draft[32];
	bool fresh;
	OWN_SINK text = SINK_GROW(1 << 18);
	OWN_SINK packed = SINK_GROW(CHARTER_MOST);
	int n;
	if (!cmd_options(cmd, NULL, 0, NULL, 0, &n, fault) || !cmd_service(cmd, &s, fault) ||
	    !service_charter(s, &now, digest, fault) || !draft_read(s, &next, &fresh, fault))
		return false;
	if (!fresh && !draft_packed(s, &packed, draft, fault)) {
		free(next);
		return false;
	}
	json_t *doc = json_pack("{s:i,s:o}", "v", 1, "in_force", charter_json(now, digest, &text));
	if (!fresh) {
		sink_text(&text, "\n次の案：\n");
		cmd_field(doc, "draft", charter_json(next, draft, &text));
	} else {
		cmd_field(doc, "draft", json_null());
	}
	free(next);
	return cmd_print(cmd, doc, sink_string(&text), fault);
}

bool
cmd_enact(const struct cmd *cmd, enact_act *act, const char *key_of_number, const char *what,
    struct fault *fault)
{
	OWN_SERVICE s = NULL;
	struct person *p = NULL;
	struct enacted e = { 0 };
	const char *key = NULL, *passphrase = NULL;
	const struct option_row rows[] = {
		{ "--key", &key, NULL, true },
		{ "--passphrase-file", &passphrase, NULL, false },
	};
	char text[512];
	int n;
	if (!cmd_options(cmd, rows, COUNT(rows), NULL, 0, &n, fault) ||
	    !cmd_service(cmd, &s, fault) || !cmd_person(s, key, passphrase, &p, fault))
		return false;
	bool good = act(s, p, &e, fault);
	person_free(p);
	if (!good)
		return false;
	struct sink say = SINK_INTO(text);
	sink_print(&say, "%s（%s）：署名 %d/%lld。%s", what, e.words, e.signatures,
	    (long long)e.quorum,
	    e.done ? "有効になりました。" : "次の管理者の署名を待っています。");
	if (!e.done)
		*cmd->exit = fault_exit(FAULT_SECOND);
	return cmd_print(cmd,
	    json_pack("{s:i,s:I,s:i,s:I,s:s,s:b}", "v", 1, key_of_number, (json_int_t)e.number,
		"signatures", e.signatures, "quorum", (json_int_t)e.quorum, "words", e.words,
		"in_force", e.done),
	    sink_string(&say), fault);
}

bool
cmd_charter_sign(const struct cmd *cmd, struct fault *fault)
{
	return cmd_enact(cmd, enact_charter, "charter", "憲章", fault);
}

bool
cmd_ca_certify(const struct cmd *cmd, struct fault *fault)
{
	return cmd_enact(cmd, enact_certificate, "charter", "認証局の証明書", fault);
}
