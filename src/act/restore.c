#include "act/restore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/backup.h"
#include "act/clock.h"
#include "act/standby.h"
#include "base/file.h"
#include "book/charter.h"
#include "book/journal.h"
#include "book/pack.h"
#include "book/tree.h"
#include "wire/child.h"

const struct refusal RESTORE_THERE = { "restore-there", FAULT_STATE, "X-7" };
const struct refusal RESTORE_KEYS_OLD = { "restore-keys-old", FAULT_DENIED, "design 4" };
const struct refusal RESTORE_OTHER = { "restore-other", FAULT_DENIED, "X-7" };
const struct refusal RESTORE_JOURNAL = { "restore-journal", FAULT_BROKEN, "storage 4" };

enum { DESTROYED_MOST = 1 << 30 };
#define JOURNAL "ca/journal"

struct restoring {
	const struct restore *ask;
	struct restored *out;
	char to[MANIFEST_PATH - 16]; /* without a slash at its end */
	char from[MANIFEST_PATH], keys[MANIFEST_PATH];
	char aside[MANIFEST_PATH]; /* being filled; "" none of ours */
	char mark[MANIFEST_PATH + 16]; /* a file that says so, held meanwhile */
	int lock; /* of it; -1 */
	struct manifest is, copy; /* copy: of the keys */
	struct instant now;
};

/* OUT/NUMBER of either. */
static bool
folder_of(const char *given, char out[MANIFEST_PATH], struct fault *fault)
{
	snprintf(out, MANIFEST_PATH, "%s/MANIFEST", given);
	if (file_exists(out)) {
		snprintf(out, MANIFEST_PATH, "%s", given);
		return true;
	}
	int64_t newest;
	if (!manifest_newest(given, INT64_MAX, &newest, fault))
		return false;
	snprintf(out, MANIFEST_PATH, "%s/%" PRId64, given, newest);
	return newest > 0 ||
	       fault_set(fault, FAULT_MISSING, "「%s」にバックアップがありません。", given);
}

/* All there is, whole, and of one service: before anything is written. */
static bool
look(struct restoring *r, struct fault *fault)
{
	const struct restore *a = r->ask;
	char clock[MANIFEST_PATH + 32];
	struct stat st;
	if (lstat(a->to, &st) == 0)
		return fault_refuse(fault, &RESTORE_THERE, "--to",
		    "「%s」はもうあります。新しいフォルダを指定してください。", a->to);
	if (!folder_of(a->from, r->from, fault) || !manifest_read(r->from, &r->is, fault) ||
	    !manifest_check(&r->is, r->from, fault))
		return false;
	if (r->is.days > 0)
		return fault_refuse(fault, &RESTORE_OTHER, "--from",
		    "鍵の写しです。"
		    "--from にはバックアップを、鍵の写しは --keys に指定してください。");
	snprintf(clock, sizeof(clock), "%s/rehearsal/clock", r->from);
	bool rehearsal = file_exists(clock);
	/* told, a clock is kept: not in the backup */
	if (!clock_read(
		rehearsal ? clock : NULL, rehearsal ? NULL : a->now, instant_now(), &r->now, fault))
		return false;
	if (rehearsal && a->now != NULL && !instant_read(a->now, &r->now))
		return fault_field(fault, FAULT_USAGE, "--now",
		    "--now には 2026-11-20T09:00:00+09:00 のような時刻を渡してください。");
	if (a->keys == NULL)
		return true;
	if (!folder_of(a->keys, r->keys, fault) || !manifest_read(r->keys, &r->copy, fault) ||
	    !manifest_check(&r->copy, r->keys, fault))
		return false;
	if (r->copy.days <= 0)
		return fault_refuse(fault, &RESTORE_OTHER, "--keys",
		    "鍵の写しではなくバックアップです。"
		    "akashi backup --keys で作ったものを指定してください。");
	if (strcmp(r->copy.service, r->is.service) != 0)
		return fault_refuse(fault, &RESTORE_OTHER, "--keys",
		    "別のサービスの鍵の写しです。"
		    "このバックアップのサービスのものを指定してください。");
	return r->copy.made.sec + r->copy.days * DAY_SECONDS > r->now.sec ||
	       fault_refuse(fault, &RESTORE_KEYS_OLD, "--keys",
		   "この鍵の写しは %" PRId64 " 日より前のものです。"
		   "廃棄した記録が開いてしまうので使えません。消してください。",
		   r->copy.days);
}

/* Where it belongs in a service; "": it is no file of one. */
static const char *
place_of(const struct restoring *r, const char *name)
{
	if (strcmp(name, BACKUP_STORE) == 0)
		return r->ask->store == NULL ? "store/akashi.db" : "";
	if (strcmp(name, BACKUP_DESTROYED) == 0 ||
	    (r->ask->journal != NULL && strncmp(name, JOURNAL "/", sizeof(JOURNAL)) == 0))
		return "";
	return name;
}

/* is: what the manifest says of it; NULL: none speaks of it. */
static bool
copy_one(struct restoring *r, const char *folder, const char *name, const char *place,
    const struct manifest_file *is, struct fault *fault)
{
	char from[MANIFEST_PATH + MANIFEST_NAME], to[MANIFEST_PATH + MANIFEST_NAME];
	struct manifest_file f;
	struct stat st;
	snprintf(from, sizeof(from), "%s/%s", folder, name);
	snprintf(to, sizeof(to), "%s/%s", r->aside, place);
	if (!manifest_folders(r->aside, place, fault))
		return false;
	if (stat(from, &st) != 0)
		return fault_set(fault, FAULT_STORE, "「%s」を読めません。", from);
	r->out->files++;
	if (!manifest_copy(from, to, (int)st.st_mode & 0777, &f, fault))
		return false;
	if (is != NULL && memcmp(f.digest, is->digest, sizeof(f.digest)) != 0)
		return fault_refuse(fault, &MANIFEST_FILE, NULL,
		    "「%s」が写す間に変わりました。別のバックアップを使ってください。", from);
	return file_sync_folder(to) || fault_set(fault, FAULT_STORE, "「%s」に写せません。", to);
}

static bool
copy_all(struct restoring *r, const struct manifest *m, const char *folder, struct fault *fault)
{
	for (size_t i = 0; i < m->files; i++) {
		const char *place = place_of(r, m->file[i].name);
		if (place[0] != '\0' &&
		    !copy_one(r, folder, m->file[i].name, place, &m->file[i], fault))
			return false;
	}
	return true;
}

/* The newer journal goes on from the backup's: its line of that number is the backup's last. */
struct joining {
	const struct manifest *is;
	bool met;
	int64_t newer;
	int64_t number; /* of its last charter; the lines' bodies: */
	struct sink before, charter, pack;
};

static bool
join_line(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct joining *j = context;
	uint8_t digest[32];
	(void)fault;
	if (l->seq == j->is->line) {
		line_digest(whole, digest);
		j->met = memcmp(digest, j->is->last, sizeof(digest)) == 0;
	}
	j->newer += l->seq > j->is->line && l->kind == LINE_INTENT;
	if (l->kind != LINE_CHARTER && l->kind != LINE_GENESIS)
		return true;
	struct sink last = j->charter;
	j->charter = j->before;
	j->before = last;
	j->number = l->number;
	j->charter.len = j->pack.len = 0;
	sink_bytes(&j->charter, l->body.p, l->body.n);
	sink_bytes(&j->pack, l->extra.p, l->extra.n);
	return !(j->charter.full || j->pack.full) ||
	       fault_set(fault, FAULT_BROKEN, "台帳の憲章が大きすぎます。");
}

/*
 * A charter adopted since the backup's was copied: the signer has it, the custodians' signatures are
 * lost. It lies as the draft they sign again, on the one before it; asked again the signer has the same
 * line. The backup's own journal may have it: that is copied last.
 */
static bool
charter_put(struct restoring *r, const struct joining *j, struct fault *fault)
{
	const struct {
		const char *name;
		const struct sink *bytes;
	} FILES[] = { { "charter.der", &j->before }, { "charter.draft", &j->charter },
		{ "pack.draft", &j->pack } };
	char path[MANIFEST_PATH + 32];
	OWN_BYTES(had) = NULL;
	size_t n;
	snprintf(path, sizeof(path), "%s/ca/charter.der", r->aside);
	if (!file_read(path, CHARTER_MOST, (uint8_t **)(void *)&had, &n, fault))
		return false;
	r->out->charter = j->number;
	r->out->charter_newer =
	    n != j->charter.len || memcmp(had, j->charter.at, j->charter.len) != 0;
	if (!r->out->charter_newer)
		return true;
	for (size_t i = 0; i < COUNT(FILES); i++) {
		snprintf(path, sizeof(path), "%s/ca/%s", r->aside, FILES[i].name);
		if (!file_write(path, 0640, FILES[i].bytes->at, FILES[i].bytes->len, fault))
			return false;
	}
	snprintf(path, sizeof(path), "%s/ca/policy.draft", r->aside);
	return !file_exists(path) || unlink(path) == 0 ||
	       fault_set(fault, FAULT_STORE, "「%s」を消せません。", path);
}

/* The segments of a newer journal in place of the backup's. */
static bool
journal_copy(struct restoring *r, struct fault *fault)
{
	char path[JOURNAL_PATH], name[64], from[16];
	const char *given = r->ask->journal;
	for (int i = 1; given != NULL && file_exists(journal_segment(given, i, path)); i++) {
		snprintf(from, sizeof(from), "%06d.log", i);
		snprintf(name, sizeof(name), "%s/%s", JOURNAL, from);
		if (!copy_one(r, given, from, name, NULL, fault))
			return false;
	}
	return true;
}

static bool
journal_join(struct restoring *r, struct fault *fault)
{
	char folder[MANIFEST_PATH + 16];
	struct joining j = { .is = &r->is,
		.before = SINK_GROW(CHARTER_MOST),
		.charter = SINK_GROW(CHARTER_MOST),
		.pack = SINK_GROW(PACK_MOST) };
	struct journal end = { .seq = 0 };
	snprintf(folder, sizeof(folder), "%s/%s", r->aside, JOURNAL);
	bool good = journal_copy(r, fault) && journal_read(folder, join_line, &j, &end, fault) &&
		    (j.met || fault_refuse(fault, &RESTORE_JOURNAL, "--journal",
				  "この台帳はバックアップの台帳（%" PRId64
				  " 行目まで）に続いていません。別の台帳か、古い台帳です。",
				  r->is.line)) &&
		    charter_put(r, &j, fault);
	r->out->line = r->is.line;
	r->out->lines = end.seq;
	r->out->newer = j.newer;
	sink_drop(&j.before);
	sink_drop(&j.charter);
	sink_drop(&j.pack);
	return good;
}

static bool
destroy_one(struct restoring *r, struct keys_db *keys, const char *kind, const char *owner,
    struct fault *fault)
{
	struct blob had = { 0 };
	struct fault none = { 0 };
	r->out->destroyed += keys_db_get(keys, kind, owner, &had, &none);
	blob_drop(&had);
	return keys_db_destroy_noted(keys, kind, owner, fault);
}

/* "kind owner" a line, and nothing else: of a list that was cut the rest would open again. */
static bool
destroy_listed(struct restoring *r, struct keys_db *keys, const char *folder, struct fault *fault)
{
	char path[MANIFEST_PATH + 64], kind[64], owner[KEY_OWNER];
	OWN_BYTES(bytes) = NULL;
	size_t n;
	snprintf(path, sizeof(path), "%s/%s", folder, BACKUP_DESTROYED);
	if (!file_read(path, DESTROYED_MOST, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	for (char *at = bytes, *stop = at + n, *end; at < stop; at = end + 1) {
		int used = 0;
		end = memchr(at, '\n', (size_t)(stop - at));
		if (end != NULL)
			*end = '\0';
		if (end == NULL || sscanf(at, "%63s %79s%n", kind, owner, &used) != 2 ||
		    at + used != end)
			return fault_refuse(fault, &MANIFEST_FILE, NULL,
			    "「%s」が途中で切れているか、変わっています。"
			    "別のバックアップを使ってください。",
			    path);
		if (!destroy_one(r, keys, kind, owner, fault))
			return false;
	}
	return true;
}

/* What only a newer backup beside it knows; the owner of a key is its public half or a digest, so no
 * other record can be meant. */
static bool
destroy_newer(struct restoring *r, struct keys_db *keys, struct fault *fault)
{
	char beside[MANIFEST_PATH + 8], folder[MANIFEST_PATH + 32];
	snprintf(beside, sizeof(beside), "%s/..", r->from);
	for (int64_t n = INT64_MAX;;) {
		if (!manifest_newest(beside, n, &n, fault))
			return false;
		if (n <= r->is.number)
			return true;
		struct fault why = { 0 };
		snprintf(folder, sizeof(folder), "%s/%" PRId64, beside, n);
		if (destroy_listed(r, keys, folder, &why))
			return true;
		if (why.code != FAULT_MISSING) { /* one of the keys has no such list */
			*fault = why;
			return false;
		}
	}
}

/* Gone before, gone in this copy too [design promise 3]. */
static bool
destroy_again(struct restoring *r, struct fault *fault)
{
	char path[MANIFEST_PATH + 32];
	struct keys_db *keys = NULL;
	if (r->ask->keys == NULL)
		return true;
	snprintf(path, sizeof(path), "%s/keys/keys.db", r->aside);
	bool good = keys_db_open(path, false, &keys, fault) && keys_db_begin(keys, fault);
	if (good)
		good = keys_db_end(keys,
		    destroy_listed(r, keys, r->from, fault) && destroy_newer(r, keys, fault),
		    fault);
	keys_db_close(keys);
	return good;
}

static const char *
store_of(const struct restoring *r)
{
	return r->ask->store == NULL ? "sqlite:store/akashi.db" : r->ask->store;
}

_Static_assert(CONF_URL >= CONF_VALUE + MANIFEST_PATH, "a store in the folder that is restored");

/* Where the store is; the rows of one that was PostgreSQL's come from the same file. */
static bool
store_put(struct restoring *r, struct fault *fault)
{
	char path[MANIFEST_PATH + 32], url[MANIFEST_PATH + 48], place[CONF_URL];
	struct conf conf;
	struct store *from = NULL, *to = NULL;
	snprintf(path, sizeof(path), "%s/akashi.conf", r->aside);
	if (!conf_read(path, &conf, fault))
		return false;
	snprintf(conf.store, sizeof(conf.store), "%s", store_of(r));
	if (!conf_write(path, &conf, fault))
		return false;
	if (r->ask->store == NULL)
		return true;
	snprintf(path, sizeof(path), "%s/rows.db", r->aside);
	snprintf(url, sizeof(url), "sqlite:%s", path);
	bool good = copy_one(r, r->from, BACKUP_STORE, "rows.db",
			manifest_find(&r->is, BACKUP_STORE), fault) &&
		    store_open(url, false, &from, fault) &&
		    store_open(conf_store_url(r->aside, conf.store, place), true, &to, fault) &&
		    store_fill(from, to, fault);
	store_close(to);
	if (from != NULL)
		good = store_settle(from, path, fault) && good;
	(void)unlink(path);
	return good;
}

/* Folders every service has, and the mark that this one waits. */
static bool
furnish(struct restoring *r, struct fault *fault)
{
	static const char *const FOLDERS[] = { "store", "files", "inbox", "outbox", "run", "keys",
		"repository" };
	char path[MANIFEST_PATH + 32];
	for (size_t i = 0; i < COUNT(FOLDERS); i++) {
		snprintf(path, sizeof(path), "%s/%s", r->aside, FOLDERS[i]);
		if (!file_folder(path, 0700, fault))
			return false;
	}
	snprintf(path, sizeof(path), "%s/%s", r->aside, STANDBY_MARK);
	return file_write(path, 0600, "", 0, fault);
}

/* What was begun, then the mark that it was ours. */
static void
aside_remove(const struct restoring *r)
{
	backup_remove(r->aside);
	(void)unlink(r->mark);
}

/* TO.new: of one that stopped in the middle it is removed, there may be keys in it; another's stays,
 * and that of one that still runs. */
static bool
aside_begin(struct restoring *r, struct fault *fault)
{
	char aside[MANIFEST_PATH];
	snprintf(aside, sizeof(aside), "%s.new", r->to);
	snprintf(r->mark, sizeof(r->mark), "%s.restoring", r->to);
	bool stopped = file_exists(r->mark);
	if (file_exists(aside) && !stopped)
		return fault_refuse(fault, &RESTORE_THERE, "--to",
		    "「%s」に別のものがあります。ほかの場所に移してください。", aside);
	if (!lock_take(r->mark, &r->lock, fault))
		return false;
	if (stopped)
		backup_remove(aside);
	snprintf(r->aside, sizeof(r->aside), "%s", aside);
	return (file_sync_folder(r->mark) ||
		   fault_set(fault, FAULT_STORE, "「%s」を残せません。", r->mark)) &&
	       file_folder(aside, 0700, fault);
}

static bool
put(struct restoring *r, struct fault *fault)
{
	const struct restore *a = r->ask;
	bool good = aside_begin(r, fault) &&
		    (a->keys == NULL || copy_all(r, &r->copy, r->keys, fault)) &&
		    destroy_again(r, fault) && copy_all(r, &r->is, r->from, fault) &&
		    journal_join(r, fault) && furnish(r, fault) && store_put(r, fault);
	if (!good)
		return false;
	if (rename(r->aside, r->to) == 0 && file_sync_folder(r->to)) {
		(void)unlink(r->mark);
		return true;
	}
	return fault_set(
	    fault, FAULT_STORE, "「%s」に名前を付けられません（%s）。", a->to, strerror(errno));
}

/* What the restored one says of itself. */
static bool
head_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct restored *out = context;
	struct tree t = { 0 };
	out->events = 0;
	if (!event_each(tx, 1, backup_leaf, &t, fault))
		return false;
	out->events = t.size;
	tree_root(&t, out->root);
	return true;
}

static bool
compare(struct restoring *r, struct fault *fault)
{
	char url[CONF_URL];
	struct store *s = NULL;
	bool good = store_open(conf_store_url(r->to, store_of(r), url), false, &s, fault) &&
		    store_read(s, head_tx, r->out, fault);
	store_close(s);
	r->out->same_head = good && r->out->events == r->is.events &&
			    memcmp(r->out->root, r->is.root, sizeof(r->is.root)) == 0;
	return good;
}

bool
restore_run(const struct restore *a, struct restored *out, struct fault *fault)
{
	struct restoring r = { .ask = a, .out = out, .lock = -1 };
	size_t n = strlen(a->to);
	while (n > 1 && a->to[n - 1] == '/')
		n--;
	if (n >= sizeof(r.to) || (a->store != NULL && strlen(a->store) >= CONF_VALUE))
		return fault_field(fault, FAULT_USAGE, n >= sizeof(r.to) ? "--to" : "--store",
		    "--to か --store が長すぎます。短い場所を指定してください。");
	snprintf(r.to, sizeof(r.to), "%.*s", (int)n, a->to);
	*out = (struct restored){ .number = 0 };
	bool good = look(&r, fault) && put(&r, fault) && compare(&r, fault);
	if (!good && r.aside[0] != '\0')
		aside_remove(&r);
	if (r.lock != -1)
		(void)close(r.lock);
	out->number = r.is.number;
	out->keys = r.copy.number;
	out->keys_newest = r.is.keys;
	out->made = r.is.made;
	manifest_free(&r.is);
	manifest_free(&r.copy);
	return good;
}
