/*
 * act/evidence.h - everything about one certificate in a folder that is read without akashi
 * [R-14.3] [R-12.8] [R-12.9] (docs/formats/evidence.md).
 *
 * Asked for by a person of the auditor's role with a reason. The event comes first, then the archive
 * key's agent is asked for warrant and certificate, and for the mail where the newest receipt of it
 * came so, and logs each; at its hourly limit it stops. The folder's manifest is signed by that person;
 * verify.sh in it checks all with openssl and a shell. Changes nothing but the log.
 */
#ifndef AKASHI_ACT_EVIDENCE_H
#define AKASHI_ACT_EVIDENCE_H

#include "act/person.h"

/* The folder is there and not empty; no reason, or one that is no line; the record was destroyed. */
extern const struct refusal EVIDENCE_FOLDER, EVIDENCE_REASON, EVIDENCE_DESTROYED;

enum { EVIDENCE_REASON_MOST = 200 };
struct evidence_request {
	const char *serial, *out, *reason;
	const struct person *person;
};
struct evidence_made {
	int64_t dossier, files, bytes, events, log_size;
	uint8_t manifest[32]; /* digest */
	uint8_t genesis[32]; /* of the journal's first line: what init printed in words */
};
bool evidence_make(struct service *, const struct evidence_request *, struct evidence_made *,
    struct fault *) MUST_USE;

#endif
