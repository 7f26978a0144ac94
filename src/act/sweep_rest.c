/* What stands beside the books: instructions not delivered, lists, keys and files left over. */
#include "act/sweep_in.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "act/print_day.h"
#include "act/revoke_open.h"
#include "act/search_card.h"
#include "act/station.h"
#include "base/array.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "book/warrant.h"
#include "store/list_row.h"
#include "store/proof_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"

enum { LIST_MOST = 256 << 20 };

struct signed_warrant {
	struct warrant_row row; /* without what it borrows */
	int need; /* signatures */
};
/* Warrants of one kind that have all their signatures and have not ended. */
struct undelivered {
	struct sweep *sweep;
	const char *task; /* that delivers it */
	struct signed_warrant *one; /* owned */
	size_t count, room;
};

/* As many officers as the ground asks for; one for a void. */
static int
signatures_due(const struct sweep *s, const struct warrant_row *w)
{
	return strcmp(w->kind, "revoke") == 0 ? revoke_open_need(s->crew->service, w) : 1;
}

static bool
undelivered_row(const void *row, void *context, struct fault *fault)
{
	const struct warrant_row *w = row;
	struct undelivered *u = context;
	if (!ARRAY_ROOM(u->one, u->count, u->room, fault))
		return false;
	u->one[u->count] = (struct signed_warrant){ *w, signatures_due(u->sweep, w) };
	u->one[u->count++].row.sealed = (struct blob){ 0 };
	return true;
}

static bool
proof_count(const void *row, void *context, struct fault *fault)
{
	(void)row, (void)fault;
	++*(int *)context;
	return true;
}

/* What a rule refused is not asked for again: people have been told. */
static bool
refused_by_rule(const struct task_row *t)
{
	return strcmp(t->state, "refused") == 0 &&
	       (t->exit == FAULT_INPUT || t->exit == FAULT_MISSING || t->exit == FAULT_STATE ||
		   t->exit == FAULT_DENIED || t->exit == FAULT_SECOND);
}

/* It has its signatures, and no rule has refused it; whether somebody is at it. */
static bool
answerable(struct tx *tx, const char *task, const uint8_t digest[32], int need, bool *yes,
    bool *on_its_way, struct fault *fault)
{
	struct task_row t;
	bool found;
	int count = 0;
	if (!proof_each(tx, digest, proof_count, &count, fault) ||
	    !task_last(tx, task, digest, &t, &found, fault))
		return false;
	*yes = count >= need && !(found && refused_by_rule(&t));
	*on_its_way = found && (strcmp(t.state, "waiting") == 0 || strcmp(t.state, "taken") == 0);
	return true;
}

bool
sweep_answerable(
    struct sweep *s, struct tx *tx, const struct warrant_row *w, bool *yes, struct fault *fault)
{
	bool on_its_way;
	return answerable(tx, w->kind, w->digest, signatures_due(s, w), yes, &on_its_way, fault);
}

static bool
undelivered_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct undelivered *u = context;
	size_t kept = 0;
	u->count = 0;
	if (!warrant_open_each(tx, u->task, undelivered_row, u, fault))
		return false;
	for (size_t i = 0; i < u->count; i++) {
		const struct signed_warrant *w = &u->one[i];
		bool yes, on_its_way;
		if (!answerable(tx, u->task, w->row.digest, w->need, &yes, &on_its_way, fault))
			return false;
		if (yes && !on_its_way)
			u->one[kept++] = *w;
	}
	u->count = kept;
	return true;
}

/* One that is asked for already (a revocation the store is ahead with) is not asked for twice. */
static bool
followed(const struct sweep *s, const uint8_t digest[32])
{
	for (size_t i = 0; i < s->count; i++)
		if (s->found[i].follow.kind[0] != '\0' &&
		    memcmp(s->found[i].follow.digest, digest, 32) == 0)
			return true;
	return false;
}

bool
sweep_warrants(struct sweep *s, struct fault *fault)
{
	static const char *const OF[] = { "revoke", "void" };
	bool good = true;
	for (size_t k = 0; good && k < COUNT(OF); k++) {
		struct undelivered u = { .sweep = s, .task = OF[k] };
		good = store_read(s->crew->service->store, undelivered_tx, &u, fault);
		for (size_t i = 0; good && i < u.count; i++) {
			if (followed(s, u.one[i].row.digest))
				continue;
			struct found *f = sweep_add(s, UNDELIVERED, fault);
			good = f != NULL;
			if (!good)
				break;
			f->dossier = u.one[i].row.dossier;
			f->edition = u.one[i].row.edition;
			snprintf(f->serial, sizeof(f->serial), "%s", u.one[i].row.serial);
			snprintf(f->name, sizeof(f->name), "%s", OF[k]);
			sweep_follow(s, f, OF[k], u.one[i].row.digest);
		}
		free(u.one);
	}
	return good;
}

struct last_list {
	struct list_row row;
	bool found;
	bool in_hand; /* the next is being published */
};

static bool
last_list(struct tx *tx, void *context, struct fault *fault)
{
	static const uint8_t none[32];
	struct last_list *l = context;
	struct task_row t;
	bool asked;
	if (!list_before(tx, INT64_MAX, &l->row, &l->found, fault) ||
	    !task_last(tx, "list", none, &t, &asked, fault))
		return false;
	l->in_hand = asked && strcmp(t.state, "taken") == 0;
	return true;
}

/* Whether the file is the list of that digest; its bytes too, when asked for. */
static bool
list_is(const char *path, const uint8_t digest[32], struct sink *bytes)
{
	OWN_BYTES(p) = NULL;
	size_t n = 0;
	uint8_t is[32];
	struct fault none = { 0 };
	if (!file_read(path, LIST_MOST, (uint8_t **)(void *)&p, &n, &none))
		return false;
	digest_of(p, n, is);
	if (bytes != NULL)
		sink_bytes(bytes, p, n);
	return memcmp(is, digest, sizeof(is)) == 0;
}

/* The other issuer is publishing, or has published since. */
static bool
list_moved(struct sweep *s, const struct list_row *row, bool *out, struct fault *fault)
{
	struct last_list l = { .found = false };
	if (!store_read(s->crew->service->store, last_list, &l, fault))
		return false;
	*out = l.in_hand || (l.found && l.row.number > row->number);
	return true;
}

/* What the world fetches is the last list; else it is put there again by whoever alone publishes,
 * or the next is made. */
static bool
list_file(struct sweep *s, const struct list_row *row, struct fault *fault)
{
	struct service *service = s->crew->service;
	char served[SERVICE_PATH], kept[SERVICE_PATH], name[64];
	OWN_SINK bytes = SINK_GROW(LIST_MOST);
	snprintf(name, sizeof(name), "ca/crl/%lld.crl", (long long)row->number);
	service_path(service, name, kept);
	service_path(service, "repository/ca.crl", served);
	bool moved = false;
	if (list_is(served, row->digest, NULL))
		return true;
	if (!list_moved(s, row, &moved, fault) || moved)
		return moved;
	struct found *f = sweep_add(s, LIST_FILE, fault);
	if (f == NULL)
		return false;
	snprintf(f->name, sizeof(f->name), "ca.crl");
	if ((s->crew->lanes >> TASK_LISTS & 1) == 0 || !list_is(kept, row->digest, &bytes)) {
		sweep_follow(s, f, "list", NULL);
		return true;
	}
	f->done = file_write(served, 0644, bytes.at, bytes.len, fault);
	return f->done;
}

bool
sweep_lists(struct sweep *s, struct fault *fault)
{
	struct last_list l = { .found = false };
	if (!store_read(s->crew->service->store, last_list, &l, fault))
		return false;
	if (s->ledger.list == 0 || l.in_hand)
		return true;
	if (l.found && l.row.number > s->ledger.list && !sweep_read_on(s, fault))
		return false;
	if (l.found && l.row.number == s->ledger.list)
		return list_file(s, &l.row, fault);
	struct found *f = sweep_add(s, LIST_BEHIND, fault);
	if (f == NULL)
		return false;
	snprintf(f->name, sizeof(f->name), "%lld", (long long)s->ledger.list);
	sweep_follow(s, f, "list", NULL);
	return true;
}

/* Wrapped keys of warrants nobody will ask for any more [design 4]. */
struct leftover {
	struct sweep *sweep;
	const char *kind;
	uint8_t digest[32];
	struct warrant_row warrant;
	bool found;
};

static bool
leftover_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct leftover *l = context;
	warrant_drop(&l->warrant);
	return warrant_get(tx, l->digest, &l->warrant, &l->found, fault);
}

static bool
leftover_key(void *context, const char *owner, struct fault *fault)
{
	struct leftover *l = context;
	struct service *service = l->sweep->crew->service;
	struct day last;
	if (!hex_read(owner, l->digest, sizeof(l->digest)))
		return true;
	if (!store_read(service->store, leftover_tx, l, fault))
		return false;
	const struct warrant_row *w = &l->warrant;
	bool ended = l->found && (w->ended[0] != '\0' || (day_read(w->last_day, &last) &&
							     day_cmp(service->today, last) > 0));
	if (!ended)
		return true;
	struct found *f = sweep_add(l->sweep, KEY_LEFT, fault);
	if (f == NULL || !keys_db_destroy(service->keys, l->kind, owner, fault))
		return false;
	f->dossier = w->dossier;
	f->edition = w->edition;
	f->done = true;
	snprintf(f->name, sizeof(f->name), "%s", l->kind);
	return true;
}

/* Of a renewal that fell before or after its transaction. */
static bool
search_keys(struct sweep *s, struct fault *fault)
{
	int64_t gone;
	if (!search_keys_sweep(s->crew->service, &gone, fault))
		return false;
	struct found *f = gone == 0 ? NULL : sweep_add(s, KEY_LEFT, fault);
	if (f == NULL)
		return gone == 0;
	f->done = true;
	snprintf(f->name, sizeof(f->name), "search");
	return true;
}

bool
sweep_keys(struct sweep *s, struct fault *fault)
{
	static const char *const OF[] = { "warrant-signer", "warrant-keymaker" };
	bool good = true;
	for (size_t i = 0; good && i < COUNT(OF); i++) {
		struct leftover l = { .sweep = s, .kind = OF[i] };
		good = keys_db_each(s->crew->service->keys, OF[i], leftover_key, &l, fault);
		warrant_drop(&l.warrant);
	}
	return good && search_keys(s, fault);
}

/* Kept by a rehearsal's stations alone; a standing station's key lies in its memory. */
static bool
key_kept(struct service *s, enum print_letter letter)
{
	struct station_call call;
	struct fault none = { 0 };
	return station_call(s, letter, false, &call, &none) && station_kept(&call);
}

bool
sweep_print_keys(struct sweep *s, struct fault *fault)
{
	struct service *service = s->crew->service;
	bool before[PRINT_LETTERS];
	int64_t downloads;
	struct fault away = { 0 };
	for (int l = 0; l < PRINT_LETTERS; l++)
		before[l] = key_kept(service, (enum print_letter)l);
	if (!print_day_settle(service, &downloads, &away)) {
		if (away.code ==
		    FAULT_LATER) /* no station to be reached: it wipes when it starts */
			return true;
		*fault = away;
		return false;
	}
	for (int l = 0; l < PRINT_LETTERS; l++) {
		if (!before[l] || key_kept(service, (enum print_letter)l))
			continue;
		struct found *f = sweep_add(s, PRINT_KEY_LEFT, fault);
		if (f == NULL)
			return false;
		snprintf(f->name, sizeof(f->name), "%d", l + 1);
		f->done = true;
	}
	return true;
}

/* Even where nobody has asked yet how it ended. */
static bool
has_ended(pid_t pid)
{
	struct pollfd p = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	if (p.fd == -1) /* of one that is gone Linux 6.1 says EINVAL where its session goes on */
		return kill(pid, 0) == -1 && errno == ESRCH;
	bool ended = poll(&p, 1, 0) == 1;
	(void)close(p.fd);
	return ended;
}

/* It was being written by a process that is no more. */
static bool
is_stray(const char *name)
{
	pid_t pid = file_writer(name);
	return pid != 0 && has_ended(pid);
}

static bool
stray_remove(struct sweep *s, const char *folder, const char *name, struct fault *fault)
{
	char path[SERVICE_PATH], below[SERVICE_PATH];
	struct found *f = sweep_add(s, STRAY_FILE, fault);
	if (f == NULL)
		return false;
	snprintf(below, sizeof(below), "%s/%s", folder, name);
	if (unlink(service_path(s->crew->service, below, path)) != 0)
		return fault_set(fault, FAULT_STORE, "「%s」を消せません。", name);
	f->done = true;
	snprintf(f->name, sizeof(f->name), "%.20s/%.50s", folder, name);
	text_clean(f->name); /* it is somebody's, and may be cut within a sign */
	return true;
}

static bool
folder_clean(struct sweep *s, const char *folder, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_FOLDER all = { 0 }; /* not every service has every folder */
	if (!folder_read(service_path(s->crew->service, folder, path), &all, fault))
		return false;
	for (size_t i = 0; i < all.n; i++)
		if (is_stray(folder_name(&all, i)) &&
		    !stray_remove(s, folder, folder_name(&all, i), fault))
			return false;
	return true;
}

bool
sweep_files(struct sweep *s, struct fault *fault)
{
	static const char *const FOLDERS[] = { ".", "ca", "ca/crl", "ca/journal", "keys", "files",
		"outbox", "policy", "repository", "run", "rehearsal", "rehearsal/keys" };
	for (size_t i = 0; i < COUNT(FOLDERS); i++)
		if (!folder_clean(s, FOLDERS[i], fault))
			return false;
	return true;
}
