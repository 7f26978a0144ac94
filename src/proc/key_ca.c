#include "proc/key_ca.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "vault/digest.h"
#include "vault/keyfile.h"

const struct refusal CA_KEY_SIGNATURE = { "key-signature", FAULT_CRYPTO, "design 5" };

static const char REAL[] = "ca", REHEARSAL[] = "rehearsal-ca";

/* A rehearsal's keys are marked as such where they were made. */
static bool
from_file(const char *path, bool real, const void *passphrase, size_t n, struct ca_key *k,
    struct fault *fault)
{
	OWN_SECRET(plain) = secret_new(KEYFILE_SECRET_MOST);
	struct sink out = { .at = plain, .cap = KEYFILE_SECRET_MOST };
	struct fault first = { 0 };
	if (plain == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (keyfile_read_sink(path, REAL, passphrase, n, &out, &first))
		return rsa_from_pkcs8(out.at, out.len, &k->file, fault);
	if (first.row != &KEYFILE_OTHER_PURPOSE || real) {
		*fault = first;
		return false;
	}
	return keyfile_read_sink(path, REHEARSAL, passphrase, n, &out, fault) &&
	       rsa_from_pkcs8(out.at, out.len, &k->file, fault);
}

static bool
from_token(
    const char *path, bool real, const void *pin, size_t n, struct ca_key *k, struct fault *fault)
{
	if (!token_place_read(path, &k->place, fault))
		return false;
	if (strcmp(k->place.purpose, REAL) != 0 &&
	    (real || strcmp(k->place.purpose, REHEARSAL) != 0))
		return fault_refuse(fault, &KEYFILE_OTHER_PURPOSE, "key",
		    "「%s」は別の用途（%s）の鍵です。用途の合う鍵を指定してください。", path,
		    k->place.purpose);
	size_t half = strlen(k->place.public_half) / 2;
	k->spki_len = half;
	if (!hex_read(k->place.public_half, k->spki, half) ||
	    !rsa_spki_read(der_of(k->spki, half), &(int){ 0 }, NULL))
		return fault_refuse(fault, &TOKEN_FORM, "public_half",
		    "「%s」の公開する半分が鍵として読めません。", path);
	return token_open(&k->place, pin, n, &k->token, fault);
}

bool
ca_key_open(const char *path, bool real, const void *passphrase, size_t n, struct ca_key *k,
    struct fault *fault)
{
	struct sink spki = SINK_INTO(k->spki);
	if (token_place_is(path))
		return from_token(path, real, passphrase, n, k, fault);
	if (!from_file(path, real, passphrase, n, k, fault))
		return false;
	bool good = rsa_spki(k->file, &spki);
	k->spki_len = spki.len;
	return good || fault_set(fault, FAULT_BUG, "鍵が大きすぎます。");
}

void
ca_key_close(struct ca_key *k)
{
	rsa_free(k->file);
	token_close(k->token);
	k->file = NULL;
	k->token = NULL;
}

bool
ca_key_sign(struct ca_key *k, const uint8_t digest[32], struct sink *signature, struct fault *fault)
{
	return k->token != NULL ? token_sign(k->token, digest, signature, fault)
				: rsa_sign(k->file, digest, signature, fault);
}

/* The digest of no certificate and no list. */
static bool
try_out(struct ca_key *k, struct fault *fault)
{
	static const char TEXT[] = "akashi key check v1";
	uint8_t digest[DIGEST], bytes[RSA_SIGNATURE_MOST];
	struct sink signature = SINK_INTO(bytes);
	digest_of(TEXT, sizeof(TEXT) - 1, digest);
	return ca_key_sign(k, digest, &signature, fault) &&
	       (rsa_verify(der_of(k->spki, k->spki_len), digest, signature.at, signature.len) ||
		   fault_refuse(fault, &CA_KEY_SIGNATURE, "key",
		       "鍵の試しの署名が正しくありません。この鍵とトークンを使わないでください。"));
}

bool
ca_key_about(struct ca_key *k, struct sink *out, struct fault *fault)
{
	struct agent_about a = { .spki = der_of(k->spki, k->spki_len) };
	int bits;
	if (!try_out(k, fault) || !rsa_spki_read(a.spki, &bits, fault))
		return false;
	a.bits = bits;
	if (k->token != NULL) {
		memcpy(a.module, k->place.module, sizeof(a.module));
		memcpy(a.token, k->place.token, sizeof(a.token));
		memcpy(a.serial, k->place.serial, sizeof(a.serial));
		memcpy(a.key, k->place.key, sizeof(a.key));
	}
	agent_about_pack(&a, out);
	return true;
}

/* Its name in the token is new, so that no other key there is ever taken for it. */
static void
name_new(struct token_place *p)
{
	uint8_t id[TOKEN_ID];
	secret_random(id, sizeof(id));
	hex_print(p->id, id, sizeof(id));
	snprintf(p->key, sizeof(p->key), "akashi %s %.8s", p->purpose, p->id);
}

bool
ca_key_make(const char *path, const struct agent_make *m, const void *pin, size_t n,
    struct sink *spki, struct fault *fault)
{
	struct token_place p = { .id = "" };
	struct ca_key k = { .file = NULL };
	memcpy(p.purpose, m->purpose, sizeof(p.purpose));
	memcpy(p.module, m->module, sizeof(p.module));
	memcpy(p.environment, m->environment, sizeof(p.environment));
	memcpy(p.token, m->token, sizeof(p.token));
	memcpy(p.serial, m->serial, sizeof(p.serial));
	name_new(&p);
	if (m->bits < TOKEN_BITS_LEAST || m->bits > TOKEN_BITS_MOST)
		return fault_set(fault, FAULT_INPUT, "トークンの鍵は %d から %d ビットです。",
		    TOKEN_BITS_LEAST, TOKEN_BITS_MOST);
	if (!token_place_good(&p, fault) || !token_make(&p, (int)m->bits, pin, n, fault))
		return false;
	if (!token_place_write(path, &p, fault)) {
		token_unmake(&p, pin, n);
		return false;
	}
	bool good = ca_key_open(path, false, pin, n, &k, fault) && try_out(&k, fault);
	ca_key_close(&k);
	if (good) {
		sink_bytes(spki, k.spki, k.spki_len);
		return true;
	}
	token_unmake(&p, pin, n);
	(void)remove(path);
	return false;
}
