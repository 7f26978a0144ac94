#include "wire/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 128 };

static bool
address_read(const char *text, struct addrinfo **out, struct fault *fault)
{
	char host[64];
	const char *colon = strrchr(text, ':');
	size_t n = colon == NULL ? 0 : (size_t)(colon - text);
	bool brackets = n > 2 && text[0] == '[' && text[n - 1] == ']';
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM };
	if (n > 0 && n < sizeof(host)) {
		(void)snprintf(
		    host, sizeof(host), "%.*s", (int)(n - 2 * brackets), text + brackets);
		if (strcmp(host, "localhost") == 0)
			(void)snprintf(host, sizeof(host), "127.0.0.1");
		if (getaddrinfo(host, colon + 1, &hints, out) == 0)
			return true;
	}
	return fault_set(fault, FAULT_USAGE,
	    "「%s」では待ち受けられません。127.0.0.1:8440 のように書いてください。", text);
}

bool
listen_open(const char *text, int *out, struct fault *fault)
{
	struct addrinfo *a;
	const int yes = 1;
	if (!address_read(text, &a, fault))
		return false;
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool good = fd != -1 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
		    bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
	int why = errno;
	freeaddrinfo(a);
	if (good) {
		*out = fd;
		return true;
	}
	if (fd != -1)
		(void)close(fd);
	if (why == EADDRINUSE)
		return fault_set(fault, FAULT_LATER,
		    "%s はほかのプログラムが使っています。"
		    "そちらを終えるか、別のポート（例 PORT=8441）にしてください。",
		    text);
	return fault_set(
	    fault, FAULT_USAGE, "%s では待ち受けられません（%s）。", text, strerror(why));
}
