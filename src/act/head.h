/*
 * act/head.h - the newest head of the event log, proven from the signer's last [design 4].
 *
 * Costs what is new since then: the tree goes on from the frontier that the store keeps every
 * HEAD_STEP events, and the signer's own last root vouches for it. A log that was cut or changed is
 * not judged here: the signer gets a head that cannot follow its last, refuses to issue on it and
 * goes on revoking.
 */
#ifndef AKASHI_ACT_HEAD_H
#define AKASHI_ACT_HEAD_H

#include "book/tree.h"
#include "store/store.h"
#include "wire/signer.h"

enum { HEAD_STEP = 1024 };

struct head {
	bool begun;
	bool gap; /* an event is missing in the middle */
	struct tree older; /* the log as the signer last journaled it */
	struct tree newest; /* of all events read */
	uint8_t (*leaf)[TREE_DIGEST]; /* owned: of the events between the two */
	size_t room;
};

/* The proof goes into the sink, and is borrowed by *out. now is the caller's. */
bool head_read(struct head *, struct store *, const struct signer_status *, struct signer_head *out,
    struct sink *proof, struct fault *) MUST_USE;
void head_drop(struct head *);

#endif
