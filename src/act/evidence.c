#include "act/evidence_in.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/cert.h"
#include "act/dossier.h"
#include "act/errand.h"
#include "base/array.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/pem.h"
#include "base/text.h"
#include "vault/digest.h"
#include "wire/signer.h"

const struct refusal EVIDENCE_FOLDER = { "evidence-folder", FAULT_USAGE, "R-14.3" };
const struct refusal EVIDENCE_REASON = { "evidence-reason", FAULT_USAGE, "R-3.1" };
const struct refusal EVIDENCE_DESTROYED = { "evidence-destroyed", FAULT_STATE, "R-12.8" };

enum { FILE_MOST = 256 << 20, CERTIFICATE_MOST = 64 << 10, RECEIPT_MOST = 300 };
static const char *const FOLDERS[] = { "acts", "charters", "events", "journal", "lists",
	"warrants" };

static struct sink *
file_new(struct evidence *e, const char *name, struct fault *fault)
{
	bool fits = e->files < EVIDENCE_FILES ||
		    fault_set(fault, FAULT_BUG, "証拠のファイルが多すぎます。");
	if (!fits || !ARRAY_ROOM(e->file, e->files, e->file_room, fault))
		return NULL;
	struct evidence_file *f = &e->file[e->files++];
	*f = (struct evidence_file){ .bytes = SINK_GROW(FILE_MOST) };
	snprintf(f->name, sizeof(f->name), "%s", name);
	return &f->bytes;
}

struct sink *
evidence_file(struct evidence *e, struct fault *fault, const char *name, ...)
{
	char text[EVIDENCE_NAME];
	va_list args;
	va_start(args, name);
	(void)vsnprintf(text, sizeof(text), name, args);
	va_end(args);
	return file_new(e, text, fault);
}

bool
evidence_put(struct evidence *e, struct der bytes, struct fault *fault, const char *name, ...)
{
	char text[EVIDENCE_NAME];
	va_list args;
	va_start(args, name);
	(void)vsnprintf(text, sizeof(text), name, args);
	va_end(args);
	struct sink *s = evidence_file(e, fault, "%s", text);
	if (s == NULL)
		return false;
	sink_bytes(s, bytes.p, bytes.n);
	return !s->full || fault_set(fault, FAULT_BUG, "「%s」が大きすぎます。", text);
}

bool
evidence_signed(struct evidence *e, const char *name, struct der tbs, struct der signature,
    const uint8_t point[P256_POINT], struct fault *fault)
{
	uint8_t bytes[P256_SPKI];
	struct sink spki = SINK_INTO(bytes);
	p256_spki(point, &spki);
	if (!evidence_put(e, tbs, fault, "%s.tbs", name) ||
	    !evidence_put(e, signature, fault, "%s.sig", name))
		return false;
	struct sink *pem = evidence_file(e, fault, "%s.pem", name);
	if (pem != NULL)
		pem_print("PUBLIC KEY", der_of(spki.at, spki.len), pem);
	return pem != NULL;
}

/* A folder that is not there, or is empty; its place is ours until the end. */
static bool
folder_free(const char *path, struct fault *fault)
{
	OWN_FOLDER all = { 0 };
	struct fault none = { 0 }; /* what cannot be read is no free place either */
	return (folder_read(path, &all, &none) && all.n == 0) ||
	       fault_refuse(fault, &EVIDENCE_FOLDER, "--out",
		   "「%.100s」は空のフォルダではありません。新しい名前を指定してください。", path);
}

static bool
reason_good(const char *reason, struct fault *fault)
{
	bool good = reason[0] != '\0' && strlen(reason) <= EVIDENCE_REASON_MOST &&
		    utf8_valid(reason, strlen(reason));
	for (const char *at = reason; good && *at != '\0'; at++)
		good = (uint8_t)*at >= 0x20 && *at != 0x7f;
	return good ||
	       fault_refuse(fault, &EVIDENCE_REASON, "--reason",
		   "証拠を取り出す理由（請求の番号など）を %d バイトまでの 1 行で書いてください。"
		   "人の名前は書かないでください。",
		   EVIDENCE_REASON_MOST);
}

/* One mail is kept, of the newest receipt. */
static bool
receipt_look(const void *row, void *context, struct fault *fault)
{
	const struct event_row *r = row;
	struct evidence *e = context;
	char by_mail[64];
	(void)fault;
	snprintf(
	    by_mail, sizeof(by_mail), "edition=%lld channel=mail ", (long long)e->cert.edition);
	if (strcmp(r->kind, "receipt-recorded") == 0)
		e->by_mail = strncmp(r->detail, by_mail, strlen(by_mail)) == 0;
	return true;
}

/* verify.sh tells where the log has one that is not kept. */
static bool
mail_find(struct tx *tx, struct evidence *e, struct fault *fault)
{
	e->by_mail = false;
	blob_drop(&e->mail.card);
	return event_of_dossier(tx, e->dossier.id, receipt_look, e, fault) &&
	       (!e->by_mail ||
		   card_get(tx, e->dossier.id, "receipt-mail", &e->mail, &e->by_mail, fault));
}

static bool
begin_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct evidence *e = context;
	bool found;
	cert_drop(&e->cert);
	dossier_drop(&e->dossier);
	if (!cert_get(tx, e->request->serial, &e->cert, &found, fault))
		return false;
	return (found || fault_refuse(fault, &CERT_UNKNOWN, "SERIAL",
			     "番号「%s」の電子証明書はありません。"
			     "akashi cert list で確かめてください。",
			     e->request->serial)) &&
	       dossier_load_in(tx, e->cert.dossier, &e->dossier, fault) && mail_find(tx, e, fault);
}

/* Its key is there: a destroyed record says nothing any more. */
static bool
key_there(struct evidence *e, struct fault *fault)
{
	char owner[DIGEST_HEX];
	struct blob wrapped = { 0 };
	struct fault why = { 0 };
	bool good = keys_db_get(e->service->keys, "dossier",
	    hex_print(owner, e->dossier.public_key, 32), &wrapped, &why);
	blob_drop(&wrapped);
	if (good)
		return true;
	if (why.code != FAULT_MISSING) {
		*fault = why;
		return false;
	}
	return fault_refuse(fault, &EVIDENCE_DESTROYED, "SERIAL",
	    "案件 %lld の記録は破棄されています。証拠は取り出せません。", (long long)e->dossier.id);
}

/* Before anything is opened. */
static bool
note(struct evidence *e, struct fault *fault)
{
	struct event_row event;
	service_event(e->service, "evidence-taken", e->dossier.id, &event);
	snprintf(event.detail, sizeof(event.detail), "serial=%s reason=%s", e->cert.serial,
	    e->request->reason);
	return store_write(e->service->store, event.act_id, service_event_once, &event, fault);
}

/* The log up to here, journaled and signed for. */
static bool
checkpoint_take(struct evidence *e, struct fault *fault)
{
	int64_t task;
	struct task_row ended;
	struct signer_receipt r;
	struct der d, whole;
	uint8_t bytes[RECEIPT_MOST];
	if (!errand_new(e->service, "head", &task, fault) ||
	    !errand_run(e->service, task, &ended, fault))
		return false;
	size_t n = strlen(ended.result) / 2;
	if (n > sizeof(bytes) || !hex_read(ended.result, bytes, n))
		return fault_set(fault, FAULT_BROKEN, "確認点の受領証が読めません。");
	sink_bytes(&e->receipt, bytes, n);
	if (!signer_receipt_read(der_of(e->receipt.at, e->receipt.len), &r) ||
	    (d = r.line, !line_take(&d, &e->head, &whole)) || e->head.kind != LINE_HEAD)
		return fault_set(fault, FAULT_BROKEN, "確認点の受領証が読めません。");
	e->head_line = r.line;
	e->head_signature = r.signature;
	return true;
}

static bool
certificates(struct evidence *e, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_SINK der = SINK_GROW(CERTIFICATE_MOST);
	OWN_BYTES(ca) = NULL;
	size_t n;
	if (!cert_open(e->service, e->cert.serial, e->request->reason, &der, fault) ||
	    !file_read(service_path(e->service, "ca/ca.crt", path), CERTIFICATE_MOST,
		(uint8_t **)(void *)&ca, &n, fault))
		return false;
	const struct {
		const char *name;
		struct der bytes;
	} FILES[] = { { "certificate", der_of(der.at, der.len) }, { "ca", der_of(ca, n) } };
	for (size_t i = 0; i < COUNT(FILES); i++) {
		if (!evidence_put(e, FILES[i].bytes, fault, "%s.der", FILES[i].name))
			return false;
		struct sink *pem = evidence_file(e, fault, "%s.pem", FILES[i].name);
		if (pem == NULL)
			return false;
		pem_print("CERTIFICATE", FILES[i].bytes, pem);
	}
	return true;
}

/* As it came: the subscriber's signature is over its very bytes. */
static bool
mail_open(struct evidence *e, struct fault *fault)
{
	if (!e->by_mail)
		return true;
	struct sink *mail = evidence_file(e, fault, "receipt-mail.eml");
	return mail != NULL &&
	       service_open_sealed(e->service, &e->dossier, "receipt-mail",
		   der_of(e->mail.card.at, e->mail.card.n), e->request->reason, mail, fault);
}

static bool
paper_keep(const void *row, void *context, struct fault *fault)
{
	struct evidence *e = context;
	if (!ARRAY_ROOM(e->paper, e->papers, e->paper_room, fault))
		return false;
	e->paper[e->papers++] = *(const struct paper_row *)row;
	return true;
}

static void
files_drop(struct evidence *e, size_t from)
{
	while (e->files > from)
		sink_drop(&e->file[--e->files].bytes);
}

/* What the reading that may run again has gathered. */
static void
gathered_drop(struct evidence *e, size_t files)
{
	files_drop(e, files);
	for (size_t i = 0; i < e->charters; i++)
		free(e->charter[i]);
	e->charters = e->acts = e->events = e->papers = e->owns = 0;
	e->first_list = e->newest_list = 0;
}

struct gathering {
	struct evidence *evidence;
	size_t files; /* those before */
};

static bool
gather_tx(struct tx *tx, void *context, struct fault *fault)
{
	static evidence_part *const PARTS[] = { evidence_journal, evidence_acts, evidence_lists,
		evidence_log };
	struct gathering *g = context;
	struct evidence *e = g->evidence;
	gathered_drop(e, g->files);
	e->tx = tx;
	for (size_t i = 0; i < COUNT(PARTS); i++)
		if (!PARTS[i](e, fault))
			return false;
	return paper_of_dossier(tx, e->dossier.id, paper_keep, e, fault);
}

/* Name, size and SHA-256 of every file, one a line, so that a shell reads it as well. */
static void
manifest_print(const struct evidence *e, struct sink *out)
{
	char at[INSTANT_TEXT];
	sink_print(out,
	    "{\"v\":1,\"serial\":\"%s\",\"dossier\":%lld,\"made_at\":\"%s\",\"files\":[\n",
	    e->cert.serial, (long long)e->dossier.id, instant_print(at, e->service->now));
	for (size_t i = 0; i < e->files; i++) {
		const struct evidence_file *f = &e->file[i];
		uint8_t digest[32];
		digest_of(f->bytes.at, f->bytes.len, digest);
		sink_print(
		    out, "{\"file\":\"%s\",\"size\":%zu,\"sha256\":\"", f->name, f->bytes.len);
		sink_hex(out, digest, sizeof(digest));
		sink_print(out, "\"}%s\n", i + 1 < e->files ? "," : "");
	}
	sink_text(out, "]}\n");
}

/* The person answers for the whole with one signature. */
static bool
manifest(struct evidence *e, struct fault *fault)
{
	const struct person *p = e->request->person;
	uint8_t bytes[ACT_PACKED], signed_bytes[ACT_PACKED], point[P256_POINT];
	struct sink packed = SINK_INTO(bytes), tbs = SINK_INTO(signed_bytes);
	struct act a;
	OWN_SINK text = SINK_GROW(4 << 20);
	manifest_print(e, &text);
	digest_of(text.at, text.len, e->made.manifest);
	if (!evidence_put(e, der_of(text.at, text.len), fault, "manifest.json") ||
	    !person_sign(p, ACT_EVIDENCE, e->made.manifest, e->service->now, &packed, fault) ||
	    !p256_public(p->secret, point, fault))
		return false;
	if (!act_unpack(der_of(packed.at, packed.len), &a))
		return fault_set(fault, FAULT_BUG, "署名を読み返せません。");
	act_signed(&a, &tbs);
	return evidence_signed(e, "manifest", der_of(tbs.at, tbs.len), a.signature, point, fault);
}

static bool
folder_make(const char *path, struct fault *fault)
{
	return mkdir(path, 0750) == 0 ||
	       fault_set(fault, FAULT_OUTSIDE,
		   "フォルダ「%.150s」を作れません。場所と権限を確かめてください。", path);
}

static void
aside_remove(const struct evidence *e, const char *aside)
{
	char path[SERVICE_PATH];
	for (size_t i = 0; i < e->files; i++) {
		snprintf(path, sizeof(path), "%s/%s", aside, e->file[i].name);
		(void)unlink(path);
	}
	for (size_t i = 0; i < COUNT(FOLDERS); i++) {
		snprintf(path, sizeof(path), "%s/%s", aside, FOLDERS[i]);
		(void)rmdir(path);
	}
	(void)rmdir(aside);
}

static bool
files_write(struct evidence *e, const char *aside, struct fault *fault)
{
	char path[SERVICE_PATH];
	for (size_t i = 0; i < COUNT(FOLDERS); i++) {
		snprintf(path, sizeof(path), "%s/%s", aside, FOLDERS[i]);
		if (!folder_make(path, fault))
			return false;
	}
	for (size_t i = 0; i < e->files; i++) {
		const struct evidence_file *f = &e->file[i];
		snprintf(path, sizeof(path), "%s/%s", aside, f->name);
		if (!file_write(path, 0640, f->bytes.at, f->bytes.len, fault))
			return false;
		e->made.bytes += (int64_t)f->bytes.len;
	}
	e->made.files = (int64_t)e->files;
	return true;
}

/* Whole or not at all: made aside, then renamed over the place, which is empty or not there. */
static bool
folder_write(struct evidence *e, struct fault *fault)
{
	char out[SERVICE_PATH - EVIDENCE_NAME - 18], aside[sizeof(out) + 16];
	size_t n = strlen(e->request->out);
	while (n > 1 && e->request->out[n - 1] == '/') /* what is synced is the folder it lies in */
		n--;
	snprintf(out, sizeof(out), "%.*s", (int)n, e->request->out);
	if (n >= sizeof(out) || !file_aside(out, aside, sizeof(aside)))
		return fault_refuse(fault, &EVIDENCE_FOLDER, "--out",
		    "フォルダの名前が長すぎます。短い名前を指定してください。");
	if (!folder_make(aside, fault))
		return false;
	if (!files_write(e, aside, fault))
		goto undo;
	if (rename(aside, out) != 0 || !file_sync_folder(out)) {
		(void)fault_set(fault, FAULT_OUTSIDE,
		    "「%.150s」に置けません。場所と権限を確かめてください。", out);
		goto undo;
	}
	return true;
undo:
	aside_remove(e, aside);
	return false;
}

static void
evidence_drop(struct evidence *e)
{
	gathered_drop(e, 0);
	cert_drop(&e->cert);
	dossier_drop(&e->dossier);
	blob_drop(&e->mail.card);
	card_free(e->card);
	sink_drop(&e->receipt);
	free(e->file);
	free(e->charter);
	free(e->act);
	free(e->event);
	free(e->paper);
}

static bool
make(struct evidence *e, struct fault *fault)
{
	const struct evidence_request *r = e->request;
	if (!reason_good(r->reason, fault) || !folder_free(r->out, fault) ||
	    !person_may(r->person, ACT_EVIDENCE, fault) ||
	    !store_read(e->service->store, begin_tx, e, fault) || !key_there(e, fault) ||
	    !note(e, fault) ||
	    !card_open_edition(
		e->service, e->dossier.id, e->cert.edition, r->reason, &e->card, fault) ||
	    !certificates(e, fault) || !mail_open(e, fault) || !checkpoint_take(e, fault))
		return false;
	struct gathering g = { e, e->files };
	return store_read(e->service->store, gather_tx, &g, fault) && evidence_page(e, fault) &&
	       manifest(e, fault) && folder_write(e, fault);
}

bool
evidence_make(struct service *s, const struct evidence_request *r, struct evidence_made *out,
    struct fault *fault)
{
	struct evidence e = { .service = s, .request = r, .receipt = SINK_GROW(RECEIPT_MOST) };
	bool good = make(&e, fault);
	e.made.dossier = e.dossier.id;
	e.made.events = (int64_t)e.events;
	e.made.log_size = e.head.size;
	if (good)
		*out = e.made;
	evidence_drop(&e);
	return good;
}
