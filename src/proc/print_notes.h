/*
 * proc/print_notes.h - what a print station has begun to print: a file that is only added to.
 *
 * The note is on disk before the first byte goes to the printer, so a letter is printed once or
 * not at all: what stands between note and envelope is spoiled. Digests, no names.
 */
#ifndef AKASHI_PROC_PRINT_NOTES_H
#define AKASHI_PROC_PRINT_NOTES_H

#include "base/day.h"
#include "base/fault.h"

enum print_note { NOTE_PRINTING, NOTE_PRINTED, NOTE_CLOSED };

struct print_notes {
	int fd; /* locked: one station per file */
	uint8_t (*begun)[32];
	size_t count, room;
	bool dead; /* a write or fsync has failed: what the disk holds is not known */
};
extern const struct refusal NOTES_DEAD;

/* FAULT_LATER: another station holds the file. */
bool notes_open(const char *path, struct print_notes *, struct fault *) MUST_USE;
bool notes_begun(const struct print_notes *, const uint8_t digest[32]);
/* On disk when it returns true. Refused once, it is refused until the station starts again. */
bool notes_add(struct print_notes *, enum print_note, struct day, const uint8_t digest[32],
    const char *envelope, struct fault *) MUST_USE;
void notes_close(struct print_notes *);

#endif
