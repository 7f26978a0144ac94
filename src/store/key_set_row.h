/*
 * store/key_set_row.h - a key made for one edition: public half, package and letters, all sealed.
 *
 * One per dossier and edition, who loses the insert uses the winner's. Letters are deleted when
 * their envelope is scanned, the package when receipt is reported or the edition ends.
 */
#ifndef AKASHI_STORE_KEY_SET_ROW_H
#define AKASHI_STORE_KEY_SET_ROW_H

#include "store/store.h"

struct key_set_row {
	int64_t dossier, edition;
	struct blob spki, statement; /* packed, signed */
	struct blob package; /* sealed to the password's key; empty: destroyed */
	struct blob letter_pin, letter_password; /* sealed to the print keys; empty: deleted */
	char print_day[16];
	int64_t created_at;
};
extern const struct table KEY_SET_TABLE;

bool key_set_get(struct tx *, int64_t dossier, int64_t edition, struct key_set_row *, bool *found,
    struct fault *) MUST_USE;
/* A print day's, by dossier: which key_set_pair it is. */
struct key_set_pair {
	int64_t dossier, edition;
};
bool key_set_of_day(struct tx *, const char *day, store_row *, void *, struct fault *) MUST_USE;
bool key_set_delete_pin(struct tx *, int64_t dossier, int64_t edition, struct fault *) MUST_USE;
bool key_set_delete_password(
    struct tx *, int64_t dossier, int64_t edition, struct fault *) MUST_USE;
bool key_set_destroy(struct tx *, int64_t dossier, int64_t edition, struct fault *) MUST_USE;
void key_set_drop(struct key_set_row *);

#endif
