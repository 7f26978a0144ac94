/*
 * act/download.h - a download opens: a token, and the mail that carries it (docs/flows.md).
 *
 * When both letters of an edition are sent and their print day is closed. The token's digest and
 * the mail with the token, sealed, are rows of one transaction, so what is sent always works; in a
 * rehearsal the token is left in DIR/rehearsal/tokens/DOSSIER too.
 */
#ifndef AKASHI_ACT_DOWNLOAD_H
#define AKASHI_ACT_DOWNLOAD_H

#include "act/service.h"

/* What the digest of a token is made with. */
#define DOWNLOAD_PURPOSE "download"

/* Not due, or open already: opened says no and nothing changes. */
bool download_open(
    struct service *, int64_t dossier, int64_t edition, bool *opened, struct fault *) MUST_USE;
/* All that are due of a print day's letters. */
bool download_open_day(struct service *, const char *day, int64_t *opened, struct fault *) MUST_USE;

#endif
