#include "wire/frame.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const struct refusal FRAME_BROKEN = { "frame-broken", FAULT_BROKEN, "design 1" };
const struct refusal FRAME_LATE = { "frame-late", FAULT_LATER, "design 1" };
const struct refusal FRAME_GONE = { "frame-gone", FAULT_LATER, "design 1" };

enum { VERSION = 1 };

/* A whole frame in memory; freed wiped, since some carry keys. */
struct packet {
	uint8_t *at;
};

static void
packet_drop(struct packet *p)
{
	if (p->at != NULL)
		explicit_bzero(p->at, FRAME_MOST);
	free(p->at);
}
#define OWN_PACKET __attribute__((cleanup(packet_drop))) struct packet

void
frame_pack(const struct frame *f, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_int(out, VERSION);
	der_put_int(out, f->id);
	der_put_int(out, f->kind);
	der_put_octets(out, f->body.p, f->body.n);
	der_end(out, all);
}

bool
frame_unpack(struct der d, struct frame *f, struct fault *fault)
{
	struct der all;
	int64_t version;
	struct frame got;
	if (!der_take(&d, DER_SEQUENCE, &all) || !der_done(&d) || !der_take_int(&all, &version) ||
	    version != VERSION || !der_take_int(&all, &got.id) || !der_take_int(&all, &got.kind) ||
	    !der_take_octets(&all, &got.body) || !der_done(&all))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	*f = got;
	return true;
}

bool
frame_send(int fd, const struct frame *f, struct fault *fault)
{
	OWN_PACKET packet = { malloc(FRAME_MOST) };
	if (packet.at == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	struct sink out = { .at = packet.at, .cap = FRAME_MOST };
	frame_pack(f, &out);
	if (out.full)
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文が大きすぎます。");
	ssize_t n;
	while ((n = write(fd, out.at, out.len)) == -1 && errno == EINTR)
		;
	return n == (ssize_t)out.len ||
	       fault_refuse(fault, &FRAME_GONE, NULL,
		   "相手のプログラムが終わっています。もう一度実行してください。");
}

static bool
ended(struct fault *fault)
{
	return fault_refuse(
	    fault, &FRAME_GONE, NULL, "相手のプログラムが終わりました。もう一度実行してください。");
}

bool
frame_wait(int fd, int ms, struct fault *fault)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct timespec limit = { ms / 1000, (long)(ms % 1000) * 1000000 };
	int n;
	if (fd < 0) /* ppoll would pass it over, and wait for nothing */
		return ended(fault);
	while ((n = ppoll(&p, 1, ms < 0 ? NULL : &limit, NULL)) == -1 && errno == EINTR)
		;
	return n == 1 || fault_refuse(fault, &FRAME_LATE, NULL,
			     "相手のプログラムが時間内に答えません。もう一度実行してください。");
}

bool
frame_receive(int fd, uint8_t *buffer, size_t size, int ms, struct frame *f, struct fault *fault)
{
	ssize_t n;
	if (!frame_wait(fd, ms, fault))
		return false;
	while ((n = read(fd, buffer, size)) == -1 && errno == EINTR)
		;
	if (n <= 0)
		return ended(fault);
	return frame_unpack(der_of(buffer, (size_t)n), f, fault);
}

int64_t
frame_id(void)
{
	struct timespec t = { 0, 0 };
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool
fault_unpack(struct der d, struct fault *out)
{
	struct der all;
	int64_t code;
	struct fault f = { 0 };
	if (!der_take(&d, DER_SEQUENCE, &all) || !der_take_int(&all, &code) || code <= FAULT_NONE ||
	    code >= FAULT_CODES || !der_take_utf8(&all, f.name, sizeof(f.name)) ||
	    !der_take_utf8(&all, f.clause, sizeof(f.clause)) ||
	    !der_take_utf8(&all, f.say, sizeof(f.say)) ||
	    !der_take_utf8(&all, f.detail, sizeof(f.detail)))
		return fault_refuse(
		    out, &FRAME_BROKEN, NULL, "相手のプログラムが断りましたが、理由を読めません。");
	f.code = (enum fault_code)code;
	if (out->code == FAULT_NONE)
		*out = f;
	return false;
}

bool
frame_accept(const struct frame *got, struct sink *reply, struct fault *fault)
{
	if (got->kind == FRAME_FAULT)
		return fault_unpack(got->body, fault);
	if (got->kind != FRAME_ANSWER)
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の種類が正しくありません。");
	if (reply != NULL)
		sink_bytes(reply, got->body.p, got->body.n);
	return reply == NULL || !reply->full ||
	       fault_refuse(fault, &FRAME_BROKEN, NULL, "答えが大きすぎます。");
}

bool
frame_ask(int fd, int64_t kind, struct der body, int64_t *id, struct fault *fault)
{
	struct frame request = { .id = frame_id(), .kind = kind, .body = body };
	*id = request.id;
	return frame_send(fd, &request, fault);
}

bool
frame_answer(int fd, int64_t id, int ms, struct sink *reply, struct fault *fault)
{
	OWN_PACKET packet = { malloc(FRAME_MOST) };
	struct frame got;
	if (packet.at == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	do { /* an answer to a request given up earlier is passed over */
		if (!frame_receive(fd, packet.at, FRAME_MOST, ms, &got, fault))
			return false;
	} while (got.id != id);
	return frame_accept(&got, reply, fault);
}

bool
frame_call(int fd, int64_t kind, struct der body, int ms, struct sink *reply, struct fault *fault)
{
	int64_t id;
	return frame_ask(fd, kind, body, &id, fault) && frame_answer(fd, id, ms, reply, fault);
}

void
fault_pack(const struct fault *f, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_int(out, f->code);
	der_put_utf8(out, f->name);
	der_put_utf8(out, f->clause);
	der_put_utf8(out, f->say);
	der_put_utf8(out, f->detail);
	der_end(out, all);
}
