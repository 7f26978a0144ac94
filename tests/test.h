/* Scaffolding shared by the unit tests. */
#ifndef AKASHI_TEST_H
#define AKASHI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/day.h"
#include "leaks.h"

/* That time of that day in Japan. */
static inline struct instant
day_at(struct day d, int hour, int min, int sec)
{
	return (struct instant){ day_start(d).sec + hour * 3600 + min * 60 + sec };
}

/* A test that is on_both(): the same on either engine. */
#define ON_BOTH(name)                                                                              \
	static void name##_on_both(void **state)                                                   \
	{                                                                                          \
		(void)state;                                                                       \
		on_both(name);                                                                     \
	}

#endif
