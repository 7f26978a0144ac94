/*
 * What the tests of akashi-signer share: a world each, what must be accepted, what refused by which
 * row. tests/world.h has the rest.
 */
#ifndef AKASHI_TESTS_SIGNING_H
#define AKASHI_TESTS_SIGNING_H

#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "faults/shim.h"
#include "folder.h"
#include "pki/cert.h"
#include "pki/crl.h"
#include "vault/digest.h"
#include "world.h"

static const enum world_who BOTH[] = { WORLD_OFFICER, WORLD_OFFICER_2, WORLD_PEOPLE };
static const enum world_who ONE[] = { WORLD_OFFICER, WORLD_PEOPLE };
static const enum world_who QUORUM[] = { WORLD_CUSTODIAN, WORLD_CUSTODIAN + 2, WORLD_PEOPLE };

static inline int
setup(void **state)
{
	*state = world_new(NULL);
	return 0;
}

static inline int
teardown(void **state)
{
	world_free(*state);
	return 0;
}

static inline void
accepted(bool good, const struct fault *f)
{
	if (!good)
		fail_msg("%s: %s", f->name, f->say);
}

static inline void
refused(bool good, const struct fault *f, const char *row)
{
	if (good)
		fail_msg("accepted, not %s", row);
	assert_string_equal(f->name, row);
}

/* The same document, asked for when the world's clock has gone on. */
static inline void
ask_later(struct world *w, int days, struct sink *body)
{
	OWN_SINK was = *body;
	OWN_SINK head = SINK_GROW(8192);
	struct signer_document d;
	assert_true(signer_document_read(der_of(was.at, was.len), &d));
	w->now.sec += (int64_t)days * DAY_SECONDS;
	world_head_pack(w, &head);
	d.head = der_of(head.at, head.len);
	*body = SINK_GROW(FRAME_MOST);
	signer_document_pack(&d, body);
}

static inline bool
issue(struct world *w, const struct order_made *o, struct signer_issued *out, struct sink *held)
{
	struct fault f = { 0 };
	bool good = order_send(w, o, out, held, &f);
	accepted(good, &f);
	return good;
}

/* Several orders under one head, and what became of each. */
enum { BATCH_MOST = SIGNER_BATCH + 1 };
struct batch_made {
	int n;
	struct order_made *order; /* owned */
	struct sink body; /* owned */
	struct {
		bool good;
		uint8_t serial[20], digest[32];
		struct fault fault;
	} end[BATCH_MOST];
};

/* made: each may be changed once it is made, before the request is put together; or NULL. */
static inline void
batch_new(struct world *w, int n, void (*made)(struct world *, int, struct order_made *, void *),
    void *context, struct batch_made *b)
{
	OWN_SINK orders = SINK_GROW(FRAME_MOST);
	*b = (struct batch_made){
		.n = n, .order = calloc((size_t)n, sizeof(*b->order)), .body = SINK_GROW(FRAME_MOST)
	};
	for (int i = 0; i < n; i++) {
		order_new(w, NULL, NULL, &b->order[i]);
		if (made != NULL)
			made(w, i, &b->order[i], context);
		order_put(&b->order[i], &orders);
	}
	orders_pack(&b->order[0].head, &orders, &b->body);
}

static inline bool
batch_send(struct world *w, struct batch_made *b, struct fault *f)
{
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	*f = (struct fault){ 0 };
	if (!world_call(
		w, WORLD_ROAD_ISSUER, SIGNER_ISSUE, der_of(b->body.at, b->body.len), &reply, f))
		return false;
	struct der ends = der_of(reply.at, reply.len);
	for (int i = 0; i < b->n; i++) {
		struct signer_issued out;
		b->end[i].fault = (struct fault){ 0 };
		b->end[i].good = order_end(&ends, &out, &b->end[i].fault);
		if (!b->end[i].good)
			continue;
		memcpy(b->end[i].serial, out.serial, 20);
		memcpy(b->end[i].digest, out.digest, 32);
	}
	assert_true(der_done(&ends));
	return true;
}

static inline void
batch_free(struct batch_made *b)
{
	for (int i = 0; i < b->n; i++)
		order_free(&b->order[i]);
	free(b->order);
	sink_drop(&b->body);
}

static inline void
refused_order(struct world *w, const struct order_made *o, const char *row)
{
	OWN_SINK held = { 0 };
	struct signer_issued out;
	struct fault f = { 0 };
	refused(order_send(w, o, &out, &held, &f), &f, row);
}

static inline bool
call(struct world *w, int road, enum signer_kind kind, const struct sink *body, struct sink *reply,
    struct fault *f)
{
	*reply = SINK_GROW(FRAME_MOST);
	return world_call(w, road, kind, der_of(body->at, body->len), reply, f);
}

/* The receipt's line, with what it borrows from reply. */
static inline struct line
withdraw(struct world *w, const uint8_t serial[20], const char *ground, const enum world_who *who,
    struct sink *reply)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	struct fault f = { 0 };
	world_revoke_body(w, serial, ground, who, &body);
	accepted(call(w, WORLD_ROAD_OFFICERS, SIGNER_REVOKE, &body, reply, &f), &f);
	return world_receipt(w, reply);
}

static inline void
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

static inline struct shim *
shim_new(char path[TEST_PATH])
{
	int fd = test_file("shim", path);
	assert_int_equal(ftruncate(fd, sizeof(struct shim)), 0);
	struct shim *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(s != MAP_FAILED);
	(void)close(fd);
	return s;
}

static inline void
tell(struct world *w, struct order_made *o, enum world_stage stage, void *context)
{
	(void)w;
	if (stage == STAGE_REQUEST)
		o->head.now.sec = *(int64_t *)context;
}

#define WITH(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

#endif
