/* akashi demo: a print day: certificates, letters, envelopes, the post. */
#include "cmd/demo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/dispatch.h"
#include "act/issue.h"
#include "act/letter.h"
#include "act/letter_print.h"
#include "act/print_day.h"
#include "rules/postal.h"

bool
demo_day_open(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_PERSON p = NULL;
	struct print_day_opened o;
	(void)arg;
	if (!demo_person(s, "dispatch-1", &p, fault) || !print_day_begin(s, p, &o, fault))
		return false;
	demo_say(d, "印刷局 %s と %s が、この日の印刷鍵を作りました", o.station[0], o.station[1]);
	return true;
}

static void
issued(void *context, const struct issue_row *r, size_t done, size_t all)
{
	struct demo *d = context;
	switch (r->result) {
	case ISSUE_ISSUED:
		demo_say(d, "%zu/%zu  案件 %lld：%s", done, all, (long long)r->dossier, r->serial);
		if (d->certs < DEMO_CERTS) {
			struct demo_cert *c = &d->cert[d->certs++];
			c->dossier = r->dossier;
			memcpy(c->serial, r->serial, sizeof(c->serial));
		}
		break;
	case ISSUE_WAITING:
		demo_say(d, "%zu/%zu  案件 %lld：待ち（%s）", done, all, (long long)r->dossier,
		    r->why.say);
		break;
	case ISSUE_REFUSED:
	case ISSUE_RESULTS:
		if (d->told.code == FAULT_NONE)
			d->told = r->why;
	}
}

/* What was refused within a doing refuses the doing. */
static bool
told_good(const struct demo *d, struct fault *fault)
{
	if (d->told.code == FAULT_NONE)
		return true;
	*fault = d->told;
	return false;
}

bool
demo_issue(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	(void)arg;
	return issue_run(s, NULL, 0, issued, d, fault) && told_good(d, fault);
}

static bool
printed(void *context, const struct letter_told *t, struct fault *fault)
{
	struct demo *d = context;
	if (t->fault != NULL) {
		*fault = *t->fault;
		return false;
	}
	if (d->letters == DEMO_LETTERS)
		return fault_set(fault, FAULT_BUG, "封筒が多すぎます。");
	struct demo_letter *l = &d->letter[d->letters++];
	*l = (struct demo_letter){ .dossier = t->row->dossier, .edition = t->row->edition };
	memcpy(l->envelope, t->row->envelope, sizeof(l->envelope));
	memcpy(l->letter, t->row->letter, sizeof(l->letter));
	memcpy(l->route, t->row->route, sizeof(l->route));
	return cmd_sheet_keep(d->service, t, fault);
}

bool
demo_print(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	size_t before = d->letters;
	bool all;
	(void)arg;
	d->service = s;
	if (!letter_print_run(s, printed, d, &all, fault))
		return false;
	demo_say(d, "通知書 %zu 通（紙の代わりに rehearsal/letters/ に置きました）",
	    d->letters - before);
	return true;
}

/* Both letters of the edition, before a witness. */
static bool
spoil(struct demo *d, struct service *s, struct demo_letter *l, struct fault *fault)
{
	OWN_PERSON witness = NULL;
	struct letter_spoiled is;
	if (!demo_person(s, "dispatch-2", &witness, fault) ||
	    !letter_spoil(s, witness, l->envelope, &is, fault))
		return false;
	l->is = LETTER_SPOILT;
	demo_say(d, "封筒 %s（案件 %lld）は書損。立会人：%s", l->envelope, (long long)l->dossier,
	    witness->id);
	return true;
}

bool
demo_seal(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	int64_t count = 0;
	for (size_t i = 0; i < d->letters; i++) {
		struct demo_letter *l = &d->letter[i];
		const struct demo_case *c = demo_case_of(d, l->dossier);
		struct letter_done done;
		if (l->is != LETTER_PRINTED)
			continue;
		if (arg != NULL && c != NULL && (c->fate & FATE_SPOIL) != 0) {
			if (!spoil(d, s, l, fault))
				return false;
			continue;
		}
		if (!letter_done(s, l->envelope, &done, fault))
			return false;
		l->is = LETTER_SEALED;
		count++;
	}
	demo_say(d, "封筒 %lld 通に封をしました", (long long)count);
	return true;
}

/* The class the route asks for, a number of its own, the check digit. */
static void
tracking_make(struct demo *d, const char *route, char out[TRACKING_TEXT])
{
	int64_t first = strcmp(route, "honnin") == 0 ? 1 : 3;
	int64_t ten = first * 1000000000 + 20260000 + ++d->posted;
	struct sink number = { .at = (uint8_t *)out, .cap = TRACKING_TEXT };
	sink_print(&number, "%lld%lld", (long long)ten, (long long)(ten % 7));
	(void)sink_string(&number);
}

bool
demo_send(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	int64_t count = 0;
	(void)arg;
	for (size_t i = 0; i < d->letters; i++) {
		struct demo_letter *l = &d->letter[i];
		char tracking[TRACKING_TEXT];
		const struct dispatch_request r = { l->dossier, l->letter, l->envelope, tracking };
		struct dispatched sent;
		if (l->is != LETTER_SEALED)
			continue;
		tracking_make(d, l->route, tracking);
		if (!dispatch_run(s, &r, &sent, fault))
			return false;
		l->is = LETTER_POSTED;
		count++;
	}
	demo_say(d, "本人限定受取郵便と簡易書留で %lld 通", (long long)count);
	return true;
}

static void
blocked(void *context, const struct print_day_block *b)
{
	demo_say(context, "%s", b->say);
}

bool
demo_day_close(struct demo *d, struct service *s, const char *arg, struct fault *fault)
{
	OWN_PERSON p = NULL;
	struct print_day_closed c;
	(void)arg;
	if (!demo_person(s, "dispatch-1", &p, fault) || !print_day_end(s, p, blocked, d, &c, fault))
		return false;
	demo_say(d, "発送 %lld 通、書損 %lld 通、開いたダウンロード %lld 件", (long long)c.sent,
	    (long long)c.spoiled, (long long)c.downloads);
	return true;
}
