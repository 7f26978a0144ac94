/*
 * wire/serve.h - the loop of a program that answers frames, and the sockets it answers on.
 *
 * Handed-over descriptors are served in the order they stand in, every round: what stands first
 * (revocation) waits for nobody behind it. A listening socket takes only peers of our own uid.
 */
#ifndef AKASHI_WIRE_SERVE_H
#define AKASHI_WIRE_SERVE_H

#include "wire/frame.h"

enum { SERVE_PEERS = 16 };

/* place: which descriptor it came from. Fills the reply, or refuses. */
typedef bool serve_handler(
    void *context, size_t place, const struct frame *, struct sink *reply, struct fault *);

struct serve {
	int fd[SERVE_PEERS]; /* -1: closed */
	size_t count;
	int listener; /* -1: none */
	int signals; /* of wire/signals.h: whatever comes ends it; -1: none */
	const bool *stop; /* set by the handler; or NULL */
	serve_handler *handle;
	void *context;
};
/* Until every peer has closed (and there is no listener), a signal, or *stop. */
bool serve_run(struct serve *, struct fault *) MUST_USE;

bool socket_pair(int fd[2], struct fault *) MUST_USE;
/* Mode 0600; a socket left by a program that is gone is replaced. */
bool socket_listen(const char *path, int *fd, struct fault *) MUST_USE;
/* Of datagrams, for whoever has news; never blocks, mode 0600, replaced as above. */
bool socket_bell(const char *path, int *fd, struct fault *) MUST_USE;
/* FAULT_MISSING: nobody listens there. */
bool socket_connect(const char *path, int *fd, struct fault *) MUST_USE;

#endif
