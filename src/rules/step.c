#include "rules/step.h"

#include <string.h>

#include "rules/term.h"

/* clang-format off */
static const struct { const char *name, *label; } STATE[] = {
	[STATE_PRINTED]      = { "printed",      "書類待ち" },
	[STATE_SCREENING]    = { "in_screening", "審査中" },
	[STATE_DEFICIENT]    = { "deficient",    "不備" },
	[STATE_SCREENED]     = { "screened",     "承認待ち" },
	[STATE_APPROVED]     = { "approved",     "承認済み" },
	[STATE_ISSUED]       = { "issued",       "発行済み" },
	[STATE_DISPATCHED]   = { "dispatched",   "発送済み" },
	[STATE_DOWNLOADED]   = { "downloaded",   "取得済み" },
	[STATE_ACTIVE]       = { "active",       "受領済み" },
	[STATE_REVOKED]      = { "revoked",      "失効" },
	[STATE_EXPIRED]      = { "expired",      "満了" },
	[STATE_REJECTED]     = { "rejected",     "不承認" },
	[STATE_WITHDRAWN]    = { "withdrawn",    "取下げ" },
	[STATE_FORM_EXPIRED] = { "form_expired", "申込書期限切れ" },
	[STATE_REFUNDED]     = { "refunded",     "返金終了" },
};
_Static_assert(COUNT(STATE) == STATES, "every state needs its name");

#define IN(s) (1u << (STATE_##s))
#define BEFORE_PASS (IN(PRINTED) | IN(SCREENING) | IN(DEFICIENT))
#define OPEN (BEFORE_PASS | IN(SCREENED) | IN(APPROVED))
#define OUT (IN(DISPATCHED) | IN(DOWNLOADED))
#define LIVE (IN(ISSUED) | OUT | IN(ACTIVE))

/*
 * Two rows for the missing receipt, not one compromise: AGR 4(6) counts 30 days from sending and
 * commands, AGR 11(3) counts them from issue and permits.
 */
static const struct step STEPS[] = {
	/* from               on               to                  need                since           m  d  clause */
	{ BEFORE_PASS,        STEP_COMPLETE,   STATE_SCREENING,    0,                  ANY_TIME,          0, 0,  "AGR 4(4)" },
	{ BEFORE_PASS,        STEP_DEFICIENCY, STATE_DEFICIENT,    0,                  ANY_TIME,          0, 0,  "AGR 4(4)" },
	{ IN(FORM_EXPIRED),   STEP_COMPLETE,   STATE_SCREENING,    FACT_IN_TIME,       ANY_TIME,          0, 0,  "R-4.25" },
	{ IN(FORM_EXPIRED),   STEP_DEFICIENCY, STATE_DEFICIENT,    FACT_IN_TIME,       ANY_TIME,          0, 0,  "R-4.25" },
	{ IN(REFUNDED) | IN(WITHDRAWN), STEP_COMPLETE, STATE_SCREENING, FACT_IN_TIME,  ANY_TIME,          0, 0,  "R-4.78" },
	{ IN(PRINTED),        STEP_FORM_LATE,  STATE_FORM_EXPIRED, 0,                  ANY_TIME,          0, 0,  "AGR 4(2)" },
	{ IN(SCREENING),      STEP_PASS,       STATE_SCREENED,     0,                  ANY_TIME,          0, 0,  "AGR 4(4)" },
	{ IN(SCREENED),       STEP_APPROVE,    STATE_APPROVED,     0,                  ANY_TIME,          0, 0,  "AGR 4(4)" },
	{ IN(APPROVED) | IN(SCREENED), STEP_RESUBMIT, STATE_SCREENING, 0,              ANY_TIME,          0, 0,  "AGR 4(5)" },
	{ IN(REVOKED),        STEP_RESUBMIT,   STATE_SCREENING,    FACT_SPOILED,       ANY_TIME,          0, 0,  "R-4.96" },
	{ IN(APPROVED),       STEP_ISSUE,      STATE_ISSUED,       FACT_PAID | FACT_PROFILE_CHECKED | FACT_MEDIA_MADE,
	                                                                               ANY_TIME,          0, 0,  "AGR 4(5)" },
	{ IN(ISSUED),         STEP_SEND,       STATE_DISPATCHED,   0,                  ANY_TIME,          0, 0,  "AGR 4(5)" },
	{ IN(DISPATCHED),     STEP_DOWNLOAD,   STATE_DOWNLOADED,   0,                  ANY_TIME,          0, 0,  "AGR 4(5)" },
	{ OUT,                STEP_RECEIPT,    STATE_ACTIVE,       0,                  ANY_TIME,          0, 0,  "AGR 4(6)" },
	{ IN(ISSUED) | OUT,   STEP_LAPSE_MAY,  STATE_REVOKED,      0,                  FROM_ISSUE,        0, 30, "AGR 11(3)" },
	{ OUT,                STEP_LAPSE_MUST, STATE_REVOKED,      0,                  FROM_SENDING,      0, 30, "AGR 4(6)" },
	{ LIVE,               STEP_REVOKE,     STATE_REVOKED,      0,                  ANY_TIME,          0, 0,  "AGR 10" },
	{ LIVE,               STEP_TERM_END,   STATE_EXPIRED,      0,                  ANY_TIME,          0, 0,  "AGR 12(1)" },
	{ OPEN,               STEP_REFUND,     STATE_REFUNDED,     FACT_PAID,          FROM_FIRST_NOTICE, 3, 0,  "AGR 4(4)" },
	{ OPEN,               STEP_REJECT,     STATE_REJECTED,     0,                  ANY_TIME,          0, 0,  "AGR 4(4)" },
	{ OPEN,               STEP_WITHDRAW,   STATE_WITHDRAWN,    0,                  ANY_TIME,          0, 0,  "AGR 4(2)" },
	{ OPEN,               STEP_CLOSE,      STATE_WITHDRAWN,    0,                  FROM_FIRST_NOTICE, 3, 0,  "AGR 4(4)" },
};

static const struct { unsigned fact; const char *say; } FACTS[] = {
	{ FACT_PAID,            "入金が確認できていません。入金を確認してからにしてください。" },
	{ FACT_PROFILE_CHECKED, "証明書の内容が確認されていません。審査に戻してください。" },
	{ FACT_MEDIA_MADE,      "媒体（CD-R）がまだ作られていません。" },
	{ FACT_IN_TIME,         "期限を過ぎて終了した案件です。新しい申込みを受け付けてください。" },
	{ FACT_SPOILED,         "失効した案件です。封筒の書損ではないので、新しい申込みを受け付けてください。" },
};
/* clang-format on */

const char *
state_name(enum state s)
{
	return STATE[s].name;
}

const char *
state_label(enum state s)
{
	return STATE[s].label;
}

bool
state_read(const char *name, enum state *out)
{
	for (size_t i = 0; i < COUNT(STATE); i++) {
		if (strcmp(STATE[i].name, name) == 0) {
			*out = (enum state)i;
			return true;
		}
	}
	return false;
}

const struct step *
step_find(enum state from, enum step_event on)
{
	for (size_t i = 0; i < COUNT(STEPS); i++)
		if (STEPS[i].on == on && (STEPS[i].from & (1u << from)) != 0)
			return &STEPS[i];
	return NULL;
}

/* The first day on which the step is allowed; the zero day when any is. */
static struct day
step_first_day(const struct step *step, const struct day origin[ORIGINS])
{
	struct day from = origin[step->since];
	if (step->since == ANY_TIME || from.year == 0)
		return (struct day){ 0 };
	struct day last = step->months > 0 ? window_last_day(from, step->months)
					   : days_last_day(from, step->days);
	return day_plus(last, 1);
}

bool
step_allow(enum state from, enum step_event on, unsigned facts, const struct day origin[ORIGINS],
    struct day today, enum state *to, struct fault *fault)
{
	const struct step *step = step_find(from, on);
	if (step == NULL)
		return fault_set(fault, FAULT_STATE,
		    "この申込みは「%s」の状態です。いまはその手続きができません。",
		    STATE[from].label);
	for (size_t i = 0; i < COUNT(FACTS); i++)
		if ((step->need & FACTS[i].fact & ~facts) != 0)
			return fault_set(
			    fault, FAULT_STATE, "%s［%s］", FACTS[i].say, step->clause);
	if (step->since != ANY_TIME && origin[step->since].year == 0)
		return fault_set(
		    fault, FAULT_STATE, "期限の起算日がまだありません。［%s］", step->clause);
	struct day first = step_first_day(step, origin);
	if (step->since != ANY_TIME && day_cmp(today, first) < 0) {
		char text[DAY_TEXT];
		return fault_set(fault, FAULT_STATE,
		    "%s から行えます。それまでお待ちください。［%s］", day_print(text, first),
		    step->clause);
	}
	*to = step->to;
	return true;
}
