/* akashi warrant show, approve: the card decoded from the very bytes, and the second signature. */
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/approve.h"
#include "base/text.h"

static json_t *
text_json(struct der d)
{
	return json_stringn((const char *)d.p, d.n);
}

static json_t *
hex_json(const uint8_t *p, size_t n)
{
	char hex[DIGEST_HEX]; /* of a digest, or what is shorter */
	return n > DIGEST_HEX / 2 ? NULL : json_string(hex_print(hex, p, n));
}

static json_t *
fields_json(const struct card *c)
{
	json_t *out = json_array();
	for (size_t i = 0; i < c->fields; i++) {
		const struct card_field *f = &c->field[i];
		cmd_row(out,
		    json_pack("{s:s,s:s,s:s,s:s,s:s,s:o}", "place", f->place, "oid", f->oid, "ja",
			f->ja, "en", f->en, "scope", f->scope, "value", text_json(f->value)));
	}
	return out;
}

static json_t *
deliveries_json(const struct card *c)
{
	json_t *out = json_array();
	for (int i = 0; i < DISPATCH_ITEMS; i++) {
		const struct delivery *d = &c->delivery[i];
		const char *item = i == DISPATCH_PIN	  ? "pin"
				   : c->certificate.media ? "media"
							  : "password";
		cmd_row(
		    out, json_pack("{s:s,s:s,s:s,s:o,s:o,s:o}", "item", item, "route",
			     route_name(d->route), "to", d->delegate ? "delegate" : "subscriber",
			     "name", text_json(d->name), "postcode", text_json(d->postcode),
			     "address", text_json(d->address)));
	}
	return out;
}

static json_t *
seats_json(const struct card *c)
{
	json_t *out = json_array();
	for (size_t i = 0; i < c->seats; i++) {
		char at[INSTANT_TEXT];
		const struct card_seat *s = &c->seat[i];
		cmd_row(out, json_pack("{s:s,s:s,s:s,s:s}", "seat", s->seat, "person", s->person,
				 "surface", s->surface, "at", instant_print(at, s->at)));
	}
	return out;
}

static json_t *
card_json(const struct card *c)
{
	char day[DAY_TEXT];
	const struct warrant_certificate *w = &c->certificate;
	json_t *doc = json_pack("{s:i,s:I,s:I,s:b,s:o,s:s,s:s?,s:s,s:s,s:s,s:I,s:s,s:s,s:b}", "v",
	    1, "dossier", (json_int_t)c->warrant.dossier, "edition", (json_int_t)c->warrant.edition,
	    "rehearsal", c->rehearsal, "warrant", hex_json(c->digest, 32), "words", c->words,
	    "ended", c->ended[0] == '\0' ? NULL : c->ended, "last_day",
	    day_print(day, c->warrant.last_day), "product", w->product, "profile", w->profile,
	    "years", (json_int_t)w->years, "vend_rule", w->vend_rule, "lang", w->lang, "media",
	    w->media);
	cmd_field(doc, "service", hex_json(c->warrant.service, SERVICE_ID));
	cmd_field(doc, "salt", hex_json(c->warrant.salt, WARRANT_SALT));
	cmd_field(doc, "email", text_json(w->email));
	cmd_field(doc, "subscriber", text_json(w->subscriber));
	cmd_field(doc, "fields", fields_json(c));
	cmd_field(doc, "deliveries", deliveries_json(c));
	cmd_field(doc, "record", hex_json(w->record, 32));
	cmd_field(doc, "screening", hex_json(w->screening, 32));
	cmd_field(doc, "policy", hex_json(w->policy, 32));
	cmd_field(doc, "dossier_key", hex_json(w->dossier_key, 32));
	cmd_field(doc, "signed", seats_json(c));
	return doc;
}

bool
cmd_warrant_show(const struct cmd *cmd, struct fault *fault)
{
	const char *number = NULL;
	int64_t id;
	int n;
	OWN_SERVICE s = NULL;
	OWN_CARD c = NULL;
	OWN_SINK text = SINK_GROW(1 << 18);
	if (!cmd_options(cmd, NULL, 0, &number, 1, &n, fault))
		return false;
	if (!cmd_dossier(number, "N", &id, fault) || !cmd_service(cmd, &s, fault) ||
	    !card_open(s, id, "warrant show", &c, fault))
		return false;
	card_print(c, &text);
	return cmd_print(cmd, card_json(c), sink_string(&text), fault);
}

/* Somebody sits at the terminal: the card first, then the question. */
static bool
confirmed(const struct card *c)
{
	char line[32] = "";
	OWN_SINK text = SINK_GROW(1 << 18);
	card_print(c, &text);
	const char *say = sink_string(&text);
	if (say == NULL)
		return false;
	fprintf(stderr, "%s\nこの内容を承認しますか。承認するなら yes と入力してください：", say);
	return fgets(line, sizeof(line), stdin) != NULL && strcmp(line, "yes\n") == 0;
}

static bool
print(const struct cmd *cmd, const struct person *p, const struct card *c, const struct approved *a,
    struct fault *fault)
{
	char at[INSTANT_TEXT], day[DAY_TEXT];
	OWN_SINK text = SINK_GROW(1 << 18);
	json_t *doc = card_json(c);
	cmd_field(doc, "approved",
	    json_pack("{s:s,s:s,s:s,s:s}", "person", p->id, "surface", surface_name(p->surface),
		"at", instant_print(at, a->at), "until", day_print(day, a->until)));
	card_print(c, &text);
	sink_print(&text, "承認しました：%s（%s）。%s までに発行してください［K-8］。", p->id,
	    surface_name(p->surface), day);
	return cmd_print(cmd, doc, sink_string(&text), fault);
}

bool
cmd_approve(const struct cmd *cmd, struct fault *fault)
{
	const char *number = NULL, *key = NULL, *passphrase = NULL;
	bool yes = false;
	const struct option_row rows[] = {
		{ "--key", &key, NULL, true },
		{ "--passphrase-file", &passphrase, NULL, false },
		{ "--yes", NULL, &yes, false },
	};
	int64_t id;
	int n;
	OWN_SERVICE s = NULL;
	OWN_PERSON p = NULL;
	OWN_CARD c = NULL;
	struct approved a;
	if (!cmd_options(cmd, rows, COUNT(rows), &number, 1, &n, fault))
		return false;
	if (!cmd_dossier(number, "N", &id, fault) || !cmd_service(cmd, &s, fault) ||
	    !cmd_person(s, key, passphrase, &p, fault) || !card_open(s, id, "approve", &c, fault))
		return false;
	if (!yes && isatty(STDIN_FILENO) && !confirmed(c))
		return fault_set(fault, FAULT_INPUT, "承認しませんでした。何も記録していません。");
	return approve_run(s, p, c, &a, fault) && print(cmd, p, c, &a, fault);
}
