/* The journal as it lies on disk, read again: for the store's copies, an epoch, what is asked once more. */
#include "proc/signer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "book/epoch.h"
#include "wire/frame.h"

enum { LINES_PART = FRAME_BODY_MOST - 64 }; /* no line is longer: it came in a frame */
enum { LINE_SHORT = 1024 }; /* one that borrows nothing is shorter */

/* What the journal has from a place on: so many octets at most. */
static struct der
lines_at(int segment, int64_t offset, uint8_t *bytes, size_t most)
{
	ssize_t n = pread(SIGNER_SEGMENT_FD + segment - 1, bytes, most, (off_t)offset);
	return der_of(bytes, n < 0 ? 0 : (size_t)n);
}

bool
signer_line_at(struct signer *s, const struct line_place *p, struct line *out, struct fault *fault)
{
	uint8_t bytes[LINE_SHORT], digest[32];
	const int segment = (int)(p->at / JOURNAL_SPAN);
	struct der d = lines_at(segment, p->at % JOURNAL_SPAN, bytes, sizeof(bytes)), whole;
	bool good = line_take(&d, out, &whole);
	(void)s;
	if (good)
		line_digest(whole, digest);
	return (good && memcmp(digest, p->tag, sizeof(p->tag)) == 0) ||
	       fault_set(
		   fault, FAULT_STORE, "台帳の行を読み返せません。ディスクを確かめてください。");
}

static bool
holds_not(int64_t seq, struct fault *fault)
{
	return fault_refuse(fault, &EPOCH_JOURNAL, "epoch",
	    "この署名プログラムの台帳に、期の案が指す %lld 行目がありません。台帳が短いか、"
	    "別の台帳です。",
	    (long long)seq);
}

bool
signer_holds(struct signer *s, int64_t seq, const uint8_t digest[32], struct fault *fault)
{
	OWN_BYTES(bytes) = malloc(LINES_PART);
	int64_t offset = 0;
	if (bytes == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	for (int segment = 1; segment <= s->segments;) {
		struct line l = { 0 };
		struct der whole = { 0 }, d = lines_at(segment, offset, bytes, LINES_PART);
		while (l.seq != seq && line_take(&d, &l, &whole))
			;
		if (l.seq == seq) {
			uint8_t is[32];
			line_digest(whole, is);
			return memcmp(is, digest, sizeof(is)) == 0 || holds_not(seq, fault);
		}
		size_t used = (size_t)(d.p - (const uint8_t *)bytes);
		offset = used == 0 ? 0 : offset + (int64_t)used;
		segment += used == 0;
	}
	return holds_not(seq, fault);
}

/* Whole lines from a place in the journal, for the store's copies. */
bool
signer_lines_from(struct signer *s, struct der body, struct sink *reply, struct fault *fault)
{
	struct signer_lines ask;
	struct line l;
	struct der whole;
	OWN_BYTES(bytes) = malloc(LINES_PART);
	if (!signer_lines_read(body, &ask) || ask.segment < 1 || ask.segment > s->segments ||
	    ask.offset < 0 || bytes == NULL)
		return fault_refuse(fault, &SIGNER_FORM, NULL, "依頼の形が正しくありません。");
	if (!signer_sync(s, fault)) /* what is copied stays */
		return false;
	struct der d = lines_at((int)ask.segment, ask.offset, bytes, LINES_PART);
	while (line_take(&d, &l, &whole))
		;
	size_t used = (size_t)(d.p - (const uint8_t *)bytes);
	bool next = used == 0 && ask.segment < s->segments;
	struct signer_lines out = { ask.segment + (next ? 1 : 0),
		next ? 0 : ask.offset + (int64_t)used, der_of(bytes, used) };
	signer_lines_pack(&out, reply);
	return true;
}
