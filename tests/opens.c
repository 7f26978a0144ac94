/*
 * opens: looks for anything that opens a delivered package, with every key a service holds.
 *
 * opens DIR CODES DUMPS [-k FILE]... FILE...
 *     CODES: lines "password CODE" and "pin CODE", of delivered letters. DUMPS: rows of the store and of keys.db,
 *     their bytes in hex, as they stood at any time. DIR: the service whose keys are tried, with the secrets of -k,
 *     on every sealed bytes of DUMPS. What they give, DUMPS and each FILE are searched for the codes, the secrets made of
 *     passwords, and what the packages hold. 0: nothing; 1: says what stands where; 2: the search is no search.
 * opens -p KIND CODE [DIR]   writes what would give a CODE away, to be planted: see PLANTS
 */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/keys.h"
#include "base/file.h"
#include "base/text.h"
#include "vault/code.h"
#include "vault/keyfile.h"

enum {
	THINGS = 60000,
	KEYS = 4000,
	NEEDLES = 4000,
	PACKAGES = 100,
	SEALED_LEAST = 49,
	MOST = 256 << 20
};

struct bytes {
	uint8_t *at;
	size_t n;
	const char *from;
};
static struct bytes sealed[THINGS], text[THINGS], needle[NEEDLES];
static size_t sealed_count, text_count, needle_count;
struct pair {
	uint8_t secret[SEAL_SECRET], public[SEAL_PUBLIC];
	bool warrant; /* came out of a wrap of a warrant's */
};
static struct pair key[KEYS], package[PACKAGES]; /* package: made of the passwords */
static size_t key_count;
static size_t packages, opened;

static void
keep(struct bytes *list, size_t *count, size_t most, const void *p, size_t n, const char *from)
{
	uint8_t *copy = malloc(n + 1);
	if (copy == NULL || *count == most) {
		fprintf(stderr, "opens: too much\n");
		exit(2);
	}
	memcpy(copy, p, n);
	copy[n] = 0;
	list[(*count)++] = (struct bytes){ copy, n, from };
}

static void
key_add(const uint8_t *p, bool warrant)
{
	for (size_t i = 0; i < key_count; i++)
		if (memcmp(key[i].secret, p, SEAL_SECRET) == 0)
			return;
	if (key_count == KEYS)
		exit(2);
	struct pair *k = &key[key_count++];
	memcpy(k->secret, p, SEAL_SECRET);
	seal_public(k->secret, k->public);
	k->warrant = warrant;
}

static void
needle_add(const void *p, size_t n, const char *what)
{
	keep(needle, &needle_count, NEEDLES, p, n, what);
}

static void
hex_add(const uint8_t *p, size_t n, const char *what)
{
	char hex[256];
	struct sink out = SINK_INTO(hex);
	sink_hex(&out, p, n);
	needle_add(hex, out.len, what);
}

/* The code with and without hyphens, in UTF-8, UTF-16 and hex. */
static void
code_add(const char *code, const char *what)
{
	char plain[CODE_TEXT];
	uint8_t wide[2 * CODE_TEXT];
	size_t n = 0;
	for (const char *s = code; *s != '\0'; s++)
		if (*s != '-')
			plain[n++] = *s;
	for (size_t i = 0; code[i] != '\0'; i++) {
		wide[2 * i] = (uint8_t)code[i];
		wide[2 * i + 1] = 0;
	}
	needle_add(code, strlen(code), what);
	needle_add(plain, n, what);
	needle_add(wide, 2 * strlen(code) - 1, what);
	hex_add((const uint8_t *)code, strlen(code), what);
	hex_add((const uint8_t *)plain, n, what);
}

/* Its first and last octet may have been clamped. */
static void
password_add(const char *code)
{
	struct pair *k = &package[packages++];
	uint8_t *secret = k->secret;
	code_pair("package", code, k->public, secret);
	code_add(code, "password");
	needle_add(secret + 1, SEAL_SECRET - 2, "secret of a package");
	hex_add(secret + 1, SEAL_SECRET - 2, "secret of a package");
}

/* The same row stands in many dumps. */
static bool
known(const struct bytes *list, size_t count, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].n == n && memcmp(list[i].at, p, n) == 0)
			return true;
	return false;
}

/* Runs of hex are the bytes of a column. */
static void
dump_read(const uint8_t *p, size_t n, const char *from)
{
	size_t at = 0;
	while (at < n) {
		size_t end = at;
		while (end < n && ((p[end] >= '0' && p[end] <= '9') ||
				      ((p[end] | 0x20) >= 'a' && (p[end] | 0x20) <= 'f')))
			end++;
		size_t len = (end - at) / 2;
		if (len >= 16) {
			char *run = strndup((const char *)p + at, 2 * len);
			uint8_t *bytes = malloc(len);
			bool big = len >= SEALED_LEAST;
			if (run != NULL && bytes != NULL && hex_read(run, bytes, len) &&
			    !known(
				big ? sealed : text, big ? sealed_count : text_count, bytes, len))
				keep(big ? sealed : text, big ? &sealed_count : &text_count, THINGS,
				    bytes, len, from);
			free(run);
			free(bytes);
		}
		at = end + 1;
	}
}

/* Whatever it was sealed as: that stands before a NUL. The caller frees what is given; NULL: no. */
static uint8_t *
open_any(const struct pair *k, const struct bytes *b)
{
	uint8_t *plain = malloc(b->n);
	if (plain == NULL)
		exit(2);
	if (crypto_box_seal_open(plain, b->at, b->n, k->public, k->secret) == 0 &&
	    memchr(plain, 0, b->n - crypto_box_SEALBYTES) != NULL)
		return plain;
	free(plain);
	return NULL;
}

/* What opens gives text; of 32 octets it is a key too. */
static void
try_key(const struct pair *k, const struct bytes *b)
{
	uint8_t *plain = open_any(k, b);
	struct sink box = SINK_GROW(1 << 20);
	struct fault none = { 0 };
	if (plain != NULL) {
		const char *was = (const char *)plain;
		size_t head = strlen(was) + 1, n = b->n - crypto_box_SEALBYTES - head;
		keep(
		    text, &text_count, THINGS, plain + head, n, was[0] == '\0' ? "?" : strdup(was));
		if (n == SEAL_SECRET)
			key_add(plain + head, strcmp(was, "warrant-key") == 0);
	} else if (k->warrant && box_open("warrant", k->secret, b->at, b->n, &box, &none)) {
		keep(text, &text_count, THINGS, box.at, box.len, "warrant");
	}
	sink_drop(&box);
	free(plain);
}

/* What the right password gives is what nothing else may give. */
static void
package_open(const struct pair *k, const struct bytes *b)
{
	uint8_t *plain = open_any(k, b);
	if (plain != NULL && strcmp((const char *)plain, "package") == 0) {
		opened++;
		for (size_t at = sizeof("package"); at + 32 <= b->n - crypto_box_SEALBYTES;
		     at += 256)
			needle_add(plain + at, 32, "part of a package");
	}
	free(plain);
}

static const struct {
	const char *folder, *name, *purpose;
	size_t first; /* octets before an X25519 secret */
} HELD[] = {
	{ "keys", "accounting", "accounting", 0 },
	{ "keys", "contact", "contact", 0 },
	{ "keys", "index", "index", 0 },
	{ "rehearsal/keys", "archive", "rehearsal-archive", 0 },
	{ "rehearsal/keys", "signer", "rehearsal-signer", P256_SECRET },
	{ "rehearsal/keys", "keymaker", "rehearsal-keymaker", P256_SECRET },
	{ "rehearsal/keys", "ca", "rehearsal-ca", 0 },
	{ "rehearsal/keys", "station-pin", "rehearsal-station", 0 },
	{ "rehearsal/keys", "station-password", "rehearsal-station", 0 },
};

static void
held_read(const char *dir)
{
	for (size_t i = 0; i < COUNT(HELD); i++) {
		char path[1024];
		uint8_t bytes[KEYFILE_SECRET_MOST];
		struct sink secret = SINK_INTO(bytes);
		struct fault why = { 0 };
		snprintf(path, sizeof(path), "%s/%s/%s", dir, HELD[i].folder, HELD[i].name);
		if (!keyfile_read_sink(path, HELD[i].purpose, "", 0, &secret, &why)) {
			fprintf(stderr, "opens: %s\n", why.say);
			exit(2);
		}
		keep(text, &text_count, THINGS, bytes, secret.len, HELD[i].name);
		key_add(bytes, false);
		key_add(bytes + HELD[i].first, false);
	}
}

static uint8_t *
whole(const char *path, size_t *n)
{
	uint8_t *bytes;
	struct fault why = { 0 };
	if (file_read(path, MOST, &bytes, n, &why))
		return bytes;
	fprintf(stderr, "opens: %s\n", why.say);
	exit(2);
}

static void
codes_read(const char *path)
{
	size_t n;
	char *all = (char *)whole(path, &n), *rest = NULL;
	for (char *line = strtok_r(all, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		char code[CODE_TEXT];
		bool password = strncmp(line, "password ", 9) == 0;
		if (!code_read(strchr(line, ' ') + 1, code) || packages == PACKAGES)
			exit(2);
		if (password)
			password_add(code);
		else
			code_add(code, "PIN");
	}
	free(all);
}

static bool
search(void)
{
	bool clean = true;
	for (size_t i = 0; i < text_count; i++)
		for (size_t k = 0; k < needle_count; k++)
			if (memmem(text[i].at, text[i].n, needle[k].at, needle[k].n) != NULL) {
				printf("%s: a %s stands there\n", text[i].from, needle[k].from);
				clean = false;
			}
	return clean;
}

/* What would give a code away. */
static const char *const PLANTS[] = { "text", "wide", "hex", "secret", "sealed" };

static int
plant(const char *kind, const char *code, const char *dir)
{
	uint8_t public[SEAL_PUBLIC], secret[SEAL_SECRET];
	struct sink out = SINK_GROW(4096), hex = SINK_GROW(8192);
	size_t k = 0;
	while (k < COUNT(PLANTS) && strcmp(PLANTS[k], kind) != 0)
		k++;
	code_pair("package", code, public, secret);
	switch (k) {
	case 0:
		sink_text(&hex, code);
		break;
	case 1:
		for (const char *s = code; *s != '\0'; s++)
			sink_bytes(&hex, (const uint8_t[]){ (uint8_t)*s, 0 }, 2);
		break;
	case 2:
		sink_hex(&hex, code, strlen(code));
		break;
	case 3:
		secret[0] &= 248; /* clamped, as a library may hand it out */
		sink_bytes(&hex, secret, sizeof(secret));
		break;
	case 4: /* to the service's own key of accounting, as a row of a dump has it */
		held_read(dir);
		seal_put("letter", key[0].public, code, strlen(code), &out);
		sink_hex(&hex, out.at, out.len);
		break;
	default:
		return 2;
	}
	return fwrite(hex.at, 1, hex.len, stdout) == hex.len ? 0 : 2;
}

int
main(int argc, char **argv)
{
	struct fault why = { 0 };
	if (!vault_start(&why))
		return 2;
	if (argc >= 4 && strcmp(argv[1], "-p") == 0)
		return plant(argv[2], argv[3], argc > 4 ? argv[4] : NULL);
	if (argc < 4)
		return 2;
	codes_read(argv[2]);
	held_read(argv[1]);
	for (int i = 3; i < argc; i++) {
		size_t n;
		bool raw = strcmp(argv[i], "-k") == 0 && i + 1 < argc;
		uint8_t *bytes = whole(argv[raw ? ++i : i], &n);
		if (raw && n >= SEAL_SECRET)
			key_add(bytes, false);
		keep(text, &text_count, THINGS, bytes, n, argv[i]);
		if (i == 3)
			dump_read(bytes, n, argv[i]);
		free(bytes);
	}
	for (size_t k = 0; k < packages; k++)
		for (size_t i = 0; i < sealed_count; i++)
			package_open(&package[k], &sealed[i]);
	for (size_t k = 0; k < key_count; k++) /* grows as it goes */
		for (size_t i = 0; i < sealed_count; i++)
			try_key(&key[k], &sealed[i]);
	printf("%zu packages, %zu keys, %zu sealed, %zu texts\n", opened, key_count, sealed_count,
	    text_count);
	for (size_t i = 0; i < sealed_count; i++)
		keep(text, &text_count, THINGS, sealed[i].at, sealed[i].n, sealed[i].from);
	return opened < packages || packages == 0 ? 2 : search() ? 0 : 1;
}
