/*
 * act/keys.h - keys made by their owner: a secret half in an encrypted file, a public half to hand on.
 *
 * OUT is a key file (vault/keyfile.h); OUT.pub is one line "akashi public v1 PURPOSE MARK HEX" and
 * the eight words to say aloud when it is handed over [design 2]. The mark, real or rehearsal,
 * stands in both: a rehearsal's key never opens as a real one. No service is needed or touched;
 * whoever receives a public half judges it with key_public_read alone. A CA key may be made in a
 * token instead: OUT then says where it is and holds no secret, and the passphrase is its PIN.
 */
#ifndef AKASHI_ACT_KEYS_H
#define AKASHI_ACT_KEYS_H

#include "base/der.h"
#include "base/fault.h"
#include "book/words.h"
#include "pki/p256.h"
#include "pki/rsa.h"
#include "vault/seal.h"

enum key_purpose {
	KEY_PERSON, /* P-256: approvals */
	KEY_STATION, /* P-256: print keys of the day */
	KEY_ARCHIVE, /* X25519 */
	KEY_SIGNER, /* P-256 for receipts, then X25519 for warrants */
	KEY_KEYMAKER, /* P-256 for statements, then X25519 for warrants */
	KEY_CA, /* RSA, PKCS#8 */
	KEY_PURPOSES
};
const char *key_purpose_name(enum key_purpose); /* "person" ... */
bool key_purpose_read(const char *, enum key_purpose *) MUST_USE;
/* What the key file is sealed as: "person", or "rehearsal-person"; static. */
const char *key_label(enum key_purpose, bool rehearsal);

enum { KEY_PAIR_SECRET = P256_SECRET + SEAL_SECRET, KEY_PAIR_PUBLIC = P256_POINT + SEAL_PUBLIC };
enum { KEY_PUBLIC_MOST = RSA_SPKI_MOST, KEY_PASSPHRASE_LEAST = 12, KEY_PASSPHRASE_MOST = 1024 };

/* Point, X25519, both in this order, or SubjectPublicKeyInfo: by purpose. */
struct key_public {
	enum key_purpose purpose;
	bool rehearsal;
	uint8_t bytes[KEY_PUBLIC_MOST];
	size_t len;
};
char *key_words(const struct key_public *, char out[WORDS_TEXT]); /* returns out */

extern const struct refusal KEY_PASSPHRASE_SHORT, KEY_PUBLIC_FORM, KEY_PUBLIC_PURPOSE,
    KEY_PUBLIC_WORDS, KEY_PUBLIC_VALUE;

/* A PKCS#11 token; the names are borrowed. */
struct key_token {
	const char *label, *module, *environment,
	    *serial; /* the last two: NULL, where not needed */
};
struct key_request {
	const char *out; /* refused where it or OUT.pub exists */
	enum key_purpose purpose;
	bool rehearsal; /* weakly guarded; the passphrase may be empty */
	int ca_bits; /* of a CA key */
	const struct key_token *token; /* of a CA key; NULL: in the file */
	const char *from; /* of a CA key: PKCS#8 of before, PEM or DER; NULL: a new key is made */
	const void *from_passphrase; /* its own */
	size_t from_passphrase_len;
	const void *passphrase;
	size_t passphrase_len;
};
bool keys_new(const struct key_request *, struct key_public *, struct fault *) MUST_USE;
/* ca_key_bits of the shipped policy: a CA key is made before there is a service. */
bool keys_ca_bits(struct day today, int *bits, struct fault *) MUST_USE;

struct key_about {
	struct key_public half;
	int64_t bits;
	char module[256], token[33], serial[17], label[64]; /* "": it lies in the file */
};
/* A CA key is opened and signs a text made for that. Each thing that is wrong is a row of its own. */
bool keys_check(const char *path, bool real, const void *passphrase, size_t, struct key_about *,
    struct fault *) MUST_USE;

/* Into the sink over locked memory. The wrong mark or purpose: KEYFILE_OTHER_PURPOSE. */
bool keys_open(const char *path, enum key_purpose, bool rehearsal, const void *passphrase,
    size_t passphrase_len, struct sink *secret, struct fault *) MUST_USE;
/* A public half somebody handed over: its form, its words, and that it is a key at all. */
bool key_public_read(
    const char *path, enum key_purpose, struct key_public *, struct fault *) MUST_USE;

#endif
