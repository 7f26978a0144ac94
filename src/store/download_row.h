/*
 * store/download_row.h - the download of one edition: until when, how often tried and completed.
 *
 * Opened when both letters are sent and their print day is closed; of the token only a digest is
 * kept. Closed by the receipt, a revocation or the end of the edition.
 */
#ifndef AKASHI_STORE_DOWNLOAD_ROW_H
#define AKASHI_STORE_DOWNLOAD_ROW_H

#include "store/store.h"

struct download_row {
	int64_t dossier, edition;
	uint8_t token[32]; /* digest */
	int64_t opened_at;
	char last_day[16]; /* of the window */
	int64_t tries; /* since the last complete one or lock */
	int64_t locked_until; /* 0: not */
	int64_t completions;
	int64_t closed_at; /* 0: open */
};
extern const struct table DOWNLOAD_TABLE;

bool download_get(struct tx *, int64_t dossier, int64_t edition, struct download_row *, bool *found,
    struct fault *) MUST_USE;
bool download_by_token(struct tx *, const uint8_t token[32], struct download_row *, bool *found,
    struct fault *) MUST_USE;
/* Writes tries, locked_until and completions; FAULT_STATE where it was closed meanwhile. */
bool download_count(struct tx *, const struct download_row *, struct fault *) MUST_USE;
/* Its last day. */
bool download_extend(struct tx *, const struct download_row *, struct fault *) MUST_USE;
/* None, or closed already: nothing changes. */
bool download_close(
    struct tx *, int64_t dossier, int64_t edition, int64_t at, struct fault *) MUST_USE;

#endif
