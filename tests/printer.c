/*
 * printer: a printer on a raw port, for flow tests.
 *
 * printer FILE     listens on a free loopback port, says which on standard output, and writes the
 *                  sheets that come to FILE.1, FILE.2 ... until it is ended
 * printer -f       says a port that is free now, and ends
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int
listen_somewhere(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 || listen(fd, 4) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return -1;
	*port = ntohs(a.sin_port);
	return fd;
}

/* Whole when its name stands there. */
static int
sheet_take(int from, const char *file, int number)
{
	char path[512], part[520], bytes[65536];
	ssize_t n;
	snprintf(path, sizeof(path), "%s.%d", file, number);
	snprintf(part, sizeof(part), "%s.part", path);
	int to = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	while (to != -1 && (n = read(from, bytes, sizeof(bytes))) > 0)
		if (write(to, bytes, (size_t)n) != n)
			return 1;
	return to == -1 || close(to) != 0 || rename(part, path) != 0;
}

int
main(int argc, char **argv)
{
	int port, peer, listener = listen_somewhere(&port);
	if (argc != 2 || listener == -1)
		return 2;
	printf("%d\n", port);
	if (strcmp(argv[1], "-f") == 0)
		return 0;
	fflush(stdout);
	for (int number = 1; (peer = accept(listener, NULL, NULL)) != -1; number++) {
		if (sheet_take(peer, argv[1], number) != 0)
			return 1;
		(void)close(peer);
	}
	return 1;
}
