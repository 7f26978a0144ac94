/*
 * akashi-signer and the CA key's agent, the real programs, beside everything they refuse.
 * [R-4.72] [R-4.90] [R-4.91] [R-10.13] [R-10.15] [R-11.0] [R-12.2] [R-12.6] [design 2] [design 3]
 */
#include "test.h"

#include <fcntl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "book/tree.h"
#include "faults/shim.h"
#include "pki/cert.h"
#include "pki/crl.h"
#include "vault/digest.h"
#include "vault/seal.h"
#include "world.h"

static const enum world_who BOTH[] = { WORLD_OFFICER, WORLD_OFFICER_2, WORLD_PEOPLE };
static const enum world_who ONE[] = { WORLD_OFFICER, WORLD_PEOPLE };
static const enum world_who QUORUM[] = { WORLD_CUSTODIAN, WORLD_CUSTODIAN + 2, WORLD_PEOPLE };

/* The subscriber of tests/world.c. */
#define NAME "髙﨑𠮷葛\xf3\xa0\x84\x80　太郎"

static int
setup(void **state)
{
	*state = world_new(NULL);
	return 0;
}

static int
teardown(void **state)
{
	world_free(*state);
	return 0;
}

static void
accepted(bool good, const struct fault *f)
{
	if (!good)
		fail_msg("%s: %s", f->name, f->say);
}

static void
refused(bool good, const struct fault *f, const char *row)
{
	if (good)
		fail_msg("accepted, not %s", row);
	assert_string_equal(f->name, row);
}

static bool
issue(struct world *w, const struct order_made *o, struct signer_issued *out, struct sink *held)
{
	struct fault f = { 0 };
	bool good = order_send(w, o, out, held, &f);
	accepted(good, &f);
	return good;
}

static void
refused_order(struct world *w, const struct order_made *o, const char *row)
{
	OWN_SINK held = { 0 };
	struct signer_issued out;
	struct fault f = { 0 };
	refused(order_send(w, o, &out, &held, &f), &f, row);
}

static bool
call(struct world *w, int road, enum signer_kind kind, const struct sink *body, struct sink *reply,
    struct fault *f)
{
	*reply = SINK_GROW(FRAME_MOST);
	return world_call(w, road, kind, der_of(body->at, body->len), reply, f);
}

static void
opened(const uint8_t secret[32], struct der sealed, struct sink *out)
{
	struct fault f = { 0 };
	*out = SINK_GROW(CERT_MOST);
	accepted(seal_open("certificate", secret, sealed.p, sealed.n, out, &f), &f);
}

/* By OpenSSL alone: a chain of two, at that moment. */
static bool
chain_good(const struct sink *certificate, const struct sink *ca, struct instant at)
{
	const uint8_t *p = certificate->at, *q = ca->at;
	X509 *x = d2i_X509(NULL, &p, (long)certificate->len);
	X509 *root = d2i_X509(NULL, &q, (long)ca->len);
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	assert_true(x != NULL && root != NULL && store != NULL && ctx != NULL);
	assert_int_equal(X509_STORE_add_cert(store, root), 1);
	assert_int_equal(X509_STORE_CTX_init(ctx, store, x, NULL), 1);
	X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(ctx), (time_t)at.sec);
	X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(ctx), X509_V_FLAG_X509_STRICT);
	bool good = X509_verify_cert(ctx) == 1;
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	X509_free(root);
	X509_free(x);
	return good;
}

static void
a_good_order_gives_one_certificate(void **state)
{
	struct world *w = *state;
	struct order_made o;
	struct signer_issued out, more;
	struct fault f = { 0 };
	OWN_SINK held = { 0 };
	OWN_SINK again = { 0 };
	OWN_SINK one = { 0 };
	OWN_SINK two = { 0 };
	OWN_SINK three = { 0 };
	uint8_t digest[32];
	order_new(w, NULL, NULL, &o);
	issue(w, &o, &out, &held);
	opened(o.dossier_secret, out.for_dossier, &one);
	opened(o.package_secret, out.for_package, &two);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.at, two.at, one.len);
	digest_of(one.at, one.len, digest);
	assert_memory_equal(digest, out.digest, 32);
	assert_int_equal(out.not_before.sec, w->now.sec);
	assert_true(chain_good(&one, &w->certificate, out.not_before));
	assert_true(chain_good(&one, &w->certificate, (struct instant){ out.not_after.sec - 1 }));
	assert_false(chain_good(&one, &w->certificate, (struct instant){ out.not_before.sec - 1 }));
	assert_non_null(memmem(one.at, one.len, out.serial, 20));
	assert_non_null(memmem(one.at, one.len, NAME, sizeof(NAME) - 1));
	assert_non_null(memmem(one.at, one.len, WARRANT_MARK_TEXT, strlen(WARRANT_MARK_TEXT)));
	for (int booked = 0; booked < 3; booked++) { /* asked again, also when it is booked */
		w->now.sec += 3600;
		o.head.now = w->now;
		sink_drop(&again);
		sink_drop(&three);
		issue(w, &o, &more, &again);
		opened(o.dossier_secret, more.for_dossier, &three);
		assert_memory_equal(more.serial, out.serial, 20);
		assert_int_equal(three.len, one.len);
		assert_memory_equal(three.at, one.at, one.len);
		accepted(world_booked(w, w->dossier, 1, &f), &f);
	}
	order_free(&o);
}

static void
swap_key(struct world *w, struct order_made *o, enum world_stage stage, void *context)
{
	(void)w;
	if (stage == STAGE_WARRANT)
		o->key = *(int *)context;
}

static void
one_certificate_per_dossier_and_edition(void **state)
{
	struct world *w = *state;
	struct order_made first, o;
	struct signer_issued out;
	struct fault f = { 0 };
	OWN_SINK held = { 0 };
	OWN_SINK more = { 0 };
	OWN_SINK even_more = { 0 };
	int other = WORLD_KEYS - 1;
	order_again(w, NULL, NULL, &first, 7, 5);
	issue(w, &first, &out, &held);
	/* The same warrant with another key, and with the same key in another statement. */
	order_again(w, swap_key, &other, &o, 7, 5);
	refused_order(w, &o, "signer-edition-seen"); /* another salt: another warrant */
	order_free(&o);
	OWN_SINK statement = SINK_GROW(4096);
	struct statement s = first.statement;
	uint8_t bytes[80];
	struct sink signature = SINK_INTO(bytes);
	seal_pair(s.package_key, first.package_secret);
	assert_true(statement_sign(&s, w->keymaker, &signature, &f));
	statement_pack(&s, &statement);
	struct sink kept = first.statement_packed;
	first.statement_packed = statement;
	refused_order(w, &first, "signer-other-key"); /* no second package gets the name */
	first.statement_packed = kept;
	struct sink spki = first.spki;
	first.spki = w->spki[other];
	refused_order(w, &first, "signer-other-key");
	first.spki = spki;
	for (int64_t edition = 1; edition < 5; edition++) {
		order_again(w, NULL, NULL, &o, 7, edition);
		refused_order(w, &o, "signer-edition-seen");
		order_free(&o);
	}
	issue(w, &first, &out, &more);
	order_again(w, NULL, NULL, &o, 7, 6);
	issue(w, &o, &out, &even_more);
	order_free(&o);
	order_free(&first);
}

static void
only_what_was_signed_is_booked(void **state)
{
	struct world *w = *state;
	uint8_t serial[20];
	struct fault f = { 0 };
	struct signer_status s;
	OWN_SINK held = { 0 };
	OWN_SINK more = { 0 };
	world_issue(w, serial, NULL);
	world_status(w, &s, &held);
	assert_int_equal(s.issued, 1);
	assert_int_equal(s.unbooked, 1);
	refused(world_booked(w, w->dossier, 2, &f), &f, "signer-unknown");
	f = (struct fault){ 0 };
	refused(world_booked(w, w->dossier + 1, 1, &f), &f, "signer-unknown");
	f = (struct fault){ 0 };
	accepted(world_booked(w, w->dossier, 1, &f), &f);
	world_status(w, &s, &more);
	assert_int_equal(s.unbooked, 0);
	int64_t seq = s.seq;
	accepted(world_booked(w, w->dossier, 1, &f), &f); /* once */
	sink_drop(&more);
	world_status(w, &s, &more);
	assert_int_equal(s.seq, seq);
}

/* The receipt's line, with what it borrows from reply. */
static struct line
withdraw(struct world *w, const uint8_t serial[20], const char *ground, const enum world_who *who,
    struct sink *reply)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	struct fault f = { 0 };
	world_revoke_body(w, serial, ground, who, &body);
	accepted(call(w, WORLD_ROAD_OFFICERS, SIGNER_REVOKE, &body, reply, &f), &f);
	return world_receipt(w, reply);
}

static void
refused_revoke(struct world *w, const uint8_t serial[20], const char *ground,
    const enum world_who *who, const char *row)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	OWN_SINK reply = { 0 };
	struct fault f = { 0 };
	world_revoke_body(w, serial, ground, who, &body);
	refused(call(w, WORLD_ROAD_OFFICERS, SIGNER_REVOKE, &body, &reply, &f), &f, row);
}

static void
a_revocation_takes_the_officers_its_ground_asks_for(void **state)
{
	static const enum world_who SAME[] = { WORLD_OFFICER, WORLD_OFFICER, WORLD_PEOPLE },
				    NONE[] = { WORLD_PEOPLE },
				    THREE[] = { WORLD_OFFICER, WORLD_OFFICER_2, WORLD_OFFICER,
					    WORLD_PEOPLE },
				    CLERK[] = { WORLD_OFFICER, WORLD_SCREENER, WORLD_PEOPLE };
	struct world *w = *state;
	uint8_t serial[2][20], unknown[20] = { 1 };
	OWN_SINK one = { 0 };
	OWN_SINK two = { 0 };
	OWN_SINK three = { 0 };
	world_issue(w, serial[0], NULL);
	world_issue(w, serial[1], NULL);
	refused_revoke(w, serial[0], "10-1-3", ONE, "signer-officers");
	refused_revoke(w, serial[0], "10-1-3", SAME, "signer-officers");
	refused_revoke(w, serial[0], "10-1-3", NONE, "signer-officers");
	refused_revoke(w, serial[0], "10-1-3", THREE, "signer-officers");
	refused_revoke(w, serial[0], "10-1-3", CLERK, "act-wrong-role");
	refused_revoke(w, serial[0], "12-1", BOTH, "signer-ground");
	refused_revoke(w, unknown, "10-1-3", BOTH, "signer-unknown");
	refused_revoke(w, serial[0], "11-2", NONE, "signer-officers");
	struct line a = withdraw(w, serial[0], "10-1-3", BOTH, &one);
	assert_int_equal(a.kind, LINE_REVOKED);
	assert_memory_equal(a.serial, serial[0], 20);
	assert_int_equal(a.reason, 5);
	assert_string_equal(a.ground, "10-1-3");
	w->now.sec += 60;
	struct line b =
	    withdraw(w, serial[1], "11-2", ONE, &two); /* feared compromise: one is enough */
	assert_int_equal(b.reason, 1);
	assert_int_equal(b.at.sec, w->now.sec);
	w->now.sec += 60;
	struct line c = withdraw(w, serial[0], "11-5", BOTH, &three); /* the first stands */
	assert_int_equal(c.seq, a.seq);
	assert_int_equal(c.at.sec, a.at.sec);
	assert_string_equal(c.ground, "10-1-3");
}

static void
a_void_kills_its_edition_only(void **state)
{
	struct world *w = *state;
	struct order_made o;
	struct fault f = { 0 };
	struct signer_issued out;
	OWN_SINK held = { 0 };
	OWN_SINK more = { 0 };
	static const struct {
		int64_t dossier, edition;
		enum act_kind kind;
		enum world_who who;
		const char *row; /* NULL: killed */
	} ROWS[] = {
		{ 3, 1, ACT_VOID, WORLD_OFFICER, "act-wrong-role" },
		{ 3, 1, ACT_VOID, WORLD_SCREENER, "act-wrong-role" },
		{ 3, 1, ACT_APPROVE, WORLD_APPROVER, "act-wrong-kind" },
		{ 3, 0, ACT_VOID, WORLD_APPROVER, "signer-form" },
		{ 3, 1, ACT_VOID, WORLD_APPROVER, NULL },
		{ 3, 1, ACT_VOID, WORLD_APPROVER, NULL }, /* once more */
		{ 4, 2, ACT_VOID_SCREEN, WORLD_SCREENER, NULL },
		{ 5, 2, ACT_VOID, WORLD_APPROVER, "signer-issued-already" },
		{ 5, 3, ACT_VOID, WORLD_APPROVER, NULL },
		{ 5, 2, ACT_VOID, WORLD_APPROVER, "signer-issued-already" },
	};
	order_again(w, NULL, NULL, &o, 5, 2);
	issue(w, &o, &out, &held);
	order_free(&o);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		OWN_SINK body = SINK_GROW(FRAME_MOST);
		OWN_SINK reply = { 0 };
		f = (struct fault){ 0 };
		world_void_body(
		    w, ROWS[i].dossier, ROWS[i].edition, ROWS[i].kind, ROWS[i].who, &body);
		bool good = call(w, WORLD_ROAD_OFFICERS, SIGNER_VOID, &body, &reply, &f);
		if (ROWS[i].row != NULL) {
			refused(good, &f, ROWS[i].row);
			continue;
		}
		accepted(good, &f);
		struct line line = world_receipt(w, &reply);
		assert_int_equal(line.kind, LINE_VOID);
		assert_int_equal(line.edition, ROWS[i].edition);
	}
	order_again(w, NULL, NULL, &o, 3, 1);
	refused_order(w, &o, "signer-edition-seen");
	order_free(&o);
	order_again(w, NULL, NULL, &o, 3, 2);
	issue(w, &o, &out, &more);
	order_free(&o);
	f = (struct fault){ 0 };
	accepted(world_booked(w, 5, 2, &f), &f); /* a void of edition 3 left edition 2 alone */
}

static void
list_of(struct world *w, int road, struct signer_list *out, struct sink *list)
{
	OWN_SINK held = { 0 };
	struct fault f = { 0 };
	struct der d, tbs, signature, whole;
	struct line line;
	uint8_t digest[32];
	accepted(world_list(w, road, out, &held, list, &f), &f);
	assert_int_equal(out->bytes, list->len);
	accepted(crl_check(der_of(list->at, list->len),
		     der_of(w->certificate.at, w->certificate.len), (uint64_t)out->number, &f),
	    &f);
	assert_true(cert_split(der_of(list->at, list->len), &tbs, &signature));
	digest_of(tbs.p, tbs.n, digest);
	assert_memory_equal(digest, out->tbs, 32);
	d = out->line;
	assert_true(line_take(&d, &line, &whole));
	assert_memory_equal(line.tbs, digest, 32);
	assert_int_equal(line.number, out->number);
	out->line = der_of(NULL, 0);
}

static void
a_list_has_the_next_number_and_all_revocations_in_order(void **state)
{
	enum { N = 40 };
	struct world *w = *state;
	struct signer_list out;
	uint8_t serial[N][20];
	OWN_SINK empty = { 0 };
	OWN_SINK list = { 0 };
	OWN_SINK again = { 0 };
	list_of(w, WORLD_ROAD_ISSUER, &out, &empty);
	int64_t first = out.number;
	for (int i = 0; i < N; i++)
		world_issue(w, serial[i], NULL);
	for (int i = N - 1; i >= 0; i--) {
		OWN_SINK reply = { 0 };
		w->now.sec += 7;
		(void)withdraw(w, serial[i], i % 2 == 0 ? "11-9" : "10-1-1", BOTH, &reply);
		list_of(w, i % 2, &out, &list);
		assert_int_equal(out.number, ++first);
		const uint8_t *at = list.at;
		for (int k = N - 1; k >= i; k--) {
			at = memmem(at, (size_t)(list.at + list.len - at), serial[k], 20);
			assert_non_null(at);
		}
		for (int k = 0; k < i; k++)
			assert_null(memmem(list.at, list.len, serial[k], 20));
		if (i != 0)
			sink_drop(&list);
	}
	w->now.sec += (int64_t)4 * 366 * DAY_SECONDS; /* long after the certificates' end */
	list_of(w, WORLD_ROAD_ISSUER, &out, &again);
	for (int k = 0; k < N; k++)
		assert_non_null(memmem(again.at, again.len, serial[k], 20));
}

static void
what_is_not_booked_within_a_day_goes_on_the_list(void **state)
{
	struct world *w = *state;
	struct signer_list out;
	struct signer_status s;
	struct fault f = { 0 };
	uint8_t lost[20], booked[20];
	OWN_SINK early = { 0 };
	OWN_SINK late = { 0 };
	OWN_SINK later = { 0 };
	OWN_SINK held = { 0 };
	world_issue(w, booked, NULL);
	accepted(world_booked(w, w->dossier, 1, &f), &f);
	world_issue(w, lost, NULL);
	w->now.sec += DAY_SECONDS;
	list_of(w, WORLD_ROAD_ISSUER, &out, &early);
	assert_null(memmem(early.at, early.len, lost, 20));
	w->now.sec++;
	list_of(w, WORLD_ROAD_ISSUER, &out, &late);
	assert_non_null(memmem(late.at, late.len, lost, 20));
	assert_null(memmem(late.at, late.len, booked, 20));
	w->now.sec++;
	list_of(w, WORLD_ROAD_ISSUER, &out, &later);
	assert_int_equal(later.len, late.len); /* once */
	world_status(w, &s, &held);
	assert_int_equal(s.revoked, 1);
}

static void
charter_try(struct world *w, const struct charter *next, const enum world_who *who, const char *row)
{
	struct fault f = { 0 };
	bool good = world_charter_send(w, next, who, &f);
	if (row == NULL)
		accepted(good, &f);
	else
		refused(good, &f, row);
}

static void
charters_follow_each_other_and_the_last_one_counts(void **state)
{
	struct world *w = *state;
	struct charter *next = malloc(sizeof(*next)), *first = malloc(sizeof(*first));
	struct order_made old, o;
	struct fault f = { 0 };
	struct signer_status s;
	uint8_t serial[20];
	OWN_SINK held = { 0 };
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	OWN_SINK reply = { 0 };
	OWN_SINK again = { 0 };
	order_new(w, NULL, NULL, &old);
	w->now.sec += DAY_SECONDS;
	world_charter_next(w, first);
	*next = *first;
	for (size_t i = 0; i < next->staffs; i++) /* the approver leaves, another takes the seat */
		if (strcmp(next->staff[i].id, "suzuki") == 0)
			next->staff[i] = next->staff[--next->staffs];
	world_charter_body(w, next, der_of(w->pack.at, w->pack.len), QUORUM, &body);
	accepted(call(w, WORLD_ROAD_ISSUER, SIGNER_CHARTER, &body, &reply, &f), &f);
	struct line line = world_receipt(w, &reply);
	assert_int_equal(line.number, 2);
	accepted(call(w, WORLD_ROAD_ISSUER, SIGNER_CHARTER, &body, &again, &f), &f);
	struct line same = world_receipt(w, &again); /* asked again: the same line */
	assert_int_equal(same.seq, line.seq);
	assert_int_equal(same.body.n, line.body.n);
	assert_memory_equal(same.body.p, line.body.p, line.body.n);
	charter_try(w, first, QUORUM, "charter-succession"); /* another 2: too late */
	world_status(w, &s, &held);
	assert_int_equal(s.charter, 2);
	old.head.now = w->now;
	refused_order(w, &old, "act-unknown-person");
	order_free(&old);
	w->charter = *next;
	sink_drop(&w->charter_packed);
	w->charter_packed = SINK_GROW(CHARTER_MOST);
	charter_pack(next, &w->charter_packed);
	order_new(w, NULL, NULL, &o);
	refused_order(w, &o, "act-unknown-person");
	order_free(&o);
	world_charter_next(w, next);
	memcpy(next->staff, first->staff, sizeof(next->staff)); /* back again */
	next->staffs = first->staffs;
	charter_try(w, next, QUORUM, NULL);
	world_issue(w, serial, NULL);
	free(next);
	free(first);
}

static void
an_expired_charter_stops_issuing_and_nothing_else(void **state)
{
	struct world *w = *state;
	struct charter *next = malloc(sizeof(*next));
	struct order_made o;
	struct signer_list out;
	uint8_t serial[20];
	OWN_SINK reply = { 0 };
	OWN_SINK list = { 0 };
	world_issue(w, serial, NULL);
	w->now = w->charter.not_after;
	world_issue(w, serial, NULL);
	w->now.sec++;
	order_new(w, NULL, NULL, &o);
	refused_order(w, &o, "order-charter-expired");
	order_free(&o);
	(void)withdraw(w, serial, "10-1-3", BOTH, &reply);
	list_of(w, WORLD_ROAD_OFFICERS, &out, &list);
	assert_non_null(memmem(list.at, list.len, serial, 20));
	world_charter_next(w, next);
	charter_try(w, next, QUORUM, NULL);
	world_issue(w, serial, NULL);
	free(next);
}

static void
the_ca_certificate_is_signed_once_by_a_quorum(void **state)
{
	static const enum world_who ALONE[] = { WORLD_CUSTODIAN, WORLD_PEOPLE },
				    TWICE[] = { WORLD_CUSTODIAN, WORLD_CUSTODIAN, WORLD_PEOPLE },
				    STAFF[] = { WORLD_CUSTODIAN, WORLD_APPROVER, WORLD_PEOPLE };
	static const struct {
		int years, key;
		const enum world_who *who;
		const char *row;
	} ROWS[] = {
		{ 20, WORLD_KEY_CA, QUORUM, "signer-no-certificate" }, /* before charter 1 */
		{ 20, WORLD_KEY_CA, ALONE, "charter-quorum" },
		{ 20, WORLD_KEY_CA, TWICE, "charter-quorum" },
		{ 20, WORLD_KEY_CA, STAFF, "act-unknown-person" },
		{ 21, WORLD_KEY_CA, QUORUM, "signer-ca-years" },
		{ 0, WORLD_KEY_CA, QUORUM, "signer-ca-years" },
		{ 20, WORLD_KEY_FIRST, QUORUM, "signer-ca-key" },
		{ 20, WORLD_KEY_CA_OTHER, QUORUM, "signer-key-agent" }, /* not the agent's key */
		{ 20, WORLD_KEY_CA, QUORUM, NULL },
		{ 10, WORLD_KEY_CA, QUORUM, NULL }, /* asked again: the one there is */
		{ 20, WORLD_KEY_CA_OTHER, QUORUM, "signer-ca-again" },
	};
	const struct world_options bare = { .bare = true };
	struct world *w = world_new(&bare);
	struct charter *one = malloc(sizeof(*one));
	struct order_made o;
	(void)state;
	order_new(w, NULL, NULL, &o);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		OWN_SINK body = SINK_GROW(FRAME_MOST);
		OWN_SINK reply = { 0 };
		struct fault f = { 0 };
		struct cert_ca ca;
		if (i < 9)
			refused_order(w, &o, "signer-no-certificate");
		world_certify_body(w, ROWS[i].years, ROWS[i].key, ROWS[i].who, &body);
		bool good = call(w, WORLD_ROAD_ISSUER, SIGNER_CACERT, &body, &reply, &f);
		if (ROWS[i].row != NULL) {
			refused(good, &f, ROWS[i].row);
		} else {
			accepted(good, &f);
			accepted(cert_ca_read(der_of(reply.at, reply.len), &ca, &f), &f);
			assert_int_equal(ca.not_before.sec, w->now.sec);
			assert_int_equal(instant_day(ca.not_after).year, 2046);
		}
		if (i == 0) {
			world_charter_next(w, one);
			charter_try(w, one, QUORUM, NULL);
		}
	}
	order_free(&o);
	free(one);
	world_free(w);
}

static void
tell(struct world *w, struct order_made *o, enum world_stage stage, void *context)
{
	(void)w;
	if (stage == STAGE_REQUEST)
		o->head.now.sec = *(int64_t *)context;
}

static void
a_rehearsal_is_told_the_time_and_it_never_goes_back(void **state)
{
	struct world *w = *state;
	struct order_made o;
	struct signer_issued out;
	struct signer_list list;
	OWN_SINK held = { 0 };
	OWN_SINK bytes = { 0 };
	struct {
		int64_t sec;
		const char *row;
	} ROWS[] = {
		{ w->now.sec - 1, "signer-clock-back" }, /* the list is of now */
		{ w->now.sec, NULL },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		order_new(w, tell, &ROWS[i].sec, &o);
		if (ROWS[i].row != NULL)
			refused_order(w, &o, ROWS[i].row);
		else
			issue(w, &o, &out, &held);
		order_free(&o);
	}
	w->now.sec -= 3600; /* lists go on, at the last line's time */
	list_of(w, WORLD_ROAD_ISSUER, &list, &bytes);
}

static struct shim *
shim_new(char path[64])
{
	(void)snprintf(path, 64, "/tmp/akashi-shim-XXXXXX");
	int fd = mkstemp(path);
	assert_int_equal(ftruncate(fd, sizeof(struct shim)), 0);
	struct shim *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(s != MAP_FAILED);
	(void)close(fd);
	return s;
}

static void
a_real_service_goes_by_the_systems_clock_alone(void **state)
{
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = { .real = true, .preload = SHIM, .shared = path };
	struct instant now = instant_now();
	const int64_t at = now.sec;
	struct {
		int64_t wall; /* seconds the clock is put forward */
		int64_t told; /* what the request says; it does not count */
		enum shim_sync sync;
		const char *row;
	} ROWS[] = {
		{ 0, at, SYNC_YES, NULL },
		{ 0, at + 864000, SYNC_YES, NULL },
		{ 0, at - 864000, SYNC_YES, NULL },
		{ 0, at, SYNC_NO, "signer-clock-unsynchronised" },
		{ 3, at, SYNC_YES, NULL },
		{ 30, at, SYNC_YES, "signer-clock-jumped" },
		{ 864000, at, SYNC_YES, "signer-clock-jumped" },
		{ -30, at, SYNC_YES, "signer-clock-back" },
		{ 4, at, SYNC_YES, NULL },
	};
	(void)state;
	shim->synchronised = SYNC_YES;
	struct world *w = world_new(&options);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct order_made o;
		struct signer_issued out;
		struct signer_list list;
		OWN_SINK held = { 0 };
		OWN_SINK bytes = { 0 };
		w->now = instant_now();
		shim->wall = ROWS[i].wall;
		shim->synchronised = ROWS[i].sync;
		order_new(w, tell, &ROWS[i].told, &o);
		if (ROWS[i].row != NULL) {
			refused_order(w, &o, ROWS[i].row);
			shim->wall = shim->wall > 0 ? 0 : shim->wall;
			list_of(w, WORLD_ROAD_ISSUER, &list, &bytes); /* goes on, with an alarm */
		} else {
			issue(w, &o, &out, &held);
			assert_in_range(out.not_before.sec - w->now.sec, 0, 10);
		}
		order_free(&o);
		shim->wall = 0;
	}
	world_free(w);
	(void)unlink(path);
}

static void
a_policy_row_turns_an_unsynchronised_clock_into_a_note(void **state)
{
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = {
		.real = true, .preload = SHIM, .shared = path, .unsynchronised = "note"
	};
	uint8_t serial[20];
	(void)state;
	shim->synchronised = SYNC_YES;
	struct world *w = world_new(&options);
	shim->synchronised = SYNC_NO;
	w->now = instant_now();
	world_issue(w, serial, NULL);
	world_free(w);
	(void)unlink(path);
}

/* G4: what the generator gives is a serial once, or nothing. */
static void
a_stuck_generator_gives_one_certificate_and_a_failing_one_none(void **state)
{
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = { .preload = SHIM, .shared = path };
	struct order_made o;
	struct signer_issued out;
	struct fault f = { 0 };
	uint8_t serial[20];
	OWN_SINK held = { 0 };
	OWN_SINK none = { 0 };
	(void)state;
	struct world *w = world_new(&options);
	shim->random = RANDOM_STUCK;
	world_issue(w, serial, NULL);
	for (int i = 0; i < 20; i++) {
		order_new(w, NULL, NULL, &o);
		refused_order(w, &o, "signer-serial");
		order_free(&o);
	}
	shim->random = RANDOM_AS_IS;
	world_issue(w, serial, NULL);
	shim->random = RANDOM_FAILS;
	order_new(w, NULL, NULL, &o);
	refused(order_send(w, &o, &out, &none, &f), &f, "frame-gone");
	assert_int_not_equal(world_stop(w), 0);
	shim->random = RANDOM_AS_IS;
	world_start(w);
	issue(w, &o, &out, &held);
	order_free(&o);
	world_free(w);
	(void)unlink(path);
}

static void
what_the_disk_does_not_hold_is_never_answered(void **state)
{
	char path[64];
	struct shim *shim = shim_new(path);
	const struct world_options options = { .preload = SHIM, .shared = path };
	static const struct {
		int fsync_fails, write_fails;
		bool revoke; /* else an order */
	} ROWS[] = { { 1, 0, false }, { 0, 7, false }, { 1, 0, true }, { 0, 7, true },
		{ 0, 8, true } };
	uint8_t serial[20];
	(void)state;
	struct world *w = world_new(&options);
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct order_made o;
		struct signer_issued out;
		struct fault f = { 0 };
		OWN_SINK held = { 0 };
		OWN_SINK none = { 0 };
		OWN_SINK reply = { 0 };
		OWN_SINK more = { 0 };
		OWN_SINK body = SINK_GROW(FRAME_MOST);
		world_issue(w, serial, NULL);
		int64_t uses = world_uses(w);
		order_new(w, NULL, NULL, &o);
		world_revoke_body(w, serial, "10-1-3", BOTH, &body);
		shim->fsync_fails = ROWS[i].fsync_fails;
		shim->write_fails = ROWS[i].write_fails;
		refused(ROWS[i].revoke
			    ? call(w, WORLD_ROAD_OFFICERS, SIGNER_REVOKE, &body, &none, &f)
			    : order_send(w, &o, &out, &none, &f),
		    &f, "frame-gone");
		assert_int_equal(world_uses(w), uses);
		assert_int_equal(world_stop(w), 75);
		shim->fsync_fails = shim->write_fails = 0;
		world_start(w);
		(void)withdraw(w, serial, "10-1-3", BOTH, &reply);
		issue(w, &o, &out, &held);
		order_free(&o);
	}
	world_free(w);
	(void)unlink(path);
}

static void
grown(struct world *w, struct order_made *o, enum world_stage stage, void *context)
{
	(void)context;
	if (stage == STAGE_WARRANT)
		w->log.size += 5;
	(void)o;
}

static void
a_log_that_does_not_grow_from_the_last_head_stops_issuing(void **state)
{
	struct world *w = *state;
	struct order_made o;
	struct signer_issued out;
	struct signer_list list;
	struct signer_status s;
	OWN_SINK body = SINK_GROW(8192);
	OWN_SINK reply = { 0 };
	struct fault f = { 0 };
	for (int i = 0; i < 8; i++) {
		OWN_SINK held = { 0 };
		order_new(w, grown, NULL, &o);
		issue(w, &o, &out, &held);
		order_free(&o);
	}
	w->log.size += 9;
	world_head_pack(w, &body);
	accepted(call(w, WORLD_ROAD_ISSUER, SIGNER_HEAD, &body, &reply, &f), &f);
	w->log.known = w->log.size;
	struct line head = world_receipt(w, &reply);
	assert_int_equal(head.kind, LINE_HEAD);
	assert_int_equal(head.size, w->log.size);
	for (int i = 0; i < 5; i++) {
		OWN_SINK bytes = { 0 };
		OWN_SINK held = { 0 };
		order_new(w, NULL, NULL, &o);
		switch (i) {
		case 0:
			o.head.root[3] ^= 1; /* another log of that size */
			break;
		case 1:
			o.head.size--; /* cut */
			world_root(o.head.size, o.head.root);
			break;
		case 2:
			o.head.size++; /* longer, without a proof */
			world_root(o.head.size, o.head.root);
			break;
		case 3:
			o.head.size = -1;
			break;
		case 4:
			o.head.size = INT64_MAX;
			break;
		}
		refused_order(w, &o, "signer-head-forked");
		order_free(&o);
		list_of(w, WORLD_ROAD_ISSUER, &list, &bytes); /* goes on, with an alarm */
		world_status(w, &s, &held);
		assert_int_equal(s.size, w->log.size);
	}
}

static void
every_road_gives_what_stands_on_its_row(void **state)
{
	enum { OFFICERS = 1 << WORLD_ROAD_OFFICERS, ISSUER = 1 << WORLD_ROAD_ISSUER };
	static const struct {
		int kind, roads;
	} ROWS[] = { { SIGNER_STATUS, OFFICERS | ISSUER }, { SIGNER_CHARTER, ISSUER },
		{ SIGNER_CACERT, ISSUER }, { SIGNER_ISSUE, ISSUER }, { SIGNER_BOOKED, ISSUER },
		{ SIGNER_REVOKE, OFFICERS }, { SIGNER_VOID, OFFICERS },
		{ SIGNER_LIST, OFFICERS | ISSUER }, { SIGNER_LIST_PART, OFFICERS | ISSUER },
		{ SIGNER_HEAD, OFFICERS | ISSUER }, { SIGNER_LINES, OFFICERS | ISSUER } };
	struct world *w = *state;
	for (int kind = 0; kind < 80; kind++)
		for (int road = 0; road < WORLD_ROADS; road++) {
			struct fault f = { 0 };
			OWN_SINK reply = SINK_GROW(FRAME_MOST);
			bool may = false;
			for (size_t i = 0; i < COUNT(ROWS); i++)
				may |= ROWS[i].kind == kind && (ROWS[i].roads & 1 << road) != 0;
			bool good =
			    world_call(w, road, (enum signer_kind)kind, der_of("x", 1), &reply, &f);
			assert_int_equal(strcmp(f.name, "signer-place") != 0, may);
			if (may && !good)
				assert_string_equal(f.name, "signer-form");
		}
}

static void
a_second_signer_on_one_journal_ends_with_75(void **state)
{
	struct world *w = *state;
	uint8_t serial[20];
	assert_int_equal(world_second(w), 75);
	world_issue(w, serial, NULL);
	assert_int_equal(world_stop(w), 0);
	world_start(w);
	world_issue(w, serial, NULL);
}

struct counts {
	struct seen {
		int64_t dossier;
		uint8_t serial[20];
	} seen[256];
	size_t intents;
	bool doubled;
};

static bool
count(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct counts *c = context;
	(void)whole, (void)fault;
	if (l->kind != LINE_INTENT)
		return true;
	for (size_t i = 0; i < c->intents; i++)
		c->doubled |= c->seen[i].dossier == l->dossier ||
			      memcmp(c->seen[i].serial, l->serial, 20) == 0;
	c->seen[c->intents].dossier = l->dossier;
	memcpy(c->seen[c->intents++].serial, l->serial, 20);
	return true;
}

static void
killed_at_any_time_it_keeps_everything(void **state)
{
	enum { N = 60 };
	struct world *w = *state;
	struct counts *c = calloc(1, sizeof(*c));
	unsigned seed = (unsigned)time(NULL);
	print_message("seed %u\n", seed);
	for (int i = 0; i < N; i++) {
		struct order_made o;
		struct signer_issued out;
		OWN_SINK held = { 0 };
		OWN_SINK body = SINK_GROW(FRAME_MOST);
		struct fault f = { 0 };
		order_new(w, NULL, NULL, &o);
		order_body(&o, &body);
		const struct frame ask = { 1, SIGNER_ISSUE, der_of(body.at, body.len) };
		assert_true(frame_send(w->road[WORLD_ROAD_ISSUER], &ask, &f));
		const struct timespec nap = { 0, (long)(rand_r(&seed) % 12000) * 1000 };
		(void)nanosleep(&nap, NULL);
		world_kill(w);
		world_start(w);
		issue(w, &o, &out, &held);
		order_free(&o);
	}
	world_journal(w, count, c);
	assert_int_equal(c->intents, N);
	assert_false(c->doubled);
	free(c);
}

static void
file_change(struct world *w, const char *name, size_t where, int change)
{
	char path[128];
	uint8_t *bytes;
	size_t n;
	struct fault f = { 0 };
	(void)snprintf(path, sizeof(path), "%s/%s", w->dir, name);
	accepted(file_read(path, SIZE_MAX >> 1, &bytes, &n, &f), &f);
	if (change == 0)
		n = where;
	else
		bytes[where < n ? where : n - 1] ^= (uint8_t)change;
	accepted(file_write(path, 0600, bytes, n, &f), &f);
	free(bytes);
}

static void
at_its_start_it_mends_what_is_derived_and_refuses_a_damaged_journal(void **state)
{
	struct world *w = *state;
	struct signer_list out;
	uint8_t serial[3][20];
	OWN_SINK before = { 0 };
	for (int i = 0; i < 3; i++) {
		OWN_SINK reply = { 0 };
		world_issue(w, serial[i], NULL);
		(void)withdraw(w, serial[i], "10-1-3", BOTH, &reply);
	}
	for (int i = 0; i < 3; i++) {
		OWN_SINK list = { 0 };
		assert_int_equal(world_stop(w), 0);
		file_change(w, "revoked.der", i == 2 ? 0 : 30, i);
		world_start(w);
		list_of(w, WORLD_ROAD_ISSUER, &out, &list);
		for (int k = 0; k < 3; k++)
			assert_non_null(memmem(list.at, list.len, serial[k], 20));
	}
	assert_int_equal(world_stop(w), 0);
	file_change(w, "journal/000001.log", 900, 4); /* inside, whole lines behind it */
	world_start(w);
	assert_int_equal(world_stop(w), 7);
	file_change(w, "journal/000001.log", 900, 4);
	world_start(w);
	world_issue(w, serial[0], NULL);
}

static void
the_lines_it_tells_are_those_on_disk(void **state)
{
	struct world *w = *state;
	char path[128];
	uint8_t *bytes, serial[20];
	size_t n;
	struct fault f = { 0 };
	OWN_SINK copy = SINK_GROW(1 << 22);
	struct signer_lines at = { 1, 0, { NULL, 0 } };
	for (int i = 0; i < 300; i++) {
		OWN_SINK reply = { 0 };
		OWN_SINK head = SINK_GROW(8192);
		w->log.size++;
		world_head_pack(w, &head);
		accepted(call(w, WORLD_ROAD_ISSUER, SIGNER_HEAD, &head, &reply, &f), &f);
		w->log.known = w->log.size;
	}
	world_issue(w, serial, NULL);
	for (bool more = true; more;) {
		OWN_SINK ask = SINK_GROW(256);
		OWN_SINK reply = { 0 };
		signer_lines_pack(&at, &ask);
		accepted(call(w, WORLD_ROAD_OFFICERS, SIGNER_LINES, &ask, &reply, &f), &f);
		assert_true(signer_lines_read(der_of(reply.at, reply.len), &at));
		sink_bytes(&copy, at.bytes.p, at.bytes.n);
		more = at.bytes.n > 0;
		at.bytes = der_of(NULL, 0);
	}
	(void)snprintf(path, sizeof(path), "%s/journal/000001.log", w->dir);
	accepted(file_read(path, 1 << 22, &bytes, &n, &f), &f);
	assert_int_equal(copy.len, n);
	assert_memory_equal(copy.at, bytes, n);
	free(bytes);
}

static void
who_does_not_read_answers_holds_up_no_revocation(void **state)
{
	struct world *w = *state;
	uint8_t serial[20];
	struct fault f = { 0 };
	OWN_SINK reply = { 0 };
	const struct frame ask = { 1, SIGNER_STATUS, { NULL, 0 } };
	world_issue(w, serial, NULL);
	int fd = w->road[WORLD_ROAD_ISSUER];
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	for (int i = 0; i < 2000 && frame_send(fd, &ask, &f); i++)
		;
	(void)withdraw(w, serial, "10-1-3", BOTH, &reply);
}

/* The program as it runs: behind its filter before anybody has asked anything [design 1]. */
static void
it_waits_behind_its_filter(void **state)
{
	static const char *const SAYS[] = { "\nSeccomp:\t2\n", "\nNoNewPrivs:\t1\n",
		"\nThreads:\t1\n" };
	struct world *w = *state;
	char path[64], text[4096];
	struct signer_status s;
	OWN_SINK held = { 0 };
	world_status(w, &s, &held);
	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)w->signer_pid);
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);
	assert_true(n > 0);
	text[n] = '\0';
	(void)close(fd);
	for (size_t i = 0; i < COUNT(SAYS); i++)
		assert_non_null(strstr(text, SAYS[i]));
}

int
main(void)
{
#define WITH(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
	const struct CMUnitTest tests[] = {
		WITH(a_good_order_gives_one_certificate),
		WITH(one_certificate_per_dossier_and_edition),
		WITH(only_what_was_signed_is_booked),
		WITH(a_revocation_takes_the_officers_its_ground_asks_for),
		WITH(a_void_kills_its_edition_only),
		WITH(a_list_has_the_next_number_and_all_revocations_in_order),
		WITH(what_is_not_booked_within_a_day_goes_on_the_list),
		WITH(charters_follow_each_other_and_the_last_one_counts),
		WITH(an_expired_charter_stops_issuing_and_nothing_else),
		cmocka_unit_test(the_ca_certificate_is_signed_once_by_a_quorum),
		WITH(a_rehearsal_is_told_the_time_and_it_never_goes_back),
		cmocka_unit_test(a_real_service_goes_by_the_systems_clock_alone),
		cmocka_unit_test(a_policy_row_turns_an_unsynchronised_clock_into_a_note),
		cmocka_unit_test(a_stuck_generator_gives_one_certificate_and_a_failing_one_none),
		cmocka_unit_test(what_the_disk_does_not_hold_is_never_answered),
		WITH(a_log_that_does_not_grow_from_the_last_head_stops_issuing),
		WITH(every_road_gives_what_stands_on_its_row),
		WITH(a_second_signer_on_one_journal_ends_with_75),
		WITH(killed_at_any_time_it_keeps_everything),
		WITH(at_its_start_it_mends_what_is_derived_and_refuses_a_damaged_journal),
		WITH(the_lines_it_tells_are_those_on_disk),
		WITH(it_waits_behind_its_filter),
		WITH(who_does_not_read_answers_holds_up_no_revocation),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
