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

const struct refusal BACKUP_OTHER = { "backup-other", FAULT_INPUT, "X-7" };
const struct refusal BACKUP_CANNOT = { "backup-cannot", FAULT_INPUT, "X-7" };

enum { DEEP = 8 };

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

/* The same as in the one before: a second name for it. What was cut there is copied anew. */
static bool
link_before(struct backing *b, const char *name, const char *to, struct manifest_file *f)
{
	char from[MANIFEST_PATH + MANIFEST_NAME];
	struct stat st;
	const struct manifest_file *old = manifest_find(&b->was, name);
	if (old == NULL)
		return false;
	snprintf(from, sizeof(from), "%s/%s", b->before, name);
	if (lstat(from, &st) != 0 || st.st_size != old->size || link(from, to) != 0)
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
	if (S_ISDIR(st.st_mode) && deep < DEEP)
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

static void
tree_remove(const char *path, int deep)
{
	char below[MANIFEST_PATH + MANIFEST_NAME];
	OWN_FOLDER all = { 0 };
	struct fault none = { 0 };
	if (deep <= DEEP)
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

/* Those of another that stopped in the middle, and those of ours that are too many. */
static void
old_remove(const struct backing *b, const char *out, int64_t keep)
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

/* The newest there: ours, or nothing may be added to it or removed from it. */
static bool
before_read(struct backing *b, const char *out, int64_t newest, struct fault *fault)
{
	struct fault why = { 0 };
	if (newest == 0)
		return true;
	snprintf(b->before, sizeof(b->before), "%s/%" PRId64, out, newest);
	if (manifest_read(b->before, &b->was, &why) ? backing_same(b, &b->was)
						    : why.row == &MANIFEST_BROKEN)
		return true; /* of one that is broken nothing is taken over */
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
	if (!file_folder(service_path(s, "run", lock), 0700, fault) ||
	    !lock_take(service_path(s, "run/backup.lock", lock), &b->lock, fault) ||
	    !service_charter(s, &c, NULL, fault) || !file_folder(out, 0700, fault))
		return false;
	if (stat(out, &st) != 0)
		return fault_set(
		    fault, FAULT_STORE, "「%s」を読めません（%s）。", out, strerror(errno));
	b->out_device = st.st_dev;
	b->out_inode = st.st_ino;
	snprintf(b->is.service, sizeof(b->is.service), "%s", hex_print(id, c->service, SERVICE_ID));
	int64_t newest;
	if (!manifest_newest(out, INT64_MAX, &newest, fault))
		return false;
	b->is.number = newest + 1;
	b->is.made = s->now;
	b->is.keys = backing_keys_number(s);
	if (!before_read(b, out, newest, fault))
		return false;
	snprintf(b->folder, sizeof(b->folder), "%s/%" PRId64 ".new", out, b->is.number);
	tree_remove(b->folder, 0);
	return file_folder(b->folder, 0700, fault);
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

/* Where it went and when, for `akashi health`. */
static bool
tell(struct service *s, const char *out, const struct backed_up *is, struct fault *fault)
{
	char path[SERVICE_PATH], text[MANIFEST_PATH + 64];
	struct sink say = SINK_INTO(text);
	sink_print(&say, "%" PRId64 " %" PRId64 " %s\n", s->now.sec, is->number, out);
	return file_write(service_path(s, BACKUP_LAST, path), 0600, say.at, say.len, fault);
}

bool
backup_run(
    struct service *s, const char *out, int64_t keep, struct backed_up *is, struct fault *fault)
{
	struct backing b = { .service = s, .out = is, .lock = -1 };
	*is = (struct backed_up){ .number = 0 };
	bool good = backing_begin(&b, out, fault) && parts_back(&b, fault) &&
		    backing_end(&b, out, fault) && tell(s, out, is, fault);
	if (good)
		old_remove(&b, out, keep);
	else if (b.folder[0] != '\0')
		tree_remove(b.folder, 0);
	backing_drop(&b);
	return good;
}
