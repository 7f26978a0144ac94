#include "act/draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/rulebook.h"
#include "base/file.h"
#include "book/pack.h"
#include "vault/digest.h"

const struct refusal DRAFT_REHEARSAL_KEY = { "draft-rehearsal-key", FAULT_DENIED, "design 4" };
const struct refusal DRAFT_NAME = { "draft-name", FAULT_INPUT, "design 2" };
const struct refusal DRAFT_ROLES = { "draft-roles", FAULT_INPUT, "X-2" };

static const char *const FILES[] = { "ca/charter.draft", "ca/policy.draft", "ca/pack.draft" };

static bool
packed_read(struct service *s, const char *name, struct sink *out, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n;
	if (!file_read(
		service_path(s, name, path), RULEBOOK_MOST, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	sink_bytes(out, bytes, n);
	return !out->full || fault_set(fault, FAULT_BUG, "「%s」が大きすぎます。", path);
}

bool
draft_packed(struct service *s, struct sink *out, uint8_t digest[32], struct fault *fault)
{
	char path[SERVICE_PATH];
	if (!file_exists(service_path(s, FILES[0], path)))
		return fault_set(fault, FAULT_MISSING,
		    "署名を待つ憲章がありません。"
		    "akashi staff add か policy adopt で作ってください。");
	if (!packed_read(s, FILES[0], out, fault))
		return false;
	charter_digest(der_of(out->at, out->len), digest);
	return true;
}

/* The one in force, as what its successor starts from. */
static bool
draft_begin(struct service *s, struct charter *c, struct fault *fault)
{
	OWN_SINK packed = SINK_GROW(CHARTER_MOST);
	if (!packed_read(s, "ca/charter.der", &packed, fault) ||
	    !charter_unpack(der_of(packed.at, packed.len), c, fault))
		return false;
	charter_digest(der_of(packed.at, packed.len), c->previous);
	c->number++;
	return true;
}

bool
draft_read(struct service *s, struct charter **out, bool *fresh, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_SINK packed = SINK_GROW(CHARTER_MOST);
	struct charter *c = calloc(1, sizeof(*c));
	struct charter *next = calloc(1, sizeof(*next));
	bool there = file_exists(service_path(s, FILES[0], path));
	bool good = c != NULL && next != NULL && draft_begin(s, next, fault) &&
		    (!there || (packed_read(s, FILES[0], &packed, fault) &&
				   charter_unpack(der_of(packed.at, packed.len), c, fault)));
	/* one that has come into force, or was begun before another did, is none */
	*fresh = good && (!there || c->number != next->number ||
			     memcmp(c->previous, next->previous, sizeof(c->previous)) != 0);
	if (*fresh)
		*c = *next;
	free(next);
	if (good)
		*out = c;
	else
		free(c);
	return good;
}

bool
draft_write(struct service *s, struct charter *c, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_SINK packed = SINK_GROW(CHARTER_MOST);
	c->not_before = s->now;
	c->not_after.sec = s->now.sec + (int64_t)CHARTER_DAYS * DAY_SECONDS;
	charter_pack(c, &packed);
	return (!packed.full || fault_set(fault, FAULT_INPUT, "憲章が大きすぎます。")) &&
	       file_write(service_path(s, FILES[0], path), 0640, packed.at, packed.len, fault);
}

void
draft_end(struct service *s)
{
	char path[SERVICE_PATH];
	for (size_t i = 0; i < COUNT(FILES); i++)
		(void)unlink(service_path(s, FILES[i], path));
}

static bool
name_good(const char *name)
{
	return name[0] != '\0' && strlen(name) < ACT_PERSON &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._@") ==
		   strlen(name);
}

static struct holder *
place_for(struct holder *h, size_t *n, size_t most, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(h[i].id, name) == 0)
			return &h[i];
	return *n < most ? &h[(*n)++] : NULL;
}

static bool
person_add(struct charter *c, const struct draft_holder *d, struct fault *fault)
{
	enum surface surface;
	unsigned roles;
	if (d->roles == NULL || d->surface == NULL || !role_set_read(d->roles, &roles) ||
	    !surface_read(d->surface, &surface))
		return fault_refuse(fault, &DRAFT_ROLES, "--roles",
		    "役割（reception,screening,approval,accounting,issuing,dispatch,"
		    "revocation,audit,admin）と端末（desk か station）を指定してください。");
	bool custodian = (roles & 1u << ROLE_CUSTODIAN) != 0;
	struct holder *h = custodian
			       ? place_for(c->custodian, &c->custodians, CUSTODIANS_MOST, d->name)
			       : place_for(c->staff, &c->staffs, STAFF_MOST, d->name);
	if (h == NULL)
		return fault_set(fault, FAULT_INPUT, "憲章に入る人数を超えました。");
	(void)snprintf(h->id, sizeof(h->id), "%s", d->name);
	h->roles = (int64_t)roles;
	h->surface = surface;
	memcpy(h->point, d->key->bytes, P256_POINT);
	return true;
}

static bool
station_add(struct charter *c, const struct draft_holder *d, struct fault *fault)
{
	struct holder *h = place_for(c->station, &c->stations, STATIONS_MOST, d->name);
	if (h == NULL)
		return fault_set(fault, FAULT_INPUT, "憲章に入る印刷局の数を超えました。");
	(void)snprintf(h->id, sizeof(h->id), "%s", d->name);
	h->roles = 0;
	h->surface = SURFACE_STATION;
	memcpy(h->point, d->key->bytes, P256_POINT);
	return true;
}

static void
pair_add(uint8_t *point, uint8_t *seal, const struct key_public *k)
{
	memcpy(point, k->bytes, P256_POINT);
	memcpy(seal, k->bytes + P256_POINT, SEAL_PUBLIC);
}

bool
draft_add(struct charter *c, const struct draft_holder *d, struct fault *fault)
{
	if (!name_good(d->name))
		return fault_refuse(fault, &DRAFT_NAME, "NAME",
		    "名前は半角の英数字と - . _ @ で %d 文字までです。", ACT_PERSON - 1);
	if (d->key->rehearsal && !c->rehearsal)
		return fault_refuse(fault, &DRAFT_REHEARSAL_KEY, "--public",
		    "試験用の鍵は本番のサービスに登録できません。");
	switch (d->key->purpose) {
	case KEY_PERSON:
		return person_add(c, d, fault);
	case KEY_STATION:
		return station_add(c, d, fault);
	case KEY_SIGNER:
		pair_add(c->signer_point, c->signer_seal, d->key);
		return true;
	case KEY_KEYMAKER:
		pair_add(c->keymaker_point, c->keymaker_seal, d->key);
		return true;
	case KEY_ARCHIVE:
		memcpy(c->archive_seal, d->key->bytes, SEAL_PUBLIC);
		return true;
	case KEY_CA:
	case KEY_PURPOSES:
		break;
	}
	return fault_set(fault, FAULT_INPUT,
	    "認証局の鍵は憲章に入りません。akashi ca certify で証明書にします。");
}

static bool
holder_remove(struct holder *h, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(h[i].id, name) == 0) {
			memmove(&h[i], &h[i + 1], (*n - i - 1) * sizeof(*h));
			(*n)--;
			return true;
		}
	return false;
}

bool
draft_remove(struct charter *c, const char *name, struct fault *fault)
{
	return holder_remove(c->staff, &c->staffs, name) ||
	       holder_remove(c->station, &c->stations, name) ||
	       holder_remove(c->custodian, &c->custodians, name) ||
	       fault_set(fault, FAULT_MISSING,
		   "「%s」さんは次の憲章にいません。名前を確かめてください。", name);
}

bool
draft_adopt(struct service *s, struct charter *c, uint8_t policy[32], struct fault *fault)
{
	char folder[SERVICE_PATH], path[SERVICE_PATH];
	struct policy_errors errors;
	struct policy rules;
	OWN_SINK book = SINK_GROW(RULEBOOK_MOST);
	OWN_SINK pack = SINK_GROW(PACK_MOST);
	service_path(s, "policy", folder);
	if (!rulebook_check(folder, &rules, &errors, fault))
		return false;
	bool good = rulebook_pack(folder, &book, fault);
	if (good) {
		digest_of(book.at, book.len, policy);
		pack_compile(&rules, s->today, policy, &pack);
	}
	policy_free(&rules);
	if (!good)
		return false;
	if (pack.full)
		return fault_set(fault, FAULT_INPUT, "プロファイルが大きすぎます。");
	digest_of(pack.at, pack.len, c->pack);
	return file_write(service_path(s, FILES[1], path), 0640, book.at, book.len, fault) &&
	       file_write(service_path(s, FILES[2], path), 0640, pack.at, pack.len, fault) &&
	       draft_write(s, c, fault);
}
