#include "act/backup_in.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "book/charter.h"
#include "book/journal.h"
#include "book/tree.h"
#include "store/change_row.h"
#include "store/frontier_row.h"
#include "wire/child.h"

const struct refusal BACKUP_CANNOT = { "backup-cannot", FAULT_INPUT, "X-7" };

/* What goes into it; ends: only names that end so. Private keys, mails and locks never do. */
/* clang-format off */
static const struct part { const char *name; const char *ends[3]; bool rehearsal; } PARTS[] = {
	{ "akashi.conf", { NULL }, false },
	{ "ca",          { NULL }, false },
	{ "files",       { NULL }, false },
	{ "inbox",       { NULL }, false },
	{ "keys",        { ".pub", ".log" }, false },
	{ "policy",      { NULL }, false },
	{ "repository",  { NULL }, false },
	{ "rehearsal/clock", { NULL }, true }, /* its keys are no secret */
	{ "rehearsal/keys",  { NULL }, true },
};
/* clang-format on */

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), k = strlen(end);
	return n >= k && strcmp(name + n - k, end) == 0;
}

static bool
wanted(const struct part *p, const char *name)
{
	bool ours = strcmp(name, "lock") == 0 || strcmp(name, "standby") == 0;
	if ((ours && strcmp(p->name, "ca") == 0) || file_writer(name) != 0)
		return false;
	if (p->ends[0] == NULL)
		return true;
	for (size_t i = 0; i < COUNT(p->ends) && p->ends[i] != NULL; i++)
		if (ends_with(name, p->ends[i]))
			return true;
	return false;
}

/*
 * One octet that a medium forgets would spoil every backup the file is linked to, and none would say so:
 * within a day each is read once, however often there are backups. Its digest says when, so no run
 * reads much more than another.
 */
static bool
due(const struct backing *b, const struct manifest_file *f)
{
	int64_t at = (f->digest[0] << 16 | f->digest[1] << 8 | f->digest[2]) % DAY_SECONDS;
	return (b->is.made.sec - at) % DAY_SECONDS < b->is.made.sec - b->was.made.sec;
}

/* What is read of it next comes from the medium, not from what the machine remembers. */
static void
forget(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd == -1)
		return;
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	(void)close(fd);
}

static bool
whole(const struct backing *b, const struct manifest_file *old, const char *path)
{
	struct manifest_file is;
	struct stat st;
	struct fault none = { 0 };
	if (lstat(path, &st) != 0 || st.st_size != old->size)
		return false;
	if (!due(b, old))
		return true;
	forget(path);
	return manifest_digest(path, &is, &none) &&
	       memcmp(is.digest, old->digest, sizeof(is.digest)) == 0;
}

/* The same as in the one before: a second name for it. What was spoiled there is copied anew, and told. */
static bool
link_before(struct backing *b, const char *name, const char *to, struct manifest_file *f)
{
	char from[MANIFEST_PATH + MANIFEST_NAME];
	const struct manifest_file *old = manifest_find(&b->was, name);
	if (old == NULL)
		return false;
	snprintf(from, sizeof(from), "%s/%s", b->before, name);
	if (!whole(b, old, from)) {
		backing_spoiled(b, name);
		return false;
	}
	if (link(from, to) != 0)
		return false;
	memcpy(f->digest, old->digest, sizeof(f->digest));
	f->size = old->size;
	f->changed = old->changed;
	return true;
}

bool
backing_file_back(struct backing *b, const char *name, const struct stat *st, struct fault *fault)
{
	char from[SERVICE_PATH], to[MANIFEST_PATH + MANIFEST_NAME];
	struct fault why = { 0 };
	const struct manifest_file *old = manifest_find(&b->was, name);
	int64_t changed = st->st_mtim.tv_sec * INT64_C(1000000000) + st->st_mtim.tv_nsec;
	struct manifest_file f = { .size = 0 };
	snprintf(f.name, sizeof(f.name), "%s", name);
	snprintf(to, sizeof(to), "%s/%s", b->folder, name);
	if (!manifest_folders(b->folder, name, fault))
		return false;
	bool same = old != NULL && old->changed == changed && old->size == st->st_size &&
		    link_before(b, name, to, &f);
	if (!same && !manifest_copy(service_path(b->service, name, from), to,
			 (int)st->st_mode & 0777, &f, &why)) {
		if (why.code == FAULT_MISSING) /* gone since it was listed */
			return true;
		*fault = why;
		return false;
	}
	struct manifest_file *kept = manifest_add(&b->is, name, fault);
	if (kept == NULL)
		return false;
	*kept = f;
	b->out->files++;
	b->out->copied += !same;
	b->out->bytes += same ? 0 : f.size;
	return true;
}

static bool name_back(
    struct backing *, const struct part *, const char *, int deep, struct fault *);

static bool
folder_back(
    struct backing *b, const struct part *p, const char *name, int deep, struct fault *fault)
{
	char path[SERVICE_PATH], below[MANIFEST_NAME];
	OWN_FOLDER all = { 0 };
	bool good = folder_read(service_path(b->service, name, path), &all, fault);
	for (size_t i = 0; good && i < all.n; i++) {
		if (folder_name(&all, i)[0] == '.')
			continue;
		int n = snprintf(below, sizeof(below), "%s/%s", name, folder_name(&all, i));
		if (n < 0 || (size_t)n >= sizeof(below))
			return fault_set(
			    fault, FAULT_STORE, "「%s」の中の名前が長すぎます。", path);
		good = name_back(b, p, below, deep + 1, fault);
	}
	return good;
}

static bool
name_back(struct backing *b, const struct part *p, const char *name, int deep, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct stat st;
	const char *last = strrchr(name, '/') == NULL ? name : strrchr(name, '/') + 1;
	if (lstat(service_path(b->service, name, path), &st) != 0)
		return errno == ENOENT || fault_set(fault, FAULT_STORE,
					      "「%s」を読めません（%s）。", path, strerror(errno));
	if (st.st_dev == b->out_device && st.st_ino == b->out_inode)
		return fault_refuse(fault, &BACKUP_CANNOT, "--out",
		    "「%s」は写すフォルダの中です。サービスの外を指定してください。", path);
	if (S_ISDIR(st.st_mode) && deep < BACKUP_DEEP)
		return folder_back(b, p, name, deep, fault);
	if (!S_ISDIR(st.st_mode) && !wanted(p, last))
		return true;
	return S_ISREG(st.st_mode)
		   ? backing_file_back(b, name, &st, fault)
		   : fault_refuse(fault, &BACKUP_CANNOT, NULL,
			 "「%s」は写せません（リンクや特別なファイル、または深すぎるフォルダ）。"
			 "ふつうのファイルかフォルダに置き換えてください。",
			 path);
}

/* How the log in a store ends, and its log of changes. */
struct ending {
	struct tree tree;
	int64_t changes;
};

bool
backup_leaf(const void *row, void *context, struct fault *fault)
{
	(void)fault;
	tree_add(context, ((const struct event_row *)row)->leaf);
	return true;
}

static bool
ending_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct ending *e = context;
	struct frontier_row row = { .size = 0 };
	bool found;
	e->tree = (struct tree){ 0 };
	if (!change_last(tx, &e->changes, fault) ||
	    !frontier_last(tx, INT64_MAX, &row, &found, fault))
		return false;
	if (found && !tree_nodes_read(row.size, row.nodes.at, row.nodes.n, &e->tree))
		e->tree = (struct tree){ 0 };
	frontier_drop(&row);
	return event_each(tx, e->tree.size + 1, backup_leaf, &e->tree, fault);
}

static bool
changes_tx(struct tx *tx, void *context, struct fault *fault)
{
	return change_last(tx, context, fault);
}

/* The copy is asked itself where it ends: what the manifest says is what a restored one shows. */
static bool
store_ask(struct backing *b, const char *path, struct fault *fault)
{
	char url[MANIFEST_PATH + MANIFEST_NAME + 16];
	struct store *copy = NULL;
	struct ending e = { .changes = 0 };
	snprintf(url, sizeof(url), "sqlite:%s", path);
	bool good = store_open(url, false, &copy, fault) && store_read(copy, ending_tx, &e, fault);
	if (!store_settle(copy, path, fault) || !good)
		return false;
	b->is.changes = e.changes;
	b->is.events = e.tree.size;
	tree_root(&e.tree, b->is.root);
	return true;
}

/* The event is in the copy it tells of; where nothing changed since, nothing is told. */
static bool
store_tell(struct backing *b, struct fault *fault)
{
	struct event_row event;
	service_event(b->service, "backup-begun", 0, &event);
	snprintf(event.detail, sizeof(event.detail), "number=%" PRId64, b->is.number);
	return store_write(b->service->store, event.act_id, service_event_once, &event, fault);
}

static bool
store_back(struct backing *b, struct fault *fault)
{
	char path[MANIFEST_PATH + MANIFEST_NAME];
	int64_t changes;
	struct manifest_file *f = manifest_add(&b->is, BACKUP_STORE, fault);
	snprintf(path, sizeof(path), "%s/%s", b->folder, BACKUP_STORE);
	if (f == NULL || !store_read(b->service->store, changes_tx, &changes, fault))
		return false;
	b->out->files++;
	if (changes == b->was.changes && link_before(b, BACKUP_STORE, path, f)) {
		b->is.changes = b->was.changes;
		b->is.events = b->was.events;
		memcpy(b->is.root, b->was.root, sizeof(b->is.root));
		return true;
	}
	if (!store_tell(b, fault) || !store_copy(b->service->store, path, fault) ||
	    !store_ask(b, path, fault) || !manifest_digest(path, f, fault))
		return false;
	b->out->copied++;
	b->out->bytes += f->size;
	return true;
}

static bool
destroyed_put(void *context, const char *kind, const char *owner, struct fault *fault)
{
	struct sink *out = context;
	sink_print(out, "%s %s\n", kind, owner);
	return !out->full ||
	       fault_set(fault, FAULT_BUG, "廃棄した鍵の一覧が大きすぎるか、記憶域が足りません。");
}

static bool
destroyed_back(struct backing *b, struct fault *fault)
{
	char path[MANIFEST_PATH + MANIFEST_NAME];
	OWN_SINK out = SINK_GROW(1 << 30);
	snprintf(path, sizeof(path), "%s/%s", b->folder, BACKUP_DESTROYED);
	struct manifest_file *f = manifest_add(&b->is, BACKUP_DESTROYED, fault);
	b->out->files++;
	b->out->copied++;
	return f != NULL && keys_db_destroyed(b->service->keys, destroyed_put, &out, fault) &&
	       file_write(
		   path, 0600, out.len == 0 ? (const uint8_t *)"" : out.at, out.len, fault) &&
	       manifest_digest(path, f, fault);
}

/* Of the copied journal: its last whole line. */
static bool
journal_end(struct backing *b, struct fault *fault)
{
	char folder[MANIFEST_PATH + 16], path[JOURNAL_PATH];
	OWN_BYTES(bytes) = NULL;
	size_t n = 0;
	int last = 0;
	struct line l;
	struct der whole;
	snprintf(folder, sizeof(folder), "%s/ca/journal", b->folder);
	while (last < INT16_MAX && file_exists(journal_segment(folder, last + 1, path)))
		last++;
	for (; last > 0 && b->is.line == 0; last--) {
		free(bytes);
		bytes = NULL;
		if (!file_read(journal_segment(folder, last, path), SIZE_MAX >> 1,
			(uint8_t **)(void *)&bytes, &n, fault))
			return false;
		for (struct der d = der_of(bytes, n); line_take(&d, &l, &whole);) {
			b->is.line = l.seq;
			line_digest(whole, b->is.last);
		}
	}
	return b->is.line > 0 || fault_set(fault, FAULT_BROKEN, "台帳に行がありません。");
}

/* The store first: a journal may be newer than its store, never older [storage 4]. */
static bool
parts_back(struct backing *b, struct fault *fault)
{
	if (!store_back(b, fault) || !destroyed_back(b, fault))
		return false;
	for (size_t i = 0; i < COUNT(PARTS); i++)
		if ((!PARTS[i].rehearsal || b->service->rehearsal) &&
		    !name_back(b, &PARTS[i], PARTS[i].name, 0, fault))
			return false;
	return journal_end(b, fault);
}

/* Every folder of it is on disk before it gets its name; files of one mostly follow each other. */
static bool
folders_sync(const char *folder, const struct manifest *m)
{
	char path[MANIFEST_PATH + MANIFEST_NAME];
	const char *before = NULL;
	size_t length = 0;
	for (size_t i = 0; i < m->files; i++) {
		const char *name = m->file[i].name, *slash = strrchr(name, '/');
		size_t n = slash == NULL ? 0 : (size_t)(slash - name);
		if (before != NULL && n == length && strncmp(name, before, n) == 0)
			continue;
		before = name;
		length = n;
		snprintf(path, sizeof(path), "%s/%s", folder, name);
		if (!file_sync_folder(path))
			return false;
	}
	return true;
}

bool
backing_end(struct backing *b, const char *out, struct fault *fault)
{
	char name[MANIFEST_PATH];
	snprintf(name, sizeof(name), "%s/%" PRId64, out, b->is.number);
	if (!manifest_write(&b->is, b->folder, fault))
		return false;
	if (!folders_sync(b->folder, &b->is) || rename(b->folder, name) != 0 ||
	    !file_sync_folder(name))
		return fault_set(fault, FAULT_STORE,
		    "バックアップ「%s」に名前を付けられません（%s）。", name, strerror(errno));
	b->out->number = b->is.number;
	b->out->line = b->is.line;
	b->out->events = b->is.events;
	memcpy(b->out->root, b->is.root, sizeof(b->out->root));
	return true;
}

void
backing_drop(struct backing *b)
{
	manifest_free(&b->is);
	manifest_free(&b->was);
	if (b->lock != -1)
		(void)close(b->lock);
}

/* Where it went and when, for `akashi health`, and for the next. */
static bool
tell(struct backing *b, const char *out, struct fault *fault)
{
	char path[SERVICE_PATH], text[MANIFEST_PATH + 64];
	struct sink say = SINK_INTO(text);
	sink_print(&say, "%" PRId64 " %" PRId64 " ", b->service->now.sec, b->is.number);
	backing_out_print(out, &say);
	return file_write(
	    service_path(b->service, BACKUP_LAST, path), 0600, say.at, say.len, fault);
}

bool
backup_run(struct service *s, const char *out, int64_t keep, bool anew, struct backed_up *is,
    struct fault *fault)
{
	struct backing b = { .service = s, .out = is, .anew = anew, .lock = -1 };
	*is = (struct backed_up){ .number = 0 };
	bool good = backing_begin(&b, out, fault) && parts_back(&b, fault) &&
		    backing_end(&b, out, fault) && tell(&b, out, fault);
	if (good)
		backing_old_remove(&b, out, keep);
	else if (b.folder[0] != '\0')
		backup_remove(b.folder);
	backing_drop(&b);
	return good;
}
