#include "wire/deadline.h"

#include <sys/socket.h>
#include <time.h>

bool
deadline_set(struct deadlines *d, int fd, int64_t until)
{
	if (fd < 0 || fd >= DEADLINE_FDS)
		return false;
	d->until[fd] = until;
	return true;
}

void
deadline_clear(struct deadlines *d, int fd)
{
	if (fd >= 0 && fd < DEADLINE_FDS)
		d->until[fd] = 0;
}

size_t
deadline_cut(struct deadlines *d, int64_t now)
{
	size_t cut = 0;
	for (int fd = 0; fd < DEADLINE_FDS; fd++)
		if (d->until[fd] != 0 && d->until[fd] <= now) {
			(void)shutdown(fd, SHUT_RDWR);
			d->until[fd] = 0;
			cut++;
		}
	return cut;
}

int
deadline_wait(const struct deadlines *d, int64_t now, int most)
{
	for (int fd = 0; fd < DEADLINE_FDS; fd++)
		if (d->until[fd] != 0 && d->until[fd] - now < most)
			most = d->until[fd] > now ? (int)(d->until[fd] - now) : 0;
	return most;
}

int64_t
deadline_now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
