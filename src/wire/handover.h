/*
 * wire/handover.h - a frame that brings a descriptor [design 1].
 *
 * A file of its own: the caged programs neither give nor take any while they run.
 */
#ifndef AKASHI_WIRE_HANDOVER_H
#define AKASHI_WIRE_HANDOVER_H

#include "wire/frame.h"

/* fd goes with it and stays ours as well; -1: none. */
bool handover_send(int socket, const struct frame *, int fd, struct fault *) MUST_USE;
/* frame_call, whose answer brings *fd, which is the caller's; -1: it brought none. */
bool handover_call(int socket, int64_t kind, struct der body, int ms, struct sink *reply, int *fd,
    struct fault *) MUST_USE;

#endif
