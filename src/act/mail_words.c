#include "act/mail_words.h"

#include <stdlib.h>
#include <string.h>

#include "act/dossier.h"
#include "base/room.h"
#include "store/card_row.h"

const struct refusal MAIL_NO_CONTACT = { "mail-no-contact", FAULT_MISSING, "R-4.71" };

enum { CARD_MOST = 1024 };

/* Everything of one mail that had to be looked up. */
struct opened {
	const struct mail_row *row;
	struct dossier_row dossier;
	struct card_row card;
	bool has_card;
	const struct policy *policy; /* whose words */
	struct day on;
	const struct mail_text *text;
	const struct mail_kind *kind;
	struct sink texts; /* of the values */
	struct mail_value value[MAIL_VALUES];
	size_t values;
};

static void
opened_drop(struct opened *o)
{
	dossier_drop(&o->dossier);
	blob_drop(&o->card.card);
	sink_drop(&o->texts);
}
#define OWN_OPENED __attribute__((cleanup(opened_drop))) struct opened

void
mail_words_drop(struct mail_words *w)
{
	sink_drop(&w->body);
	explicit_bzero(w->to, sizeof(w->to));
}

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct opened *o = context;
	dossier_drop(&o->dossier);
	blob_drop(&o->card.card);
	return dossier_load_in(tx, o->row->dossier, &o->dossier, fault) &&
	       card_get(tx, o->row->dossier, "contact", &o->card, &o->has_card, fault);
}

static bool
card_open(
    const struct opened *o, const uint8_t *contact, struct mail_words *out, struct fault *fault)
{
	uint8_t plain[CARD_MOST];
	char lang[8];
	struct sink bytes = SINK_INTO(plain);
	if (!o->has_card)
		return fault_refuse(fault, &MAIL_NO_CONTACT, "dossier",
		    "案件 %lld の連絡先はもうありません。", (long long)o->row->dossier);
	if (!seal_open("contact-card", contact, o->card.card.at, o->card.card.n, &bytes, fault))
		return false;
	struct der d = der_of(bytes.at, bytes.len), all;
	bool good = der_take(&d, DER_SEQUENCE, &all) &&
		    der_take_utf8(&all, out->to, sizeof(out->to)) &&
		    der_take_utf8(&all, lang, sizeof(lang)) && der_done(&all);
	explicit_bzero(plain, sizeof(plain));
	out->lang = good && strcmp(lang, "en") == 0 ? MAIL_EN : MAIL_JA;
	return good || fault_set(fault, FAULT_BROKEN, "案件 %lld の連絡先が壊れています。",
			   (long long)o->row->dossier);
}

/* The next text, kept with a NUL where the value will look for it. */
static bool
text_take(struct opened *o, struct der *from, const char **out)
{
	size_t at = o->texts.len;
	if (!der_take_utf8(from, (char *)o->texts.at + at, o->texts.cap - at))
		return false;
	*out = (const char *)o->texts.at + at;
	o->texts.len += strlen(*out) + 1;
	return true;
}

/* Each text has at least as many octets of DER around it as the NUL behind it. */
static bool
values_open(struct opened *o, const uint8_t *contact, struct fault *fault)
{
	OWN_SINK plain = SINK_GROW(MAIL_BODY_MOST);
	if (!seal_open("mail-values", contact, o->row->vals.at, o->row->vals.n, &plain, fault))
		return false;
	struct der d = der_of(plain.at, plain.len), all, one;
	o->texts = (struct sink){ room_or_end(malloc(plain.len + 1)), plain.len + 1, 0,
		plain.len + 1, false };
	bool good = der_take(&d, DER_SEQUENCE, &all);
	while (good && !der_done(&all)) {
		struct mail_value *v = &o->value[o->values];
		good = o->values++ < MAIL_VALUES && der_take(&all, DER_SEQUENCE, &one) &&
		       text_take(o, &one, &v->name) && text_take(o, &one, &v->value) &&
		       text_take(o, &one, &v->en) && der_done(&one);
	}
	return (good && mail_values_good(o->kind, o->value, o->values, fault)) ||
	       fault_set(fault, FAULT_BROKEN, "メールの値が壊れています。");
}

static bool
words_find(struct service *s, struct opened *o, struct fault *fault)
{
	o->on = instant_day((struct instant){ o->row->created_at });
	if (!service_policy(s, o->row->policy, &o->policy, fault))
		return false;
	o->kind = mail_kind(o->row->kind);
	o->text = policy_mail(o->policy, o->row->kind, o->on);
	return (o->kind != NULL && o->text != NULL) ||
	       fault_set(fault, FAULT_BROKEN,
		   "メール「%s」の文面が規則（mails.yaml）にありません。", o->row->kind);
}

static void
common_values(const struct opened *o, enum mail_lang lang, const char *common[MAIL_COMMON])
{
	bool en = lang == MAIL_EN;
	common[0] = policy_setting_text(o->policy, en ? "service_name_en" : "service_name", o->on);
	common[1] = policy_setting_text(o->policy, en ? "operator_roman" : "operator", o->on);
	common[2] = policy_setting_text(o->policy, "support_phone", o->on);
	common[3] = o->dossier.reference;
	common[4] = o->row->serial;
}

static void
fill(const struct opened *o, enum mail_lang lang, const char *words, struct sink *out)
{
	const char *common[MAIL_COMMON];
	common_values(o, lang, common);
	mail_fill(o->policy, o->on, words, lang, o->kind, common, o->value, o->values, out);
}

static void
frame(const struct opened *o, enum mail_lang lang, const char *code, struct sink *out)
{
	const struct text *t = policy_text(o->policy, code, o->on);
	if (t == NULL)
		return;
	fill(o, lang, lang == MAIL_EN ? t->en : t->ja, out);
	sink_byte(out, '\n');
}

static void
part(const struct opened *o, enum mail_lang lang, bool rehearsal, struct sink *out)
{
	if (rehearsal)
		frame(o, lang, "mail-rehearsal", out);
	fill(o, lang, "{サービス}\n\n", out);
	fill(o, lang, lang == MAIL_EN ? o->text->en : o->text->ja, out);
	sink_byte(out, '\n');
	frame(o, lang, "mail-foot", out);
}

static bool
put_together(const struct opened *o, bool rehearsal, struct mail_words *w, struct fault *fault)
{
	enum mail_lang other = w->lang == MAIL_JA ? MAIL_EN : MAIL_JA;
	struct sink subject = SINK_INTO(w->subject), name = SINK_INTO(w->from_name);
	if (rehearsal)
		sink_text(&subject, "【試験用 TEST】");
	fill(o, w->lang, w->lang == MAIL_EN ? o->text->subject_en : o->text->subject_ja, &subject);
	sink_text(&subject, " / ");
	fill(o, other, other == MAIL_EN ? o->text->subject_en : o->text->subject_ja, &subject);
	fill(o, w->lang, "{サービス}", &name);
	part(o, w->lang, rehearsal, &w->body);
	sink_text(&w->body, "\n----\n\n");
	part(o, other, rehearsal, &w->body);
	sink_text(&w->body, "\n----\n");
	frame(o, w->lang, "mail-prevails", &w->body);
	frame(o, other, "mail-prevails", &w->body);
	return (sink_string(&subject) != NULL && sink_string(&name) != NULL &&
		   sink_string(&w->body) != NULL) ||
	       fault_set(fault, FAULT_BROKEN, "メール「%s」の文面が長すぎます。", o->row->kind);
}

bool
mail_words(struct service *s, const uint8_t contact[SEAL_SECRET], const struct mail_row *row,
    struct mail_words *out, struct fault *fault)
{
	OWN_OPENED o = { .row = row };
	struct mail_words w = { .body = SINK_GROW(MAIL_BODY_MOST) };
	bool good = store_read(s->store, look, &o, fault) && words_find(s, &o, fault) &&
		    card_open(&o, contact, &w, fault) && values_open(&o, contact, fault) &&
		    put_together(&o, s->rehearsal, &w, fault);
	if (good)
		*out = w;
	else
		mail_words_drop(&w);
	return good;
}
