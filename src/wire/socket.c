/* A file of its own: a caged program links the loop, not the calls that open a socket. */
#include "wire/serve.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* A packet counts against the sender's buffer, whose default is the machine's (208 KiB where nobody changed it). */
bool
socket_pair(int fd[2], struct fault *fault)
{
	const int room = FRAME_MOST;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd) != 0)
		return fault_set(fault, FAULT_BUG, "ソケットを作れません。");
	for (int i = 0; i < 2; i++)
		(void)setsockopt(fd[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	return true;
}

static bool
address(const char *path, struct sockaddr_un *a, struct fault *fault)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(a->sun_path))
		return fault_set(
		    fault, FAULT_USAGE, "フォルダの名前が長すぎます（ソケット「%s」）。", path);
	memcpy(a->sun_path, path, strlen(path) + 1);
	return true;
}

static bool
socket_bound(const char *path, int type, int *out, struct fault *fault)
{
	struct sockaddr_un a;
	if (!address(path, &a, fault))
		return false;
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	(void)unlink(path);
	mode_t before = umask(0177);
	bool good = fd != -1 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
	(void)umask(before);
	if (good) {
		*out = fd;
		return true;
	}
	if (fd != -1)
		(void)close(fd);
	return fault_set(fault, FAULT_BUG, "「%s」で待ち受けられません。", path);
}

bool
socket_listen(const char *path, int *out, struct fault *fault)
{
	int fd;
	if (!socket_bound(path, SOCK_SEQPACKET, &fd, fault))
		return false;
	if (listen(fd, 16) == 0) {
		*out = fd;
		return true;
	}
	(void)close(fd);
	return fault_set(fault, FAULT_BUG, "「%s」で待ち受けられません。", path);
}

bool
socket_bell(const char *path, int *out, struct fault *fault)
{
	return socket_bound(path, SOCK_DGRAM | SOCK_NONBLOCK, out, fault);
}

bool
socket_connect(const char *path, int *out, struct fault *fault)
{
	struct sockaddr_un a;
	if (!address(path, &a, fault))
		return false;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd != -1 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0) {
		*out = fd;
		return true;
	}
	if (fd != -1)
		(void)close(fd);
	return fault_set(fault, FAULT_MISSING, "「%s」で待ち受けるプログラムがありません。", path);
}
