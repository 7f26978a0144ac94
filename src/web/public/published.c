#include "web/public/published.h"

#include <string.h>

#include "base/der.h"
#include "base/text.h"
#include "vault/fingerprint.h"

static const char *
attribute_name(struct der oid)
{
	static const struct {
		uint8_t oid[3];
		const char *name;
	} ROWS[] = { { { 0x55, 4, 3 }, "CN" }, { { 0x55, 4, 5 }, "serialNumber" },
		{ { 0x55, 4, 6 }, "C" }, { { 0x55, 4, 7 }, "L" }, { { 0x55, 4, 8 }, "ST" },
		{ { 0x55, 4, 10 }, "O" }, { { 0x55, 4, 11 }, "OU" },
		{ { 0x55, 4, 97 }, "organizationIdentifier" } };
	for (size_t i = 0; i < COUNT(ROWS); i++)
		if (oid.n == 3 && memcmp(oid.p, ROWS[i].oid, 3) == 0)
			return ROWS[i].name;
	return "?";
}

static bool
name_print(struct der name, struct sink *s)
{
	while (!der_done(&name)) {
		struct der rdn, pair, oid, value;
		uint8_t tag;
		if (!der_take(&name, DER_SET, &rdn) || !der_take(&rdn, DER_SEQUENCE, &pair) ||
		    !der_take(&pair, DER_OID, &oid) || !der_take_any(&pair, &tag, &value) ||
		    !utf8_valid((const char *)value.p, value.n))
			return false;
		sink_print(s, "%s%s=%.*s", s->len > 0 ? ", " : "", attribute_name(oid),
		    (int)value.n, (const char *)value.p);
	}
	return s->len > 0;
}

static void
fingerprint(const void *p, size_t n, char out[FINGERPRINT_GROUPS][5])
{
	uint8_t digest[FINGERPRINT];
	fingerprint_of(p, n, digest);
	for (size_t i = 0; i < FINGERPRINT_GROUPS; i++)
		(void)snprintf(out[i], 5, "%02X%02X", digest[2 * i], digest[2 * i + 1]);
}

/* SEQUENCE { tbs, algorithm, signature } and nothing behind it. */
static bool
signed_open(const void *p, size_t n, struct der *tbs)
{
	struct der file = der_of(p, n), outer, algorithm, signature;
	return der_take(&file, DER_SEQUENCE, &outer) && der_done(&file) &&
	       der_take(&outer, DER_SEQUENCE, tbs) && der_take(&outer, DER_SEQUENCE, &algorithm) &&
	       der_take(&outer, DER_BITS, &signature) && der_done(&outer);
}

bool
published_ca_read(const void *p, size_t n, struct published_ca *out)
{
	struct published_ca ca = { 0 };
	struct der tbs, version, serial, algorithm, issuer, validity, subject;
	struct sink name = SINK_INTO(ca.subject), hex = SINK_INTO(ca.serial);
	if (!signed_open(p, n, &tbs))
		return false;
	(void)!der_take(&tbs, DER_CONTEXT(0), &version);
	if (!der_take(&tbs, DER_INTEGER, &serial) || !der_take(&tbs, DER_SEQUENCE, &algorithm) ||
	    !der_take(&tbs, DER_SEQUENCE, &issuer) || !der_take(&tbs, DER_SEQUENCE, &validity) ||
	    !der_take(&tbs, DER_SEQUENCE, &subject) ||
	    !der_take_validity_time(&validity, &ca.from) ||
	    !der_take_validity_time(&validity, &ca.until) || !name_print(subject, &name))
		return false;
	size_t pad = serial.n > 1 && serial.p[0] == 0;
	sink_hex(&hex, serial.p + pad, serial.n - pad);
	if (sink_string(&name) == NULL || sink_string(&hex) == NULL)
		return false;
	fingerprint(p, n, ca.fingerprint);
	*out = ca;
	return true;
}

/* The CRL number [RFC5280 5.2.3]. */
static bool
extensions_number(struct der tbs, int64_t *number)
{
	static const uint8_t CRL_NUMBER[] = { 0x55, 0x1d, 0x14 };
	struct der outer, list, extension, oid, value;
	bool critical;
	if (!der_take(&tbs, DER_CONTEXT(0), &outer) || !der_take(&outer, DER_SEQUENCE, &list))
		return false;
	while (der_take(&list, DER_SEQUENCE, &extension)) {
		if (!der_take(&extension, DER_OID, &oid))
			return false;
		(void)!der_take_bool(&extension, &critical);
		if (oid.n == sizeof(CRL_NUMBER) && memcmp(oid.p, CRL_NUMBER, oid.n) == 0)
			return der_take_octets(&extension, &value) && der_take_int(&value, number);
	}
	return false;
}

bool
published_list_read(const void *p, size_t n, struct published_list *out)
{
	struct published_list list = { 0 };
	struct der tbs, algorithm, issuer, entries = { 0 }, entry;
	int64_t version;
	if (!signed_open(p, n, &tbs) || !der_take_int(&tbs, &version) ||
	    !der_take(&tbs, DER_SEQUENCE, &algorithm) || !der_take(&tbs, DER_SEQUENCE, &issuer) ||
	    !der_take_validity_time(&tbs, &list.made) || !der_take_validity_time(&tbs, &list.until))
		return false;
	(void)!der_take(&tbs, DER_SEQUENCE, &entries);
	while (der_take(&entries, DER_SEQUENCE, &entry))
		list.entries++;
	if (!der_done(&entries) || !extensions_number(tbs, &list.number))
		return false;
	*out = list;
	return true;
}
