#include "act/news.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/event_row.h"

/* clang-format off */
static const struct row {
	const char *event;
	enum news_kind kind;
	const char *number; /* the word of the detail that says how many or which; NULL: it is one */
	const char *only; /* only where this stands in the detail; or NULL */
} ROWS[] = {
	{ "service-created",    NEWS_BEGUN,      NULL,      NULL },
	{ "charter-in-force",   NEWS_CHARTER,    "number=", NULL },
	{ "ca-certified",       NEWS_CA,         NULL,      NULL },
	{ "day-opened",         NEWS_DAY_OPEN,   NULL,      NULL },
	{ "day-closed",         NEWS_DAY_CLOSED, NULL,      NULL },
	{ "dossier-imported",   NEWS_APPLIED,    NULL,      NULL },
	{ "papers-arrived",     NEWS_ARRIVED,    NULL,      NULL },
	{ "screened-deficient", NEWS_DEFICIENT,  NULL,      NULL },
	{ "screened",           NEWS_SCREENED,   NULL,      NULL },
	{ "approved",           NEWS_APPROVED,   NULL,      NULL },
	{ "payment-confirmed",  NEWS_PAID,       NULL,      NULL },
	{ "issued",             NEWS_ISSUED,     NULL,      NULL },
	{ "letter-done",        NEWS_PRINTED,    NULL,      NULL },
	{ "letter-sent",        NEWS_DISPATCHED, NULL,      NULL },
	{ "receipt-recorded",   NEWS_RECEIVED,   NULL,      NULL },
	{ "reminded",           NEWS_REMINDED,   NULL,      NULL },
	{ "revoked",            NEWS_LAPSED,     NULL,      "ground=11-3 " },
	{ "revoked",            NEWS_REVOKED,    NULL,      NULL },
	{ "list-published",     NEWS_LIST,       "number=", NULL },
};
/* clang-format on */

bool
news_of_event(const struct event_row *e, struct news_item *out)
{
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		const struct row *r = &ROWS[i];
		if (strcmp(r->event, e->kind) != 0 ||
		    (r->only != NULL && strstr(e->detail, r->only) == NULL))
			continue;
		const char *n = r->number == NULL ? NULL : strstr(e->detail, r->number);
		*out = (struct news_item){ { e->at }, r->kind, 1 };
		if (n != NULL)
			out->n = strtoll(n + strlen(r->number), NULL, 10);
		return true;
	}
	return false;
}

struct telling {
	struct news_item *item; /* owned */
	size_t count, room;
	int64_t from, mark; /* events read: from the one behind the last told, to this one */
};

static bool
told(const void *row, void *context, struct fault *fault)
{
	const struct event_row *e = row;
	struct telling *t = context;
	if (!ARRAY_ROOM(t->item, t->count, t->room, fault))
		return false;
	t->count += news_of_event(e, &t->item[t->count]);
	t->mark = e->seq;
	return true;
}

static bool
tell_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct telling *t = context;
	t->count = 0;
	t->mark = t->from - 1;
	return event_each(tx, t->from, told, t, fault);
}

bool
news_tell(struct service *s, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct telling t = { 0 };
	int64_t mark;
	if (!news_mark(service_path(s, "repository/news.txt", path), &mark, fault))
		return false;
	t.from = mark + 1;
	bool good = store_read(s->store, tell_tx, &t, fault) &&
		    (t.mark == mark || news_add_all(path, t.item, t.count, t.mark, fault));
	free(t.item);
	return good;
}
