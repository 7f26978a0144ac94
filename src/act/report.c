#include "act/report.h"

#include <stdio.h>
#include <string.h>

#include "act/clocks.h"
#include "act/dossier.h"
#include "act/letter.h"
#include "act/mark.h"
#include "base/text.h"
#include "rules/clock.h"
#include "rules/term.h"
#include "store/card_row.h"
#include "store/download_row.h"
#include "vault/seal.h"

const struct refusal REPORT_STATE = { "report-state", FAULT_STATE, "R-2.3" };
const struct refusal REPORT_DAY = { "report-day", FAULT_INPUT, "X-11" };
const struct refusal REPORT_REASON = { "report-reason", FAULT_INPUT, "R-12.12" };
const struct refusal REPORT_NO_FAX = { "fax-none", FAULT_STATE, "R-10.4" };
const struct refusal REPORT_NO_GRACE = { "grace-none", FAULT_STATE, "R-2.5" };
const struct refusal GRACE_KIND = { "grace-kind", FAULT_STATE, "R-2.6" };
const struct refusal GRACE_FIELD = { "grace-field", FAULT_STATE, "R-2.5" };
const struct refusal GRACE_REGISTRATION = { "grace-registration", FAULT_STATE, "G-38" };
const struct refusal STAY_NONE = { "stay-none", FAULT_STATE, "R-2.13" };
const struct refusal STAY_SPECIAL = { "stay-special", FAULT_INPUT, "R-2.13" };
const struct refusal HOLD_NONE = { "hold-none", FAULT_STATE, "R-12.12" };
const struct refusal RENEWED_BY = { "renewed-by", FAULT_STATE, "R-5.3" };
const struct refusal ABOLITION_NONE = { "abolition-none", FAULT_STATE, "R-13.1" };
const struct refusal CLOCK_FIXED = { "clock-fixed", FAULT_STATE, "R-7.3" };
const struct refusal CLOCK_DAYS = { "clock-days", FAULT_INPUT, "R-4.119" };
const struct refusal LETTER_NOT_OUT = { "letter-not-out", FAULT_STATE, "R-9.3" };
const struct refusal CLOCK_NOT_OPEN = { "clock-not-open", FAULT_STATE, "R-4.114" };

struct reporting {
	struct service *service;
	const struct report *report;
	const struct report_row *row;
	struct dossier_row dossier;
	struct cert_row cert;
	bool has_cert;
	struct marks marks;
	const struct policy *policy;
	struct reported out;
	struct letter_row letter; /* that came back */
	uint8_t sealed[REPORT_REASON_MOST + 256];
	struct event_row event;
};

static void
reporting_drop(struct reporting *r)
{
	dossier_drop(&r->dossier);
	cert_drop(&r->cert);
}
#define OWN_REPORTING __attribute__((cleanup(reporting_drop))) struct reporting

static bool
reason_keep(struct tx *tx, struct reporting *r, const char *kind, struct fault *fault)
{
	const char *reason = r->report->reason;
	struct card_row card = { .dossier = r->dossier.id };
	struct sink sealed = SINK_INTO(r->sealed);
	size_t n = reason == NULL ? 0 : strlen(reason);
	if (n == 0 || n > REPORT_REASON_MOST || !utf8_valid(reason, n))
		return fault_refuse(fault, &REPORT_REASON, "--reason",
		    "--reason で理由を書いてください（%d バイトまで）。", REPORT_REASON_MOST);
	seal_put("report-reason", r->dossier.public_key, reason, n, &sealed);
	snprintf(card.kind, sizeof(card.kind), "%s", kind);
	card.card = (struct blob){ sealed.at, sealed.len };
	return card_destroy(tx, card.dossier, card.kind, fault) &&
	       tx_insert(tx, &CARD_TABLE, &card, NULL, fault);
}

static bool
put(struct tx *tx, struct reporting *r, enum mark m, struct fault *fault)
{
	return mark_set(tx, r->dossier.id, m, r->report->day, r->service->today, fault);
}

static bool
not_before(const struct reporting *r, struct day least, struct fault *fault)
{
	char text[DAY_TEXT];
	return day_cmp(r->report->day, least) >= 0 ||
	       fault_refuse(fault, &REPORT_DAY, "--date",
		   "--date が %s より前です。日付を確かめてください。", day_print(text, least));
}

static bool
past(const struct reporting *r, struct fault *fault)
{
	return day_cmp(r->report->day, r->service->today) <= 0 ||
	       fault_refuse(fault, &REPORT_DAY, "--date",
		   "--date が未来です。起きた日、届いた日を指定してください。");
}

static bool
fax_paper(struct tx *tx, struct reporting *r, struct fault *fault)
{
	if (r->marks.day[MARK_FAX].year == 0)
		return fault_refuse(fault, &REPORT_NO_FAX, "SERIAL",
		    "この電子証明書にFAXによる失効申請はありません。番号を確かめてください。");
	return not_before(r, r->marks.day[MARK_FAX], fault) && past(r, fault) &&
	       put(tx, r, MARK_FAX_PAPER, fault);
}

/* Of an employee's certificate the representative's data alone, and a registration that ends it. */
static bool
grace_open(struct tx *tx, struct reporting *r, struct fault *fault)
{
	if (strcmp(r->dossier.kind, KIND_NAMES[KIND_EMPLOYEE]) != 0)
		return fault_refuse(fault, &GRACE_KIND, "SERIAL",
		    "猶予は組織社員用だけにあります。すみやかに失効を申請してもらってください。");
	for (size_t i = 0; i < r->report->changes; i++)
		if (strcmp(r->report->changed[i], "representative") != 0)
			return fault_refuse(fault, &GRACE_FIELD, "--changed",
			    "猶予は代表者の変更だけにあります（「%s」も変わっています）。"
			    "すみやかに失効を申請してもらってください。",
			    r->report->changed[i]);
	if (r->report->unregistered)
		return fault_refuse(fault, &GRACE_REGISTRATION, "--no-registration",
		    "変更登記のない団体に猶予はありません。"
		    "すみやかに失効を申請してもらってください。");
	return past(r, fault) && mark_unset(tx, r->dossier.id, MARK_REGISTERED, fault) &&
	       mark_unset(tx, r->dossier.id, MARK_GRACE_LOST, fault) &&
	       put(tx, r, MARK_CHANGE, fault);
}

static bool
grace_stands(const struct reporting *r, struct fault *fault)
{
	return r->marks.day[MARK_CHANGE].year != 0 ||
	       fault_refuse(fault, &REPORT_NO_GRACE, "SERIAL",
		   "この電子証明書に猶予はありません。akashi grace open で始めてください。");
}

static bool
grace_registered(struct tx *tx, struct reporting *r, struct fault *fault)
{
	return grace_stands(r, fault) && not_before(r, r->marks.day[MARK_CHANGE], fault) &&
	       past(r, fault) && put(tx, r, MARK_REGISTERED, fault);
}

static bool
grace_close(struct tx *tx, struct reporting *r, struct fault *fault)
{
	return (r->marks.day[MARK_GRACE_LOST].year != 0 || grace_stands(r, fault)) &&
	       mark_unset(tx, r->dossier.id, MARK_CHANGE, fault) &&
	       mark_unset(tx, r->dossier.id, MARK_REGISTERED, fault) &&
	       mark_unset(tx, r->dossier.id, MARK_GRACE_LOST, fault);
}

static bool
grace_lost(struct tx *tx, struct reporting *r, struct fault *fault)
{
	return past(r, fault) && grace_close(tx, r, fault) && put(tx, r, MARK_GRACE_LOST, fault);
}

/* No day: the stay has no end any more. */
static bool
stay(struct tx *tx, struct reporting *r, struct fault *fault)
{
	if (!mark_unset(tx, r->dossier.id, MARK_SPECIAL, fault))
		return false;
	return r->report->day.year == 0 ? mark_unset(tx, r->dossier.id, MARK_STAY, fault)
					: put(tx, r, MARK_STAY, fault);
}

static bool
stay_special(struct tx *tx, struct reporting *r, struct fault *fault)
{
	struct day end = r->marks.day[MARK_STAY], last;
	char text[DAY_TEXT];
	if (end.year == 0)
		return fault_refuse(fault, &STAY_NONE, "N",
		    "この案件に在留期間の満了日はありません。"
		    "先に akashi stay N --until で登録してください。");
	if (!clock_named_last_day(r->policy, "K-15s", end, &last, fault))
		return false;
	if (day_cmp(r->report->day, end) <= 0 || day_cmp(r->report->day, last) > 0)
		return fault_refuse(fault, &STAY_SPECIAL, "--until",
		    "特例期間は満了日の後、%s までです。", day_print(text, last));
	return put(tx, r, MARK_SPECIAL, fault);
}

static bool
hold(struct tx *tx, struct reporting *r, struct fault *fault)
{
	if (day_cmp(r->report->day, r->service->today) <= 0)
		return fault_refuse(fault, &REPORT_DAY, "--review",
		    "--review には、見直す日（明日以降）を指定してください。");
	return reason_keep(tx, r, "hold", fault) && put(tx, r, MARK_HOLD, fault);
}

static bool
release(struct tx *tx, struct reporting *r, struct fault *fault)
{
	if (r->marks.day[MARK_HOLD].year == 0)
		return fault_refuse(fault, &HOLD_NONE, "N",
		    "この案件に保存の延長はありません。番号を確かめてください。");
	return mark_unset(tx, r->dossier.id, MARK_HOLD, fault);
}

/* A newer certificate of the same kind that is in force and ends later. */
static bool
renewed(struct tx *tx, struct reporting *r, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	struct cert_row cert = { 0 };
	bool found, has;
	if (!dossier_get(tx, r->report->by, &d, &found, fault) ||
	    !cert_latest(tx, r->report->by, &cert, &has, fault))
		return false;
	bool good = found && has && d.id != r->dossier.id && r->has_cert &&
		    dossier_state(&d) == STATE_ACTIVE && strcmp(d.kind, r->dossier.kind) == 0 &&
		    cert.revoked_at == 0 && cert.not_after > r->cert.not_after;
	cert_drop(&cert);
	return good ? mark_set(tx, r->dossier.id, MARK_RENEWED, r->service->today,
			  r->service->today, fault)
		    : fault_refuse(fault, &RENEWED_BY, "--by",
			  "案件 %lld に、同じ種類で後に満了する有効な電子証明書がありません。",
			  (long long)r->report->by);
}

static bool
abolition_proof(struct tx *tx, struct reporting *r, struct fault *fault)
{
	const char *end = policy_setting_text(&r->service->policy, "abolition", r->service->today);
	struct day day;
	if (!day_read(end, &day))
		return fault_refuse(fault, &ABOLITION_NONE, "N",
		    "業務廃止の日（settings.yaml の abolition）が決まっていません。");
	return past(r, fault) && put(tx, r, MARK_PROOF, fault);
}

static const struct clock_act *
stretching(const char *clock)
{
	for (size_t i = 0; i < CLOCK_ACT_COUNT; i++)
		if (CLOCK_ACTS[i].stretches && strcmp(CLOCK_ACTS[i].clock, clock) == 0)
			return &CLOCK_ACTS[i];
	return NULL;
}

/* The download's own last day moves with its clock. */
static bool
window_move(struct tx *tx, struct reporting *r, int days, struct fault *fault)
{
	struct download_row d = { 0 };
	bool found;
	struct day last;
	if (strcmp(r->report->clock, "K-10") != 0)
		return true;
	if (!download_get(tx, r->dossier.id, r->dossier.edition, &d, &found, fault))
		return false;
	if (!found || !day_read(d.last_day, &last))
		return true;
	day_print(d.last_day, day_plus(last, days));
	return download_extend(tx, &d, fault);
}

static bool
clock_allow(const char *clock, struct fault *fault)
{
	char text[128];
	struct sink all = SINK_INTO(text);
	if (stretching(clock) != NULL)
		return true;
	for (size_t i = 0; i < CLOCK_ACT_COUNT; i++)
		if (stretching(CLOCK_ACTS[i].clock) == &CLOCK_ACTS[i])
			sink_print(&all, "%s%s", all.len == 0 ? "" : "、", CLOCK_ACTS[i].clock);
	return fault_refuse(fault, &CLOCK_FIXED, "--clock",
	    "期限 %s は延ばせません。延ばせるのは %s です。", clock, sink_string(&all));
}

static bool
extend(struct tx *tx, struct reporting *r, struct fault *fault)
{
	const struct report *q = r->report;
	struct mark_row m = { .dossier = r->dossier.id };
	char card[16];
	int before;
	if (!clock_allow(q->clock, fault) || !mark_more(tx, m.dossier, q->clock, &before, fault))
		return false;
	m.value = before + q->days;
	if (q->days < 1 || m.value > CLOCK_DAYS_MOST)
		return fault_refuse(fault, &CLOCK_DAYS, "--days",
		    "--days は 1 以上、延長の合計は %d 日までです。", CLOCK_DAYS_MOST);
	snprintf(m.name, sizeof(m.name), "%s", q->clock);
	snprintf(card, sizeof(card), "extend-%.7s", q->clock);
	day_print(m.day, r->service->today);
	day_print(m.known, r->service->today);
	r->out.more = m.value;
	return reason_keep(tx, r, card, fault) && mark_put(tx, &m, fault) &&
	       window_move(tx, r, (int)q->days, fault);
}

/* It waits for its next number; the way it went stays in the log. */
static bool
returned(struct tx *tx, struct reporting *r, struct fault *fault)
{
	OWN_LETTERS all = { 0 };
	struct letter_row *l = NULL;
	if (!letter_of_dossier(tx, r->dossier.id, r->dossier.edition, letter_list_add, &all, fault))
		return false;
	for (size_t i = 0; i < all.count; i++)
		if (strcmp(all.at[i].letter, r->report->letter) == 0)
			l = &all.at[i];
	if (l == NULL || strcmp(l->note, "sent") != 0)
		return fault_refuse(fault, &LETTER_NOT_OUT, "--letter",
		    "案件 %lld の %s の通知書は、郵便局に渡したままではありません。"
		    "akashi dossier show で確かめてください。",
		    (long long)r->dossier.id, r->report->letter);
	r->letter = *l;
	snprintf(l->note, sizeof(l->note), "done");
	l->tracking[0] = '\0';
	l->returns++;
	return not_before(r, instant_day((struct instant){ l->sent_at }), fault) &&
	       past(r, fault) && letter_move(tx, l, "sent", fault) &&
	       put(tx, r, MARK_RETURNED, fault);
}

struct finding_open {
	const struct report *report;
	const struct person *person;
	struct due_row row;
	bool found;
};

/* Officers' and accounting's lists end by what is done there, never by a word; but a debt may be given
 * up. */
static bool
done_look(const void *row, void *context, struct fault *fault)
{
	static const char *const BY_ACT[] = { "may-revoke", "must-revoke", "refund-pay" };
	const struct due_row *d = row;
	struct finding_open *f = context;
	enum role role;
	(void)fault;
	bool mine = d->open == 1 && strcmp(d->clock, f->report->clock) == 0 &&
		    role_read(d->role, &role) && (f->person->roles & 1 << role) != 0;
	for (size_t i = 0; i < COUNT(BY_ACT); i++)
		mine = mine && strcmp(d->word, BY_ACT[i]) != 0;
	if (mine) {
		f->row = *d;
		f->found = true;
	}
	return true;
}

static bool
done(struct tx *tx, struct reporting *r, struct fault *fault)
{
	struct finding_open f = { .report = r->report, .person = r->report->person };
	if (!due_of(tx, r->dossier.id, done_look, &f, fault))
		return false;
	if (!f.found)
		return fault_refuse(fault, &CLOCK_NOT_OPEN, "--clock",
		    "案件 %lld の %s は、あなたの役割の一覧にありません。"
		    "akashi clocks list で確かめてください。",
		    (long long)r->dossier.id, r->report->clock);
	snprintf(f.row.result, sizeof(f.row.result), "%s", r->report->result);
	return due_close(tx, &f.row, fault);
}

#define IN(s) (1u << STATE_##s)
#define OUT (IN(DISPATCHED) | IN(DOWNLOADED))
#define LIVE (IN(ISSUED) | OUT | IN(ACTIVE))
#define ANY (~0u)
#define EVERYBODY ROLES /* whose list it stands on says who */
/* clang-format off */
static const struct report_row {
	const char *event;
	enum role role;
	unsigned states;
	bool (*run)(struct tx *, struct reporting *, struct fault *);
} ROWS[] = {
	[REPORT_FAX_PAPER]        = { "fax-paper",        ROLE_REVOCATION, ANY,  fax_paper },
	[REPORT_GRACE_OPEN]       = { "grace-opened",     ROLE_REVOCATION, LIVE, grace_open },
	[REPORT_GRACE_REGISTERED] = { "grace-registered", ROLE_REVOCATION, LIVE, grace_registered },
	[REPORT_GRACE_CLOSE]      = { "grace-closed",     ROLE_REVOCATION, ANY,  grace_close },
	[REPORT_GRACE_LOST]       = { "grace-lost",       ROLE_REVOCATION, LIVE, grace_lost },
	[REPORT_STAY]             = { "stay",             ROLE_SCREENING,  ANY,  stay },
	[REPORT_STAY_SPECIAL]     = { "stay-special",     ROLE_SCREENING,  LIVE, stay_special },
	[REPORT_HOLD]             = { "hold",             ROLE_AUDIT,      ANY,  hold },
	[REPORT_RELEASE]          = { "hold-ended",       ROLE_AUDIT,      ANY,  release },
	[REPORT_RENEWED]          = { "renewed",          ROLE_SCREENING,  LIVE, renewed },
	[REPORT_ABOLITION_PROOF]  = { "abolition-proof",  ROLE_DISPATCH,   LIVE, abolition_proof },
	[REPORT_EXTEND]           = { "clock-extended",   ROLE_APPROVAL,   ANY,  extend },
	[REPORT_RETURNED]         = { "letter-returned",  ROLE_DISPATCH,   OUT,  returned },
	[REPORT_DONE]             = { "clock-done",       EVERYBODY,       ANY,  done },
};
/* clang-format on */
_Static_assert(COUNT(ROWS) == REPORT_KINDS, "every report needs its row");

static bool
subject(struct tx *tx, struct reporting *r, struct fault *fault)
{
	int64_t id = r->report->dossier;
	reporting_drop(r);
	r->dossier = (struct dossier_row){ 0 };
	r->cert = (struct cert_row){ 0 };
	if (r->report->serial != NULL) {
		if (!cert_get(tx, r->report->serial, &r->cert, &r->has_cert, fault))
			return false;
		if (!r->has_cert)
			return fault_field(fault, FAULT_MISSING, "SERIAL",
			    "番号「%s」の電子証明書はありません。番号を確かめてください。",
			    r->report->serial);
		id = r->cert.dossier;
	} else if (!cert_latest(tx, id, &r->cert, &r->has_cert, fault))
		return false;
	snprintf(r->out.serial, sizeof(r->out.serial), "%s", r->has_cert ? r->cert.serial : "");
	r->out.dossier = id;
	return dossier_load_in(tx, id, &r->dossier, fault) &&
	       service_policy_in(tx, r->service, r->dossier.policy, &r->policy, fault) &&
	       marks_read(tx, id, &r->marks, fault);
}

static bool
state_allow(const struct reporting *r, struct fault *fault)
{
	enum state s = dossier_state(&r->dossier);
	return s == STATES || (r->row->states & 1u << s) != 0 ||
	       fault_refuse(fault, &REPORT_STATE, "N",
		   "案件 %lld は「%s」なので、この登録はできません。番号を確かめてください。",
		   (long long)r->dossier.id, state_label(s));
}

/* The last day of the clock that was extended, from where it runs now. */
static bool
last_find(struct tx *tx, struct reporting *r, struct fault *fault)
{
	const struct clock_act *a = r->report->clock == NULL ? NULL : stretching(r->report->clock);
	struct running_case c;
	const struct policy *policy;
	r->out.last = (struct day){ 0 };
	if (r->report->kind != REPORT_EXTEND || a == NULL)
		return true;
	return clocks_case(tx, r->service, &r->dossier, &c, &policy, fault) &&
	       (c.from[a->from].year == 0 || mark_last_day(tx, policy, r->dossier.id, a->clock,
						 c.from[a->from], &r->out.last, fault));
}

static bool
report_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct reporting *r = context;
	const struct report *q = r->report;
	char day[DAY_TEXT];
	if (!subject(tx, r, fault) || !state_allow(r, fault) || !r->row->run(tx, r, fault))
		return false;
	r->event.dossier = r->dossier.id;
	struct sink detail = SINK_INTO(r->event.detail);
	sink_print(&detail, "day=%s", q->day.year == 0 ? "-" : day_print(day, q->day));
	if (q->clock != NULL)
		sink_print(&detail, " clock=%s", q->clock);
	if (q->days != 0)
		sink_print(
		    &detail, " days=%lld all=%lld", (long long)q->days, (long long)r->out.more);
	if (q->result != NULL)
		sink_print(&detail, " result=%s", q->result);
	if (q->by != 0)
		sink_print(&detail, " by=%lld", (long long)q->by);
	if (q->letter != NULL)
		sink_print(
		    &detail, " envelope=%s tracking=%s", r->letter.envelope, r->letter.tracking);
	(void)sink_string(&detail);
	return last_find(tx, r, fault) && clocks_plan(tx, r->service, r->dossier.id, fault) &&
	       service_event_add(tx, &r->event, fault);
}

bool
report_run(struct service *s, const struct report *q, struct reported *out, struct fault *fault)
{
	OWN_REPORTING r = { .service = s, .report = q, .row = &ROWS[q->kind] };
	if (r.row->role != EVERYBODY && !person_is(q->person, r.row->role, fault))
		return false;
	service_event(s, r.row->event, 0, &r.event);
	if (!store_write(s->store, r.event.act_id, report_tx, &r, fault))
		return false;
	*out = r.out;
	return true;
}
