/* What each deed of a clock does, in the transaction of its row and event. */
#include "act/clocks_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/fee.h"
#include "act/judge.h"
#include "act/mail.h"
#include "act/mark.h"
#include "rules/clock.h"
#include "store/download_row.h"
#include "store/payment_row.h"
#include "store/refund_row.h"
#include "store/task_row.h"

/* What a mail's values are taken from. */
enum source {
	NO_VALUE,
	FORM_DAY,
	LAST_DAY, /* of the clock itself */
	NOTICE_DAY,
	REFUND_DAY,
	MAY_DAY,
	MUST_DAY,
	END_DAY,
	STAY_DAY,
	ABOLITION_DAY,
	FAX_DAY, /* the paper is due */
	GRACE_DAY,
	FIGURE,
	OWED_YEN,
	RECEIVED_YEN,
	TAX_PERCENT,
	FAULTS,
	SOURCES
};

enum { MOST = 3 };
static const struct letter {
	const char *mail;
	struct {
		const char *name;
		enum source source;
	} value[MOST];
} LETTERS[] = {
	{ "form-expired", { { "A", FORM_DAY }, { "B", LAST_DAY } } },
	{ "refund-coming", { { "A", REFUND_DAY }, { "B", NOTICE_DAY } } },
	{ "refund", { { "A", LAST_DAY }, { "B", NOTICE_DAY }, { "金額", RECEIVED_YEN } } },
	{ "closed", { { "A", REFUND_DAY }, { "B", NOTICE_DAY } } },
	{ "deficiency-reminder", { { "不備", FAULTS } } },
	{ "payment-due", { { "金額", OWED_YEN } } },
	{ "payment-under", { { "A", RECEIVED_YEN }, { "B", OWED_YEN } } },
	{ "payment-tax", { { "A", TAX_PERCENT }, { "B", OWED_YEN } } },
	{ "download-over", { { "A", LAST_DAY } } },
	{ "receipt-chase", { { "A", MAY_DAY }, { "B", MUST_DAY } } },
	{ "receipt-due", { { "A", MAY_DAY }, { "B", MUST_DAY } } },
	{ "fax-reminder", { { "期限", FAX_DAY } } },
	{ "grace", { { "期限", GRACE_DAY } } },
	{ "stay", { { "在留期限", STAY_DAY }, { "満了日", END_DAY } } },
	{ "expiry", { { "満了日", END_DAY }, { "日数", FIGURE } } },
	{ "abolition", { { "廃止日", ABOLITION_DAY } } },
};
static const char NO_FAULT[] = "審査の結果のお知らせに書いたもの";
static const char NO_FAULT_EN[] = "What the notice of the result named";

/* A limit that hangs on another clock's start. */
static const struct {
	enum source source;
	const char *clock;
	enum running_from from;
} LIMITS[] = {
	{ MAY_DAY, "K-12", RUN_ISSUE }, /* told from the issue, whatever the setting */
	{ MUST_DAY, "K-22", RUN_SENDING },
	{ FAX_DAY, "K-13", RUN_FAX },
	{ GRACE_DAY, "K-14e", RUN_CHANGE },
};
static const struct {
	enum source source;
	enum running_from from;
} STARTS[] = {
	{ FORM_DAY, RUN_FORM },
	{ NOTICE_DAY, RUN_NOTICE },
	{ REFUND_DAY, RUN_REFUND },
	{ END_DAY, RUN_END },
	{ STAY_DAY, RUN_STAY },
};

static struct day
last_day(const struct acting *a)
{
	return day_plus(a->owed.day, a->owed.act->when == WHEN_END ? -1 : 0);
}

static bool
owed_yen(struct tx *tx, struct acting *a, int64_t *owed, struct fault *fault)
{
	struct fee fee;
	if (!fee_standing_in(tx, a->service, &a->dossier, &fee, fault))
		return false;
	*owed = fee.due > fee.received ? fee.due - fee.received : 0;
	return true;
}

/* A value in a mail; en empty: the same in both languages. */
struct said {
	struct sink ja, en;
};

/* One line for each paper; what screening found lies sealed, and was told once. */
static bool
faults_put(struct tx *tx, struct acting *a, struct said *out, struct fault *fault)
{
	OWN_BYTES(room) = calloc(1, sizeof(struct judged));
	struct judged *j = room;
	if (j == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	if (!judge_load(tx, a->service, &a->dossier, j, fault))
		return false;
	for (size_t i = 0; i < j->bad.count; i++) {
		sink_print(&out->ja, "%s%s", i == 0 ? "" : "\n", j->bad.at[i].say);
		sink_print(&out->en, "%s%s", i == 0 ? "" : "\n", j->bad.at[i].en);
	}
	if (j->bad.count == 0) {
		sink_text(&out->ja, NO_FAULT);
		sink_text(&out->en, NO_FAULT_EN);
	}
	return true;
}

static bool
day_value(struct tx *tx, const struct acting *a, enum source source, struct sink *out,
    struct fault *fault)
{
	struct day d = { 0 };
	char text[DAY_TEXT];
	if (source == LAST_DAY)
		d = last_day(a);
	if (source == ABOLITION_DAY)
		d = day_plus(a->kase.from[RUN_ABOLITION], 1);
	for (size_t i = 0; i < COUNT(STARTS); i++)
		if (STARTS[i].source == source)
			d = a->kase.from[STARTS[i].from];
	for (size_t i = 0; i < COUNT(LIMITS); i++)
		if (LIMITS[i].source == source &&
		    !mark_last_day(tx, a->policy, a->dossier.id, LIMITS[i].clock,
			a->kase.from[LIMITS[i].from], &d, fault))
			return false;
	sink_text(out, day_print(text, d));
	return true;
}

static bool
value_put(
    struct tx *tx, struct acting *a, enum source source, struct said *out, struct fault *fault)
{
	int64_t yen;
	if (source == FAULTS)
		return faults_put(tx, a, out, fault);
	if (source == FIGURE || source == TAX_PERCENT) {
		const struct tax_rate *tax = policy_tax(&a->service->policy, a->service->today);
		sink_print(&out->ja, "%d",
		    source == FIGURE ? a->owed.figure
		    : tax == NULL    ? 0
				     : tax->percent);
		return true;
	}
	if (source != OWED_YEN && source != RECEIVED_YEN)
		return day_value(tx, a, source, &out->ja, fault);
	if (!(source == OWED_YEN ? owed_yen(tx, a, &yen, fault)
				 : payment_received(tx, a->dossier.id, &yen, fault)))
		return false;
	sink_print(&out->ja, "%lld", (long long)yen);
	return true;
}

static bool
mail_put(struct tx *tx, struct acting *a, const char *kind, const struct mail_value *value,
    size_t count, struct fault *fault)
{
	char key[MAIL_KEY], why[MAIL_WHY];
	snprintf(key, sizeof(key), "%s %lld %s at=%lld", a->row.clock, (long long)a->row.figure,
	    a->row.key, (long long)a->row.acted_at); /* a case that came back may end again */
	snprintf(why, sizeof(why), "%s %s", a->row.clock, a->owed.act->clause);
	const struct mail_ask ask = { .service = a->service,
		.dossier = a->dossier.id,
		.serial = a->has_cert ? a->cert.serial : NULL,
		.kind = kind,
		.key = key,
		.why = why,
		.value = value,
		.values = count };
	return mail_add(tx, &ask, fault);
}

static bool
letter_put(struct tx *tx, struct acting *a, const struct letter *l, struct said text[MOST],
    struct fault *fault)
{
	struct mail_value v[MOST];
	size_t n = 0;
	for (; n < MOST && l->value[n].name != NULL; n++) {
		if (!value_put(tx, a, l->value[n].source, &text[n], fault))
			return false;
		const char *ja = sink_string(&text[n].ja), *en = sink_string(&text[n].en);
		v[n] = (struct mail_value){ l->value[n].name, ja == NULL ? "" : ja,
			text[n].en.len == 0 ? NULL : en };
	}
	return mail_put(tx, a, l->mail, v, n, fault);
}

static bool
mail_send(struct tx *tx, struct acting *a, const char *kind, struct fault *fault)
{
	struct said text[MOST];
	bool good = false;
	for (size_t i = 0; i < MOST; i++)
		text[i] = (struct said){ SINK_GROW(MAIL_VALUE_MOST), SINK_GROW(MAIL_VALUE_MOST) };
	for (size_t i = 0; i < COUNT(LETTERS); i++)
		if (strcmp(LETTERS[i].mail, kind) == 0)
			good = letter_put(tx, a, &LETTERS[i], text, fault);
	for (size_t i = 0; i < MOST; i++) {
		sink_drop(&text[i].ja);
		sink_drop(&text[i].en);
	}
	return good;
}

static bool
deed_none(struct tx *tx, struct acting *a, struct fault *fault)
{
	(void)tx;
	(void)a;
	(void)fault;
	return true;
}

/* Of what was paid in part the rest is asked for. */
static bool
deed_mail(struct tx *tx, struct acting *a, struct fault *fault)
{
	const char *kind = a->owed.act->mail;
	int64_t received = 0;
	if (strcmp(kind, "payment-due") == 0 &&
	    !payment_received(tx, a->dossier.id, &received, fault))
		return false;
	return mail_send(tx, a, received > 0 ? "payment-under" : kind, fault);
}

static bool
deed_task(struct tx *tx, struct acting *a, struct fault *fault)
{
	a->row.open = 1;
	return a->owed.act->mail == NULL || mail_send(tx, a, a->owed.act->mail, fault);
}

static bool
move(struct tx *tx, struct acting *a, enum step_event on, unsigned facts, struct fault *fault)
{
	struct dossier_row *d = &a->dossier;
	char from[sizeof(d->state)];
	memcpy(from, d->state, sizeof(from));
	return dossier_step(d, on, facts, a->service->today, fault) &&
	       dossier_update(tx, d, from, fault);
}

/* The case ends on the clock's day; what was paid waits for two people of accounting. */
static bool
end_case(struct tx *tx, struct acting *a, int64_t received, struct fault *fault)
{
	struct refund_row r = { .dossier = a->dossier.id, .amount = received };
	snprintf(r.cause, sizeof(r.cause), "%s", a->row.word);
	memcpy(r.day, a->row.day, sizeof(r.day));
	return mark_set(tx, a->dossier.id, MARK_ENDED, a->owed.day, a->owed.day, fault) &&
	       (received == 0 || refund_put(tx, &r, fault));
}

static bool
deed_form_expired(struct tx *tx, struct acting *a, struct fault *fault)
{
	int64_t received;
	return payment_received(tx, a->dossier.id, &received, fault) &&
	       move(tx, a, STEP_FORM_LATE, 0, fault) && end_case(tx, a, received, fault) &&
	       mail_send(tx, a, a->owed.act->mail, fault);
}

static bool
deed_refund(struct tx *tx, struct acting *a, struct fault *fault)
{
	int64_t received;
	if (!payment_received(tx, a->dossier.id, &received, fault))
		return false;
	bool paid = received > 0;
	return move(tx, a, paid ? STEP_REFUND : STEP_CLOSE, paid ? FACT_PAID : 0, fault) &&
	       end_case(tx, a, received, fault) &&
	       mail_send(tx, a, paid ? a->owed.act->mail : "closed", fault);
}

/* From this day on it is paid in part. */
static bool
deed_tax(struct tx *tx, struct acting *a, struct fault *fault)
{
	struct fee fee;
	return fee_restate(tx, a->service, &a->dossier, &fee, fault) &&
	       (payment_settled(fee.state) || mail_send(tx, a, a->owed.act->mail, fault));
}

/* Tried and failed: ground 11-4 is for an officer to judge; never used: K-12 goes on. */
static bool
deed_window(struct tx *tx, struct acting *a, struct fault *fault)
{
	struct download_row d = { 0 };
	bool found;
	if (!download_get(tx, a->dossier.id, a->dossier.edition, &d, &found, fault))
		return false;
	a->row.open = found && d.completions == 0 && (d.tries > 0 || d.locked_until != 0);
	return !found || mail_send(tx, a, a->owed.act->mail, fault);
}

static bool
deed_term_end(struct tx *tx, struct acting *a, struct fault *fault)
{
	return move(tx, a, STEP_TERM_END, 0, fault);
}

static bool
deed_list(struct tx *tx, struct acting *a, struct fault *fault)
{
	const struct task_row t = { .kind = "list", .created_at = a->service->now.sec };
	return task_add(tx, &t, &a->list, fault);
}

static bool (*const DEED[])(struct tx *, struct acting *, struct fault *) = {
	[DEED_NONE] = deed_none,
	[DEED_MAIL] = deed_mail,
	[DEED_TASK] = deed_task,
	[DEED_FORM_EXPIRED] = deed_form_expired,
	[DEED_REFUND] = deed_refund,
	[DEED_TAX] = deed_tax,
	[DEED_WINDOW] = deed_window,
	[DEED_TERM_END] = deed_term_end,
	[DEED_LIST] = deed_list,
};
_Static_assert(COUNT(DEED) == DEEDS, "every deed needs its function");

bool
clocks_deed(struct tx *tx, struct acting *a, struct fault *fault)
{
	return DEED[a->owed.act->deed](tx, a, fault);
}
