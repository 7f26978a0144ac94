#include "base/day.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

int
day_month_length(int year, int month)
{
	static const int LENGTH[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return LENGTH[month - 1] + (month == 2 && leap);
}

bool
day_exists(struct day d)
{
	return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12 && d.mday >= 1 &&
	       d.mday <= day_month_length(d.year, d.month);
}

/* Years are counted from March, so that the leap day is a year's last. */
int64_t
day_number(struct day d)
{
	int64_t y = d.month <= 2 ? d.year - 1 : d.year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.mday - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

struct day
day_from_number(int64_t n)
{
	n += 719468;
	int64_t era = (n >= 0 ? n : n - 146096) / 146097;
	int64_t of_era = n - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t m = (5 * of_year + 2) / 153;
	int month = (int)(m < 10 ? m + 3 : m - 9);
	return (struct day){ (int)(y + era * 400) + (month <= 2), month,
		(int)(of_year - (153 * m + 2) / 5 + 1) };
}

struct day
day_plus(struct day d, int64_t days)
{
	return day_from_number(day_number(d) + days);
}

int
day_cmp(struct day a, struct day b)
{
	int64_t x = day_number(a), y = day_number(b);
	return (x > y) - (x < y);
}

int
day_weekday(struct day d)
{
	return (int)(((day_number(d) + 4) % 7 + 7) % 7);
}

struct day
instant_day(struct instant t)
{
	int64_t sec = t.sec + JST_OFFSET;
	return day_from_number((sec >= 0 ? sec : sec - DAY_SECONDS + 1) / DAY_SECONDS);
}

struct instant
day_start(struct day d)
{
	return (struct instant){ day_number(d) * DAY_SECONDS - JST_OFFSET };
}

struct instant
day_end(struct day d)
{
	return (struct instant){ day_start(d).sec + DAY_SECONDS - 1 };
}

struct instant
instant_now(void)
{
	return (struct instant){ time(NULL) };
}

/* Exactly n digits. */
static bool
digits(const char **at, int n, int *out)
{
	int v = 0;
	for (int i = 0; i < n; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		v = v * 10 + (**at - '0');
	}
	*out = v;
	return true;
}

static bool
sign(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static bool
day_part(const char **at, struct day *out)
{
	struct day d;
	if (!digits(at, 4, &d.year) || !sign(at, '-') || !digits(at, 2, &d.month) ||
	    !sign(at, '-') || !digits(at, 2, &d.mday) || !day_exists(d))
		return false;
	*out = d;
	return true;
}

bool
day_read(const char *s, struct day *out)
{
	struct day d;
	if (!day_part(&s, &d) || *s != '\0')
		return false;
	*out = d;
	return true;
}

static bool
offset_part(const char **at, int *seconds)
{
	int h, m, s = **at == '-' ? -1 : 1;
	if (sign(at, 'Z')) {
		*seconds = 0;
		return true;
	}
	if (!sign(at, '+') && !sign(at, '-'))
		return false;
	if (!digits(at, 2, &h) || !sign(at, ':') || !digits(at, 2, &m) || h > 23 || m > 59)
		return false;
	*seconds = s * (h * 3600 + m * 60);
	return true;
}

bool
instant_read(const char *s, struct instant *out)
{
	struct day d;
	int h, m, sec, offset;
	if (!day_part(&s, &d) || !sign(&s, 'T') || !digits(&s, 2, &h) || !sign(&s, ':') ||
	    !digits(&s, 2, &m) || !sign(&s, ':') || !digits(&s, 2, &sec) ||
	    !offset_part(&s, &offset) || *s != '\0' || h > 23 || m > 59 || sec > 59)
		return false;
	out->sec = day_number(d) * DAY_SECONDS + h * 3600 + m * 60 + sec - offset;
	return true;
}

char *
day_print(char out[DAY_TEXT], struct day d)
{
	out[0] = '\0';
	if (d.year != 0)
		(void)snprintf(
		    out, DAY_TEXT, "%04d-%02d-%02d", d.year % 10000, d.month % 100, d.mday % 100);
	return out;
}

char *
instant_print(char out[INSTANT_TEXT], struct instant t)
{
	struct day d = instant_day(t);
	int s = (int)(t.sec - day_start(d).sec);
	(void)snprintf(out, INSTANT_TEXT, "%04d-%02d-%02dT%02d:%02d:%02d+09:00", d.year % 10000,
	    d.month % 100, d.mday % 100, s / 3600 % 24, s / 60 % 60, s % 60);
	return out;
}
