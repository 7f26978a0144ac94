#include "act/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/audit_in.h"
#include "act/errand.h"
#include "base/text.h"

enum { ENTRIES_MOST = 256 << 20 };

/* In this order: what the journal says is what the others are held against. */
static audit_step *const STEPS[] = { audit_uses_now, audit_schema, audit_journal, audit_events,
	audit_frontiers, audit_copies, audit_certificates, audit_keys, audit_lists, audit_files,
	audit_payments, audit_refunds, audit_uses };

bool
audit_broken(struct audit *a, const char *place, int64_t number, const char *say, ...)
{
	va_list args;
	if (a->broken)
		return true;
	a->broken = true;
	if (number == AUDIT_NONE)
		snprintf(a->out.place, sizeof(a->out.place), "%s", place);
	else
		snprintf(a->out.place, sizeof(a->out.place), "%s %lld", place, (long long)number);
	va_start(args, say);
	(void)vsnprintf(a->out.say, sizeof(a->out.say), say, args);
	text_clean(a->out.say);
	va_end(args);
	return true;
}

bool
audit_books(struct crew *c, const struct task_row *t, struct audited *out, struct fault *fault)
{
	bool good = true;
	struct audit *a = calloc(1, sizeof(*a));
	if (a == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	a->crew = c;
	a->entries = SINK_GROW(ENTRIES_MOST);
	for (size_t i = 0; good && i < COUNT(STEPS) && !a->broken; i++)
		good = (t == NULL || errand_hold(c->service, t, fault)) && STEPS[i](a, fault);
	a->out.ok = !a->broken;
	a->out.tree_size = a->tree.size;
	tree_root(&a->tree, a->out.root);
	if (good)
		*out = a->out;
	ledger_free(&a->ledger);
	grants_said_free(&a->said);
	free(a->checkpoint);
	free(a->list);
	sink_drop(&a->entries);
	free(a->line);
	free(a->step);
	free(a->behind);
	free(a->done);
	free(a->late);
	free(a->has);
	free(a->clerk);
	audit_rows_free(a);
	free(a->announced);
	free(a);
	return good;
}

struct ending {
	struct crew *crew;
	const struct task_row *task;
	char result[600];
};

static bool
ended_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct ending *e = context;
	return errand_done(tx, e->task, e->result, e->crew->service->now.sec, fault);
}

/* What was found travels in the task's result: whoever asked may be another program. */
bool
errand_audit(struct crew *c, const struct task_row *t, struct fault *fault)
{
	struct audited is = { .ok = false };
	struct ending e = { .crew = c, .task = t };
	char hex[DIGEST_HEX];
	if (!audit_books(c, t, &is, fault))
		return false;
	snprintf(e.result, sizeof(e.result), "%lld\t%s\t%s\t%s", (long long)is.tree_size,
	    hex_print(hex, is.root, sizeof(is.root)), is.place, is.say);
	return store_write(c->service->store, NULL, ended_tx, &e, fault);
}

/* "SIZE TAB ROOT TAB PLACE TAB sentence" */
static bool
result_read(const char *text, struct audited *out, struct fault *fault)
{
	char *end;
	const char *root = strchr(text, '\t'),
		   *place = root == NULL ? NULL : strchr(root + 1, '\t');
	const char *say = place == NULL ? NULL : strchr(place + 1, '\t');
	char hex[DIGEST_HEX];
	*out = (struct audited){ .tree_size = strtoll(text, &end, 10) };
	if (say == NULL || end != root || place - root != sizeof(hex))
		return fault_set(fault, FAULT_BROKEN, "監査の結果を読めません。");
	snprintf(hex, sizeof(hex), "%.64s", root + 1);
	snprintf(out->place, sizeof(out->place), "%.*s", (int)(say - place - 1), place + 1);
	snprintf(out->say, sizeof(out->say), "%s", say + 1);
	out->ok = out->place[0] == '\0';
	return hex_read(hex, out->root, sizeof(out->root)) ||
	       fault_set(fault, FAULT_BROKEN, "監査の結果を読めません。");
}

bool
audit_run(struct service *s, struct audited *out, struct fault *fault)
{
	int64_t task;
	struct task_row ended;
	struct fault why = { 0 };
	if (!errand_new(s, "audit", &task, fault))
		return false;
	if (errand_run(s, task, &ended, &why))
		return result_read(ended.result, out, fault);
	if (why.code != FAULT_BROKEN) {
		*fault = why;
		return false;
	}
	*out =
	    (struct audited){ .place = "journal" }; /* the signer itself refuses to start on it */
	snprintf(out->say, sizeof(out->say), "%.350s", why.say);
	text_clean(out->say);
	return true;
}
