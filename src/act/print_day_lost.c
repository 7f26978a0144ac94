/* A print day whose secret keys went with a station that ended. */
#include "act/print_day.h"

#include <stdio.h>
#include <unistd.h>

#include "store/print_day_row.h"
#include "wire/child.h"

struct losing {
	struct print_day_row day;
	bool due;
	struct event_row event;
};

static bool
lost_look(struct tx *tx, void *context, struct fault *fault)
{
	struct losing *l = context;
	bool open;
	print_day_drop(&l->day);
	if (!print_day_open(tx, "", &l->day, &open, fault))
		return false;
	l->due = open && !print_day_is_lost(&l->day);
	return true;
}

static bool
lost_write(struct tx *tx, void *context, struct fault *fault)
{
	struct losing *l = context;
	return print_day_lose(tx, l->day.day, l->day.round, fault) &&
	       service_event_add(tx, &l->event, fault);
}

static bool
lose(struct service *s, struct losing *l, const char *letter, struct fault *fault)
{
	struct instant now; /* who starts it stands: s->now is of its own start */
	if (!store_read(s->store, lost_look, l, fault))
		return false;
	if (!l->due)
		return true;
	if (!service_clock(s, &now, fault))
		return false;
	service_event(s, "day-lost", 0, &l->event);
	l->event.at = now.sec;
	snprintf(l->event.detail, sizeof(l->event.detail), "day=%s round=%lld station=%s",
	    l->day.day, (long long)l->day.round, letter);
	return store_write(s->store, l->event.act_id, lost_write, l, fault);
}

bool
print_day_lost(struct service *s, enum print_letter letter, struct fault *fault)
{
	struct losing l = { .due = false };
	char path[SERVICE_PATH];
	int lock;
	if (!lock_take(service_path(s, PRINT_DAY_LOCK, path), &lock, fault))
		return false;
	bool good = lose(s, &l, print_letter_name(letter), fault);
	print_day_drop(&l.day);
	(void)close(lock);
	return good;
}
