/*
 * G6: every kind of changed charter and revocation, each in many ways by dice (dice.h), is refused
 * by its own row; an untouched one beside each kind passes. [R-11.0] [X-2] [design 2]
 */
#include "dice.h"

#include "vault/digest.h"
#include "vault/secret.h"

struct run {
	struct dice dice;
	uint8_t serial[SERIAL]; /* what is revoked */
	uint8_t old_keymaker[P256_SECRET];
};

/* Documents: charters and revocations, the parts of their request changed on the way. */

struct paper {
	struct charter *next;
	struct warrant warrant;
	struct warrant_revoke revoke;
	const enum world_who *who;
	enum act_kind kind;
	struct sink document, pack, list;
	uint8_t digest[32]; /* what is signed */
};
enum paper_stage { PAPER_MADE, PAPER_PACKED, PAPER_SIGNED };
struct paper_forgery {
	const char *name;
	enum paper_stage stage;
	void (*change)(struct world *, struct paper *, struct run *);
	const char *row;
};

static void
paper_free(struct paper *p)
{
	free(p->next);
	sink_drop(&p->document);
	sink_drop(&p->pack);
	sink_drop(&p->list);
	*p = (struct paper){ 0 };
}

static void
paper_change(struct world *w, struct paper *p, struct run *r, const struct paper_forgery *f,
    enum paper_stage stage)
{
	if (f != NULL && f->stage == stage)
		f->change(w, p, r);
}

static bool
paper_send(struct world *w, struct paper *p, struct run *r, const struct paper_forgery *forgery,
    struct fault *f)
{
	OWN_SINK head = SINK_GROW(8192);
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	bool charter = p->next != NULL;
	paper_change(w, p, r, forgery, PAPER_PACKED);
	digest_of(p->document.at, p->document.len, p->digest);
	p->list = SINK_GROW(8192);
	size_t all = der_begin(&p->list, DER_SEQUENCE);
	for (const enum world_who *who = p->who; *who != WORLD_PEOPLE; who++)
		world_act(w, p->kind, *who, p->digest, &p->list);
	der_end(&p->list, all);
	paper_change(w, p, r, forgery, PAPER_SIGNED);
	world_head_pack(w, &head);
	struct signer_document d = { der_of(head.at, head.len),
		der_of(p->document.at, p->document.len), der_of(p->pack.at, p->pack.len),
		der_of(p->list.at, p->list.len) };
	signer_document_pack(&d, &body);
	return world_call(w, charter ? WORLD_ROAD_ISSUER : WORLD_ROAD_OFFICERS,
	    charter ? SIGNER_CHARTER : SIGNER_REVOKE, der_of(body.at, body.len), NULL, f);
}

static bool
charter_try(struct world *w, struct run *r, const struct paper_forgery *forgery, struct fault *f)
{
	struct paper p = { .next = malloc(sizeof(*p.next)), .who = QUORUM, .kind = ACT_CHARTER };
	p.pack = SINK_GROW(PACK_MOST);
	sink_bytes(&p.pack, w->pack.at, w->pack.len);
	world_charter_next(w, p.next);
	paper_change(w, &p, r, forgery, PAPER_MADE);
	p.document = SINK_GROW(CHARTER_MOST);
	charter_pack(p.next, &p.document);
	bool good = paper_send(w, &p, r, forgery, f);
	if (good) {
		w->charter = *p.next;
		w->charter_packed.len = 0;
		sink_bytes(&w->charter_packed, p.document.at, p.document.len);
	}
	paper_free(&p);
	return good;
}

static const enum world_who OFFICERS[] = { WORLD_OFFICER_2, WORLD_OFFICER, WORLD_PEOPLE };
static const enum world_who NOBODY[] = { WORLD_PEOPLE };

static bool
revoke_try(struct world *w, struct run *r, const struct paper_forgery *forgery, struct fault *f)
{
	struct paper p = { .who = OFFICERS, .kind = ACT_REVOKE };
	OWN_SINK inner = SINK_GROW(1024);
	p.warrant = (struct warrant){ .kind = WARRANT_REVOKE,
		.last_day = day_plus(instant_day(w->now), 30) };
	memcpy(p.warrant.service, w->charter.service, SERVICE_ID);
	secret_random(p.warrant.salt, sizeof(p.warrant.salt));
	memcpy(p.revoke.serial, r->serial, SERIAL);
	(void)snprintf(p.revoke.ground, sizeof(p.revoke.ground), "10-1-3");
	paper_change(w, &p, r, forgery, PAPER_MADE);
	warrant_revoke_pack(&p.revoke, &inner);
	p.warrant.body = der_of(inner.at, inner.len);
	p.document = SINK_GROW(WARRANT_MOST);
	warrant_pack(&p.warrant, &p.document);
	bool good = paper_send(w, &p, r, forgery, f);
	paper_free(&p);
	return good;
}

static void
number_other(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	p->next->number +=
	    pick(&r->dice, 2) == 0 ? between(&r->dice, 1, 1000) : -between(&r->dice, 1, 1000);
}
static void
previous_other(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	flip(&r->dice, p->next->previous, 32);
}
static void
charter_service(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	flip(&r->dice, p->next->service, SERVICE_ID);
}
static void
charter_real(struct world *w, struct paper *p, struct run *r)
{
	(void)w, (void)r;
	p->next->rehearsal = false;
}
static void
term_long(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	p->next->not_after.sec += between(&r->dice, 1, 1000000000);
}
static void
term_backward(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	p->next->not_after.sec = p->next->not_before.sec - between(&r->dice, 0, 100000000);
}
static void
quorum_none(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	p->next->quorum = -between(&r->dice, 0, 1000);
}
static void
quorum_many(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	p->next->quorum = between(&r->dice, 4, 1000);
}
static struct holder *
holder(struct paper *p, struct run *r)
{
	const struct {
		struct holder *h;
		size_t n;
	} lists[] = { { p->next->staff, p->next->staffs },
		{ p->next->custodian, p->next->custodians },
		{ p->next->station, p->next->stations } };
	size_t list = pick(&r->dice, 3);
	return &lists[list].h[pick(&r->dice, lists[list].n)];
}
static void
name_twice(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	size_t a = pick(&r->dice, p->next->staffs), b = (a + 1) % p->next->staffs;
	memcpy(p->next->staff[a].id, p->next->staff[b].id, ACT_PERSON);
}
static void
key_twice(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	size_t a = pick(&r->dice, p->next->staffs), b = (a + 1) % p->next->staffs;
	memcpy(p->next->staff[a].point, p->next->staff[b].point, P256_POINT);
}
static void
point_form(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	holder(p, r)->point[0] = (uint8_t)between(&r->dice, 5, 255);
}
static void
roles_clash(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	p->next->staff[pick(&r->dice, p->next->staffs)].roles |=
	    1 << ROLE_SCREENING | 1 << ROLE_APPROVAL | 1 << (int)pick(&r->dice, ROLES);
}
static void
roles_unknown(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	holder(p, r)->roles |= (int64_t)((uint64_t)1 << between(&r->dice, ROLES, 63));
}
static void
custodian_on_staff(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	memcpy(p->next->staff[pick(&r->dice, p->next->staffs)].id,
	    p->next->custodian[pick(&r->dice, p->next->custodians)].id, ACT_PERSON);
}
static void
signers_key(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	if (pick(&r->dice, 2) == 0)
		flip(&r->dice, p->next->signer_point, P256_POINT);
	else
		flip(&r->dice, p->next->signer_seal, 32);
}
static void
pack_other(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	flip(&r->dice, p->next->pack, 32);
}
static void
pack_changed(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	flip(&r->dice, p->pack.at, p->pack.len); /* a profile, a ground, a setting */
}
static void
pack_broken(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	cut(&r->dice, &p->pack);
	digest_of(p->pack.at, p->pack.len, p->next->pack);
}
static void
one_custodian(struct world *w, struct paper *p, struct run *r)
{
	static const enum world_who ONE[3][2] = { { WORLD_CUSTODIAN, WORLD_PEOPLE },
		{ WORLD_CUSTODIAN + 1, WORLD_PEOPLE }, { WORLD_CUSTODIAN + 2, WORLD_PEOPLE } };
	(void)w;
	p->who = ONE[pick(&r->dice, 3)];
}
static void
custodian_twice(struct world *w, struct paper *p, struct run *r)
{
	static const enum world_who TWICE[2][4] = { { WORLD_CUSTODIAN, WORLD_CUSTODIAN,
							WORLD_PEOPLE },
		{ WORLD_CUSTODIAN + 1, WORLD_CUSTODIAN + 2, WORLD_CUSTODIAN + 1, WORLD_PEOPLE } };
	(void)w;
	p->who = TWICE[pick(&r->dice, 2)];
}
static void
no_signature(struct world *w, struct paper *p, struct run *r)
{
	(void)w, (void)r;
	p->who = NOBODY;
}
static void
staff_signs(struct world *w, struct paper *p, struct run *r)
{
	static const enum world_who STAFF[2][3] = { { WORLD_CUSTODIAN, WORLD_APPROVER,
							WORLD_PEOPLE },
		{ WORLD_SCREENER, WORLD_CUSTODIAN, WORLD_PEOPLE } };
	(void)w;
	p->who = STAFF[pick(&r->dice, 2)];
}
/* A new custodian of the next charter signs for it under its own name. */
static void
newcomer_signs(struct world *w, struct paper *p, struct run *r)
{
	struct der list = der_of(p->list.at, p->list.len), inner;
	OWN_SINK out = SINK_GROW(8192);
	struct act a, b;
	uint8_t bytes[80];
	struct sink signature = SINK_INTO(bytes);
	struct fault f = { 0 };
	assert_true(
	    der_take(&list, DER_SEQUENCE, &inner) && act_take(&inner, &a) && act_take(&inner, &b));
	(void)snprintf(b.person, sizeof(b.person), "custodian-%d", (int)between(&r->dice, 4, 1000));
	assert_true(act_sign(&b, ACT_CHARTER, w->secret[WORLD_CUSTODIAN + 2], &signature, &f));
	size_t all = der_begin(&out, DER_SEQUENCE);
	act_pack(&a, &out);
	act_pack(&b, &out);
	der_end(&out, all);
	sink_copy(&p->list, &out);
}
static void
paper_act(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	enum act_kind was = p->kind;
	do
		p->kind = (enum act_kind)pick(&r->dice, ACT_KINDS);
	while (p->kind == was);
}
static void
paper_cut(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	cut(&r->dice, &p->document);
}
static void
paper_longer(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	lengthen(&r->dice, &p->document);
}
static void
list_cut(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	cut(&r->dice, &p->list);
}
static void
list_bit(struct world *w, struct paper *p, struct run *r)
{
	/* Inside the last signature: the list ends with it. */
	(void)w;
	flip(&r->dice, p->list.at + p->list.len - 30, 30);
}
static void
charter_after(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	struct holder *h = &p->next->staff[pick(&r->dice, p->next->staffs)];
	flip(&r->dice, h->point + 1, P256_POINT - 1); /* a thief's key in a clerk's name */
	p->document.len = 0;
	charter_pack(p->next, &p->document);
}
static void
serial_other(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	flip(&r->dice, p->revoke.serial + 1, SERIAL - 1);
}
static void
ground_unknown(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	p->revoke.ground[pick(&r->dice, 6)] = (char)between(&r->dice, 'a', 'z');
}
static void
revoke_service(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	flip(&r->dice, p->warrant.service, SERVICE_ID);
}
static void
revoke_kind(struct world *w, struct paper *p, struct run *r)
{
	(void)w;
	p->warrant.kind = pick(&r->dice, 2) == 0 ? WARRANT_CERTIFICATE : WARRANT_VOID;
}
static void
one_officer(struct world *w, struct paper *p, struct run *r)
{
	static const enum world_who ONE[2][2] = { { WORLD_OFFICER, WORLD_PEOPLE },
		{ WORLD_OFFICER_2, WORLD_PEOPLE } };
	(void)w;
	p->who = ONE[pick(&r->dice, 2)];
}
static void
officer_twice(struct world *w, struct paper *p, struct run *r)
{
	static const enum world_who TWICE[2][4] = { { WORLD_OFFICER, WORLD_OFFICER, WORLD_PEOPLE },
		{ WORLD_OFFICER, WORLD_OFFICER_2, WORLD_OFFICER, WORLD_PEOPLE } };
	(void)w;
	p->who = TWICE[pick(&r->dice, 2)];
}
static void
clerk_revokes(struct world *w, struct paper *p, struct run *r)
{
	static const enum world_who CLERK[2][3] = { { WORLD_OFFICER, WORLD_SCREENER, WORLD_PEOPLE },
		{ WORLD_APPROVER, WORLD_OFFICER, WORLD_PEOPLE } };
	(void)w;
	p->who = CLERK[pick(&r->dice, 2)];
}
static void
leaver_revokes(struct world *w, struct paper *p, struct run *r)
{
	static const enum world_who LEAVER[2][3] = { { WORLD_OFFICER, WORLD_LEAVER, WORLD_PEOPLE },
		{ WORLD_OFFICER, WORLD_CUSTODIAN, WORLD_PEOPLE } };
	(void)w;
	p->who = LEAVER[pick(&r->dice, 2)];
}
static void
revoke_after(struct world *w, struct paper *p, struct run *r)
{
	OWN_SINK inner = SINK_GROW(1024);
	(void)w;
	flip(&r->dice, p->revoke.serial + 1, SERIAL - 1);
	warrant_revoke_pack(&p->revoke, &inner);
	p->warrant.body = der_of(inner.at, inner.len);
	p->document.len = 0;
	warrant_pack(&p->warrant, &p->document);
}

/* clang-format off */
static const struct paper_forgery CHARTERS[] = {
	{ "another number",		PAPER_MADE,	number_other,		"charter-succession" },
	{ "another predecessor",	PAPER_MADE,	previous_other,		"charter-succession" },
	{ "another service",		PAPER_MADE,	charter_service,	"charter-succession" },
	{ "a rehearsal turned real",	PAPER_MADE,	charter_real,		"charter-succession" },
	{ "more than 40 days",		PAPER_MADE,	term_long,		"charter-term" },
	{ "an end before its beginning", PAPER_MADE,	term_backward,		"charter-term" },
	{ "no quorum",			PAPER_MADE,	quorum_none,		"charter-keys" },
	{ "a quorum nobody reaches",	PAPER_MADE,	quorum_many,		"charter-keys" },
	{ "a name twice",		PAPER_MADE,	name_twice,		"charter-keys" },
	{ "a key twice",		PAPER_MADE,	key_twice,		"charter-keys" },
	{ "a point in another form",	PAPER_MADE,	point_form,		"charter-keys" },
	{ "a role nobody knows",	PAPER_MADE,	roles_unknown,		"charter-keys" },
	{ "a custodian on the staff",	PAPER_MADE,	custodian_on_staff,	"charter-keys" },
	{ "roles that clash",		PAPER_MADE,	roles_clash,		"charter-clash" },
	{ "keys that are not the signer's", PAPER_MADE,	signers_key,		"signer-charter-keys" },
	{ "another pack's digest",	PAPER_MADE,	pack_other,		"signer-pack" },
	{ "a changed pack",		PAPER_SIGNED,	pack_changed,		"signer-pack" },
	{ "a pack that is none",	PAPER_MADE,	pack_broken,		"pack-form" },
	{ "one custodian",		PAPER_MADE,	one_custodian,		"charter-quorum" },
	{ "a custodian twice",		PAPER_MADE,	custodian_twice,	"charter-quorum" },
	{ "no custodian",		PAPER_MADE,	no_signature,		"charter-quorum" },
	{ "staff for a custodian",	PAPER_MADE,	staff_signs,		"act-unknown-person" },
	{ "a custodian to come",	PAPER_SIGNED,	newcomer_signs,		"act-unknown-person" },
	{ "another act",		PAPER_MADE,	paper_act,		"act-wrong-kind" },
	{ "changed after signing",	PAPER_SIGNED,	charter_after,		"act-other-document" },
	{ "a bit of a signature",	PAPER_SIGNED,	list_bit,		"act-signature" },
	{ "signatures cut",		PAPER_SIGNED,	list_cut,		"charter-form" },
	{ "charter cut",		PAPER_PACKED,	paper_cut,		"charter-form" },
	{ "something behind it",	PAPER_PACKED,	paper_longer,		"charter-form" },
};
static const struct paper_forgery REVOCATIONS[] = {
	{ "a serial nobody issued",	PAPER_MADE,	serial_other,		"signer-unknown" },
	{ "an unknown ground",		PAPER_MADE,	ground_unknown,		"signer-ground" },
	{ "another service",		PAPER_MADE,	revoke_service,		"signer-service" },
	{ "another kind of warrant",	PAPER_MADE,	revoke_kind,		"signer-kind" },
	{ "one officer",		PAPER_MADE,	one_officer,		"signer-officers" },
	{ "an officer twice",		PAPER_MADE,	officer_twice,		"signer-officers" },
	{ "no officer",			PAPER_MADE,	no_signature,		"signer-officers" },
	{ "a clerk for an officer",	PAPER_MADE,	clerk_revokes,		"act-wrong-role" },
	{ "a stranger for an officer",	PAPER_MADE,	leaver_revokes,		"act-unknown-person" },
	{ "another act",		PAPER_MADE,	paper_act,		"act-wrong-kind" },
	{ "changed after signing",	PAPER_SIGNED,	revoke_after,		"act-other-document" },
	{ "a bit of a signature",	PAPER_SIGNED,	list_bit,		"act-signature" },
	{ "signatures cut",		PAPER_SIGNED,	list_cut,		"signer-form" },
	{ "warrant cut",		PAPER_PACKED,	paper_cut,		"warrant-form" },
	{ "something behind it",	PAPER_PACKED,	paper_longer,		"warrant-form" },
};
/* clang-format on */

typedef bool paper_try(struct world *, struct run *, const struct paper_forgery *, struct fault *);

static void
papers_refused(struct world *w, struct run *r, paper_try *try, const struct paper_forgery *f)
{
	int64_t uses = world_uses(w);
	for (size_t i = 0; i < variations(); i++) {
		struct fault fault = { 0 };
		bool good = try(w, r, f, &fault);
		if (good || strcmp(fault.name, f->row) != 0)
			fail_msg("%s, %zu: %s, not %s: %s", f->name, i,
			    good ? "accepted" : fault.name, f->row, fault.say);
	}
	struct fault fault = { 0 };
	if (!try(w, r, NULL, &fault))
		fail_msg("untouched beside %s: %s", f->name, fault.say);
	assert_int_equal(world_uses(w), uses);
}

static void
every_changed_charter_is_refused(void **state)
{
	struct world *w = world_new(NULL);
	struct run r = { .dice = dice_new() };
	(void)state;
	charter_2(w, r.old_keymaker);
	for (size_t i = 0; i < COUNT(CHARTERS); i++)
		papers_refused(w, &r, charter_try, &CHARTERS[i]);
	assert_int_equal(w->charter.number, 2 + COUNT(CHARTERS));
	world_free(w);
}

static void
every_changed_revocation_is_refused(void **state)
{
	struct world *w = world_new(NULL);
	struct run r = { .dice = dice_new() };
	(void)state;
	charter_2(w, r.old_keymaker);
	for (size_t i = 0; i < COUNT(REVOCATIONS); i++) {
		world_issue(w, r.serial, NULL);
		papers_refused(w, &r, revoke_try, &REVOCATIONS[i]);
	}
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_changed_charter_is_refused),
		cmocka_unit_test(every_changed_revocation_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
