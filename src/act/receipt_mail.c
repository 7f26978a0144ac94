#include "act/receipt_mail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/mail_owed.h"
#include "base/file.h"
#include "pki/path.h"
#include "store/cert_row.h"
#include "store/event_row.h"
#include "vault/code.h"
#include "vault/digest.h"
#include "wire/reader.h"

const struct refusal RECEIPT_MAIL_LARGE = { "receipt-mail-large", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_UNSIGNED = { "receipt-mail-unsigned", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_WRAPPED = { "receipt-mail-wrapped", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_ENCRYPTED = { "receipt-mail-encrypted", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_SIGNERS = { "receipt-mail-signers", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_METHOD = { "receipt-mail-method", FAULT_INPUT, "R-2.10" };
const struct refusal RECEIPT_MAIL_BARE = { "receipt-mail-bare", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_ALTERED = { "receipt-mail-altered", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_SERIAL = { "receipt-mail-serial", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_FOREIGN = { "receipt-mail-foreign", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_EXPIRED = { "receipt-mail-expired", FAULT_INPUT, "R-4.111" };
const struct refusal RECEIPT_MAIL_REVOKED = { "receipt-mail-revoked", FAULT_STATE, "R-4.111" };
const struct refusal RECEIPT_MAIL_LIST = { "receipt-mail-list", FAULT_STATE, "R-4.111" };

enum { LIST_MOST = 256 << 20, CA_MOST = 16384 };

struct mailing {
	struct service *service;
	const struct receipt_mail_request *request;
	const struct mail_in *mail;
	const struct cms_signature *signature;
	struct cert_row cert;
	bool found;
	struct receipt_letter letter;
	struct receipt_mailed *out;
};

static bool
wrapped(const struct mailing *m)
{
	return m->mail->kind == MAIL_IN_WRAPPED;
}

static bool
not_signed(const struct mailing *m)
{
	return m->mail->kind != MAIL_IN_SIGNED || m->signature->form == CMS_NONE ||
	       (m->signature->form == CMS_SIGNED && m->signature->signers == 0);
}

static bool
encrypted(const struct mailing *m)
{
	return m->signature->form == CMS_ENCRYPTED;
}

static bool
many(const struct mailing *m)
{
	return m->signature->signers != 1;
}

static bool
other_method(const struct mailing *m)
{
	return !m->signature->permitted;
}

static bool
bare(const struct mailing *m)
{
	return m->signature->certificate.n == 0 || m->signature->serial[0] == '\0';
}

static bool
altered(const struct mailing *m)
{
	return !m->signature->good;
}

static bool
unknown(const struct mailing *m)
{
	return !m->found;
}

/* Byte for byte: the store holds our certificate's digest. */
static bool
foreign(const struct mailing *m)
{
	uint8_t digest[DIGEST];
	digest_of(m->signature->certificate.p, m->signature->certificate.n, digest);
	return memcmp(digest, m->cert.digest, sizeof(digest)) != 0;
}

static bool
expired(const struct mailing *m)
{
	return m->service->now.sec > m->cert.not_after || m->service->now.sec < m->cert.not_before;
}

/* Why, in English; told: the subscriber can do something about it, so the Japanese is theirs too. */
struct words {
	const struct refusal *row;
	const char *english;
	bool told;
};

/* In the order they are asked. */
static const struct mail_check {
	bool (*bad)(const struct mailing *);
	const char *say;
	struct words words;
} CHECKS[] = {
	{ wrapped,
	    "署名されたメールが別のメールに包まれています。"
	    "途中で書き加えられた（メーリングリストなど）か、転送されたものです。"
	    "加入者から直接送ってもらってください。",
	    { &RECEIPT_MAIL_WRAPPED,
		"The signed mail stands within another: something was added on its way, or it was "
		"forwarded. Please send it directly.",
		false } },
	{ not_signed, "署名のないメールです。受領した電子証明書で署名して送ってもらってください。",
	    { &RECEIPT_MAIL_UNSIGNED,
		"The mail is not signed. Please sign it with the certificate you received.",
		false } },
	{ encrypted, "暗号化されたメールで、読めません。署名だけをして送り直してもらってください。",
	    { &RECEIPT_MAIL_ENCRYPTED,
		"The mail is encrypted and cannot be read. Please sign it only.", false } },
	{ many, "署名した人が一人ではありません。加入者だけの署名で送り直してもらってください。",
	    { &RECEIPT_MAIL_SIGNERS,
		"More than one person signed. Please send it with the subscriber's signature "
		"alone.",
		false } },
	{ other_method,
	    "規程で認められていない署名の方式です。"
	    "SHA-256、SHA-384、SHA-512 のいずれかの RSA 署名に設定して送り直す必要があります。",
	    { &RECEIPT_MAIL_METHOD,
		"Signature method not permitted by the terms. Please choose RSA with SHA-256, "
		"SHA-384 or SHA-512.",
		true } },
	{ bare,
	    "署名に電子証明書が付いていません。電子証明書を付ける設定で送り直す必要があります。",
	    { &RECEIPT_MAIL_BARE,
		"The signature brings no certificate. Please send it with your certificate "
		"included.",
		true } },
	{ altered,
	    "署名が本文と合いません。"
	    "途中で書き換えられたか、壊れています。送り直す必要があります。",
	    { &RECEIPT_MAIL_ALTERED,
		"The signature does not fit the text: it was altered or damaged on its way. Please "
		"send it again.",
		true } },
	{ unknown,
	    "署名した電子証明書の番号は当方にありません。"
	    "当方の電子証明書で署名してもらってください。",
	    { &RECEIPT_MAIL_SERIAL,
		"No certificate of that number was issued here. Please sign with the one you "
		"received from us.",
		false } },
	{ foreign,
	    "番号は同じですが、当方が発行した電子証明書ではありません。"
	    "監査担当に知らせてください。",
	    { &RECEIPT_MAIL_FOREIGN,
		"The certificate bears a number of ours, but is not the one we issued.", false } },
	{ expired, "署名した電子証明書の有効期間の外です。電話での確認が必要です。",
	    { &RECEIPT_MAIL_EXPIRED, "The certificate is not in its term. Please call us.",
		true } },
};

/* Of the other refusals. */
static const struct words WORDS[] = {
	{ &RECEIPT_MAIL_LARGE, "The mail is too large. Please send it without attachments.",
	    false },
	{ &RECEIPT_MAIL_REVOKED, "The certificate has been revoked. Please call us.", true },
	{ &RECEIPT_MAIL_LIST, "There is no list of revoked certificates that is in force.", false },
	{ &RECEIPT_NONE, "Nothing has been sent to you yet.", false },
	{ &RECEIPT_EARLY, "The mail came before the certificate was sent.", false },
	{ &RECEIPT_FUTURE, "The day is in the future.", false },
	{ &RECEIPT_LATE, "The last day for the receipt has passed.", false },
	{ &RECEIPT_KNOWN, "The receipt is recorded already.", false },
	{ &RECEIPT_REVOKED, "The certificate has been revoked already.", false },
	{ &RECEIPT_EDITION, "The mail is not signed with your newest certificate.", true },
	{ &READER_DIED, "The mail cannot be read: it is damaged or of no form we know.", false },
};

static const struct words *
words_of(const char *row)
{
	for (size_t i = 0; i < COUNT(CHECKS); i++)
		if (strcmp(CHECKS[i].words.row->name, row) == 0)
			return &CHECKS[i].words;
	for (size_t i = 0; i < COUNT(WORDS); i++)
		if (strcmp(WORDS[i].row->name, row) == 0)
			return &WORDS[i];
	return NULL;
}

static bool
checks(const struct mailing *m, struct fault *fault)
{
	for (size_t i = 0; i < COUNT(CHECKS); i++) {
		const struct mail_check *c = &CHECKS[i];
		if (!c->bad(m))
			continue;
		if (c->words.row == &RECEIPT_MAIL_METHOD)
			return fault_refuse(
			    fault, c->words.row, "FILE", "%s（%s）", c->say, m->signature->method);
		return fault_refuse(fault, c->words.row, "FILE", "%s", c->say);
	}
	return true;
}

static bool
find(struct tx *tx, void *context, struct fault *fault)
{
	struct mailing *m = context;
	cert_drop(&m->cert);
	return m->signature->serial[0] == '\0' ||
	       cert_get(tx, m->signature->serial, &m->cert, &m->found, fault);
}

static bool
verdict_good(const struct path_verdict *v, struct fault *fault)
{
	if (v->valid)
		return true;
	if (strcmp(v->reason, "revoked") == 0)
		return fault_refuse(fault, &RECEIPT_MAIL_REVOKED, "FILE",
		    "署名した電子証明書は失効リストに載っています。電話での確認が必要です。");
	return fault_refuse(fault, &RECEIPT_MAIL_LIST, "FILE",
	    "当方の失効リストで確かめられません：%s "
	    "akashi crl publish のあとでもう一度行ってください。",
	    v->say);
}

/* These bytes are ours by now; the list is the newest, signed by the CA and in force. */
static bool
listed(const struct mailing *m, struct fault *fault)
{
	char ca_path[SERVICE_PATH], crl_path[SERVICE_PATH];
	OWN_BYTES(ca) = NULL;
	OWN_BYTES(crl) = NULL;
	size_t ca_n, crl_n;
	struct path_verdict v;
	if (m->cert.revoked_at != 0)
		return true; /* the receipt itself says so, with its day [M-505] */
	if (!file_read(service_path(m->service, "ca/ca.crt", ca_path), CA_MOST,
		(uint8_t **)(void *)&ca, &ca_n, fault) ||
	    !file_read(service_path(m->service, "repository/ca.crl", crl_path), LIST_MOST,
		(uint8_t **)(void *)&crl, &crl_n, fault))
		return false;
	const struct bundle_file anchor = { "ca.crt", der_of(ca, ca_n) },
				 list = { "ca.crl", der_of(crl, crl_n) };
	const struct path_job job = { .end_entity = { "FILE", m->signature->certificate },
		.anchors = &anchor,
		.anchor_count = 1,
		.crls = &list,
		.crl_count = 1,
		.at = m->service->now };
	return path_verify(&job, &v, fault) && verdict_good(&v, fault);
}

static bool
take(struct mailing *m, struct fault *fault)
{
	const struct receipt_mail_request *r = m->request;
	const struct receipt_request receipt = { .dossier = m->cert.dossier,
		.person = r->person,
		.day = r->day,
		.reason = r->reason,
		.letter = &m->letter };
	snprintf(m->letter.serial, sizeof(m->letter.serial), "%s", m->signature->serial);
	return receipt_record(m->service, &receipt, &m->out->received, fault);
}

static void
tell(struct mailing *m)
{
	struct receipt_mailed *o = m->out;
	memcpy(o->method, m->signature->method, sizeof(o->method));
	o->signed_at = m->signature->signed_at;
	memcpy(o->subject, m->mail->subject, sizeof(o->subject));
	memcpy(o->text, m->mail->text, sizeof(o->text));
}

struct refusing {
	struct mailing *mailing;
	const struct words *words;
	const struct fault *why;
	struct event_row event;
};

static bool
refused_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct refusing *r = context;
	struct service *s = r->mailing->service;
	const int64_t dossier = r->mailing->out->dossier;
	struct received awaited;
	bool found, tell = dossier != 0 && r->words->told;
	if (!event_by_act(tx, r->event.act_id, &found, fault))
		return false;
	if (found)
		return true;
	if (tell && !receipt_awaited(tx, s, dossier, &awaited, &tell, fault))
		return false;
	return (!tell || mail_of_unconfirmed(tx, s, dossier, &awaited, r->why->name, r->why->say,
			     r->words->english, fault)) &&
	       service_event_add(tx, &r->event, fault);
}

/* For this reason, this mail is refused once; whoever reads the log finds the mail by its digest. */
static void
refused_event(const struct mailing *m, const char *code, struct event_row *event)
{
	uint8_t act[CODE_DIGEST], bytes[sizeof(((struct fault *)0)->name) + DIGEST];
	struct sink once = SINK_INTO(bytes), detail = SINK_INTO(event->detail);
	service_event(m->service, "receipt-refused", m->out->dossier, event);
	sink_text(&once, code);
	sink_bytes(&once, m->letter.digest, sizeof(m->letter.digest));
	index_digest(m->service->index_key, "receipt-refused", once.at, once.len, act);
	memcpy(event->act_id, act, sizeof(event->act_id));
	sink_print(&detail, "channel=mail reason=%s mail=", code);
	sink_hex(&detail, m->letter.digest, sizeof(m->letter.digest));
	(void)sink_string(&detail);
}

/* Kept with its reason, and the subscriber is told. */
static void
refused(struct mailing *m, struct fault *fault)
{
	const struct fault why = *fault;
	struct refusing r = { .mailing = m, .words = words_of(fault->name), .why = &why };
	struct fault lost = { 0 };
	m->out->english = r.words == NULL ? NULL : r.words->english;
	if (r.words == NULL || fault->row == &RECEIPT_KNOWN)
		return; /* not the mail's own fault; or nothing happened */
	refused_event(m, why.name, &r.event);
	if (!store_write(m->service->store, r.event.act_id, refused_tx, &r, &lost)) {
		m->out->english = NULL;
		*fault = lost;
	}
}

static void
begin(struct mailing *m)
{
	const struct receipt_mail_request *r = m->request;
	*m->out = (struct receipt_mailed){ .dossier = 0 };
	m->letter.bytes = r->bytes;
	m->letter.n = r->n;
	index_digest(m->service->index_key, "receipt-mail", r->bytes, r->n, m->letter.digest);
}

bool
receipt_mail_read(struct service *s, const struct receipt_mail_request *request,
    const struct outside_mail *said, struct receipt_mailed *out, struct fault *fault)
{
	struct mailing m = { .service = s,
		.request = request,
		.mail = &said->mail,
		.signature = &said->signature,
		.out = out };
	begin(&m);
	bool good = store_read(s->store, find, &m, fault);
	if (good && m.found && (bare(&m) || !foreign(&m)))
		out->dossier = m.cert.dossier;
	good = good && checks(&m, fault) && listed(&m, fault) && take(&m, fault);
	tell(&m);
	if (!good)
		refused(&m, fault);
	cert_drop(&m.cert);
	return good;
}

bool
receipt_mail(struct service *s, const struct receipt_mail_request *request,
    struct receipt_mailed *out, struct fault *fault)
{
	struct outside_mail *said = calloc(1, sizeof(*said));
	struct mailing m = { .service = s, .request = request, .out = out };
	bool read = said != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	begin(&m);
	if (read && request->n > RECEIPT_MAIL_MOST)
		read = fault_refuse(fault, &RECEIPT_MAIL_LARGE, "FILE",
		    "メールが大きすぎます（2MB まで）。添付を外して送り直してもらってください。");
	read = read && outside_mail(request->bytes, request->n, said, fault);
	if (!read)
		refused(&m, fault);
	bool good = read && receipt_mail_read(s, request, said, out, fault);
	free(said);
	return good;
}
