#include "act/letter_print.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "act/dossier.h"
#include "act/letter_words.h"
#include "act/mark.h"
#include "act/station.h"
#include "base/file.h"
#include "base/text.h"
#include "book/line.h"
#include "book/statement.h"
#include "store/cert_row.h"
#include "store/key_set_row.h"
#include "store/line_row.h"
#include "store/print_day_row.h"
#include "vault/digest.h"
#include "wire/child.h"
#include "wire/print.h"

const struct refusal PRINT_NO_DAY = { "day-none", FAULT_STATE, "R-4.104" };
const struct refusal PRINT_ENDED = { "letter-ended", FAULT_STATE, "R-4.96" };
const struct refusal PRINT_OTHER = { "letter-other", FAULT_BROKEN, "design 2" };
const struct refusal PRINT_INTERRUPTED = { "letter-interrupted", FAULT_STATE, "R-4.96" };

enum { CA_MOST = 1 << 16, PDF_MOST = 512 << 10, FIELDS_MOST = 8192 };

/* What a station's refusal leaves behind, and whether the next letter is worth asking for. */
static const struct outcome {
	const char *name;
	bool sheet; /* something may have come out */
	bool stop; /* this station does not go on */
} OUTCOMES[] = {
	{ "frame-late", true, true },
	{ "frame-gone", true, true },
	{ "frame-broken", true, true },
	{ "print-spoiled", true, true },
	{ "print-again", true, false },
	{ "printer-away", false, true },
	{ "printer-name", false, true },
	{ "print-printer", false, true },
	{ "print-day-closed", false, true },
	{ "print-rehearsal", false, true },
	{ "print-notes", false, true },
};

struct printing {
	struct service *service;
	letter_tell *tell;
	void *context;
	struct print_day_row day;
	bool open;
	char fingerprint[DIGEST_HEX];
	struct letter_list letters;
	struct station station[PRINT_LETTERS];
	bool stopped[PRINT_LETTERS];
	bool all;
};

/* One letter's rows. */
struct one {
	struct printing *run;
	struct letter_row row;
	const char *from; /* its note before */
	struct dossier_row dossier;
	struct key_set_row keys;
	struct cert_row cert;
	struct line_row intent; /* the journal's, as the store copied it */
	struct day may, must; /* the limits it tells */
	const char *printer; /* it goes to; NULL: none or not yet known */
	bool spoil, usable;
	struct event_row event;
};

static void
one_drop(struct one *o)
{
	dossier_drop(&o->dossier);
	key_set_drop(&o->keys);
	cert_drop(&o->cert);
	line_drop(&o->intent);
}
#define OWN_ONE __attribute__((cleanup(one_drop))) struct one

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct printing *p = context;
	print_day_drop(&p->day);
	p->letters.count = 0;
	return print_day_open(tx, "", &p->day, &p->open, fault) &&
	       letter_noted(tx, "printing", letter_list_add, &p->letters, fault) &&
	       letter_noted(tx, "waiting", letter_list_add, &p->letters, fault);
}

static bool
fingerprint_read(struct printing *p, struct fault *fault)
{
	char path[SERVICE_PATH];
	uint8_t digest[32];
	OWN_BYTES(der) = NULL;
	size_t n;
	if (!file_read(service_path(p->service, "ca/ca.crt", path), CA_MOST,
		(uint8_t **)(void *)&der, &n, fault))
		return false;
	digest_of(der, n, digest);
	hex_print(p->fingerprint, digest, sizeof(digest));
	return true;
}

/* Every change of a note with its event. */
static bool
move_write(struct tx *tx, void *context, struct fault *fault)
{
	struct one *o = context;
	struct letter_row row = o->row;
	if (o->spoil) {
		snprintf(row.note, sizeof(row.note), "%s", o->from);
		if (!letter_spoil_in(tx, &row, fault))
			return false;
	} else if (!letter_move(tx, &row, o->from, fault))
		return false;
	return service_event_add(tx, &o->event, fault);
}

static bool
move(struct one *o, const char *from, const char *note, const char *kind, struct fault *fault)
{
	struct service *s = o->run->service;
	o->from = from;
	o->spoil = strcmp(note, "spoiled") == 0;
	snprintf(o->row.note, sizeof(o->row.note), "%s", note);
	service_event(s, kind, o->row.dossier, &o->event);
	snprintf(o->event.detail, sizeof(o->event.detail), "envelope=%s letter=%s edition=%lld%s%s",
	    o->row.envelope, o->row.letter, (long long)o->row.edition,
	    o->printer == NULL ? "" : " printer=", o->printer == NULL ? "" : o->printer);
	return store_write(s->store, o->event.act_id, move_write, o, fault);
}

static bool
tell(struct one *o, const struct fault *why, struct der fields, struct der pdf, struct fault *fault)
{
	const struct letter_told told = { &o->row, why == NULL, why, fields, pdf };
	o->run->all = o->run->all && why == NULL;
	return o->run->tell(o->run->context, &told, fault);
}

static bool
tell_refused(struct one *o, const struct fault *why, struct fault *fault)
{
	return tell(o, why, der_of(NULL, 0), der_of(NULL, 0), fault);
}

/* Nobody knows whether its sheet came out. */
static bool
interrupted(struct printing *p, const struct letter_row *l, struct fault *fault)
{
	OWN_ONE o = { .run = p, .row = *l };
	struct fault why = { 0 };
	if (!move(&o, "printing", "spoiled", "letter-interrupted", fault))
		return false;
	(void)fault_refuse(&why, &PRINT_INTERRUPTED, NULL,
	    "封筒「%s」の印刷は前回途中で終わりました。書損にしました。"
	    "出た用紙は読まずに立会人の前で破棄し、akashi letter spoil %s で署名してください。",
	    l->envelope, l->envelope);
	return tell_refused(&o, &why, fault);
}

static bool
other_spoiled(const void *row, void *context, struct fault *fault)
{
	const struct letter_row *l = row;
	struct one *o = context;
	(void)fault;
	if (strcmp(l->envelope, o->row.envelope) == 0)
		o->row = *l; /* its note may have changed since the list was read */
	o->usable = o->usable && strcmp(l->note, "spoiled") != 0;
	return true;
}

/* Until when a receipt is in time, extended or not: from issue, and from today's sending. */
static bool
limits(struct tx *tx, struct one *o, struct fault *fault)
{
	struct service *s = o->run->service;
	const struct policy *p;
	const struct day issued = instant_day((struct instant){ o->cert.not_before });
	const int64_t id = o->dossier.id;
	return service_policy_in(tx, s, o->dossier.policy, &p, fault) &&
	       mark_last_day(tx, p, id, "K-12", issued, &o->may, fault) &&
	       mark_last_day(tx, p, id, "K-22", s->today, &o->must, fault);
}

/* Of the newest edition, its certificate in force, no letter of it spoiled. */
static bool
rows_read(struct tx *tx, void *context, struct fault *fault)
{
	struct one *o = context;
	int64_t id = o->row.dossier, edition = o->row.edition;
	bool cert, keys, intent;
	one_drop(o);
	if (!dossier_load_in(tx, id, &o->dossier, fault) ||
	    !cert_of(tx, id, edition, &o->cert, &cert, fault) ||
	    !key_set_get(tx, id, edition, &o->keys, &keys, fault) ||
	    !line_of_serial(tx, o->cert.serial, &o->intent, &intent, fault))
		return false;
	o->usable = cert && keys && o->cert.revoked_at == 0 && o->dossier.edition == edition &&
		    strcmp(o->row.print_day, o->run->day.day) == 0;
	return letter_of_dossier(tx, id, edition, other_spoiled, o, fault) &&
	       (!o->usable || limits(tx, o, fault));
}

static bool
key_is(struct der key, const struct blob *of)
{
	return key.n == of->n && memcmp(key.p, of->at, of->n) == 0;
}

/* Sealed to keys that a station had before: nobody can open it. */
static bool
keys_gone(const struct one *o)
{
	const struct print_day_row *day = &o->run->day;
	const struct blob *b = &o->keys.statement;
	struct statement s;
	return statement_unpack(der_of(b->at, b->n), &s) &&
	       !(key_is(s.print[PRINT_PIN], &day->print_pin) &&
		   key_is(s.print[PRINT_PASSWORD], &day->print_password));
}

static bool
digest_is(const struct blob *bytes, const uint8_t digest[32])
{
	uint8_t is[32];
	digest_of(bytes->at, bytes->n, is);
	return memcmp(is, digest, sizeof(is)) == 0;
}

/* A letter under another's envelope would hand somebody's PIN to a stranger. */
static bool
its_own(const struct one *o, enum print_letter l)
{
	struct der d = der_of(o->intent.bytes.at, o->intent.bytes.n), whole;
	struct line line;
	struct statement s;
	return line_take(&d, &line, &whole) && line.dossier == o->row.dossier &&
	       line.edition == o->row.edition && digest_is(&o->keys.statement, line.digest) &&
	       statement_unpack(der_of(o->keys.statement.at, o->keys.statement.n), &s) &&
	       digest_is(
		   l == PRINT_PIN ? &o->keys.letter_pin : &o->keys.letter_password, s.letter[l]);
}

static bool
words_fill(const struct one *o, struct print_job *j, struct fault *fault)
{
	struct letter_words w;
	if (!letter_words(o->run->service, o->may, o->must, &w, fault))
		return false;
	memcpy(j->service, w.service, sizeof(j->service));
	memcpy(j->operator_name, w.operator_name, sizeof(j->operator_name));
	memcpy(j->phone, w.phone, sizeof(j->phone));
	memcpy(j->limit_ja, w.limit_ja, sizeof(j->limit_ja));
	memcpy(j->limit_en, w.limit_en, sizeof(j->limit_en));
	return true;
}

static bool
job_fill(struct one *o, enum print_letter l, struct print_job *j, struct fault *fault)
{
	const struct service *s = o->run->service;
	const struct blob *sealed = l == PRINT_PIN ? &o->keys.letter_pin : &o->keys.letter_password;
	j->sealed = der_of(sealed->at, sealed->n);
	j->rehearsal = s->rehearsal;
	snprintf(j->envelope, sizeof(j->envelope), "%s", o->row.envelope);
	snprintf(j->reference, sizeof(j->reference), "%s", o->dossier.reference);
	snprintf(j->fingerprint, sizeof(j->fingerprint), "%s", o->run->fingerprint);
	const char *printer = station_printer(s, l);
	if (strlen(printer) >= sizeof(j->printer))
		return fault_set(fault, FAULT_INPUT,
		    "akashi.conf のプリンターの名前が長すぎます。短い名前にしてください。");
	memcpy(j->printer, printer, strlen(printer) + 1);
	return words_fill(o, j, fault);
}
_Static_assert(RECORD_SIZE(print_job, limit_ja) == RECORD_SIZE(letter_words, limit_ja) &&
		   RECORD_SIZE(print_job, service) == RECORD_SIZE(letter_words, service) &&
		   RECORD_SIZE(print_job, phone) == RECORD_SIZE(letter_words, phone),
    "what is said fits what is sent");

static const struct outcome *
outcome_of(const struct fault *why)
{
	static const struct outcome UNPRINTED = { NULL, false, false };
	for (size_t i = 0; i < COUNT(OUTCOMES); i++)
		if (strcmp(OUTCOMES[i].name, why->name) == 0)
			return &OUTCOMES[i];
	return &UNPRINTED;
}

static bool
refused(struct one *o, enum print_letter l, const struct fault *why, struct fault *fault)
{
	const struct outcome *end = outcome_of(why);
	o->run->stopped[l] = end->stop;
	return move(o, "printing", end->sheet ? "spoiled" : "waiting",
		   end->sheet ? "letter-interrupted" : "letter-returned", fault) &&
	       tell_refused(o, why, fault);
}

/* The intention, the act, the result. */
static bool
print(struct one *o, enum print_letter l, const struct print_job *j, struct fault *fault)
{
	struct printing *p = o->run;
	OWN_SINK fields = SINK_GROW(FIELDS_MOST);
	OWN_SINK pdf = SINK_GROW(PDF_MOST);
	struct fault why = { 0 };
	o->printer = j->printer[0] == '\0' ? NULL : j->printer;
	if (!move(o, "waiting", "printing", "letter-printing", fault))
		return false;
	if (!print_letter(p->station[l].fd, j, p->service->rehearsal ? &fields : NULL,
		p->service->rehearsal ? &pdf : NULL, &why))
		return refused(o, l, &why, fault);
	o->row.printed_at = p->service->now.sec;
	return move(o, "printing", "printing", "letter-printed", fault) &&
	       tell(o, NULL, der_of(fields.at, fields.len), der_of(pdf.at, pdf.len), fault);
}

static bool
waiting(struct printing *p, const struct letter_row *l, struct fault *fault)
{
	OWN_ONE o = { .run = p, .row = *l };
	struct print_job job = { 0 };
	struct fault why = { 0 };
	enum print_letter which =
	    strcmp(l->letter, print_letter_name(PRINT_PIN)) == 0 ? PRINT_PIN : PRINT_PASSWORD;
	if (p->stopped[which]) {
		p->all = false;
		return true;
	}
	if (!store_read(p->service->store, rows_read, &o, fault))
		return false;
	if (strcmp(o.row.note, "waiting") != 0)
		return true;
	if (!o.usable || keys_gone(&o)) {
		(void)fault_refuse(&why, &PRINT_ENDED, NULL,
		    "封筒「%s」（案件 %lld 第 %lld 版）はもう送れません。"
		    "akashi letter spoil で書損にしてください。",
		    l->envelope, (long long)l->dossier, (long long)l->edition);
		return tell_refused(&o, &why, fault);
	}
	if (!its_own(&o, which)) {
		(void)fault_refuse(&why, &PRINT_OTHER, NULL,
		    "封筒「%s」の手紙は、この案件の鍵生成記録のものではありません。印刷しません。"
		    "akashi audit verify を行い、監査担当に知らせてください。",
		    l->envelope);
		return tell_refused(&o, &why, fault);
	}
	return job_fill(&o, which, &job, fault) && print(&o, which, &job, fault);
}

static bool
each(struct printing *p, struct fault *fault)
{
	bool work = false, good = true;
	for (size_t i = 0; good && i < p->letters.count; i++) {
		const struct letter_row *l = &p->letters.at[i];
		if (strcmp(l->note, "waiting") == 0)
			work = true;
		else if (l->printed_at == 0)
			good = interrupted(p, l, fault);
	}
	if (!good || !work)
		return good;
	if (!fingerprint_read(p, fault) || !stations_reach(p->service, p->station, fault))
		return false;
	for (size_t i = 0; good && i < p->letters.count; i++)
		if (strcmp(p->letters.at[i].note, "waiting") == 0)
			good = waiting(p, &p->letters.at[i], fault);
	stations_leave(p->station);
	return good;
}

bool
letter_print_run(struct service *s, letter_tell *say, void *context, bool *all, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct printing p = { .service = s, .tell = say, .context = context, .all = true };
	int lock;
	if (!lock_take(service_path(s, "run/letter.lock", path), &lock, fault))
		return false;
	bool good = store_read(s->store, look, &p, fault);
	if (good && !p.open)
		good = fault_refuse(fault, &PRINT_NO_DAY, NULL,
		    "印刷日が開いていません。akashi day open で開いてください。");
	if (good && print_day_is_lost(&p.day))
		good = fault_refuse(fault, &PRINT_NO_DAY, NULL,
		    "印刷局が始め直され、印刷日 %s の印刷鍵は失われました。akashi day open で"
		    "開き直してください（日が変わっていれば、先に akashi day close で閉じます）。"
		    "印刷していない封筒は akashi letter spoil で書損にしてください。",
		    p.day.day);
	good = good && each(&p, fault);
	print_day_drop(&p.day);
	letter_list_drop(&p.letters);
	(void)close(lock);
	*all = p.all;
	return good;
}
