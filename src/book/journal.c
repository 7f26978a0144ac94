#include "book/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

const struct refusal JOURNAL_CHAIN = { "journal-chain", FAULT_BROKEN, "design 2" };
const struct refusal JOURNAL_DEAD = { "journal-dead", FAULT_STORE, "design 2" };
const struct refusal JOURNAL_NONE = { "journal-none", FAULT_MISSING, "design 2" };

const char *
journal_segment(const char *folder, int number, char out[JOURNAL_PATH])
{
	(void)snprintf(out, JOURNAL_PATH, "%s/%06d.log", folder, number);
	return out;
}

bool
journal_create(const char *folder, struct line *genesis, struct fault *fault)
{
	char path[JOURNAL_PATH];
	OWN_SINK bytes = SINK_GROW(LINE_MOST);
	if (!file_folder(folder, 0700, fault))
		return false;
	genesis->seq = 1;
	genesis->kind = LINE_GENESIS;
	memset(genesis->previous, 0, sizeof(genesis->previous));
	line_pack(genesis, &bytes);
	return (!bytes.full || fault_set(fault, FAULT_BUG, "台帳の最初の行が大きすぎます。")) &&
	       file_write_new(journal_segment(folder, 1, path), 0600, bytes.at, bytes.len, fault);
}

bool
journal_follow(struct journal *j, const struct line *l, struct der whole, struct fault *fault)
{
	if (l->seq != j->seq + 1 || memcmp(l->previous, j->last, 32) != 0 ||
	    l->at.sec < j->at.sec || (l->seq == 1) != (l->kind == LINE_GENESIS))
		return fault_refuse(fault, &JOURNAL_CHAIN, NULL,
		    "台帳の %lld 行目が前の行につながりません。監査担当に知らせてください。",
		    (long long)j->seq + 1);
	j->seq = l->seq;
	j->at = l->at;
	line_digest(whole, j->last);
	return true;
}

/* The last line, of so many octets. */
static struct line_place
place(struct journal *j, size_t octets)
{
	struct line_place p = { .at = j->next };
	memcpy(p.tag, j->last, sizeof(p.tag));
	j->next += (int64_t)octets;
	return p;
}

/* Whether a whole line stands anywhere behind a broken one: then it was damaged, not torn. */
static bool
line_follows(struct der d)
{
	for (; d.n > 1; d.p++, d.n--) {
		struct der rest = d, whole;
		struct line l;
		if (d.p[0] == DER_SEQUENCE && line_take(&rest, &l, &whole))
			return true;
	}
	return false;
}

/* Reads the lines of one segment; *whole_lines: the bytes of those that are complete. */
static bool
segment_read(struct der d, bool last, struct journal *j, journal_each *each, void *context,
    size_t *whole_lines, struct fault *fault)
{
	const uint8_t *from = d.p;
	while (!der_done(&d)) {
		struct line l;
		struct der whole;
		if (!line_take(&d, &l, &whole)) {
			if (last && !line_follows(d))
				break; /* torn: it never counted */
			return fault_refuse(fault, &JOURNAL_CHAIN, NULL,
			    "台帳の %lld 行目の次が読めません。監査担当に知らせてください。",
			    (long long)j->seq);
		}
		if (!journal_follow(j, &l, whole, fault))
			return false;
		l.place = place(j, whole.n);
		if (each != NULL && !each(context, &l, whole, fault))
			return false;
	}
	*whole_lines = (size_t)(d.p - from);
	return true;
}

struct segments {
	int last; /* number */
	uint8_t *bytes; /* complete lines of the last; owned */
	size_t n;
};

static bool
segments_read(const char *folder, struct journal *j, journal_each *each, void *context,
    struct segments *s, struct fault *fault)
{
	char path[JOURNAL_PATH];
	*j = (struct journal){ .fd = -1 };
	for (int i = 1;; i++) {
		size_t n, whole = 0;
		uint8_t *bytes;
		char next[JOURNAL_PATH];
		j->segments = i - 1;
		if (!file_exists(journal_segment(folder, i, path)))
			return j->seq > 0 || fault_refuse(fault, &JOURNAL_NONE, NULL,
						 "台帳「%s」がありません。", folder);
		free(s->bytes);
		s->bytes = NULL; /* one at a time in memory */
		if (!file_read(path, SIZE_MAX >> 1, &bytes, &n, fault))
			return false;
		*s = (struct segments){ i, bytes, 0 };
		j->next = i * JOURNAL_SPAN;
		bool last = !file_exists(journal_segment(folder, i + 1, next));
		if (!segment_read(der_of(bytes, n), last, j, each, context, &whole, fault))
			return false;
		s->n = whole;
	}
}

bool
journal_read(
    const char *folder, journal_each *each, void *context, struct journal *j, struct fault *fault)
{
	struct segments s = { 0 };
	bool good = segments_read(folder, j, each, context, &s, fault);
	free(s.bytes);
	return good;
}

bool
journal_open(
    const char *folder, struct journal *j, journal_each *each, void *context, struct fault *fault)
{
	struct segments s = { 0 };
	char path[JOURNAL_PATH];
	bool good = segments_read(folder, j, each, context, &s, fault) &&
		    file_write(journal_segment(folder, s.last, path), 0600, s.bytes, s.n, fault);
	if (good && s.n >= JOURNAL_SEGMENT) {
		j->next = ++j->segments * JOURNAL_SPAN;
		good =
		    file_write_new(journal_segment(folder, s.last + 1, path), 0600, "", 0, fault);
	}
	free(s.bytes);
	if (!good)
		return false;
	j->fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	return j->fd != -1 || fault_set(fault, FAULT_STORE, "台帳「%s」を開けません。", path);
}

void
journal_close(struct journal *j)
{
	if (j->fd != -1)
		(void)close(j->fd);
	j->fd = -1;
}

static bool
dead(struct journal *j, struct fault *fault)
{
	j->dead = true;
	return fault_refuse(fault, &JOURNAL_DEAD, NULL,
	    "台帳に書けませんでした。署名プログラムを止めます。ディスクを確かめてください。");
}

/* One that is read as something else, or not at all, would be taken for torn and cut off. */
static bool
reads_back(const struct line *l, const struct sink *bytes)
{
	struct der d = der_of(bytes->at, bytes->len), whole;
	struct line back;
	OWN_SINK again = SINK_GROW(LINE_MOST);
	if (!line_take(&d, &back, &whole) || !der_done(&d) || back.seq != l->seq)
		return false;
	line_pack(&back, &again);
	return again.len == bytes->len && memcmp(again.at, bytes->at, again.len) == 0;
}

bool
journal_add(struct journal *j, struct line *l, struct fault *fault)
{
	OWN_SINK bytes = SINK_GROW(LINE_MOST);
	if (j->dead)
		return dead(j, fault);
	l->seq = j->seq + 1;
	l->at.sec = l->at.sec < j->at.sec ? j->at.sec : l->at.sec;
	memcpy(l->previous, j->last, sizeof(l->previous));
	line_pack(l, &bytes);
	if (bytes.full)
		return fault_set(fault, FAULT_BUG, "台帳の行が大きすぎます。");
	if (!reads_back(l, &bytes))
		return fault_set(
		    fault, FAULT_BUG, "台帳の行を読み返せません。時計の年を確かめてください。");
	for (size_t at = 0; at < bytes.len;) {
		ssize_t n = write(j->fd, bytes.at + at, bytes.len - at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return dead(j, fault);
		at += (size_t)n;
	}
	j->seq = l->seq;
	j->at = l->at;
	j->dirty = true;
	line_digest(der_of(bytes.at, bytes.len), j->last);
	l->place = place(j, bytes.len);
	return true;
}

bool
journal_sync(struct journal *j, struct fault *fault)
{
	if (j->dead || (j->dirty && fsync(j->fd) != 0))
		return dead(j, fault);
	j->dirty = false;
	return true;
}
