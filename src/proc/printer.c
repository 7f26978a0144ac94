#include "proc/printer.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

const struct refusal PRINTER_NAME = { "printer-name", FAULT_INPUT, "R-4.96" };
const struct refusal PRINTER_AWAY = { "printer-away", FAULT_OUTSIDE, "R-4.96" };

enum { SEND_SECONDS = 20, FAREWELL_SECONDS = 2 };

static bool
name_refuse(const char *where, struct fault *fault)
{
	return fault_refuse(fault, &PRINTER_NAME, "printer",
	    "プリンター「%s」の書き方が正しくありません。raw:アドレス:ポート か device:パス です。",
	    where);
}

static int
raw_connect(const struct addrinfo *a)
{
	const struct timeval send = { SEND_SECONDS, 0 }, receive = { FAREWELL_SECONDS, 0 };
	int fd = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
	if (fd == -1)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send, sizeof(send));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &receive, sizeof(receive));
	if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static bool
raw_open(const char *where, const char *address, int *fd, struct fault *fault)
{
	char host[64];
	const char *colon = strrchr(address, ':');
	if (colon == NULL || colon == address || colon[1] == '\0' ||
	    (size_t)(colon - address) >= sizeof(host))
		return name_refuse(where, fault);
	bool brackets = address[0] == '[' && colon[-1] == ']';
	size_t n = (size_t)(colon - address) - (brackets ? 2 : 0);
	memcpy(host, address + (brackets ? 1 : 0), n);
	host[n] = '\0';
	const struct addrinfo only = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	if (getaddrinfo(host, colon + 1, &only, &found) != 0)
		return name_refuse(where, fault);
	*fd = raw_connect(found);
	freeaddrinfo(found);
	return true;
}

bool
printer_open(const char *where, int *out, struct fault *fault)
{
	int fd = -1;
	if (strncmp(where, "raw:", 4) == 0) {
		if (!raw_open(where, where + 4, &fd, fault))
			return false;
	} else if (strncmp(where, "device:/", 8) == 0)
		fd = open(where + 7, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	else
		return name_refuse(where, fault);
	if (fd == -1)
		return fault_refuse(fault, &PRINTER_AWAY, "printer",
		    "プリンター「%s」につながりません。"
		    "電源と接続を確かめ、もう一度実行してください。",
		    where);
	*out = fd;
	return true;
}

bool
printer_send(int fd, const void *bytes, size_t n, struct fault *fault)
{
	const uint8_t *at = bytes;
	while (n > 0) {
		ssize_t sent = write(fd, at, n);
		if (sent == -1 && errno == EINTR)
			continue;
		if (sent <= 0)
			break;
		at += sent;
		n -= (size_t)sent;
	}
	char farewell[64];
	if (n == 0 && shutdown(fd, SHUT_WR) == 0)
		while (read(fd, farewell, sizeof(farewell)) > 0)
			;
	bool closed = close(fd) == 0;
	return (n == 0 && closed) ||
	       fault_refuse(fault, &PRINTER_AWAY, "printer", "プリンターが途中で止まりました。");
}
