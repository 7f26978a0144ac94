#include "token/place.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

const struct refusal TOKEN_FORM = { "token-form", FAULT_INPUT, "design 5" };
const struct refusal TOKEN_LOOSE = { "token-loose", FAULT_DENIED, "design 5" };

static const char HEAD[] = "akashi token v1\n";
enum { FILE_MOST = 4096 };

#define ROW(field)                                                                                 \
	{                                                                                          \
#field, offsetof(struct token_place, field),                                       \
		    sizeof(((struct token_place *)0)->field)                                       \
	}
/* One line each, in this order. */
static const struct {
	const char *name;
	size_t at, size;
} ROWS[] = { ROW(purpose), ROW(module), ROW(environment), ROW(token), ROW(serial), ROW(key),
	ROW(id), ROW(public_half) };

bool
token_place_good(const struct token_place *p, struct fault *fault)
{
	const char *is = strchr(p->environment, '=');
	for (size_t i = 0; i < COUNT(ROWS); i++)
		if (strpbrk((const char *)p + ROWS[i].at, "\n\r") != NULL)
			return fault_refuse(fault, &TOKEN_FORM, ROWS[i].name,
			    "トークンの指定に改行があります。一行で書いてください。");
	if (p->module[0] != '/')
		return fault_refuse(fault, &TOKEN_FORM, "module",
		    "PKCS#11 モジュールは「/」で始まるファイルの名前で指定してください。");
	if (p->token[0] == '\0')
		return fault_refuse(
		    fault, &TOKEN_FORM, "token", "トークンの名前（ラベル）を指定してください。");
	return p->environment[0] == '\0' || (is != NULL && is != p->environment) ||
	       fault_refuse(fault, &TOKEN_FORM, "environment",
		   "モジュールの環境は「名前=値」の形で指定してください。");
}

bool
token_place_is(const char *path)
{
	char head[sizeof(HEAD) - 1];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool is = fd != -1 && read(fd, head, sizeof(head)) == (ssize_t)sizeof(head) &&
		  memcmp(head, HEAD, sizeof(head)) == 0;
	if (fd != -1)
		(void)close(fd);
	return is;
}

/* "name = value" and its line's end, taken off *at. */
static bool
line_take(const char **at, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);
	if (strncmp(*at, name, n) != 0 || strncmp(*at + n, " = ", 3) != 0)
		return false;
	const char *value = *at + n + 3, *end = strchr(value, '\n');
	if (end == NULL || (size_t)(end - value) >= size)
		return false;
	memcpy(out, value, (size_t)(end - value));
	out[end - value] = '\0';
	*at = end + 1;
	return true;
}

bool
token_place_read(const char *path, struct token_place *out, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	size_t n;
	struct token_place p = { .purpose = "" };
	if (!token_place_ours(path, fault) ||
	    !file_read(path, FILE_MOST, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	const char *at = bytes;
	bool good = strlen(at) == n && strncmp(at, HEAD, sizeof(HEAD) - 1) == 0;
	at += good ? sizeof(HEAD) - 1 : 0;
	for (size_t i = 0; good && i < COUNT(ROWS); i++)
		good = line_take(&at, ROWS[i].name, (char *)&p + ROWS[i].at, ROWS[i].size);
	if (!good || *at != '\0')
		return fault_refuse(fault, &TOKEN_FORM, "key",
		    "「%s」はトークンの鍵のファイルとして読めません。"
		    "akashi key new --token が作ったファイルを指定してください。",
		    path);
	if (!token_place_good(&p, fault))
		return false;
	*out = p;
	return true;
}

bool
token_place_write(const char *path, const struct token_place *p, struct fault *fault)
{
	char text[FILE_MOST];
	struct sink out = SINK_INTO(text);
	if (!token_place_good(p, fault))
		return false;
	sink_text(&out, HEAD);
	for (size_t i = 0; i < COUNT(ROWS); i++)
		sink_print(&out, "%s = %s\n", ROWS[i].name, (const char *)p + ROWS[i].at);
	if (out.full)
		return fault_set(fault, FAULT_BUG, "トークンの指定が長すぎます。");
	return file_write_new(path, 0600, out.at, out.len, fault);
}

bool
token_place_ours(const char *path, struct fault *fault)
{
	struct stat st;
	if (stat(path, &st) != 0)
		return true; /* whoever opens it says so */
	return ((st.st_uid == 0 || st.st_uid == geteuid()) &&
		   (st.st_mode & (S_IWGRP | S_IWOTH)) == 0) ||
	       fault_refuse(fault, &TOKEN_LOOSE, "key",
		   "「%s」は持ち主のほかにも書き換えられます。持ち主と権限を直してください。",
		   path);
}
