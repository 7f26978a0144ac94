/* act/person, screen, card, approve: two people sign the same bytes; every way not to is its row. On
 * both engines. [R-4.30] [R-4.56] [R-4.70] [R-4.72] [R-4.73] [R-4.91] [K-8] [M-602] [design 2] */
#include "test.h"

#include "act/approve.h"
#include "act/arrive.h"
#include "act/import.h"
#include "act/screen.h"
#include "act/show.h"
#include "base/text.h"
#include "paper/glyphs.h"
#include "paper/sheet.h"
#include "people.h"
#include "samples.h"
#include "store/proof_row.h"
#include "store/task_row.h"
#include "store/warrant_row.h"
#include "typed.h"
#include "vault/digest.h"
#include "vault/keyfile.h"

static const struct somebody PEOPLE[] = {
	{ "sato", ROLE_SCREENING, SURFACE_DESK },
	{ "seki", ROLE_SCREENING, SURFACE_STATION },
	{ "abe", ROLE_APPROVAL, SURFACE_STATION },
	{ "arai", ROLE_APPROVAL, SURFACE_DESK },
	{ "both", ROLE_SCREENING, SURFACE_STATION, 1u << ROLE_APPROVAL },
	{ "kida", ROLE_ACCOUNTING, SURFACE_DESK },
};

struct bench {
	char dir[256];
	struct service *s;
	struct charter *charter;
	uint8_t signer_seal[SEAL_SECRET], keymaker_seal[SEAL_SECRET];
	int64_t plain[8], licensed; /* in screening: some, and a gyoseishoshi's */
	size_t plains;
};

static void
quiet_import(void *context, const struct import_row *r)
{
	(void)context, (void)r;
}

static void
quiet_arrive(void *context, const struct arrive_row *r)
{
	(void)context, (void)r;
}

static bool
sort_out(const struct dossier_row *d, void *context, struct fault *fault)
{
	struct bench *b = context;
	(void)fault;
	if (strcmp(d->kind, "gyoseishoshi") == 0)
		b->licensed = d->id;
	else if (b->plains < COUNT(b->plain))
		b->plain[b->plains++] = d->id;
	return true;
}

static void
take_in(struct bench *b)
{
	struct fault fault = { 0 };
	uint8_t *bytes;
	size_t n;
	bool all;
	sample_read("applications.csv", &bytes, &n);
	made_or_die(import_run(b->s, bytes, n, quiet_import, NULL, &all, &fault), &fault);
	free(bytes);
	sample_read("papers.csv", &bytes, &n);
	made_or_die(arrive_run(b->s, bytes, n, quiet_arrive, NULL, &all, &fault), &fault);
	free(bytes);
	made_or_die(show_list(b->s, "in_screening", sort_out, b, &fault), &fault);
	if (b->plains != COUNT(b->plain) || b->licensed == 0)
		abort();
}

static struct bench *
bench_new(int engine)
{
	struct bench *b = calloc(1, sizeof(*b));
	b->s = made_service(engine, "approve", b->dir);
	b->charter = people_make(b->s, PEOPLE, COUNT(PEOPLE));
	seal_pair(b->charter->signer_seal, b->signer_seal);
	seal_pair(b->charter->keymaker_seal, b->keymaker_seal);
	people_charter(b->s, b->charter);
	people_agent(b->s);
	take_in(b);
	return b;
}

static int
benches_new(void **state)
{
	static struct bench *benches[ENGINES];
	for (int i = 0; i < ENGINES; i++)
		benches[i] = bench_new(i);
	*state = benches;
	return 0;
}

static int
benches_free(void **state)
{
	struct bench **b = *state;
	for (int i = 0; i < ENGINES; i++) {
		service_close(b[i]->s);
		free(b[i]->charter);
		free(b[i]);
	}
	return 0;
}
#define EACH_BENCH(b)                                                                              \
	for (struct bench **all_ = *state, **at_ = all_, *b = NULL;                                \
	     at_ < all_ + ENGINES && (b = *at_) != NULL; at_++)

static struct dossier_row
dossier(struct bench *b, int64_t id)
{
	struct dossier_row d = { 0 };
	struct fault fault = { 0 };
	made_or_die(dossier_load(b->s, id, &d, &fault), &fault);
	dossier_drop(&d);
	return d;
}

static bool
highest(const struct dossier_row *d, void *context, struct fault *fault)
{
	int64_t *id = context;
	(void)fault;
	*id = d->id > *id ? d->id : *id;
	return true;
}

static int64_t
last_dossier(struct bench *b)
{
	int64_t id = 0;
	struct fault fault = { 0 };
	made_or_die(show_list(b->s, "", highest, &id, &fault), &fault);
	return id;
}

/* Every due check OK; the federation's where it is asked. */
static struct screening *
answers(struct bench *b, int64_t id)
{
	struct screening *s = calloc(1, sizeof(*s));
	const struct check *due[SHOW_CHECKS];
	struct fault fault = { 0 };
	struct dossier_row d = dossier(b, id);
	made_or_die(show_checks(&b->s->policy, &d, due, &s->entries, &fault), &fault);
	for (size_t i = 0; i < s->entries; i++)
		snprintf(s->entry[i].code, sizeof(s->entry[i].code), "%s", due[i]->code);
	if (id == b->licensed) {
		snprintf(s->federation.number, sizeof(s->federation.number), "2026-123");
		s->federation.day = (struct day){ 2026, 11, 19 };
	}
	return s;
}

static bool
screen(struct bench *b, int64_t id, const char *who, struct screening *s, struct screened *out,
    struct fault *fault)
{
	struct person *p = people_open(b->s, who);
	const struct screen_request r = { id, p, s };
	*fault = (struct fault){ 0 };
	bool good = screen_run(b->s, &r, out, fault);
	person_free(p);
	return good;
}

static bool
screen_ok(struct bench *b, int64_t id, const char *who, struct screened *out, struct fault *fault)
{
	struct screening *s = answers(b, id);
	bool good = screen(b, id, who, s, out, fault);
	free(s);
	return good;
}

static bool
approve(struct bench *b, int64_t id, const char *who, struct approved *out, struct fault *fault)
{
	struct card *c = NULL;
	struct person *p = people_open(b->s, who);
	*fault = (struct fault){ 0 };
	bool good = card_open(b->s, id, "test", &c, fault) && approve_run(b->s, p, c, out, fault);
	card_free(c);
	person_free(p);
	return good;
}

static void
at(struct bench *b, int year, int month, int mday)
{
	b->s->now = day_at((struct day){ year, month, mday }, 10, 0, 0);
	b->s->today = instant_day(b->s->now);
}

struct looked {
	int64_t dossier;
	uint8_t digest[32];
	struct warrant_row warrant;
	struct charter *charter;
	bool found;
	int seats, good;
	char last_event[64], actor[64], detail[512];
};

static bool
look_proof(const void *row, void *context, struct fault *fault)
{
	const struct proof_row *p = row;
	struct looked *l = context;
	struct act a;
	bool clerk = strcmp(p->seat, "screen") == 0;
	l->seats++;
	l->good += act_unpack(der_of(p->act.at, p->act.n), &a) &&
		   charter_act(l->charter, &a, clerk ? ACT_SCREEN : ACT_APPROVE, l->digest, fault);
	return true;
}

static bool
look_event(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	struct looked *l = context;
	(void)fault;
	snprintf(l->last_event, sizeof(l->last_event), "%s", e->kind);
	snprintf(l->actor, sizeof(l->actor), "%s", e->actor);
	snprintf(l->detail, sizeof(l->detail), "%s", e->detail);
	return true;
}

static bool
look_in(struct tx *tx, void *context, struct fault *fault)
{
	struct looked *l = context;
	l->seats = l->good = 0;
	warrant_drop(&l->warrant);
	return warrant_get(tx, l->digest, &l->warrant, &l->found, fault) &&
	       proof_each(tx, l->digest, look_proof, l, fault) &&
	       event_of_dossier(tx, l->dossier, look_event, l, fault);
}

static struct looked
look(struct bench *b, int64_t id, const uint8_t digest[32])
{
	struct looked l = { .dossier = id, .charter = b->charter };
	struct fault fault = { 0 };
	memcpy(l.digest, digest, 32);
	made_or_die(store_read(b->s->store, look_in, &l, &fault), &fault);
	return l;
}

/* With the program's own key, from what lies in keys.db. */
static void
opens_for(struct bench *b, const char *kind, const uint8_t secret[32], const uint8_t public[32],
    const struct looked *l)
{
	uint8_t plain[WARRANT_MOST], digest[32];
	char owner[DIGEST_HEX];
	struct sink out = SINK_INTO(plain);
	struct blob wrapped = { 0 };
	struct fault fault = { 0 };
	made_or_die(
	    keys_db_get(b->s->keys, kind, hex_print(owner, l->digest, DIGEST), &wrapped, &fault),
	    &fault);
	assert_true(warrant_open(der_of(l->warrant.sealed.at, l->warrant.sealed.n),
	    der_of(wrapped.at, wrapped.n), secret, public, &out, &fault));
	warrant_digest(der_of(out.at, out.len), digest);
	assert_memory_equal(digest, l->digest, 32);
	blob_drop(&wrapped);
}

static void
a_dossier_is_screened_and_approved_by_two_signatures(void **state)
{
	EACH_BENCH(b)
	{
		struct screened r;
		struct approved a;
		struct fault fault;
		int64_t id = b->plain[0];
		assert_true(screen_ok(b, id, "sato", &r, &fault));
		assert_true(r.passed);
		assert_int_equal(r.edition, 1);
		assert_int_equal(day_cmp(r.last_day, (struct day){ 2026, 12, 20 }), 0);
		assert_string_equal(dossier(b, id).state, "screened");
		struct looked l = look(b, id, r.digest);
		assert_true(l.found && l.seats == 1 && l.good == 1);
		assert_string_equal(l.last_event, "screened");
		assert_string_equal(l.actor, "sato");
		assert_null(strstr(l.detail, "rehearsal"));
		opens_for(b, "warrant-signer", b->signer_seal, b->charter->signer_seal, &l);
		opens_for(b, "warrant-keymaker", b->keymaker_seal, b->charter->keymaker_seal, &l);
		warrant_drop(&l.warrant);
		assert_true(approve(b, id, "abe", &a, &fault));
		/* Friday; Monday the 23rd is a holiday: 24, 25, 26 */
		assert_int_equal(day_cmp(a.until, (struct day){ 2026, 11, 26 }), 0);
		struct dossier_row d = dossier(b, id);
		assert_string_equal(d.state, "approved");
		assert_int_equal(d.approved_at, b->s->now.sec);
		l = look(b, id, r.digest);
		assert_true(l.seats == 2 && l.good == 2);
		assert_string_equal(l.last_event, "approved");
		assert_string_equal(l.actor, "abe");
		warrant_drop(&l.warrant);
		/* and once is enough */
		assert_false(approve(b, id, "abe", &a, &fault));
		assert_int_equal(fault.code, FAULT_STATE);
	}
}

static void
who_may_not_is_refused_by_row(void **state)
{
	static const struct {
		const char *screens, *approves;
		const struct refusal *screen, *approve;
	} ROWS[] = {
		{ "abe", NULL, &ACT_WRONG_ROLE, NULL }, { "kida", NULL, &ACT_WRONG_ROLE, NULL },
		{ "sato", "seki", NULL, &ACT_WRONG_ROLE }, { "sato", "arai", NULL, &PROOF_SURFACE },
		{ "both", "both", NULL, &PROOF_PERSON }, { "both", "abe", NULL, &PROOF_SURFACE },
		{ "both", "arai", NULL, NULL }, /* a station and a desk */
	};
	EACH_BENCH(b)
	{
		int64_t id = b->plain[1];
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			struct screened r;
			struct approved a;
			struct fault fault;
			assert_int_equal(
			    screen_ok(b, id, ROWS[i].screens, &r, &fault), ROWS[i].screen == NULL);
			assert_ptr_equal(fault.row, ROWS[i].screen);
			if (ROWS[i].approves == NULL) {
				assert_string_equal(dossier(b, id).state, "in_screening");
				continue;
			}
			assert_int_equal(
			    approve(b, id, ROWS[i].approves, &a, &fault), ROWS[i].approve == NULL);
			assert_ptr_equal(fault.row, ROWS[i].approve);
			if (ROWS[i].approve == &PROOF_PERSON)
				assert_string_equal(fault.name, "M-602");
			struct looked l = look(b, id, r.digest);
			assert_int_equal(l.seats, ROWS[i].approve == NULL ? 2 : 1);
			warrant_drop(&l.warrant);
		}
		assert_string_equal(dossier(b, id).state, "approved");
	}
}

static void
drop_first(struct screening *s)
{
	memmove(&s->entry[0], &s->entry[1], (s->entries - 1) * sizeof(s->entry[0]));
	s->entries--;
}

static void
add_unknown(struct screening *s)
{
	snprintf(s->entry[s->entries++].code, 32, "horoscope");
}

static void
first_twice(struct screening *s)
{
	s->entry[s->entries++] = s->entry[0];
}

static void
ng_without_note(struct screening *s)
{
	s->entry[0].answer = ANSWER_NG;
}

static void
na_without_note(struct screening *s)
{
	s->entry[1].answer = ANSWER_NA;
}

static void
note_with_my_number(struct screening *s)
{
	snprintf(s->entry[0].note, SCREENING_NOTE, "本人に電話で確認 1234-5678-9018");
}

static void
federation_my_number(struct screening *s)
{
	snprintf(s->federation.number, sizeof(s->federation.number), "123456789018");
}

static void
federation_too_many(struct screening *s)
{
	snprintf(s->federation.number, sizeof(s->federation.number), "1");
}

static void
federation_none(struct screening *s)
{
	s->federation = (struct federation){ 0 };
}

static void
federation_tomorrow(struct screening *s)
{
	s->federation.day = (struct day){ 2026, 11, 21 };
}

static void
federation_no_number(struct screening *s)
{
	s->federation.number[0] = '\0';
}

static void
federation_na(struct screening *s)
{
	for (size_t i = 0; i < s->entries; i++)
		if (strcmp(s->entry[i].code, "federation") == 0) {
			s->entry[i].answer = ANSWER_NA;
			snprintf(s->entry[i].note, SCREENING_NOTE, "later");
		}
}

static void
answers_that_are_not_whole_are_refused_by_row(void **state)
{
	static const struct {
		void (*spoil)(struct screening *);
		bool licensed;
		const struct refusal *row;
	} ROWS[] = {
		{ drop_first, false, &SCREENING_MISSING },
		{ add_unknown, false, &SCREENING_UNKNOWN },
		{ first_twice, false, &SCREENING_TWICE },
		{ ng_without_note, false, &SCREENING_NOTE_DUE },
		{ na_without_note, false, &SCREENING_NOTE_DUE },
		{ note_with_my_number, false, &SCREENING_MY_NUMBER },
		{ federation_my_number, true, &SCREENING_MY_NUMBER },
		{ federation_too_many, false, &SCREENING_FEDERATION },
		{ federation_none, true, &SCREENING_FEDERATION },
		{ federation_tomorrow, true, &SCREENING_FEDERATION },
		{ federation_no_number, true, &SCREENING_FEDERATION },
		{ federation_na, true, &SCREENING_FEDERATION },
	};
	EACH_BENCH(b)
	{
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			struct screened r = { .edition = 77 };
			struct fault fault;
			int64_t id = ROWS[i].licensed ? b->licensed : b->plain[2];
			struct screening *s = answers(b, id);
			char gone[32];
			snprintf(gone, sizeof(gone), "%s", s->entry[0].code);
			ROWS[i].spoil(s);
			assert_false(screen(b, id, "sato", s, &r, &fault));
			assert_ptr_equal(fault.row, ROWS[i].row);
			assert_int_equal(fault_exit(fault.code), 4);
			if (ROWS[i].row == &SCREENING_MISSING)
				assert_non_null(strstr(fault.say, gone));
			assert_int_equal(r.edition, 77); /* no output */
			assert_string_equal(dossier(b, id).state, "in_screening");
			free(s);
		}
		struct screened r;
		struct fault fault;
		assert_true(screen_ok(b, b->licensed, "sato", &r, &fault));
		assert_true(r.passed);
	}
}

static void
one_answer_that_is_not_ok_makes_it_deficient(void **state)
{
	EACH_BENCH(b)
	{
		struct screened r;
		struct fault fault;
		struct card *c = NULL;
		int64_t id = b->plain[2];
		struct screening *s = answers(b, id), *back = calloc(1, sizeof(*back));
		s->entry[1].answer = ANSWER_NG;
		snprintf(s->entry[1].note, SCREENING_NOTE, "印影が違う");
		assert_true(screen(b, id, "sato", s, &r, &fault));
		assert_false(r.passed);
		assert_string_equal(r.state, "deficient");
		assert_string_equal(r.failed, s->entry[1].code);
		struct dossier_row d = dossier(b, id);
		assert_string_equal(d.state, "deficient");
		assert_int_equal(d.edition, 0);
		assert_int_not_equal(d.first_notice_at, 0); /* the refund's clock runs */
		/* the reason is kept, sealed, and signed */
		uint8_t digest[32];
		OWN_SINK plain = SINK_GROW(SCREENING_MOST);
		made_or_die(dossier_load(b->s, id, &d, &fault), &fault);
		made_or_die(service_open_sealed(b->s, &d, "screening",
				der_of(d.screening.at, d.screening.n), "test", &plain, &fault),
		    &fault);
		dossier_drop(&d);
		assert_true(screening_unpack(der_of(plain.at, plain.len), back, &fault));
		assert_string_equal(back->entry[1].note, "印影が違う");
		assert_string_equal(back->person, "sato");
		digest_of(plain.at, plain.len, digest);
		struct looked l = look(b, id, digest);
		assert_true(l.seats == 1 && l.good == 1 && !l.found);
		assert_string_equal(l.last_event, "screened-deficient");
		assert_non_null(strstr(l.detail, s->entry[1].code));
		assert_null(strstr(l.detail, "印影"));
		/* it cannot be approved, nor screened before new papers come */
		assert_false(card_open(b->s, id, "test", &c, &fault));
		assert_ptr_equal(fault.row, &CARD_NONE);
		s->entry[1].answer = ANSWER_OK;
		assert_false(screen(b, id, "sato", s, &r, &fault));
		assert_int_equal(fault.code, FAULT_STATE);
		free(s);
		free(back);
	}
}

static void
all_ok_is_for_rehearsals_and_says_so(void **state)
{
	EACH_BENCH(b)
	{
		struct screened r;
		struct fault fault;
		int64_t id = b->plain[3];
		struct screening *s = calloc(1, sizeof(*s));
		struct person *p = people_open(b->s, "sato");
		const struct screen_request q = { id, p, s };
		s->all_ok = true;
		b->s->rehearsal = false;
		fault = (struct fault){ 0 };
		assert_false(screen_run(b->s, &q, &r, &fault));
		b->s->rehearsal = true;
		assert_ptr_equal(fault.row, &SCREEN_OK_REAL);
		assert_true(screen(b, id, "sato", s, &r, &fault));
		struct looked l = look(b, id, r.digest);
		assert_non_null(strstr(l.detail, "ok=rehearsal"));
		warrant_drop(&l.warrant);
		person_free(p);
		free(s);
	}
}

/* No warrant is made of it, and no key wrapped for one; beside it one that fits passes. */
static void
what_no_letter_can_show_is_not_screened(void **state)
{
	static const struct {
		struct typed typed;
		const struct refusal *row; /* NULL: it passes */
		const char *field;
	} ROWS[] = {
		{ { "T-1", "見本　花子", SIXTY, NULL, NULL }, NULL, NULL },
		{ { "T-2", "見本　花子", HUNDRED, NULL, NULL }, &SHEET_ROOM, "address" },
		{ { "T-3", NAME_NO_GLYPH, SIXTY, NULL, NULL }, &GLYPH_MISSING, "name" },
		{ { "T-4", "見本　花子", SIXTY, "見本　太郎", HUNDRED }, &SHEET_ROOM,
		    "delegate_address" },
	};
	EACH_BENCH(b)
	{
		char rows[8192], sheets[4096];
		struct sink csv = SINK_INTO(rows), papers = SINK_INTO(sheets);
		struct fault fault = { 0 };
		int64_t first = last_dossier(b);
		bool all;
		sink_text(&csv, TYPED_HEAD);
		sink_text(&papers, TYPED_PAPERS);
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			typed_row(&csv, &ROWS[i].typed);
			typed_papers(&papers, ROWS[i].typed.ref);
		}
		made_or_die(
		    import_run(b->s, rows, csv.len, quiet_import, NULL, &all, &fault), &fault);
		made_or_die(
		    arrive_run(b->s, sheets, papers.len, quiet_arrive, NULL, &all, &fault), &fault);
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			int64_t id = first + 1 + (int64_t)i;
			struct screened r = { 0 };
			int keys = made_keys(b->s, "warrant-signer");
			bool good = screen_ok(b, id, "sato", &r, &fault);
			assert_int_equal(good, ROWS[i].row == NULL);
			assert_ptr_equal(fault.row, ROWS[i].row);
			assert_int_equal(made_keys(b->s, "warrant-signer") - keys, good);
			struct dossier_row d = dossier(b, id);
			assert_string_equal(d.state, good ? "screened" : "in_screening");
			assert_int_equal(d.edition, good);
			if (!good)
				assert_string_equal(fault.field, ROWS[i].field);
		}
	}
}

static bool
end_task(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row *t = context, taken;
	bool found;
	return task_take(tx, &(struct task_round){ .lanes = TASK_ALL }, NULL, "t", 1, 60, &taken,
		   &found, fault) &&
	       task_end(tx, t->id, taken.fence, "refused", FAULT_STATE, "order-last-day", 2, fault);
}

static bool
add_task(struct tx *tx, void *context, struct fault *fault)
{
	struct task_row *t = context;
	return task_add(tx, t, &t->id, fault);
}

/* The day after K-8, the day after the warrant's last: the next edition; the old one is over. */
static void
what_ran_out_is_signed_again_as_the_next_edition(void **state)
{
	EACH_BENCH(b)
	{
		struct screened one, two, three;
		struct approved a;
		struct fault fault;
		struct blob none = { 0 };
		char owner[DIGEST_HEX];
		struct card *card = NULL;
		int64_t id = b->plain[4];
		assert_true(screen_ok(b, id, "sato", &one, &fault));
		assert_true(approve(b, id, "abe", &a, &fault));
		at(b, 2026, 11, 26); /* the last day of K-8 */
		assert_false(screen_ok(b, id, "sato", &two, &fault));
		assert_ptr_equal(fault.row, &SCREEN_LIVE);
		at(b, 2026, 11, 27);
		struct task_row t = { .kind = "issue", .dossier = id, .edition = 1 };
		memcpy(t.digest, one.digest, 32);
		made_or_die(store_write(b->s->store, NULL, add_task, &t, &fault), &fault);
		assert_false(screen_ok(b, id, "sato", &two, &fault));
		assert_ptr_equal(fault.row, &SCREEN_ISSUING);
		fault = (struct fault){ 0 };
		made_or_die(store_write(b->s->store, NULL, end_task, &t, &fault), &fault);
		made_or_die(card_open(b->s, id, "test", &card, &fault), &fault);
		assert_true(screen_ok(b, id, "sato", &two, &fault));
		assert_int_equal(two.edition, 2);
		assert_int_equal(dossier(b, id).approved_at, 0);
		struct looked l = look(b, id, one.digest);
		assert_string_equal(l.warrant.ended, "expired");
		warrant_drop(&l.warrant);
		assert_false(keys_db_get(b->s->keys, "warrant-signer",
		    hex_print(owner, one.digest, DIGEST), &none, &fault));
		assert_int_equal(fault.code, FAULT_MISSING);
		/* who still holds the old edition's card signs nothing */
		struct person *p = people_open(b->s, "both");
		fault = (struct fault){ 0 };
		assert_false(approve_run(b->s, p, card, &a, &fault));
		assert_ptr_equal(fault.row, &APPROVE_EDITION);
		person_free(p);
		card_free(card);
		/* a warrant that was never approved in time */
		at(b, 2026, 12, 28);
		assert_false(approve(b, id, "abe", &a, &fault));
		assert_ptr_equal(fault.row, &APPROVE_LATE);
		assert_true(screen_ok(b, id, "sato", &three, &fault));
		assert_int_equal(three.edition, 3);
		assert_true(approve(b, id, "abe", &a, &fault));
		at(b, 2026, 11, 20);
	}
}

struct swap {
	uint8_t digest[32], other[32];
	struct blob sealed;
};

static bool
write_sealed(struct tx *tx, void *context, struct fault *fault)
{
	static const struct sql SQL = {
		"UPDATE warrant SET sealed = $2, digest = $3 WHERE digest = $1", NULL, 0, 0
	};
	struct swap *w = context;
	return tx_change(tx, &SQL,
	    VALUES(V_BLOB(w->digest, 32), V_BLOB(w->sealed.at, w->sealed.n), V_BLOB(w->other, 32)),
	    NULL, fault);
}

/* As the owner of the database would: other bytes, sealed under a key of his own. */
static void
replace(struct bench *b, struct looked *l, struct der packed, const uint8_t digest[32])
{
	uint8_t key[WARRANT_KEY], wrapped[WARRANT_WRAPPED];
	char owner[DIGEST_HEX];
	struct sink sealed = SINK_GROW(WARRANT_MOST + 1024), wrap = SINK_INTO(wrapped);
	struct fault fault = { 0 };
	struct dossier_row d = dossier(b, l->dossier);
	secret_random(key, sizeof(key));
	warrant_seal(packed, key, &sealed);
	warrant_wrap(key, d.public_key, &wrap);
	made_or_die(keys_db_destroy(
			b->s->keys, "warrant-dossier", hex_print(owner, digest, DIGEST), &fault),
	    &fault);
	made_or_die(
	    keys_db_put(b->s->keys, "warrant-dossier", owner, wrap.at, wrap.len, &fault), &fault);
	struct swap w = { .sealed = { sealed.at, sealed.len } };
	memcpy(w.digest, l->digest, 32);
	memcpy(w.other, digest, 32);
	made_or_die(store_write(b->s->store, NULL, write_sealed, &w, &fault), &fault);
	sink_drop(&sealed);
}

static size_t
packed_of(struct bench *b, const struct looked *l, uint8_t plain[WARRANT_MOST])
{
	char owner[DIGEST_HEX];
	struct sink out = { .at = plain, .cap = WARRANT_MOST };
	struct blob wrapped = { 0 };
	struct fault fault = { 0 };
	made_or_die(keys_db_get(b->s->keys, "warrant-signer", hex_print(owner, l->digest, DIGEST),
			&wrapped, &fault),
	    &fault);
	made_or_die(warrant_open(der_of(l->warrant.sealed.at, l->warrant.sealed.n),
			der_of(wrapped.at, wrapped.n), b->signer_seal, b->charter->signer_seal,
			&out, &fault),
	    &fault);
	blob_drop(&wrapped);
	return out.len;
}

static void
altered_bytes_are_never_approved(void **state)
{
	EACH_BENCH(b)
	{
		struct screened r, other;
		struct approved a;
		struct fault fault;
		uint8_t plain[WARRANT_MOST], digest[32];
		int64_t id = b->plain[5];
		assert_true(screen_ok(b, id, "sato", &r, &fault));
		assert_true(screen_ok(b, b->plain[6], "sato", &other, &fault));
		struct looked l = look(b, id, r.digest), o = look(b, b->plain[6], other.digest);
		size_t n = packed_of(b, &l, plain), m;
		/* one bit of the box */
		struct swap w = { .sealed = l.warrant.sealed };
		memcpy(w.digest, l.digest, 32);
		memcpy(w.other, l.digest, 32);
		w.sealed.at[w.sealed.n - 1] ^= 1;
		made_or_die(store_write(b->s->store, NULL, write_sealed, &w, &fault), &fault);
		assert_false(approve(b, id, "abe", &a, &fault));
		assert_ptr_equal(fault.row, &SEAL_BROKEN);
		/* other contents under the signed digest */
		uint8_t *at_name = memmem(plain, n, "JP", 2);
		assert_non_null(at_name);
		at_name[1] = 'Q';
		replace(b, &l, der_of(plain, n), l.digest);
		assert_false(approve(b, id, "abe", &a, &fault));
		assert_ptr_equal(fault.row, &CARD_DIGEST);
		/* with a digest of their own: nobody has screened that */
		warrant_digest(der_of(plain, n), digest);
		replace(b, &l, der_of(plain, n), digest);
		assert_false(approve(b, id, "abe", &a, &fault));
		assert_ptr_equal(fault.row, &APPROVE_UNSCREENED);
		memcpy(l.digest, digest, 32);
		/* another dossier's, screened and all, in this one's place */
		uint8_t theirs[WARRANT_MOST];
		m = packed_of(b, &o, theirs);
		struct swap away = { .sealed = o.warrant.sealed };
		memcpy(away.digest, o.digest, 32);
		secret_random(away.other, 32);
		made_or_die(store_write(b->s->store, NULL, write_sealed, &away, &fault), &fault);
		replace(b, &l, der_of(theirs, m), o.digest);
		assert_false(approve(b, id, "abe", &a, &fault));
		assert_ptr_equal(fault.row, &CARD_OTHER);
		assert_string_equal(dossier(b, id).state, "screened");
		warrant_drop(&l.warrant);
		warrant_drop(&o.warrant);
	}
}

static bool
write_proof(struct tx *tx, void *context, struct fault *fault)
{
	static const struct sql SQL = { "UPDATE proof SET act = $2 WHERE digest = $1", NULL, 0, 0 };
	const struct swap *w = context;
	return tx_change(tx, &SQL, VALUES(V_BLOB(w->digest, 32), V_BLOB(w->sealed.at, w->sealed.n)),
	    NULL, fault);
}

static void
a_screening_somebody_else_wrote_is_not_approved(void **state)
{
	EACH_BENCH(b)
	{
		struct screened r;
		struct approved a;
		struct fault fault;
		int64_t id = b->plain[7];
		uint8_t bytes[ACT_PACKED], digest[32] = { 1 };
		struct sink act = SINK_INTO(bytes);
		struct person *p = people_open(b->s, "sato");
		assert_true(screen_ok(b, id, "sato", &r, &fault));
		struct swap w = { .sealed = { (uint8_t *)"junk", 4 } };
		memcpy(w.digest, r.digest, 32);
		made_or_die(store_write(b->s->store, NULL, write_proof, &w, &fault), &fault);
		assert_false(approve(b, id, "abe", &a, &fault));
		assert_ptr_equal(fault.row, &APPROVE_UNSCREENED);
		/* the clerk's true signature, over another document */
		fault = (struct fault){ 0 };
		made_or_die(person_sign(p, ACT_SCREEN, digest, b->s->now, &act, &fault), &fault);
		w.sealed = (struct blob){ act.at, act.len };
		made_or_die(store_write(b->s->store, NULL, write_proof, &w, &fault), &fault);
		assert_false(approve(b, id, "abe", &a, &fault));
		assert_ptr_equal(fault.row, &ACT_OTHER_DOCUMENT);
		/* over this one, with a bit that is not his */
		act.len = 0;
		fault = (struct fault){ 0 };
		made_or_die(person_sign(p, ACT_SCREEN, r.digest, b->s->now, &act, &fault), &fault);
		act.at[act.len - 1] ^= 1;
		w.sealed = (struct blob){ act.at, act.len };
		made_or_die(store_write(b->s->store, NULL, write_proof, &w, &fault), &fault);
		assert_false(approve(b, id, "abe", &a, &fault));
		assert_ptr_equal(fault.row, &ACT_SIGNATURE);
		assert_string_equal(dossier(b, id).state, "screened");
		person_free(p);
	}
}

static void
a_key_file_is_somebodys_or_refused_by_row(void **state)
{
	EACH_BENCH(b)
	{
		char path[400];
		struct key_public half;
		struct person *p = NULL;
		struct fault fault = { 0 };
		snprintf(path, sizeof(path), "%s/stranger", b->dir);
		struct key_request r = {
			.out = path, .purpose = KEY_PERSON, .rehearsal = true, .passphrase = ""
		};
		made_or_die(keys_new(&r, &half, &fault), &fault);
		assert_false(person_open(b->s, path, "", 0, &p, &fault));
		assert_ptr_equal(fault.row, &ACT_UNKNOWN_PERSON);
		fault = (struct fault){ 0 };
		assert_false(person_open(b->s, path, "guess", 5, &p, &fault));
		assert_ptr_equal(fault.row, &KEYFILE_PASSPHRASE);
		fault = (struct fault){ 0 };
		snprintf(path, sizeof(path), "%s/rehearsal/keys/archive", b->dir);
		assert_false(person_open(b->s, path, "", 0, &p, &fault));
		assert_ptr_equal(fault.row, &KEYFILE_OTHER_PURPOSE);
		fault = (struct fault){ 0 };
		snprintf(path, sizeof(path), "%s/rehearsal/keys/sato", b->dir);
		b->s->rehearsal = false;
		assert_false(person_open(b->s, path, "", 0, &p, &fault));
		b->s->rehearsal = true;
		assert_ptr_equal(fault.row, &PERSON_REHEARSAL_KEY);
		fault = (struct fault){ 0 };
		snprintf(path, sizeof(path), "%s/akashi.conf", b->dir);
		assert_false(person_open(b->s, path, "", 0, &p, &fault));
		assert_ptr_equal(fault.row, &KEYFILE_FORM);
		assert_null(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_dossier_is_screened_and_approved_by_two_signatures),
		cmocka_unit_test(who_may_not_is_refused_by_row),
		cmocka_unit_test(answers_that_are_not_whole_are_refused_by_row),
		cmocka_unit_test(one_answer_that_is_not_ok_makes_it_deficient),
		cmocka_unit_test(all_ok_is_for_rehearsals_and_says_so),
		cmocka_unit_test(what_no_letter_can_show_is_not_screened),
		cmocka_unit_test(what_ran_out_is_signed_again_as_the_next_edition),
		cmocka_unit_test(altered_bytes_are_never_approved),
		cmocka_unit_test(a_screening_somebody_else_wrote_is_not_approved),
		cmocka_unit_test(a_key_file_is_somebodys_or_refused_by_row),
	};
	return cmocka_run_group_tests(tests, benches_new, benches_free);
}
