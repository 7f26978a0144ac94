/* What akashi-signer may still ask of the kernel (proc/cage.h). [design 1] */
#include "proc/signer_cage.h"

#include <time.h>

#include "proc/signer.h"

/* clang-format off */
const struct cage_rule SIGNER_CAGE[] = {
	CAGE_FD(SYS_read, SIGNER_REVOKE_FD),
	CAGE_FD(SYS_read, SIGNER_ISSUER_FD),
	CAGE_FD(SYS_read, SIGNER_AGENT_FD),
	CAGE_FD(SYS_write, 2),
	CAGE_FD(SYS_write, SIGNER_REVOKE_FD),
	CAGE_FD(SYS_write, SIGNER_ISSUER_FD),
	CAGE_FD(SYS_write, SIGNER_AGENT_FD),
	CAGE_FD(SYS_write, SIGNER_JOURNAL_FD),
	CAGE_FD(SYS_write, SIGNER_REVOKED_FD),
	CAGE_FD(SYS_fsync, SIGNER_JOURNAL_FD),
	CAGE_FD(SYS_close, SIGNER_REVOKE_FD),
	CAGE_FD(SYS_close, SIGNER_ISSUER_FD),
	{ SYS_pread64 },	/* segments and revoked.der: nothing else is open for reading */
	{ SYS_ppoll },	/* waits; opens nothing */
	{ SYS_adjtimex },	/* read only: no capability to set; the C library asks by one or the other */
	{ SYS_clock_adjtime, { { 0, CAGE_IS, CLOCK_REALTIME } } },
};
/* clang-format on */
const size_t SIGNER_CAGE_COUNT = COUNT(SIGNER_CAGE);
