/*
 * store/cert_row.h - a certificate that was issued: number, dates, state; its bytes sealed.
 *
 * In clear only what says nothing of a person [design 4]. Serial in lower-case hex.
 */
#ifndef AKASHI_STORE_CERT_ROW_H
#define AKASHI_STORE_CERT_ROW_H

#include "base/text.h"
#include "store/store.h"

struct cert_row {
	char serial[SERIAL_HEX];
	int64_t dossier, edition;
	char product[16], vend_rule[16];
	int64_t not_before, not_after; /* instants */
	uint8_t digest[32]; /* of the certificate */
	struct blob for_dossier, for_package; /* sealed, "certificate" */
	int64_t acquired_at; /* 0: not yet */
	int64_t revoked_at; /* 0: not */
	char ground[16];
	int64_t reason; /* CRLReason */
	struct blob receipt; /* the signer's, of a revocation */
};
extern const struct table CERT_TABLE;

bool cert_get(
    struct tx *, const char *serial, struct cert_row *, bool *found, struct fault *) MUST_USE;
bool cert_of(struct tx *, int64_t dossier, int64_t edition, struct cert_row *, bool *found,
    struct fault *) MUST_USE;
bool cert_latest(
    struct tx *, int64_t dossier, struct cert_row *, bool *found, struct fault *) MUST_USE;
bool cert_list(
    struct tx *, const char *after, int64_t most, store_row *, void *, struct fault *) MUST_USE;
bool cert_revoked(struct tx *, const char *serial, int64_t at, const char *ground, int64_t reason,
    const struct blob *receipt, struct fault *) MUST_USE;
bool cert_acquired(struct tx *, const char *serial, int64_t at, struct fault *) MUST_USE;
void cert_drop(struct cert_row *);

#endif
