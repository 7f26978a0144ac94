/* Preloaded into a reader of certificates: for it the clock begins at AKASHI_WHEN, seconds since 1970. */
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static int (*real)(clockid_t, struct timespec *);
static time_t shift;

__attribute__((constructor)) static void
begin(void)
{
	struct timespec now;
	const char *when = getenv("AKASHI_WHEN");
	*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
	if (real != NULL && when != NULL && real(CLOCK_REALTIME, &now) == 0)
		shift = (time_t)strtoll(when, NULL, 10) - now.tv_sec;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	if (real == NULL)
		begin();
	int status = real(clock, t);
	if (status == 0 && clock == CLOCK_REALTIME)
		t->tv_sec += shift;
	return status;
}

int
gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec now;
	(void)zone;
	int status = clock_gettime(CLOCK_REALTIME, &now);
	*t = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return status;
}

time_t
time(time_t *out)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}
