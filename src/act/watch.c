#include "act/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/publish.h"
#include "base/array.h"
#include "base/file.h"
#include "book/charter.h"
#include "exchange/web.h"
#include "pki/crl.h"
#include "pki/p256.h"

const struct refusal WATCH_LATE = { "watch-late", FAULT_BROKEN, "R-10.13" };
const struct refusal WATCH_EARLY = { "watch-early", FAULT_BROKEN, "R-10.13" };
const struct refusal WATCH_FALLS = { "watch-number-falls", FAULT_BROKEN, "R-10.13" };
const struct refusal WATCH_VANISHED = { "watch-entry-vanished", FAULT_BROKEN, "R-10.13" };
const struct refusal WATCH_CHANGED = { "watch-list-changed", FAULT_BROKEN, "R-10.13" };
const struct refusal WATCH_STATE = { "watch-state", FAULT_INPUT, "R-10.13" };
const struct refusal WATCH_CHECKPOINT = { "watch-checkpoint", FAULT_BROKEN, "storage 4" };

enum { LIST_MOST = 256 << 20, CA_MOST = 16384, URL_MOST = 1024, NOT_FOUND = 404, HOUR = 3600 };

/* A list with its serials, in their order. */
struct seen {
	struct sink bytes;
	struct crl_said said;
	uint8_t (*serial)[SERIAL]; /* owned */
	size_t count, room;
};

static void
seen_drop(struct seen *s)
{
	sink_drop(&s->bytes);
	free(s->serial);
}

static bool
serial_keep(void *context, const struct crl_revoked *entry, struct fault *fault)
{
	struct seen *s = context;
	if (!ARRAY_ROOM(s->serial, s->count, s->room, fault))
		return false;
	memcpy(s->serial[s->count++], entry->serial, SERIAL);
	return true;
}

static bool
seen_read(struct seen *s, struct der ca, struct fault *fault)
{
	return crl_read(der_of(s->bytes.at, s->bytes.len), ca, &s->said, serial_keep, s, fault);
}

static bool
late(const struct crl_said *s, struct instant now, struct fault *fault)
{
	if (s->this_update.sec - now.sec >
	    HOUR) /* more than clocks differ: it would be late unseen */
		return fault_refuse(fault, &WATCH_EARLY, NULL,
		    "CRL %lld は %lld 時間先のものです。"
		    "この機械か発行局の時計が違っています。確かめてください。",
		    (long long)s->number, (long long)(s->this_update.sec - now.sec) / HOUR);
	int64_t half = (s->next_update.sec - s->this_update.sec) / 2;
	return now.sec - s->this_update.sec <= half ||
	       fault_refuse(fault, &WATCH_LATE, NULL,
		   "CRL %lld は %lld 時間前のもので、次が出ていません。"
		   "期限の半分を過ぎました。発行局に知らせてください。",
		   (long long)s->number, (long long)(now.sec - s->this_update.sec) / HOUR);
}

/* Entries are only added, in order: what was seen is the beginning of what is there now [design 2]. */
static bool
goes_on(const struct seen *was, const struct seen *is, struct fault *fault)
{
	if (is->said.number < was->said.number)
		return fault_refuse(fault, &WATCH_FALLS, NULL,
		    "CRL の番号が %lld から %lld に下がりました。"
		    "古いものが公開されています。監査担当に知らせてください。",
		    (long long)was->said.number, (long long)is->said.number);
	if (is->count < was->count ||
	    (was->count > 0 && memcmp(is->serial, was->serial, was->count * SERIAL) != 0))
		return fault_refuse(fault, &WATCH_VANISHED, NULL,
		    "前に見た CRL %lld の失効が、CRL %lld から消えています。"
		    "監査担当に知らせてください。",
		    (long long)was->said.number, (long long)is->said.number);
	return is->said.number > was->said.number ||
	       (is->bytes.len == was->bytes.len &&
		   memcmp(is->bytes.at, was->bytes.at, is->bytes.len) == 0) ||
	       fault_refuse(fault, &WATCH_CHANGED, NULL,
		   "CRL %lld が、同じ番号のまま変わりました。監査担当に知らせてください。",
		   (long long)is->said.number);
}

static bool
file_into(const char *path, size_t most, struct sink *out, struct fault *fault)
{
	OWN_BYTES(p) = NULL;
	size_t n;
	if (!file_read(path, most, (uint8_t **)(void *)&p, &n, fault))
		return false;
	sink_bytes(out, p, n);
	return !out->full || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
}

/* What was seen before can no longer be told: whoever watches begins anew, knowing it. What only could
 * not be read now is no reason to remove it. */
static bool
forgotten(const char *path, const struct fault *why, struct fault *fault)
{
	if (why->code != FAULT_NONE && why->code != FAULT_BROKEN && why->code != FAULT_INPUT) {
		*fault = *why;
		return false;
	}
	return fault_refuse(fault, &WATCH_STATE, "--state",
	    "前に見たものの控え「%s」が読めないか、--ca の認証局のものではありません。"
	    "控えの写しを戻すか、消してください（消すと、それまでとは比べられません）。",
	    path);
}

/* Receipted with the key the charter names: anybody may write on a public site. */
static bool
receipted(const struct signer_receipt *r, const char *path, struct fault *fault)
{
	OWN_SINK bytes = SINK_GROW(CHARTER_MOST);
	OWN_BYTES(room) = calloc(1, sizeof(struct charter));
	struct charter *charter = room;
	uint8_t digest[32];
	if (!file_into(path, CHARTER_MOST, &bytes, fault))
		return false;
	if (charter == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (!charter_unpack(der_of(bytes.at, bytes.len), charter, fault))
		return false;
	line_receipt_digest(r->line, digest);
	return p256_verify(charter->signer_point, digest, r->signature.p, r->signature.n) ||
	       fault_refuse(fault, &WATCH_CHECKPOINT, "--charter",
		   "確認点の署名が、この憲章にある署名プログラムの鍵のものではありません。"
		   "憲章が新しくなっていなければ、監査担当に知らせてください。");
}

/* The same line, or a later one. */
static bool
head_goes_on(const struct signer_receipt *was, const struct line *before,
    const struct signer_receipt *is, const struct line *now, struct fault *fault)
{
	bool same = is->line.n == was->line.n && memcmp(is->line.p, was->line.p, is->line.n) == 0;
	return now->seq > before->seq || (now->seq == before->seq && same) ||
	       fault_refuse(fault, &WATCH_CHECKPOINT, NULL,
		   "確認点が台帳の %lld 行目から後ろに戻ったか、同じ行で変わりました。"
		   "監査担当に知らせてください。",
		   (long long)before->seq);
}

/* Beside the list, where there is one: its line may not go back. The one kept was verified then. */
static bool
checkpoint(const struct watch *w, struct watched *out, struct fault *fault)
{
	char beside[URL_MOST], kept[URL_MOST];
	OWN_SINK bytes = SINK_GROW(CHECKPOINT_MOST);
	OWN_SINK old = SINK_GROW(CHECKPOINT_MOST);
	struct signer_receipt r = { 0 }, before_r = { 0 };
	struct line is = { .seq = 0 }, was = { .seq = 0 };
	struct fault why = { 0 };
	long status;
	snprintf(beside, sizeof(beside), "%.*s/checkpoint.der",
	    (int)(strrchr(w->url, '/') - w->url), w->url);
	snprintf(kept, sizeof(kept), "%s.checkpoint", w->state);
	bool before = file_exists(kept);
	if (before && !(file_into(kept, CHECKPOINT_MOST, &old, &why) &&
			  checkpoint_read(der_of(old.at, old.len), &before_r, &was)))
		return forgotten(kept, &why, fault);
	bool came = web_get(beside, &bytes, &status, &why);
	if (!came && status != NOT_FOUND)
		*fault = why;
	if (!came && (status != NOT_FOUND || !before))
		return status == NOT_FOUND;
	if (!came || !checkpoint_read(der_of(bytes.at, bytes.len), &r, &is))
		return fault_refuse(fault, &WATCH_CHECKPOINT, NULL,
		    "確認点がなくなったか、確認点ではありません。監査担当に知らせてください。");
	if (!receipted(&r, w->charter, fault) ||
	    (before && !head_goes_on(&before_r, &was, &r, &is, fault)))
		return false;
	out->line = is.seq;
	out->events = is.size;
	out->at = is.at;
	return file_write(kept, 0600, bytes.at, bytes.len, fault);
}

static bool
lists(const struct watch *w, struct der ca, struct seen *was, struct seen *is, struct fault *fault)
{
	bool before = file_exists(w->state);
	struct fault why = { 0 };
	long status;
	if (before &&
	    !(file_into(w->state, LIST_MOST, &was->bytes, &why) && seen_read(was, ca, &why)))
		return forgotten(w->state, &why, fault);
	return web_get(w->url, &is->bytes, &status, fault) && seen_read(is, ca, fault) &&
	       (!before || goes_on(was, is, fault)) && late(&is->said, w->now, fault);
}

bool
watch_run(const struct watch *w, struct watched *out, struct fault *fault)
{
	OWN_SINK certificate = SINK_GROW(CA_MOST);
	struct seen was = { .bytes = SINK_GROW(LIST_MOST) }, is = { .bytes = SINK_GROW(LIST_MOST) };
	*out = (struct watched){ .number = 0 };
	if (strlen(w->url) + 16 > URL_MOST || strrchr(w->url, '/') == NULL ||
	    strlen(w->state) + 16 > URL_MOST)
		return fault_field(fault, FAULT_USAGE, "URL",
		    "watch takes a list's address, such as http://HOST/ca.crl");
	bool good = file_into(w->ca, CA_MOST, &certificate, fault) &&
		    lists(w, der_of(certificate.at, certificate.len), &was, &is, fault) &&
		    (w->charter == NULL || checkpoint(w, out, fault)) &&
		    file_write(w->state, 0600, is.bytes.at, is.bytes.len, fault);
	out->number = (int64_t)is.said.number;
	out->entries = is.said.entries;
	out->this_update = is.said.this_update;
	out->next_update = is.said.next_update;
	seen_drop(&was);
	seen_drop(&is);
	return good;
}
