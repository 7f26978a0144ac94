/* act/init, import, arrive, judge, dossier: what is refused, what is kept, what a second time does.
 * On both engines. [R-4.25] [R-4.28] [R-4.29] [R-4.40] [R-4.42]
 * [R-4.70] [R-4.79] [R-10.10] [RFC6962 2.1] */
#include "test.h"

#include <sys/stat.h>

#include "act/arrive.h"
#include "act/import.h"
#include "act/mail_words.h"
#include "act/payment_match.h"
#include "act/rulebook.h"
#include "act/show.h"
#include "base/file.h"
#include "made.h"
#include "store/card_row.h"
#include "store/line_row.h"
#include "store/policy_row.h"
#include "typed.h"
#include "vault/digest.h"
#include "vault/keyfile.h"
#include "vault/secret.h"
#include "vault/seal.h"

#define PERSON                                                                                     \
	"見本　花子,ミホン　ハナコ,MIHON HANAKO,,,1980-03-31,F,,,1000013,"             \
	"東京都千代田区霞が関三丁目1番1号,KASUMIGASEKI,03-0000-0001,hanako@example.jp,ja,"
#define OFFICE                                                                                                               \
	",株式会社架空工業,東京都千代田区霞が関三丁目1番1号,架空　一郎,7000012050002,営業部," \
	"東京都千代田区霞が関三丁目1番1号,部長,,,,,,,post,,ﾐﾎﾝ ﾊﾅｺ\n"
#define LONE(ref) ref ",2026-11-10,DL-B2,individual-basic," PERSON ",,,,,,,,,,,,,,post,,ﾐﾎﾝ ﾊﾅｺ\n"
#define STAFF(ref) ref ",2026-11-10,DL-B2,employee," PERSON OFFICE
#define OWN_TWO(ref, envelope)                                                                     \
	ref "," envelope ",2026-11-18,D-02,2026-10-07,original,,,,\n" ref "," envelope             \
	    ",2026-11-18,D-03,2026-10-07,original,,,,\n" ref "," envelope                          \
	    ",2026-11-18,D-42,2026-10-07,original,,,,\n"
#define COMPANY(ref, envelope)                                                                     \
	ref "," envelope ",2026-11-18,D-40,2026-10-07,original,,,,y\n" ref "," envelope            \
	    ",2026-11-18,D-41,2026-10-07,original,,,,\n"

struct told {
	char text[2048]; /* "ref=verdict" or "ref!field:code", between blanks */
	struct sink sink;
};

static void
tell_import(void *context, const struct import_row *r)
{
	struct told *t = context;
	if (r->accepted)
		sink_print(
		    &t->sink, "%s=%lld%s ", r->ref, (long long)r->dossier, r->known ? "*" : "");
	else
		sink_print(&t->sink, "%s!%s:%s ", r->ref, r->findings->at[0].field,
		    r->findings->at[0].code);
}

static void
tell_arrive(void *context, const struct arrive_row *r)
{
	struct told *t = context;
	if (r->judged != NULL)
		sink_print(&t->sink, "%s=%s/%s ", r->ref, r->judged->text, r->state);
	else
		sink_print(
		    &t->sink, "%s!%s:%s ", r->ref, r->errors->at[0].field, r->errors->at[0].code);
}

static const char *
import(struct service *s, const char *csv, struct told *t)
{
	struct fault fault = { 0 };
	bool all;
	t->sink = SINK_INTO(t->text);
	made_or_die(import_run(s, csv, strlen(csv), tell_import, t, &all, &fault), &fault);
	const char *text = sink_string(&t->sink);
	assert_int_equal(all, strchr(text, '!') == NULL);
	return text;
}

static const char *
arrive(struct service *s, const char *csv, struct told *t)
{
	struct fault fault = { 0 };
	bool all;
	t->sink = SINK_INTO(t->text);
	made_or_die(arrive_run(s, csv, strlen(csv), tell_arrive, t, &all, &fault), &fault);
	const char *text = sink_string(&t->sink);
	assert_int_equal(all, strchr(text, '!') == NULL);
	return text;
}

struct last {
	struct event_row event;
	int64_t papers;
};

static bool
paper_count(const void *row, void *context, struct fault *fault)
{
	(void)row;
	(void)fault;
	++*(int64_t *)context;
	return true;
}

static bool
last_read(struct tx *tx, void *context, struct fault *fault)
{
	struct last *l = context;
	bool found;
	*l = (struct last){ 0 };
	for (int64_t d = 1; d <= 4; d++)
		if (!paper_of_dossier(tx, d, paper_count, &l->papers, fault))
			return false;
	return event_last(tx, &l->event, &found, fault);
}

static struct last
last_of(struct service *s)
{
	struct last l;
	struct fault fault = { 0 };
	made_or_die(store_read(s->store, last_read, &l, &fault), &fault);
	return l;
}

static void
papers_are_kept_once_and_refusals_keep_nothing(void **state)
{
	(void)state;
	static const struct {
		const char *csv, *told;
		int64_t papers; /* kept after it */
	} ROWS[] = {
		{ TYPED_PAPERS "L-9,E-1,2026-11-18,D-02,2026-10-07,original,,,,\n",
		    "L-9!ref:unknown-ref ", 0 },
		{ TYPED_PAPERS "L-1,E-1,2026-11-18,D-99,2026-10-07,original,,,,\n",
		    "L-1!paper:unknown-paper ", 0 },
		{ TYPED_PAPERS "L-1,E-1,2026-11-21,D-02,2026-10-07,original,,,,\n",
		    "L-1!arrived:future-day ", 0 },
		{ TYPED_PAPERS "L-1,E-1,2026-11-18,D-02,2026-11-19,original,,,,\n",
		    "L-1!issued:future-day ", 0 },
		{ TYPED_PAPERS "L-1,E-1,2026-11-18,D-02,2026-02-30,original,,,,\n",
		    "L-1!issued:day ", 0 },
		{ TYPED_PAPERS "L-1,E-1,2026-11-18,D-02,2026-10-07,fax,,,,\n", "L-1!form:word ",
		    0 },
		{ TYPED_PAPERS "L-1,E-1,2026-11-18,D-10,2026-10-07,copy,x,,,\n",
		    "L-1!receipt_stamp:word ", 0 },
		{ TYPED_PAPERS "L-1,,2026-11-18,D-02,2026-10-07,original,,,,\n",
		    "L-1!envelope:required ", 0 },
		/* half a list is not judged: no first notice for a slip of the pen */
		{ TYPED_PAPERS "L-1,E-1,2026-11-18,D-02,2026-10-07,original,,,,\n"
			       "L-1,E-1,2026-11-18,D-03,2026-13-07,original,,,,\n",
		    "L-1!issued:day ", 0 },
		/* and holds up no other */
		{ TYPED_PAPERS "L-1,E-1,2026-11-18,D-03,oops,original,,,,\n"
			       "L-2,E-1,2026-11-18,D-03,2026-10-07,original,,,,\n",
		    "L-1!issued:day L-2=D-02:missing/deficient ", 1 },
		{ TYPED_PAPERS "L-2,E-3,2026-11-19,D-02,2026-10-07,original,,,,\n",
		    "L-2=complete/in_screening ", 2 },
		{ TYPED_PAPERS "L-2,E-3,2026-11-19,D-02,2026-10-07,original,,,,\n",
		    "L-2=complete/in_screening ", 2 },
		{ TYPED_PAPERS "L-1,E-4,2026-11-18,D-02,2026-10-07,copy,,,,\n"
			       "L-1,E-4,2026-11-18,D-03,2026-10-07,original,,,,\n",
		    "L-1=D-02:original-needed/deficient ", 4 },
		/* a copy of the form is none, though a form's absence is nobody's to tell */
		{ TYPED_PAPERS "L-1,E-5,2026-11-19,D-01,2026-11-10,copy,,,,\n"
			       "L-1,E-5,2026-11-19,D-02,2026-10-07,original,,,,\n",
		    "L-1=D-01:original-needed/deficient ", 6 },
		{ TYPED_PAPERS "L-1,E-6,2026-11-20,D-01,2026-11-10,original,,,,\n",
		    "L-1=complete/in_screening ", 7 },
	};
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct told t;
		struct service *s = made_service(engine, "arrive", dir);
		assert_string_equal(
		    import(s, TYPED_HEAD LONE("L-1") LONE("L-2"), &t), "L-1=1 L-2=2 ");
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			int64_t before = last_of(s).event.seq, papers = last_of(s).papers;
			assert_string_equal(arrive(s, ROWS[i].csv, &t), ROWS[i].told);
			struct last l = last_of(s);
			assert_int_equal(l.papers, ROWS[i].papers);
			assert_int_equal(l.event.seq - before, l.papers > papers ? 1 : 0);
		}
		service_close(s);
	}
}

static void
colleagues_share_in_one_envelope_only(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct told t;
		struct dossier_row d;
		struct fault fault = { 0 };
		struct service *s = made_service(engine, "share", dir);
		assert_string_equal(
		    import(s, TYPED_HEAD STAFF("C-1") STAFF("C-2") STAFF("C-3") LONE("C-4"), &t),
		    "C-1=1 C-2=2 C-3=3 C-4=4 ");
		assert_string_equal(
		    arrive(s, TYPED_PAPERS OWN_TWO("C-1", "E-1") OWN_TWO("C-3", "E-2"), &t),
		    "C-1=D-40:missing;D-41:missing/deficient "
		    "C-3=D-40:missing;D-41:missing/deficient ");
		/* typed later, but of the same envelope: it serves the first as well */
		assert_string_equal(
		    arrive(s, TYPED_PAPERS OWN_TWO("C-2", "E-1") COMPANY("C-2", "E-1"), &t),
		    "C-2=complete/in_screening ");
		assert_true(dossier_load(s, 1, &d, &fault));
		assert_string_equal(d.state, "in_screening");
		assert_int_equal(d.first_notice_at, s->now.sec);
		dossier_drop(&d);
		assert_true(dossier_load(s, 3, &d, &fault));
		assert_string_equal(d.state, "deficient");
		dossier_drop(&d);
		/* a stranger in the envelope borrows nothing and owes nothing of theirs */
		assert_string_equal(
		    arrive(s, TYPED_PAPERS "C-4,E-1,2026-11-18,D-03,2026-10-07,original,,,,\n", &t),
		    "C-4=D-02:missing/deficient ");
		service_close(s);
	}
}

static void
a_reference_has_one_content(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct told t;
		struct service *s = made_service(engine, "known", dir);
		assert_int_equal(made_keys(s, "dossier"), 0);
		assert_string_equal(import(s, TYPED_HEAD LONE("L-1"), &t), "L-1=1 ");
		int64_t seq = last_of(s).event.seq;
		assert_int_equal(made_keys(s, "dossier"), 1);
		assert_string_equal(
		    import(s, TYPED_HEAD LONE("L-1") LONE("L-1"), &t), "L-1=1* L-1=1* ");
		assert_string_equal(import(s, TYPED_HEAD STAFF("L-1"), &t), "L-1!ref:ref-taken ");
		/* no key for what was there already */
		assert_int_equal(made_keys(s, "dossier"), 1);
		assert_string_equal(
		    import(s, TYPED_HEAD "L-2,too,few\n" LONE("L-3"), &t), "!row:csv L-3=2 ");
		assert_int_equal(last_of(s).event.seq, seq + 1);
		assert_int_equal(made_keys(s, "dossier"), 2);
		service_close(s);
	}
}

/* What one dossier was written. */
struct post {
	char kinds[256]; /* "deficient arrived " */
	char day[DAY_TEXT]; /* until which the last one promises a result */
	struct mail_row last;
};

static bool
post_keep(const void *row, void *context, struct fault *fault)
{
	struct post *p = context;
	size_t n = strlen(p->kinds);
	(void)fault;
	mail_row_drop(&p->last);
	p->last = *(const struct mail_row *)row;
	p->last.vals = (struct blob){ malloc(p->last.vals.n), p->last.vals.n };
	memcpy(p->last.vals.at, ((const struct mail_row *)row)->vals.at, p->last.vals.n);
	snprintf(p->kinds + n, sizeof(p->kinds) - n, "%s ", p->last.kind);
	return true;
}

static struct post
post_of(struct service *s, int64_t dossier)
{
	char path[SERVICE_PATH];
	struct post p = { .kinds = "" };
	struct mail_words w;
	struct fault fault = { 0 };
	OWN_SECRET(contact) = secret_new(SEAL_SECRET);
	assert_non_null(contact);
	made_or_die(keyfile_read(service_path(s, "keys/contact", path), "contact", "", 0, contact,
			SEAL_SECRET, &fault),
	    &fault);
	made_or_die(mail_list(s, "", dossier, post_keep, &p, &fault), &fault);
	made_or_die(mail_words(s, contact, &p.last, &w, &fault), &fault);
	const char *by = strstr((const char *)w.body.at, "最初の審査結果は ");
	snprintf(p.day, sizeof(p.day), "%.10s", by == NULL ? "" : strchr(by, ' ') + 1);
	mail_words_drop(&w);
	mail_row_drop(&p.last);
	return p;
}

struct put {
	int64_t dossier;
	enum state state;
};

static bool
state_put(struct tx *tx, void *context, struct fault *fault)
{
	const struct put *p = context;
	OWN_DOSSIER d = { 0 };
	char from[sizeof(d.state)];
	if (!dossier_load_in(tx, p->dossier, &d, fault))
		return false;
	memcpy(from, d.state, sizeof(from));
	snprintf(d.state, sizeof(d.state), "%s", state_name(p->state));
	return dossier_update(tx, &d, from, fault);
}

/* Mails are told apart by when they were owed. */
static const char *
arrive_later(struct service *s, const char *csv, struct told *t)
{
	struct fault fault = { 0 };
	made_or_die(service_tell(s, (struct instant){ s->now.sec + 60 }, &fault), &fault);
	return arrive(s, csv, t);
}

#define HOME_LATER(ref) ref ",E-2,2026-11-20,D-03,2026-10-07,original,,,,\n"

/* Only a case that is being screened, or is opened again, is promised a result or asked for more. */
static void
a_case_that_is_past_its_screening_gets_no_word(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++)
		for (int i = 0; i < STATES; i++) {
			char dir[256], name[16];
			struct told t;
			const struct put put = { 1, (enum state)i };
			struct fault fault = { 0 };
			bool before = i == STATE_PRINTED || i == STATE_SCREENING ||
				      i == STATE_DEFICIENT || i == STATE_FORM_EXPIRED;
			snprintf(name, sizeof(name), "word%d", i);
			struct service *s = made_service(engine, name, dir);
			assert_string_equal(import(s, TYPED_HEAD LONE("L-1"), &t), "L-1=1 ");
			assert_string_equal(
			    arrive(s,
				TYPED_PAPERS "L-1,E-1,2026-11-18,D-02,2026-10-07,original,,,,\n",
				&t),
			    "L-1=D-03:missing/deficient ");
			made_or_die(
			    store_write(s->store, NULL, state_put, (void *)&put, &fault), &fault);
			(void)arrive_later(s, TYPED_PAPERS HOME_LATER("L-1"), &t);
			assert_string_equal(
			    post_of(s, 1).kinds, before ? "deficient arrived " : "deficient ");
			service_close(s);
		}
}

/* K-4: until the first notice from the arrival, as the clock counts; then from the newest paper. */
static void
a_result_is_promised_for_a_day_to_come(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct told t;
		struct service *s = made_service(engine, "promise", dir);
		assert_string_equal(
		    import(s, TYPED_HEAD LONE("L-1") LONE("L-2"), &t), "L-1=1 L-2=2 ");
		assert_string_equal(
		    arrive(s, TYPED_PAPERS "L-1,E-1,2026-10-20,D-02,2026-10-07,original,,,,\n", &t),
		    "L-1=D-03:missing/deficient ");
		assert_string_equal(arrive_later(s, TYPED_PAPERS HOME_LATER("L-1"), &t),
		    "L-1=complete/in_screening ");
		assert_string_equal(post_of(s, 1).day, "2026-12-07");
		assert_string_equal(
		    arrive(s,
			TYPED_PAPERS "L-2,E-3,2026-11-18,D-02,2026-10-07,original,,,,\n"
				     "L-2,E-3,2026-11-18,D-03,2026-10-07,original,,,,\n",
			&t),
		    "L-2=complete/in_screening ");
		assert_string_equal(post_of(s, 2).day, "2026-12-03");
		assert_string_equal(arrive_later(s, TYPED_PAPERS HOME_LATER("L-2"), &t),
		    "L-2=complete/in_screening ");
		assert_string_equal(post_of(s, 2).kinds, "arrived arrived ");
		assert_string_equal(post_of(s, 2).day, "2026-12-03");
		service_close(s);
	}
}

#define SIXTEEN "受付番号受付番号受付番号受付番号"
#define REF_64 SIXTEEN SIXTEEN SIXTEEN SIXTEEN

static bool
card_of_before(struct tx *tx, void *context, struct fault *fault)
{
	const struct service *s = context;
	uint8_t bytes[512];
	OWN_SINK sealed = SINK_GROW(4096);
	struct sink plain = SINK_INTO(bytes);
	size_t all = der_begin(&plain, DER_SEQUENCE);
	der_put_utf8(&plain, "ﾐﾎﾝ ﾊﾅｺ");
	der_put_utf8(&plain, REF_64);
	der_end(&plain, all);
	seal_put("payer-card", s->accounting_public, plain.at, plain.len, &sealed);
	const struct card_row card = { 1, "payer", { sealed.at, sealed.len } };
	return card_replace(tx, &card, fault);
}

/* References of any characters were taken in once: a stored one holds up no payment. */
static void
a_long_reference_of_before_is_matched(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct told t;
		struct payment_book *book;
		struct fault fault = { 0 };
		struct service *s = made_service(engine, "longref", dir);
		assert_string_equal(import(s, TYPED_HEAD LONE(REF_64), &t), REF_64 "!ref:ascii ");
		assert_string_equal(import(s, TYPED_HEAD LONE("L-1"), &t), "L-1=1 ");
		made_or_die(store_write(s->store, NULL, card_of_before, s, &fault), &fault);
		made_or_die(payment_match(s, &book, &fault), &fault);
		assert_int_equal(book->case_count, 1);
		assert_string_equal(book->kase[0].ref, REF_64);
		payment_book_free(book);
		service_close(s);
	}
}

static bool
lines_of_before(struct tx *tx, void *context, struct fault *fault)
{
	static const struct line_row ROWS[] = {
		{ .seq = 901, .kind = "INTENT", .dossier = 2, .edition = 1, .serial = "02" },
		{ .seq = 902, .kind = "REVOKED", .serial = "02" },
		{ .seq = 903, .kind = "VOID", .dossier = 3, .edition = 1 },
		{ .seq = 904, .kind = "INTENT", .dossier = 5, .edition = 2, .serial = "05" },
	};
	(void)context;
	for (size_t i = 0; i < COUNT(ROWS); i++)
		if (!tx_insert(tx, &LINE_TABLE, &ROWS[i], NULL, fault))
			return false;
	return true;
}

/* Else a newcomer would hear of another's revocation, and be revoked with it. */
static void
a_number_that_an_older_store_has_lost_is_given_to_nobody(void **state)
{
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256];
		struct told t;
		struct fault fault = { 0 };
		struct service *s = made_service(engine, "lost", dir);
		assert_string_equal(import(s, TYPED_HEAD LONE("L-1"), &t), "L-1=1 ");
		made_or_die(store_write(s->store, NULL, lines_of_before, NULL, &fault), &fault);
		assert_string_equal(
		    import(s, TYPED_HEAD LONE("L-2") LONE("L-3"), &t), "L-2=4 L-3=6 ");
		assert_string_equal(import(s, TYPED_HEAD LONE("L-2"), &t), "L-2=4* ");
		service_close(s);
	}
}

static void
tell_warnings(void *context, const struct import_row *r)
{
	struct told *t = context;
	assert_true(r->accepted);
	sink_print(&t->sink, "%s", r->ref);
	for (size_t i = 0; i < r->findings->count; i++) {
		const struct finding *f = &r->findings->at[i];
		assert_true(f->warning && f->clause[0] != '\0' && f->say[0] != '\0');
		sink_print(&t->sink, " %s:%s", f->field, f->code);
	}
	sink_text(&t->sink, ";");
}

/* Taken in with a warning each: what a letter cannot show may stand in a certificate. */
static void
what_no_letter_can_show_is_warned_of_when_it_is_typed(void **state)
{
	static const struct {
		struct typed typed;
		const char *told;
	} ROWS[] = {
		{ { "T-1", "見本　花子", SIXTY, NULL, NULL }, "T-1;" },
		{ { "T-2", "見本　花子", HUNDRED, NULL, NULL }, "T-2 address:sheet-room;" },
		{ { "T-3", NAME_NO_GLYPH, SIXTY, NULL, NULL }, "T-3 name:glyph-missing;" },
		{ { "T-4", NAME_NO_GLYPH, HUNDRED, NULL, NULL },
		    "T-4 name:glyph-missing address:sheet-room;" },
		{ { "T-5", NAME_64, SIXTY, NULL, NULL }, "T-5 name:sheet-room;" },
		{ { "T-6", "見本　花子", SIXTY, "見本　太郎", FORTY }, "T-6;" },
		{ { "T-7", "見本　花子", SIXTY, NAME_NO_GLYPH, HUNDRED },
		    "T-7 delegate_name:glyph-missing delegate_address:sheet-room;" },
		{ { "T-8", NAME_64, HUNDRED, "見本　太郎", FORTY },
		    "T-8 name:sheet-room address:sheet-room;" },
	};
	(void)state;
	for (int engine = 0; engine < ENGINES; engine++) {
		char dir[256], text[8192];
		struct sink csv = SINK_INTO(text);
		struct told t = { 0 };
		struct fault fault = { 0 };
		bool all;
		struct service *s = made_service(engine, "unfit", dir);
		for (size_t i = 0; i < COUNT(ROWS); i++) {
			csv.len = 0;
			t.sink = SINK_INTO(t.text);
			sink_text(&csv, TYPED_HEAD);
			typed_row(&csv, &ROWS[i].typed);
			assert_false(csv.full);
			made_or_die(
			    import_run(s, text, csv.len, tell_warnings, &t, &all, &fault), &fault);
			assert_string_equal(sink_string(&t.sink), ROWS[i].told);
		}
		service_close(s);
	}
}

static void
a_file_without_a_column_is_refused_whole(void **state)
{
	(void)state;
	char dir[256];
	struct told t = { 0 };
	bool all;
	struct service *s = made_service(0, "column", dir);
	struct fault a = { 0 }, b = { 0 };
	t.sink = SINK_INTO(t.text);
	const char *applications = "ref,form_date\nL-1,2026-11-10\n";
	const char *papers = "ref,envelope,arrived,paper,issued,form\nL-1,E,2026-11-18,D-02,x,y\n";
	assert_false(import_run(s, applications, strlen(applications), tell_import, &t, &all, &a));
	assert_string_equal(a.field, "product");
	assert_false(arrive_run(s, papers, strlen(papers), tell_arrive, &t, &all, &b));
	assert_string_equal(b.field, "receipt_stamp");
	assert_int_equal(t.sink.len, 0);
	service_close(s);
}

/* The leaf is SHA-256 over a zero byte and the event's canonical bytes, its number left out. */
static void
an_event_has_its_leaf(void **state)
{
	(void)state;
	char dir[256];
	struct told t;
	uint8_t bytes[1200], leaf[DIGEST];
	struct sink out = SINK_INTO(bytes);
	struct service *s = made_service(0, "leaf", dir);
	assert_string_equal(import(s, TYPED_HEAD LONE("L-1"), &t), "L-1=1 ");
	struct event_row e = last_of(s).event;
	assert_string_equal(e.kind, "dossier-imported");
	assert_int_equal(e.dossier, 1);
	assert_int_equal(e.at, s->now.sec);
	sink_byte(&out, 0);
	size_t all = der_begin(&out, DER_SEQUENCE);
	der_put_octets(&out, e.act_id, ACT_ID);
	der_put_int(&out, e.at);
	der_put_utf8(&out, e.kind);
	der_put_utf8(&out, e.actor);
	der_put_int(&out, e.dossier);
	der_put_utf8(&out, e.detail);
	der_put_int(&out, e.changes);
	der_put_octets(&out, e.changes_head, DIGEST);
	der_end(&out, all);
	digest_of(out.at, out.len, leaf);
	assert_memory_equal(e.leaf, leaf, DIGEST);
	bytes[out.len - 1] ^= 1;
	digest_of(out.at, out.len, leaf);
	assert_memory_not_equal(e.leaf, leaf, DIGEST);
	service_close(s);
}

static void
each_check_is_listed_where_it_is_due(void **state)
{
	(void)state;
	static const struct {
		const char *ref, *due, *not_due;
	} ROWS[] = { { "L-1", "seal-matches", "membership" }, { "C-2", "membership", "photo-id" } };
	char dir[256];
	struct told t;
	struct service *s = made_service(0, "checks", dir);
	assert_string_equal(import(s, TYPED_HEAD LONE("L-1") STAFF("C-2"), &t), "L-1=1 C-2=2 ");
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct dossier_row d;
		struct fault fault = { 0 };
		const struct check *checks[SHOW_CHECKS];
		size_t n;
		bool due = false, odd = false;
		assert_true(dossier_load(s, (int64_t)i + 1, &d, &fault));
		assert_true(show_checks(&s->policy, &d, checks, &n, &fault));
		for (size_t k = 0; k < n; k++) {
			due = due || strcmp(checks[k]->code, ROWS[i].due) == 0;
			odd = odd || strcmp(checks[k]->code, ROWS[i].not_due) == 0;
		}
		assert_true(due && !odd && n > 4);
		dossier_drop(&d);
	}
	struct dossier_row none;
	struct fault fault = { 0 };
	assert_false(dossier_load(s, 3, &none, &fault));
	assert_int_equal(fault.code, FAULT_MISSING);
	service_close(s);
}

/* A newer policy judges new dossiers; those taken in before keep theirs. */
struct newer {
	struct policy_row row;
};

static bool
policy_add(struct tx *tx, void *context, struct fault *fault)
{
	return tx_insert(tx, &POLICY_TABLE, &((struct newer *)context)->row, NULL, fault);
}

static void
a_pinned_dossier_does_not_change_with_the_policy(void **state)
{
	(void)state;
	char dir[256], path[300];
	uint8_t *bytes;
	size_t len;
	struct told t;
	struct fault fault = { 0 };
	struct sink packed = SINK_GROW(RULEBOOK_MOST);
	struct service *s = made_service(0, "pinned", dir);
	assert_string_equal(import(s, TYPED_HEAD LONE("L-1"), &t), "L-1=1 ");
	snprintf(path, sizeof(path), "%s/policy/papers.yaml", dir);
	made_or_die(file_read(path, 1 << 20, &bytes, &len, &fault), &fault);
	char *months = strstr(strstr((char *)bytes, "D-02"), "months: 3");
	memcpy(months, "months: 1", 9);
	made_or_die(file_write(path, 0600, bytes, len, &fault), &fault);
	free(bytes);
	snprintf(path, sizeof(path), "%s/policy", dir);
	made_or_die(rulebook_pack(path, &packed, &fault), &fault);
	struct newer newer = { { .number = 2, .files = { packed.at, packed.len } } };
	digest_of(packed.at, packed.len, newer.row.digest);
	made_or_die(store_write(s->store, NULL, policy_add, &newer, &fault), &fault);
	sink_drop(&packed);
	service_close(s);
	made_or_die(service_open(dir, MADE_AT, &s, &fault), &fault);
	assert_string_equal(import(s, TYPED_HEAD LONE("L-2"), &t), "L-2=2 ");
	assert_string_equal(arrive(s, TYPED_PAPERS OWN_TWO("L-1", "E-1") OWN_TWO("L-2", "E-1"), &t),
	    "L-1=complete/in_screening L-2=D-02:too-old/deficient ");
	service_close(s);
}

static void
a_service_is_made_in_an_empty_folder_or_not_at_all(void **state)
{
	(void)state;
	char dir[TEST_PATH], path[TEST_PATH + 8], policy[512];
	struct init_made made;
	struct service *s;
	test_folder("init", dir);
	snprintf(policy, sizeof(policy), "%s/policy", SOURCE);
	const struct {
		struct init_request r;
		enum fault_code code;
		const char *field;
	} ROWS[] = {
		{ { .policy = policy, .told = MADE_AT }, FAULT_USAGE, "--now" },
		{ { .policy = policy, .store = "mysql://x/y" }, FAULT_USAGE, "--store" },
		{ { .policy = policy, .store = "postgresql://u:secret@h/d" }, FAULT_USAGE,
		    "--store" },
		{ { .policy = policy, .store = "postgresql:///d?password=secret" }, FAULT_USAGE,
		    "--store" },
		{ { .policy = policy, .store = "sqlite:no/such/folder/a.db", .rehearsal = true },
		    FAULT_STORE, NULL },
		{ { .policy = "/", .rehearsal = true }, FAULT_MISSING, NULL },
		{ { .policy = policy }, FAULT_USAGE, "--custodian" },
		{ { .policy = policy, .rehearsal = true, .quorum = 4 }, FAULT_USAGE,
		    "--custodian" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct init_request r = ROWS[i].r;
		struct fault fault = { 0 };
		r.dir = dir;
		assert_false(init_run(&r, &made, &fault));
		assert_int_equal(fault.code, ROWS[i].code);
		if (ROWS[i].field != NULL)
			assert_string_equal(fault.field, ROWS[i].field);
		assert_int_equal(rmdir(dir), 0); /* nothing was left in it */
		assert_int_equal(mkdir(dir, 0700), 0);
	}
	struct fault fault = { 0 };
	assert_false(service_open(dir, NULL, &s, &fault));
	assert_int_equal(fault.code, FAULT_MISSING);
	snprintf(path, sizeof(path), "%s/x", dir);
	fault = (struct fault){ 0 };
	made_or_die(file_write(path, 0600, "", 0, &fault), &fault);
	struct init_request r = { .dir = dir, .policy = policy };
	assert_false(init_run(&r, &made, &fault));
	assert_int_equal(fault.code, FAULT_STATE);
	assert_true(file_exists(path));
}

static void
a_real_service_takes_nobody_in_before_it_has_an_archive_key(void **state)
{
	(void)state;
	char dir[TEST_PATH], path[300], policy[512];
	struct init_made made;
	struct service *s;
	struct told t = { 0 };
	struct fault fault = { 0 };
	bool all;
	test_folder("real", dir);
	snprintf(policy, sizeof(policy), "%s/policy", SOURCE);
	char key[80], public[90];
	const char *const custodian[] = { public };
	struct key_public half;
	snprintf(key, sizeof(key), "%s.custodian", dir);
	snprintf(public, sizeof(public), "%s.pub", key);
	const struct key_request owner = { .out = key,
		.purpose = KEY_PERSON,
		.passphrase = "a long passphrase",
		.passphrase_len = 17 };
	made_or_die(vault_start(&fault) && keys_new(&owner, &half, &fault), &fault);
	const struct init_request r = {
		.dir = dir, .policy = policy, .custodian = custodian, .custodians = 1
	};
	made_or_die(init_run(&r, &made, &fault), &fault);
	snprintf(path, sizeof(path), "%s/rehearsal", dir);
	assert_false(file_exists(path));
	assert_false(service_open(dir, MADE_AT, &s, &fault));
	assert_int_equal(fault.code, FAULT_USAGE);
	fault = (struct fault){ 0 };
	made_or_die(service_open(dir, NULL, &s, &fault), &fault);
	assert_false(s->rehearsal);
	s->today = (struct day){ 2026, 11, 20 }; /* the form's day is no part of this */
	const char *csv = TYPED_HEAD LONE("L-1");
	t.sink = SINK_INTO(t.text);
	assert_false(import_run(s, csv, strlen(csv), tell_import, &t, &all, &fault));
	assert_int_equal(fault.code, FAULT_STATE);
	assert_int_equal(t.sink.len, 0);
	service_close(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(papers_are_kept_once_and_refusals_keep_nothing),
		cmocka_unit_test(colleagues_share_in_one_envelope_only),
		cmocka_unit_test(a_reference_has_one_content),
		cmocka_unit_test(a_number_that_an_older_store_has_lost_is_given_to_nobody),
		cmocka_unit_test(a_case_that_is_past_its_screening_gets_no_word),
		cmocka_unit_test(a_result_is_promised_for_a_day_to_come),
		cmocka_unit_test(a_long_reference_of_before_is_matched),
		cmocka_unit_test(what_no_letter_can_show_is_warned_of_when_it_is_typed),
		cmocka_unit_test(a_file_without_a_column_is_refused_whole),
		cmocka_unit_test(an_event_has_its_leaf),
		cmocka_unit_test(each_check_is_listed_where_it_is_due),
		cmocka_unit_test(a_pinned_dossier_does_not_change_with_the_policy),
		cmocka_unit_test(a_service_is_made_in_an_empty_folder_or_not_at_all),
		cmocka_unit_test(a_real_service_takes_nobody_in_before_it_has_an_archive_key),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
