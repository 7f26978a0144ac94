/*
 * act/outside.h - what akashi-reader found in bytes of another party [design 1].
 *
 * Nothing here parses such bytes: each input goes to a fresh reader, its fields come back and are
 * checked for their form once more. Tables of applications and papers: wire/table.h.
 */
#ifndef AKASHI_ACT_OUTSIDE_H
#define AKASHI_ACT_OUTSIDE_H

#include "exchange/bank_file.h"
#include "exchange/mail_in.h"
#include "pki/cms.h"
#include "wire/frame.h"

/* As bank_file_read. */
bool outside_bank(const void *, size_t, const char *account, struct day today, struct bank_file *,
    struct fault *) MUST_USE;

struct outside_mail {
	struct mail_in mail;
	struct cms_signature signature; /* form CMS_NONE: there is none that can be read */
	uint8_t hold[FRAME_BODY_MOST]; /* the signature's bytes, whatever certificate it brings */
	int items; /* the signature first, whatever the mail's parts do to their reader, then the mail */
};
/* A reader that dies is followed by one more; twice is the mail's own fault (READER_DIED). */
bool outside_mail(const void *, size_t, struct outside_mail *, struct fault *) MUST_USE;

#endif
