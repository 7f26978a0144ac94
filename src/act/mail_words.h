/*
 * act/mail_words.h - one mail opened and put into words: address, subject, body.
 *
 * Only where the contact key is (act/courier). The subscriber's language first, then the other, and
 * the sentence that the Japanese prevails; a rehearsal's says so.
 */
#ifndef AKASHI_ACT_MAIL_WORDS_H
#define AKASHI_ACT_MAIL_WORDS_H

#include "act/mail.h"
#include "vault/seal.h"

enum { MAIL_BODY_MOST = 128 << 10, MAIL_EMAIL = 256, MAIL_SUBJECT = 1024 };

struct mail_words {
	char to[MAIL_EMAIL];
	enum mail_lang lang; /* the subscriber's */
	char subject[MAIL_SUBJECT], from_name[256];
	struct sink body; /* owned; ends with a NUL that is not counted */
};
/* The contact card is gone: the dossier was destroyed. */
extern const struct refusal MAIL_NO_CONTACT;

/* The caller owns *out (mail_words_drop). */
bool mail_words(struct service *, const uint8_t contact[SEAL_SECRET], const struct mail_row *,
    struct mail_words *out, struct fault *) MUST_USE;
void mail_words_drop(struct mail_words *);

#endif
