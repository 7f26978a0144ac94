#include "proc/print_notes.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "base/sink.h"
#include "base/text.h"

const struct refusal NOTES_DEAD = { "print-notes", FAULT_STORE, "R-4.96" };

static const char *const NOTE[] = {
	[NOTE_PRINTING] = "printing", [NOTE_PRINTED] = "printed", [NOTE_CLOSED] = "closed"
};
enum { NOTES_MOST = 256 << 20 };

static bool
begun_add(struct print_notes *n, const uint8_t digest[32], struct fault *fault)
{
	if (!ARRAY_ROOM(n->begun, n->count, n->room, fault))
		return false;
	memcpy(n->begun[n->count++], digest, 32);
	return true;
}

/* "printing 2026-11-20 DIGEST ENVELOPE". A line cut short never reached the printer. */
static bool
line_read(struct print_notes *n, const char *line, size_t len, struct fault *fault)
{
	uint8_t digest[32];
	char hex[DIGEST_HEX];
	size_t word = strlen(NOTE[NOTE_PRINTING]), at = word + sizeof(" 2026-11-20 ") - 1;
	if (len < at + 64 || strncmp(line, NOTE[NOTE_PRINTING], word) != 0 || line[word] != ' ')
		return true;
	memcpy(hex, line + at, 64);
	hex[64] = '\0';
	return !hex_read(hex, digest, sizeof(digest)) || begun_add(n, digest, fault);
}

static bool
notes_read(const char *path, struct print_notes *n, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	size_t len;
	if (!file_read(path, NOTES_MOST, (uint8_t **)&bytes, &len, fault))
		return false;
	const char *at = bytes, *end = at + len;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		if (!line_read(n, at, (size_t)((stop != NULL ? stop : end) - at), fault))
			return false;
		at = stop != NULL ? stop + 1 : end;
	}
	if (len > 0 && end[-1] != '\n' && write(n->fd, "\n", 1) != 1)
		return fault_set(fault, FAULT_STORE, "印刷の控え「%s」に書けません。", path);
	return true;
}

bool
notes_open(const char *path, struct print_notes *n, struct fault *fault)
{
	*n = (struct print_notes){ .fd = open(
				       path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600) };
	if (n->fd == -1)
		return fault_set(fault, FAULT_STORE, "印刷の控え「%s」を開けません。", path);
	if (flock(n->fd, LOCK_EX | LOCK_NB) != 0)
		return fault_set(fault, FAULT_LATER,
		    "印刷局がもう動いています（%s）。終わるのを待ってください。", path);
	return notes_read(path, n, fault) &&
	       (file_sync_folder(path) ||
		   fault_set(fault, FAULT_STORE, "印刷の控え「%s」を書けません。", path));
}

bool
notes_begun(const struct print_notes *n, const uint8_t digest[32])
{
	for (size_t i = 0; i < n->count; i++)
		if (memcmp(n->begun[i], digest, 32) == 0)
			return true;
	return false;
}

bool
notes_add(struct print_notes *n, enum print_note note, struct day day, const uint8_t digest[32],
    const char *envelope, struct fault *fault)
{
	char line[160], text[DAY_TEXT];
	struct sink s = SINK_INTO(line);
	sink_print(&s, "%s %s ", NOTE[note], day_print(text, day));
	sink_hex(&s, digest, 32);
	sink_print(&s, " %s\n", envelope);
	n->dead = n->dead || s.full || write(n->fd, s.at, s.len) != (ssize_t)s.len ||
		  fsync(n->fd) != 0; /* a second fsync would say yes of what the first lost */
	if (n->dead)
		return fault_refuse(fault, &NOTES_DEAD, NULL,
		    "印刷の控えを書けないため、印刷しません。"
		    "ディスクを確かめて印刷局を起動し直してください。");
	return note != NOTE_PRINTING || begun_add(n, digest, fault);
}

void
notes_close(struct print_notes *n)
{
	if (n->fd > 0)
		(void)close(n->fd);
	free(n->begun);
	*n = (struct print_notes){ .fd = -1 };
}
