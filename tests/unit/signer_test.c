/*
 * akashi-signer, the real program: what one order gives, and every way it gives nothing.
 * [R-4.90] [R-4.91] [R-12.2] [design 2] [design 3]
 */
#include "signing.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "vault/seal.h"

/* The subscriber of tests/world.c. */
#define NAME "髙﨑𠮷葛\xf3\xa0\x84\x80　太郎"

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
no_seal(struct world *w, struct order_made *o, enum world_stage stage, void *context)
{
	(void)w;
	if (stage == STAGE_WARRANT && *(int *)context == 0)
		memset(o->certificate.dossier_key, 0, SEAL_PUBLIC);
	if (stage == STAGE_STATEMENT && *(int *)context == 1)
		memset(o->statement.package_key, 0, SEAL_PUBLIC);
}

/* To a key of zeros nothing can be sealed: nothing is signed, and no certificate goes out plain. */
static void
an_order_that_cannot_be_sealed_is_refused(void **state)
{
	struct world *w = *state;
	struct order_made o;
	int64_t uses = world_uses(w);
	for (int which = 0; which < 2; which++) {
		order_new(w, no_seal, &which, &o);
		refused_order(w, &o, "signer-seal");
		order_free(&o);
	}
	assert_int_equal(world_uses(w), uses);
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

/* Between a head's making and its coming the other road's issuer may have brought a newer one. */
static void
a_head_that_was_overtaken_proves_nothing_and_issues_nothing_until_a_newer_one_comes(void **state)
{
	struct world *w = *state;
	struct signer_head h;
	struct order_made o;
	struct signer_issued out;
	OWN_SINK proof = SINK_GROW(4096);
	OWN_SINK body = SINK_GROW(8192);
	OWN_SINK reply = { 0 };
	OWN_SINK held = { 0 };
	struct fault f = { 0 };
	order_new(w, grown, NULL, &o);
	issue(w, &o, &out, &held);
	order_free(&o);
	w->log.size += 3;
	world_head(w, &h, &proof);
	h.older--;
	h.root[7] ^= 1;
	signer_head_pack(&h, &body);
	accepted(call(w, WORLD_ROAD_OFFICERS, SIGNER_HEAD, &body, &reply, &f), &f);
	struct line head = world_receipt(w, &reply);
	assert_int_equal(head.size, w->log.known); /* the last one stands */
	order_new(w, NULL, NULL, &o);
	o.head.older--; /* ours was made before that one; nothing is broken */
	OWN_SINK none = { 0 };
	f = (struct fault){ 0 };
	refused(order_send(w, &o, &out, &none, &f), &f, "signer-head-overtaken");
	assert_int_equal(f.code, FAULT_LATER);
	o.head.older++;
	OWN_SINK more = { 0 };
	issue(w, &o, &out, &more);
	order_free(&o);
	order_new(w, NULL, NULL, &o); /* a log that was cut begins where the signer's last ends */
	o.head.root[7] ^= 1;
	refused_order(w, &o, "signer-head-forked");
	order_free(&o);
}

static void
part_is(struct world *w, int road, int64_t number, const struct sink *list, size_t from)
{
	OWN_SINK part = SINK_GROW(FRAME_MOST);
	struct fault f = { 0 };
	accepted(world_list_part(w, road, number, (int64_t)from, &part, &f), &f);
	assert_int_equal(part.len, list->len - from);
	assert_memory_equal(part.at, list->at + from, part.len);
}

static void
part_refused(struct world *w, int64_t number, int64_t from, const char *row)
{
	OWN_SINK part = SINK_GROW(FRAME_MOST);
	for (int road = 0; road < WORLD_ROADS; road++) {
		struct fault f = { 0 };
		refused(world_list_part(w, road, number, from, &part, &f), &f, row);
		assert_int_equal(part.len, 0);
	}
}

/* Each keeps its own place, also behind a revocation and the other's newer list. */
static void
two_fetch_lists_at_once_and_each_goes_on_where_it_stopped(void **state)
{
	struct world *w = *state;
	struct signer_list first, second, newer;
	struct signer_issued out;
	struct order_made o;
	OWN_SINK one = { 0 };
	OWN_SINK two = { 0 };
	OWN_SINK held = { 0 };
	OWN_SINK receipt = { 0 };
	list_of(w, WORLD_ROAD_ISSUER, &first, &one);
	order_new(w, NULL, NULL, &o);
	issue(w, &o, &out, &held);
	order_free(&o);
	(void)withdraw(w, out.serial, "10-1-3", BOTH, &receipt);
	list_of(w, WORLD_ROAD_OFFICERS, &second, &two);
	assert_int_equal(second.number, first.number + 1);
	assert_true(second.bytes > first.bytes);
	for (size_t from = 0; from <= one.len; from += one.len / 7) {
		part_is(w, WORLD_ROAD_ISSUER, first.number, &one, from);
		part_is(w, WORLD_ROAD_OFFICERS, second.number, &two, from);
		part_is(w, WORLD_ROAD_OFFICERS, first.number, &one, from);
	}
	part_is(w, WORLD_ROAD_ISSUER, first.number, &one, one.len); /* nothing: that was all */
	part_refused(w, first.number, first.bytes + 1, "signer-list-place");
	part_refused(w, first.number, -1, "signer-list-place");
	part_refused(w, first.number, INT64_MIN, "signer-list-place");
	part_refused(w, second.number + 1, 0, "signer-list-gone");
	for (int64_t none = -4; none <= 0; none++)
		part_refused(w, none, 0, "signer-list-gone");
	for (int i = 0; i < 3; i++) { /* the four newest are kept */
		OWN_SINK bytes = { 0 };
		list_of(w, WORLD_ROAD_ISSUER, &newer, &bytes);
	}
	part_is(w, WORLD_ROAD_ISSUER, second.number, &two, 0);
	part_refused(w, first.number, 0, "signer-list-gone");
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
		{ SIGNER_HEAD, OFFICERS | ISSUER }, { SIGNER_LINES, OFFICERS | ISSUER },
		{ SIGNER_EPOCH, ISSUER }, { SIGNER_ADOPT, ISSUER }, { SIGNER_ADOPTED, ISSUER } };
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

/* G4: every bit but the first lives. */
static void
serials_have_159_live_bits(void **state)
{
	enum { N = 100 };
	struct world *w = *state;
	uint8_t zeros[20] = { 0 }, ones[20] = { 0 };
	for (int i = 0; i < N; i++) {
		uint8_t serial[20];
		world_issue(w, serial, NULL);
		for (int k = 0; k < 20; k++) {
			zeros[k] |= (uint8_t)~serial[k];
			ones[k] |= serial[k];
		}
	}
	for (int k = 0; k < 20; k++) {
		assert_int_equal(zeros[k], 0xff);
		assert_int_equal(ones[k], k == 0 ? 0x7f : 0xff);
	}
}

static bool
kinds(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	(void)whole, (void)fault;
	sink_byte(context, (uint8_t)l->kind);
	return true;
}

/* 3: another's key; 4: bytes nobody sealed; 5: the same as 2 once more; 6: another warrant for 0's edition. */
static void
spoil(struct world *w, int i, struct order_made *o, void *context)
{
	struct order_made *first = context;
	if (i < 3)
		first[i] = *o;
	if (i == 3) {
		const struct sink *other =
		    &w->spki[o->key == WORLD_KEYS - 1 ? WORLD_KEY_FIRST : WORLD_KEYS - 1];
		sink_drop(&o->spki);
		o->spki = SINK_GROW(2048);
		sink_bytes(&o->spki, other->at, other->len);
	}
	if (i == 4)
		o->sealed.at[40] ^= 1;
	if (i == 5) {
		order_free(o);
		*o = (struct order_made){ .head = first[2].head };
		const struct sink *from[] = { &first[2].sealed, &first[2].wrapped,
			&first[2].act_list, &first[2].spki, &first[2].statement_packed };
		struct sink *to[] = { &o->sealed, &o->wrapped, &o->act_list, &o->spki,
			&o->statement_packed };
		for (size_t k = 0; k < COUNT(to); k++) {
			*to[k] = SINK_GROW(FRAME_MOST);
			sink_bytes(to[k], from[k]->at, from[k]->len);
		}
	}
	if (i == 6) {
		order_free(o);
		order_again(w, NULL, NULL, o, w->dossier - 6, 1);
	}
}

static void
in_a_batch_each_order_passes_or_is_refused_alone(void **state)
{
	enum { N = 20 };
	static const char *const ROW[N] = {
		[3] = "statement-spki", [4] = "seal-broken", [6] = "signer-edition-seen"
	};
	struct world *w = *state;
	struct order_made first[3];
	struct batch_made b;
	struct fault f = { 0 };
	int64_t uses = world_uses(w);
	OWN_SINK lines = SINK_GROW(1 << 16);
	batch_new(w, N, spoil, first, &b);
	accepted(batch_send(w, &b, &f), &f);
	for (int i = 0; i < N; i++)
		if (ROW[i] == NULL)
			accepted(b.end[i].good, &b.end[i].fault);
		else
			refused(b.end[i].good, &b.end[i].fault, ROW[i]);
	assert_memory_equal(b.end[5].serial, b.end[2].serial, 20);
	assert_memory_equal(b.end[5].digest, b.end[2].digest, 32);
	assert_int_equal(world_uses(w) - uses, N - 3);
	world_journal(w, kinds, &lines);
	size_t intents = 0, dones = 0;
	for (size_t i = 0; i < lines.len; i++) {
		intents += lines.at[i] == LINE_INTENT;
		dones += lines.at[i] == LINE_DONE;
		assert_true(dones <= intents);
	}
	assert_int_equal(intents, N - 4);
	assert_int_equal(dones, N - 4);
	batch_free(&b);
}

static void
a_request_holds_one_order_at_least_and_a_batch_at_most(void **state)
{
	static const struct {
		int n, behind; /* octets behind the last one */
		const char *row;
	} ROWS[] = { { SIGNER_BATCH, 0, NULL }, { BATCH_MOST, 0, "signer-form" },
		{ 2, 1, "signer-form" }, { 0, 0, "signer-form" } };
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct batch_made b;
		struct fault f = { 0 };
		struct signer_head head;
		OWN_SINK proof = SINK_GROW(4096);
		OWN_SINK orders = SINK_GROW(FRAME_MOST);
		batch_new(w, ROWS[i].n == 0 ? 1 : ROWS[i].n, NULL, NULL, &b);
		for (int k = 0; k < ROWS[i].n; k++)
			order_put(&b.order[k], &orders);
		for (int k = 0; k < ROWS[i].behind; k++)
			sink_byte(&orders, 0x30);
		world_head(w, &head, &proof);
		b.body.len = 0;
		orders_pack(&head, &orders, &b.body);
		int64_t uses = world_uses(w);
		bool good = batch_send(w, &b, &f);
		if (ROWS[i].row == NULL)
			accepted(good, &f);
		else
			refused(good, &f, ROWS[i].row);
		assert_int_equal(world_uses(w) - uses, good ? ROWS[i].n : 0);
		for (int k = 0; good && k < b.n;
		     k++) { /* of which not every answer may have found room */
			struct signer_issued out;
			OWN_SINK held = { 0 };
			if (!b.end[k].good)
				refused(false, &b.end[k].fault, SIGNER_NO_ROOM);
			issue(w, &b.order[k], &out, &held);
			assert_true(!b.end[k].good || memcmp(out.serial, b.end[k].serial, 20) == 0);
		}
		batch_free(&b);
	}
}

/* Those that are known are booked, whatever the others are. */
static void
in_a_batch_that_is_booked_an_unknown_one_holds_up_no_other(void **state)
{
	struct world *w = *state;
	struct batch_made b;
	struct signer_head head;
	struct signer_status s;
	struct fault f = { 0 };
	OWN_SINK proof = SINK_GROW(4096);
	OWN_SINK pairs = SINK_GROW(1024);
	OWN_SINK body = SINK_GROW(8192);
	OWN_SINK held = { 0 };
	batch_new(w, 3, NULL, NULL, &b);
	accepted(batch_send(w, &b, &f), &f);
	for (int i = 0; i < 4; i++)
		signer_booked_pack(&(struct signer_booked){ w->dossier + 1 - i, 1 },
		    &pairs); /* the first: nobody's */
	world_head(w, &head, &proof);
	orders_pack(&head, &pairs, &body);
	refused(
	    world_call(w, WORLD_ROAD_ISSUER, SIGNER_BOOKED, der_of(body.at, body.len), NULL, &f),
	    &f, "signer-unknown");
	world_status(w, &s, &held);
	assert_int_equal(s.unbooked, 0);
	batch_free(&b);
}

static void
a_revocation_goes_before_orders_that_wait(void **state)
{
	enum { N = 12 };
	struct world *w = *state;
	uint8_t serial[20];
	struct fault f = { 0 };
	OWN_SINK reply = { 0 };
	OWN_SINK lines = SINK_GROW(1 << 16);
	world_issue(w, serial, NULL);
	for (int i = 0; i < N; i++) {
		struct order_made o;
		OWN_SINK body = SINK_GROW(FRAME_MOST);
		order_new(w, NULL, NULL, &o);
		order_body(&o, &body);
		const struct frame ask = { i, SIGNER_ISSUE, der_of(body.at, body.len) };
		accepted(frame_send(w->road[WORLD_ROAD_ISSUER], &ask, &f), &f);
		order_free(&o);
	}
	(void)withdraw(w, serial, "10-1-3", BOTH, &reply);
	for (int i = 0; i < N; i++) {
		static uint8_t buffer[FRAME_MOST];
		struct frame answer;
		accepted(frame_receive(w->road[WORLD_ROAD_ISSUER], buffer, sizeof(buffer),
			     SIGNER_MS, &answer, &f),
		    &f);
		assert_int_equal(answer.kind, FRAME_ANSWER);
		assert_int_equal(answer.id, i);
	}
	world_journal(w, kinds, &lines);
	const uint8_t *revoked = memchr(lines.at, LINE_REVOKED, lines.len);
	assert_non_null(revoked);
	assert_non_null(memchr(revoked, LINE_DONE, (size_t)(lines.at + lines.len - revoked)));
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
	const struct CMUnitTest tests[] = {
		WITH(a_good_order_gives_one_certificate),
		WITH(an_order_that_cannot_be_sealed_is_refused),
		WITH(one_certificate_per_dossier_and_edition),
		WITH(only_what_was_signed_is_booked),
		WITH(a_log_that_does_not_grow_from_the_last_head_stops_issuing),
		WITH(two_fetch_lists_at_once_and_each_goes_on_where_it_stopped),
		WITH(
		    a_head_that_was_overtaken_proves_nothing_and_issues_nothing_until_a_newer_one_comes),
		WITH(every_road_gives_what_stands_on_its_row),
		WITH(serials_have_159_live_bits),
		WITH(in_a_batch_each_order_passes_or_is_refused_alone),
		WITH(a_request_holds_one_order_at_least_and_a_batch_at_most),
		WITH(in_a_batch_that_is_booked_an_unknown_one_holds_up_no_other),
		WITH(a_revocation_goes_before_orders_that_wait),
		WITH(who_does_not_read_answers_holds_up_no_revocation),
		WITH(it_waits_behind_its_filter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
