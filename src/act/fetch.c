#include "act/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/dossier.h"
#include "act/download.h"
#include "base/file.h"
#include "base/text.h"
#include "pki/pkcs12.h"
#include "rules/say.h"
#include "store/cert_row.h"
#include "store/download_row.h"
#include "store/key_set_row.h"
#include "vault/code.h"
#include "vault/digest.h"
#include "wire/keymaker.h"

const struct refusal FETCH_TOKEN = { "download-token", FAULT_MISSING, "R-4.98" };
const struct refusal FETCH_CLOSED = { "download-closed", FAULT_STATE, "R-4.97" };
const struct refusal FETCH_OVER = { "M-402", FAULT_STATE, "K-10" };
const struct refusal FETCH_LOCKED = { "download-locked", FAULT_STATE, "R-4.98" };
const struct refusal FETCH_SPENT = { "download-spent", FAULT_STATE, "R-4.98" };
const struct refusal FETCH_PASSWORD = { "download-password", FAULT_INPUT, "R-4.98" };
const struct refusal FETCH_REASON = { "download-reason", FAULT_INPUT, "R-4.99" };

enum { PLAIN_MOST = 40 << 10, CA_MOST = 1 << 16, CERT_PLAIN_MOST = 32 << 10 };

struct fetching {
	struct service *service;
	const struct fetch_request *request;
	uint8_t token[32];
	struct download_row row;
	struct dossier_row dossier;
	struct key_set_row keys;
	struct cert_row cert;
	int64_t tries, completions, lock; /* of the policy */
	uint8_t *secret; /* locked: of the package's key */
	struct event_row event;
};

static void
rows_drop(struct fetching *f)
{
	dossier_drop(&f->dossier);
	key_set_drop(&f->keys);
	cert_drop(&f->cert);
}

static void
fetching_drop(struct fetching *f)
{
	rows_drop(f);
	secret_free(f->secret);
}
#define OWN_FETCHING __attribute__((cleanup(fetching_drop))) struct fetching

static bool
figures(struct fetching *f, struct fault *fault)
{
	const struct service *s = f->service;
	const struct {
		const char *name;
		int64_t *out;
	} rows[] = { { "download_tries", &f->tries }, { "download_completions", &f->completions },
		{ "download_lock_minutes", &f->lock } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *value = policy_setting(&s->policy, rows[i].name, s->today);
		if (value == NULL)
			return fault_set(fault, FAULT_BROKEN,
			    "規則（settings.yaml）に %s がありません。", rows[i].name);
		*rows[i].out = strtoll(value, NULL, 10);
	}
	return true;
}

static bool
rows_read(struct tx *tx, struct fetching *f, struct fault *fault)
{
	bool found, keys, cert;
	rows_drop(f);
	if (!download_by_token(tx, f->token, &f->row, &found, fault))
		return false;
	if (!found)
		return fault_refuse(fault, &FETCH_TOKEN, "--token",
		    "このリンクは使えません。案内のメールのリンクをもう一度確かめてください。");
	if (!dossier_load_in(tx, f->row.dossier, &f->dossier, fault) ||
	    !key_set_get(tx, f->row.dossier, f->row.edition, &f->keys, &keys, fault) ||
	    !cert_of(tx, f->row.dossier, f->row.edition, &f->cert, &cert, fault))
		return false;
	return (keys && cert) ||
	       fault_set(fault, FAULT_BROKEN, "ダウンロードの記録が壊れています。");
}

static bool
over(const struct fetching *f, struct fault *fault)
{
	const struct service *s = f->service;
	const struct text *t = policy_text(&s->policy, "M-402", s->today);
	const struct say_value v[] = { { "A", f->row.last_day } };
	char text[512];
	struct sink say = SINK_INTO(text);
	say_fill(&say,
	    t == NULL ? "ダウンロード期間は {A} に終了しました。お電話ください。" : t->ja, v,
	    COUNT(v));
	const char *message = sink_string(&say);
	return fault_refuse(fault, &FETCH_OVER, "--token", "%s", message == NULL ? "" : message);
}

static bool
complete_allow(const struct fetching *f, struct fault *fault)
{
	const struct service *s = f->service;
	const char *phone = policy_setting_text(&s->policy, "support_phone", s->today);
	return f->row.completions < f->completions ||
	       fault_refuse(fault, &FETCH_SPENT, "--token",
		   "ダウンロードは %lld 回までです。お問い合わせください（%s）。",
		   (long long)f->completions, phone);
}

static bool
allow(const struct fetching *f, struct fault *fault)
{
	const struct service *s = f->service;
	const struct download_row *d = &f->row;
	enum state state = dossier_state(&f->dossier);
	struct day last;
	char at[INSTANT_TEXT];
	const char *phone = policy_setting_text(&s->policy, "support_phone", s->today);
	if (d->closed_at != 0 || f->cert.revoked_at != 0 || f->keys.package.n == 0 ||
	    d->edition != f->dossier.edition ||
	    (state != STATE_DISPATCHED && state != STATE_DOWNLOADED))
		return fault_refuse(fault, &FETCH_CLOSED, "--token",
		    "このダウンロードは終了しています。お問い合わせください（%s）。", phone);
	if (!day_read(d->last_day, &last))
		return fault_set(fault, FAULT_BROKEN, "ダウンロードの記録が壊れています。");
	if (day_cmp(s->today, last) > 0)
		return over(f, fault);
	if (!complete_allow(f, fault))
		return false;
	return d->locked_until <= s->now.sec ||
	       fault_refuse(fault, &FETCH_LOCKED, "--token",
		   "パスワードの誤りが続いたため %s まで受け付けません。"
		   "お困りのときはお電話ください（%s）。",
		   instant_print(at, (struct instant){ d->locked_until }), phone);
}

/* The last try allowed locks at once; a right password lifts it again. So a kill frees nobody. */
static bool
try_write(struct tx *tx, void *context, struct fault *fault)
{
	struct fetching *f = context;
	if (!rows_read(tx, f, fault) || !allow(f, fault))
		return false;
	struct download_row *d = &f->row;
	d->tries++;
	snprintf(f->event.detail, sizeof(f->event.detail), "edition=%lld try=%lld",
	    (long long)d->edition, (long long)d->tries);
	d->locked_until = 0;
	if (d->tries >= f->tries) {
		d->locked_until = f->service->now.sec + f->lock * 60;
		d->tries = 0;
	}
	f->event.dossier = d->dossier;
	return download_count(tx, d, fault) && service_event_add(tx, &f->event, fault);
}

static bool
wrong(const struct fetching *f, struct fault *fault)
{
	int64_t left = f->row.locked_until != 0 ? 0 : f->tries - f->row.tries;
	return fault_refuse(fault, &FETCH_PASSWORD, "--password-file",
	    "パスワードが違います。"
	    "通知書のダウンロード用パスワードを確かめてください（あと %lld 回）。",
	    (long long)left);
}

static bool
package_open(struct fetching *f, struct sink *plain, struct sink *certificate, struct fault *fault)
{
	OWN_SECRET(code) = secret_new(CODE_TEXT);
	uint8_t public[SEAL_PUBLIC];
	struct fault none = { 0 };
	if (code == NULL || (f->secret = secret_new(SEAL_SECRET)) == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!code_read(f->request->password, code))
		return wrong(f, fault);
	code_pair("package", code, public, f->secret);
	if (!seal_open("package", f->secret, f->keys.package.at, f->keys.package.n, plain, &none))
		return wrong(f, fault);
	return seal_open("certificate", f->secret, f->cert.for_package.at, f->cert.for_package.n,
	    certificate, fault);
}

static bool
complete(struct fetching *f, struct sink *p12, struct fault *fault)
{
	OWN_SECRET(locked) = secret_new(PLAIN_MOST);
	OWN_SECRET(names) = secret_new(CERT_PLAIN_MOST);
	OWN_BYTES(ca) = NULL;
	struct sink plain = { .at = locked, .cap = PLAIN_MOST },
		    certificate = { .at = names, .cap = CERT_PLAIN_MOST };
	char path[SERVICE_PATH];
	struct package p;
	size_t n;
	if (locked == NULL || names == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!package_open(f, &plain, &certificate, fault) ||
	    !file_read(service_path(f->service, "ca/ca.crt", path), CA_MOST,
		(uint8_t **)(void *)&ca, &n, fault))
		return false;
	if (!package_read(der_of(plain.at, plain.len), &p))
		return fault_set(fault, FAULT_BROKEN, "鍵の包みの形が正しくありません。");
	bool legacy = f->request->legacy != NULL;
	bool good = pkcs12_complete(legacy ? PKCS12_LEGACY : PKCS12_STRONG,
	    legacy ? p.legacy_bag : p.bag, legacy ? p.legacy_mac_key : p.mac_key, p.salt,
	    sizeof(p.salt), legacy ? PACKAGE_LEGACY_ITERATIONS : (int)p.iterations,
	    der_of(certificate.at, certificate.len), der_of(ca, n), p12, fault);
	secret_wipe(&p, sizeof(p));
	return good;
}

/* Why, in the log, which names nobody. */
static void
detail_legacy(struct fetching *f)
{
	size_t n = strlen(f->event.detail);
	snprintf(f->event.detail + n, sizeof(f->event.detail) - n, " kind=legacy reason=%s",
	    f->request->legacy);
}

static bool
reason_good(const char *reason, struct fault *fault)
{
	size_t n = reason == NULL ? 1 : strlen(reason);
	return (n > 0 && n <= FETCH_REASON_MOST && (reason == NULL || utf8_valid(reason, n)) &&
		   (reason == NULL || strpbrk(reason, "\r\n\t") == NULL)) ||
	       fault_refuse(fault, &FETCH_REASON, "--reason",
		   "古い形式で渡す理由を %d バイトまでの一行で書いてください。"
		   "氏名などは書かないでください。",
		   FETCH_REASON_MOST);
}

/* The first complete one is the day of acquisition. */
static bool
done_write(struct tx *tx, void *context, struct fault *fault)
{
	struct fetching *f = context;
	struct dossier_row *d = &f->dossier;
	char from[sizeof(d->state)];
	if (!rows_read(tx, f, fault) || !complete_allow(f, fault)) /* others came in between */
		return false;
	memcpy(from, d->state, sizeof(from));
	f->row.tries = f->row.locked_until = 0;
	f->row.completions++;
	snprintf(f->event.detail, sizeof(f->event.detail), "edition=%lld serial=%s complete=%lld",
	    (long long)f->row.edition, f->cert.serial, (long long)f->row.completions);
	if (f->request->legacy != NULL)
		detail_legacy(f);
	return download_count(tx, &f->row, fault) &&
	       cert_acquired(tx, f->cert.serial, f->service->now.sec, fault) &&
	       (dossier_state(d) != STATE_DISPATCHED ||
		   (dossier_step(d, STEP_DOWNLOAD, 0, f->service->today, fault) &&
		       dossier_update(tx, d, from, fault))) &&
	       service_event_add(tx, &f->event, fault);
}

static void
tell(const struct fetching *f, const struct sink *p12, struct fetched *out)
{
	*out = (struct fetched){ .dossier = f->row.dossier,
		.octets = (int64_t)p12->len,
		.left = f->completions - f->row.completions };
	snprintf(out->serial, sizeof(out->serial), "%s", f->cert.serial);
	snprintf(out->last_day, sizeof(out->last_day), "%s", f->row.last_day);
	digest_of(p12->at, p12->len, out->digest);
}

/* Right, but it could not be put there: no try of whoever guesses. */
static bool
untried(struct tx *tx, void *context, struct fault *fault)
{
	struct fetching *f = context;
	if (!rows_read(tx, f, fault))
		return false;
	f->row.tries = f->row.locked_until = 0;
	return download_count(tx, &f->row, fault);
}

static bool
put(struct fetching *f, const struct sink *p12, struct fault *fault)
{
	struct fault none = { 0 };
	if (file_write_new(f->request->out, 0600, p12->at, p12->len, fault))
		return true;
	(void)!store_write(f->service->store, NULL, untried, f, &none);
	return false;
}

bool
fetch_run(struct service *s, const struct fetch_request *request, struct fetched *out,
    struct fault *fault)
{
	OWN_FETCHING f = { .service = s, .request = request };
	OWN_SINK p12 = SINK_GROW(PKCS12_MOST);
	token_digest(DOWNLOAD_PURPOSE, request->token, f.token);
	service_event(s, "download-tried", 0, &f.event);
	if (!reason_good(request->legacy, fault) || !figures(&f, fault) ||
	    !store_write(s->store, f.event.act_id, try_write, &f, fault) ||
	    !complete(&f, &p12, fault) || !put(&f, &p12, fault))
		return false;
	service_event(s, "download-completed", f.row.dossier, &f.event);
	if (!store_write(s->store, f.event.act_id, done_write, &f, fault)) {
		if (fault->code != FAULT_STORE) /* else it may have been counted */
			(void)unlink(request->out);
		return false;
	}
	tell(&f, &p12, out);
	return true;
}
