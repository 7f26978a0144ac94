/*
 * act/receipt_mail.h - a receipt by mail, signed with the very certificate (docs/flows.md).
 *
 * The mail's bytes go to akashi-reader; what comes back must be one good signature by RSA with
 * SHA-256, 384 or 512 under exactly the certificate that was issued, in its term and not on our
 * newest list. Then it is a receipt like one on paper (act/receipt.h), the mail kept with it
 * . What is refused is an event with its reason, and the clock goes on.
 */
#ifndef AKASHI_ACT_RECEIPT_MAIL_H
#define AKASHI_ACT_RECEIPT_MAIL_H

#include "act/outside.h"
#include "act/receipt.h"

extern const struct refusal RECEIPT_MAIL_LARGE, RECEIPT_MAIL_UNSIGNED, RECEIPT_MAIL_WRAPPED,
    RECEIPT_MAIL_ENCRYPTED, RECEIPT_MAIL_SIGNERS, RECEIPT_MAIL_METHOD, RECEIPT_MAIL_BARE,
    RECEIPT_MAIL_ALTERED, RECEIPT_MAIL_SERIAL, RECEIPT_MAIL_FOREIGN, RECEIPT_MAIL_EXPIRED,
    RECEIPT_MAIL_REVOKED, RECEIPT_MAIL_LIST;

enum { RECEIPT_MAIL_MOST = 2 << 20 };

struct receipt_mail_request {
	const void *bytes;
	size_t n;
	struct day day; /* it arrived */
	const char *reason; /* after the must day, with a person [G-1]; or NULL */
	const struct person *person;
};
struct receipt_mailed {
	int64_t dossier; /* 0: whose it is, is not known */
	struct received received;
	char method[CMS_METHOD];
	struct instant signed_at; /* as the signer says; 0: it does not */
	char subject[MAIL_IN_LINE], text[MAIL_IN_WORDS]; /* what the subscriber wrote */
	const char *english; /* of a refusal: its words in English; static */
};
/* out is written on refusal too: dossier and english. */
bool receipt_mail(struct service *, const struct receipt_mail_request *, struct receipt_mailed *,
    struct fault *) MUST_USE;
/* The same with what the reader has said of these bytes already. */
bool receipt_mail_read(struct service *, const struct receipt_mail_request *,
    const struct outside_mail *, struct receipt_mailed *, struct fault *) MUST_USE;

#endif
