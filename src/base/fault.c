#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

/* clang-format off */
static const struct { const char *name; int exit; } FAULT[] = {
	[FAULT_NONE]	= { "none",	0 },
	[FAULT_USAGE]	= { "usage",	2 },
	[FAULT_INPUT]	= { "input",	4 },
	[FAULT_MISSING]	= { "missing",	3 },
	[FAULT_STATE]	= { "state",	4 },
	[FAULT_DENIED]	= { "denied",	4 },
	[FAULT_SECOND]	= { "second",	5 },
	[FAULT_OUTSIDE]	= { "outside",	6 },
	[FAULT_STORE]	= { "store",	75 },
	[FAULT_CRYPTO]	= { "crypto",	70 },
	[FAULT_BROKEN]	= { "broken",	7 },
	[FAULT_BUG]	= { "bug",	70 },
	[FAULT_LATER]	= { "later",	75 },
};
/* clang-format on */
_Static_assert(COUNT(FAULT) == FAULT_CODES, "every fault code needs a row");

int
fault_exit(enum fault_code code)
{
	return FAULT[code].exit;
}

const char *
fault_name(enum fault_code code)
{
	return FAULT[code].name;
}

static bool
fault_keep(struct fault *f, enum fault_code code, const struct refusal *row, const char *field,
    const char *say, va_list ap)
{
	if (f == NULL || f->code != FAULT_NONE)
		return false;
	f->code = code;
	f->row = row;
	(void)snprintf(f->name, sizeof(f->name), "%s", row == NULL ? "" : row->name);
	(void)snprintf(f->clause, sizeof(f->clause), "%s", row == NULL ? "" : row->clause);
	f->field = field;
	(void)vsnprintf(f->say, sizeof(f->say), say, ap);
	text_clean(f->say);
	return false;
}

bool
fault_set(struct fault *f, enum fault_code code, const char *say, ...)
{
	va_list ap;
	va_start(ap, say);
	fault_keep(f, code, NULL, NULL, say, ap);
	va_end(ap);
	return false;
}

bool
fault_field(struct fault *f, enum fault_code code, const char *field, const char *say, ...)
{
	va_list ap;
	va_start(ap, say);
	fault_keep(f, code, NULL, field, say, ap);
	va_end(ap);
	return false;
}

bool
fault_refuse(struct fault *f, const struct refusal *row, const char *field, const char *say, ...)
{
	va_list ap;
	va_start(ap, say);
	fault_keep(f, row->code, row, field, say, ap);
	va_end(ap);
	return false;
}

void
fault_detail(struct fault *f, const char *text, ...)
{
	if (f == NULL || f->detail[0] != '\0')
		return;
	va_list ap;
	va_start(ap, text);
	(void)vsnprintf(f->detail, sizeof(f->detail), text, ap);
	text_clean(f->detail);
	va_end(ap);
}

void
bytes_drop(void *p)
{
	free(*(void **)p);
}
