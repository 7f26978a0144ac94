#include "act/person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/keys.h"
#include "vault/keyfile.h"

const struct refusal PERSON_REHEARSAL_KEY = { "rehearsal-key", FAULT_DENIED, "design 4" };

/* A rehearsal takes its own keys and real ones; a real service real ones only [design 4]. */
static bool
secret_read(const struct service *s, const char *path, const void *passphrase, size_t n,
    uint8_t *secret, struct fault *fault)
{
	struct fault first = { 0 };
	struct sink out = { .at = secret, .cap = P256_SECRET };
	if (keys_open(path, KEY_PERSON, s->rehearsal, passphrase, n, &out, &first) && !out.full &&
	    out.len == P256_SECRET)
		return true;
	if (first.row == &KEYFILE_OTHER_PURPOSE && s->rehearsal)
		return keyfile_read(
		    path, key_label(KEY_PERSON, false), passphrase, n, secret, P256_SECRET, fault);
	if (first.row == &KEYFILE_OTHER_PURPOSE) {
		struct fault other = { 0 };
		out.len = 0;
		if (keys_open(path, KEY_PERSON, true, passphrase, n, &out, &other) ||
		    other.row != &KEYFILE_OTHER_PURPOSE)
			return fault_refuse(fault, &PERSON_REHEARSAL_KEY, "key",
			    "「%s」は試験用の鍵です。本番のサービスでは使えません。", path);
	}
	if (first.code == FAULT_NONE)
		return fault_refuse(
		    fault, &KEYFILE_FORM, "key", "「%s」は鍵ファイルではありません。", path);
	*fault = first;
	return false;
}

static bool
find(struct service *s, struct person *p, const char *path, struct fault *fault)
{
	const struct charter *c;
	uint8_t point[P256_POINT];
	if (!service_charter(s, &c, NULL, fault) || !p256_public(p->secret, point, fault))
		return false;
	const struct holder *h = charter_by_point(c, point);
	if (h == NULL)
		return fault_refuse(fault, &ACT_UNKNOWN_PERSON, "key",
		    "「%s」の鍵は今の憲章（%lld）にありません。"
		    "akashi staff add で登録し、管理者の署名を受けてください。",
		    path, (long long)c->number);
	memcpy(p->id, h->id, sizeof(p->id));
	p->roles = h->roles;
	p->surface = h->surface;
	p->charter = c->number;
	snprintf(s->actor, sizeof(s->actor), "%s", h->id);
	return true;
}

bool
person_open(struct service *s, const char *key_file, const void *passphrase, size_t n,
    struct person **out, struct fault *fault)
{
	OWN_PERSON p = calloc(1, sizeof(*p));
	if (p == NULL || (p->secret = secret_new(P256_SECRET)) == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!secret_read(s, key_file, passphrase, n, p->secret, fault) ||
	    !find(s, p, key_file, fault))
		return false;
	*out = TAKE(p);
	return true;
}

void
person_free(struct person *p)
{
	if (p == NULL)
		return;
	secret_free(p->secret);
	free(p);
}

bool
person_is(const struct person *p, enum role role, struct fault *fault)
{
	return (p->roles & 1 << role) != 0 ||
	       fault_refuse(fault, &ACT_WRONG_ROLE, "key",
		   "「%s」さんには役割 %s がありません。役割のある方が行ってください。", p->id,
		   role_name(role));
}

bool
person_may(const struct person *p, enum act_kind kind, struct fault *fault)
{
	return person_is(p, act_role(kind), fault);
}

bool
person_sign(const struct person *p, enum act_kind kind, const uint8_t document[32],
    struct instant now, struct sink *packed, struct fault *fault)
{
	uint8_t bytes[P256_SIGNATURE_MOST];
	struct sink signature = SINK_INTO(bytes);
	struct act a = { .charter = p->charter, .at = now };
	if (!person_may(p, kind, fault))
		return false;
	memcpy(a.person, p->id, sizeof(a.person));
	memcpy(a.subject, document, sizeof(a.subject));
	if (!act_sign(&a, kind, p->secret, &signature, fault))
		return false;
	act_pack(&a, packed);
	return !packed->full || fault_set(fault, FAULT_BUG, "署名が大きすぎます。");
}
