/*
 * tamper DIR SENTENCE...: runs SQL on the store of a service, each sentence by itself; says how many
 * rows each changed. For flow tests: what a thief, a crash or a restore leaves.
 *
 * tamper DIR --cut N: the last N lines of the signer's journal and the store's copies of them are
 * gone, as if they had never been written.
 */
#include <stdio.h>
#include <stdlib.h>

#include "act/service.h"
#include "base/file.h"
#include "book/journal.h"

#include <string.h>

static void
or_die(bool good, const struct fault *fault)
{
	if (good)
		return;
	fprintf(stderr, "%s (%s)\n", fault->say, fault->detail);
	exit(2);
}

struct change {
	const char *text;
	int64_t changed;
};

static bool
change(struct tx *tx, void *context, struct fault *fault)
{
	struct change *c = context;
	const struct sql sql = { c->text, NULL, 0, 0 };
	return tx_change(tx, &sql, NULL, 0, &c->changed, fault);
}

static int64_t
run(struct service *s, const char *text)
{
	struct change c = { .text = text };
	struct fault fault = { 0 };
	or_die(store_write(s->store, NULL, change, &c, &fault), &fault);
	return c.changed;
}

/* Where the line begins that is the first to go. */
static void
cut(struct service *s, long lines)
{
	char folder[SERVICE_PATH], path[JOURNAL_PATH], text[256];
	uint8_t *bytes;
	size_t n, all = 0, keep = 0;
	struct fault fault = { 0 };
	service_path(s, "ca/journal", folder);
	or_die(file_read(journal_segment(folder, 1, path), JOURNAL_SEGMENT, &bytes, &n, &fault),
	    &fault);
	struct line l;
	struct der whole, d = der_of(bytes, n);
	while (line_take(&d, &l, &whole))
		all++;
	d = der_of(bytes, n);
	for (size_t i = 0; i + (size_t)lines < all && line_take(&d, &l, &whole); i++)
		keep = (size_t)(d.p - bytes);
	or_die(file_write(path, 0600, bytes, keep, &fault), &fault);
	free(bytes);
	snprintf(text, sizeof(text), "DELETE FROM journal_line WHERE seq > %lld", (long long)l.seq);
	(void)run(s, text);
	snprintf(text, sizeof(text), "UPDATE meta SET value = '1 %zu' WHERE name = 'journal_place'",
	    keep);
	(void)run(s, text);
	printf("%lld\n", (long long)l.seq);
}

int
main(int argc, char **argv)
{
	struct service *s = NULL;
	struct fault fault = { 0 };
	if (argc < 3)
		return 2;
	or_die(service_open(argv[1], NULL, &s, &fault), &fault);
	if (argc == 4 && strcmp(argv[2], "--cut") == 0)
		cut(s, strtol(argv[3], NULL, 10));
	else
		for (int i = 2; i < argc; i++)
			printf("%lld\n", (long long)run(s, argv[i]));
	service_close(s);
	return 0;
}
