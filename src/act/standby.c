#include "act/standby.h"

#include <stdlib.h>
#include <string.h>

#include "act/publish.h"
#include "act/service.h"
#include "base/array.h"
#include "base/file.h"
#include "base/text.h"
#include "pki/crl.h"
#include "vault/digest.h"

const struct refusal STANDBY_CHECKPOINT = { "standby-checkpoint", FAULT_INPUT, "storage 4" };
const struct refusal STANDBY_SHORT = { "standby-journal-short", FAULT_BROKEN, "storage 4" };
const struct refusal STANDBY_OTHER = { "standby-journal-other", FAULT_BROKEN, "storage 4" };
const struct refusal STANDBY_LIST = { "standby-list-unknown", FAULT_BROKEN, "storage 4" };
const struct refusal STANDBY_SUPERSET = { "standby-list-not-held", FAULT_BROKEN, "storage 4" };
const struct refusal STANDBY_WAITS = { "standby-waits", FAULT_LATER, "storage 4" };

/*
 * To look, to copy, to begin; to know the charter again that the signer has (act/enact.c holds any other
 * back); to note what the journal has revoked (sweep; what asks the signer
 * waits, act/errand.c); and to ask that something be stopped, which waits too.
 */
static const char *const BEFORE[] = { "backup-begun", "charter-in-force", "charter-signed",
	"dossier-searched", "epoch-begun", "epoch-signed", "keys-copied", "revocation-requested",
	"revocation-withdrawn", "revoked", "swept", "void-requested" };

static bool
marked(const struct service *s)
{
	char path[SERVICE_PATH];
	return file_exists(service_path(s, STANDBY_MARK, path));
}

bool
standby_takes(const struct service *s, const char *event)
{
	for (size_t i = 0; i < COUNT(BEFORE); i++)
		if (strcmp(event, BEFORE[i]) == 0)
			return true;
	return !marked(s);
}

bool
standby_refuse(struct fault *fault)
{
	return fault_refuse(fault, &STANDBY_WAITS, NULL,
	    "このフォルダは復元した写しで、まだ動いていません。"
	    "akashi epoch draft と sign で期を始めてください。");
}

/* A copy that is not in service does nothing the world would see [storage 4]. */
bool
standby_over(const struct service *s, struct fault *fault)
{
	return !marked(s) || standby_refuse(fault);
}

enum { LIST_MOST = 256 << 20 };

/* What is looked for while the lines go by. */
struct looking {
	struct standby *standby;
	int64_t seq; /* of the checkpoint's line, and its digest */
	uint8_t digest[32];
	bool met, other;
	uint8_t (*revoked)[SERIAL]; /* owned */
	size_t count, room;
	struct listed {
		int64_t number;
		uint8_t tbs[32];
	} * list; /* owned, in order */
	size_t lists, list_room;
};

static bool
head_keep(struct standby *s, const struct line *l, struct fault *fault)
{
	while (l->kind == LINE_EPOCH && s->heads > 0 && s->head[s->heads - 1].size > l->size)
		s->heads--; /* given up */
	if (!ARRAY_ROOM(s->head, s->heads, s->head_room, fault))
		return false;
	s->head[s->heads].size = l->size;
	memcpy(s->head[s->heads++].root, l->root, 32);
	return true;
}

static bool
list_keep(struct looking *k, const struct line *l, struct fault *fault)
{
	if (!ARRAY_ROOM(k->list, k->lists, k->list_room, fault))
		return false;
	k->list[k->lists].number = l->number;
	memcpy(k->list[k->lists++].tbs, l->tbs, 32);
	return true;
}

static bool
revoked_keep(struct looking *k, const struct line *l, struct fault *fault)
{
	if (!ARRAY_ROOM(k->revoked, k->count, k->room, fault))
		return false;
	memcpy(k->revoked[k->count++], l->serial, SERIAL);
	return true;
}

static bool
look(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct looking *k = context;
	uint8_t digest[32];
	if (l->seq == k->seq) {
		line_digest(whole, digest);
		k->met = memcmp(digest, k->digest, sizeof(digest)) == 0;
		k->other = !k->met;
	}
	if (!ledger_line(&k->standby->ledger, l, fault))
		return false;
	if (l->kind == LINE_HEAD || l->kind == LINE_INTENT || l->kind == LINE_EPOCH)
		return head_keep(k->standby, l, fault);
	if (l->kind == LINE_LIST)
		return list_keep(k, l, fault);
	return l->kind != LINE_REVOKED || revoked_keep(k, l, fault);
}

/* The checkpoint as it lies outside: whose line it is, and that the signer signed it. */
static bool
given_read(const char *path, struct sink *bytes, struct signer_receipt *receipt, struct looking *k,
    struct fault *fault)
{
	OWN_BYTES(p) = NULL;
	size_t n = 0;
	struct line line;
	if (!file_read(path, CHECKPOINT_MOST, (uint8_t **)(void *)&p, &n, fault))
		return false;
	sink_bytes(bytes, p, n);
	if (!checkpoint_read(der_of(bytes->at, bytes->len), receipt, &line))
		return fault_refuse(fault, &STANDBY_CHECKPOINT, "--checkpoint",
		    "「%s」は確認点ではありません。"
		    "公開中の checkpoint.der か、akashi watch が残したものを渡してください。",
		    path);
	k->seq = line.seq;
	line_digest(receipt->line, k->digest);
	return true;
}

static bool
checkpoint_met(const struct looking *k, const struct signer_receipt *receipt, struct fault *fault)
{
	const struct standby *s = k->standby;
	uint8_t digest[32];
	if (s->end.seq < k->seq)
		return fault_refuse(fault, &STANDBY_SHORT, "--checkpoint",
		    "台帳は %lld 行目で終わっていますが、確認点は %lld 行目です。"
		    "台帳が短いので、この写しでは引き継げません。新しい写しを探してください。",
		    (long long)s->end.seq, (long long)k->seq);
	if (!k->met)
		return fault_refuse(fault, &STANDBY_OTHER, "--checkpoint",
		    "台帳の %lld 行目が確認点と違います。"
		    "別の台帳なので、この写しでは引き継げません。",
		    (long long)k->seq);
	line_receipt_digest(receipt->line, digest);
	return p256_verify(s->ledger.charter->signer_point, digest, receipt->signature.p,
		   receipt->signature.n) ||
	       fault_refuse(fault, &STANDBY_CHECKPOINT, "--checkpoint",
		   "確認点の署名が、憲章にある署名プログラムの鍵のものではありません。");
}

static int
by_serial(const void *a, const void *b)
{
	return memcmp(a, b, SERIAL);
}

static bool
held(void *context, const struct crl_revoked *entry, struct fault *fault)
{
	const struct looking *k = context;
	char hex[SERIAL_HEX];
	const struct adopted_row *a = adopted_find(&k->standby->ledger.adopted, entry->serial);
	if ((a != NULL && a->listed) || (k->count > 0 && bsearch(entry->serial, k->revoked,
							     k->count, SERIAL, by_serial) != NULL))
		return true;
	return fault_refuse(fault, &STANDBY_SUPERSET, "--crl",
	    "公開された CRL にある番号 %s が、この台帳では失効していません。"
	    "この写しでは引き継げません。",
	    hex_print(hex, entry->serial, SERIAL));
}

static bool
list_met(const struct looking *k, const struct crl_said *said, struct fault *fault)
{
	uint8_t digest[32];
	digest_of(said->tbs.p, said->tbs.n, digest);
	for (size_t i = k->lists; i-- > 0;)
		if (k->list[i].number == (int64_t)said->number)
			return memcmp(k->list[i].tbs, digest, sizeof(digest)) == 0 ||
			       fault_refuse(fault, &STANDBY_LIST, "--crl",
				   "公開された CRL %lld は台帳のものと違います。"
				   "別の台帳なので、この写しでは引き継げません。",
				   (long long)said->number);
	return fault_refuse(fault, &STANDBY_LIST, "--crl",
	    "公開された CRL %lld がこの台帳にありません。"
	    "台帳が短いので、この写しでは引き継げません。",
	    (long long)said->number);
}

static bool
crl_met(struct looking *k, const char *path, struct fault *fault)
{
	struct standby *s = k->standby;
	OWN_BYTES(p) = NULL;
	size_t n = 0;
	struct crl_said said;
	if (k->count > 0)
		qsort(k->revoked, k->count, SERIAL, by_serial);
	if (!file_read(path, LIST_MOST, (uint8_t **)(void *)&p, &n, fault) ||
	    !crl_read(der_of(p, n), der_of(s->ledger.certificate.at, s->ledger.certificate.len),
		&said, held, k, fault) ||
	    !list_met(k, &said, fault))
		return false;
	s->list = (int64_t)said.number;
	s->entries = said.entries;
	return true;
}

bool
standby_check(const char *journal, const char *checkpoint, const char *crl, struct standby *out,
    struct fault *fault)
{
	struct looking k = { .standby = out };
	struct signer_receipt receipt;
	OWN_SINK bytes = SINK_GROW(CHECKPOINT_MOST);
	*out = (struct standby){ .checkpoint = 0 };
	bool good = given_read(checkpoint, &bytes, &receipt, &k, fault) &&
		    journal_read(journal, look, &k, &out->end, fault) &&
		    checkpoint_met(&k, &receipt, fault) && crl_met(&k, crl, fault);
	out->checkpoint = k.seq;
	free(k.revoked);
	free(k.list);
	return good;
}

void
standby_drop(struct standby *s)
{
	ledger_free(&s->ledger);
	free(s->head);
	*s = (struct standby){ .checkpoint = 0 };
}
