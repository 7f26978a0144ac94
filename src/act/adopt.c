#include "act/adopt.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/enact_in.h"
#include "act/errand.h"
#include "act/keys.h"
#include "base/array.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "book/epoch.h"
#include "book/ledger.h"
#include "exchange/index_file.h"
#include "pki/bundle.h"
#include "pki/cert.h"
#include "pki/crl.h"
#include "store/meta_row.h"
#include "store/warrant_row.h"

#define ROW(NAME, text, code, clause) const struct refusal NAME = { text, FAULT_##code, clause }
ROW(ADOPT_NOT, "adopt-not", STATE, "design 2");
ROW(ADOPT_CERTIFICATE, "adopt-certificate", INPUT, "design 2");
ROW(ADOPT_MARK, "adopt-mark", INPUT, "R-0.6");
ROW(ADOPT_KEY, "adopt-key", INPUT, "design 5");
ROW(ADOPT_LIST_TIMES, "adopt-list-times", INPUT, "RFC5280 5.1.2.5");
ROW(ADOPT_LIST_NUMBER, "adopt-list-number", INPUT, "RFC5280 5.2.3");
ROW(ADOPT_LIST_PART, "adopt-list-part", INPUT, "RFC5280 5.2.5");
ROW(ADOPT_ENTRY, "adopt-entry", INPUT, "RFC5280 5.3");
ROW(ADOPT_TWICE, "adopt-twice", INPUT, "R-4.91");
ROW(ADOPT_UNKNOWN, "adopt-unknown", INPUT, "R-10.13");
ROW(ADOPT_MISSING, "adopt-missing", INPUT, "R-10.13");
ROW(ADOPT_DIFFERS, "adopt-differs", INPUT, "R-10.13");
ROW(ADOPT_IN_HAND, "adopt-in-hand", STATE, "design 2");
ROW(ADOPT_SIZE, "adopt-size", INPUT, "design 2");

enum {
	INDEX_MOST = 1 << 30,
	DRAFT_MOST = 1 << 30,
	WARRANT_DAYS = 30,
	PARTS_A_HOLD = 64,
	REMOVE_FROM_CRL = 8,
	ITEM_MOST = 64, /* of a part, but for its entry */
	PARTS_NAME = 8 /* octets of its warrant's digest */
};
/* Beyond it there would be no epochs left to count on from. */
static const uint64_t NUMBER_MOST = UINT64_C(1) << 62;

struct adopting {
	struct service *service;
	const struct adopt_request *request;
	struct adopt_told *told;
	struct ledger ledger;
	struct sink certificate, list, index, parts, packed; /* owned; parts: OCTET STRINGs */
	struct cert_ca ca;
	struct crl_said said;
	struct index_row *row; /* by serial; owned */
	size_t rows, row_room;
	struct crl_revoked *entry; /* by serial; owned */
	size_t entries, entry_room;
	struct warrant_adopt body;
	struct warrant_row warrant; /* borrows packed */
	bool replaces;
	uint8_t old[32]; /* digest of the warrant it replaces */
	struct event_row event;
};

static bool
file_take(const char *path, size_t most, struct sink *out, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	size_t n = 0;
	*out = SINK_GROW(most);
	if (!file_read(path, most, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	sink_bytes(out, bytes, n);
	return !out->full || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

static bool
ledger_feed(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	(void)whole;
	return ledger_line(context, l, fault);
}

/* What the journal says: that a CA moves in, which, and that it has not yet. */
static bool
journal_look(struct adopting *a, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct journal at;
	if (!journal_read(
		service_path(a->service, "ca/journal", path), ledger_feed, &a->ledger, &at, fault))
		return false;
	if (!ledger_adopts(&a->ledger))
		return fault_refuse(fault, &ADOPT_NOT, "-C",
		    "このサービスは自分の認証局を持つものとして始まりました。"
		    "akashi init --adopt で新しく作ってください。");
	return a->ledger.certificate.len == 0 ||
	       fault_refuse(fault, &CA_CERTIFIED, NULL,
		   "認証局はもう引き継がれています。"
		   "akashi ca certify が終わっていなければ、もう一度行ってください。");
}

/* What is broken is a file somebody handed us, not our books. */
static bool
handed(struct fault *fault)
{
	if (fault->code == FAULT_BROKEN)
		fault->code = FAULT_INPUT;
	return false;
}

bool
adopt_certificate(const char *path, bool rehearsal, struct instant now, struct sink *der,
    struct cert_ca *ca, struct fault *fault)
{
	OWN_SINK file = { 0 };
	*der = SINK_GROW(CERT_MOST);
	if (!file_take(path, BUNDLE_MOST, &file, fault))
		return false;
	const struct bundle_file from = { path, der_of(file.at, file.len) };
	if (!bundle_certificate(&from, der, fault) ||
	    !cert_ca_read(der_of(der->at, der->len), ca, fault))
		return handed(fault);
	if (!ca->self_issued || now.sec < ca->not_before.sec || now.sec > ca->not_after.sec)
		return fault_refuse(fault, &ADOPT_CERTIFICATE, "--certificate",
		    "自己署名でないか、今は有効期間の外です。この認証局は引き継げません。");
	return warrant_name_marks(ca->subject) == (rehearsal ? 1 : 0) ||
	       fault_refuse(fault, &ADOPT_MARK, "--certificate",
		   "認証局の名前の「試験用」の印が、サービスの種類と合いません。"
		   "試験では印のある認証局を、本番では印のない認証局を使ってください。");
}

/* The certificate is the one of the first line, and its key the one we have. */
static bool
certificate_look(struct adopting *a, struct fault *fault)
{
	struct service *s = a->service;
	char path[SERVICE_PATH];
	uint8_t digest[32];
	struct key_public key;
	if (!adopt_certificate(
		a->request->certificate, s->rehearsal, s->now, &a->certificate, &a->ca, fault))
		return false;
	digest_of(a->certificate.at, a->certificate.len, digest);
	if (memcmp(digest, a->ledger.adopts, 32) != 0)
		return fault_refuse(fault, &ADOPT_CERTIFICATE, "--certificate",
		    "akashi init --adopt に渡した証明書ではありません。同じものを渡してください。");
	service_path(s, s->rehearsal ? "rehearsal/keys/ca.pub" : "keys/ca.pub", path);
	if (!key_public_read(path, KEY_CA, &key, fault))
		return false;
	a->told->ca_end = a->ca.not_after;
	return (key.len == a->ca.spki.n && memcmp(key.bytes, a->ca.spki.p, key.len) == 0) ||
	       fault_refuse(fault, &ADOPT_KEY, "--certificate",
		   "「%s」はこの証明書の鍵の公開する半分ではありません。"
		   "akashi key new --for ca --from で前の鍵を預けてください。",
		   path);
}

/* One more of them can be taken over. */
static bool
fits(size_t count, struct fault *fault)
{
	return count < ADOPTED_MOST ||
	       fault_refuse(fault, &ADOPT_SIZE, NULL,
		   "%d 枚より多くは引き継げません。akashi を作った人に相談してください。",
		   (int)ADOPTED_MOST);
}

static bool
entry_take(void *context, const struct crl_revoked *r, struct fault *fault)
{
	struct adopting *a = context;
	char serial[SERIAL_HEX];
	if (r->critical || r->reason == REMOVE_FROM_CRL || r->whole.n > ADOPTED_ENTRY)
		return fault_refuse(fault, &ADOPT_ENTRY, "--crl",
		    "失効リストの番号 %s の記載は引き継げません（必須の拡張、"
		    "取り消しの理由、長すぎる記載のどれか）。前の認証局で作り直してください。",
		    hex_print(serial, r->serial, SERIAL));
	if (!fits(a->entries, fault) || !ARRAY_ROOM(a->entry, a->entries, a->entry_room, fault))
		return false;
	a->entry[a->entries++] = *r;
	return true;
}

static bool
row_take(void *context, const struct index_row *r, struct fault *fault)
{
	struct adopting *a = context;
	if (!fits(a->rows, fault) || !ARRAY_ROOM(a->row, a->rows, a->row_room, fault))
		return false;
	a->row[a->rows++] = *r;
	return true;
}

/* The newest list there is: of all certificates, signed by that CA, good at this moment. */
static bool
list_look(struct adopting *a, struct fault *fault)
{
	struct crl_said *said = &a->said;
	char until[INSTANT_TEXT];
	OWN_SINK file = { 0 };
	a->list = SINK_GROW(BUNDLE_MOST);
	if (!file_take(a->request->crl, BUNDLE_MOST, &file, fault))
		return false;
	const struct bundle_file from = { a->request->crl, der_of(file.at, file.len) };
	if (!bundle_list(&from, &a->list, fault))
		return false;
	if (!crl_read(der_of(a->list.at, a->list.len),
		der_of(a->certificate.at, a->certificate.len), said, entry_take, a, fault))
		return handed(fault);
	if (said->critical)
		return fault_refuse(fault, &ADOPT_LIST_PART, "--crl",
		    "一部だけの失効リストです。すべての失効が載ったものを渡してください。");
	if (said->this_update.sec > a->service->now.sec ||
	    said->next_update.sec <= a->service->now.sec)
		return fault_refuse(fault, &ADOPT_LIST_TIMES, "--crl",
		    "失効リストの次回更新（%s）を過ぎているか、まだ始まっていません。"
		    "前の認証局の最後のものを作って渡してください。",
		    instant_print(until, said->next_update));
	return said->number <= NUMBER_MOST ||
	       fault_refuse(fault, &ADOPT_LIST_NUMBER, "--crl",
		   "失効リストの番号が 2 の 62 乗を越えていて、続けて数えられません。");
}

static int
by_row(const void *a, const void *b)
{
	return memcmp(
	    ((const struct index_row *)a)->serial, ((const struct index_row *)b)->serial, SERIAL);
}

static int
by_entry(const void *a, const void *b)
{
	return memcmp(((const struct crl_revoked *)a)->serial,
	    ((const struct crl_revoked *)b)->serial, SERIAL);
}

static bool
twice_refuse(const char *field, const uint8_t serial[SERIAL], struct fault *fault)
{
	char text[SERIAL_HEX];
	return fault_refuse(fault, &ADOPT_TWICE, field,
	    "番号 %s が 2 回あります。前の認証局で正してから渡してください。",
	    hex_print(text, serial, SERIAL));
}

static bool
index_look(struct adopting *a, struct fault *fault)
{
	if (!file_take(a->request->index, INDEX_MOST, &a->index, fault) ||
	    !index_file_read((const char *)a->index.at, a->index.len, row_take, a, fault))
		return false;
	if (a->rows > 1)
		qsort(a->row, a->rows, sizeof(*a->row), by_row);
	if (a->entries > 1)
		qsort(a->entry, a->entries, sizeof(*a->entry), by_entry);
	for (size_t i = 1; i < a->rows; i++)
		if (memcmp(a->row[i - 1].serial, a->row[i].serial, SERIAL) == 0)
			return twice_refuse("--index", a->row[i].serial, fault);
	for (size_t i = 1; i < a->entries; i++)
		if (memcmp(a->entry[i - 1].serial, a->entry[i].serial, SERIAL) == 0)
			return twice_refuse("--crl", a->entry[i].serial, fault);
	return true;
}

/* List and index tell the same of one certificate; entry NULL: the list does not tell of it. */
static bool
both_agree(
    struct adopting *a, const struct index_row *r, const struct crl_revoked *e, struct fault *fault)
{
	char serial[SERIAL_HEX];
	bool ended = r->not_after.sec < a->said.this_update.sec;
	if (e == NULL && r->revoked && !ended)
		return fault_refuse(fault, &ADOPT_MISSING, "--crl",
		    "失効した番号 %s が失効リストに載っていません。"
		    "前の認証局で新しい失効リストを作ってください。",
		    hex_print(serial, r->serial, SERIAL));
	if (e != NULL && !r->revoked)
		return fault_refuse(fault, &ADOPT_UNKNOWN, "--index",
		    "失効リストの番号 %s が、一覧では失効していません。"
		    "新しい一覧を渡してください。",
		    hex_print(serial, r->serial, SERIAL));
	if (e != NULL &&
	    (e->at.sec != r->revoked_at.sec || e->reason != r->reason ||
		(r->invalid_since.sec != 0 && e->invalid_since.sec != r->invalid_since.sec)))
		return fault_refuse(fault, &ADOPT_DIFFERS, "--index",
		    "番号 %s の失効の日時か理由が、失効リストと一覧で違います。"
		    "前の認証局で正してから渡してください。",
		    hex_print(serial, r->serial, SERIAL));
	struct adopt_told *t = a->told;
	t->certificates++;
	t->listed += e != NULL;
	t->left_out += r->revoked && e == NULL;
	t->ended += !r->revoked && r->not_after.sec < a->service->now.sec;
	t->good += !r->revoked && r->not_after.sec >= a->service->now.sec;
	return true;
}

static void
part_end(struct adopting *a, struct sink *part, struct digest *running)
{
	if (part->len == 0)
		return;
	digest_add(running, part->at, part->len);
	der_put_octets(&a->parts, part->at, part->len);
	a->body.parts++;
	part->len = 0;
}

/* Both side by side, in order of serial, into parts. */
static bool
parts_make(struct adopting *a, struct fault *fault)
{
	struct digest running;
	size_t at = 0;
	OWN_SINK part = SINK_GROW(ADOPTED_PART);
	a->parts = SINK_GROW(DRAFT_MOST);
	digest_begin(&running);
	for (size_t i = 0; i < a->rows; i++) {
		const struct index_row *r = &a->row[i];
		const struct crl_revoked *e = at < a->entries ? &a->entry[at] : NULL;
		struct adopted item = { .not_after = r->not_after };
		int order = e == NULL ? 1 : memcmp(e->serial, r->serial, SERIAL);
		if (order < 0)
			break; /* the list has one more */
		e = order == 0 ? e : NULL;
		at += order == 0;
		if (!both_agree(a, r, e, fault))
			return false;
		memcpy(item.serial, r->serial, SERIAL);
		item.entry = e == NULL ? der_of(NULL, 0) : e->whole;
		if (part.len + ITEM_MOST + item.entry.n > ADOPTED_PART)
			part_end(a, &part, &running);
		adopted_put(&item, &part);
	}
	part_end(a, &part, &running);
	digest_end(&running, a->body.digest);
	if (part.full || a->parts.full)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	char serial[SERIAL_HEX];
	return at == a->entries ||
	       fault_refuse(fault, &ADOPT_UNKNOWN, "--index",
		   "失効リストの番号 %s が一覧にありません。新しい一覧を渡してください。",
		   hex_print(serial, a->entry[at].serial, SERIAL));
}

/* No names but the CA's own: the packed bytes stand in the clear. */
static bool
compose(struct adopting *a, struct fault *fault)
{
	struct service *s = a->service;
	struct warrant w = { .kind = WARRANT_ADOPT, .last_day = day_plus(s->today, WARRANT_DAYS) };
	char day[DAY_TEXT];
	OWN_SINK inner = SINK_GROW(WARRANT_MOST);
	a->body.certificate = der_of(a->certificate.at, a->certificate.len);
	a->body.number = (int64_t)a->said.number;
	a->body.this_update = a->said.this_update;
	a->body.next_update = a->said.next_update;
	a->body.count = a->told->certificates;
	a->body.listed = a->told->listed;
	digest_of(a->list.at, a->list.len, a->body.list);
	digest_of(a->index.at, a->index.len, a->body.index);
	warrant_adopt_pack(&a->body, &inner);
	memcpy(w.service, a->ledger.service, SERVICE_ID);
	secret_random(w.salt, sizeof(w.salt));
	w.body = der_of(inner.at, inner.len);
	a->packed = SINK_GROW(WARRANT_MOST);
	warrant_pack(&w, &a->packed);
	if (inner.full || a->packed.full)
		return fault_set(fault, FAULT_BUG, "認証局の証明書が大きすぎます。");
	a->warrant = (struct warrant_row){ .kind = "cacert",
		.created_at = s->now.sec,
		.sealed = { a->packed.at, a->packed.len } };
	snprintf(
	    a->warrant.last_day, sizeof(a->warrant.last_day), "%s", day_print(day, w.last_day));
	warrant_digest(der_of(a->packed.at, a->packed.len), a->warrant.digest);
	a->told->number = a->body.number;
	a->told->this_update = a->body.this_update;
	a->told->next_update = a->body.next_update;
	words_print(a->told->words, a->warrant.digest);
	return true;
}

/* One that was drafted before is withdrawn: whoever signed it has signed nothing of this. Not while it
 * is in the making. */
static bool
old_withdraw(struct tx *tx, const uint8_t digest[32], struct fault *fault)
{
	bool busy;
	if (!enact_in_hand(tx, digest, &busy, fault))
		return false;
	if (busy)
		return fault_refuse(fault, &ADOPT_IN_HAND, NULL,
		    "署名のそろった下書きを処理しています。"
		    "akashi ca certify をもう一度行い、終わるのを待ってください。");
	return warrant_withdraw(tx, digest, fault);
}

static bool
draft_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct adopting *a = context;
	struct warrant_row old = { 0 };
	bool inserted;
	if (!warrant_of(tx, "cacert", 0, 0, &old, &a->replaces, fault))
		return false;
	memcpy(a->old, old.digest, sizeof(a->old));
	bool good = !a->replaces || old_withdraw(tx, old.digest, fault);
	warrant_drop(&old);
	return good && tx_insert(tx, &WARRANT_TABLE, &a->warrant, &inserted, fault) &&
	       (inserted ||
		   fault_refuse(fault, &CA_CERTIFIED, NULL, "認証局はもう引き継がれています。")) &&
	       service_event_add(tx, &a->event, fault);
}

/* The parts of a warrant, by its digest: no draft writes over those of another. */
static const char *
parts_path(const struct service *s, const uint8_t digest[32], char path[SERVICE_PATH])
{
	char name[64], hex[2 * PARTS_NAME + 1];
	snprintf(name, sizeof(name), "ca/adopted-%s.draft", hex_print(hex, digest, PARTS_NAME));
	return service_path(s, name, path);
}

/* The parts are on disk before their warrant stands, those of the one before go after it. */
static bool
draft_put(struct adopting *a, struct fault *fault)
{
	struct service *s = a->service;
	service_event(s, "ca-adoption-drafted", 0, &a->event);
	snprintf(a->event.detail, sizeof(a->event.detail),
	    "list=%lld certificates=%lld entries=%lld", (long long)a->body.number,
	    (long long)a->body.count, (long long)a->body.listed);
	char path[SERVICE_PATH], old[SERVICE_PATH];
	parts_path(s, a->warrant.digest, path);
	if (!file_write(path, 0640, a->parts.at, a->parts.len, fault))
		return false;
	bool good = store_write(s->store, a->event.act_id, draft_tx, a, fault);
	if (good && a->replaces)
		(void)unlink(parts_path(s, a->old, old));
	else if (!good && fault->code != FAULT_STORE) /* else its warrant may stand */
		(void)unlink(path);
	return good;
}

bool
adopt_draft(struct service *s, const struct adopt_request *request, struct adopt_told *out,
    struct fault *fault)
{
	struct adopt_told told = { .number = 0 };
	struct adopting a = { .service = s, .request = request, .told = &told };
	bool good = journal_look(&a, fault) && certificate_look(&a, fault) &&
		    list_look(&a, fault) && index_look(&a, fault) && parts_make(&a, fault) &&
		    compose(&a, fault) && draft_put(&a, fault);
	ledger_free(&a.ledger);
	sink_drop(&a.certificate);
	sink_drop(&a.list);
	sink_drop(&a.index);
	sink_drop(&a.parts);
	sink_drop(&a.packed);
	free(a.row);
	free(a.entry);
	if (good)
		*out = told;
	return good;
}

bool
adopt_due(struct tx *tx, bool *due, struct fault *fault)
{
	struct meta_row row;
	bool found;
	if (!meta_get(tx, "adopts", &row, &found, fault))
		return false;
	*due = found && row.value[0] != '\0';
	return true;
}

/* Each part of the draft, then none: that was all. */
static bool
parts_send(struct crew *c, const struct task_row *t, struct der parts, struct sink *reply,
    struct fault *fault)
{
	const struct der none = der_of(NULL, 0);
	for (int64_t n = 0; !der_done(&parts); n++) {
		struct der part;
		if (!der_take_octets(&parts, &part) || part.n == 0)
			return fault_refuse(fault, &ADOPTED_PARTS, NULL,
			    "引き継ぎの下書きが読めません。"
			    "akashi ca adopt からやり直してください。");
		if ((n % PARTS_A_HOLD == 0 && !errand_hold(c->service, t, fault)) ||
		    !crew_document(c, ROAD_ISSUER, SIGNER_ADOPTED, none, part, none, reply, fault))
			return false;
	}
	return crew_document(c, ROAD_ISSUER, SIGNER_ADOPTED, none, none, none, reply, fault);
}

bool
adopt_ask(struct crew *c, const struct task_row *t, struct der warrant, struct der acts,
    struct sink *certificate, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_SINK parts = { 0 };
	parts_path(c->service, t->digest, path);
	if (!crew_document(
		c, ROAD_ISSUER, SIGNER_ADOPT, warrant, der_of(NULL, 0), acts, certificate, fault))
		return false;
	return certificate->len > 0 ||
	       (file_take(path, DRAFT_MOST, &parts, fault) &&
		   parts_send(c, t, der_of(parts.at, parts.len), certificate, fault));
}

/* Those of drafts that fell as well; one that is left is of no use to anybody. */
void
adopt_done(const struct service *s)
{
	OWN_FOLDER ca = { 0 };
	struct fault none = { 0 };
	char path[SERVICE_PATH], name[300];
	(void)!folder_read(service_path(s, "ca", path), &ca, &none);
	for (size_t i = 0; i < ca.n; i++) {
		if (strncmp(folder_name(&ca, i), "adopted-", 8) != 0)
			continue;
		snprintf(name, sizeof(name), "ca/%s", folder_name(&ca, i));
		(void)unlink(service_path(s, name, path));
	}
}
