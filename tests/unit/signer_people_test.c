/*
 * akashi-signer: what officers and custodians sign for, its lists, and the CA key's agent.
 * [R-4.72] [R-10.13] [R-10.15] [R-11.0] [R-12.6] [design 2] [design 5]
 */
#include "signing.h"

#include "base/file.h"
#include "book/epoch.h"
#include "pki/rsa.h"
#include "wire/agent.h"

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
				    ALL[] = { WORLD_OFFICER, WORLD_OFFICER_2, WORLD_OFFICER_3,
					    WORLD_PEOPLE },
				    CLERK[] = { WORLD_OFFICER, WORLD_SCREENER, WORLD_PEOPLE },
				    LEFT[] = { WORLD_LEAVER, WORLD_OFFICER, WORLD_PEOPLE },
				    LEFT_TOO[] = { WORLD_LEAVER, WORLD_OFFICER, WORLD_OFFICER_2,
					    WORLD_PEOPLE };
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
	refused_revoke(w, serial[0], "10-1-3", LEFT, "act-wrong-role");
	refused_revoke(w, serial[0], "12-1", BOTH, "signer-ground");
	refused_revoke(w, unknown, "10-1-3", BOTH, "signer-unknown");
	refused_revoke(w, serial[0], "11-2", NONE, "signer-officers");
	struct line a = withdraw(w, serial[0], "10-1-3", LEFT_TOO, &one); /* two are in office */
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
	struct line c = withdraw(w, serial[0], "11-5", ALL, &three); /* the first stands */
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
		enum world_who who[3];
		const char *row; /* NULL: killed */
	} ROWS[] = {
		{ 3, 1, ACT_VOID, { WORLD_OFFICER, WORLD_PEOPLE }, "act-wrong-role" },
		{ 3, 1, ACT_VOID, { WORLD_SCREENER, WORLD_PEOPLE }, "act-wrong-role" },
		{ 3, 1, ACT_APPROVE, { WORLD_APPROVER, WORLD_PEOPLE }, "act-wrong-kind" },
		{ 3, 0, ACT_VOID, { WORLD_APPROVER, WORLD_PEOPLE }, "signer-form" },
		{ 3, 1, ACT_VOID, { WORLD_APPROVER, WORLD_PEOPLE }, NULL },
		{ 3, 1, ACT_VOID, { WORLD_APPROVER, WORLD_PEOPLE }, NULL }, /* once more */
		{ 3, 1, ACT_VOID, { WORLD_APPROVER, WORLD_APPROVER, WORLD_PEOPLE },
		    NULL }, /* asked twice */
		{ 3, 1, ACT_VOID, { WORLD_OFFICER, WORLD_APPROVER, WORLD_PEOPLE },
		    NULL }, /* one has lost the role since */
		{ 3, 1, ACT_VOID, { WORLD_PEOPLE }, "signer-form" },
		{ 4, 2, ACT_VOID_SCREEN, { WORLD_SCREENER, WORLD_PEOPLE }, NULL },
		{ 5, 2, ACT_VOID, { WORLD_APPROVER, WORLD_PEOPLE }, "signer-issued-already" },
		{ 5, 3, ACT_VOID, { WORLD_APPROVER, WORLD_PEOPLE }, NULL },
		{ 5, 2, ACT_VOID, { WORLD_APPROVER, WORLD_PEOPLE }, "signer-issued-already" },
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
	struct order_made order;
	struct signer_issued again;
	OWN_SINK sent = { 0 };
	OWN_SINK resent = { 0 };
	order_new(w, NULL, NULL, &order);
	accepted(order_send(w, &order, &again, &sent, &f), &f);
	memcpy(lost, again.serial, sizeof(lost));
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
	order.head.now = w->now;
	refused(
	    order_send(w, &order, &again, &resent, &f), &f, "signer-lapsed"); /* nor issued late */
	order_free(&order);
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
				    STAFF[] = { WORLD_CUSTODIAN, WORLD_APPROVER, WORLD_PEOPLE },
				    ENOUGH[] = { WORLD_APPROVER, WORLD_CUSTODIAN,
					    WORLD_CUSTODIAN + 1, WORLD_PEOPLE };
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
		{ 20, WORLD_KEY_CA, ENOUGH, NULL }, /* one does not count, two do */
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

/* A rehearsal's CA says so in its name, whoever signs for another. */
static void
a_rehearsals_ca_has_the_mark_in_its_name(void **state)
{
	const struct world_options bare = { .bare = true, .unmarked = true };
	struct world *w = world_new(&bare);
	struct charter *one = malloc(sizeof(*one));
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	OWN_SINK reply = { 0 };
	struct fault f = { 0 };
	(void)state;
	world_charter_next(w, one);
	charter_try(w, one, QUORUM, NULL);
	world_certify_body(w, 20, WORLD_KEY_CA, QUORUM, &body);
	refused(call(w, WORLD_ROAD_ISSUER, SIGNER_CACERT, &body, &reply, &f), &f, "signer-ca-mark");
	free(one);
	world_free(w);
}

/* The journal's last line is a CAINTENT again, its contents another's. */
static void
intent_alter(struct world *w)
{
	char folder[128], path[JOURNAL_PATH];
	uint8_t *bytes, *digest = NULL;
	size_t n, keep = 0;
	struct line l;
	struct der whole;
	struct fault f = { 0 };
	snprintf(folder, sizeof(folder), "%s/journal", w->dir);
	accepted(file_read(journal_segment(folder, 1, path), 1 << 20, &bytes, &n, &f), &f);
	struct der d = der_of(bytes, n);
	while (digest == NULL && line_take(&d, &l, &whole))
		if (l.kind == LINE_CAINTENT) {
			digest = memmem(whole.p, whole.n, l.tbs, sizeof(l.tbs));
			keep = (size_t)(d.p - bytes);
		}
	assert_non_null(digest);
	digest[0] ^= 1;
	accepted(file_write(path, 0600, bytes, keep, &f), &f);
	free(bytes);
}

static void
what_the_journal_announced_is_all_that_is_signed_again(void **state)
{
	const struct world_options bare = { .bare = true };
	struct world *w = world_new(&bare);
	struct charter *one = malloc(sizeof(*one));
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	OWN_SINK reply = { 0 };
	struct fault f = { 0 };
	(void)state;
	world_charter_next(w, one);
	charter_try(w, one, QUORUM, NULL);
	world_certify_body(w, 20, WORLD_KEY_CA, QUORUM, &body);
	accepted(call(w, WORLD_ROAD_ISSUER, SIGNER_CACERT, &body, &reply, &f), &f);
	int64_t uses = world_uses(w);
	assert_int_equal(world_stop(w), 0);
	intent_alter(w);
	world_start(w);
	sink_drop(&reply);
	refused(call(w, WORLD_ROAD_ISSUER, SIGNER_CACERT, &body, &reply, &f), &f, "signer-rebuilt");
	assert_int_equal(world_uses(w), uses);
	free(one);
	world_free(w);
}

/* What the CA key signs is begun in time; what stops an issue or a certificate is never too late. */
static void
a_warrant_is_used_by_its_last_day(void **state)
{
	const struct world_options bare = { .bare = true };
	static const struct {
		int days;
		const char *row;
	} ROWS[] = { { 31, "signer-warrant-late" }, { 30, NULL } };
	static const enum world_who APPROVER[] = { WORLD_APPROVER, WORLD_PEOPLE };
	struct world *own = *state;
	uint8_t serial[20];
	OWN_SINK revoke = SINK_GROW(FRAME_MOST);
	OWN_SINK kill = SINK_GROW(FRAME_MOST);
	OWN_SINK receipt = { 0 };
	OWN_SINK killed = { 0 };
	struct fault fault = { 0 };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct world *w = world_new(&bare);
		struct charter *one = malloc(sizeof(*one));
		OWN_SINK body = SINK_GROW(FRAME_MOST);
		OWN_SINK reply = { 0 };
		struct fault f = { 0 };
		world_charter_next(w, one);
		charter_try(w, one, QUORUM, NULL);
		world_certify_body(w, 20, WORLD_KEY_CA, QUORUM, &body);
		ask_later(w, ROWS[i].days, &body);
		bool good = call(w, WORLD_ROAD_ISSUER, SIGNER_CACERT, &body, &reply, &f);
		if (ROWS[i].row != NULL)
			refused(good, &f, ROWS[i].row);
		else
			accepted(good, &f);
		free(one);
		world_free(w);
	}
	world_issue(own, serial, NULL);
	world_revoke_body(own, serial, "10-1-3", BOTH, &revoke);
	world_void_body(own, 3, 1, ACT_VOID, APPROVER, &kill);
	ask_later(own, 31, &revoke);
	accepted(call(own, WORLD_ROAD_OFFICERS, SIGNER_REVOKE, &revoke, &receipt, &fault), &fault);
	ask_later(own, 0, &kill);
	accepted(call(own, WORLD_ROAD_OFFICERS, SIGNER_VOID, &kill, &killed, &fault), &fault);
}

static bool
announced(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct sink *digests = context;
	(void)whole, (void)fault;
	if (l->kind == LINE_INTENT || l->kind == LINE_LIST || l->kind == LINE_CAINTENT) {
		sink_print(
		    digests, "%s ", l->kind == LINE_CAINTENT ? "CACERT" : line_name(l->kind));
		sink_hex(digests, l->tbs, 32);
		sink_text(digests, "\n");
	}
	return true;
}

/* The agent's log: each use with its digest, and each digest stands in the journal [design 5]. */
static void
every_use_of_the_ca_key_was_announced_in_the_journal(void **state)
{
	struct world *w = *state;
	char path[128];
	uint8_t *log, serial[20];
	size_t n;
	struct fault f = { 0 };
	struct signer_list out;
	OWN_SINK digests = SINK_GROW(1 << 16);
	OWN_SINK list = { 0 };
	for (int i = 0; i < 5; i++)
		world_issue(w, serial, NULL);
	list_of(w, WORLD_ROAD_ISSUER, &out, &list);
	world_journal(w, announced, &digests);
	(void)snprintf(path, sizeof(path), "%s/ca.log", w->dir);
	accepted(file_read(path, 1 << 16, &log, &n, &f), &f);
	int64_t lines = 0;
	char *opened = strstr((char *)log, " akashi-key ");
	assert_non_null(opened);
	const char *number = opened + strlen(" akashi-key ");
	assert_memory_equal(strchr(number, ' '), " open\n", 6);
	for (char *at = strchr(opened, '\n') + 1, *end; (end = strchr(at, '\n')) != NULL;
	     at = end + 1) {
		const char *use = strstr(at, " signer ");
		assert_non_null(use);
		use += strlen(" signer ");
		assert_int_equal(strtoll(use, (char **)&use, 10), strtoll(number, NULL, 10));
		use++;
		assert_non_null(memmem(digests.at, digests.len, use, (size_t)(end + 1 - use)));
		lines++;
	}
	assert_int_equal(lines, 8); /* certificate, two lists, five */
	assert_int_equal(world_uses(w), lines);
	free(log);
}

static void
the_ca_keys_agent_signs_digests_and_does_nothing_else(void **state)
{
	struct world *w = *state;
	OWN_SINK good = SINK_GROW(1024);
	OWN_SINK reply = SINK_GROW(1024);
	uint8_t digests[(AGENT_DIGESTS + 1) * AGENT_DIGEST];
	memset(digests, 7, sizeof(digests));
	digests[AGENT_DIGEST] = 8;
	const struct der two = der_of(digests, 2 * AGENT_DIGEST);
	const struct agent_sign ask = { "LIST", two }, lines = { "LIST\nLIST", two },
				none = { "", two }, empty = { "LIST", { digests, 0 } },
				part = { "LIST", { digests, AGENT_DIGEST + 1 } },
				many = { "LIST", { digests, sizeof(digests) } };
	int64_t uses = world_uses(w);
	assert_int_equal(agent_sign_ms(1), AGENT_MS);
	assert_true(agent_sign_ms(AGENT_DIGESTS) > AGENT_MS); /* more digests, more time */
	assert_true(agent_sign_ms(AGENT_DIGESTS) * SIGNER_BATCH / AGENT_DIGESTS < SIGNER_MS);
	const struct {
		enum agent_kind kind;
		const struct agent_sign *ask;
		size_t n; /* octets of it */
	} ROWS[] = { { AGENT_UNWRAP, &ask, 1000 }, { AGENT_SIGN, &lines, 1000 },
		{ AGENT_SIGN, &none, 1000 }, { AGENT_SIGN, &empty, 1000 },
		{ AGENT_SIGN, &part, 1000 }, { AGENT_SIGN, &many, 1000 }, { AGENT_SIGN, &ask, 20 },
		{ AGENT_SIGN, &ask, 0 }, { (enum agent_kind)99, &ask, 1000 } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		OWN_SINK body = SINK_GROW(1024);
		struct fault f = { 0 };
		agent_sign_pack(ROWS[i].ask, &body);
		size_t n = ROWS[i].n < body.len ? ROWS[i].n : body.len;
		refused(frame_call(w->agent, ROWS[i].kind, der_of(body.at, n), AGENT_MS, NULL, &f),
		    &f, "frame-broken");
	}
	assert_int_equal(world_uses(w), uses);
	struct fault f = { 0 };
	accepted(frame_call(w->agent, AGENT_PUBLIC, der_of(NULL, 0), AGENT_MS, &reply, &f), &f);
	assert_int_equal(reply.len, w->spki[WORLD_KEY_CA].len);
	assert_memory_equal(reply.at, w->spki[WORLD_KEY_CA].at, reply.len);
	reply.len = 0;
	agent_sign_pack(&ask, &good);
	accepted(
	    frame_call(w->agent, AGENT_SIGN, der_of(good.at, good.len), AGENT_MS, &reply, &f), &f);
	for (size_t i = 0; i < 2; i++)
		assert_true(rsa_verify(der_of(w->spki[WORLD_KEY_CA].at, w->spki[WORLD_KEY_CA].len),
		    digests + i * AGENT_DIGEST, reply.at + i * (reply.len / 2), reply.len / 2));
	assert_int_equal(world_uses(w), uses + 2);
}

static void
epoch_try(struct world *w, const struct epoch *e, const enum world_who *who, const char *row)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	OWN_SINK reply = { 0 };
	struct fault f = { 0 };
	world_epoch_body(w, e, who, &body);
	bool good = call(w, WORLD_ROAD_ISSUER, SIGNER_EPOCH, &body, &reply, &f);
	if (row != NULL) {
		refused(good, &f, row);
		return;
	}
	accepted(good, &f);
	struct line line = world_receipt(w, &reply);
	assert_int_equal(line.kind, LINE_EPOCH);
	assert_int_equal(line.number, e->number);
	assert_int_equal(line.size, e->to);
	assert_memory_equal(line.root, e->to_root, 32);
}

static int64_t
list_number(struct world *w)
{
	OWN_SINK held = { 0 };
	OWN_SINK list = { 0 };
	struct signer_list l;
	struct fault f = { 0 };
	accepted(world_list(w, WORLD_ROAD_ISSUER, &l, &held, &list, &f), &f);
	accepted(crl_check(der_of(list.at, list.len), der_of(w->certificate.at, w->certificate.len),
		     (uint64_t)l.number, &f),
	    &f);
	return l.number;
}

/* What an order was refused with goes through once the epoch accepts the shorter log. */
static void
an_epoch_goes_on_from_the_log_it_names_and_numbers_rise(void **state)
{
	static const enum world_who ALONE[] = { WORLD_CUSTODIAN, WORLD_PEOPLE },
				    STAFF[] = { WORLD_OFFICER, WORLD_OFFICER_2, WORLD_PEOPLE };
	struct world *w = *state;
	struct order_made o;
	struct epoch e, bad, old;
	struct signer_issued out;
	OWN_SINK held = { 0 };
	int64_t before = list_number(w);
	w->log.size = 20;
	world_issue(w, (uint8_t[20]){ 0 }, NULL);
	w->log.size = w->log.known = 8; /* a store of before */
	order_new(w, NULL, NULL, &o);
	o.head.older = 20; /* as the signer says of itself */
	refused_order(w, &o, "signer-head-forked");
	order_free(&o);
	assert_int_equal(list_number(w), before + 1); /* lists go on */
	world_epoch_next(w, 8, &e);
	assert_int_equal(e.number, 1);
	assert_int_equal(e.from, 20);
	static const struct {
		size_t at; /* octet that is changed */
		const char *row;
	} ROWS[] = {
		{ offsetof(struct epoch, service), "signer-service" },
		{ offsetof(struct epoch, last), "epoch-journal" },
		{ offsetof(struct epoch, seq), "epoch-journal" },
		{ offsetof(struct epoch, from), "epoch-head" },
		{ offsetof(struct epoch, from_root), "epoch-head" },
	};
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		bad = e;
		((uint8_t *)&bad)[ROWS[i].at] ^= 1;
		epoch_try(w, &bad, QUORUM, ROWS[i].row);
	}
	bad = e;
	bad.number = 0;
	epoch_try(w, &bad, QUORUM, "epoch-lower");
	bad.number = (int64_t)EPOCH_MOST + 1;
	epoch_try(w, &bad, QUORUM, "epoch-lower");
	bad = e;
	bad.from = -1;
	epoch_try(w, &bad, QUORUM, "epoch-form");
	bad = e;
	bad.seq += 1000; /* a line it has not: its journal was shortened */
	epoch_try(w, &bad, QUORUM, "epoch-journal");
	epoch_try(w, &bad, ALONE, "charter-quorum"); /* nobody else makes it read the journal */
	bad.seq = 0; /* lines have numbers from 1 */
	epoch_try(w, &bad, QUORUM, "epoch-form");
	bad = e;
	bad.to = bad.from + 1; /* it never makes the log longer */
	epoch_try(w, &bad, QUORUM, "epoch-form");
	bad.to = bad.from; /* nor another of that length */
	epoch_try(w, &bad, QUORUM, "epoch-form");
	epoch_try(w, &e, ALONE, "charter-quorum");
	epoch_try(w, &e, STAFF, "act-unknown-person");
	old = e;
	epoch_try(w, &e, QUORUM, NULL);
	epoch_try(w, &e, QUORUM, NULL); /* asked again: the same line */
	old.to = 4; /* another of the same number */
	epoch_try(w, &old, QUORUM, "epoch-lower");
	order_new(w, NULL, NULL, &o);
	issue(w, &o, &out, &held);
	order_free(&o);
	assert_int_equal(list_number(w), (1LL << 32) + 1);
	world_kill(w);
	world_start(w);
	assert_int_equal(list_number(w), (1LL << 32) + 2);
	world_epoch_next(w, w->log.size, &e); /* nothing lost: another signer takes over */
	e.number = 7;
	w->log.size += 3;
	struct signer_status s;
	OWN_SINK more = { 0 };
	e.to = e.from;
	memcpy(e.to_root, e.from_root, 32);
	epoch_try(w, &e, QUORUM, NULL);
	assert_int_equal(list_number(w), (7LL << 32) + 1);
	world_status(w, &s, &more);
	assert_int_equal(s.list, (7LL << 32) + 1);
	e.number = 6;
	epoch_try(w, &e, QUORUM, "epoch-lower");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_revocation_takes_the_officers_its_ground_asks_for),
		WITH(a_void_kills_its_edition_only),
		WITH(a_list_has_the_next_number_and_all_revocations_in_order),
		WITH(what_is_not_booked_within_a_day_goes_on_the_list),
		WITH(charters_follow_each_other_and_the_last_one_counts),
		WITH(an_expired_charter_stops_issuing_and_nothing_else),
		WITH(an_epoch_goes_on_from_the_log_it_names_and_numbers_rise),
		cmocka_unit_test(the_ca_certificate_is_signed_once_by_a_quorum),
		cmocka_unit_test(a_rehearsals_ca_has_the_mark_in_its_name),
		cmocka_unit_test(what_the_journal_announced_is_all_that_is_signed_again),
		cmocka_unit_test_setup_teardown(a_warrant_is_used_by_its_last_day, setup, teardown),
		WITH(every_use_of_the_ca_key_was_announced_in_the_journal),
		WITH(the_ca_keys_agent_signs_digests_and_does_nothing_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
