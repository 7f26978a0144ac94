#include "act/cert.h"

#include <string.h>

#include "act/dossier.h"
#include "vault/digest.h"

const struct refusal CERT_UNKNOWN = { "cert-unknown", FAULT_MISSING, "R-10.17" };
const struct refusal CERT_OTHER = { "cert-other", FAULT_BROKEN, "design 4" };

enum { PAGE = 500 };

bool
cert_serial_read(const char *text, char out[SERIAL_HEX])
{
	char hex[SERIAL_HEX];
	size_t n = 0;
	for (; *text != '\0'; text++) {
		bool digit = *text >= '0' && *text <= '9';
		char low = (char)(*text | 0x20);
		if (*text == ':')
			continue;
		if ((!digit && (low < 'a' || low > 'f')) || n == SERIAL_HEX - 1)
			return false;
		hex[n++] = digit ? *text : low;
	}
	if (n == 0)
		return false;
	memset(out, '0', SERIAL_HEX - 1); /* leading zeros are often left out */
	memcpy(out + SERIAL_HEX - 1 - n, hex, n);
	out[SERIAL_HEX - 1] = '\0';
	return true;
}

const char *
cert_state(const struct cert_row *c, struct instant now)
{
	if (c->revoked_at != 0)
		return "revoked";
	return now.sec > c->not_after ? "expired" : "valid";
}

struct listing {
	cert_tell *tell;
	void *context;
	char last[SERIAL_HEX];
	size_t count;
};

static bool
list_row(const void *row, void *context, struct fault *fault)
{
	struct listing *l = context;
	const struct cert_row *c = row;
	(void)fault;
	memcpy(l->last, c->serial, sizeof(l->last)); /* read again after a failure, it goes on */
	l->count++;
	l->tell(l->context, c);
	return true;
}

static bool
list_page(struct tx *tx, void *context, struct fault *fault)
{
	struct listing *l = context;
	return cert_list(tx, l->last, PAGE, list_row, l, fault);
}

bool
cert_each(struct service *s, cert_tell *tell, void *context, struct fault *fault)
{
	struct listing l = { .tell = tell, .context = context };
	do {
		l.count = 0;
		if (!store_read(s->store, list_page, &l, fault))
			return false;
	} while (l.count > 0);
	return true;
}

struct opening {
	const char *serial;
	struct cert_row cert;
	struct dossier_row dossier;
	bool found;
};

static bool
load(struct tx *tx, void *context, struct fault *fault)
{
	struct opening *o = context;
	cert_drop(&o->cert);
	dossier_drop(&o->dossier);
	if (!cert_get(tx, o->serial, &o->cert, &o->found, fault))
		return false;
	if (!o->found)
		return fault_refuse(fault, &CERT_UNKNOWN, "SERIAL",
		    "番号「%s」の電子証明書はありません。akashi cert list で確かめてください。",
		    o->serial);
	return dossier_load_in(tx, o->cert.dossier, &o->dossier, fault);
}

bool
cert_open(struct service *s, const char *serial, const char *reason, struct sink *der,
    struct fault *fault)
{
	struct opening o = { .serial = serial };
	uint8_t digest[32];
	size_t from = der->len;
	bool good = store_read(s->store, load, &o, fault) &&
		    service_open_sealed(s, &o.dossier, "certificate",
			der_of(o.cert.for_dossier.at, o.cert.for_dossier.n), reason, der, fault);
	if (good) {
		digest_of(der->at + from, der->len - from, digest);
		good =
		    (!der->full && memcmp(digest, o.cert.digest, sizeof(digest)) == 0) ||
		    fault_refuse(fault, &CERT_OTHER, "SERIAL",
			"保管された電子証明書が台帳の記録と違います。監査担当に知らせてください。");
	}
	cert_drop(&o.cert);
	dossier_drop(&o.dossier);
	return good;
}
