/*
 * wire/frame.h - messages between our programs: one SEQPACKET each, bounded, with an answer.
 *
 * A frame is DER { version, request id, kind, body }. Kind 0 answers; kind 1 is a fault, which
 * arrives as the caller's own. Only read, write and ppoll are used, so the caged programs may.
 * The bodies are opaque here.
 */
#ifndef AKASHI_WIRE_FRAME_H
#define AKASHI_WIRE_FRAME_H

#include "base/der.h"
#include "base/fault.h"

enum {
	FRAME_MOST = 192 << 10, /* one packet: socket_pair makes room for it */
	FRAME_BODY_MOST = FRAME_MOST - 64,
	FRAME_ANSWER = 0,
	FRAME_FAULT = 1,
	FAULT_PACKED = 1024 /* no fault is longer */
};
extern const struct refusal FRAME_BROKEN, FRAME_LATE, FRAME_GONE;

struct frame {
	int64_t id, kind;
	struct der body; /* into the buffer it was read to */
};

bool frame_send(int fd, const struct frame *, struct fault *) MUST_USE;
/* Waits at most `ms` (-1: for ever). FRAME_GONE: the other side has closed. */
bool frame_receive(
    int fd, uint8_t *buffer, size_t size, int ms, struct frame *, struct fault *) MUST_USE;
/* Sends a request and waits for its answer, which is appended to reply. */
bool frame_call(
    int fd, int64_t kind, struct der body, int ms, struct sink *reply, struct fault *) MUST_USE;
/* The two halves of it: other work goes on between them. *id: whose answer is waited for. */
bool frame_ask(int fd, int64_t kind, struct der body, int64_t *id, struct fault *) MUST_USE;
bool frame_answer(int fd, int64_t id, int ms, struct sink *reply, struct fault *) MUST_USE;

/* What the above are made of, for whoever sends and receives in another way. */
void frame_pack(const struct frame *, struct sink *);
bool frame_unpack(struct der, struct frame *, struct fault *) MUST_USE;
bool frame_wait(int fd, int ms, struct fault *) MUST_USE;
int64_t frame_id(void); /* of a request; no two of a machine's are the same */
/* An answer's body, appended to reply (NULL: not wanted); a fault becomes the caller's. */
bool frame_accept(const struct frame *answer, struct sink *reply, struct fault *) MUST_USE;

void fault_pack(const struct fault *, struct sink *);
/* Always false: the packed fault becomes the caller's. */
bool fault_unpack(struct der, struct fault *);

#endif
