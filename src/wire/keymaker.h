/*
 * wire/keymaker.h - the keymaker's one call: a warrant in, a key and its letters out, all sealed.
 *
 * The keymaker opens the warrant with its own wrapped key, checks that the print keys are of today
 * and by two stations of this charter, makes key, PIN and password, and answers with nothing that
 * anybody but package opener and print stations can open. `now` counts only in a rehearsal.
 */
#ifndef AKASHI_WIRE_KEYMAKER_H
#define AKASHI_WIRE_KEYMAKER_H

#include "base/record.h"

enum { KEYMAKER_MAKE = 20, KEYMAKER_MS = 120000 };

struct keymaker_ask {
	struct instant now;
	struct der sealed, wrapped; /* the warrant and its key, wrapped for the keymaker */
	struct der charter, pack; /* in force, packed */
	struct der print[2]; /* print keys of the day, packed: PIN, password */
};
RECORD_DOOR(keymaker_ask, read);

struct keymaker_made {
	struct der spki;
	struct der package; /* sealed to the key made from the password */
	struct der letter[2]; /* wire/letter, sealed to the print keys */
	struct der statement; /* book/statement, signed */
};
RECORD_DOOR(keymaker_made, read);

/* What the package holds once opened: a PKCS#12 but for the certificate [design 3 step 3]. */
/* Of the legacy half: what keeps it is the PIN's 79 bits. */
enum { PACKAGE_SALT = 16, PACKAGE_MAC_KEY = 32, PACKAGE_LEGACY_ITERATIONS = 10000 };
struct package {
	uint8_t mac_key[PACKAGE_MAC_KEY], salt[PACKAGE_SALT];
	int64_t iterations;
	struct der bag; /* the key, shrouded under the PIN */
	uint8_t legacy_mac_key[PACKAGE_MAC_KEY];
	struct der legacy_bag; /* both again, as old programs read them; same salt */
};
RECORD_DOOR(package, read);

#endif
