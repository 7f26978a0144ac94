#include "wire/reader.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "wire/child.h"
#include "wire/frame.h"
#include "wire/serve.h"

const struct refusal READER_DIED = { "reader-died", FAULT_INPUT, "design 1" };

static const struct record_field ASK[] = {
	RECORD(reader_ask, account, TEXT),
	RECORD(reader_ask, today, DAY),
};
RECORD_PAIR(reader_ask, read, ASK)

enum { END_MS = 2000, ITEMS_BESIDE = 64 };

struct reading {
	int fd; /* -1 */
	pid_t pid; /* 0 */
	int64_t id;
	size_t left; /* items it may still say */
	uint8_t buffer[FRAME_MOST];
};

/* Nobody, we included, can change it any more. */
static int
input_sealed(const void *bytes, size_t n)
{
	const int all = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int fd = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t done = 0;
	while (fd != -1 && done < n) {
		ssize_t w = write(fd, (const uint8_t *)bytes + done, n - done);
		if (w <= 0)
			break;
		done += (size_t)w;
	}
	if (fd != -1 && done == n && fcntl(fd, F_ADD_SEALS, all) == 0)
		return fd;
	if (fd != -1)
		(void)close(fd);
	return -1;
}

static bool
started(struct reading *r, const void *bytes, size_t n, struct fault *fault)
{
	static const char *const USER[] = { "akashi-reader", NULL };
	const char *argv[] = { NULL };
	int ends[2], input = input_sealed(bytes, n);
	if (input == -1)
		return fault_set(fault, FAULT_BUG, "読み取りに渡す記憶域が足りません。");
	bool good = socket_pair(ends, fault);
	if (good) {
		struct child child = { "akashi-reader", argv, { ends[1], input }, 2, false,
			child_uid(USER) };
		good = child_start(&child, &r->pid, fault);
		(void)close(ends[1]);
		r->fd = ends[0];
	}
	(void)close(input);
	return good;
}

bool
reading_start(enum reader_kind kind, const void *bytes, size_t n, const struct reader_ask *ask,
    struct reading **out, struct fault *fault)
{
	uint8_t body[128];
	struct sink packed = SINK_INTO(body);
	struct reading *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	*r = (struct reading){ .fd = -1, .id = frame_id(), .left = n + ITEMS_BESIDE };
	*out = r;
	reader_ask_pack(ask, &packed);
	const struct frame f = { r->id, kind, der_of(packed.at, packed.len) };
	return started(r, bytes, n, fault) && frame_send(r->fd, &f, fault);
}

bool
reader_broken(struct fault *fault)
{
	return fault_refuse(fault, &READER_DIED, NULL,
	    "読み取りが途中で止まりました。壊れているか、扱えない形です。"
	    "送り主に確かめてください。");
}

static bool
died(struct reading *r, const struct fault *why, struct fault *fault)
{
	int status = r->pid == 0 ? 0 : child_end(r->pid, 0);
	r->pid = 0;
	(void)reader_broken(fault);
	fault_detail(fault, "akashi-reader: %s, %d", why->name, status);
	return false;
}

/* All was read; or what is wrong with the input, which is all a reader can know of. */
static bool
over(struct reading *r, const struct frame *last, struct fault *fault)
{
	struct fault why = { 0 };
	if (frame_accept(last, NULL, &why))
		return true;
	if (why.code != FAULT_INPUT)
		return died(r, &why, fault);
	*fault = why;
	return false;
}

bool
reading_next(
    struct reading *r, bool *more, enum reader_item *item, struct der *body, struct fault *fault)
{
	struct frame f;
	struct fault why = { 0 };
	if (!frame_receive(r->fd, r->buffer, sizeof(r->buffer), READER_MS, &f, &why) ||
	    f.id != r->id || r->left-- == 0)
		return died(r, &why, fault);
	*more = f.kind >= READER_HEAD && f.kind <= READER_ERROR;
	if (!*more)
		return over(r, &f, fault);
	*item = (enum reader_item)f.kind;
	*body = f.body;
	return true;
}

void
reading_end(struct reading *r)
{
	if (r == NULL)
		return;
	if (r->fd != -1)
		(void)close(r->fd);
	if (r->pid != 0)
		(void)child_end(r->pid, END_MS);
	explicit_bzero(r->buffer, sizeof(r->buffer));
	free(r);
}
