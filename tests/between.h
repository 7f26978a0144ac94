/*
 * What stands between a crew and its signer: changes the answers of one kind, or brings the signer newer
 * heads of the log just before it comes to what is asked, as the other issuer may.
 */
#ifndef AKASHI_TESTS_BETWEEN_H
#define AKASHI_TESTS_BETWEEN_H

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "act/errand.h"
#include "or_die.h"
#include "wire/child.h"
#include "wire/frame.h"
#include "wire/serve.h"

enum { BETWEEN_HEADS = 2, BEHIND_MS = 30000 };

struct lie {
	int64_t kind; /* whose answers are changed */
	size_t cut; /* so many bytes at the end never come */
	size_t flip; /* the byte that is changed, from the end; 0: none */
	struct der
	    before[BETWEEN_HEADS]; /* heads that overtake the first of that kind, and the second */
	int refused; /* which of that kind, the first is 1, never comes there: it was overtaken; 0: none */
	int64_t behind; /* what must be asked behind it before it is told so */
	int64_t breaks; /* the road is closed where this is asked; 0: never */
};
struct liar {
	pid_t pid;
	int kept; /* the road of the signer itself */
};

static inline void
lie_tell(int to, const struct lie *l, int64_t kind, size_t *seen)
{
	struct fault fault = { 0 };
	OWN_SINK receipt = SINK_GROW(FRAME_MOST);
	if (kind != l->kind || *seen == BETWEEN_HEADS || l->before[*seen].n == 0)
		return;
	or_die(frame_call(to, SIGNER_HEAD, l->before[*seen], SIGNER_MS, &receipt, &fault), &fault);
	++*seen;
}

static inline bool
lie_refuse(int from, int64_t id, const struct fault *why)
{
	uint8_t bytes[FAULT_PACKED];
	struct sink packed = SINK_INTO(bytes);
	struct fault fault = { 0 };
	fault_pack(why, &packed);
	const struct frame answer = { id, FRAME_FAULT, der_of(packed.at, packed.len) };
	return frame_send(from, &answer, &fault);
}

static inline bool
lie_answer(int from, int to, const struct lie *l, const struct frame *f)
{
	struct fault fault = { 0 };
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	if (!frame_call(to, f->kind, f->body, SIGNER_MS, &reply, &fault))
		return lie_refuse(from, f->id, &fault);
	if (f->kind == l->kind)
		reply.len -= reply.len < l->cut ? reply.len : l->cut;
	if (f->kind == l->kind && l->flip != 0 && reply.len > l->flip)
		reply.at[reply.len - l->flip] ^= 1;
	const struct frame answer = { f->id, FRAME_ANSWER, der_of(reply.at, reply.len) };
	return frame_send(from, &answer, &fault);
}

/* As the signer refuses it, but once what comes behind it is there: f, in its place. */
static inline bool
lie_overtaken(int from, const struct lie *l, uint8_t bytes[FRAME_MOST], struct frame *f)
{
	struct fault why = { 0 }, fault = { 0 };
	const struct refusal row = { SIGNER_OVERTAKEN, FAULT_LATER, "test" };
	int64_t id = f->id;
	(void)!fault_refuse(&why, &row, NULL, "overtaken");
	or_die(frame_receive(from, bytes, FRAME_MOST, BEHIND_MS, f, &fault), &fault);
	fault_set(&fault, FAULT_BUG, "behind it came %lld", (long long)f->kind);
	or_die(f->kind == l->behind, &fault);
	return lie_refuse(from, id, &why);
}

static inline void
lie_on(int from, int to, const struct lie *l)
{
	static uint8_t bytes[FRAME_MOST];
	struct frame f;
	struct fault fault = { 0 };
	size_t seen = 0;
	int of_kind = 0;
	while (frame_receive(from, bytes, sizeof(bytes), -1, &f, &fault)) {
		if (l->breaks != 0 && f.kind == l->breaks)
			break;
		lie_tell(to, l, f.kind, &seen);
		of_kind += f.kind == l->kind;
		if (f.kind == l->kind && of_kind == l->refused &&
		    !lie_overtaken(from, l, bytes, &f))
			break;
		if (!lie_answer(from, to, l, &f))
			break;
	}
	_exit(0);
}

/* The end of one that stands before the signer's. */
static inline int
lie_road(int signer, const struct lie *l, pid_t *pid)
{
	struct fault fault = { 0 };
	int pair[2];
	or_die(socket_pair(pair, &fault), &fault);
	*pid = fork();
	or_die(*pid >= 0, &fault);
	if (*pid == 0) {
		(void)close(pair[0]);
		lie_on(pair[1], signer, l);
	}
	(void)close(pair[1]);
	return pair[0];
}

static inline struct liar
liar_between(struct crew *c, enum road road, const struct lie *l)
{
	struct liar liar = { .kept = c->road[road] };
	c->road[road] = lie_road(liar.kept, l, &liar.pid);
	return liar;
}

static inline void
liar_gone(struct crew *c, enum road road, struct liar *l)
{
	int status;
	struct fault fault = { 0 };
	(void)close(c->road[road]);
	or_die(waitpid(l->pid, &status, 0) == l->pid && status == 0, &fault);
	c->road[road] = l->kept;
}

static inline bool
event_more(struct tx *tx, void *context, struct fault *fault)
{
	return service_event_add(tx, context, fault);
}

/* Each of one event more than the one before, and proven from there. The caller drops them. */
static inline void
heads_to_come(struct crew *c, struct sink head[BETWEEN_HEADS])
{
	struct fault fault = { 0 };
	c->stale = true;
	or_die(crew_status(c, &fault), &fault);
	struct signer_status last = c->status;
	for (int i = 0; i < BETWEEN_HEADS; i++) {
		struct event_row e;
		struct head log = { .begun = false };
		struct signer_head h = { .now = c->service->now };
		OWN_SINK proof = SINK_GROW(8192);
		service_event(c->service, "test", 0, &e);
		or_die(store_write(c->service->store, NULL, event_more, &e, &fault) &&
			   head_read(&log, c->service->store, &last, &h, &proof, &fault),
		    &fault);
		head[i] = SINK_GROW(16384);
		signer_head_pack(&h, &head[i]);
		last.size = h.size;
		memcpy(last.root, h.root, sizeof(last.root));
		head_drop(&log);
	}
}

#endif
