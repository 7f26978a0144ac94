/*
 * store/line_row.h - copies of the signer's journal, whole lines; only added.
 *
 * What `akashi sweep` compares the store with; the journal itself is the authority [storage 4].
 */
#ifndef AKASHI_STORE_LINE_ROW_H
#define AKASHI_STORE_LINE_ROW_H

#include "base/text.h"
#include "store/store.h"

struct line_row {
	int64_t seq; /* from 1 */
	int64_t at;
	char kind[16]; /* INTENT ... */
	int64_t dossier, edition; /* 0: none */
	char serial[SERIAL_HEX]; /* "" none */
	struct blob bytes; /* of a row: line_drop */
};
void line_drop(struct line_row *);
extern const struct table LINE_TABLE;

/* The next `most` of them. */
bool line_page(
    struct tx *, int64_t from, int64_t most, store_row *, void *, struct fault *) MUST_USE;
/* The part that has the certificates of a CA of before, this serial's among them if there is one. */
bool line_adopted(
    struct tx *, const char *serial, struct line_row *, bool *found, struct fault *) MUST_USE;
/* The INTENT of a serial. */
bool line_of_serial(
    struct tx *, const char *serial, struct line_row *, bool *found, struct fault *) MUST_USE;
/* All of a serial; all of a kind that has none. In order. */
bool line_serial_each(
    struct tx *, const char *serial, store_row *, void *, struct fault *) MUST_USE;
bool line_kind_each(struct tx *, const char *kind, store_row *, void *, struct fault *) MUST_USE;

/* Number of the last copy; 0: none. */
bool line_last(struct tx *, int64_t *seq, struct fault *) MUST_USE;
/* What the signer has seen of a dossier, whatever the store was restored to. */
struct line_seen {
	int64_t edition; /* the newest; 0: none */
	int64_t revoked; /* the newest whose number is revoked; 0: none */
};
bool line_seen(struct tx *, int64_t dossier, struct line_seen *, struct fault *) MUST_USE;

#endif
