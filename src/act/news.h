/*
 * act/news.h - "what happened here": events become lines anybody may read.
 *
 * One table says which kind of event is which kind of news; what is in no row is not told. Each
 * event is told once: the file keeps the number of the last. Never sees: a name, a serial.
 */
#ifndef AKASHI_ACT_NEWS_H
#define AKASHI_ACT_NEWS_H

#include "act/service.h"
#include "wire/news.h"

/* What an event is to the public; false: nothing. */
bool news_of_event(const struct event_row *, struct news_item *) MUST_USE;
/* All events since the last that was told, into DIR/repository/news.txt. */
bool news_tell(struct service *, struct fault *) MUST_USE;

#endif
