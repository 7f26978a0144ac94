/*
 * act/letter_words.h - what policy/ says on every letter: who we are, and until when to report.
 */
#ifndef AKASHI_ACT_LETTER_WORDS_H
#define AKASHI_ACT_LETTER_WORDS_H

#include "act/service.h"

struct letter_words {
	char service[128], operator_name[128], phone[32];
	char limit_ja[512], limit_en[512]; /* text M-403, filled in */
};
/* may, must: the days from which a certificate without a receipt may, and must, be revoked. */
bool letter_words(const struct service *, struct day may, struct day must, struct letter_words *,
    struct fault *) MUST_USE;

#endif
