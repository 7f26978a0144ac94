/*
 * web/public/published.h - what the pages say about the published CA certificate and list.
 *
 * Read from the very bytes the world fetches, by our strict DER reader. Nothing is verified here:
 * who relies on a list verifies its signature with software of their own.
 */
#ifndef AKASHI_WEB_PUBLIC_PUBLISHED_H
#define AKASHI_WEB_PUBLIC_PUBLISHED_H

#include "base/day.h"

enum { PUBLISHED_NAME = 512, FINGERPRINT_GROUPS = 16 };

struct published_ca {
	char subject[PUBLISHED_NAME]; /* C=JP, O=..., CN=... */
	char serial[64]; /* hex */
	char fingerprint[FINGERPRINT_GROUPS][5]; /* SHA-256, four hex digits a group */
	struct instant from, until;
};
struct published_list {
	int64_t number;
	struct instant made, until; /* thisUpdate, nextUpdate */
	size_t entries;
};
/* What the list said when it was read last, and of which file. */
struct published_kept {
	struct published_list list;
	uint64_t inode;
	int64_t size, sec, nsec; /* sec, nsec: when it was written; size 0: nothing is kept */
};
/* False: not such a thing in DER; the output is untouched. */
bool published_ca_read(const void *, size_t, struct published_ca *) MUST_USE;
bool published_list_read(const void *, size_t, struct published_list *) MUST_USE;

#endif
