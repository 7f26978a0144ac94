#include "pki/ext.h"

const uint8_t SHA256_RSA[SHA256_RSA_BYTES] = { 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7,
	0x0d, 0x01, 0x01, 0x0b, 0x05, 0x00 };

struct ext
ext_begin(struct sink *s, const char *oid, bool critical)
{
	struct ext e;
	e.whole = der_begin(s, DER_SEQUENCE);
	der_put_oid(s, oid);
	if (critical)
		der_put_bool(s, true);
	e.octets = der_begin(s, DER_OCTETS);
	return e;
}

void
ext_end(struct sink *s, struct ext e)
{
	der_end(s, e.octets);
	der_end(s, e.whole);
}

void
ext_authority_key(struct sink *s, const uint8_t id[20])
{
	struct ext e = ext_begin(s, "2.5.29.35", false);
	size_t value = der_begin(s, DER_SEQUENCE);
	der_put(s, DER_CONTEXT_PRIMITIVE(0), id, 20);
	der_end(s, value);
	ext_end(s, e);
}
