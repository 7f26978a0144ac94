/*
 * act/issue.h - approved and paid orders become certificates (docs/flows.md, Issue).
 *
 * issue_ask says per dossier whether it may be issued now and writes its task; the errand carries
 * it: keymaker, signer, store, BOOKED. Run again at any point it goes on from what stands there:
 * the same key, the same serial. Sees no name, no PIN, no key.
 */
#ifndef AKASHI_ACT_ISSUE_H
#define AKASHI_ACT_ISSUE_H

#include "act/service.h"
#include "base/text.h"

extern const struct refusal ISSUE_STATE, ISSUE_UNPAID, ISSUE_APPROVAL, ISSUE_LAST_DAY, ISSUE_ENDED,
    ISSUE_MEDIA, ISSUE_DAY_CLOSED, ISSUE_HELD;

/* waiting: nobody has to sign anything anew, it will be issued once what it waits for is there. */
enum issue_result { ISSUE_ISSUED, ISSUE_WAITING, ISSUE_REFUSED, ISSUE_RESULTS };
const char *issue_result_name(enum issue_result); /* "issued" "waiting" "refused" */

struct issue_row {
	int64_t dossier;
	enum issue_result result;
	char serial[SERIAL_HEX]; /* "" when not */
	struct fault why; /* when not */
};
struct crew;
struct signer_booked;
/* Tells the signer that the store has these, SIGNER_BATCH at most; once is enough. */
bool issue_booked(struct crew *, const struct signer_booked *, size_t n, struct fault *) MUST_USE;

/* As each is known, in the order they end. */
typedef void issue_tell(void *context, const struct issue_row *, size_t done, size_t all);

/* dossiers: n numbers; NULL: every approved one. */
bool issue_run(struct service *, const int64_t *dossiers, size_t n, issue_tell *, void *context,
    struct fault *) MUST_USE;

#endif
