/*
 * tamper DIR SENTENCE...: runs SQL on the store of a service, each sentence by itself; says how many
 * rows each changed. For flow tests: what a thief, a crash or a restore leaves.
 *
 * tamper DIR --noted TABLE SENTENCE: the same, and the log of changes is told, as by one who holds the
 * programs' own way to the store.
 *
 * tamper DIR --cut N: the last N lines of the signer's journal and the store's copies of them are
 * gone, as if they had never been written.
 *
 * tamper DIR --destroy DOSSIER: its wrapped key is destroyed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/dossier.h"
#include "act/service.h"
#include "base/file.h"
#include "base/text.h"
#include "book/journal.h"
#include "or_die.h"
#include "store/change_row.h"

struct sentence {
	const char *text;
	int64_t changed;
};

static bool
change(struct tx *tx, void *context, struct fault *fault)
{
	struct sentence *c = context;
	const struct sql sql = { c->text, NULL, 0, 0 };
	return tx_change(tx, &sql, NULL, 0, &c->changed, fault);
}

static int64_t
run(struct service *s, const char *text)
{
	struct sentence c = { .text = text };
	struct fault fault = { 0 };
	or_die(store_write(s->store, NULL, change, &c, &fault), &fault);
	return c.changed;
}

struct noting {
	struct tx *tx;
	const struct table *table;
	bool gone;
};

static bool
note(const void *row, void *context, struct fault *fault)
{
	const struct noting *n = context;
	(void)fault;
	change_note(n->tx, n->table, row, n->gone);
	return true;
}

struct noted {
	const struct table *table;
	struct sentence change;
};

static bool
change_noted(struct tx *tx, void *context, struct fault *fault)
{
	struct noted *c = context;
	struct noting n = { tx, c->table, true };
	if (!tx_table(tx, c->table, note, &n, fault) || !change(tx, &c->change, fault))
		return false;
	n.gone = false;
	return tx_table(tx, c->table, note, &n, fault);
}

static int64_t
run_noted(struct service *s, const char *table, const char *text)
{
	struct noted c = { .change = { .text = text } };
	struct fault fault = { 0 };
	for (size_t i = 0; i < TABLE_COUNT; i++)
		if (strcmp(TABLES[i]->name, table) == 0)
			c.table = TABLES[i];
	if (c.table == NULL)
		exit(2);
	or_die(store_write(s->store, NULL, change_noted, &c, &fault), &fault);
	return c.change.changed;
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

static void
destroy(struct service *s, int64_t dossier)
{
	struct dossier_row d;
	struct fault fault = { 0 };
	char owner[DIGEST_HEX];
	or_die(dossier_load(s, dossier, &d, &fault), &fault);
	or_die(keys_db_destroy(s->keys, "dossier",
		   hex_print(owner, d.public_key, sizeof(d.public_key)), &fault),
	    &fault);
	dossier_drop(&d);
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
	else if (argc == 4 && strcmp(argv[2], "--destroy") == 0)
		destroy(s, strtoll(argv[3], NULL, 10));
	else if (argc == 5 && strcmp(argv[2], "--noted") == 0)
		printf("%lld\n", (long long)run_noted(s, argv[3], argv[4]));
	else
		for (int i = 2; i < argc; i++)
			printf("%lld\n", (long long)run(s, argv[i]));
	service_close(s);
	return 0;
}
