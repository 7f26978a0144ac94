/* The wrapped keys and the service's own secrets: numbered, and none older than policy allows. */
#include "act/backup_in.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

/* The service's own secrets without which nobody opens it; none of people's, none of the CA's. */
static const char *const SECRETS[] = { "keys/index", "keys/accounting", "keys/contact" };

static bool
secrets_back(struct backing *b, struct fault *fault)
{
	char path[MANIFEST_PATH + MANIFEST_NAME];
	struct stat st;
	snprintf(path, sizeof(path), "%s/keys/keys.db", b->folder);
	struct manifest_file *f = manifest_add(&b->is, "keys/keys.db", fault);
	b->out->files++;
	b->out->copied++;
	if (f == NULL || !manifest_folders(b->folder, "keys/keys.db", fault) ||
	    !keys_db_copy(b->service->keys, path, fault) || !manifest_digest(path, f, fault))
		return false;
	for (size_t i = 0; i < COUNT(SECRETS); i++) {
		char from[SERVICE_PATH];
		if (stat(service_path(b->service, SECRETS[i], from), &st) == 0 &&
		    !backing_file_back(b, SECRETS[i], &st, fault))
			return false;
	}
	return true;
}

/* Copies of ours that hold what was destroyed since are gone after so many days; what cannot be read
 * may be one: nothing is told done. */
static bool
aged_remove(struct backing *b, const char *out, struct fault *fault)
{
	for (int64_t n = b->is.number;;) {
		if (!manifest_newest(out, n, &n, fault))
			return false;
		if (n == 0)
			return true;
		char folder[MANIFEST_PATH];
		struct manifest m;
		struct fault none = { 0 };
		snprintf(folder, sizeof(folder), "%s/%" PRId64, out, n);
		if (!manifest_read(folder, &m, &none))
			return fault_refuse(fault, &BACKUP_OTHER, "--out",
			    "「%s」が鍵の写しかどうか読めません。確かめて、手で消してください。",
			    folder);
		bool old =
		    backing_same(b, &m) && m.made.sec + m.days * DAY_SECONDS <= b->service->now.sec;
		manifest_free(&m);
		if (!old)
			continue;
		backup_remove(folder);
		if (file_exists(folder))
			return fault_set(fault, FAULT_STORE,
			    "古い鍵の写し「%s」を消せません。手で消してください。", folder);
		b->out->removed++;
	}
}

static bool
keys_tell(struct backing *b, const char *out, struct fault *fault)
{
	struct service *s = b->service;
	struct event_row event;
	char path[SERVICE_PATH], text[MANIFEST_PATH + 64];
	struct sink say = SINK_INTO(text);
	service_event(s, "keys-copied", 0, &event);
	snprintf(event.detail, sizeof(event.detail), "number=%" PRId64 " removed=%" PRId64,
	    b->is.number, b->out->removed);
	sink_print(&say, "%" PRId64 " %" PRId64 " ", b->is.number, s->now.sec);
	backing_out_print(out, &say);
	return file_write(service_path(s, BACKUP_KEYS_LAST, path), 0600, say.at, say.len, fault) &&
	       store_write(s->store, event.act_id, service_event_once, &event, fault);
}

bool
backup_keys(
    struct service *s, const char *out, bool anew, struct backed_up *is, struct fault *fault)
{
	struct backing b = { .service = s, .out = is, .anew = anew, .lock = -1 };
	*is = (struct backed_up){ .number = 0 };
	b.is.days = policy_number(&s->policy, "keys_copy_days", s->today);
	bool good = (b.is.days > 0 || fault_set(fault, FAULT_BROKEN,
					  "規則 keys_copy_days がありません（settings.yaml）。")) &&
		    backing_begin(&b, out, fault);
	int64_t last = backing_keys_number(s);
	manifest_free(&b.was);
	b.is.number = b.is.number > last ? b.is.number : last + 1;
	good = good && secrets_back(&b, fault) && backing_end(&b, out, fault) &&
	       aged_remove(&b, out, fault) && keys_tell(&b, out, fault);
	if (!good && b.folder[0] != '\0')
		backup_remove(b.folder);
	backing_drop(&b);
	return good;
}
