/*
 * act/letter_fit.h - could the letters of this application be printed?
 *
 * By the very check of the printing, with a made-up code: when an application is typed, where what
 * does not fit is a warning (a name of 64 characters is good in a certificate), and before a
 * screening makes a warrant of it, where it is a refusal: no key is made for a letter that could
 * not be printed. One face of each name and address is all it sees; never a code.
 */
#ifndef AKASHI_ACT_LETTER_FIT_H
#define AKASHI_ACT_LETTER_FIT_H

#include "act/service.h"
#include "paper/face.h"
#include "rules/application.h"

/* A field that no letter can show: not its exact glyphs, or no room for it. Each once. */
typedef void letter_unfit(void *context, enum application_field, const struct fault *why);
/* False where it cannot be said: words of policy/ that have no room themselves. */
bool letter_fit(const struct service *, const struct faces *, const struct application *,
    letter_unfit *, void *context, struct fault *) MUST_USE;

#endif
