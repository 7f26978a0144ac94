#include "bench.h"

#include <stdarg.h>
#include <stdio.h>

double
bench_clock(clockid_t clock)
{
	struct timespec t;
	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

void
bench_print(const struct figure *f, const char *more, ...)
{
	va_list args;
	printf("{\"bench\": \"%s\", \"what\": \"%s\", \"ours\": %.*f, ", f->bench, f->what,
	    f->digits, f->ours);
	if (f->peer > 0)
		printf("\"peer\": %.*f, \"ratio\": %.2f, ", f->digits, f->peer,
		    f->less ? f->peer / f->ours : f->ours / f->peer);
	else
		printf("\"peer\": null, \"ratio\": null, ");
	printf("\"unit\": \"%s\", ", f->unit);
	va_start(args, more);
	vprintf(more, args);
	va_end(args);
	printf("}\n");
	(void)fflush(stdout);
}
