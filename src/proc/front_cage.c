#include "proc/front_cage.h"

#include <fcntl.h>

/* clang-format off */
/* What serving files over sockets needs, and nothing that writes a file, starts or connects. */
const struct cage_rule FRONT_CAGE[] = {
	{ SYS_accept4 },
	{ SYS_close },
	{ SYS_epoll_ctl },
#ifdef SYS_epoll_wait
	{ SYS_epoll_wait },
#endif
	{ SYS_epoll_pwait },
	{ SYS_fcntl },
	{ SYS_fstat },
	{ SYS_newfstatat },
	{ SYS_getsockopt },
	{ SYS_setsockopt },
	{ SYS_lseek },
	{ SYS_openat, { { 2, CAGE_NONE_OF, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC } } },
	{ SYS_ppoll },
	{ SYS_pread64 },
	{ SYS_read },
	{ SYS_recvfrom },
	{ SYS_rt_sigprocmask },
	{ SYS_rt_sigreturn },
	{ SYS_sendfile },
	{ SYS_sendmsg },
	{ SYS_sendto },
	{ SYS_shutdown },
	{ SYS_write },
	{ SYS_writev },
};
/* clang-format on */
const size_t FRONT_CAGE_COUNT = COUNT(FRONT_CAGE);
