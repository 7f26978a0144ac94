/*
 * act/mail_owed.h - what each act owes its subscriber by mail, written in the act's transaction.
 *
 * One function per act; what the clocks owe is act/clocks. Nothing here opens anything sealed.
 */
#ifndef AKASHI_ACT_MAIL_OWED_H
#define AKASHI_ACT_MAIL_OWED_H

#include "act/judge.h"
#include "act/letter.h"
#include "act/receipt.h"
#include "act/screening.h"

/*
 * They arrived: how many and until when they are screened; or what is wrong with them
 * . Nothing where they open no case again and none is being screened.
 */
bool mail_of_papers(struct tx *, struct service *, const struct dossier_row *,
    const struct judged *, struct fault *) MUST_USE;
/* What the clerk found; a check's own words stand in for what is not in order. */
bool mail_of_screening(struct tx *, struct service *, const struct screening *, bool passed,
    const struct policy *, struct fault *) MUST_USE;
/* Too little or too much, after this line; exactly paid: nothing. */
bool mail_of_payment(struct tx *, struct service *, int64_t dossier, int64_t line, int64_t received,
    int64_t due, struct fault *) MUST_USE;
/* Once every letter of an edition is sent. */
bool mail_of_sending(struct tx *, struct service *, const char *serial, const struct letter_list *,
    struct fault *) MUST_USE;
bool mail_of_receipt(struct tx *, struct service *, int64_t dossier, const char *serial, struct day,
    struct fault *) MUST_USE; /* */
/* A mail that is no receipt: why, in both languages; the limits stay. Once a day for each reason. */
bool mail_of_unconfirmed(struct tx *, struct service *, int64_t dossier, const struct received *,
    const char *code, const char *ja, const char *en, struct fault *) MUST_USE; /* */
/* A FAX came: until when its paper must follow [M-501]; once for each day of one. */
bool mail_of_fax(struct tx *, struct service *, const struct dossier_row *, const char *serial,
    struct day fax, struct fault *) MUST_USE;
/* Without delay; a dossier that is not there is told nothing. */
bool mail_of_revocation(struct tx *, struct service *, int64_t dossier, const char *serial,
    const char *ground, struct instant, struct fault *) MUST_USE;

#endif
