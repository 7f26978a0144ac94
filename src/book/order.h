/*
 * book/order.h - everything the signer is given to issue one certificate, and the checks on it.
 *
 * order_read takes it apart, order_check says whether it may be signed; only then is a serial
 * drawn. Each way to be wrong has its own refusal row. Pure: no clock, file or key [design 2].
 * Clauses: [R-4.90] [R-4.91].
 */
#ifndef AKASHI_BOOK_ORDER_H
#define AKASHI_BOOK_ORDER_H

#include "book/statement.h"
#include "book/warrant.h"
#include "rules/term.h"

struct order {
	struct warrant warrant;
	struct warrant_certificate certificate;
	struct warrant_field field[WARRANT_FIELDS];
	size_t fields;
	struct act screen, approve;
	struct statement statement;
	struct der spki;
	uint8_t digest[32], spki_digest[32]; /* of the warrant, of the key */
	struct instant newest; /* the later of the two signing times */
};

/* That the charter has begun and not ended; a future or past one issues nothing. */
bool charter_in_force(const struct charter *, struct instant now, struct fault *) MUST_USE;

/* What the signer knows and the order must fit. */
struct order_ground {
	const struct charter *charter;
	const uint8_t *charter_digest;
	const struct policy *pack; /* the profile pack of that charter */
	struct instant now; /* will be notBefore */
	struct instant ca_end; /* notAfter of the CA certificate */
	int key_bits; /* of the spki */
	struct print_seen *seen; /* of the order before; or NULL */
};

extern const struct refusal ORDER_SERVICE, ORDER_KIND, ORDER_EDITION, ORDER_ACTS, ORDER_SAME_PERSON,
    ORDER_SAME_KEY, ORDER_SAME_SURFACE, ORDER_CHARTER_EXPIRED, ORDER_LAST_DAY, ORDER_LAST_DAY_FAR,
    ORDER_BEFORE_ACTS, ORDER_ACT_EARLY, ORDER_PROFILE, ORDER_YEARS, ORDER_VEND_RULE,
    ORDER_FIELD_UNKNOWN, ORDER_FIELD_TYPE, ORDER_FIELD_LONG, ORDER_FIELD_EMPTY, ORDER_FIELD_MISSING,
    ORDER_MARK_MISSING, ORDER_MARK_MISPLACED, ORDER_EMAIL, ORDER_KEY_SHORT, ORDER_BEYOND_CA,
    ORDER_MEDIA;

/* warrant: packed, in the clear. acts: SEQUENCE of the two. */
bool order_read(struct der warrant, struct der acts, struct der spki, struct der statement,
    struct order *, struct fault *) MUST_USE;
/* *profile, *end: what the certificate will be made by, and its last second. */
bool order_check(const struct order *, const struct order_ground *, const struct profile **profile,
    struct instant *end, struct fault *) MUST_USE;

#endif
