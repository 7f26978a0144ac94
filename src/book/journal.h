/*
 * book/journal.h - the signer's own book on disk: chained lines, only appended [design 2].
 *
 * A folder of segments 000001.log ... . Opening reads every line, checks the chain, writes the
 * complete lines of the last segment anew and fsyncs them (after a failed fsync the page cache may
 * show what the disk lost), then opens for appending; nothing is created or renamed afterwards. A
 * torn last line is cut, a complete one is kept; a broken line that others follow is damage and
 * refused. A failed write or fsync is never retried: the journal is dead and its program must exit
 * without an answer [storage 3].
 */
#ifndef AKASHI_BOOK_JOURNAL_H
#define AKASHI_BOOK_JOURNAL_H

#include "book/line.h"

enum { JOURNAL_PATH = 512, JOURNAL_SEGMENT = 32 << 20 };
/* More octets than a segment ever has. A line's place.at: its segment's number * this + the octets before it. */
#define JOURNAL_SPAN ((int64_t)1 << 40)

struct journal {
	int segments; /* how many there are */
	int fd; /* of the last segment, appending */
	int64_t seq; /* of the last line */
	uint8_t last[32]; /* its digest */
	struct instant at; /* its time: no line may be earlier */
	int64_t next; /* place.at of the line behind it */
	bool dirty, dead; /* lines since the last fsync; a write or fsync failed */
};
extern const struct refusal JOURNAL_CHAIN, JOURNAL_DEAD, JOURNAL_NONE;

/* That the line follows on the journal's last, by number, digest and time; then it is the last. */
bool journal_follow(
    struct journal *, const struct line *, struct der whole, struct fault *) MUST_USE;

/* Called per line in order, with its place; the line's bytes are borrowed for the call. */
typedef bool journal_each(void *context, const struct line *, struct der whole, struct fault *);

/* Makes the folder with its first line, which is filled in. Refused where there is a journal. */
bool journal_create(const char *folder, struct line *genesis, struct fault *) MUST_USE;
bool journal_open(
    const char *folder, struct journal *, journal_each *, void *context, struct fault *) MUST_USE;
/* The same without touching anything: for whoever only reads. *at: seq and digest of the last. */
bool journal_read(
    const char *folder, journal_each *, void *context, struct journal *at, struct fault *) MUST_USE;
/* "folder/000001.log" */
const char *journal_segment(const char *folder, int number, char out[JOURNAL_PATH]);
void journal_close(struct journal *);
/* Numbers, places, chains and writes the line; it counts when journal_sync has returned true. */
bool journal_add(struct journal *, struct line *, struct fault *) MUST_USE;
bool journal_sync(struct journal *, struct fault *) MUST_USE;

#endif
