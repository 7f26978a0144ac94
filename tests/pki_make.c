/*
 * pki_make FOLDER: what the readers' tests hand to other programs. A root, a certificate with every
 * kind of name, its PKCS#12 with the PIN beside it, a list that does not name it, one that does.
 */
#include "pki.h"

#include <stdlib.h>

#include "base/file.h"
#include "pki/pkcs12.h"

#define PIN "K7QX-M3RT-9HWA-4PCE"
enum { TURNS = 10000, DAY = 86400 };

static void
put(const char *folder, const char *name, const void *bytes, size_t n)
{
	char path[4096];
	struct fault f = { 0 };
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (!file_write_new(path, 0600, bytes, n, &f)) {
		fprintf(stderr, "pki_make: %s\n", f.say);
		exit(1);
	}
}

static void
list_put(const struct pki *p, const char *folder, const char *name, const uint8_t *serial,
    uint64_t number)
{
	/* NSS takes a second list only where it is later. */
	struct instant this_update = { p->body.not_before.sec + (int64_t)number };
	struct crl_head head = { .issuer = p->name,
		.this_update = this_update,
		.next_update = { this_update.sec + 4 * DAY },
		.number = number,
		.expired_since = p->ca_body.not_before };
	uint8_t other[20] = { 0x22 }, signature[RSA_SIGNATURE_MOST], digest[32];
	OWN_SINK tbs = SINK_GROW(1 << 16);
	OWN_SINK entries = SINK_GROW(1 << 16);
	OWN_SINK whole = SINK_GROW(1 << 16);
	OWN_SINK after = SINK_GROW(1 << 16);
	struct sink sig = SINK_INTO(signature);
	struct fault f = { 0 };
	crl_entry(other, head.this_update, 1, (struct instant){ 0 }, &entries);
	if (serial != NULL)
		crl_entry(serial, head.this_update, 5, p->body.not_before, &entries);
	head.entry_bytes = entries.len;
	memcpy(head.issuer_key_id, p->body.issuer_key_id, 20);
	crl_prefix(&head, &tbs);
	sink_bytes(&tbs, entries.at, entries.len);
	crl_suffix(&head, &tbs);
	digest_of(tbs.at, tbs.len, digest);
	assert_true(rsa_sign(p->ca_key, digest, &sig, &f));
	crl_frame(&head, sig.len, &whole, sig.at, &after);
	sink_bytes(&whole, tbs.at, tbs.len);
	sink_bytes(&whole, after.at, after.len);
	assert_true(crl_check(der_of(whole.at, whole.len), p->ca_cert, number, &f));
	put(folder, name, whole.at, whole.len);
}

static void
file_put(const struct pki *p, const char *folder, enum pkcs12_kind kind, const char *name)
{
	static const uint8_t SALT[16] = { 3, 1, 4, 1, 5, 9, 2, 6 };
	uint8_t mac_key[PKCS12_MAC_KEY];
	OWN_SINK bag = SINK_GROW(PKCS12_BAG_MOST);
	OWN_SINK p12 = SINK_GROW(PKCS12_MOST);
	struct fault f = { 0 };
	assert_true(pkcs12_bag(p->key, kind, PIN, TURNS, &bag, &f));
	assert_true(pkcs12_mac_key(kind, PIN, SALT, sizeof(SALT), TURNS, mac_key, &f));
	assert_true(pkcs12_complete(kind, der_of(bag.at, bag.len), mac_key, SALT, sizeof(SALT),
	    TURNS, p->cert, p->ca_cert, &p12, &f));
	put(folder, name, p12.at, p12.len);
}

/* GnuTLS and Java know no time but the clock's: everything begins an hour ago. */
static void
begin_now(struct pki *p)
{
	int64_t now = instant_now().sec;
	p->ca_body.not_before.sec = p->body.not_before.sec = now - 3600;
	p->ca_body.not_after.sec = now + 3650ll * DAY;
	p->body.not_after.sec = now + 760ll * DAY;
	p->ca_cert = pki_root(p->ca_key, &p->ca_body, p->ca_bytes, sizeof(p->ca_bytes));
	p->cert = pki_issue(p, &p->body, p->cert_bytes, sizeof(p->cert_bytes));
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: pki_make FOLDER\n", stderr);
		return 2;
	}
	struct pki *p = pki_new();
	begin_now(p);
	put(argv[1], "ca.crt", p->ca_cert.p, p->ca_cert.n);
	put(argv[1], "taro.crt", p->cert.p, p->cert.n);
	put(argv[1], "name", PKI_NAME, sizeof(PKI_NAME) - 1);
	/* A root of the same name with another key. */
	uint8_t buf[CERT_MOST];
	struct ca_body other = p->ca_body;
	other.spki = p->other_spki;
	struct der root = pki_root(p->other_key, &other, buf, sizeof(buf));
	put(argv[1], "other-ca.crt", root.p, root.n);
	list_put(p, argv[1], "ca.crl", NULL, 6);
	list_put(p, argv[1], "revoked.crl", p->body.serial, 7);
	file_put(p, argv[1], PKCS12_STRONG, "taro.p12");
	file_put(p, argv[1], PKCS12_LEGACY, "old.p12");
	put(argv[1], "pin", PIN, sizeof(PIN) - 1);
	pki_free(p);
	return 0;
}
