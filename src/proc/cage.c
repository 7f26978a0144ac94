#include "proc/cage.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { X32_BIT = 0x40000000 };
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
enum { X32_BIT = 0 };
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "the cage knows no calls of this processor"
#endif

/* clang-format off */
static const struct cage_rule EVERYBODY[] = {
	{ SYS_brk },
	{ SYS_mmap, { { 2, CAGE_NONE_OF, PROT_EXEC }, { 3, CAGE_ALL_OF, MAP_ANONYMOUS } } },
	{ SYS_mprotect, { { 2, CAGE_NONE_OF, PROT_EXEC } } },
	{ SYS_munmap },
	{ SYS_mremap },
	{ SYS_madvise },
	{ SYS_mlock },
	{ SYS_munlock },
	{ SYS_futex },
	{ SYS_getpid },		/* one per draw: OpenSSL looks for a fork */
	{ SYS_getrandom },
	{ SYS_clock_gettime },	/* where the vDSO has no clock */
#ifdef SYS_time
	{ SYS_time },
#endif
	{ SYS_restart_syscall },
	{ SYS_exit_group },
#ifdef __SANITIZE_ADDRESS__
	{ SYS_sigaltstack },	/* the sanitizer asks before _exit; never in what is shipped */
#endif
};
/* clang-format on */

enum { PROGRAM_MOST = 1024, TO_NEXT_RULE = 255 };

struct program {
	struct sock_filter at[PROGRAM_MOST];
	size_t len;
	bool full;
};

static void
put(struct program *p, uint16_t code, uint32_t k, uint8_t yes, uint8_t no)
{
	p->full = p->full || p->len == PROGRAM_MOST;
	if (!p->full)
		p->at[p->len++] = (struct sock_filter){ code, yes, no, k };
}

static void
put_load(struct program *p, size_t offset)
{
	put(p, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}

/* Both processors are little-endian: an argument's lower half comes first. */
static void
put_test(struct program *p, int index, enum cage_test test, uint32_t value)
{
	put_load(p, offsetof(struct seccomp_data, args) + sizeof(uint64_t) * (size_t)index);
	switch (test) {
	case CAGE_ANY:
		break;
	case CAGE_ALL_OF:
		put(p, BPF_ALU | BPF_AND | BPF_K, value, 0, 0);
		put(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, TO_NEXT_RULE);
		break;
	case CAGE_IS:
		put(p, BPF_JMP | BPF_JEQ | BPF_K, value, 0, TO_NEXT_RULE);
		break;
	case CAGE_AT_MOST:
		put(p, BPF_JMP | BPF_JGT | BPF_K, value, TO_NEXT_RULE, 0);
		break;
	case CAGE_NONE_OF:
		put(p, BPF_JMP | BPF_JSET | BPF_K, value, TO_NEXT_RULE, 0);
		break;
	}
}

static void
put_rule(struct program *p, const struct cage_rule *r)
{
	size_t first = p->len;
	put_load(p, offsetof(struct seccomp_data, nr));
	put(p, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)r->call, 0, TO_NEXT_RULE);
	for (int i = 0; i < CAGE_ARGUMENTS; i++)
		if (r->argument[i].test != CAGE_ANY)
			put_test(
			    p, r->argument[i].index, r->argument[i].test, r->argument[i].value);
	put(p, BPF_RET | BPF_K, SECCOMP_RET_ALLOW, 0, 0);
	for (size_t i = first; i < p->len; i++) {
		uint8_t over = (uint8_t)(p->len - i - 1);
		if (p->at[i].jt == TO_NEXT_RULE)
			p->at[i].jt = over;
		if (p->at[i].jf == TO_NEXT_RULE)
			p->at[i].jf = over;
	}
}

/* The processor first: the numbers below mean something else to another one. */
static void
put_head(struct program *p)
{
	put_load(p, offsetof(struct seccomp_data, arch));
	put(p, BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	put(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	put_load(p, offsetof(struct seccomp_data, nr));
	put(p, BPF_JMP | BPF_JSET | BPF_K, X32_BIT, 0, 1);
	put(p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
}

bool
cage_lock(const struct cage_rule *rule, size_t n, struct fault *fault)
{
	static const struct rlimit NONE = { 0, 0 };
	struct program p = { .len = 0 };
	put_head(&p);
	for (size_t i = 0; i < COUNT(EVERYBODY); i++)
		put_rule(&p, &EVERYBODY[i]);
	for (size_t i = 0; i < n; i++)
		put_rule(&p, &rule[i]);
	put(&p, BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS, 0, 0);
	const struct sock_fprog filter = { (unsigned short)p.len, p.at };
	if (!p.full && setrlimit(RLIMIT_CORE, &NONE) == 0 && prctl(PR_SET_DUMPABLE, 0) == 0 &&
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) == 0)
		return true;
	return fault_set(fault, FAULT_BUG,
	    "プログラムを囲い（seccomp）に入れられません。このカーネルでは動かせません。");
}
