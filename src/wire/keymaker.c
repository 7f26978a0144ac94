#include "wire/keymaker.h"

static const struct record_field ASK[] = {
	RECORD(keymaker_ask, now, INSTANT),
	RECORD(keymaker_ask, sealed, BYTES),
	RECORD(keymaker_ask, wrapped, BYTES),
	RECORD(keymaker_ask, charter, BYTES),
	RECORD(keymaker_ask, pack, BYTES),
	RECORD(keymaker_ask, print[0], BYTES),
	RECORD(keymaker_ask, print[1], BYTES),
};
static const struct record_field MADE[] = {
	RECORD(keymaker_made, spki, BYTES),
	RECORD(keymaker_made, package, BYTES),
	RECORD(keymaker_made, letter[0], BYTES),
	RECORD(keymaker_made, letter[1], BYTES),
	RECORD(keymaker_made, statement, BYTES),
};
static const struct record_field PACKAGE[] = {
	RECORD(package, mac_key, FIXED),
	RECORD(package, salt, FIXED),
	RECORD(package, iterations, INT),
	RECORD(package, bag, BYTES),
	RECORD(package, legacy_mac_key, FIXED),
	RECORD(package, legacy_bag, BYTES),
};

RECORD_PAIR(keymaker_ask, read, ASK)
RECORD_PAIR(keymaker_made, read, MADE)
RECORD_PAIR(package, read, PACKAGE)
