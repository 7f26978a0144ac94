#include "act/epoch.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/enact_in.h"
#include "act/errand.h"
#include "act/publish.h"
#include "act/standby.h"
#include "base/file.h"
#include "book/tree.h"
#include "store/event_row.h"
#include "vault/digest.h"
#include "wire/frame.h"

const struct refusal EPOCH_OWN = { "epoch-own", FAULT_INPUT, "storage 4" };

static const char DRAFT[] = "ca/epoch.draft";
enum { PAGE = 2000 };

/* The store's log, read beside the heads the journal remembers. */
struct meeting {
	const struct standby *standby;
	struct epoch *epoch; /* to: the last that met */
	struct tree tree;
	size_t at; /* next head */
	bool broken; /* from here on it is another log */
	size_t count;
};

static void
heads_meet(struct meeting *m)
{
	uint8_t root[32];
	const struct standby *s = m->standby;
	tree_root(&m->tree, root);
	for (; !m->broken && m->at < s->heads && s->head[m->at].size == m->tree.size; m->at++) {
		m->broken = memcmp(root, s->head[m->at].root, sizeof(root)) != 0;
		if (m->broken)
			return;
		m->epoch->to = m->tree.size;
		memcpy(m->epoch->to_root, root, sizeof(root));
	}
}

static bool
event_meet(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	struct meeting *m = context;
	(void)fault;
	m->count++;
	m->broken = m->broken || e->seq != m->tree.size + 1;
	tree_add(&m->tree, e->leaf);
	heads_meet(m);
	return true;
}

/* As it stands at one moment; the body may run again. */
static bool
events_meet(struct tx *tx, void *context, struct fault *fault)
{
	struct meeting *m = context;
	*m = (struct meeting){ .standby = m->standby, .epoch = m->epoch };
	m->epoch->to = 0;
	digest_of("", 0, m->epoch->to_root); /* of the empty log */
	heads_meet(m);
	do {
		m->count = 0;
		if (!event_page(tx, m->tree.size + 1, PAGE, event_meet, m, fault))
			return false;
	} while (m->count == PAGE);
	return true;
}

/* What the copy itself brought along says nothing of what the world has seen since. */
static bool
from_outside(const struct service *s, const char *own, const char *given, const char *field,
    struct fault *fault)
{
	char path[SERVICE_PATH];
	struct stat a, b;
	return stat(service_path(s, own, path), &a) != 0 || stat(given, &b) != 0 ||
	       a.st_dev != b.st_dev || a.st_ino != b.st_ino ||
	       fault_refuse(fault, &EPOCH_OWN, field,
		   "「%s」はこのフォルダのものです。"
		   "公開されているものか、akashi watch がほかの機械に残したものを渡してください。",
		   given);
}

bool
epoch_draft(struct service *s, const char *checkpoint, const char *crl, struct epoch_told *out,
    struct fault *fault)
{
	char journal[SERVICE_PATH], path[SERVICE_PATH];
	OWN_STANDBY standby = { .list = 0 };
	struct epoch e = { .number = 0 };
	struct meeting m = { .standby = &standby, .epoch = &e };
	uint8_t bytes[EPOCH_PACKED], digest[32];
	struct sink packed = SINK_INTO(bytes);
	if (!from_outside(s, "repository/checkpoint.der", checkpoint, "--checkpoint", fault) ||
	    !from_outside(s, "repository/ca.crl", crl, "--crl", fault) ||
	    !standby_check(
		service_path(s, "ca/journal", journal), checkpoint, crl, &standby, fault) ||
	    !store_read(s->store, events_meet, &m, fault))
		return false;
	const struct ledger *l = &standby.ledger;
	e.number = l->epoch + 1;
	e.seq = standby.end.seq;
	e.from = l->size;
	memcpy(e.service, l->service, sizeof(e.service));
	memcpy(e.last, standby.end.last, sizeof(e.last));
	memcpy(e.from_root, l->root, sizeof(e.from_root));
	epoch_pack(&e, &packed);
	epoch_digest(der_of(packed.at, packed.len), digest);
	if (!file_write(service_path(s, DRAFT, path), 0640, packed.at, packed.len, fault))
		return false;
	*out = (struct epoch_told){ .epoch = e, .log = m.tree.size, .list = standby.list };
	words_print(out->words, digest);
	return true;
}

static bool
draft_read_epoch(struct service *s, struct sink *packed, struct epoch *e, uint8_t digest[32],
    struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n;
	if (!file_exists(service_path(s, DRAFT, path)))
		return fault_set(fault, FAULT_MISSING,
		    "署名を待つ期の案がありません。akashi epoch draft で作ってください。");
	if (!file_read(path, EPOCH_PACKED, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	sink_bytes(packed, bytes, n);
	epoch_digest(der_of(packed->at, packed->len), digest);
	return epoch_unpack(der_of(packed->at, packed->len), e, fault);
}

/* Where one was waiting already, it waits behind the epoch that lets it go. */
static bool
list_follows(struct service *s, int64_t epoch, struct fault *fault)
{
	struct published last;
	return publish_last(s, &last, fault) &&
	       (last.number / EPOCH_LISTS >= epoch || publish_run(s, &last, fault));
}

bool
epoch_sign(struct service *s, const struct person *p, struct enacted *out, struct fault *fault)
{
	uint8_t bytes[EPOCH_PACKED], digest[32];
	struct sink packed = SINK_INTO(bytes);
	struct epoch e;
	struct enacting g = { .service = s, .person = p, .kind = ACT_EPOCH, .digest = digest };
	if (!person_may(p, ACT_EPOCH, fault) || !draft_read_epoch(s, &packed, &e, digest, fault))
		return false;
	*out = (struct enacted){ .number = e.number };
	return enact_sign(&g, "epoch", "epoch-signed", out, fault) &&
	       (!out->done || list_follows(s, e.number, fault));
}

/* The copy is in service from here on. */
static bool
mark_remove(struct service *s, struct fault *fault)
{
	char path[SERVICE_PATH];
	service_path(s, STANDBY_MARK, path);
	return !file_exists(path) || (unlink(path) == 0 && file_sync_folder(path)) ||
	       fault_set(fault, FAULT_STORE, "「%s」を消せません。", path);
}

static bool
epoch_ask(
    struct crew *c, const struct task_row *t, struct epoch *e, int64_t *seq, struct fault *fault)
{
	uint8_t bytes[EPOCH_PACKED], digest[32];
	struct sink packed = SINK_INTO(bytes);
	struct enact_acts acts = { .digest = t->digest };
	OWN_SINK reply = SINK_GROW(8192);
	struct signer_receipt receipt;
	struct line line;
	struct der whole;
	bool good = draft_read_epoch(c->service, &packed, e, digest, fault) &&
		    (memcmp(digest, t->digest, 32) == 0 ||
			fault_set(fault, FAULT_STATE,
			    "署名の後に期の案が変わりました。もう一度署名してください。")) &&
		    enact_read(c->service, &acts, fault) &&
		    crew_document(c, ROAD_ISSUER, SIGNER_EPOCH, der_of(packed.at, packed.len),
			der_of(NULL, 0), der_of(acts.bytes.at, acts.bytes.len), &reply, fault);
	sink_drop(&acts.bytes);
	if (!good)
		return false;
	if (!signer_receipt_read(der_of(reply.at, reply.len), &receipt) ||
	    !line_take(&receipt.line, &line, &whole) || line.kind != LINE_EPOCH ||
	    line.number != e->number)
		return fault_refuse(
		    fault, &FRAME_BROKEN, NULL, "署名プログラムの答えが読めません。");
	*seq = line.seq;
	return true;
}

bool
errand_epoch(struct crew *c, const struct task_row *t, struct fault *fault)
{
	struct service *s = c->service;
	struct enact_end b = { .service = s, .task = t };
	char path[SERVICE_PATH];
	struct epoch e;
	int64_t seq = 0;
	if (!epoch_ask(c, t, &e, &seq, fault) ||
	    !crew_copy_lines(c, fault) || /* act/import.c looks there for numbers */
	    !mark_remove(s, fault))
		return false;
	service_event(s, "epoch-begun", 0, &b.event);
	snprintf(b.event.detail, sizeof(b.event.detail), "number=%lld from=%lld to=%lld line=%lld",
	    (long long)e.number, (long long)e.from, (long long)e.to, (long long)seq);
	if (!store_write(s->store, b.event.act_id, enact_end_tx, &b, fault))
		return false;
	(void)unlink(service_path(s, DRAFT, path)); /* one that is left is refused as a lower one */
	return true;
}
