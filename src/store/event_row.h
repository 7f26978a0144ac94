/*
 * store/event_row.h - one record per act, in the act's own transaction.
 *
 * Numbered without gaps; only added, never changed. Holds codes and figures, never a person's data.
 */
#ifndef AKASHI_STORE_EVENT_ROW_H
#define AKASHI_STORE_EVENT_ROW_H

#include "store/store.h"

struct event_row {
	int64_t seq; /* from 1 */
	uint8_t act_id[ACT_ID];
	int64_t at; /* instant */
	char kind[32]; /* dossier-imported ... */
	char actor[64]; /* staff id; "system" */
	int64_t dossier; /* 0: none */
	char detail[512]; /* words and figures: "edition=1 warrant=..." */
	int64_t changes; /* the log of changes as it stood (store/change_row.h) ... */
	uint8_t changes_head[32]; /* ... so that what holds this row holds every other */
	uint8_t leaf[32]; /* RFC 6962 leaf digest of the canonical bytes */
	const char *note; /* no column: what is added to the detail; NULL: nothing */
	bool waits; /* no column: its act is not taken here */
};
extern const struct table EVENT_TABLE;

/* Gives it its number, and the changes up to here, its own counter's among them. */
bool event_begin(struct tx *, struct event_row *, struct fault *) MUST_USE;
/* A second one with this act's id is refused. */
bool event_add(struct tx *, const struct event_row *, struct fault *) MUST_USE;
bool event_by_act(struct tx *, const uint8_t act[ACT_ID], bool *found, struct fault *) MUST_USE;
bool event_of_dossier(struct tx *, int64_t dossier, store_row *, void *, struct fault *) MUST_USE;
/* All from seq on, in order. */
bool event_each(struct tx *, int64_t from, store_row *, void *, struct fault *) MUST_USE;
/* The next `most` of them. */
bool event_page(
    struct tx *, int64_t from, int64_t most, store_row *, void *, struct fault *) MUST_USE;
bool event_last(struct tx *, struct event_row *, bool *found, struct fault *) MUST_USE;

#endif
