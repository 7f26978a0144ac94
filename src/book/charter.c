#include "book/charter.h"

#include <string.h>

#include "vault/digest.h"

const struct refusal CHARTER_FORM = { "charter-form", FAULT_BROKEN, "design 2" };
const struct refusal CHARTER_SUCCESSION = { "charter-succession", FAULT_DENIED, "design 2" };
const struct refusal CHARTER_TERM = { "charter-term", FAULT_DENIED, "design 2" };
const struct refusal CHARTER_QUORUM = { "charter-quorum", FAULT_SECOND, "design 2" };
const struct refusal CHARTER_KEYS = { "charter-keys", FAULT_DENIED, "design 2" };
const struct refusal CHARTER_CLASH = { "charter-clash", FAULT_DENIED, "X-2" };
const struct refusal ACT_CHARTER_AHEAD = { "act-charter-ahead", FAULT_DENIED, "design 2" };
const struct refusal ACT_UNKNOWN_PERSON = { "act-unknown-person", FAULT_DENIED, "design 2" };
const struct refusal ACT_WRONG_ROLE = { "act-wrong-role", FAULT_DENIED, "X-2" };
const struct refusal ACT_WRONG_KIND = { "act-wrong-kind", FAULT_DENIED, "design 2" };
const struct refusal ACT_OTHER_DOCUMENT = { "act-other-document", FAULT_DENIED, "design 2" };
const struct refusal ACT_SIGNATURE = { "act-signature", FAULT_DENIED, "design 2" };

static const struct record_field HOLDER[] = {
	RECORD(holder, id, TEXT),
	RECORD(holder, roles, INT),
	RECORD_OF(holder, surface, SURFACES),
	RECORD(holder, point, FIXED),
};

static const struct record_field HEAD[] = {
	RECORD(charter, service, FIXED),
	RECORD(charter, rehearsal, BOOL),
	RECORD(charter, number, INT),
	RECORD(charter, previous, FIXED),
	RECORD(charter, not_before, INSTANT),
	RECORD(charter, not_after, INSTANT),
	RECORD(charter, quorum, INT),
	RECORD(charter, signer_point, FIXED),
	RECORD(charter, signer_seal, FIXED),
	RECORD(charter, keymaker_point, FIXED),
	RECORD(charter, keymaker_seal, FIXED),
	RECORD(charter, archive_seal, FIXED),
	RECORD(charter, pack, FIXED),
};

static const struct list {
	size_t at, count_at, most;
} LISTS[] = {
	{ offsetof(struct charter, custodian), offsetof(struct charter, custodians),
	    CUSTODIANS_MOST },
	{ offsetof(struct charter, staff), offsetof(struct charter, staffs), STAFF_MOST },
	{ offsetof(struct charter, station), offsetof(struct charter, stations), STATIONS_MOST },
};

void
charter_pack(const struct charter *c, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, "akashi charter v1");
	record_pack(HEAD, COUNT(HEAD), c, out);
	for (size_t i = 0; i < COUNT(LISTS); i++) {
		const struct holder *h = (const void *)((const uint8_t *)c + LISTS[i].at);
		size_t n, list = der_begin(out, DER_SEQUENCE);
		memcpy(&n, (const uint8_t *)c + LISTS[i].count_at, sizeof(n));
		for (size_t k = 0; k < n; k++)
			record_pack(HOLDER, COUNT(HOLDER), &h[k], out);
		der_end(out, list);
	}
	der_end(out, all);
}

static bool
list_take(struct der *d, const struct list *l, struct charter *c)
{
	struct der list;
	struct holder *h = (void *)((uint8_t *)c + l->at);
	size_t n = 0;
	if (!der_take(d, DER_SEQUENCE, &list))
		return false;
	for (; !der_done(&list); n++)
		if (n >= l->most || !record_take(HOLDER, COUNT(HOLDER), &list, &h[n]) ||
		    h[n].id[0] == '\0')
			return false;
	memcpy((uint8_t *)c + l->count_at, &n, sizeof(n));
	return true;
}

bool
charter_unpack(struct der d, struct charter *c, struct fault *fault)
{
	struct der all;
	char word[32];
	bool good = der_take(&d, DER_SEQUENCE, &all) && der_done(&d) &&
		    der_take_utf8(&all, word, sizeof(word)) &&
		    strcmp(word, "akashi charter v1") == 0 &&
		    record_take(HEAD, COUNT(HEAD), &all, c);
	for (size_t i = 0; good && i < COUNT(LISTS); i++)
		good = list_take(&all, &LISTS[i], c);
	return (good && der_done(&all)) ||
	       fault_refuse(fault, &CHARTER_FORM, "charter", "憲章の形が正しくありません。");
}

void
charter_digest(struct der packed, uint8_t out[32])
{
	digest_of(packed.p, packed.n, out);
}

static const struct holder *
holder_find(const struct holder *h, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(h[i].id, id) == 0)
			return &h[i];
	return NULL;
}

const struct holder *
charter_staff(const struct charter *c, const char *id)
{
	return holder_find(c->staff, c->staffs, id);
}

const struct holder *
charter_custodian(const struct charter *c, const char *id)
{
	return holder_find(c->custodian, c->custodians, id);
}

const struct holder *
charter_station(const struct charter *c, const char *id)
{
	return holder_find(c->station, c->stations, id);
}

const struct holder *
charter_by_point(const struct charter *c, const uint8_t point[P256_POINT])
{
	for (size_t i = 0; i < c->staffs; i++)
		if (memcmp(c->staff[i].point, point, P256_POINT) == 0)
			return &c->staff[i];
	for (size_t i = 0; i < c->custodians; i++)
		if (memcmp(c->custodian[i].point, point, P256_POINT) == 0)
			return &c->custodian[i];
	return NULL;
}

bool
charter_act_by(struct p256_memo *memo, const struct charter *c, const struct act *a,
    enum act_kind kind, const uint8_t document[32], struct fault *fault)
{
	uint8_t digest[32];
	enum role role = act_role(kind);
	const struct holder *h =
	    role == ROLE_CUSTODIAN ? charter_custodian(c, a->person) : charter_staff(c, a->person);
	if (strcmp(a->act, act_name(kind)) != 0 || strcmp(a->role, role_name(role)) != 0)
		return fault_refuse(fault, &ACT_WRONG_KIND, "act",
		    "署名は別の行為（%s）のものです。やり直してください。", a->act);
	if (memcmp(a->subject, document, 32) != 0)
		return fault_refuse(fault, &ACT_OTHER_DOCUMENT, "act",
		    "署名は別の書面に対するものです。内容を確かめて、もう一度署名してください。");
	if (a->charter > c->number)
		return fault_refuse(fault, &ACT_CHARTER_AHEAD, "act",
		    "署名の憲章 %lld は、まだ有効ではありません。"
		    "管理者の署名（akashi charter sign）を待ってください。",
		    (long long)a->charter);
	if (h == NULL)
		return fault_refuse(fault, &ACT_UNKNOWN_PERSON, "act",
		    "「%s」さんの鍵は今の憲章にありません。"
		    "akashi staff add で登録し、管理者の署名を受けてください。",
		    a->person);
	if ((h->roles & 1 << role) == 0)
		return fault_refuse(fault, &ACT_WRONG_ROLE, "act",
		    "「%s」さんには役割 %s がありません。役割のある方が行ってください。", a->person,
		    role_name(role));
	act_digest(a, digest);
	return p256_verify_by(memo, h->point, digest, a->signature.p, a->signature.n) ||
	       fault_refuse(fault, &ACT_SIGNATURE, "act",
		   "「%s」さんの署名が正しくありません。もう一度署名してください。", a->person);
}

bool
charter_act(const struct charter *c, const struct act *a, enum act_kind kind,
    const uint8_t document[32], struct fault *fault)
{
	return charter_act_by(NULL, c, a, kind, document, fault);
}

bool
charter_quorum(const struct charter *c, enum act_kind kind, const uint8_t document[32],
    struct der acts, struct fault *fault)
{
	struct der list;
	struct fault why = { 0 }; /* of the first that does not hold */
	bool signs[CUSTODIANS_MOST] = { false };
	int64_t n = 0;
	if (!der_take(&acts, DER_SEQUENCE, &list) || !der_done(&acts))
		return fault_refuse(
		    fault, &CHARTER_FORM, "act", "署名の並びの形が正しくありません。");
	while (!der_done(&list)) {
		struct act a;
		if (!act_take(&list, &a))
			return fault_refuse(
			    fault, &CHARTER_FORM, "act", "署名の並びの形が正しくありません。");
		if (!charter_act(c, &a, kind, document, &why))
			continue;
		bool *one = &signs[charter_custodian(c, a.person) - c->custodian];
		if (*one)
			return fault_refuse(fault, &CHARTER_QUORUM, "act",
			    "「%s」さんの署名が重なっています。", a.person);
		*one = true;
		n++;
	}
	if (n < c->quorum && why.code != FAULT_NONE) {
		*fault = why;
		return false;
	}
	return n >= c->quorum || fault_refuse(fault, &CHARTER_QUORUM, "act",
				     "管理者 %lld 人の署名が必要です（今 %lld 人）。",
				     (long long)c->quorum, (long long)n);
}

/* No two names, and no two people with one key; roles that one person may hold. */
static bool
holders_sane(const struct holder *h, size_t n, struct fault *fault)
{
	enum role one, other;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < i; k++)
			if (strcmp(h[i].id, h[k].id) == 0 ||
			    memcmp(h[i].point, h[k].point, P256_POINT) == 0)
				return fault_refuse(fault, &CHARTER_KEYS, "charter",
				    "「%s」さんの名前か鍵が重なっています。"
				    "一人に一つの名前と鍵にしてください。",
				    h[i].id);
		if (h[i].point[0] != 4 || h[i].roles < 0 || h[i].roles >= 1 << ROLES)
			return fault_refuse(fault, &CHARTER_KEYS, "charter",
			    "「%s」さんの鍵か役割が正しくありません。", h[i].id);
		if (role_set_clash((unsigned)h[i].roles, &one, &other))
			return fault_refuse(fault, &CHARTER_CLASH, "charter",
			    "「%s」さんは %s と %s を兼ねられません。", h[i].id, role_name(one),
			    role_name(other));
	}
	return true;
}

/* A custodian is nobody of the staff, neither by name nor by key. */
static bool
custodians_apart(const struct charter *c, struct fault *fault)
{
	for (size_t i = 0; i < c->custodians; i++)
		for (size_t k = 0; k < c->staffs; k++)
			if (strcmp(c->custodian[i].id, c->staff[k].id) == 0 ||
			    memcmp(c->custodian[i].point, c->staff[k].point, P256_POINT) == 0)
				return fault_refuse(fault, &CHARTER_KEYS, "charter",
				    "「%s」さんは管理者と職員を兼ねられません。"
				    "別の方の鍵にしてください。",
				    c->custodian[i].id);
	return true;
}

bool
charter_follows(
    const struct charter *now, struct der packed, const struct charter *next, struct fault *fault)
{
	uint8_t digest[32];
	charter_digest(packed, digest);
	if (memcmp(now->service, next->service, SERVICE_ID) != 0 ||
	    now->rehearsal != next->rehearsal || next->number != now->number + 1 ||
	    memcmp(next->previous, digest, 32) != 0)
		return fault_refuse(fault, &CHARTER_SUCCESSION, "charter",
		    "憲章 %lld は今の憲章 %lld に続くものではありません。", (long long)next->number,
		    (long long)now->number);
	int64_t term = next->not_after.sec - next->not_before.sec;
	if (term <= 0 || term > (int64_t)CHARTER_DAYS * DAY_SECONDS)
		return fault_refuse(fault, &CHARTER_TERM, "charter",
		    "憲章の期間は %d 日までです。短くしてください。", (int)CHARTER_DAYS);
	if (next->quorum < 1 || next->quorum > (int64_t)next->custodians)
		return fault_refuse(fault, &CHARTER_KEYS, "charter",
		    "管理者の人数が定数に足りません。管理者を足すか、定数を下げてください。");
	return custodians_apart(next, fault) &&
	       holders_sane(next->custodian, next->custodians, fault) &&
	       holders_sane(next->staff, next->staffs, fault) &&
	       holders_sane(next->station, next->stations, fault);
}
