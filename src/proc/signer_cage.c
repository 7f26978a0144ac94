/* What akashi-signer may still ask of the kernel (proc/cage.h). [design 1] */
#include "proc/signer_cage.h"

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
	{ SYS_pread64, { { 0, CAGE_ANY, 0 } } },	/* segments and revoked.der: nothing else is open for reading */
	{ SYS_ppoll, { { 0, CAGE_ANY, 0 } } },
	{ SYS_adjtimex, { { 0, CAGE_ANY, 0 } } },	/* read only: no capability to set */
	{ SYS_rt_sigreturn, { { 0, CAGE_ANY, 0 } } },
};
/* clang-format on */
const size_t SIGNER_CAGE_COUNT = COUNT(SIGNER_CAGE);
