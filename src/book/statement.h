/*
 * book/statement.h - what the keymaker and the print stations vouch for [design 2].
 *
 * A print key of the day counts only with a signature by a station's key of the charter in force:
 * service, day, letter. A key statement binds one warrant to the public key made for it, the
 * package, the letters and the two print keys they were sealed to. Times are days in Japan.
 */
#ifndef AKASHI_BOOK_STATEMENT_H
#define AKASHI_BOOK_STATEMENT_H

#include "book/charter.h"

enum print_letter { PRINT_PIN, PRINT_PASSWORD, PRINT_LETTERS }; /* letters A and B */
const char *print_letter_name(enum print_letter); /* "pin" "password" */

struct print_key {
	uint8_t service[SERVICE_ID];
	struct day day;
	enum print_letter letter;
	char station[ACT_PERSON];
	uint8_t key[32]; /* letters are sealed to it */
	struct der signature; /* borrowed */
};
enum { PRINT_KEY_PACKED = 320 };
RECORD_DOOR(print_key, unpack);
bool print_key_sign(struct print_key *, const uint8_t secret[P256_SECRET], struct sink *signature,
    struct fault *) MUST_USE;

struct statement {
	uint8_t service[SERVICE_ID];
	int64_t charter_number;
	uint8_t charter[32]; /* digest of the charter in force */
	uint8_t warrant[32], spki[32];
	uint8_t package_key[32]; /* public half made from the password */
	struct der print[PRINT_LETTERS]; /* packed print keys */
	uint8_t package[32], letter[PRINT_LETTERS][32]; /* digests of the sealed bytes */
	struct der signature; /* borrowed */
};
enum { STATEMENT_PACKED = 1600 };
RECORD_DOOR(statement, unpack);
bool statement_sign(struct statement *, const uint8_t secret[P256_SECRET], struct sink *signature,
    struct fault *) MUST_USE;

extern const struct refusal PRINT_KEY_FORM, PRINT_KEY_SERVICE, PRINT_KEY_DAY, PRINT_KEY_LETTER,
    PRINT_KEY_STATION, PRINT_KEY_SIGNATURE, PRINT_KEY_SAME_STATION, STATEMENT_FORM,
    STATEMENT_SERVICE, STATEMENT_CHARTER, STATEMENT_WARRANT, STATEMENT_SPKI, STATEMENT_SIGNATURE;

/* The two keys of this day, by two stations of this charter. */
bool print_keys_check(const struct charter *, const struct der print[PRINT_LETTERS], struct day,
    struct fault *) MUST_USE;
/*
 * What many statements share: the print keys that passed last and under which charter, whose bytes are
 * not checked again, and the points that were met.
 */
struct print_seen {
	bool any;
	uint8_t digest[32];
	struct p256_memo *keys; /* borrowed; or NULL */
};
/*
 * All of it; the day of the print keys is the statement's own and must be one day for both. seen may
 * be NULL.
 */
bool statement_check(const struct charter *, const uint8_t charter_digest[32],
    const struct statement *, const uint8_t warrant[32], const uint8_t spki[32],
    struct print_seen *seen, struct fault *) MUST_USE;

#endif
