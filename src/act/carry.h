/*
 * act/carry.h - one approved order on its way: what stands of it, what is asked with it, what is
 * written of it. Several travel together (act/issue_errand.c); each keeps its own fault. Included by
 * act/carry.c and act/issue_errand.c alone. [design 3, steps 2 to 6]
 */
#ifndef AKASHI_ACT_CARRY_H
#define AKASHI_ACT_CARRY_H

#include "act/errand.h"
#include "base/text.h"
#include "store/cert_row.h"
#include "store/dossier_row.h"
#include "store/key_set_row.h"
#include "store/print_day_row.h"
#include "store/warrant_row.h"

struct carry {
	struct crew *crew;
	struct task_row task;
	struct dossier_row dossier;
	struct warrant_row warrant;
	struct key_set_row keys, made; /* made: to be put, once */
	struct print_day_row day;
	struct cert_row cert;
	bool has_keys, has_day, has_cert;
	bool asked; /* the signer was, and has not answered of it */
	bool stored; /* the certificate is in the store */
	struct sink acts; /* owned */
	struct signer_issued issued; /* without what it borrows */
	char hex[DIGEST_HEX]; /* of the warrant: whose wrapped keys */
	struct event_row event;
	struct fault why; /* code FAULT_NONE: it goes on */
};

void carry_begin(struct carry *, struct crew *, const struct task_row *);
void carry_drop(struct carry *);
static inline bool
carry_goes_on(const struct carry *c)
{
	return c->why.code == FAULT_NONE;
}
/* It still needs its certificate. */
static inline bool
carry_unsigned(const struct carry *c)
{
	return carry_goes_on(c) && c->cert.serial[0] == '\0';
}

/* What stands of it; then whether it may go on. */
bool carry_load(struct tx *, struct carry *, struct fault *) MUST_USE;
bool carry_check(struct carry *, struct fault *) MUST_USE;
/* The keymaker's request; charter and pack are the crew's status. */
bool carry_key_ask(struct carry *, struct sink *body, struct fault *) MUST_USE;
/* What it made, to be put by carry_key_put in a transaction of its own. */
bool carry_key_made(struct carry *, struct der made, struct fault *) MUST_USE;
bool carry_key_put(struct tx *, struct carry *, struct fault *) MUST_USE;
/* The signer's request; its answer becomes the row of the certificate. */
bool carry_order(struct carry *, struct sink *order, struct fault *) MUST_USE;
bool carry_signed(struct carry *, struct der issued, struct fault *) MUST_USE;
/* Certificate, letters, states, event, the task's end [flows, Issue 6]. */
bool carry_store(struct tx *, struct carry *, struct fault *) MUST_USE;

#endif
