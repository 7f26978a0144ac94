#include "wire/serve.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Answers one request of one peer. False: the peer is gone. */
static bool
answer(struct serve *s, size_t place, uint8_t *buffer, uint8_t *body)
{
	struct frame request;
	struct fault fault = { 0 };
	struct sink reply = { .at = body, .cap = FRAME_BODY_MOST };
	if (!frame_receive(s->fd[place], buffer, FRAME_MOST, 5000, &request, &fault))
		return false;
	struct frame back = { .id = request.id, .kind = FRAME_ANSWER };
	size_t refused = 0; /* what was written before it was */
	if (!s->handle(s->context, place, &request, &reply, &fault) || reply.full) {
		if (fault.code == FAULT_NONE)
			fault_set(&fault, FAULT_BUG, "答えが大きすぎます。");
		refused = reply.len;
		reply.len = 0;
		reply.full = false;
		fault_pack(&fault, &reply);
		back.kind = FRAME_FAULT;
	}
	back.body = der_of(reply.at, reply.len);
	fault = (struct fault){ 0 };
	bool sent = frame_send(s->fd[place], &back, &fault);
	explicit_bzero(body, reply.len > refused ? reply.len : refused);
	return sent;
}

static void
take_peer(struct serve *s)
{
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC);
	struct ucred who;
	socklen_t n = sizeof(who);
	if (fd == -1)
		return;
	bool ours = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &n) == 0 &&
		    (who.uid == getuid() || who.uid == 0);
	for (size_t i = 0; ours && i < SERVE_PEERS; i++)
		if (i == s->count || s->fd[i] == -1) {
			s->fd[i] = fd;
			s->count += i == s->count;
			return;
		}
	(void)close(fd);
}

/* One round: waits for anybody, then serves in order. Not alive: nobody is left, or a signal came. */
static bool
serve_round(struct serve *s, uint8_t *buffer, uint8_t *body, bool *alive)
{
	struct pollfd p[SERVE_PEERS + 2];
	size_t open = 0;
	for (size_t i = 0; i < s->count; i++) {
		p[i] = (struct pollfd){ .fd = s->fd[i], .events = POLLIN };
		open += s->fd[i] != -1;
	}
	p[s->count] = (struct pollfd){ .fd = s->listener, .events = POLLIN };
	p[s->count + 1] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
	size_t count = s->count;
	*alive = open > 0 || s->listener != -1;
	if (!*alive)
		return true;
	if (ppoll(p, count + 2, NULL, NULL) == -1)
		return errno == EINTR;
	if (p[count + 1].revents != 0) {
		*alive = false;
		return true;
	}
	for (size_t i = 0; i < count; i++)
		if (p[i].fd != -1 && p[i].revents != 0) {
			if (!answer(s, i, buffer, body)) {
				(void)close(s->fd[i]);
				s->fd[i] = -1;
			}
			break; /* the first in order, then look again */
		}
	if (p[count].revents != 0)
		take_peer(s);
	return true;
}

bool
serve_run(struct serve *s, struct fault *fault)
{
	uint8_t *buffer = malloc(FRAME_MOST), *body = malloc(FRAME_BODY_MOST);
	bool good = buffer != NULL && body != NULL, alive = true;
	while (good && alive && (s->stop == NULL || !*s->stop))
		good = serve_round(s, buffer, body, &alive);
	free(buffer);
	free(body);
	return good || fault_set(fault, FAULT_BUG, "待ち受けを続けられません。");
}
