/*
 * base/base.h - words every room uses, and the calls nobody may use.
 *
 * Never holds anything of the domain.
 */
#ifndef AKASHI_BASE_BASE_H
#define AKASHI_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Released when it leaves scope: TYPE_drop(TYPE **) must exist. TAKE hands it over instead. */
#define OWN(type) __attribute__((cleanup(type##_drop))) type *
#define TAKE(p)                                                                                    \
	({                                                                                         \
		__typeof__(p) take_ = (p);                                                         \
		(p) = NULL;                                                                        \
		take_;                                                                             \
	})

/* For bytes from malloc: OWN_BYTES(x) frees them when x leaves scope. */
#define OWN_BYTES(p) __attribute__((cleanup(bytes_drop))) void *p
void bytes_drop(void *);

#endif
