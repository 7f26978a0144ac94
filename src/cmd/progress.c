#include "cmd/progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static const double OFTEN = 0.1, NANO = 1e-9;
enum { MINUTE = 60 };

static double
now(void)
{
	struct timespec t = { 0, 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * NANO;
}

void
progress_begin(struct progress *p)
{
	*p = (struct progress){ .shown = isatty(STDERR_FILENO) == 1, .began = now() };
}

void
progress_tell(struct progress *p, size_t done, size_t all)
{
	double at = now(), spent = at - p->began;
	if (!p->shown || done == 0 || (done < all && at - p->last < OFTEN))
		return;
	p->last = at;
	double each = spent / (double)done, left = each * (double)(all - done);
	fprintf(stderr, "\r\033[K%zu/%zu  %.1f/分  残り %d分%02d秒", done, all,
	    each > 0 ? MINUTE / each : 0, (int)left / MINUTE, (int)left % MINUTE);
	(void)fflush(stderr);
}

void
progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
}
