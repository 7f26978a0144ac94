/*
 * store/proof_row.h - a person's signature over a document, in a seat of its own.
 *
 * For a certificate the seats are "screen" and "approve" and surface is that of the key, so that
 * neither one person twice nor one surface twice can exist; for other documents seats are "1", "2"
 * ... and surface is the seat, a colon and the surface [design 2]. Only added. The signer
 * believes the signature, never this table.
 */
#ifndef AKASHI_STORE_PROOF_ROW_H
#define AKASHI_STORE_PROOF_ROW_H

#include "store/store.h"

struct proof_row {
	uint8_t digest[32]; /* of the document */
	char seat[16];
	char person[40];
	char surface[24];
	struct blob act; /* packed (book/act.h) */
	int64_t at; /* instant */
};
extern const struct table PROOF_TABLE;
/* The seat is taken; the person has another seat; the surface is another seat's. */
extern const struct refusal PROOF_SEAT, PROOF_PERSON, PROOF_SURFACE;

bool proof_add(struct tx *, const struct proof_row *, struct fault *) MUST_USE;
/* The same person says it again: their row has the newer act. */
bool proof_again(struct tx *, const struct proof_row *, struct fault *) MUST_USE;
/* In order of their seats. */
bool proof_each(
    struct tx *, const uint8_t digest[32], store_row *, void *, struct fault *) MUST_USE;

#endif
