/*
 * sweep: runs a command again and again, fallen at its 1st, 2nd, 3rd ... point (points.h), until it
 * gets through; what must hold is checked after each. Says how many points there were.
 *
 * sweep [-m MODE] [-l] [-o PART] [-L LIBRARY] [-s STEP] [-f FIRST] [-t TRIES] [-p PREPARE] [-c CHECK] RUN
 *   -m  kill torn eio enospc eintr short alloc alloc-on (points.h)
 *   -l  what was not fsynced is lost, as by a power cut
 *   -o  fsync of paths with PART in them is left out: with -l CHECK must find that
 *   -L  LeakSanitizer's library: a program that ends with memory nobody points to any more is a failure
 *   -s  only every STEP-th point, from the FIRST (-f) on
 *   -t  about so many TRIES in all: a run that falls nowhere says how far apart they are; FIRST is
 *       counted round within that
 * PREPARE, RUN and CHECK are shell commands; POINT is in their environment, and for CHECK how RUN
 * ended (STATUS). Only RUN falls, and of
 * it only programs whose names begin with "akashi". Exit 0: CHECK held everywhere; 1: it did not.
 */
#include <getopt.h>
#include <glob.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../preload.h"
#include "points.h"

struct sweep {
	enum points_mode mode;
	bool lose;
	const char *leave_out, *prepare, *check, *run;
	long step, first, tries;
	char library[1100], state[TEST_PATH];
	const char *lsan;
	struct points *points;
	long failures;
};

static int
shell(const struct sweep *s, const char *command, long n, bool falls)
{
	char point[32];
	pid_t p = fork();
	if (p == 0) {
		(void)setpgid(0, 0);
		(void)snprintf(point, sizeof(point), "%ld", n);
		(void)setenv("POINT", point, 1);
		if (falls) {
			(void)setenv("LD_PRELOAD", s->library, 1);
			(void)setenv("AKASHI_POINTS", s->state, 1);
		}
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	int status = 0;
	const struct timespec nap = { 0, 1000000 };
	while (p > 0 && waitpid(p, &status, WNOHANG) == 0) {
		if (falls && s->points->dead) {
			(void)kill(-p, SIGKILL);
			points_kill(s->points);
		}
		(void)nanosleep(&nap, NULL);
	}
	if (falls) {
		(void)kill(-p, SIGKILL);
		points_kill(s->points);
	}
	return p > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/* Whose the memory was that nobody points to any more, and where each program crashed: of those that could tell. */
static void
reports_tell(struct sweep *s, long n)
{
	char pattern[TEST_PATH + 16], report[4096];
	glob_t found;
	(void)snprintf(pattern, sizeof(pattern), "%s.report.*", s->state);
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		FILE *f = fopen(found.gl_pathv[i], "r");
		report[f == NULL ? 0 : fread(report, 1, sizeof(report) - 1, f)] = '\0';
		if (f != NULL)
			(void)fclose(f);
		(void)unlink(found.gl_pathv[i]);
		bool leaks = strstr(report, "ERROR: LeakSanitizer") != NULL;
		if (leaks || report[0] == '/')
			printf("point %ld: a program %s\n%s\n", n, leaks ? "leaks" : "crashes",
			    report);
		s->failures += leaks;
	}
	globfree(&found);
}

/* One run up to point n. False: it got through. */
static bool
one(struct sweep *s, long n)
{
	if (s->prepare != NULL && shell(s, s->prepare, n, false) != 0) {
		fprintf(stderr, "sweep: PREPARE fails at point %ld\n", n);
		exit(2);
	}
	points_arm(s->points, n, s->mode, s->leave_out);
	char ended[16];
	int status = shell(s, s->run, n, true);
	(void)snprintf(ended, sizeof(ended), "%d", status);
	(void)setenv("STATUS", ended, 1);
	bool again = s->points->synced_again > 0;
	if (s->points->crashes > 0) {
		printf("point %ld: %d programs crashed\n", n, s->points->crashes);
		s->failures++;
	}
	reports_tell(s, n);
	bool reached = s->points->count >= s->points->target;
	if (reached && s->lose && !points_lose(s->points)) {
		fprintf(stderr, "sweep: what was lost at point %ld cannot be put back\n", n);
		exit(2);
	}
	if (!reached && status != 0) {
		printf("point %ld: not reached, and RUN ends with %d\n", n, status);
		s->failures++;
	}
	if (again) {
		printf("point %ld: a file whose fsync failed was synced again\n", n);
		s->failures++;
	}
	int held = s->check == NULL ? 0 : shell(s, s->check, n, false);
	if (held != 0) {
		printf("point %ld: CHECK ends with %d\n", n, held);
		s->failures++;
	}
	return reached;
}

static bool
arguments(struct sweep *s, int argc, char **argv)
{
	static const char *const MODE[] = { "kill", "torn", "eio", "enospc", "eintr", "short",
		"alloc", "alloc-on" };
	for (int c; (c = getopt(argc, argv, "m:lo:L:s:f:t:p:c:")) != -1;) {
		bool known = c != 'm' && c != '?';
		for (int i = 0; c == 'm' && i < 8; i++)
			if (strcmp(optarg, MODE[i]) == 0) {
				s->mode = (enum points_mode)i;
				known = true;
			}
		s->lose |= c == 'l';
		s->leave_out = c == 'o' ? optarg : s->leave_out;
		s->lsan = c == 'L' ? optarg : s->lsan;
		s->step = c == 's' ? strtol(optarg, NULL, 10) : s->step;
		s->first = c == 'f' ? strtol(optarg, NULL, 10) : s->first;
		s->tries = c == 't' ? strtol(optarg, NULL, 10) : s->tries;
		s->prepare = c == 'p' ? optarg : s->prepare;
		s->check = c == 'c' ? optarg : s->check;
		if (!known)
			return false;
	}
	s->run = argv[optind];
	return optind == argc - 1 && s->step > 0 && s->first > 0;
}

int
main(int argc, char **argv)
{
	struct sweep s = { .step = 1, .first = 1 };
	char self[500];
	ssize_t k = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int fd = test_file("points", s.state);
	if (k <= 0 || fd == -1 || !arguments(&s, argc, argv)) {
		fprintf(stderr, "sweep [-m MODE] [-l] [-o PART] [-L LIBRARY] [-s STEP] [-f FIRST] "
				"[-t TRIES] [-p PREPARE] [-c CHECK] RUN\n");
		return 2;
	}
	self[k] = '\0';
	*strrchr(self, '/') = '\0';
	char real[sizeof(self) + 16], other[PRELOAD_PATH];
	(void)snprintf(real, sizeof(real), "%s/killpoint.so", self);
	(void)snprintf(s.library, sizeof(s.library), "%s%s%s", preload_name(real, other),
	    s.lsan == NULL ? "" : ":", s.lsan == NULL ? "" : s.lsan);
	s.points = points_open(s.state);
	if (s.points != NULL && s.tries > 0 && !one(&s, LONG_MAX)) {
		s.step = s.points->count / s.tries + 1;
		s.first = (s.first - 1) % s.step + 1;
	}
	long n = s.first, tried = 0;
	for (; s.points != NULL && one(&s, n); n += s.step)
		tried++;
	if (s.points == NULL || s.points->count == 0) {
		fprintf(stderr, "sweep: no program of ours came to any point\n");
		return 2;
	}
	const int64_t *of = s.points->of;
	printf("%lld points (%lld writes, %lld sends, %lld fsyncs, %lld renames, %lld links, "
	       "%lld unlinks, %lld truncates, %lld allocations), %ld tried, %d fsyncs left out, "
	       "%ld failures\n",
	    (long long)s.points->count, (long long)of[CALL_WRITE], (long long)of[CALL_SEND],
	    (long long)of[CALL_FSYNC], (long long)of[CALL_RENAME], (long long)of[CALL_LINK],
	    (long long)of[CALL_UNLINK], (long long)of[CALL_TRUNCATE], (long long)of[CALL_ALLOC],
	    tried, s.points->left_out, s.failures);
	(void)unlink(s.state);
	return s.failures == 0 ? 0 : 1;
}
