#include "pki/bundle.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "pki/bundle_in.h"

const struct refusal BUNDLE_FILE = { "bundle-file", FAULT_USAGE, "RFC7468 5" };

/* Takes one value, the whole of it, into the stack it is for. */
struct kind {
	const char *pem, *also; /* labels of PEM */
	bool (*take)(void *stack, struct der);
	const char *what;
};

static bool
take_certificate(void *stack, struct der d)
{
	const uint8_t *at = d.p;
	OWN(X509) x = d2i_X509(NULL, &at, (long)d.n);
	if (x == NULL || at != d.p + d.n || sk_X509_num(stack) >= BUNDLE_CERTIFICATES_MOST ||
	    sk_X509_push(stack, x) <= 0)
		return false;
	x = NULL;
	return true;
}

/* [RFC5280 5.1.1.2]: both algorithms are the same; OpenSSL does not look at the outer one's
 * parameters. */
static bool
list_algorithms_same(struct der d)
{
	struct der all, tbs, outer, inner;
	int64_t version;
	if (!der_take(&d, DER_SEQUENCE, &all) || !der_take(&all, DER_SEQUENCE, &tbs) ||
	    !der_take_whole(&all, DER_SEQUENCE, &outer))
		return false;
	if (tbs.n > 0 && tbs.p[0] == DER_INTEGER && !der_take_int(&tbs, &version))
		return false;
	return der_take_whole(&tbs, DER_SEQUENCE, &inner) && inner.n == outer.n &&
	       memcmp(inner.p, outer.p, inner.n) == 0;
}

/* One whose algorithms differ is read and counts as none. */
static bool
take_list(void *stack, struct der d)
{
	const uint8_t *at = d.p;
	OWN(X509_CRL) crl = d2i_X509_CRL(NULL, &at, (long)d.n);
	if (crl == NULL || at != d.p + d.n || sk_X509_CRL_num(stack) >= BUNDLE_CERTIFICATES_MOST)
		return false;
	if (!list_algorithms_same(d))
		return true;
	if (sk_X509_CRL_push(stack, crl) <= 0)
		return false;
	crl = NULL;
	return true;
}

static const struct kind CERTIFICATE = { PEM_STRING_X509, PEM_STRING_X509_OLD, take_certificate,
	"証明書" };
static const struct kind LIST = { PEM_STRING_X509_CRL, PEM_STRING_X509_CRL, take_list,
	"失効リスト" };

/* One block; *more is false behind the last. */
static bool
pem_next(BIO *in, const struct kind *kind, void *stack, int *taken, bool *more)
{
	char *name = NULL, *header = NULL;
	uint8_t *data = NULL;
	long n = 0;
	bool good = true;
	*more = PEM_read_bio(in, &name, &header, &data, &n) == 1;
	if (!*more) {
		/* The end says "no start line"; anything else is a damaged block. */
		good = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
	} else if (strcmp(name, kind->pem) == 0 || strcmp(name, kind->also) == 0) {
		good = kind->take(stack, der_of(data, (size_t)n));
		*taken += good;
	}
	OPENSSL_free(name);
	OPENSSL_free(header);
	/* It may have been a key. */
	OPENSSL_clear_free(data, n > 0 ? (size_t)n : 0);
	return ossl_answer(good);
}

static bool
pem_read(struct der bytes, const struct kind *kind, void *stack)
{
	BIO *in = BIO_new_mem_buf(bytes.p, (int)bytes.n);
	int taken = 0;
	bool more = in != NULL, good = in != NULL;
	while (good && more)
		good = pem_next(in, kind, stack, &taken, &more);
	BIO_free(in);
	return good && taken > 0;
}

static bool
read_kind(const struct bundle_file *file, const struct kind *kind, void *stack, struct fault *fault)
{
	static const char MARK[] = "-----BEGIN ";
	ossl_ready();
	bool good = false;
	if (file->bytes.n > 0 && file->bytes.n <= BUNDLE_MOST)
		good = (file->bytes.p[0] == DER_SEQUENCE && kind->take(stack, file->bytes)) ||
		       (memmem(file->bytes.p, file->bytes.n, MARK, sizeof(MARK) - 1) != NULL &&
			   pem_read(file->bytes, kind, stack));
	if (ossl_answer(good))
		return true;
	return fault_refuse(fault, &BUNDLE_FILE, NULL,
	    "「%.200s」は%sとして読めません。PEM か DER の%sのファイルを指定してください。",
	    file->name, kind->what, kind->what);
}

bool
bundle_certificates(const struct bundle_file *file, X509S *stack, struct fault *fault)
{
	return read_kind(file, &CERTIFICATE, stack, fault);
}

bool
bundle_lists(const struct bundle_file *file, X509_CRLS *stack, struct fault *fault)
{
	return read_kind(file, &LIST, stack, fault);
}

/* n 0 or less: it was not the only one. */
static bool
only(const struct bundle_file *file, const struct kind *kind, const uint8_t *bytes, int n,
    struct sink *der, struct fault *fault)
{
	sink_bytes(der, bytes, n > 0 ? (size_t)n : 0);
	return (n > 0 && !der->full) ||
	       fault_refuse(fault, &BUNDLE_FILE, NULL,
		   "「%.200s」に%sが 1 つだけ入ったファイルを指定してください。", file->name,
		   kind->what);
}

bool
bundle_certificate(const struct bundle_file *file, struct sink *der, struct fault *fault)
{
	OWN_X509S all = sk_X509_new_null();
	OWN_OSSL(bytes) = NULL;
	if (!bundle_certificates(file, all, fault))
		return false;
	int n = sk_X509_num(all) == 1 ? i2d_X509(sk_X509_value(all, 0), &bytes) : -1;
	return only(file, &CERTIFICATE, bytes, n, der, fault);
}

bool
bundle_list(const struct bundle_file *file, struct sink *der, struct fault *fault)
{
	OWN_X509_CRLS all = sk_X509_CRL_new_null();
	OWN_OSSL(bytes) = NULL;
	if (!bundle_lists(file, all, fault))
		return false;
	int n = sk_X509_CRL_num(all) == 1 ? i2d_X509_CRL(sk_X509_CRL_value(all, 0), &bytes) : -1;
	return only(file, &LIST, bytes, n, der, fault);
}
