/* OUT, the folder copies lie in: that it is there, whose it is, and what goes out of it. */
#include "act/backup_in.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "book/charter.h"
#include "wire/child.h"

const struct refusal BACKUP_OTHER = { "backup-other", FAULT_INPUT, "X-7" };
const struct refusal BACKUP_GONE = { "backup-gone", FAULT_INPUT, "X-7" };

static void
tree_remove(const char *path, int deep)
{
	char below[MANIFEST_PATH + MANIFEST_NAME];
	OWN_FOLDER all = { 0 };
	struct fault none = { 0 };
	if (deep <= BACKUP_DEEP)
		(void)folder_read(path, &all, &none);
	for (size_t i = 0; i < all.n; i++) {
		int n = snprintf(below, sizeof(below), "%s/%s", path, folder_name(&all, i));
		if (n > 0 && (size_t)n < sizeof(below) && unlink(below) != 0)
			tree_remove(below, deep + 1);
	}
	(void)rmdir(path);
}

void
backup_remove(const char *path)
{
	tree_remove(path, 0);
}

bool
backing_same(const struct backing *b, const struct manifest *m)
{
	return strcmp(m->service, b->is.service) == 0 && (m->days > 0) == (b->is.days > 0);
}

/* What lies there is a whole one of ours. */
static bool
ours(const struct backing *b, const char *folder)
{
	struct manifest m;
	struct fault none = { 0 };
	bool same = manifest_read(folder, &m, &none) && backing_same(b, &m);
	manifest_free(&m);
	return same;
}

void
backing_old_remove(const struct backing *b, const char *out, int64_t keep)
{
	char path[MANIFEST_PATH];
	OWN_FOLDER there = { 0 };
	struct fault none = { 0 };
	(void)folder_read(out, &there, &none);
	for (size_t i = 0; i < there.n; i++) {
		const char *name = folder_name(&there, i);
		char *end;
		long long n = strtoll(name, &end, 10);
		bool left = n > 0 && strcmp(end, ".new") == 0;
		bool many = n > 0 && *end == '\0' && keep > 0 && n <= b->is.number - keep;
		int all = snprintf(path, sizeof(path), "%s/%s", out, name);
		if (all < 0 || (size_t)all >= sizeof(path) || !(left || (many && ours(b, path))))
			continue;
		tree_remove(path, 0);
		b->out->removed += many && !file_exists(path);
	}
}

int64_t
backing_keys_number(const struct service *s)
{
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n;
	struct fault none = { 0 };
	if (!file_read(service_path(s, BACKUP_KEYS_LAST, path), 4096, (uint8_t **)(void *)&bytes,
		&n, &none))
		return 0;
	return strtoll(bytes, NULL, 10);
}

void
backing_spoiled(struct backing *b, const char *name)
{
	if (b->out->spoiled++ == 0)
		snprintf(b->out->spoiled_name, sizeof(b->out->spoiled_name), "%s", name);
}

/* As it is called from anywhere; of what is not there, as far as it can be said. */
void
backing_out_print(const char *out, struct sink *text)
{
	char here[MANIFEST_PATH] = "";
	char *real = realpath(out, NULL);
	size_t n = strlen(out);
	while (n > 1 && out[n - 1] == '/')
		n--;
	if (real != NULL)
		sink_text(text, real);
	else if (out[0] == '/' || getcwd(here, sizeof(here)) != NULL)
		sink_print(text, "%s%s%.*s", here, out[0] == '/' ? "" : "/", (int)n, out);
	sink_byte(text, '\n');
	free(real);
}

/* Nothing of ours is in it: right for the first, but a medium that is not mounted looks the same. */
static bool
nothing_before(const struct backing *b, const char *out, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	OWN_SINK now = SINK_GROW(2 * MANIFEST_PATH);
	size_t n;
	int at = -1;
	struct fault none = { 0 };
	service_path(b->service, b->is.days > 0 ? BACKUP_KEYS_LAST : BACKUP_LAST, path);
	if (!file_read(path, 2 * MANIFEST_PATH, (uint8_t **)(void *)&bytes, &n, &none) ||
	    sscanf(bytes, "%*d %*d %n", &at) < 0 || at < 0)
		return true;
	backing_out_print(out, &now);
	const char *then = (const char *)bytes + at, *is = sink_string(&now);
	return is == NULL || strcmp(then, is) != 0 ||
	       fault_refuse(fault, &BACKUP_GONE, "--out",
		   "「%s」に前の%sがありません。媒体がつながっているか確かめてください。"
		   "なくしたのなら、--anew を付けると新しく始めます。",
		   out, b->is.days > 0 ? "鍵の写し" : "バックアップ");
}

/* The newest there: ours, or nothing may be added to it or removed from it. */
static bool
before_read(struct backing *b, const char *out, int64_t newest, struct fault *fault)
{
	struct fault why = { 0 };
	if (newest == 0)
		return true;
	snprintf(b->before, sizeof(b->before), "%s/%" PRId64, out, newest);
	if (manifest_read(b->before, &b->was, &why)) {
		if (backing_same(b, &b->was))
			return true;
	} else if (why.row == &MANIFEST_BROKEN) { /* nothing is taken over */
		backing_spoiled(b, "MANIFEST");
		return true;
	}
	if (why.code != FAULT_NONE && why.code != FAULT_MISSING) {
		*fault = why;
		return false;
	}
	return fault_refuse(fault, &BACKUP_OTHER, "--out",
	    "「%s」はこのサービスの%sではありません。別のフォルダを指定してください。", b->before,
	    b->is.days > 0 ? "鍵の写し" : "バックアップ");
}

bool
backing_begin(struct backing *b, const char *out, struct fault *fault)
{
	const struct charter *c;
	char id[2 * SERVICE_ID + 1];
	struct service *s = b->service;
	char lock[SERVICE_PATH];
	struct stat st;
	int64_t newest;
	if (!file_folder(service_path(s, "run", lock), 0700, fault) ||
	    !lock_take(service_path(s, "run/backup.lock", lock), &b->lock, fault) ||
	    !service_charter(s, &c, NULL, fault) ||
	    !manifest_newest(out, INT64_MAX, &newest, fault) ||
	    (newest == 0 && !b->anew && !nothing_before(b, out, fault)) ||
	    !file_folder(out, 0700, fault))
		return false;
	if (stat(out, &st) != 0)
		return fault_set(
		    fault, FAULT_STORE, "「%s」を読めません（%s）。", out, strerror(errno));
	b->out_device = st.st_dev;
	b->out_inode = st.st_ino;
	snprintf(b->is.service, sizeof(b->is.service), "%s", hex_print(id, c->service, SERVICE_ID));
	b->is.number = newest + 1;
	b->is.made = s->now;
	b->is.keys = backing_keys_number(s);
	if (!before_read(b, out, newest, fault))
		return false;
	snprintf(b->folder, sizeof(b->folder), "%s/%" PRId64 ".new", out, b->is.number);
	backup_remove(b->folder);
	return file_folder(b->folder, 0700, fault);
}
