/*
 * book/warrant.h - 発行指示: the exact contents people sign for, as canonical DER [design 2].
 *
 * Everything that will be signed and everything it rests on: a certificate's fields, term and
 * delivery; a revocation's serial and ground; a void; the CA certificate. Single use is by its
 * digest. All der members are borrowed from the packed bytes. It holds names: sealed wherever it
 * is stored (kinds other than a certificate hold none).
 */
#ifndef AKASHI_BOOK_WARRANT_H
#define AKASHI_BOOK_WARRANT_H

#include "book/charter.h"
#include "rules/policy.h"
#include "rules/postal.h"

enum warrant_kind {
	WARRANT_CERTIFICATE,
	WARRANT_REVOKE,
	WARRANT_VOID, /* an edition that must never be issued */
	WARRANT_CACERT,
	WARRANT_ADOPT, /* a CA's certificate of before: book/adopted.h */
	WARRANT_KINDS
};
const char *warrant_kind_name(enum warrant_kind);

enum { WARRANT_MOST = 32 << 10, WARRANT_FIELDS = 40, WARRANT_SALT = 16, SERIAL = 20 };

/* Every certificate of a rehearsal says so, last in its subject. */
#define WARRANT_MARK_OID "2.5.4.11"
#define WARRANT_MARK_TEXT "TEST 試験用"

struct warrant_field {
	enum profile_place place;
	char oid[32];
	bool printable; /* PrintableString, else UTF8String */
	struct der value; /* UTF-8 */
};

/* Whether the field's text is the mark, wherever it stands. */
bool warrant_field_marks(const struct warrant_field *);

/* How often a Name says so. */
size_t warrant_name_marks(struct der name);

/* Who gets an envelope, by which route. */
struct delivery {
	enum route route;
	bool delegate; /* else the subscriber */
	struct der name, postcode, address;
};

struct warrant {
	enum warrant_kind kind;
	uint8_t service[SERVICE_ID];
	int64_t dossier, edition; /* 0 for the CA certificate */
	struct day last_day; /* of use */
	uint8_t salt[WARRANT_SALT];
	struct der body; /* by kind, packed */
};

struct warrant_certificate {
	char product[16], profile[24], vend_rule[16], lang[8];
	int64_t years;
	bool media; /* CD-R */
	struct der email, subscriber; /* the subscriber's name, for letters to a delegate */
	uint8_t dossier_key[32]; /* the certificate is sealed to it */
	uint8_t record[32], screening[32], policy[32]; /* digests of what it rests on */
	struct der fields, pin, password; /* packed; see below */
};

struct warrant_revoke {
	uint8_t serial[SERIAL];
	char ground[16];
	struct day invalid_since; /* all 0: not known */
	uint8_t reason[32]; /* digest of the reason text, salted by the warrant */
};

struct warrant_cacert {
	struct der name, spki; /* subject, packed fields as above; its key */
	int64_t years;
};

void warrant_pack(const struct warrant *, struct sink *);
/* Refused (warrant-form): not the bytes we would have written. */
bool warrant_unpack(struct der, struct warrant *, struct fault *) MUST_USE;
/* What people and the key statement sign. */
void warrant_digest(struct der packed, uint8_t out[32]);

void warrant_certificate_pack(const struct warrant_certificate *, struct sink *);
bool warrant_certificate_unpack(struct der, struct warrant_certificate *, struct fault *) MUST_USE;
void warrant_fields_pack(const struct warrant_field *, size_t, struct sink *);
bool warrant_fields_unpack(
    struct der, struct warrant_field[WARRANT_FIELDS], size_t *, struct fault *) MUST_USE;
void delivery_pack(const struct delivery *, struct sink *);
bool delivery_unpack(struct der, struct delivery *, struct fault *) MUST_USE;
void warrant_revoke_pack(const struct warrant_revoke *, struct sink *);
bool warrant_revoke_unpack(struct der, struct warrant_revoke *, struct fault *) MUST_USE;
void warrant_cacert_pack(const struct warrant_cacert *, struct sink *);
bool warrant_cacert_unpack(struct der, struct warrant_cacert *, struct fault *) MUST_USE;

extern const struct refusal WARRANT_FORM;

/*
 * Sealing for the way: the warrant in a box under a key of its own, that key sealed to each who
 * may open it. Purposes "warrant" and "warrant-key".
 */
enum { WARRANT_KEY = 32, WARRANT_WRAPPED = 160 };
void warrant_seal(struct der packed, const uint8_t key[WARRANT_KEY], struct sink *);
void warrant_wrap(const uint8_t key[WARRANT_KEY], const uint8_t seal_public[32], struct sink *);
/* Into plain, with the key itself. */
bool warrant_unseal(
    struct der sealed, const uint8_t key[WARRANT_KEY], struct sink *plain, struct fault *) MUST_USE;
/* Into plain, with both halves of one it was wrapped for. */
bool warrant_open(struct der sealed, struct der wrapped, const uint8_t seal_secret[32],
    const uint8_t seal_public[32], struct sink *plain, struct fault *) MUST_USE;

#endif
