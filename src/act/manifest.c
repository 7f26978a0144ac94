#include "act/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/sink.h"
#include "base/text.h"
#include "vault/digest.h"

const struct refusal MANIFEST_BROKEN = { "manifest-broken", FAULT_BROKEN, "X-7" };
const struct refusal MANIFEST_FILE = { "manifest-file", FAULT_BROKEN, "X-7" };

const struct refusal MANIFEST_NAMED = { "manifest-name", FAULT_INPUT, "X-7" };

static const char WORD[] = "akashi backup v1";
enum { MANIFEST_MOST = 1 << 28, PART = 65536, LINE = 512 };

void
manifest_free(struct manifest *m)
{
	free(m->file);
	*m = (struct manifest){ .number = 0 };
}

/* Names stay within the backup, and within their line. */
static bool
name_good(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7F)
			return false;
	for (const char *part = name;; part++) {
		size_t n = strcspn(part, "/");
		if (n == 0 || (n == 2 && strncmp(part, "..", 2) == 0))
			return false;
		part += n;
		if (*part == '\0')
			return strlen(name) < MANIFEST_NAME;
	}
}

struct manifest_file *
manifest_add(struct manifest *m, const char *name, struct fault *fault)
{
	if (!name_good(name)) {
		(void)fault_refuse(fault, &MANIFEST_NAMED, NULL,
		    "「%.200s」の名前が長すぎるか、使えない文字があります。名前を変えてください。",
		    name);
		return NULL;
	}
	if (!ARRAY_ROOM(m->file, m->files, m->room, fault))
		return NULL;
	struct manifest_file *f = &m->file[m->files++];
	*f = (struct manifest_file){ .size = 0 };
	snprintf(f->name, sizeof(f->name), "%s", name);
	return f;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(
	    ((const struct manifest_file *)a)->name, ((const struct manifest_file *)b)->name);
}

const struct manifest_file *
manifest_find(const struct manifest *m, const char *name)
{
	struct manifest_file key = { .size = 0 };
	snprintf(key.name, sizeof(key.name), "%s", name);
	return m->files == 0 ? NULL : bsearch(&key, m->file, m->files, sizeof(key), by_name);
}

/* clang-format off */
#define NUMBER(field) { #field, offsetof(struct manifest, field), false }
static const struct { const char *name; size_t at; bool digest; } VALUES[] = {
	NUMBER(number), NUMBER(made), NUMBER(line), { "last", offsetof(struct manifest, last), true }, NUMBER(events),
	{ "root", offsetof(struct manifest, root), true }, NUMBER(changes), NUMBER(keys), NUMBER(days),
};
/* clang-format on */

bool
manifest_write(struct manifest *m, const char *folder, struct fault *fault)
{
	char path[MANIFEST_PATH], hex[DIGEST_HEX];
	uint8_t all[32];
	OWN_SINK out = SINK_GROW(MANIFEST_MOST);
	if (m->files > 0)
		qsort(m->file, m->files, sizeof(*m->file), by_name);
	sink_print(&out, "%s\nservice %s\n", WORD, m->service);
	for (size_t i = 0; i < COUNT(VALUES); i++) {
		const uint8_t *at = (const uint8_t *)m + VALUES[i].at;
		int64_t number;
		memcpy(&number, at, sizeof(number));
		if (VALUES[i].digest)
			sink_print(&out, "%s %s\n", VALUES[i].name, hex_print(hex, at, DIGEST));
		else
			sink_print(&out, "%s %" PRId64 "\n", VALUES[i].name, number);
	}
	for (size_t i = 0; i < m->files; i++)
		sink_print(&out, "file %s %" PRId64 " %" PRId64 " %s\n",
		    hex_print(hex, m->file[i].digest, DIGEST), m->file[i].size, m->file[i].changed,
		    m->file[i].name);
	digest_of(out.at, out.len, all);
	sink_print(&out, "end %s\n", hex_print(hex, all, DIGEST));
	snprintf(path, sizeof(path), "%s/MANIFEST", folder);
	return (!out.full || fault_set(fault, FAULT_BUG, "記憶域が足りません。")) &&
	       file_write(path, 0600, out.at, out.len, fault);
}

static bool
file_line(struct manifest *m, const char *line, struct fault *fault)
{
	char hex[DIGEST_HEX], name[MANIFEST_NAME];
	int64_t size, changed;
	if (sscanf(line, "file %64s %" SCNd64 " %" SCNd64 " %255[^\n]", hex, &size, &changed,
		name) != 4 ||
	    !name_good(name))
		return false;
	struct manifest_file *f = manifest_add(m, name, fault);
	if (f == NULL)
		return false;
	f->size = size;
	f->changed = changed;
	return hex_read(hex, f->digest, sizeof(f->digest));
}

static bool
value_line(struct manifest *m, const char *line)
{
	for (size_t i = 0; i < COUNT(VALUES); i++) {
		size_t n = strlen(VALUES[i].name);
		uint8_t *at = (uint8_t *)m + VALUES[i].at;
		if (strncmp(line, VALUES[i].name, n) != 0 || line[n] != ' ')
			continue;
		if (VALUES[i].digest)
			return hex_read(line + n + 1, at, 32);
		int64_t number = strtoll(line + n + 1, NULL, 10);
		memcpy(at, &number, sizeof(number));
		return true;
	}
	return sscanf(line, "service %32s", m->service) == 1;
}

/* The lines up to the last; their digest is what that one says. */
static bool
lines_read(struct manifest *m, char *text, size_t n, struct fault *fault)
{
	uint8_t all[32];
	char hex[DIGEST_HEX];
	bool first = true;
	for (char *at = text, *end; at < text + n; at = end + 1, first = false) {
		end = memchr(at, '\n', (size_t)(text + n - at));
		if (end == NULL)
			return false;
		*end = '\0';
		if (strncmp(at, "end ", 4) == 0) {
			*end = '\n';
			for (char *p = text; p < at; p++)
				*p = *p == '\0' ? '\n' : *p;
			digest_of(text, (size_t)(at - text), all);
			return end + 1 == text + n &&
			       strlen(hex_print(hex, all, DIGEST)) + 5 == (size_t)(end + 1 - at) &&
			       strncmp(at + 4, hex, DIGEST_HEX - 1) == 0;
		}
		bool good = first ? strcmp(at, WORD) == 0
				  : (strncmp(at, "file ", 5) == 0 ? file_line(m, at, fault)
								  : value_line(m, at));
		if (!good)
			return false;
	}
	return false;
}

bool
manifest_read(const char *folder, struct manifest *m, struct fault *fault)
{
	char path[MANIFEST_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n;
	*m = (struct manifest){ .number = 0 };
	snprintf(path, sizeof(path), "%s/MANIFEST", folder);
	if (!file_read(path, MANIFEST_MOST, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	if (lines_read(m, bytes, n, fault))
		return true;
	manifest_free(m);
	return fault_refuse(fault, &MANIFEST_BROKEN, NULL,
	    "「%s」が途中で切れているか、変わっています。別のバックアップを使ってください。", path);
}

/* Copied where `to` is a descriptor; read only where it is -1. */
static bool
stream(int from, int to, struct manifest_file *f)
{
	uint8_t part[PART];
	struct digest d;
	ssize_t n;
	f->size = 0;
	digest_begin(&d);
	while ((n = read(from, part, sizeof(part))) > 0) {
		digest_add(&d, part, (size_t)n);
		f->size += n;
		for (ssize_t at = 0, k; to != -1 && at < n; at += k)
			if ((k = write(to, part + at, (size_t)(n - at))) <= 0)
				return false;
	}
	digest_end(&d, f->digest);
	return n == 0;
}

bool
manifest_copy(
    const char *from, const char *to, int mode, struct manifest_file *f, struct fault *fault)
{
	struct stat st;
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (in == -1)
		return fault_set(fault, errno == ENOENT ? FAULT_MISSING : FAULT_STORE,
		    "「%s」を読めません（%s）。", from, strerror(errno));
	int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, (mode_t)mode);
	bool good = out != -1 && fstat(in, &st) == 0 && stream(in, out, f) && fsync(out) == 0;
	if (good)
		f->changed = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
	if (out != -1)
		good = close(out) == 0 && good;
	(void)close(in);
	return good ||
	       fault_set(fault, FAULT_STORE, "「%s」に写せません（%s）。", to, strerror(errno));
}

bool
manifest_digest(const char *path, struct manifest_file *f, struct fault *fault)
{
	int in = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool good = in != -1 && stream(in, -1, f);
	if (in != -1)
		(void)close(in);
	return good || fault_set(fault, FAULT_MISSING, "「%s」を読めません。", path);
}

bool
manifest_check(const struct manifest *m, const char *folder, struct fault *fault)
{
	char path[MANIFEST_PATH];
	for (size_t i = 0; i < m->files; i++) {
		struct manifest_file is;
		struct fault why = { 0 };
		snprintf(path, sizeof(path), "%s/%s", folder, m->file[i].name);
		if (!manifest_digest(path, &is, &why) || is.size != m->file[i].size ||
		    memcmp(is.digest, m->file[i].digest, 32) != 0)
			return fault_refuse(fault, &MANIFEST_FILE, NULL,
			    "「%s」がないか、バックアップした時のものと違います。"
			    "別のバックアップを使ってください。",
			    path);
	}
	return true;
}

bool
manifest_newest(const char *folder, int64_t below, int64_t *newest, struct fault *fault)
{
	OWN_FOLDER all = { 0 };
	*newest = 0;
	if (!folder_read(folder, &all, fault))
		return false;
	for (size_t i = 0; i < all.n; i++) {
		char name[24];
		long long n = strtoll(folder_name(&all, i), NULL, 10);
		snprintf(name, sizeof(name), "%lld", n); /* "007" is no name of ours */
		if (strcmp(name, folder_name(&all, i)) == 0 && n > *newest && n < below)
			*newest = n;
	}
	return true;
}

bool
manifest_folders(const char *root, const char *name, struct fault *fault)
{
	char path[MANIFEST_PATH];
	for (const char *slash = strchr(name, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		snprintf(path, sizeof(path), "%s/%.*s", root, (int)(slash - name), name);
		if (!file_exists(path) && !file_folder(path, 0700, fault))
			return false;
	}
	return true;
}
