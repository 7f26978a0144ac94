#include "act/publish.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/errand.h"
#include "act/repository.h"
#include "base/file.h"
#include "pki/crl.h"
#include "store/list_row.h"
#include "vault/digest.h"
#include "wire/child.h"
#include "wire/frame.h"

enum { LIST_MOST = 256 << 20, CA_MOST = 16384, PARTS_A_HOLD = 64 };
static const struct refusal PUBLISH_DIGEST = { "publish-digest", FAULT_BROKEN, "design 2" };

/* All parts of the list the signer holds ready. */
static bool
list_fetch(struct crew *c, const struct task_row *t, const struct signer_list *l, struct sink *out,
    struct fault *fault)
{
	for (int64_t part = 0; (int64_t)out->len < l->bytes; part++) {
		size_t before = out->len;
		const struct signer_list_part next = { l->number, (int64_t)before };
		uint8_t bytes[64];
		struct sink ask = SINK_INTO(bytes);
		signer_list_part_pack(&next, &ask);
		if (part % PARTS_A_HOLD == 0 && !errand_hold(c->service, t, fault))
			return false;
		if (!crew_ask(
			c, ROAD_ISSUER, SIGNER_LIST_PART, der_of(ask.at, ask.len), out, fault))
			return false;
		if (out->len == before)
			break;
	}
	return (int64_t)out->len == l->bytes ||
	       fault_refuse(fault, &PUBLISH_DIGEST, NULL,
		   "CRL を最後まで受け取れませんでした。"
		   "akashi crl publish をもう一度行ってください。");
}

/* What was received is what the journal's LIST line says, by the CA's key. */
static bool
list_check(struct service *s, struct der crl, const struct signer_list *l, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_BYTES(ca) = NULL;
	size_t n;
	uint8_t digest[32];
	struct der d = crl, all, tbs;
	if (!der_take(&d, DER_SEQUENCE, &all) || !der_take_whole(&all, DER_SEQUENCE, &tbs))
		return fault_refuse(fault, &PUBLISH_DIGEST, NULL, "CRL の形が正しくありません。");
	digest_of(tbs.p, tbs.n, digest);
	if (memcmp(digest, l->tbs, 32) != 0)
		return fault_refuse(fault, &PUBLISH_DIGEST, NULL,
		    "CRL が台帳の記録と一致しません。監査担当に知らせてください。");
	return file_read(service_path(s, "ca/ca.crt", path), CA_MOST, (uint8_t **)(void *)&ca, &n,
		   fault) &&
	       crl_check(crl, der_of(ca, n), (uint64_t)l->number, fault);
}

static bool
list_put(struct service *s, struct der crl, int64_t number, struct fault *fault)
{
	char path[SERVICE_PATH], name[64];
	if (!file_folder(service_path(s, "ca/crl", path), 0755, fault))
		return false;
	snprintf(name, sizeof(name), "ca/crl/%lld.crl", (long long)number);
	return file_write(service_path(s, name, path), 0644, crl.p, crl.n, fault) &&
	       file_write(service_path(s, "repository/ca.crl", path), 0644, crl.p, crl.n, fault);
}

struct listing {
	struct service *service;
	const struct task_row *task;
	struct list_row row;
	struct event_row event;
};

static bool
listed_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct listing *l = context;
	return tx_insert(tx, &LIST_TABLE, &l->row, NULL, fault) &&
	       errand_done(tx, l->task, l->event.detail, l->service->now.sec, fault) &&
	       service_event_add(tx, &l->event, fault);
}

static bool
listed(struct service *s, const struct task_row *t, const struct signer_list *l, struct der crl,
    struct fault *fault)
{
	struct der line_bytes = l->line, whole;
	struct line line;
	struct listing done = { .service = s, .task = t };
	if (!line_take(&line_bytes, &line, &whole))
		return fault_refuse(fault, &PUBLISH_DIGEST, NULL, "台帳の行が読めません。");
	done.row = (struct list_row){ .number = l->number,
		.this_update = line.not_before.sec,
		.next_update = line.not_after.sec,
		.entries = line.size,
		.published_at = s->now.sec };
	digest_of(crl.p, crl.n, done.row.digest);
	service_event(s, "list-published", 0, &done.event);
	snprintf(done.event.detail, sizeof(done.event.detail), "number=%lld entries=%lld",
	    (long long)l->number, (long long)line.size);
	return store_write(s->store, done.event.act_id, listed_tx, &done, fault);
}

bool
checkpoint_read(struct der bytes, struct signer_receipt *receipt, struct line *line)
{
	struct der whole;
	if (!signer_receipt_read(bytes, receipt))
		return false;
	struct der d = receipt->line;
	return line_take(&d, line, &whole) && der_done(&d) && line->kind == LINE_HEAD;
}

/* What the world may keep never goes back: where another issuer's is newer, it stays. */
static bool
checkpoint_newer(const char *path, const struct line *than)
{
	OWN_BYTES(bytes) = NULL;
	size_t n;
	struct signer_receipt r;
	struct line line;
	struct fault none = { 0 };
	return file_exists(path) &&
	       file_read(path, CHECKPOINT_MOST, (uint8_t **)(void *)&bytes, &n, &none) &&
	       checkpoint_read(der_of(bytes, n), &r, &line) && line.seq > than->seq;
}

bool
checkpoint_put(struct service *s, struct der receipt, struct fault *fault)
{
	char path[SERVICE_PATH];
	int lock;
	struct signer_receipt r;
	struct line line;
	if (!checkpoint_read(receipt, &r, &line))
		return fault_refuse(
		    fault, &FRAME_BROKEN, NULL, "署名プログラムの答えが読めません。");
	/* another issuer writes one of this moment, which may be older than ours */
	if (!lock_wait(service_path(s, "run/checkpoint.lock", path), &lock, fault))
		return false;
	service_path(s, "repository/checkpoint.der", path);
	bool good =
	    checkpoint_newer(path, &line) || file_write(path, 0644, receipt.p, receipt.n, fault);
	(void)close(lock);
	return good;
}

/* A checkpoint: the signer remembers how long the log is, and the world may keep it [design 4]. */
static bool
head_publish(struct crew *c, struct sink *receipt, struct fault *fault)
{
	OWN_SINK head = SINK_GROW(16384);
	return crew_head(c, &head, fault) &&
	       crew_ask(c, ROAD_ISSUER, SIGNER_HEAD, der_of(head.at, head.len), receipt, fault) &&
	       checkpoint_put(c->service, der_of(receipt->at, receipt->len), fault);
}

struct headed {
	struct crew *crew;
	const struct task_row *task;
	char result[600];
};

static bool
headed_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct headed *h = context;
	return errand_done(tx, h->task, h->result, h->crew->service->now.sec, fault);
}

/* The task's end is its receipt in hex, and the store has the journal's lines up to there. */
bool
errand_head(struct crew *c, const struct task_row *t, struct fault *fault)
{
	OWN_SINK receipt = SINK_GROW(8192);
	struct headed h = { .crew = c, .task = t };
	struct sink hex = SINK_INTO(h.result);
	if (!head_publish(c, &receipt, fault))
		return false;
	sink_hex(&hex, receipt.at, receipt.len);
	if (sink_string(&hex) == NULL)
		return fault_set(fault, FAULT_BUG, "確認点の受領証が大きすぎます。");
	return crew_copy_lines(c, fault) &&
	       store_write(c->service->store, NULL, headed_tx, &h, fault);
}

bool
errand_list(struct crew *c, const struct task_row *t, struct fault *fault)
{
	OWN_SINK head = SINK_GROW(16384);
	OWN_SINK reply = SINK_GROW(16384);
	OWN_SINK crl = SINK_GROW(LIST_MOST);
	struct signer_list l;
	if (!crew_head(c, &head, fault) ||
	    !crew_ask(c, ROAD_ISSUER, SIGNER_LIST, der_of(head.at, head.len), &reply, fault))
		return false;
	if (!signer_list_read(der_of(reply.at, reply.len), &l))
		return fault_refuse(
		    fault, &FRAME_BROKEN, NULL, "署名プログラムの答えが読めません。");
	if (!list_fetch(c, t, &l, &crl, fault))
		return false;
	struct der bytes = der_of(crl.at, crl.len);
	OWN_SINK receipt = SINK_GROW(8192);
	/* The list is out; what is told beside it is told the next time. */
	struct fault later = { 0 };
	bool good = list_check(c->service, bytes, &l, fault) && errand_hold(c->service, t, fault) &&
		    list_put(c->service, bytes, l.number, fault) &&
		    listed(c->service, t, &l, bytes, fault);
	(void)(good && repository_tell(c->service, &later));
	(void)(good && head_publish(c, &receipt, &later));
	return good;
}

struct last {
	struct list_row row;
	bool found;
};

static bool
last_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct last *l = context;
	return list_before(tx, INT64_MAX, &l->row, &l->found, fault);
}

bool
publish_last(struct service *s, struct published *out, struct fault *fault)
{
	struct last l = { 0 };
	if (!store_read(s->store, last_tx, &l, fault))
		return false;
	*out = l.found ? (struct published){ l.row.number, l.row.entries, { l.row.this_update },
		{ l.row.next_update } }
		       : (struct published){ 0 };
	return true;
}

bool
publish_run(struct service *s, struct published *out, struct fault *fault)
{
	int64_t task;
	struct task_row ended;
	return errand_new(s, "list", &task, fault) && errand_run(s, task, &ended, fault) &&
	       publish_last(s, out, fault);
}
