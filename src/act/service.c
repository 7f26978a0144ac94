#include "act/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/agent.h"
#include "act/clock.h"
#include "act/rulebook.h"
#include "act/standby.h"
#include "base/file.h"
#include "base/text.h"
#include "book/charter.h"
#include "book/tree.h"
#include "store/meta_row.h"
#include "store/policy_row.h"
#include "vault/code.h"
#include "vault/keyfile.h"
#include "wire/agent.h"
#include "wire/child.h"
#include "wire/serve.h"

const char *
service_path(const struct service *s, const char *name, char out[SERVICE_PATH])
{
	snprintf(out, SERVICE_PATH, "%s/%s", s->dir, name);
	return out;
}

const struct refusal SERVICE_POLICY = { "service-policy", FAULT_BROKEN, "R-4.40" };

struct loaded {
	struct policy_row policy;
	struct meta_row rehearsal, archive, accounting, contact;
};

static bool
load(struct tx *tx, void *context, struct fault *fault)
{
	struct loaded *l = context;
	bool policy, rehearsal, archive, accounting, contact;
	return policy_latest(tx, &l->policy, &policy, fault) &&
	       meta_get(tx, "rehearsal", &l->rehearsal, &rehearsal, fault) &&
	       meta_get(tx, "archive", &l->archive, &archive, fault) &&
	       meta_get(tx, "accounting", &l->accounting, &accounting, fault) &&
	       meta_get(tx, "contact", &l->contact, &contact, fault) &&
	       ((policy && rehearsal && archive && accounting && contact) ||
		   fault_set(fault, FAULT_STATE,
		       "このサービスは作りかけです。akashi init からやり直してください。"));
}

/* What may change while a service is open: its policy, its archive key. */
static bool
load_rules(struct service *s, struct fault *fault)
{
	struct loaded l = { 0 };
	struct policy policy;
	if (!store_read(s->store, load, &l, fault)) {
		blob_drop(&l.policy.files);
		return false;
	}
	s->rehearsal = strcmp(l.rehearsal.value, "yes") == 0;
	s->archive_known = l.archive.value[0] != '\0'; /* a real one: from its first charter on */
	bool good = ((!s->archive_known || hex_read(l.archive.value, s->archive_public, 32)) &&
			hex_read(l.accounting.value, s->accounting_public, 32) &&
			hex_read(l.contact.value, s->contact_public, 32)) ||
		    fault_set(fault, FAULT_BROKEN, "保管鍵の記録が壊れています。");
	good = good && rulebook_read(der_of(l.policy.files.at, l.policy.files.n), &policy, fault);
	blob_drop(&l.policy.files);
	if (!good)
		return false;
	if (memcmp(policy.digest, l.policy.digest, 32) != 0) {
		policy_free(&policy);
		return fault_refuse(fault, &SERVICE_POLICY, "policy",
		    "採用した規則が要約と合いません。"
		    "akashi audit verify で確かめ、監査担当に知らせてください。");
	}
	policy_free(&s->policy);
	s->policy = policy;
	s->policy_seen = l.policy.number;
	snprintf(s->archive_seen, sizeof(s->archive_seen), "%.64s", l.archive.value);
	return true;
}

/* What the store takes with a charter, after its file is there. */
struct newest {
	int64_t policy;
	struct meta_row archive;
};

static bool
newest_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct newest *n = context;
	bool found;
	return policy_number_latest(tx, &n->policy, fault) &&
	       meta_get(tx, "archive", &n->archive, &found, fault);
}

static bool
open_store(struct service *s, struct fault *fault)
{
	char path[SERVICE_PATH], url[CONF_URL];
	return store_open(conf_store_url(s->dir, s->conf.store, url), false, &s->store, fault) &&
	       keys_db_open(service_path(s, "keys/keys.db", path), false, &s->keys, fault) &&
	       load_rules(s, fault);
}

static bool
look_at_clock(struct service *s, const char *told, struct fault *fault)
{
	char path[SERVICE_PATH];
	service_path(s, "rehearsal/clock", path);
	if (!clock_read(s->rehearsal ? path : NULL, told, instant_now(), &s->now, fault))
		return false;
	s->today = instant_day(s->now);
	s->clock_note = s->rehearsal ? NULL : clock_note(&s->policy, s->today);
	return true;
}

static bool
open_rest(struct service *s, const char *told, struct fault *fault)
{
	char path[SERVICE_PATH];
	if (!look_at_clock(s, told, fault))
		return false;
	s->index_key = secret_new(SECRET_KEY);
	return (s->index_key != NULL ||
		   fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。")) &&
	       keyfile_read(service_path(s, "keys/index", path), "index", "", 0, s->index_key,
		   SECRET_KEY, fault);
}

bool
service_clock(const struct service *s, struct instant *now, struct fault *fault)
{
	char path[SERVICE_PATH];
	service_path(s, "rehearsal/clock", path);
	return clock_read(s->rehearsal ? path : NULL, NULL, instant_now(), now, fault);
}

bool
service_tell(struct service *s, struct instant at, struct fault *fault)
{
	char text[INSTANT_TEXT];
	return look_at_clock(s, instant_print(text, at), fault);
}

bool
service_tick(struct service *s, struct fault *fault)
{
	char path[SERVICE_PATH];
	uint8_t digest[32] = { 0 };
	OWN_BYTES(bytes) = NULL;
	size_t n;
	struct newest newest = { .policy = 0 };
	if (!look_at_clock(s, NULL, fault) || !store_read(s->store, newest_tx, &newest, fault))
		return false;
	if (file_exists(service_path(s, "ca/charter.der", path))) {
		if (!file_read(path, CHARTER_MOST, (uint8_t **)(void *)&bytes, &n, fault))
			return false;
		charter_digest(der_of(bytes, n), digest);
	}
	if (memcmp(digest, s->charter_seen, 32) == 0 && newest.policy == s->policy_seen &&
	    strcmp(newest.archive.value, s->archive_seen) == 0)
		return true;
	free(s->charter);
	s->charter = NULL;
	if (!load_rules(s, fault))
		return false;
	memcpy(s->charter_seen, digest, 32);
	return true;
}

bool
service_open(const char *dir, const char *told, struct service **out, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct service *s = calloc(1, sizeof(*s));
	if (s == NULL || !vault_start(fault))
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	s->agent = -1;
	snprintf(s->dir, sizeof(s->dir), "%s", dir);
	snprintf(s->actor, sizeof(s->actor), "os:%u", (unsigned)getuid());
	if (strlen(dir) >= sizeof(s->dir) || !file_exists(service_path(s, "akashi.conf", path))) {
		fault_set(fault, FAULT_MISSING,
		    "「%s」にサービスがありません。-C DIR で指すか、akashi init で作ってください。",
		    dir);
		service_close(s);
		return false;
	}
	if (!conf_read(path, &s->conf, fault) || !open_store(s, fault) ||
	    !open_rest(s, told, fault)) {
		service_close(s);
		return false;
	}
	*out = s;
	return true;
}

struct pinned {
	struct policy policy;
	struct pinned *next;
};

static void
pinned_free(struct pinned *p)
{
	while (p != NULL) {
		struct pinned *next = p->next;
		policy_free(&p->policy);
		free(p);
		p = next;
	}
}

void
service_close(struct service *s)
{
	if (s == NULL)
		return;
	if (s->agent != -1)
		(void)close(s->agent);
	if (s->agent_pid != 0)
		(void)child_end(s->agent_pid, 2000);
	secret_free(s->index_key);
	free(s->charter);
	store_close(s->store);
	keys_db_close(s->keys);
	policy_free(&s->policy);
	pinned_free(s->pinned);
	free(s);
}

static const struct policy *
policy_known(const struct service *s, const uint8_t digest[32])
{
	if (memcmp(s->policy.digest, digest, 32) == 0)
		return &s->policy;
	for (const struct pinned *p = s->pinned; p != NULL; p = p->next)
		if (memcmp(p->policy.digest, digest, 32) == 0)
			return &p->policy;
	return NULL;
}

bool
service_policy_in(struct tx *tx, struct service *s, const uint8_t digest[32],
    const struct policy **out, struct fault *fault)
{
	struct policy_row row = { 0 };
	bool found;
	if ((*out = policy_known(s, digest)) != NULL)
		return true;
	if (!policy_by_digest(tx, digest, &row, &found, fault))
		return false;
	struct pinned *p = calloc(1, sizeof(*p));
	bool good = p != NULL || fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	good =
	    good && (found || fault_set(fault, FAULT_BROKEN, "この案件の規則の版がありません。"));
	good = good && rulebook_read(der_of(row.files.at, row.files.n), &p->policy, fault);
	blob_drop(&row.files);
	if (!good) {
		free(p);
		return false;
	}
	p->next = s->pinned;
	s->pinned = p;
	*out = &p->policy;
	return true;
}

struct by_digest {
	struct service *service;
	const uint8_t *digest;
	const struct policy *policy;
};

static bool
find_policy(struct tx *tx, void *context, struct fault *fault)
{
	struct by_digest *b = context;
	return service_policy_in(tx, b->service, b->digest, &b->policy, fault);
}

bool
service_policy(
    struct service *s, const uint8_t digest[32], const struct policy **out, struct fault *fault)
{
	struct by_digest b = { s, digest, policy_known(s, digest) };
	if (b.policy == NULL && !store_read(s->store, find_policy, &b, fault))
		return false;
	*out = b.policy;
	return true;
}

static bool
charter_load(struct service *s, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_BYTES(bytes) = NULL;
	OWN_BYTES(charter) = calloc(1, sizeof(struct charter));
	size_t n;
	if (!file_exists(service_path(s, "ca/charter.der", path)))
		return fault_set(fault, FAULT_STATE,
		    "憲章がまだありません。管理者が akashi charter sign で署名してください。");
	if (charter == NULL ||
	    !file_read(path, CHARTER_MOST, (uint8_t **)(void *)&bytes, &n, fault) ||
	    !charter_unpack(der_of(bytes, n), charter, fault))
		return false;
	if (((struct charter *)charter)->rehearsal != s->rehearsal)
		return fault_set(fault, FAULT_BROKEN, "憲章は別の種類のサービスのものです。");
	charter_digest(der_of(bytes, n), s->charter_digest);
	s->charter = TAKE(charter);
	return true;
}

bool
service_charter(
    struct service *s, const struct charter **out, uint8_t digest[32], struct fault *fault)
{
	if (s->charter == NULL && !charter_load(s, fault))
		return false;
	if (digest != NULL)
		memcpy(digest, s->charter_digest, 32);
	*out = s->charter;
	return true;
}

void
service_event(const struct service *s, const char *kind, int64_t dossier, struct event_row *e)
{
	*e = (struct event_row){ .at = s->now.sec,
		.dossier = dossier,
		.note = s->clock_note,
		.waits = !standby_takes(s, kind) };
	secret_random(e->act_id, sizeof(e->act_id));
	snprintf(e->kind, sizeof(e->kind), "%s", kind);
	snprintf(e->actor, sizeof(e->actor), "%s", s->actor);
}

/* Once, however often the transaction runs. */
static bool
note_add(struct event_row *e, struct fault *fault)
{
	size_t n = strlen(e->detail);
	if (e->note == NULL || strstr(e->detail, e->note) != NULL)
		return true;
	int more =
	    snprintf(e->detail + n, sizeof(e->detail) - n, "%s%s", n == 0 ? "" : " ", e->note);
	return (size_t)more < sizeof(e->detail) - n ||
	       fault_set(fault, FAULT_BUG, "操作記録の行が長すぎます。");
}

void
service_event_bytes(const struct event_row *e, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_octets(out, e->act_id, sizeof(e->act_id));
	der_put_int(out, e->at);
	der_put_utf8(out, e->kind);
	der_put_utf8(out, e->actor);
	der_put_int(out, e->dossier);
	der_put_utf8(out, e->detail);
	der_put_int(out, e->changes);
	der_put_octets(out, e->changes_head, sizeof(e->changes_head));
	der_end(out, all);
}

void
service_event_leaf(const struct event_row *e, uint8_t leaf[32])
{
	uint8_t bytes[1200];
	struct sink out = SINK_INTO(bytes);
	service_event_bytes(e, &out);
	tree_leaf(out.at, out.len, leaf);
}

bool
service_event_add(struct tx *tx, struct event_row *e, struct fault *fault)
{
	if (e->waits)
		return standby_refuse(fault);
	if (!note_add(e, fault) || !event_begin(tx, e, fault))
		return false;
	service_event_leaf(e, e->leaf);
	return event_add(tx, e, fault);
}

bool
service_event_once(struct tx *tx, void *event, struct fault *fault)
{
	struct event_row *e = event;
	bool found;
	return event_by_act(tx, e->act_id, &found, fault) &&
	       (found || service_event_add(tx, e, fault));
}

/* Without a standing agent a rehearsal starts one for its own length; a real service asks. */
static bool
agent_start(struct service *s, struct fault *fault)
{
	struct agent_call call;
	int socket[2], passphrase[2];
	if (!s->rehearsal)
		return fault_set(fault, FAULT_LATER,
		    "保管鍵が開いていません。"
		    "管理者が akashi key open archive で開いてから、もう一度実行してください。");
	agent_call(s, KEY_ARCHIVE, false, &call);
	if (!socket_pair(socket, fault) || pipe(passphrase) != 0)
		return fault_set(fault, FAULT_BUG, "ソケットを作れません。");
	(void)close(passphrase[1]); /* a rehearsal's key has none */
	struct child c = { "akashi-key", call.argv, { socket[1], passphrase[0] }, 2, false };
	bool good = child_start(&c, &s->agent_pid, fault);
	(void)close(socket[1]);
	(void)close(passphrase[0]);
	s->agent = socket[0];
	return good;
}

static bool
agent_ready(struct service *s, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct fault none = { 0 };
	if (s->agent != -1)
		return true;
	return socket_connect(service_path(s, "run/archive.sock", path), &s->agent, &none) ||
	       agent_start(s, fault);
}

bool
service_open_sealed(struct service *s, const struct dossier_row *d, const char *purpose,
    struct der sealed, const char *reason, struct sink *out, struct fault *fault)
{
	char owner[DIGEST_HEX];
	struct blob wrapped = { 0 };
	uint8_t body[1024];
	struct sink packed = SINK_INTO(body);
	OWN_SECRET(key) = secret_new(AGENT_KEY + 1);
	if (key == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!agent_ready(s, fault) ||
	    !keys_db_get(s->keys, "dossier", hex_print(owner, d->public_key, 32), &wrapped, fault))
		return false;
	struct agent_unwrap ask = { .dossier = d->id, .wrapped = der_of(wrapped.at, wrapped.n) };
	snprintf(ask.person, sizeof(ask.person), "%s", s->actor);
	snprintf(ask.reason, sizeof(ask.reason), "%s", reason);
	agent_unwrap_pack(&ask, &packed);
	blob_drop(&wrapped);
	struct sink secret = { .at = key, .cap = AGENT_KEY + 1 };
	return frame_call(s->agent, AGENT_UNWRAP, der_of(packed.at, packed.len), AGENT_MS, &secret,
		   fault) &&
	       (secret.len == AGENT_KEY ||
		   fault_set(fault, FAULT_BROKEN, "保管鍵の答えの大きさが違います。")) &&
	       seal_open(purpose, key, sealed.p, sealed.n, out, fault);
}
