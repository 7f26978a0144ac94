#include "act/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/sink.h"

/* clang-format off */
static const struct conf_row { const char *name; size_t at; const char *value, *about; } ROWS[] = {
	{ "store",            offsetof(struct conf, store), "sqlite:store/akashi.db",
	  "sqlite:PATH inside this folder, or postgresql://..." },
	{ "listen",           offsetof(struct conf, listen), "127.0.0.1:8440", "the public site" },
	{ "mail_relay",       offsetof(struct conf, mail_relay), "outbox",
	  "outbox (files only), smtp://HOST:PORT or smtps://HOST:PORT" },
	{ "mail_user",        offsetof(struct conf, mail_user), "", "" },
	{ "mail_password_file", offsetof(struct conf, mail_password_file), "", "" },
	{ "mail_ca",          offsetof(struct conf, mail_ca), "", "" },
	{ "mailbox",          offsetof(struct conf, mailbox), "",
	  "imap://HOST:PORT/INBOX or imaps://: where receipts by signed mail arrive" },
	{ "mailbox_user",     offsetof(struct conf, mailbox_user), "", "" },
	{ "mailbox_password_file", offsetof(struct conf, mailbox_password_file), "", "" },
	{ "mailbox_ca",       offsetof(struct conf, mailbox_ca), "", "" },
	{ "printer_pin",      offsetof(struct conf, printer_pin), "",
	  "raw:HOST:PORT or device:PATH; two printers, two people" },
	{ "printer_password", offsetof(struct conf, printer_password), "", "" },
	{ "accounts",         offsetof(struct conf, accounts), "9999-123-1234567",
	  "bank accounts whose files are taken in" },
};
/* clang-format on */

static char *
conf_value(struct conf *conf, const struct conf_row *row)
{
	return (char *)conf + row->at;
}

static bool
value_copy(char *to, const char *from, size_t n)
{
	if (n >= CONF_VALUE)
		return false;
	memcpy(to, from, n);
	to[n] = '\0';
	return true;
}

void
conf_default(struct conf *conf)
{
	*conf = (struct conf){ 0 };
	for (size_t i = 0; i < COUNT(ROWS); i++)
		(void)value_copy(conf_value(conf, &ROWS[i]), ROWS[i].value, strlen(ROWS[i].value));
}

static const struct conf_row *
row_find(const char *name, size_t n)
{
	for (size_t i = 0; i < COUNT(ROWS); i++)
		if (strlen(ROWS[i].name) == n && memcmp(ROWS[i].name, name, n) == 0)
			return &ROWS[i];
	return NULL;
}

/* The text between its outer blanks. */
static void
trim(const char **from, const char **to)
{
	while (*from < *to && (**from == ' ' || **from == '\t'))
		(*from)++;
	while (*from < *to && ((*to)[-1] == ' ' || (*to)[-1] == '\t' || (*to)[-1] == '\r'))
		(*to)--;
}

static bool
line_read(struct conf *conf, unsigned *seen, const char *path, int number, const char *from,
    const char *to, struct fault *fault)
{
	trim(&from, &to);
	if (from == to || *from == '#')
		return true;
	const char *eq = memchr(from, '=', (size_t)(to - from));
	if (eq == NULL)
		return fault_set(fault, FAULT_INPUT,
		    "%s の %d 行目: 「名前 = 値」の形で書いてください。", path, number);
	const char *name_end = eq, *value = eq + 1;
	trim(&from, &name_end);
	trim(&value, &to);
	const struct conf_row *row = row_find(from, (size_t)(name_end - from));
	if (row == NULL)
		return fault_set(fault, FAULT_INPUT,
		    "%s の %d 行目: 「%.*s」という設定はありません。", path, number,
		    (int)(name_end - from), from);
	unsigned bit = 1u << (row - ROWS);
	if (*seen & bit)
		return fault_set(fault, FAULT_INPUT,
		    "%s の %d 行目: 「%s」が 2 回あります。1 つにしてください。", path, number,
		    row->name);
	*seen |= bit;
	if (!value_copy(conf_value(conf, row), value, (size_t)(to - value)))
		return fault_set(
		    fault, FAULT_INPUT, "%s の %d 行目: 値が長すぎます。", path, number);
	return true;
}

bool
conf_read(const char *path, struct conf *out, struct fault *fault)
{
	uint8_t *bytes = NULL;
	size_t n;
	if (!file_read(path, 65536, &bytes, &n, fault))
		return false;
	OWN_BYTES(owned) = bytes;
	struct conf conf;
	conf_default(&conf);
	unsigned seen = 0;
	int number = 1;
	const char *at = (const char *)bytes, *end = at + n;
	while (at < end) {
		const char *line = memchr(at, '\n', (size_t)(end - at));
		if (line == NULL)
			line = end;
		if (!line_read(&conf, &seen, path, number++, at, line, fault))
			return false;
		at = line + 1;
	}
	*out = conf;
	return true;
}

bool
conf_write(const char *path, const struct conf *conf, struct fault *fault)
{
	OWN_SINK s = SINK_GROW(65536);
	sink_text(
	    &s, "# akashi: where things are on this node. What the rules are stands in policy/.\n");
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		if (ROWS[i].about[0] != '\0')
			sink_print(&s, "# %s\n", ROWS[i].about);
		sink_print(&s, "%s = %s\n", ROWS[i].name, (const char *)conf + ROWS[i].at);
	}
	return file_write(path, 0640, s.at, s.len, fault);
}

const char *
conf_store_url(const char *dir, const char *store, char out[CONF_URL])
{
	bool inside = strncmp(store, "sqlite:", 7) == 0 && store[7] != '/';
	snprintf(out, CONF_URL, inside ? "sqlite:%s/%s" : "%s%s", inside ? dir : "",
	    store + (inside ? 7 : 0));
	return out;
}
