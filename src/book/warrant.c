#include "book/warrant.h"

#include <string.h>

#include "vault/digest.h"
#include "vault/seal.h"

const struct refusal WARRANT_FORM = { "warrant-form", FAULT_BROKEN, "design 2" };

static const char *const KIND[] = {
	[WARRANT_CERTIFICATE] = "certificate",
	[WARRANT_REVOKE] = "revoke",
	[WARRANT_VOID] = "void",
	[WARRANT_CACERT] = "cacert",
	[WARRANT_ADOPT] = "adopt",
};
_Static_assert(COUNT(KIND) == WARRANT_KINDS, "every kind needs its name");

static const struct record_field WARRANT[] = {
	RECORD_OF(warrant, kind, WARRANT_KINDS),
	RECORD(warrant, service, FIXED),
	RECORD(warrant, dossier, INT),
	RECORD(warrant, edition, INT),
	RECORD(warrant, last_day, DAY),
	RECORD(warrant, salt, FIXED),
	RECORD(warrant, body, BYTES),
};
static const struct record_field CERTIFICATE[] = {
	RECORD(warrant_certificate, product, TEXT),
	RECORD(warrant_certificate, profile, TEXT),
	RECORD(warrant_certificate, vend_rule, TEXT),
	RECORD(warrant_certificate, lang, TEXT),
	RECORD(warrant_certificate, years, INT),
	RECORD(warrant_certificate, media, BOOL),
	RECORD(warrant_certificate, email, BYTES),
	RECORD(warrant_certificate, subscriber, BYTES),
	RECORD(warrant_certificate, dossier_key, FIXED),
	RECORD(warrant_certificate, record, FIXED),
	RECORD(warrant_certificate, screening, FIXED),
	RECORD(warrant_certificate, policy, FIXED),
	RECORD(warrant_certificate, fields, BYTES),
	RECORD(warrant_certificate, pin, BYTES),
	RECORD(warrant_certificate, password, BYTES),
};
static const struct record_field FIELD[] = {
	RECORD_OF(warrant_field, place, PLACES),
	RECORD(warrant_field, oid, TEXT),
	RECORD(warrant_field, printable, BOOL),
	RECORD(warrant_field, value, BYTES),
};
static const struct record_field DELIVERY[] = {
	RECORD_OF(delivery, route, ROUTES),
	RECORD(delivery, delegate, BOOL),
	RECORD(delivery, name, BYTES),
	RECORD(delivery, postcode, BYTES),
	RECORD(delivery, address, BYTES),
};
static const struct record_field REVOKE[] = {
	RECORD(warrant_revoke, serial, FIXED),
	RECORD(warrant_revoke, ground, TEXT),
	RECORD(warrant_revoke, invalid_since, DAY),
	RECORD(warrant_revoke, reason, FIXED),
};
static const struct record_field CACERT[] = {
	RECORD(warrant_cacert, name, BYTES),
	RECORD(warrant_cacert, spki, BYTES),
	RECORD(warrant_cacert, years, INT),
};

const char *
warrant_kind_name(enum warrant_kind k)
{
	return KIND[k];
}

bool
warrant_field_marks(const struct warrant_field *f)
{
	return f->value.n == strlen(WARRANT_MARK_TEXT) &&
	       memcmp(f->value.p, WARRANT_MARK_TEXT, f->value.n) == 0;
}

size_t
warrant_name_marks(struct der name)
{
	size_t marks = 0;
	struct der all, set, one, oid, value;
	uint8_t tag;
	if (!der_take(&name, DER_SEQUENCE, &all))
		return 0;
	while (der_take(&all, DER_SET, &set))
		while (der_take(&set, DER_SEQUENCE, &one))
			if (der_take(&one, DER_OID, &oid) && der_take_any(&one, &tag, &value)) {
				const struct warrant_field f = { .value = value };
				marks += warrant_field_marks(&f);
			}
	return marks;
}

/* Packing and strict unpacking by a table; what does not unpack is no warrant. */
#define WARRANT_PAIR(name, fields)                                                                 \
	void name##_pack(const struct name *w, struct sink *out)                                   \
	{                                                                                          \
		record_pack(fields, COUNT(fields), w, out);                                        \
	}                                                                                          \
	bool name##_unpack(struct der d, struct name *out, struct fault *fault)                    \
	{                                                                                          \
		return record_unpack(fields, COUNT(fields), d, out) ||                             \
		       fault_refuse(                                                               \
			   fault, &WARRANT_FORM, "warrant", "発行指示の形が正しくありません。");   \
	}
WARRANT_PAIR(warrant, WARRANT)
WARRANT_PAIR(warrant_certificate, CERTIFICATE)
WARRANT_PAIR(delivery, DELIVERY)
WARRANT_PAIR(warrant_revoke, REVOKE)
WARRANT_PAIR(warrant_cacert, CACERT)

void
warrant_digest(struct der packed, uint8_t out[32])
{
	digest_of(packed.p, packed.n, out);
}

void
warrant_fields_pack(const struct warrant_field *f, size_t n, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	for (size_t i = 0; i < n; i++)
		record_pack(FIELD, COUNT(FIELD), &f[i], out);
	der_end(out, all);
}

bool
warrant_fields_unpack(
    struct der d, struct warrant_field f[WARRANT_FIELDS], size_t *n, struct fault *fault)
{
	struct der list;
	size_t k = 0;
	bool good = der_take(&d, DER_SEQUENCE, &list) && der_done(&d);
	for (; good && !der_done(&list); k++)
		good = k < WARRANT_FIELDS && record_take(FIELD, COUNT(FIELD), &list, &f[k]);
	if (!good)
		return fault_refuse(
		    fault, &WARRANT_FORM, "warrant", "発行指示の項目の形が正しくありません。");
	*n = k;
	return true;
}

void
warrant_seal(struct der packed, const uint8_t key[WARRANT_KEY], struct sink *out)
{
	box_put("warrant", key, packed.p, packed.n, out);
}

void
warrant_wrap(const uint8_t key[WARRANT_KEY], const uint8_t public[32], struct sink *out)
{
	seal_put("warrant-key", public, key, WARRANT_KEY, out);
}

bool
warrant_unseal(
    struct der sealed, const uint8_t key[WARRANT_KEY], struct sink *plain, struct fault *fault)
{
	return box_open("warrant", key, sealed.p, sealed.n, plain, fault);
}

bool
warrant_open(struct der sealed, struct der wrapped, const uint8_t secret[32],
    const uint8_t public[32], struct sink *plain, struct fault *fault)
{
	uint8_t key[WARRANT_KEY];
	bool good = seal_open_fixed("warrant-key", secret, public, wrapped.p, wrapped.n, key,
			sizeof(key), fault) &&
		    warrant_unseal(sealed, key, plain, fault);
	secret_wipe(key, sizeof(key));
	return good;
}
