/*
 * act/audit.h - whether log, journal, certificates, revocations and lists agree [X-1] [design 4].
 *
 * The event log is recomputed row by row and its tree compared with every checkpoint the signer
 * journaled and with the frontiers the store keeps of it; the journal is read as the signer gives it and as the store's copies tell it; each
 * certificate, revocation and published list is found in it; the CA key signed nothing that it did not
 * announce; the store's tables have every condition they were made with. The first place that does not agree
 * is named. Changes nothing but the copies that are missing.
 */
#ifndef AKASHI_ACT_AUDIT_H
#define AKASHI_ACT_AUDIT_H

#include "act/crew.h"

enum { AUDIT_PLACE = 140, AUDIT_SAY = 360 };

struct task_row;
struct audited {
	bool ok;
	int64_t tree_size; /* events read, up to the first broken place */
	uint8_t root[32]; /* of their tree */
	/* "event 17" "frontier 1024" "journal-copy 3" "certificate 2f07..." "list 4" "use 12"
	 * "schema cert index ..."; "" */
	char place[AUDIT_PLACE];
	char say[AUDIT_SAY]; /* what does not agree; "" */
};
bool audit_run(struct service *, struct audited *, struct fault *) MUST_USE;
/* The same with a crew that is there; the task (NULL: none) is held from step to step. */
bool audit_books(struct crew *, const struct task_row *, struct audited *, struct fault *) MUST_USE;

#endif
