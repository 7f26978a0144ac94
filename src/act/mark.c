#include "act/mark.h"

#include <stdio.h>
#include <string.h>

#include "rules/clock.h"

static const char *const NAME[] = {
	[MARK_STAY] = "stay",
	[MARK_SPECIAL] = "stay-special",
	[MARK_CHANGE] = "representative-change",
	[MARK_REGISTERED] = "registered",
	[MARK_GRACE_LOST] = "grace-lost",
	[MARK_FAX] = "fax",
	[MARK_FAX_PAPER] = "fax-paper",
	[MARK_RENEWED] = "renewed",
	[MARK_HOLD] = "hold",
	[MARK_PROOF] = "abolition-proof",
	[MARK_NOTICE] = "deficiency-notice",
	[MARK_RETURNED] = "letter-returned",
	[MARK_RESENT] = "letter-resent",
	[MARK_ENDED] = "ended",
	[MARK_UNPAID] = "unpaid-again",
};
_Static_assert(COUNT(NAME) == MARKS, "every mark needs its name");

const char *
mark_name(enum mark m)
{
	return NAME[m];
}

static bool
take(const void *row, void *context, struct fault *fault)
{
	const struct mark_row *r = row;
	struct marks *out = context;
	for (size_t i = 0; i < MARKS; i++)
		if (strcmp(r->name, NAME[i]) == 0)
			return (day_read(r->day, &out->day[i]) &&
				   day_read(r->known, &out->known[i])) ||
			       fault_set(fault, FAULT_BROKEN,
				   "案件 %lld の日付の記録が壊れています。", (long long)r->dossier);
	if (out->mores == COUNT(out->more))
		return fault_set(
		    fault, FAULT_BROKEN, "案件 %lld の延長が多すぎます。", (long long)r->dossier);
	snprintf(out->more[out->mores].clock, sizeof(out->more[0].clock), "%.7s", r->name);
	out->more[out->mores++].days = (int)r->value;
	return true;
}

bool
marks_read(struct tx *tx, int64_t dossier, struct marks *out, struct fault *fault)
{
	*out = (struct marks){ .mores = 0 };
	return mark_of(tx, dossier, take, out, fault);
}

bool
mark_set(struct tx *tx, int64_t dossier, enum mark m, struct day day, struct day known,
    struct fault *fault)
{
	struct mark_row row = { .dossier = dossier };
	snprintf(row.name, sizeof(row.name), "%s", NAME[m]);
	day_print(row.day, day);
	day_print(row.known, known);
	return mark_put(tx, &row, fault);
}

bool
mark_unset(struct tx *tx, int64_t dossier, enum mark m, struct fault *fault)
{
	return mark_drop(tx, dossier, NAME[m], fault);
}

bool
mark_more(struct tx *tx, int64_t dossier, const char *clock, int *days, struct fault *fault)
{
	struct mark_row row;
	bool found;
	if (!mark_get(tx, dossier, clock, &row, &found, fault))
		return false;
	*days = found ? (int)row.value : 0;
	return true;
}

bool
mark_last_day(struct tx *tx, const struct policy *p, int64_t dossier, const char *clock,
    struct day from, struct day *out, struct fault *fault)
{
	struct day last;
	int more;
	if (!clock_named_last_day(p, clock, from, &last, fault) ||
	    !mark_more(tx, dossier, clock, &more, fault))
		return false;
	*out = day_plus(last, more);
	return true;
}
