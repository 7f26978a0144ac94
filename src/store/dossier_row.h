/*
 * store/dossier_row.h - one application on its way: states, days, money; never who.
 *
 * record and screening are sealed to the dossier's public key; its private half lies wrapped in
 * keys.db. Digests of personal content are keyed, or cover a salt that dies with the dossier.
 */
#ifndef AKASHI_STORE_DOSSIER_ROW_H
#define AKASHI_STORE_DOSSIER_ROW_H

#include "store/store.h"

struct dossier_row {
	int64_t id; /* from 1 */
	uint8_t ref_digest[32]; /* keyed: of the reference in the import file */
	uint8_t content_digest[32]; /* keyed: of all its fields */
	char reference[16]; /* eight digits before the payer's name */
	char product[16], kind[24], state[24], payment[16]; /* payment: unpaid paid */
	int64_t delegate, in_person, former_name; /* 0, 1: they decide routes and papers */
	uint8_t organisation[32]; /* keyed digest of the corporate number; all 0: none */
	char form_date[16], arrived[16]; /* "" before */
	int64_t edition; /* 0: no warrant yet */
	int64_t fee_gross; /* yen, of the form's day */
	uint8_t policy[32]; /* pinned */
	uint8_t public_key[32];
	struct blob record; /* the application, sealed */
	struct blob screening; /* the last screening record, sealed; empty before */
	int64_t created_at, first_notice_at, approved_at, issued_at, sent_at,
	    receipt_at; /* 0: not yet */
};
extern const struct table DOSSIER_TABLE;

bool dossier_get(
    struct tx *, int64_t id, struct dossier_row *, bool *found, struct fault *) MUST_USE;
bool dossier_by_ref(struct tx *, const uint8_t digest[32], struct dossier_row *, bool *found,
    struct fault *) MUST_USE;
/* state "": all. In order of their numbers, after `after`. */
bool dossier_list(struct tx *, const char *state, int64_t after, int64_t most, store_row *, void *,
    struct fault *) MUST_USE;
/* Writes all that may change, provided the state is still `from`; FAULT_STATE otherwise. */
bool dossier_update(
    struct tx *, const struct dossier_row *, const char *from, struct fault *) MUST_USE;
void dossier_drop(struct dossier_row *);

#endif
