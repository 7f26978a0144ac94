#include "wire/handover.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BYTES = 4096 }; /* such a frame is small */

/* Room for one descriptor, aligned as the kernel wants it. */
union control {
	struct cmsghdr head;
	char bytes[CMSG_SPACE(sizeof(int))];
};

bool
handover_send(int socket, const struct frame *f, int fd, struct fault *fault)
{
	uint8_t bytes[BYTES];
	struct sink out = SINK_INTO(bytes);
	union control control = { .bytes = { 0 } };
	frame_pack(f, &out);
	struct iovec all = { out.at, out.len };
	struct msghdr m = { .msg_iov = &all, .msg_iovlen = 1 };
	if (fd != -1) {
		m.msg_control = control.bytes;
		m.msg_controllen = sizeof(control.bytes);
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	if (out.full)
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文が大きすぎます。");
	return sendmsg(socket, &m, MSG_NOSIGNAL) == (ssize_t)out.len ||
	       fault_refuse(fault, &FRAME_GONE, NULL,
		   "相手のプログラムが終わっています。もう一度実行してください。");
}

/* What came with it, or -1; more than one is nobody's. */
static int
brought(struct msghdr *m)
{
	int fd = -1;
	const struct cmsghdr *c = CMSG_FIRSTHDR(m);
	if (c != NULL && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(fd)))
		memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

/* The next frame; *fd came with it. */
static bool
receive(int socket, int ms, uint8_t bytes[BYTES], struct frame *got, int *fd, struct fault *fault)
{
	union control control;
	struct iovec all = { bytes, BYTES };
	struct msghdr m = { .msg_iov = &all,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	ssize_t n;
	if (!frame_wait(socket, ms, fault))
		return false;
	while ((n = recvmsg(socket, &m, MSG_CMSG_CLOEXEC)) == -1 && errno == EINTR)
		;
	if (n <= 0)
		return fault_refuse(fault, &FRAME_GONE, NULL,
		    "相手のプログラムが終わりました。もう一度実行してください。");
	*fd = brought(&m);
	return frame_unpack(der_of(bytes, (size_t)n), got, fault);
}

static void
let_go(int *fd)
{
	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
}

bool
handover_call(int socket, int64_t kind, struct der body, int ms, struct sink *reply, int *fd,
    struct fault *fault)
{
	uint8_t bytes[BYTES];
	struct frame got, request = { .id = frame_id(), .kind = kind, .body = body };
	int given = -1;
	bool good = frame_send(socket, &request, fault);
	do { /* an answer to a request given up earlier is passed over, with what it brought */
		let_go(&given);
		good = good && receive(socket, ms, bytes, &got, &given, fault);
	} while (good && got.id != request.id);
	if (!good || !frame_accept(&got, reply, fault)) {
		let_go(&given);
		return false;
	}
	*fd = given;
	return true;
}
