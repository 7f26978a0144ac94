/* The cage, both halves, for keymaker, reader and signer alike: each forbidden call dies inside and lives
 * outside. The rows are the programs' own [R-1.3] [design 1]. */
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
#include <sys/timex.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "book/journal.h"
#include "folder.h"
#include "pki/p256.h"
#include "pki/rsa.h"
#include "proc/keymaker_cage.h"
#include "proc/reader_cage.h"
#include "proc/signer.h"
#include "proc/signer_cage.h"
#include "vault/seal.h"
#include "wire/reader.h"

/* All have a socket at 3; at 9 stands what no row names but, in the signer, for pread. */
enum { PEER_FD = 3, OUTSIDE_FD = 9 };
_Static_assert((int)KEYMAKER_PEER_FD == (int)PEER_FD, "one place");
_Static_assert((int)SIGNER_REVOKE_FD == (int)PEER_FD, "one place");
_Static_assert((int)READER_PEER_FD == (int)PEER_FD, "one place");
_Static_assert((int)SIGNER_REVOKED_READ_FD == (int)OUTSIDE_FD, "readable, no more");

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
	(void)!recvmsg(PEER_FD, &m, MSG_DONTWAIT);
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
	(void)!ftruncate(PEER_FD, 0);
}

static void
try_lseek(void)
{
	(void)lseek(PEER_FD, 0, SEEK_SET);
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
	(void)dup2(PEER_FD, OUTSIDE_FD);
}

static void
try_fcntl(void)
{
	(void)fcntl(PEER_FD, F_GETFL);
}

static void
try_prctl(void)
{
	(void)prctl(PR_SET_DUMPABLE, 1);
}

static void
try_rename(void)
{
	(void)rename("/nonexistent/a", "/nonexistent/b");
}

static void
try_unlink(void)
{
	(void)unlink("/nonexistent/a");
}

static void
try_sendmsg(void)
{
	struct msghdr m = { 0 };
	(void)!sendmsg(PEER_FD, &m, MSG_DONTWAIT);
}

static void
try_setsockopt(void)
{
	const struct timeval limit = { 9, 0 };
	(void)setsockopt(PEER_FD, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
}

static void
try_accept(void)
{
	(void)!accept4(PEER_FD, NULL, NULL, SOCK_NONBLOCK);
}

static void
try_memfd(void)
{
	(void)!memfd_create("x", 0);
}

static void
try_set_clock(void)
{
	struct timex t = { 0 };
	(void)clock_adjtime(CLOCK_TAI, &t);
}

static void
try_seccomp(void)
{
	(void)syscall(SYS_seccomp, 99, 0, NULL);
}

static void
try_pwrite_other(void)
{
	(void)!pwrite(OUTSIDE_FD, "x", 1, 0);
}

static void
try_fsync_other(void)
{
	(void)fsync(OUTSIDE_FD);
}

/* Of the journal: it is appended to and nothing else. */

static void
try_truncate_journal(void)
{
	(void)!ftruncate(SIGNER_JOURNAL_FD, 0);
}

static void
try_seek_journal(void)
{
	(void)lseek(SIGNER_JOURNAL_FD, 0, SEEK_SET);
}

static void
try_pwrite_journal(void)
{
	(void)!pwrite(SIGNER_JOURNAL_FD, "x", 1, 0);
}

static void
try_close_journal(void)
{
	(void)close(SIGNER_JOURNAL_FD);
}

static void
try_append_off_journal(void)
{
	(void)fcntl(SIGNER_JOURNAL_FD, F_SETFL, 0);
}

static void
try_write_segment(void)
{
	(void)!write(SIGNER_SEGMENT_FD, "x", 1);
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
	{ "rename",              try_rename,              0 },
	{ "unlink",              try_unlink,              0 },
	{ "sendmsg",             try_sendmsg,             0 },
	{ "setsockopt",          try_setsockopt,          0 },
	{ "accept4",             try_accept,              0 },
	{ "memfd_create",        try_memfd,               0 },
	{ "another clock",       try_set_clock,           0 },
	{ "seccomp",             try_seccomp,             0 },
	{ "pwrite of another",   try_pwrite_other,        0 },
	{ "fsync of another",    try_fsync_other,         0 },
	{ "ftruncate, journal",  try_truncate_journal,    0 },
	{ "lseek, journal",      try_seek_journal,        0 },
	{ "pwrite, journal",     try_pwrite_journal,      0 },
	{ "close, journal",      try_close_journal,       0 },
	{ "fcntl, journal",      try_append_off_journal,  0 },
	{ "write of a segment",  try_write_segment,       0 },
	{ "abort",               abort,                   SIGABRT },
#ifdef __x86_64__
	{ "x32",                 try_x32,                 0 },
	{ "int 0x80",            try_int80,               0 },
#endif
};
/* clang-format on */

/* What is left to both: keys, signatures, locked memory, an answer. */
static bool
work_of_both(void)
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
	return good && write(PEER_FD, "x", 1) == 1;
}

/* The longest search there is, in one process: it asks for no other. */
static void
work_of_keymaker(void)
{
	struct fault fault = { 0 };
	OWN_RSA key = NULL;
	_exit(work_of_both() && rsa_search(4096, &key, &fault) ? 0 : 1);
}

/* And to the signer: its journal, its mirror, its clock, a list read back. */
static void
work_of_signer(void)
{
	struct journal j = { .fd = SIGNER_JOURNAL_FD };
	struct line l = { .kind = LINE_HEAD };
	struct fault fault = { 0 };
	struct timex t = { 0 };
	uint8_t byte;
	bool good = work_of_both() && journal_add(&j, &l, &fault) && journal_sync(&j, &fault) &&
		    write(SIGNER_REVOKED_FD, "x", 1) == 1 &&
		    pread(SIGNER_REVOKED_READ_FD, &byte, 1, 0) == 1 &&
		    pread(SIGNER_SEGMENT_FD, &byte, 1, 0) == 1 && adjtimex(&t) != -1 &&
		    write(SIGNER_AGENT_FD, "x", 1) == 1 && close(SIGNER_ISSUER_FD) == 0;
	_exit(good ? 0 : 1);
}

/* What it reads by is tests/unit/reader_test.c; here that it may answer. */
static void
work_of_reader(void)
{
	_exit(work_of_both() ? 0 : 1);
}

static const struct program {
	const char *name;
	const struct cage_rule *rules;
	const size_t *count;
	void (*work)(void);
} PROGRAMS[] = {
	{ "keymaker", KEYMAKER_CAGE, &KEYMAKER_CAGE_COUNT, work_of_keymaker },
	{ "reader", READER_CAGE, &READER_CAGE_COUNT, work_of_reader },
	{ "signer", SIGNER_CAGE, &SIGNER_CAGE_COUNT, work_of_signer },
};

/* Sockets at 3 to 5; a file appended to at 7 and 8, read at 9 and 10: as the signer has them. */
static bool
descriptors_open(void)
{
	char path[TEST_PATH];
	int pair[2], fd = test_file("cage", path);
	bool good = write(fd, "0123456789", 10) == 10;
	for (int i = PEER_FD; good && i <= SIGNER_AGENT_FD; i++)
		good = socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0 &&
		       dup2(pair[0], 32 + i) != -1 && dup2(pair[1], 64 + i) != -1;
	for (int i = SIGNER_JOURNAL_FD; good && i <= SIGNER_SEGMENT_FD; i++)
		good =
		    dup2(open(path, i < OUTSIDE_FD ? O_WRONLY | O_APPEND : O_RDONLY), 32 + i) != -1;
	for (int i = PEER_FD; good && i <= SIGNER_SEGMENT_FD; i++)
		good = i == SIGNER_SECRET_FD || dup2(32 + i, i) != -1;
	(void)unlink(path);
	return good;
}

/* Runs in a child with these descriptors, in that program's cage or in none; its wait status. */
static int
status_of(void (*run)(void), const struct program *caged)
{
	struct fault fault = { 0 };
	(void)fflush(NULL);
	pid_t p = fork();
	assert_true(p >= 0);
	if (p == 0) {
		const struct rlimit none = { 0, 0 };
		(void)setrlimit(RLIMIT_CORE, &none);
		if (!descriptors_open())
			_exit(70);
		if (caged != NULL && !cage_lock(caged->rules, *caged->count, &fault))
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
		int outside = status_of(f->run, NULL);
		if (f->outside == 0 && (!WIFEXITED(outside) || WEXITSTATUS(outside) != 0))
			fail_msg("%s outside: status %#x", f->name, outside);
		if (f->outside != 0 && (!WIFSIGNALED(outside) || WTERMSIG(outside) != f->outside))
			fail_msg("%s outside: status %#x", f->name, outside);
		for (size_t k = 0; k < COUNT(PROGRAMS); k++) {
			int inside = status_of(f->run, &PROGRAMS[k]);
			if (!WIFSIGNALED(inside) || WTERMSIG(inside) != SIGSYS)
				fail_msg("%s in the %s's cage: status %#x, not SIGSYS", f->name,
				    PROGRAMS[k].name, inside);
		}
	}
}

static void
the_work_of_each_is_done_inside(void **state)
{
	(void)state;
	for (size_t k = 0; k < COUNT(PROGRAMS); k++)
		if (status_of(PROGRAMS[k].work, &PROGRAMS[k]) != 0)
			fail_msg("%s: its own work ends it", PROGRAMS[k].name);
	assert_int_not_equal(
	    status_of(work_of_signer, &PROGRAMS[0]), 0); /* one's is not another's */
}

int
main(void)
{
	struct fault fault = { 0 };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_forbidden_call_dies_inside_and_lives_outside),
		cmocka_unit_test(the_work_of_each_is_done_inside),
	};
	if (!vault_start(&fault))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
