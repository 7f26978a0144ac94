/*
 * A revocation list of N entries (argument, default 1,000,000) from finished entries, signed and
 * durable, as the signer streams it; beside it the same list by OpenSSL's own API in the same run.
 * Prints one JSON line; the ratio is the peer's CPU seconds over ours. [goals S4]
 */
#include <fcntl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"
#include "or_die.h"
#include "pki/cert.h"
#include "pki/crl.h"
#include "pki/rsa.h"
#include "vault/digest.h"
#include "vault/secret.h"

enum { SEED = 20261120, CHUNK = 8192 };

static long
resident(void)
{
	struct rusage u;
	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static void
serial_of(long i, uint8_t serial[20])
{
	uint64_t x = (uint64_t)i * 0x9e3779b97f4a7c15u + SEED;
	memset(serial, 0x11, 20);
	memcpy(serial + 8, &x, sizeof(x));
}

/* What the signer holds in revoked.der before a list is asked for. */
static void
entries_write(const char *path, long n)
{
	FILE *f = fopen(path, "wb");
	for (long i = 0; f != NULL && i < n; i++) {
		uint8_t serial[20], bytes[CRL_ENTRY_MOST];
		struct sink s = SINK_INTO(bytes);
		serial_of(i, serial);
		crl_entry(serial, (struct instant){ 1795132800 + i }, i % 2 == 0 ? 5 : 0,
		    (struct instant){ 0 }, &s);
		(void)fwrite(s.at, 1, s.len, f);
	}
	if (f == NULL || fclose(f) != 0)
		exit(1);
}

static void
stream(int in, int out, struct digest *d)
{
	uint8_t part[CHUNK];
	ssize_t n;
	(void)lseek(in, 0, SEEK_SET);
	while ((n = read(in, part, sizeof(part))) > 0) {
		if (d != NULL)
			digest_add(d, part, (size_t)n);
		if (out != -1 && write(out, part, (size_t)n) != n)
			exit(1);
	}
}

static void
put(int fd, const struct sink *s)
{
	if (write(fd, s->at, s->len) != (ssize_t)s->len)
		exit(1);
}

static void
ours(const struct rsa *key, struct der issuer, const char *entries, const char *to)
{
	uint8_t a[64], b[CRL_PREFIX_MOST], c[CRL_SUFFIX_MOST], e[1200], g[1024], digest[32];
	struct sink before = SINK_INTO(a), prefix = SINK_INTO(b), suffix = SINK_INTO(c);
	struct sink after = SINK_INTO(e), signature = SINK_INTO(g);
	struct fault fault = { 0 };
	int in = open(entries, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct crl_head h = { .issuer = issuer,
		.this_update = { 1795132800 },
		.next_update = { 1795478400 },
		.number = 7,
		.expired_since = { 1795132800 },
		.entry_bytes = (uint64_t)lseek(in, 0, SEEK_END) };
	struct digest d;
	crl_prefix(&h, &prefix);
	crl_suffix(&h, &suffix);
	digest_begin(&d);
	digest_add(&d, prefix.at, prefix.len);
	stream(in, -1, &d);
	digest_add(&d, suffix.at, suffix.len);
	digest_end(&d, digest);
	or_die(rsa_sign(key, digest, &signature, &fault), &fault);
	crl_frame(&h, signature.len, &before, signature.at, &after);
	put(out, &before);
	put(out, &prefix);
	stream(in, out, NULL);
	put(out, &suffix);
	put(out, &after);
	if (fsync(out) != 0 || close(out) != 0)
		exit(1);
	(void)close(in);
}

static void
peer_entry(X509_CRL *x, long i)
{
	uint8_t serial[20];
	serial_of(i, serial);
	X509_REVOKED *e = X509_REVOKED_new();
	BIGNUM *bn = BN_bin2bn(serial, 20, NULL);
	ASN1_INTEGER *number = BN_to_ASN1_INTEGER(bn, NULL);
	ASN1_TIME *at = ASN1_TIME_set(NULL, 1795132800 + i);
	X509_REVOKED_set_serialNumber(e, number);
	X509_REVOKED_set_revocationDate(e, at);
	if (i % 2 == 0) {
		ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
		ASN1_ENUMERATED_set(reason, 5);
		X509_REVOKED_add1_ext_i2d(e, NID_crl_reason, reason, 0, 0);
		ASN1_ENUMERATED_free(reason);
	}
	X509_CRL_add0_revoked(x, e);
	ASN1_TIME_free(at);
	ASN1_INTEGER_free(number);
	BN_free(bn);
}

static void
peer(EVP_PKEY *key, long n, const char *to)
{
	X509_CRL *x = X509_CRL_new();
	X509_NAME *name = X509_NAME_new();
	ASN1_TIME *at = ASN1_TIME_set(NULL, 1795132800);
	ASN1_INTEGER *number = ASN1_INTEGER_new();
	X509_NAME_add_entry_by_NID(
	    name, NID_commonName, MBSTRING_UTF8, (const unsigned char *)"bench", -1, -1, 0);
	X509_CRL_set_version(x, 1);
	X509_CRL_set_issuer_name(x, name);
	X509_CRL_set1_lastUpdate(x, at);
	X509_CRL_set1_nextUpdate(x, at);
	for (long i = 0; i < n; i++)
		peer_entry(x, i);
	ASN1_INTEGER_set(number, 7);
	X509_CRL_add1_ext_i2d(x, NID_crl_number, number, 0, 0);
	X509_CRL_sort(x);
	FILE *f = fopen(to, "wb");
	if (X509_CRL_sign(x, key, EVP_sha256()) == 0 || f == NULL || i2d_X509_CRL_fp(f, x) != 1 ||
	    fflush(f) != 0 || fsync(fileno(f)) != 0)
		exit(1);
	(void)fclose(f);
	ASN1_INTEGER_free(number);
	ASN1_TIME_free(at);
	X509_NAME_free(name);
	X509_CRL_free(x);
}

int
main(int argc, char **argv)
{
	long n = argc > 1 ? strtol(argv[1], NULL, 10) : 1000000;
	char folder[] = "/tmp/akashi-bench-XXXXXX", entries[64], a[64], b[64];
	struct fault fault = { 0 };
	struct rsa *key;
	uint8_t name_bytes[64];
	struct sink name = SINK_INTO(name_bytes);
	const struct cert_field cn = { PLACE_SUBJECT, "2.5.4.3", false,
		{ (const uint8_t *)"bench", 5 } };
	or_die(vault_start(&fault) && rsa_new(2048, &key, &fault), &fault);
	if (mkdtemp(folder) == NULL)
		return 1;
	(void)snprintf(entries, sizeof(entries), "%s/revoked.der", folder);
	(void)snprintf(a, sizeof(a), "%s/ours.crl", folder);
	(void)snprintf(b, sizeof(b), "%s/peer.crl", folder);
	name_put(&name, &cn, 1);
	entries_write(entries, n);
	long idle = resident();
	double t0 = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
	ours(key, der_of(name.at, name.len), entries, a);
	double t1 = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
	long after = resident();
	EVP_PKEY *other = EVP_RSA_gen(2048);
	double t2 = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
	peer(other, n, b);
	double t3 = bench_clock(CLOCK_PROCESS_CPUTIME_ID);
	char what[64];
	snprintf(what, sizeof(what), "list of %ld entries", n);
	struct figure f = { .bench = "S4",
		.what = what,
		.ours = t1 - t0,
		.peer = t3 - t2,
		.digits = 3,
		.less = true,
		.unit = "CPU s (peer: OpenSSL API)" };
	bench_print(&f, "\"ours_kb_above_idle\": %ld, \"peer_kb\": %ld, \"seed\": %d", after - idle,
	    resident() - after, SEED);
	(void)unlink(entries);
	(void)unlink(a);
	(void)unlink(b);
	(void)rmdir(folder);
	EVP_PKEY_free(other);
	rsa_free(key);
	return 0;
}
