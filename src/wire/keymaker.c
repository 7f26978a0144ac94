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
};

void
keymaker_ask_pack(const struct keymaker_ask *a, struct sink *out)
{
	record_pack(ASK, COUNT(ASK), a, out);
}

bool
keymaker_ask_read(struct der d, struct keymaker_ask *a)
{
	return record_unpack(ASK, COUNT(ASK), d, a);
}

void
keymaker_made_pack(const struct keymaker_made *m, struct sink *out)
{
	record_pack(MADE, COUNT(MADE), m, out);
}

bool
keymaker_made_read(struct der d, struct keymaker_made *m)
{
	return record_unpack(MADE, COUNT(MADE), d, m);
}

void
package_pack(const struct package *p, struct sink *out)
{
	record_pack(PACKAGE, COUNT(PACKAGE), p, out);
}

bool
package_read(struct der d, struct package *p)
{
	return record_unpack(PACKAGE, COUNT(PACKAGE), d, p);
}
