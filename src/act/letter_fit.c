#include "act/letter_fit.h"

#include <string.h>

#include "act/letter_words.h"
#include "paper/letter.h"
#include "rules/dispatch.h"
#include "rules/reference.h"

/* A letter's fields that are the applicant's own words. */
static const struct part {
	const char *field;
	size_t at;
	enum application_field own, other; /* other: of the delegate */
} PART[] = {
	{ "to_name", offsetof(struct letter, to_name), A_name, A_delegate_name },
	{ "to_address", offsetof(struct letter, to_address), A_address, A_delegate_address },
	{ "subscriber", offsetof(struct letter, subscriber), A_name, A_name },
};

struct fitting {
	const struct faces *faces;
	letter_unfit *unfit;
	void *context;
	bool told[A_FIELDS];
};

/* A sentence with the subscriber's name in it has no field of its own. */
static const struct part *
part_of(const struct letter *l, const struct fault *why)
{
	const char *field = why->field == NULL ? "subscriber" : why->field;
	if (l->subscriber == NULL && strcmp(field, "subscriber") == 0)
		field = "to_name";
	for (size_t i = 0; i < COUNT(PART); i++)
		if (strcmp(PART[i].field, field) == 0)
			return &PART[i];
	return NULL;
}

/* What does not fit gives way to a single sign, so that the next that does not is found too. */
static bool
fit_one(struct fitting *f, struct letter *l, bool other, struct fault *fault)
{
	for (size_t i = 0; i <= COUNT(PART); i++) {
		struct fault why = { 0 };
		if (letter_check(f->faces, l, &why))
			return true;
		const struct part *p = part_of(l, &why);
		if (p == NULL || i == COUNT(PART)) {
			*fault = why;
			return false;
		}
		enum application_field field = other ? p->other : p->own;
		if (!f->told[field])
			f->unfit(f->context, field, &why);
		f->told[field] = true;
		*(const char **)(void *)((char *)l + p->at) = "一";
	}
	return true;
}

static struct letter
letter_to(const struct application *a, const struct dispatch *d, enum dispatch_item item)
{
	bool other = d->item[item].delegate;
	return (struct letter){ .kind = item == DISPATCH_PIN ? LETTER_PIN : LETTER_PASSWORD,
		.route = d->item[item].route,
		.lang = strcmp(a->text[A_lang], "en") == 0 ? LETTER_EN : LETTER_JA,
		.to_name = a->text[other ? A_delegate_name : A_name],
		.to_postcode = a->text[other ? A_delegate_postcode : A_postcode],
		.to_address = a->text[other ? A_delegate_address : A_address],
		.subscriber = other ? a->text[A_name] : NULL,
		.code = "2222-2222-2222-2222",
		.ca_fingerprint =
		    "0000000000000000000000000000000000000000000000000000000000000000" };
}

bool
letter_fit(const struct service *s, const struct faces *faces, const struct application *a,
    letter_unfit *unfit, void *context, struct fault *fault)
{
	struct fitting f = { .faces = faces, .unfit = unfit, .context = context };
	struct letter_words words;
	char number[REFERENCE_TEXT], envelope[ENVELOPE_TEXT];
	const struct product *p = policy_product(&s->policy, a->text[A_product], s->today);
	const struct dispatch *d = dispatch_of(
	    p == NULL ? SERIES_DOWNLOAD : p->series, a->text[A_delegate_name][0] != '\0');
	if (!letter_words(s, s->today, s->today, &words, fault))
		return false;
	reference_print(number, 1);
	envelope_print(envelope, 1);
	for (int i = 0; i < DISPATCH_ITEMS; i++) {
		if (i > 0 && d->item[i].delegate == d->item[0].delegate)
			continue; /* to the same person, but for the code the same sheet */
		struct letter l = letter_to(a, d, (enum dispatch_item)i);
		l.rehearsal = s->rehearsal;
		l.service = words.service;
		l.operator_name = words.operator_name;
		l.support_phone = words.phone;
		l.envelope = envelope;
		l.reference = number;
		l.limit[LETTER_JA] = words.limit_ja;
		l.limit[LETTER_EN] = words.limit_en;
		if (!fit_one(&f, &l, d->item[i].delegate, fault))
			return false;
	}
	return true;
}
