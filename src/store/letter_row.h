/*
 * store/letter_row.h - an envelope: which letter, to whom, by which route, how far it got.
 *
 * note: waiting printing done spoiled sent; done again where it came back. Anything between printing and done is spoiled: never
 * printed again. The number stands on the envelope as a barcode.
 */
#ifndef AKASHI_STORE_LETTER_ROW_H
#define AKASHI_STORE_LETTER_ROW_H

#include "store/store.h"

struct letter_row {
	char envelope[24];
	int64_t dossier, edition;
	char letter[16], recipient[16],
	    route[16]; /* pin password; subscriber delegate; honnin kani */
	char note[16];
	char tracking[16]; /* "" before */
	char print_day[16];
	int64_t created_at, printed_at, sent_at;
	int64_t returns; /* how often it came back */
};
extern const struct table LETTER_TABLE;

bool letter_get(
    struct tx *, const char *envelope, struct letter_row *, bool *found, struct fault *) MUST_USE;
/* By its number of registered mail: the post uses it again, so the envelope that went by it last. */
bool letter_by_tracking(
    struct tx *, const char *tracking, struct letter_row *, bool *found, struct fault *) MUST_USE;
bool letter_noted(struct tx *, const char *note, store_row *, void *, struct fault *) MUST_USE;
bool letter_of_dossier(
    struct tx *, int64_t dossier, int64_t edition, store_row *, void *, struct fault *) MUST_USE;
bool letter_of_day(struct tx *, const char *day, store_row *, void *, struct fault *) MUST_USE;
/* From one note to the next; FAULT_STATE where it stands elsewhere. */
bool letter_move(struct tx *, const struct letter_row *, const char *from, struct fault *) MUST_USE;

#endif
