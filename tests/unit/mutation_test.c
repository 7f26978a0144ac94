/*
 * G6: no wrong certificate is signed. Every kind of changed warrant, approval, statement, print
 * key and request, each in a hundred ways (LONG=1: a thousand) by dice whose
 * seed is printed (SEED=N casts them again): all refused, each kind by its own row, before the CA
 * key is used; an untouched one beside each kind passes.
 * [R-0.6] [R-1.4] [R-4.8] [R-4.72] [R-4.90] [R-4.91] [R-4.103] [R-11.0] [R-12.2] [R-12.4] [R-12.5]
 * [R-12.6] [R-12.18]
 */
#include "dice.h"

#include <unistd.h>

#include "book/order.h"
#include "faults/shim.h"
#include "folder.h"
#include "pki/rsa.h"
#include "vault/digest.h"
#include "vault/seal.h"

/* What the changes know besides the world. */
struct run {
	struct dice dice;
	const struct forgery *kind;
	struct order_made issued; /* dossier 1, edition 5 */
	uint8_t old_keymaker[P256_SECRET];
};
typedef void change(struct world *, struct order_made *, struct run *);

/* The warrant itself; both sign it as it then stands. */

static void
other_service(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->warrant.service, SERVICE_ID);
}
static void
other_kind(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->warrant.kind = (enum warrant_kind)between(&r->dice, WARRANT_REVOKE, WARRANT_KINDS - 1);
}
static void
dossier_none(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->warrant.dossier = -between(&r->dice, 0, 1 << 20);
}
static void
edition_none(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->warrant.edition = -between(&r->dice, 0, 1 << 20);
}
static void
day_past(struct world *w, struct order_made *o, struct run *r)
{
	o->warrant.last_day = day_plus(instant_day(w->now), -between(&r->dice, 1, 4000));
}
static void
day_none(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	o->warrant.last_day = (struct day){ 0, 0, 0 };
}
static void
day_far(struct world *w, struct order_made *o, struct run *r)
{
	o->warrant.last_day = day_plus(instant_day(w->now), between(&r->dice, 31, 4000));
}
static void
profile_unknown(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->certificate.profile[pick(&r->dice, 8)] = (char)between(&r->dice, 'A', 'Z');
}
static void
profile_other(struct world *w, struct order_made *o, struct run *r)
{
	static const char *const OTHER[] = { "representative", "sole-proprietor" };
	(void)w;
	(void)snprintf(
	    o->certificate.profile, sizeof(o->certificate.profile), "%s", OTHER[pick(&r->dice, 2)]);
}
static void
profile_smaller(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	(void)snprintf(o->certificate.profile, sizeof(o->certificate.profile), "basic");
}
static void
years_few(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->certificate.years = between(&r->dice, -50, 1);
}
static void
years_many(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->certificate.years = between(&r->dice, 4, 1 << 20);
}
static void
rule_other(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	(void)snprintf(o->certificate.vend_rule, sizeof(o->certificate.vend_rule), "clamp");
}
static void
rule_unknown(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->certificate.vend_rule[pick(&r->dice, 8)] = (char)between(&r->dice, 'A', 'Z');
}
static void
on_disc(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	o->certificate.media = true;
}
static void
email_of(struct order_made *o, size_t n)
{
	o->certificate.email = der_of(o->text, n);
}
static void
email_none(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	memset(o->text, '@', 8);
	email_of(o, pick(&r->dice, 3));
}
static void
email_without_at(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	memset(o->text, 'a', 64);
	email_of(o, (size_t)between(&r->dice, 3, 64));
}
static void
email_with_two(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	size_t n = (size_t)snprintf(o->text, sizeof(o->text), "taro@example.jp");
	o->text[between(&r->dice, 5, (int64_t)n - 1)] = '@';
	email_of(o, n);
}
static void
email_with_space(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	size_t n = (size_t)snprintf(o->text, sizeof(o->text), "taro.yamada@example.jp");
	size_t at = pick(&r->dice, n);
	o->text[at == 11 ? 0 : at] = (char)between(&r->dice, 0, 0x20);
	email_of(o, n);
}
static void
email_long(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	memset(o->text, 'a', 2000);
	o->text[9] = '@';
	email_of(o, (size_t)between(&r->dice, 255, 2000));
}

/* One field of it, never the mark. */
static struct warrant_field *
field(struct order_made *o, struct run *r, size_t *at)
{
	size_t i;
	do
		i = pick(&r->dice, o->fields);
	while (strcmp(o->field[i].oid, WARRANT_MARK_OID) == 0);
	if (at != NULL)
		*at = i;
	return &o->field[i];
}
static void
field_remove(struct order_made *o, size_t i)
{
	o->fields--;
	memmove(&o->field[i], &o->field[i + 1], (o->fields - i) * sizeof(o->field[0]));
}
static void
field_insert(struct order_made *o, size_t i, struct warrant_field f)
{
	memmove(&o->field[i + 1], &o->field[i], (o->fields - i) * sizeof(o->field[0]));
	o->fields++;
	o->field[i] = f;
}
static size_t
mark_at(const struct order_made *o)
{
	size_t i = 0;
	while (o->field[i].value.n != strlen(WARRANT_MARK_TEXT) ||
	       memcmp(o->field[i].value.p, WARRANT_MARK_TEXT, o->field[i].value.n) != 0)
		i++;
	return i;
}

static void
field_type(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	struct warrant_field *f = field(o, r, NULL);
	f->printable = !f->printable;
}
static void
field_empty(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	field(o, r, NULL)->value.n = 0;
}
static void
field_long(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	size_t n = (size_t)between(&r->dice, 1025, 2000); /* above every row's limit */
	memset(o->text, 'A', n);
	field(o, r, NULL)->value = der_of(o->text, n);
}
static void
field_not_utf8(struct world *w, struct order_made *o, struct run *r)
{
	static const char *const BAD[] = { "\x80", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
		"\xe3\x81", "\xff" };
	(void)w;
	const char *bad = BAD[pick(&r->dice, COUNT(BAD))];
	field(o, r, NULL)->value = der_of(bad, strlen(bad));
}
static void
field_with_nul(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	memcpy(o->text, "JP", 2);
	o->text[pick(&r->dice, 2)] = '\0';
	field(o, r, NULL)->value = der_of(o->text, 2);
}
static void
field_control(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	struct warrant_field *f;
	do
		f = field(o, r, NULL);
	while (f->value.n < 2);
	memcpy(o->text, "ab", 2);
	o->text[pick(&r->dice, 2)] = (char)between(&r->dice, 1, 0x1f);
	f->value = der_of(o->text, 2);
}
static void
field_not_printable(struct world *w, struct order_made *o, struct run *r)
{
	static const char SIGNS[] = "@*_&!#$%;<>[]^`{|}~\"\\";
	(void)w;
	struct warrant_field *f;
	do
		f = field(o, r, NULL);
	while (!f->printable);
	o->text[0] = SIGNS[pick(&r->dice, sizeof(SIGNS) - 1)];
	f->value = der_of(o->text, 1);
}
/* The profile's row of a field. */
static const struct profile_field *
row_of(const struct world *w, const struct order_made *o, const struct warrant_field *f)
{
	for (size_t i = 0; i < w->policy.field_count; i++) {
		const struct profile_field *row = &w->policy.fields[i];
		if (strcmp(row->profile, o->certificate.profile) == 0 && row->place == f->place &&
		    strcmp(row->oid, f->oid) == 0)
			return row;
	}
	abort();
}
static size_t
field_required(struct world *w, struct order_made *o, struct run *r)
{
	size_t i;
	do
		(void)field(o, r, &i);
	while (!row_of(w, o, &o->field[i])->required);
	return i;
}
static void
field_missing(struct world *w, struct order_made *o, struct run *r)
{
	field_remove(o, field_required(w, o, r));
}
static void
field_elsewhere(struct world *w, struct order_made *o, struct run *r)
{
	struct warrant_field *f = &o->field[field_required(w, o, r)];
	f->place =
	    (enum profile_place)(((int)f->place + 1 + (int)pick(&r->dice, PLACES - 1)) % PLACES);
}
static void
field_under_another_name(struct world *w, struct order_made *o, struct run *r)
{
	static const char *const OIDS[] = { "2.5.29.19", "2.5.29.15", "1.2.840.113549.1.9.1",
		"2.5.4.41", "2.5.4.65" };
	struct warrant_field *f = &o->field[field_required(w, o, r)];
	(void)snprintf(f->oid, sizeof(f->oid), "%s", OIDS[pick(&r->dice, COUNT(OIDS))]);
}
static void
fields_swapped(struct world *w, struct order_made *o, struct run *r)
{
	size_t a = field_required(w, o, r), b;
	do
		b = field_required(w, o, r);
	while (a == b || (o->field[a].place == o->field[b].place &&
			     strcmp(o->field[a].oid, o->field[b].oid) == 0));
	struct warrant_field f = o->field[a];
	o->field[a] = o->field[b];
	o->field[b] = f;
}
static void
field_unknown(struct world *w, struct order_made *o, struct run *r)
{
	static const char *const OIDS[] = { "2.5.29.19", "2.5.29.15", "1.2.840.113549.1.9.1",
		"2.5.4.41", "2.5.4.65", "not an oid", "" };
	(void)w;
	struct warrant_field f = { .place = (enum profile_place)pick(&r->dice, PLACES),
		.printable = pick(&r->dice, 2) == 0,
		.value = der_of("CA:TRUE", 7) };
	(void)snprintf(f.oid, sizeof(f.oid), "%s", OIDS[pick(&r->dice, COUNT(OIDS))]);
	field_insert(o, o->fields, f);
}
static void
field_twice(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	field_insert(o, o->fields, o->field[o->fields - 1 - pick(&r->dice, 2)]);
}
static void
fields_none(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	o->fields = 0;
}

static void
mark_missing(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	field_remove(o, mark_at(o));
}
static void
mark_twice(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	field_insert(o, pick(&r->dice, o->fields + 1), o->field[mark_at(o)]);
}
static void
mark_too_early(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	size_t at = mark_at(o);
	struct warrant_field mark = o->field[at];
	field_remove(o, at);
	field_insert(o, pick(&r->dice, at), mark);
}
static void
mark_elsewhere(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->field[mark_at(o)].place = (enum profile_place)between(&r->dice, 1, PLACES - 1);
}
static void
mark_under_another_name(struct world *w, struct order_made *o, struct run *r)
{
	static const char *const OIDS[] = { "2.5.4.10", "2.5.4.3", "2.5.4.13" };
	(void)w;
	struct warrant_field *f = &o->field[mark_at(o)];
	(void)snprintf(f->oid, sizeof(f->oid), "%s", OIDS[pick(&r->dice, COUNT(OIDS))]);
}
static void
mark_changed(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	struct warrant_field *f = &o->field[mark_at(o)];
	memcpy(o->text, f->value.p, f->value.n);
	o->text[pick(&r->dice, 4)] = (char)between(&r->dice, 'a', 'z');
	f->value.p = (const uint8_t *)o->text;
}

static void
mark_in_real(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	field_insert(o, pick(&r->dice, o->fields + 1),
	    (struct warrant_field){ (enum profile_place)pick(&r->dice, PLACES), WARRANT_MARK_OID,
		false, der_of(WARRANT_MARK_TEXT, strlen(WARRANT_MARK_TEXT)) });
}
static void
mark_for_field(struct world *w, struct order_made *o, struct run *r)
{
	/* An optional field that says what the mark says. */
	struct warrant_field *f;
	do
		f = field(o, r, NULL);
	while (row_of(w, o, f)->required);
	f->value = der_of(WARRANT_MARK_TEXT, strlen(WARRANT_MARK_TEXT));
}
static void
years_three(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	o->certificate.years = 3;
}

/* The warrant after both have signed it: what a thief in the database would change. */

static void
then_field(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	struct warrant_field *f;
	do
		f = field(o, r, NULL);
	while (f->printable);
	o->text[0] = (char)between(&r->dice, 'a', 'z');
	f->value = der_of(o->text, 1);
	order_pack(o);
}
static void
then_email(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	int n = snprintf(o->text, sizeof(o->text), "thief%d@example.jp", (int)pick(&r->dice, 1000));
	email_of(o, (size_t)n);
	order_pack(o);
}
static void
then_years(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	o->certificate.years = 3;
	order_pack(o);
}
static void
then_edition(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->warrant.edition += between(&r->dice, 1, 1000);
	order_pack(o);
}
static void
then_dossier(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->warrant.dossier += between(&r->dice, 1 << 20, 1 << 30);
	order_pack(o);
}
static void
then_day(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->warrant.last_day = day_plus(o->warrant.last_day, -between(&r->dice, 1, 20));
	order_pack(o);
}
static void
then_salt(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->warrant.salt, sizeof(o->warrant.salt));
	order_pack(o);
}
static void
then_dossier_key(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->certificate.dossier_key, 32);
	order_pack(o);
}
static void
then_digests(struct world *w, struct order_made *o, struct run *r)
{
	uint8_t *const digest[] = { o->certificate.record, o->certificate.screening,
		o->certificate.policy };
	(void)w;
	flip(&r->dice, digest[pick(&r->dice, 3)], 32);
	order_pack(o);
}
static void
then_product(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->certificate.product[pick(&r->dice, 5)] = (char)between(&r->dice, 'a', 'z');
	order_pack(o);
}
static void
then_address(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	struct delivery *d = pick(&r->dice, 2) == 0 ? &o->pin : &o->password;
	int n = snprintf(o->text, sizeof(o->text), "thief's house %d", (int)pick(&r->dice, 1000));
	d->address = der_of(o->text, (size_t)n);
	order_pack(o);
}
static void
then_delegate(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	struct delivery *d = pick(&r->dice, 2) == 0 ? &o->pin : &o->password;
	d->delegate = !d->delegate;
	order_pack(o);
}
static void
then_cut(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	cut(&r->dice, &o->packed);
}
static void
then_longer(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	lengthen(&r->dice, &o->packed);
}
static void
then_tag(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->packed.at[0] ^= (uint8_t)(1 << pick(&r->dice, 8));
}

/* Who signed. */

static void
person(struct world *w, struct order_made *o, size_t i, enum world_who who)
{
	static const char *const ID[] = { "sato", "suzuki", "tanaka", "ito", "kato", "kimura",
		"hayashi", "kaneko", "custodian-1", "custodian-2", "custodian-3", "printer-a",
		"printer-b" };
	(void)w;
	o->by[i] = who;
	(void)snprintf(o->act[i].person, sizeof(o->act[i].person), "%s", ID[who]);
}
static void
screener_approves(struct world *w, struct order_made *o, struct run *r)
{
	(void)r;
	person(w, o, 1, WORLD_SCREENER);
}
static void
approver_screens(struct world *w, struct order_made *o, struct run *r)
{
	(void)r;
	person(w, o, 0, WORLD_APPROVER);
}
static void
same_surface(struct world *w, struct order_made *o, struct run *r)
{
	(void)r;
	person(w, o, 1, WORLD_APPROVER_DESK);
}
static void
other_role(struct world *w, struct order_made *o, struct run *r)
{
	person(w, o, pick(&r->dice, 2), WORLD_OFFICER + (enum world_who)pick(&r->dice, 2));
}
static void
custodian_approves(struct world *w, struct order_made *o, struct run *r)
{
	person(w, o, 1, WORLD_CUSTODIAN + (enum world_who)pick(&r->dice, 3));
}
static void
leaver_approves(struct world *w, struct order_made *o, struct run *r)
{
	(void)r;
	person(w, o, 1, WORLD_LEAVER);
	o->act[1].charter = 1; /* when it was still true */
}
static void
station_approves(struct world *w, struct order_made *o, struct run *r)
{
	person(w, o, 1, WORLD_STATION + (enum world_who)pick(&r->dice, 2));
}
static void
screeners_key(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	o->by[1] = WORLD_SCREENER;
}
static void
old_key(struct world *w, struct order_made *o, struct run *r)
{
	(void)r;
	person(w, o, 0, WORLD_SCREENER_STATION); /* a new key in charter 2 */
	o->act[0].charter = 1;
}
static void
nobody(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	struct act *a = &o->act[pick(&r->dice, 2)];
	a->person[pick(&r->dice, strlen(a->person))] = (char)between(&r->dice, 'A', 'Z');
}
static void
name_of_another(struct world *w, struct order_made *o, struct run *r)
{
	(void)r;
	enum world_who by = o->by[1];
	person(w, o, 1, WORLD_APPROVER_DESK);
	o->by[1] = by; /* the key of one, the name of the other */
}
static void
anybody_signs(struct world *w, struct order_made *o, struct run *r)
{
	size_t i = pick(&r->dice, 2);
	enum world_who by;
	(void)w;
	do
		by = (enum world_who)pick(&r->dice, WORLD_PEOPLE);
	while (by == o->by[i]);
	o->by[i] = by;
}
static void
one_act(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	if (pick(&r->dice, 2) == 0) {
		o->act[0] = o->act[1];
		o->kind[0] = o->kind[1];
		o->by[0] = o->by[1];
	}
	o->acts = 1;
}
static void
no_act(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	o->acts = 0;
}
static void
three_acts(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	size_t i = pick(&r->dice, 2);
	o->act[2] = o->act[i];
	o->kind[2] = o->kind[i];
	o->by[2] = o->by[i];
	o->acts = 3;
}
static void
acts_swapped(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	struct act a = o->act[0];
	o->act[0] = o->act[1];
	o->act[1] = a;
}
static void
screened_twice(struct world *w, struct order_made *o, struct run *r)
{
	(void)r;
	person(w, o, 1, WORLD_SCREENER_STATION);
	o->kind[1] = ACT_SCREEN;
}
static void
kind_of_act(struct world *w, struct order_made *o, struct run *r)
{
	size_t i = pick(&r->dice, 2);
	enum act_kind k;
	(void)w;
	do
		k = (enum act_kind)pick(&r->dice, ACT_KINDS);
	while (k == o->kind[i]);
	o->kind[i] = k;
}
static void
other_document(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->act[pick(&r->dice, 2)].subject, 32);
}
static void
future_charter(struct world *w, struct order_made *o, struct run *r)
{
	o->act[pick(&r->dice, 2)].charter = w->charter.number + between(&r->dice, 1, 1000);
}
static void
act_in_future(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->act[1].at.sec = o->now.sec + between(&r->dice, 61, 1000000);
}
static void
act_too_early(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->act[1].at.sec = o->act[0].at.sec - between(&r->dice, 61, 1000000);
}
static void
signature_bit(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	size_t i = pick(&r->dice, 2);
	flip(&r->dice, o->signature[i], o->act[i].signature.n);
}
static void
signature_cut(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	struct der *s = &o->act[pick(&r->dice, 2)].signature;
	s->n = pick(&r->dice, s->n);
}
static void
signatures_swapped(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	struct der s = o->act[0].signature;
	o->act[0].signature = o->act[1].signature;
	o->act[1].signature = s;
}
static void
act_time_changed(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->act[pick(&r->dice, 2)].at.sec += between(&r->dice, 1, 100000);
}
static void
act_charter_changed(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->act[pick(&r->dice, 2)].charter -= between(&r->dice, 1, 1000);
}
static void
acts_cut(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	cut(&r->dice, &o->act_list);
}
static void
acts_longer(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	lengthen(&r->dice, &o->act_list);
}

/* Sealing, and the key of the certificate. */

static void
sealed_bit(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->sealed.at, o->sealed.len);
}
static void
sealed_cut(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	cut(&r->dice, &o->sealed);
}
static void
sealed_large(struct world *w, struct order_made *o, struct run *r)
{
	static const uint8_t MORE[WARRANT_MOST];
	(void)w;
	sink_bytes(&o->sealed, MORE, sizeof(MORE) - pick(&r->dice, 1000));
}
static void
wrapped_bit(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->wrapped.at, o->wrapped.len);
}
static void
wrapped_for_another(struct world *w, struct order_made *o, struct run *r)
{
	const uint8_t *const OTHER[] = { w->charter.keymaker_seal, w->charter.archive_seal,
		o->certificate.dossier_key };
	o->wrap_for = OTHER[pick(&r->dice, 3)];
}
static void
wrapped_as_something_else(struct world *w, struct order_made *o, struct run *r)
{
	static const char *const PURPOSE[] = { "dossier-key", "certificate", "letter" };
	o->wrapped.len = 0;
	seal_put(PURPOSE[pick(&r->dice, 3)], w->charter.signer_seal, o->warrant_key, WARRANT_KEY,
	    &o->wrapped);
}

static void
spki_put(struct order_made *o, struct run *r, size_t bits, uint64_t exponent, bool even)
{
	uint8_t modulus[1024], e[8];
	struct sink s = { .limit = 4096 };
	for (size_t i = 0; i < bits / 8; i++)
		modulus[i] = (uint8_t) throw(&r->dice);
	modulus[0] |= 0x80;
	modulus[bits / 8 - 1] = (uint8_t)((modulus[bits / 8 - 1] | 1) ^ even);
	for (int i = 0; i < 8; i++)
		e[i] = (uint8_t)(exponent >> (56 - 8 * i));
	size_t inner = der_begin(&s, DER_SEQUENCE);
	der_put_unsigned(&s, modulus, bits / 8);
	der_put_unsigned(&s, e, 8);
	der_end(&s, inner);
	o->spki.len = 0;
	size_t all = der_begin(&o->spki, DER_SEQUENCE), alg = der_begin(&o->spki, DER_SEQUENCE);
	der_put_oid(&o->spki, "1.2.840.113549.1.1.1");
	der_put(&o->spki, DER_NULL, NULL, 0);
	der_end(&o->spki, alg);
	der_put_bits(&o->spki, s.at, s.len);
	der_end(&o->spki, all);
	digest_of(o->spki.at, o->spki.len, o->statement.spki);
	sink_drop(&s);
}
static void
key_short(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	spki_put(o, r, (size_t)between(&r->dice, 256, 383) * 8, 65537, false);
}
static void
key_tiny(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	spki_put(o, r, (size_t)between(&r->dice, 16, 255) * 8, 65537, false);
}
static void
key_exponent(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	spki_put(o, r, 3072, (uint64_t)between(&r->dice, 1, 30000) * 2 + 1, false);
}
static void
key_even(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	spki_put(o, r, 3072, 65537, true);
}
static void
key_elliptic(struct world *w, struct order_made *o, struct run *r)
{
	o->spki.len = 0;
	p256_spki(w->charter.staff[pick(&r->dice, w->charter.staffs)].point, &o->spki);
	digest_of(o->spki.at, o->spki.len, o->statement.spki);
}
static void
key_longer(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	lengthen(&r->dice, &o->spki);
	digest_of(o->spki.at, o->spki.len, o->statement.spki);
}
static void
key_none(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	cut(&r->dice, &o->spki);
	digest_of(o->spki.at, o->spki.len, o->statement.spki);
}
static int
another_key(const struct order_made *o, struct run *r)
{
	int key;
	do
		key = (int)between(&r->dice, WORLD_KEY_FIRST, WORLD_KEYS - 1);
	while (key == o->key);
	return key;
}
static void
key_of_another(struct world *w, struct order_made *o, struct run *r)
{
	int key = another_key(o, r);
	o->spki.len = 0;
	sink_bytes(&o->spki, w->spki[key].at, w->spki[key].len);
}

/* The statement and the print keys it names. */

static void
attackers_key(struct world *w, struct order_made *o, struct run *r)
{
	/* A key of his own, a statement of his own over it, signed by whatever he holds. */
	o->key = another_key(o, r);
	o->spki.len = 0;
	sink_bytes(&o->spki, w->spki[o->key].at, w->spki[o->key].len);
	digest_of(o->spki.at, o->spki.len, o->statement.spki);
	o->statement_secret = w->secret[pick(&r->dice, WORLD_PEOPLE)];
}
static void
older_keymaker(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->statement_secret = r->old_keymaker;
}
static void
statement_service(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->statement.service, SERVICE_ID);
}
static void
statement_number(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->statement.charter_number +=
	    pick(&r->dice, 2) == 0 ? -between(&r->dice, 1, 100) : between(&r->dice, 1, 100);
}
static void
statement_charter(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->statement.charter, 32);
}
static void
statement_warrant(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->statement.warrant, 32);
}
static void
statement_spki(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->statement.spki, 32);
}
static void
statement_package(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->statement.package, 32);
}
static void
statement_letter(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->statement.letter[pick(&r->dice, 2)], 32);
}
static void
statement_package_key(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	seal_pair(o->statement.package_key, o->package_secret);
}
static void
statement_bit(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, (void *)(uintptr_t)o->statement.signature.p, o->statement.signature.n);
}
static void
statement_print_key(struct world *w, struct order_made *o, struct run *r)
{
	/* Another print key, well signed by its station, after the keymaker has signed. */
	size_t i = pick(&r->dice, 2);
	struct print_key k = o->print[i];
	uint8_t bytes[80];
	struct sink signature = SINK_INTO(bytes);
	struct fault f = { 0 };
	secret_random(k.key, sizeof(k.key));
	assert_true(print_key_sign(&k, w->secret[o->station[i]], &signature, &f));
	o->print_packed[i].len = 0;
	print_key_pack(&k, &o->print_packed[i]);
	o->statement.print[i] = der_of(o->print_packed[i].at, o->print_packed[i].len);
}
static void
statement_cut(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	cut(&r->dice, &o->statement_packed);
}
static void
statement_longer(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	lengthen(&r->dice, &o->statement_packed);
}
static void
station(struct order_made *o, size_t i, int n)
{
	o->station[i] = (enum world_who)(WORLD_STATION + n);
	(void)snprintf(o->print[i].station, sizeof(o->print[i].station), "printer-%c", 'a' + n);
}
static void
print_service(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->print[pick(&r->dice, 2)].service, SERVICE_ID);
}
static void
print_day(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	struct day *d = &o->print[pick(&r->dice, 2)].day;
	*d = day_plus(*d, between(&r->dice, 1, 300));
}
static void
print_letter(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	enum print_letter *l = &o->print[pick(&r->dice, 2)].letter;
	*l = *l == PRINT_PIN ? PRINT_PASSWORD : PRINT_PIN;
}
static void
print_swapped(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	o->print[0].letter = PRINT_PASSWORD;
	o->print[1].letter = PRINT_PIN;
}
static void
print_same_station(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	station(o, 0, 0);
	station(o, 1, 0);
	if (pick(&r->dice, 2) == 0) {
		station(o, 0, 1);
		station(o, 1, 1);
	}
}
static void
print_unknown_station(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	char *id = o->print[pick(&r->dice, 2)].station;
	id[pick(&r->dice, 9)] = (char)between(&r->dice, 'A', 'Z');
}
static void
print_older_station(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	station(o, pick(&r->dice, 2), 2); /* left out of charter 2 */
}
static void
print_by_staff(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->station[pick(&r->dice, 2)] = (enum world_who)pick(&r->dice, WORLD_STATION);
}
static void
print_key_changed(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->print[pick(&r->dice, 2)].key, 32);
}
static void
print_bit(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	size_t i = pick(&r->dice, 2);
	flip(&r->dice, o->signature[ORDER_ACTS_MOST + i], o->print[i].signature.n);
}
static void
print_cut(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	cut(&r->dice, &o->print_packed[pick(&r->dice, 2)]);
}

/* The moment, and what the journal has seen. */

static void
clock_behind(struct world *w, struct order_made *o, struct run *r)
{
	o->now.sec = w->now.sec + 5000; /* the acts are of then */
	(void)r;
}
static void
tell_behind(struct world *w, struct order_made *o, struct run *r)
{
	o->head.now.sec = w->now.sec + between(&r->dice, 0, 4800);
}
static void
tell_back(struct world *w, struct order_made *o, struct run *r)
{
	o->head.now.sec = w->now.sec - between(&r->dice, 1, 100000000);
}
static void
tell_expired(struct world *w, struct order_made *o, struct run *r)
{
	o->head.now.sec = w->charter.not_after.sec + between(&r->dice, 1, 100000000);
}
static void
tell_late(struct world *w, struct order_made *o, struct run *r)
{
	int64_t end = day_end(o->warrant.last_day).sec;
	o->head.now.sec = between(&r->dice, end + 1, w->charter.not_after.sec);
}
static void
head_root(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	flip(&r->dice, o->head.root, 32);
}
static void
head_shorter(struct world *w, struct order_made *o, struct run *r)
{
	o->head.size = between(&r->dice, -100, w->log.known - 1);
}
static void
head_unproven(struct world *w, struct order_made *o, struct run *r)
{
	o->head.size = w->log.known + between(&r->dice, 1, 100);
	world_root(o->head.size, o->head.root);
}
static void
head_proof(struct world *w, struct order_made *o, struct run *r)
{
	static uint8_t bytes[320];
	(void)w;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t) throw(&r->dice);
	o->head.proof = der_of(bytes, (size_t)between(&r->dice, 1, sizeof(bytes)));
}
static void
voided(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->warrant.dossier = 2; /* voided up to edition 3 */
	o->warrant.edition = between(&r->dice, 1, 3);
}
static void
older_edition(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	o->warrant.dossier = 1;
	o->warrant.edition = between(&r->dice, 1, 4);
}
static void
same_edition(struct world *w, struct order_made *o, struct run *r)
{
	(void)w, (void)r;
	o->warrant.dossier = 1; /* signed for with other contents */
	o->warrant.edition = 5;
}
static void
replay(struct order_made *o, const struct order_made *from)
{
	sink_copy(&o->sealed, &from->sealed);
	sink_copy(&o->wrapped, &from->wrapped);
	sink_copy(&o->act_list, &from->act_list);
	sink_copy(&o->spki, &from->spki);
	sink_copy(&o->statement_packed, &from->statement_packed);
}
static void
replay_other_key(struct world *w, struct order_made *o, struct run *r)
{
	replay(o, &r->issued);
	int key = another_key(&r->issued, r);
	sink_copy(&o->spki, &w->spki[key]);
}
static void
replay_other_statement(struct world *w, struct order_made *o, struct run *r)
{
	struct statement s = r->issued.statement;
	uint8_t bytes[80];
	struct sink signature = SINK_INTO(bytes);
	struct fault f = { 0 };
	replay(o, &r->issued);
	seal_pair(s.package_key, o->package_secret);
	assert_true(statement_sign(
	    &s, pick(&r->dice, 2) == 0 ? w->keymaker : r->old_keymaker, &signature, &f));
	o->statement_packed.len = 0;
	statement_pack(&s, &o->statement_packed);
}
static void
other_warrants_acts(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	sink_copy(&o->act_list, &r->issued.act_list);
}
static void
other_warrants_statement(struct world *w, struct order_made *o, struct run *r)
{
	(void)w;
	sink_copy(&o->statement_packed, &r->issued.statement_packed);
	sink_copy(&o->spki, &r->issued.spki);
}

struct forgery {
	const char *name;
	enum world_stage stage;
	change *change;
	const char *row; /* it is refused by */
	change *then; /* at the last stage; or NULL */
};
/* clang-format off */
static const struct forgery FORGERIES[] = {
	{ "warrant of another service",		STAGE_WARRANT,	other_service,		"order-service" },
	{ "warrant of another kind",		STAGE_WARRANT,	other_kind,		"order-kind" },
	{ "no dossier",				STAGE_WARRANT,	dossier_none,		"order-edition" },
	{ "no edition",				STAGE_WARRANT,	edition_none,		"order-edition" },
	{ "last day past",			STAGE_WARRANT,	day_past,		"order-last-day" },
	{ "no last day",			STAGE_WARRANT,	day_none,		"order-last-day" },
	{ "last day too far",			STAGE_WARRANT,	day_far,		"order-last-day-far" },
	{ "unknown profile",			STAGE_WARRANT,	profile_unknown,	"order-profile" },
	{ "profile of other fields",		STAGE_WARRANT,	profile_other,		"order-field-missing" },
	{ "profile of fewer fields",		STAGE_WARRANT,	profile_smaller,	"order-field-unknown" },
	{ "too few years",			STAGE_WARRANT,	years_few,		"order-years" },
	{ "too many years",			STAGE_WARRANT,	years_many,		"order-years" },
	{ "another rule of months",		STAGE_WARRANT,	rule_other,		"order-vend-rule" },
	{ "an unknown rule of months",		STAGE_WARRANT,	rule_unknown,		"order-vend-rule" },
	{ "a disc",				STAGE_WARRANT,	on_disc,		"order-media" },
	{ "no e-mail",				STAGE_WARRANT,	email_none,		"order-email" },
	{ "e-mail without @",			STAGE_WARRANT,	email_without_at,	"order-email" },
	{ "e-mail with two @",			STAGE_WARRANT,	email_with_two,		"cert-body-email" },
	{ "e-mail with a space or control",	STAGE_WARRANT,	email_with_space,	"cert-body-email" },
	{ "e-mail too long",			STAGE_WARRANT,	email_long,		"cert-body-email" },
	{ "field of another type",		STAGE_WARRANT,	field_type,		"order-field-type" },
	{ "empty field",			STAGE_WARRANT,	field_empty,		"order-field-empty" },
	{ "long field",				STAGE_WARRANT,	field_long,		"order-field-long" },
	{ "field that is no UTF-8",		STAGE_WARRANT,	field_not_utf8,		"order-field-long" },
	{ "field with NUL",			STAGE_WARRANT,	field_with_nul,		"order-field-long" },
	{ "field with a control character",	STAGE_WARRANT,	field_control,		"cert-body-value" },
	{ "field with a sign that is not printable", STAGE_WARRANT, field_not_printable, "cert-body-value" },
	{ "required field missing",		STAGE_WARRANT,	field_missing,		"order-field-missing" },
	{ "field in another name",		STAGE_WARRANT,	field_elsewhere,	"order-field-missing" },
	{ "field under another identifier",	STAGE_WARRANT,	field_under_another_name, "order-field-missing" },
	{ "fields swapped",			STAGE_WARRANT,	fields_swapped,		"order-field-missing" },
	{ "a field the profile lacks",		STAGE_WARRANT,	field_unknown,		"order-field-unknown" },
	{ "a field twice",			STAGE_WARRANT,	field_twice,		"order-field-unknown" },
	{ "no fields",				STAGE_WARRANT,	fields_none,		"order-field-missing" },
	{ "rehearsal mark missing",		STAGE_WARRANT,	mark_missing,		"order-mark-missing" },
	{ "rehearsal mark twice",		STAGE_WARRANT,	mark_twice,		"order-mark-misplaced" },
	{ "rehearsal mark not last",		STAGE_WARRANT,	mark_too_early,		"order-mark-misplaced" },
	{ "rehearsal mark in another name",	STAGE_WARRANT,	mark_elsewhere,		"order-mark-misplaced" },
	{ "rehearsal mark under another identifier", STAGE_WARRANT, mark_under_another_name, "order-mark-misplaced" },
	{ "rehearsal mark misspelt",		STAGE_WARRANT,	mark_changed,		"order-field-missing" },

	{ "field changed after signing",	STAGE_ALTERED,	then_field,		"act-other-document" },
	{ "e-mail changed after signing",	STAGE_ALTERED,	then_email,		"act-other-document" },
	{ "years changed after signing",	STAGE_ALTERED,	then_years,		"act-other-document" },
	{ "edition changed after signing",	STAGE_ALTERED,	then_edition,		"act-other-document" },
	{ "dossier changed after signing",	STAGE_ALTERED,	then_dossier,		"act-other-document" },
	{ "last day changed after signing",	STAGE_ALTERED,	then_day,		"act-other-document" },
	{ "salt changed after signing",		STAGE_ALTERED,	then_salt,		"act-other-document" },
	{ "dossier's key changed after signing", STAGE_ALTERED,	then_dossier_key,	"act-other-document" },
	{ "records changed after signing",	STAGE_ALTERED,	then_digests,		"act-other-document" },
	{ "product changed after signing",	STAGE_ALTERED,	then_product,		"act-other-document" },
	{ "address changed after signing",	STAGE_ALTERED,	then_address,		"act-other-document" },
	{ "recipient changed after signing",	STAGE_ALTERED,	then_delegate,		"act-other-document" },
	{ "warrant cut",			STAGE_ALTERED,	then_cut,		"warrant-form" },
	{ "warrant with something behind it",	STAGE_ALTERED,	then_longer,		"warrant-form" },
	{ "warrant under another tag",		STAGE_ALTERED,	then_tag,		"warrant-form" },

	{ "the screener approves as well",	STAGE_ACTS,	screener_approves,	"act-wrong-role" },
	{ "the approver screens as well",	STAGE_ACTS,	approver_screens,	"act-wrong-role" },
	{ "one surface twice",			STAGE_ACTS,	same_surface,		"order-same-surface" },
	{ "a person of another role",		STAGE_ACTS,	other_role,		"act-wrong-role" },
	{ "a custodian approves",		STAGE_ACTS,	custodian_approves,	"act-unknown-person" },
	{ "a person of an older charter",	STAGE_ACTS,	leaver_approves,	"act-unknown-person" },
	{ "a print station approves",		STAGE_ACTS,	station_approves,	"act-unknown-person" },
	{ "a key of an older charter",		STAGE_ACTS,	old_key,		"act-signature" },
	{ "a person nobody knows",		STAGE_ACTS,	nobody,			"act-unknown-person" },
	{ "one's key under another's name",	STAGE_ACTS,	name_of_another,	"act-signature" },
	{ "anybody's key",			STAGE_ACTS,	anybody_signs,		"act-signature" },
	{ "one act",				STAGE_ACTS,	one_act,		"order-acts" },
	{ "no act",				STAGE_ACTS,	no_act,			"order-acts" },
	{ "three acts",				STAGE_ACTS,	three_acts,		"order-acts" },
	{ "screened twice",			STAGE_ACTS,	screened_twice,		"act-wrong-kind" },
	{ "another act",			STAGE_ACTS,	kind_of_act,		"act-wrong-kind" },
	{ "an act over another document",	STAGE_ACTS,	other_document,		"act-other-document" },
	{ "an act of a charter to come",	STAGE_ACTS,	future_charter,		"act-charter-ahead" },
	{ "approved in the future",		STAGE_ACTS,	act_in_future,		"order-before-acts" },
	{ "approved before it was screened",	STAGE_ACTS,	act_too_early,		"order-act-early" },
	{ "acts swapped",			STAGE_SIGNED,	acts_swapped,		"act-wrong-kind" },
	{ "a bit of an act's signature",	STAGE_SIGNED,	signature_bit,		"act-signature" },
	{ "an act's signature cut",		STAGE_SIGNED,	signature_cut,		"act-signature" },
	{ "signatures swapped",			STAGE_SIGNED,	signatures_swapped,	"act-signature" },
	{ "an act's time changed",		STAGE_SIGNED,	act_time_changed,	"act-signature" },
	{ "an act's charter changed",		STAGE_SIGNED,	act_charter_changed,	"act-signature" },
	{ "acts cut",				STAGE_REQUEST,	acts_cut,		"order-acts" },
	{ "acts with something behind them",	STAGE_REQUEST,	acts_longer,		"order-acts" },
	{ "acts of another warrant",		STAGE_REQUEST,	other_warrants_acts,	"act-other-document" },

	{ "a bit of the sealed warrant",	STAGE_REQUEST,	sealed_bit,		"seal-broken" },
	{ "the sealed warrant cut",		STAGE_REQUEST,	sealed_cut,		"seal-broken" },
	{ "a warrant too large",		STAGE_REQUEST,	sealed_large,		"warrant-form" },
	{ "a bit of the wrapped key",		STAGE_REQUEST,	wrapped_bit,		"seal-broken" },
	{ "a key wrapped for another",		STAGE_WARRANT,	wrapped_for_another,	"seal-broken" },
	{ "a key wrapped as something else",	STAGE_REQUEST,	wrapped_as_something_else, "seal-other-purpose" },

	{ "a key below the profile's length",	STAGE_STATEMENT, key_short,		"order-key-short" },
	{ "a key below 2048 bits",		STAGE_STATEMENT, key_tiny,		"rsa-size" },
	{ "another exponent",			STAGE_STATEMENT, key_exponent,		"rsa-exponent" },
	{ "an even modulus",			STAGE_STATEMENT, key_even,		"rsa-form" },
	{ "an elliptic key",			STAGE_STATEMENT, key_elliptic,		"rsa-form" },
	{ "a key with something behind it",	STAGE_STATEMENT, key_longer,		"rsa-form" },
	{ "a key cut",				STAGE_STATEMENT, key_none,		"rsa-form" },
	{ "another warrant's key",		STAGE_REQUEST,	key_of_another,		"statement-spki" },
	{ "another warrant's key and statement", STAGE_REQUEST,	other_warrants_statement, "statement-warrant" },
	{ "an attacker's key and statement",	STAGE_STATEMENT, attackers_key,		"statement-signature" },
	{ "a statement by an older keymaker",	STAGE_STATEMENT, older_keymaker,	"statement-signature" },
	{ "a statement of another service",	STAGE_STATEMENT, statement_service,	"statement-service" },
	{ "a statement of another charter's number", STAGE_STATEMENT, statement_number,	"statement-charter" },
	{ "a statement of another charter",	STAGE_STATEMENT, statement_charter,	"statement-charter" },
	{ "a statement for another warrant",	STAGE_STATEMENT, statement_warrant,	"statement-warrant" },
	{ "a statement for another key",	STAGE_STATEMENT, statement_spki,	"statement-spki" },
	{ "another package's digest",		STAGE_STATED,	statement_package,	"statement-signature" },
	{ "another letter's digest",		STAGE_STATED,	statement_letter,	"statement-signature" },
	{ "another package's key",		STAGE_STATED,	statement_package_key,	"statement-signature" },
	{ "a print key put in later",		STAGE_STATED,	statement_print_key,	"statement-signature" },
	{ "a bit of the statement's signature",	STAGE_STATED,	statement_bit,		"statement-signature" },
	{ "a statement cut",			STAGE_REQUEST,	statement_cut,		"statement-form" },
	{ "a statement with something behind it", STAGE_REQUEST, statement_longer,	"statement-form" },

	{ "a print key of another service",	STAGE_PRINT,	print_service,		"print-key-service" },
	{ "print keys of two days",		STAGE_PRINT,	print_day,		"print-key-day" },
	{ "both print keys for one letter",	STAGE_PRINT,	print_letter,		"print-key-letter" },
	{ "print keys swapped",			STAGE_PRINT,	print_swapped,		"print-key-letter" },
	{ "both print keys from one station",	STAGE_PRINT,	print_same_station,	"print-key-same-station" },
	{ "a station nobody knows",		STAGE_PRINT,	print_unknown_station,	"print-key-station" },
	{ "a station of an older charter",	STAGE_PRINT,	print_older_station,	"print-key-station" },
	{ "a print key no station signed",	STAGE_PRINT,	print_by_staff,		"print-key-signature" },
	{ "a print key changed",		STAGE_PRINTED,	print_key_changed,	"print-key-signature" },
	{ "a bit of a print key's signature",	STAGE_PRINTED,	print_bit,		"print-key-signature" },
	{ "a print key cut",			STAGE_PRINT_PACKED, print_cut,		"print-key-form" },

	{ "a clock behind the signatures",	STAGE_WARRANT,	clock_behind,		"order-before-acts", tell_behind },
	{ "a clock behind the journal",		STAGE_REQUEST,	tell_back,		"signer-clock-back" },
	{ "a charter that has ended",		STAGE_REQUEST,	tell_expired,		"order-charter-expired" },
	{ "a warrant whose day has passed",	STAGE_REQUEST,	tell_late,		"order-last-day" },
	{ "another log",			STAGE_REQUEST,	head_root,		"signer-head-forked" },
	{ "a shorter log",			STAGE_REQUEST,	head_shorter,		"signer-head-forked" },
	{ "a longer log without proof",		STAGE_REQUEST,	head_unproven,		"signer-head-forked" },
	{ "a proof of nothing",			STAGE_REQUEST,	head_proof,		"signer-head-forked" },
	{ "a void edition",			STAGE_WARRANT,	voided,			"signer-edition-seen" },
	{ "a superseded edition",		STAGE_WARRANT,	older_edition,		"signer-edition-seen" },
	{ "another warrant for an edition seen", STAGE_WARRANT,	same_edition,		"signer-edition-seen" },
	{ "another key for an edition seen",	STAGE_REQUEST,	replay_other_key,	"signer-other-key" },
	{ "another package for an edition seen", STAGE_REQUEST,	replay_other_statement,	"signer-other-key" },
};
/* Kinds that need another service: a real one; one whose CA certificate ends early. */
static const struct forgery REAL_FORGERIES[] = {
	{ "rehearsal mark in a real service",	STAGE_WARRANT,	mark_in_real,		"order-mark-misplaced" },
	{ "rehearsal mark for a field",		STAGE_WARRANT,	mark_for_field,		"order-mark-misplaced" },
};
static const struct forgery SHORT_FORGERIES[] = {
	{ "an end beyond the CA's",		STAGE_WARRANT,	years_three,		"order-beyond-ca" },
};
static const struct forgery ONE_PERSON = { "", STAGE_ACTS, screener_approves, "order-same-person" };
static const struct forgery ONE_KEY = { "", STAGE_ACTS, screeners_key, "order-same-key" };
/* clang-format on */

static void
at_stage(struct world *w, struct order_made *o, enum world_stage stage, void *context)
{
	struct run *r = context;
	if (stage == r->kind->stage)
		r->kind->change(w, o, r);
	if (stage == STAGE_REQUEST && r->kind->then != NULL)
		r->kind->then(w, o, r);
}

static void
kind_refused(struct world *w, struct run *r, struct order_made *o)
{
	int64_t uses = world_uses(w);
	for (size_t i = 0; i < variations(); i++) {
		struct dice before = r->dice;
		OWN_SINK held = { 0 };
		struct signer_issued out;
		struct fault f = { 0 };
		order_new(w, at_stage, r, o);
		bool good = order_send(w, o, &out, &held, &f);
		if (good || strcmp(f.name, r->kind->row) != 0)
			fail_msg("%s, %zu: %s, not %s (dice %llx) %s", r->kind->name, i,
			    good ? "accepted" : f.name, r->kind->row,
			    (unsigned long long)before.state, f.say);
		order_free(o);
	}
	if (world_uses(w) != uses)
		fail_msg("%s: the CA key was used", r->kind->name);
	uint8_t serial[20];
	world_issue(w, serial, NULL);
	assert_int_equal(world_uses(w), uses + 1);
}

static void
journal_prepare(struct world *w, struct run *r)
{
	struct fault f = { 0 };
	struct signer_issued out;
	OWN_SINK held = { 0 };
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	charter_2(w, r->old_keymaker);
	w->log.size = 21;
	w->dossier = 2;
	order_again(w, NULL, NULL, &r->issued, 1, 5);
	assert_true(order_send(w, &r->issued, &out, &held, &f));
	world_void_body(
	    w, 2, 3, ACT_VOID, (enum world_who[]){ WORLD_APPROVER, WORLD_PEOPLE }, &body);
	assert_true(
	    world_call(w, WORLD_ROAD_OFFICERS, SIGNER_VOID, der_of(body.at, body.len), NULL, &f));
}

static void
every_changed_order_is_refused_before_the_key_is_used(void **state)
{
	struct world *w = world_new(NULL);
	struct run r = { .dice = dice_new() };
	struct order_made *o = malloc(sizeof(*o));
	(void)state;
	journal_prepare(w, &r);
	assert_true(COUNT(FORGERIES) >= 80);
	for (size_t i = 0; i < COUNT(FORGERIES); i++) {
		r.kind = &FORGERIES[i];
		kind_refused(w, &r, o);
	}
	order_free(&r.issued);
	free(o);
	world_free(w);
}

/* A world of its own for what only it can refuse. */
static void
refused_in(const struct world_options *options, const struct forgery *kinds, size_t n)
{
	struct world *w = world_new(options);
	struct run r = { .dice = dice_new() };
	struct order_made *o = malloc(sizeof(*o));
	for (size_t i = 0; i < n; i++) {
		r.kind = &kinds[i];
		kind_refused(w, &r, o);
	}
	free(o);
	world_free(w);
}

static void
a_real_service_signs_no_rehearsal_mark(void **state)
{
	char path[TEST_PATH];
	struct shim clock = { .synchronised = SYNC_YES };
	int fd = test_file("shim", path);
	assert_int_equal(write(fd, &clock, sizeof(clock)), sizeof(clock));
	(void)close(fd);
	const struct world_options real = { .real = true, .preload = SHIM, .shared = path };
	(void)state;
	refused_in(&real, REAL_FORGERIES, COUNT(REAL_FORGERIES));
	(void)unlink(path);
}

static void
no_certificate_outlives_its_ca(void **state)
{
	const struct world_options three = { .ca_years = 3 };
	(void)state;
	refused_in(&three, SHORT_FORGERIES, COUNT(SHORT_FORGERIES));
}

/* A charter that let them would not have been taken; the check does not rest on that. */
static void
one_person_or_one_key_never_counts_for_two(void **state)
{
	struct world *w = world_new(NULL);
	struct charter *c = malloc(sizeof(*c));
	struct order_made *o = malloc(sizeof(*o));
	(void)state;
	for (int same_key = 0; same_key < 2; same_key++) {
		struct run r = { .kind = same_key != 0 ? &ONE_KEY : &ONE_PERSON };
		struct order order;
		struct instant end;
		const struct profile *profile;
		struct fault f = { 0 };
		uint8_t digest[32];
		order_new(w, at_stage, &r, o);
		*c = w->charter;
		c->staff[0].roles |= 1 << ROLE_APPROVAL; /* sato */
		memcpy(c->staff[1].point, c->staff[0].point, P256_POINT); /* suzuki */
		charter_digest(der_of(w->charter_packed.at, w->charter_packed.len), digest);
		const struct order_ground ground = { c, digest, &w->policy, o->now, { INT64_MAX },
			3072 };
		assert_true(order_read(der_of(o->packed.at, o->packed.len),
		    der_of(o->act_list.at, o->act_list.len), der_of(o->spki.at, o->spki.len),
		    der_of(o->statement_packed.at, o->statement_packed.len), &order, &f));
		assert_false(order_check(&order, &ground, &profile, &end, &f));
		assert_string_equal(f.name, r.kind->row);
		order_free(o);
	}
	free(o);
	free(c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_changed_order_is_refused_before_the_key_is_used),
		cmocka_unit_test(a_real_service_signs_no_rehearsal_mark),
		cmocka_unit_test(no_certificate_outlives_its_ca),
		cmocka_unit_test(one_person_or_one_key_never_counts_for_two),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
