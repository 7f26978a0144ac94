#include "base/sink.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/room.h"

/* Memory it grew: nobody finds later what was written there. */
static void
sink_forget(struct sink *s)
{
	if (s->at != NULL)
		explicit_bzero(s->at, s->cap);
	free(s->at);
}

static bool
sink_room(struct sink *s, size_t n)
{
	if (s->full)
		return false;
	if (n <= s->cap - s->len)
		return true;
	size_t want = s->len + n, cap = s->cap < 256 ? 256 : s->cap;
	if (want < n || want > s->limit) {
		s->full = true;
		return false;
	}
	while (cap < want)
		cap *= 2;
	cap = cap > s->limit ? s->limit : cap;
	uint8_t *p = room_or_end(malloc(cap)); /* full is said of a text too long only */
	if (s->len > 0)
		memcpy(p, s->at, s->len);
	sink_forget(s);
	s->at = p;
	s->cap = cap;
	return true;
}

void
sink_bytes(struct sink *s, const void *p, size_t n)
{
	if (n == 0 || !sink_room(s, n))
		return;
	memcpy(s->at + s->len, p, n);
	s->len += n;
}

void
sink_byte(struct sink *s, uint8_t b)
{
	sink_bytes(s, &b, 1);
}

void
sink_text(struct sink *s, const char *text)
{
	sink_bytes(s, text, strlen(text));
}

void
sink_print(struct sink *s, const char *format, ...)
{
	va_list ap, again;
	size_t room = s->full ? 0 : s->cap - s->len;
	va_start(ap, format);
	va_copy(again, ap);
	int n = vsnprintf(room == 0 ? NULL : (char *)s->at + s->len, room, format, ap);
	va_end(ap);
	if (n < 0)
		s->full = true;
	else if ((size_t)n < room)
		s->len += (size_t)n;
	else if (sink_room(s, (size_t)n + 1)) {
		(void)vsnprintf((char *)s->at + s->len, (size_t)n + 1, format, again);
		s->len += (size_t)n;
	}
	va_end(again);
}

void
sink_hex(struct sink *s, const void *p, size_t n)
{
	static const char DIGIT[] = "0123456789abcdef";
	for (size_t i = 0; i < n; i++) {
		uint8_t b = ((const uint8_t *)p)[i];
		sink_byte(s, (uint8_t)DIGIT[b >> 4]);
		sink_byte(s, (uint8_t)DIGIT[b & 15]);
	}
}

void
sink_insert(struct sink *s, size_t where, const void *p, size_t n)
{
	if (n == 0 || !sink_room(s, n))
		return;
	memmove(s->at + where + n, s->at + where, s->len - where);
	memcpy(s->at + where, p, n);
	s->len += n;
}

char *
sink_string(struct sink *s)
{
	if (!sink_room(s, 1))
		return NULL;
	s->at[s->len] = '\0';
	return (char *)s->at;
}

void
sink_drop(struct sink *s)
{
	if (s->limit != 0)
		sink_forget(s);
	*s = (struct sink){ 0 };
}
