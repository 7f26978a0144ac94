/* What akashi-courier would have sent: its own act, into DIR/outbox/, and one mail read back. */
#ifndef AKASHI_TESTS_OUTBOX_H
#define AKASHI_TESTS_OUTBOX_H

#include <stdlib.h>
#include <string.h>

#include "act/courier.h"
#include "base/file.h"
#include "base/text.h"

static inline struct courier_done
outbox_run(struct service *s)
{
	struct courier c;
	struct courier_done done;
	struct fault fault = { 0 };
	if (!courier_open(s, &c, &fault) || !courier_run(&c, &done, &fault)) {
		fprintf(stderr, "%s (%s)\n", fault.say, fault.detail);
		abort();
	}
	courier_close(&c);
	return done;
}

/* The body behind the head, base64 undone, CR dropped. */
static inline void
outbox_decode(char *at)
{
	static const char SIGNS[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, held = 0;
	char *to = at;
	for (const char *from = at; *from != '\0'; from++) {
		const char *sign = strchr(SIGNS, *from);
		if (sign == NULL)
			continue;
		held = held << 6 | (unsigned)(sign - SIGNS);
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if ((char)(held >> bits) != '\r')
			*to++ = (char)(held >> bits);
	}
	*to = '\0';
}

struct outbox_look {
	int64_t dossier;
	const char *kind;
	struct mail_row row; /* without its blob */
	int count; /* of that dossier and kind */
};

static inline bool
outbox_keep(const void *row, void *context, struct fault *fault)
{
	struct outbox_look *o = context;
	const struct mail_row *m = row;
	(void)fault;
	if (strcmp(m->kind, o->kind) != 0)
		return true;
	o->row = *m;
	o->row.vals.at = NULL; /* its length stays to be looked at */
	o->count++;
	return true;
}

static inline struct outbox_look
outbox_find(struct service *s, int64_t dossier, const char *kind)
{
	struct outbox_look o = { .dossier = dossier, .kind = kind };
	struct fault fault = { 0 };
	if (!mail_list(s, "", dossier, outbox_keep, &o, &fault))
		abort();
	return o;
}

/* DIR/outbox/ID.END, its body decoded where it is a message; NULL: there is none. */
static inline char *
outbox_read(struct service *s, const struct mail_row *m, const char *end)
{
	char id[MAIL_ID_TEXT], name[64], path[SERVICE_PATH];
	uint8_t *bytes = NULL;
	size_t n;
	struct fault fault = { 0 };
	snprintf(name, sizeof(name), "outbox/%s.%s", hex_print(id, m->id, MAIL_ID), end);
	if (!file_read(service_path(s, name, path), 1 << 20, &bytes, &n, &fault))
		return NULL;
	char *body = strstr((char *)bytes, "\r\n\r\n");
	if (body != NULL)
		outbox_decode(body + 4);
	return (char *)bytes;
}

#endif
