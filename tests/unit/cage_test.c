/* The cage, both halves: each forbidden call dies inside and lives outside. The rows are the
 * keymaker's own. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "pki/p256.h"
#include "proc/keymaker_cage.h"
#include "vault/seal.h"

enum { OUTSIDE_FD = 9 }; /* open, but no row names it */

static void
try_openat(void)
{
	(void)!open("/dev/null", O_RDONLY);
}

static void
try_socket(void)
{
	(void)!socket(AF_INET, SOCK_STREAM, 0);
}

static void
try_recvmsg(void)
{
	struct msghdr m = { 0 };
	(void)!recvmsg(KEYMAKER_PEER_FD, &m, MSG_DONTWAIT);
}

static void
try_execve(void)
{
	char *const argv[] = { NULL }, *const env[] = { NULL };
	(void)!execve("/nonexistent", argv, env);
}

static void
try_fork(void)
{
	if (syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) == 0)
		_exit(0);
}

static void
try_clone3(void)
{
	struct clone_args a = { .exit_signal = SIGCHLD };
	if (syscall(SYS_clone3, &a, sizeof(a)) == 0)
		_exit(0);
}

static void *
nothing(void *p)
{
	return p;
}

static void
try_thread(void)
{
	pthread_t t;
	if (pthread_create(&t, NULL, nothing, NULL) == 0)
		(void)pthread_join(t, NULL);
}

static void
try_ptrace(void)
{
	(void)ptrace(PTRACE_ATTACH, 1 << 21, NULL, NULL); /* nobody */
}

static void
try_mmap_executable(void)
{
	(void)!mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
try_mmap_file(void)
{
	(void)!mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, OUTSIDE_FD, 0);
}

static void
try_mprotect_executable(void)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	(void)!mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static void
try_kill(void)
{
	(void)kill(getpid(), 0);
}

static void
try_io_uring(void)
{
	struct io_uring_params p = { 0 };
	(void)syscall(SYS_io_uring_setup, 1, &p);
}

static void
try_ftruncate(void)
{
	(void)!ftruncate(KEYMAKER_PEER_FD, 0);
}

static void
try_lseek(void)
{
	(void)lseek(KEYMAKER_PEER_FD, 0, SEEK_SET);
}

static void
try_read_other(void)
{
	char c;
	(void)!read(OUTSIDE_FD, &c, 1);
}

static void
try_write_other(void)
{
	(void)!write(OUTSIDE_FD, "x", 1);
}

static void
try_close_other(void)
{
	(void)close(OUTSIDE_FD);
}

static void
try_dup(void)
{
	(void)dup2(KEYMAKER_PEER_FD, OUTSIDE_FD);
}

static void
try_fcntl(void)
{
	(void)fcntl(KEYMAKER_PEER_FD, F_GETFL);
}

static void
try_prctl(void)
{
	(void)prctl(PR_SET_DUMPABLE, 1);
}

#ifdef __x86_64__
static void
try_x32(void)
{
	(void)syscall(0x40000000 | SYS_getpid);
}

static void
try_int80(void)
{
	long eax = 20; /* getpid of the 32-bit processor */
	__asm__ volatile("int $0x80" : "+a"(eax) : : "memory");
}
#endif

/* clang-format off */
static const struct forbidden {
	const char *name;
	void (*run)(void);
	int outside;	/* the signal it ends with where there is no cage; 0: it lives */
} FORBIDDEN[] = {
	{ "openat",              try_openat,              0 },
	{ "socket",              try_socket,              0 },
	{ "recvmsg",             try_recvmsg,             0 },
	{ "execve",              try_execve,              0 },
	{ "fork",                try_fork,                0 },
	{ "clone3",              try_clone3,              0 },
	{ "pthread_create",      try_thread,              0 },
	{ "ptrace",              try_ptrace,              0 },
	{ "executable mmap",     try_mmap_executable,     0 },
	{ "mmap of a file",      try_mmap_file,           0 },
	{ "executable mprotect", try_mprotect_executable, 0 },
	{ "kill",                try_kill,                0 },
	{ "io_uring_setup",      try_io_uring,            0 },
	{ "ftruncate",           try_ftruncate,           0 },
	{ "lseek",               try_lseek,               0 },
	{ "read of another",     try_read_other,          0 },
	{ "write of another",    try_write_other,         0 },
	{ "close of another",    try_close_other,         0 },
	{ "dup2",                try_dup,                 0 },
	{ "fcntl",               try_fcntl,               0 },
	{ "prctl",               try_prctl,               0 },
	{ "abort",               abort,                   SIGABRT },
#ifdef __x86_64__
	{ "x32",                 try_x32,                 0 },
	{ "int 0x80",            try_int80,               0 },
#endif
};
/* clang-format on */

/* What is left after the lock: one round of what the keymaker does. */
static void
work(void)
{
	uint8_t secret[P256_SECRET], point[P256_POINT], digest[32] = { 1 }, bytes[128];
	struct sink signature = SINK_INTO(bytes);
	struct fault fault = { 0 };
	struct timespec now;
	OWN_SECRET(locked) = secret_new(4096);
	OWN_BYTES(large) = malloc(1 << 20);
	bool good = locked != NULL && large != NULL && p256_new(secret, point, &fault) &&
		    p256_sign(secret, digest, &signature, &fault) &&
		    p256_verify(point, digest, signature.at, signature.len) &&
		    clock_gettime(CLOCK_REALTIME, &now) == 0;
	seal_pair(bytes, bytes + 32);
	_exit(good && write(KEYMAKER_PEER_FD, "x", 1) == 1 ? 0 : 1);
}

/* Runs in a child with two descriptors, caged or not; its wait status. */
static int
status_of(void (*run)(void), bool caged)
{
	struct fault fault = { 0 };
	(void)fflush(NULL);
	pid_t p = fork();
	assert_true(p >= 0);
	if (p == 0) {
		const struct rlimit none = { 0, 0 };
		int pair[2];
		(void)setrlimit(RLIMIT_CORE, &none);
		if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0 ||
		    dup2(pair[0], KEYMAKER_PEER_FD) == -1 || dup2(pair[1], OUTSIDE_FD) == -1 ||
		    fcntl(OUTSIDE_FD, F_SETFL, O_NONBLOCK) != 0)
			_exit(70);
		if (caged && !cage_lock(KEYMAKER_CAGE, KEYMAKER_CAGE_COUNT, &fault))
			_exit(71);
		run();
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(p, &status, 0), p);
	return status;
}

static void
each_forbidden_call_dies_inside_and_lives_outside(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(FORBIDDEN); i++) {
		const struct forbidden *f = &FORBIDDEN[i];
		int inside = status_of(f->run, true), outside = status_of(f->run, false);
		if (!WIFSIGNALED(inside) || WTERMSIG(inside) != SIGSYS)
			fail_msg("%s inside: status %#x, not SIGSYS", f->name, inside);
		if (f->outside == 0 && (!WIFEXITED(outside) || WEXITSTATUS(outside) != 0))
			fail_msg("%s outside: status %#x", f->name, outside);
		if (f->outside != 0 && (!WIFSIGNALED(outside) || WTERMSIG(outside) != f->outside))
			fail_msg("%s outside: status %#x", f->name, outside);
	}
}

static void
keys_signatures_and_locked_memory_work_inside(void **state)
{
	(void)state;
	assert_int_equal(status_of(work, true), 0);
}

int
main(void)
{
	struct fault fault = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_forbidden_call_dies_inside_and_lives_outside),
		cmocka_unit_test(keys_signatures_and_locked_memory_work_inside),
	};
	if (!vault_start(&fault))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
