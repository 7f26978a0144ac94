/* store/policy_row.h - every policy that was ever in force: dossiers stay pinned to theirs. */
#ifndef AKASHI_STORE_POLICY_ROW_H
#define AKASHI_STORE_POLICY_ROW_H

#include "store/store.h"

struct policy_row {
	uint8_t digest[32];
	int64_t number, adopted_at;
	struct blob files; /* DER: SEQUENCE OF OCTET STRING in the order of POLICY_FILES */
};
extern const struct table POLICY_TABLE;

bool policy_by_digest(struct tx *, const uint8_t digest[32], struct policy_row *, bool *found,
    struct fault *) MUST_USE;
bool policy_latest(struct tx *, struct policy_row *, bool *found, struct fault *) MUST_USE;
/* The number of the latest, without its files; 0: there is none. */
bool policy_number_latest(struct tx *, int64_t *, struct fault *) MUST_USE;

#endif
