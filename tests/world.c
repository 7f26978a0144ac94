#include "world.h"

#include "book/adopted.h"

#include "preload.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "book/epoch.h"
#include "book/tree.h"
#include "folder.h"
#include "pki/cert.h"
#include "pki/rsa.h"
#include "shipped.h"
#include "vault/digest.h"
#include "vault/keyfile.h"
#include "vault/seal.h"
#include "wire/agent.h"
#include "wire/child.h"
#include "wire/serve.h"

static const struct {
	const char *id;
	int64_t roles;
	enum surface surface;
} PEOPLE[WORLD_PEOPLE] = {
	[WORLD_SCREENER] = { "sato", 1 << ROLE_SCREENING, SURFACE_DESK },
	[WORLD_APPROVER] = { "suzuki", 1 << ROLE_APPROVAL, SURFACE_STATION },
	[WORLD_APPROVER_DESK] = { "tanaka", 1 << ROLE_APPROVAL, SURFACE_DESK },
	[WORLD_SCREENER_STATION] = { "ito", 1 << ROLE_SCREENING, SURFACE_STATION },
	[WORLD_OFFICER] = { "kato", 1 << ROLE_REVOCATION, SURFACE_DESK },
	[WORLD_OFFICER_2] = { "kimura", 1 << ROLE_REVOCATION, SURFACE_STATION },
	[WORLD_OFFICER_3] = { "kaneko", 1 << ROLE_REVOCATION, SURFACE_DESK },
	[WORLD_LEAVER] = { "hayashi", 1 << ROLE_APPROVAL, SURFACE_STATION },
	[WORLD_CUSTODIAN] = { "custodian-1", 1 << ROLE_CUSTODIAN, SURFACE_STATION },
	[WORLD_CUSTODIAN + 1] = { "custodian-2", 1 << ROLE_CUSTODIAN, SURFACE_STATION },
	[WORLD_CUSTODIAN + 2] = { "custodian-3", 1 << ROLE_CUSTODIAN, SURFACE_STATION },
	[WORLD_STATION] = { "printer-a", 0, SURFACE_STATION },
	[WORLD_STATION + 1] = { "printer-b", 0, SURFACE_STATION },
	[WORLD_STATION + 2] = { "printer-c", 0, SURFACE_STATION },
};
static const char PASSPHRASE[] = "a passphrase of this test";

static void
must(bool good, const struct fault *fault)
{
	if (good)
		return;
	fprintf(stderr, "world: %s %s (%s)\n", fault->name, fault->say, fault->detail);
	abort();
}

static struct der
sink_der(const struct sink *s)
{
	if (s->full)
		abort();
	return der_of(s->at, s->len);
}

/* The folder and its programs. */

static void
keys_read(struct world *w)
{
	size_t n;
	struct fault f = { 0 };
	must(file_read(KEYS, 1 << 20, &w->keys, &n, &f), &f);
	struct der d = der_of(w->keys, n);
	for (int i = 0; i < WORLD_KEYS; i++) {
		struct rsa *rsa;
		must(der_take_octets(&d, &w->key[i]), &f);
		must(rsa_from_pkcs8(w->key[i].p, w->key[i].n, &rsa, &f), &f);
		w->spki[i] = SINK_GROW(2048);
		must(rsa_spki(rsa, &w->spki[i]), &f);
		rsa_free(rsa);
	}
}

/* Beside the programs of this build; child_start looks in the folder of our own. */
static void
start(const struct world *w, struct child c, pid_t *pid)
{
	char program[64], path[600], env[4][600], library[PRELOAD_PATH];
	struct fault f = { 0 };
	(void)snprintf(program, sizeof(program), "../%s", c.program);
	c.program = program;
	if (w->options.preload == NULL) {
		must(child_start(&c, pid, &f), &f);
		return;
	}
	(void)snprintf(
	    env[0], sizeof(env[0]), "LD_PRELOAD=%s", preload_name(w->options.preload, library));
	(void)snprintf(env[1], sizeof(env[1]), WORLD_SHARED "=%s", w->options.shared);
	(void)snprintf(env[2], sizeof(env[2]), WORLD_POINTS "=%s", w->options.shared);
	(void)snprintf(env[3], sizeof(env[3]), "ASAN_OPTIONS=verify_asan_link_order=0");
	(void)snprintf(path, sizeof(path), "%s/%s", BUILD, program);
	if ((*pid = fork()) != 0)
		return;
	const char *argv[16] = { program };
	char *environment[] = { env[0], env[1], env[2], env[3], NULL };
	for (size_t i = 0; c.argv[i] != NULL; i++)
		argv[i + 1] = c.argv[i];
	for (size_t i = 0; i < c.fd_count; i++)
		(void)dup2(c.fd[i], 64 + (int)i);
	for (size_t i = 0; i < c.fd_count; i++)
		(void)dup2(64 + (int)i, CHILD_FIRST_FD + (int)i);
	(void)close_range((unsigned)(CHILD_FIRST_FD + (int)c.fd_count), ~0u, 0);
	(void)execve(path, (char *const *)argv, environment);
	_exit(70);
}

static int
pipe_with(const void *p, size_t n)
{
	int fd[2];
	if (pipe2(fd, O_CLOEXEC) != 0 || write(fd[1], p, n) != (ssize_t)n)
		abort();
	(void)close(fd[1]);
	return fd[0];
}

static char *
path_of(const struct world *w, const char *name, char out[128])
{
	(void)snprintf(out, 128, "%s/%s", w->dir, name);
	return out;
}

static void
agent_start(struct world *w)
{
	char key[128], log[128], at[128], ready;
	int told[2], words = pipe_with(PASSPHRASE, strlen(PASSPHRASE));
	struct fault f = { 0 };
	must(keyfile_write(path_of(w, "ca.key", key), w->options.real ? "ca" : "rehearsal-ca",
		 w->key[WORLD_KEY_CA].p, w->key[WORLD_KEY_CA].n, PASSPHRASE, strlen(PASSPHRASE),
		 KEYFILE_WEAK, &f),
	    &f);
	const char *const argv[] = { "--verb", "sign", "--key", key, "--log",
		path_of(w, "ca.log", log), "--limit", "0", "--listen", path_of(w, "ca.sock", at),
		NULL };
	if (pipe2(told, O_CLOEXEC) != 0)
		abort();
	struct child c = { "../akashi-key", argv, { told[1], words }, 2, false };
	must(child_start(&c, &w->agent_pid, &f), &f);
	(void)close(told[1]);
	(void)close(words);
	if (read(told[0], &ready, 1) != 1)
		abort();
	(void)close(told[0]);
	must(socket_connect(at, &w->agent, &f), &f);
}

static struct child
signer_child(struct world *w, char path[2][128], const char *argv[5], int peer[WORLD_ROADS])
{
	struct child c = { .program = "akashi-signer", .argv = argv, .fd_count = 4 };
	struct fault f = { 0 };
	char at[128];
	argv[0] = "--journal";
	argv[1] = path_of(w, "journal", path[0]);
	argv[2] = "--revoked";
	argv[3] = path_of(w, "revoked.der", path[1]);
	argv[4] = NULL;
	for (int i = 0; i < WORLD_ROADS; i++) {
		int pair[2];
		must(socket_pair(pair, &f), &f);
		peer[i] = pair[0];
		c.fd[i] = pair[1];
	}
	must(socket_connect(path_of(w, "ca.sock", at), &c.fd[2], &f), &f);
	c.fd[3] = pipe_with(w->signer, sizeof(w->signer));
	return c;
}

static void
child_close(const struct child *c)
{
	for (size_t i = 0; i < c->fd_count; i++)
		(void)close(c->fd[i]);
}

void
world_start(struct world *w)
{
	char path[2][128];
	const char *argv[5];
	struct child c = signer_child(w, path, argv, w->road);
	start(w, c, &w->signer_pid);
	child_close(&c);
}

int
world_second(struct world *w)
{
	char path[2][128];
	const char *argv[5];
	int peer[WORLD_ROADS];
	pid_t pid;
	struct child c = signer_child(w, path, argv, peer);
	start(w, c, &pid);
	child_close(&c);
	int status = child_end(pid, 5000);
	for (int i = 0; i < WORLD_ROADS; i++)
		(void)close(peer[i]);
	return status;
}

int
world_stop(struct world *w)
{
	for (int i = 0; i < WORLD_ROADS; i++)
		(void)close(w->road[i]);
	int status = child_end(w->signer_pid, 10000);
	w->signer_pid = 0;
	return status;
}

void
world_kill(struct world *w)
{
	(void)kill(w->signer_pid, SIGKILL);
	(void)world_stop(w);
}

int64_t
world_uses(struct world *w)
{
	OWN_SINK reply = SINK_GROW(64);
	struct fault f = { 0 };
	struct agent_uses uses = { .count = -1 };
	must(frame_call(w->agent, AGENT_USES, der_of(NULL, 0), AGENT_MS, &reply, &f), &f);
	must(agent_uses_read(sink_der(&reply), &uses), &f);
	return uses.count;
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

void
world_free(struct world *w)
{
	if (w->signer_pid != 0)
		(void)world_stop(w);
	(void)close(w->agent);
	(void)kill(w->agent_pid, SIGTERM);
	(void)child_end(w->agent_pid, 5000);
	(void)nftw(w->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	policy_free(&w->policy);
	sink_drop(&w->pack);
	sink_drop(&w->charter_packed);
	sink_drop(&w->certificate);
	for (int i = 0; i < WORLD_KEYS; i++)
		sink_drop(&w->spki[i]);
	free(w->keys);
	free(w);
}

/* Talking to the signer. */

bool
world_call(struct world *w, int road, enum signer_kind kind, struct der body, struct sink *reply,
    struct fault *fault)
{
	return frame_call(w->road[road], (int64_t)kind, body, SIGNER_MS, reply, fault);
}

static bool
leaf_at(void *context, int64_t i, uint8_t out[32], struct fault *fault)
{
	(void)context, (void)fault;
	tree_leaf(&i, sizeof(i), out);
	return true;
}

static void
tree_of(int64_t size, struct tree *t)
{
	*t = (struct tree){ 0 };
	for (int64_t i = 0; i < size; i++) {
		uint8_t leaf[32];
		tree_leaf(&i, sizeof(i), leaf);
		tree_add(t, leaf);
	}
}

void
world_root(int64_t size, uint8_t root[32])
{
	struct tree t;
	tree_of(size, &t);
	tree_root(&t, root);
}

void
world_head(struct world *w, struct signer_head *h, struct sink *proof)
{
	struct fault f = { 0 };
	struct tree known;
	if (w->options.real && w->options.preload == NULL)
		w->now = instant_now();
	*h = (struct signer_head){ .now = w->now, .older = w->log.known, .size = w->log.size };
	world_root(w->log.size, h->root);
	tree_of(w->log.known, &known);
	must(tree_prove(&known, w->log.size, leaf_at, NULL, proof, &f), &f);
	h->proof = sink_der(proof);
}

void
world_head_pack(struct world *w, struct sink *out)
{
	struct signer_head h;
	OWN_SINK proof = SINK_GROW(4096);
	world_head(w, &h, &proof);
	signer_head_pack(&h, out);
}

void
world_status(struct world *w, struct signer_status *s, struct sink *held)
{
	struct fault f = { 0 };
	*held = SINK_GROW(FRAME_MOST);
	must(world_call(w, WORLD_ROAD_ISSUER, SIGNER_STATUS, der_of(NULL, 0), held, &f), &f);
	must(signer_status_read(sink_der(held), s), &f);
}

struct line
world_receipt(struct world *w, const struct sink *reply)
{
	struct signer_receipt r;
	struct line line;
	struct der d, whole;
	uint8_t digest[32];
	struct fault f = { .say = "the receipt is not the signer's" };
	must(signer_receipt_read(sink_der(reply), &r), &f);
	digest_labelled("akashi receipt v1", r.line.p, r.line.n, digest);
	must(p256_verify(w->charter.signer_point, digest, r.signature.p, r.signature.n), &f);
	d = r.line;
	must(line_take(&d, &line, &whole) && der_done(&d), &f);
	return line;
}

void
world_journal(struct world *w, journal_each *each, void *context)
{
	char path[128];
	struct journal at;
	struct fault f = { 0 };
	must(journal_read(path_of(w, "journal", path), each, context, &at, &f), &f);
}

/* What people sign. */

void
world_act(struct world *w, enum act_kind kind, enum world_who who, const uint8_t document[32],
    struct sink *list)
{
	uint8_t bytes[80];
	struct sink signature = SINK_INTO(bytes);
	struct fault f = { 0 };
	struct act a = { .charter = w->charter.number, .at = w->now };
	(void)snprintf(a.person, sizeof(a.person), "%s", PEOPLE[who].id);
	memcpy(a.subject, document, 32);
	must(act_sign(&a, kind, w->secret[who], &signature, &f), &f);
	act_pack(&a, list);
}

static void
document_put(struct world *w, struct der document, struct der extra, enum act_kind kind,
    const enum world_who *who, const uint8_t digest[32], struct sink *body)
{
	OWN_SINK head = SINK_GROW(8192);
	OWN_SINK list = SINK_GROW(16384);
	world_head_pack(w, &head);
	size_t all = der_begin(&list, DER_SEQUENCE);
	for (; *who != WORLD_PEOPLE; who++)
		world_act(w, kind, *who, digest, &list);
	der_end(&list, all);
	struct signer_document d = { sink_der(&head), document, extra, sink_der(&list) };
	signer_document_pack(&d, body);
}

static void
warrant_put(struct world *w, struct warrant *warrant, const struct sink *inner, enum act_kind kind,
    const enum world_who *who, struct sink *body)
{
	OWN_SINK packed = SINK_GROW(WARRANT_MOST);
	uint8_t digest[32];
	if (w->options.real && w->options.preload == NULL)
		w->now = instant_now();
	memcpy(warrant->service, w->charter.service, SERVICE_ID);
	secret_random(warrant->salt, sizeof(warrant->salt));
	warrant->last_day = day_plus(instant_day(w->now), 30);
	warrant->body = sink_der(inner);
	warrant_pack(warrant, &packed);
	warrant_digest(sink_der(&packed), digest);
	document_put(w, sink_der(&packed), der_of(NULL, 0), kind, who, digest, body);
}

void
world_revoke_body(struct world *w, const uint8_t serial[SERIAL], const char *ground,
    const enum world_who *who, struct sink *body)
{
	OWN_SINK inner = SINK_GROW(1024);
	struct warrant warrant = { .kind = WARRANT_REVOKE };
	struct warrant_revoke r = { .invalid_since = instant_day(w->now) };
	memcpy(r.serial, serial, SERIAL);
	(void)snprintf(r.ground, sizeof(r.ground), "%s", ground);
	warrant_revoke_pack(&r, &inner);
	warrant_put(w, &warrant, &inner, ACT_REVOKE, who, body);
}

void
world_void_body(struct world *w, int64_t dossier, int64_t edition, enum act_kind kind,
    const enum world_who *who, struct sink *body)
{
	OWN_SINK inner = SINK_GROW(64);
	struct warrant warrant = { .kind = WARRANT_VOID, .dossier = dossier, .edition = edition };
	warrant_put(w, &warrant, &inner, kind, who, body);
}

#define VALUE(s) der_of((s), strlen(s))

void
world_certify_body(
    struct world *w, int years, int key, const enum world_who *who, struct sink *body)
{
	OWN_SINK name = SINK_GROW(1024);
	OWN_SINK inner = SINK_GROW(4096);
	struct warrant warrant = { .kind = WARRANT_CACERT };
	const struct warrant_field fields[] = {
		{ PLACE_SUBJECT, "2.5.4.6", true, VALUE("JP") },
		{ PLACE_SUBJECT, "2.5.4.10", false, VALUE("あかし証明株式会社") },
		{ PLACE_SUBJECT, "2.5.4.3", false, VALUE("Akashi World CA") },
		{ PLACE_SUBJECT, WARRANT_MARK_OID, false, VALUE(WARRANT_MARK_TEXT) },
	};
	warrant_fields_pack(fields, w->options.real || w->options.unmarked ? 3 : 4, &name);
	struct warrant_cacert c = { sink_der(&name), sink_der(&w->spki[key]), years };
	warrant_cacert_pack(&c, &inner);
	warrant_put(w, &warrant, &inner, ACT_CACERT, who, body);
}

void
world_adopt_body(struct world *w, const struct warrant_adopt *adopt, const enum world_who *who,
    struct sink *body)
{
	OWN_SINK inner = SINK_GROW(WARRANT_MOST);
	struct warrant warrant = { .kind = WARRANT_ADOPT };
	warrant_adopt_pack(adopt, &inner);
	warrant_put(w, &warrant, &inner, ACT_CACERT, who, body);
}

void
world_part_body(struct world *w, struct der part, struct sink *body)
{
	static const enum world_who NOBODY[] = { WORLD_PEOPLE };
	const uint8_t none[32] = { 0 };
	document_put(w, der_of(NULL, 0), part, ACT_CACERT, NOBODY, none, body);
}

void
world_charter_next(struct world *w, struct charter *next)
{
	*next = w->charter;
	next->number++;
	charter_digest(sink_der(&w->charter_packed), next->previous);
	next->not_before = w->now;
	next->not_after.sec = w->now.sec + (int64_t)CHARTER_DAYS * DAY_SECONDS;
	digest_of(w->pack.at, w->pack.len, next->pack);
}

void
world_charter_body(struct world *w, const struct charter *next, struct der pack,
    const enum world_who *who, struct sink *body)
{
	OWN_SINK packed = SINK_GROW(CHARTER_MOST);
	uint8_t digest[32];
	charter_pack(next, &packed);
	charter_digest(sink_der(&packed), digest);
	document_put(w, sink_der(&packed), pack, ACT_CHARTER, who, digest, body);
}

bool
world_charter_send(
    struct world *w, const struct charter *next, const enum world_who *who, struct fault *fault)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	world_charter_body(w, next, sink_der(&w->pack), who, &body);
	if (!world_call(w, WORLD_ROAD_ISSUER, SIGNER_CHARTER, sink_der(&body), &reply, fault))
		return false;
	w->charter = *next;
	(void)world_receipt(w, &reply);
	sink_drop(&w->charter_packed);
	w->charter_packed = SINK_GROW(CHARTER_MOST);
	charter_pack(next, &w->charter_packed);
	return true;
}

void
world_epoch_next(struct world *w, int64_t to, struct epoch *e)
{
	struct signer_status s;
	OWN_SINK held = { 0 };
	world_status(w, &s, &held);
	*e = (struct epoch){
		.number = s.list / EPOCH_LISTS + 1, .seq = s.seq, .from = s.size, .to = to
	};
	memcpy(e->service, w->charter.service, SERVICE_ID);
	memcpy(e->last, s.last, sizeof(e->last));
	memcpy(e->from_root, s.root, sizeof(e->from_root));
	world_root(to, e->to_root);
}

void
world_epoch_body(
    struct world *w, const struct epoch *e, const enum world_who *who, struct sink *body)
{
	OWN_SINK packed = SINK_GROW(EPOCH_PACKED);
	uint8_t digest[32];
	epoch_pack(e, &packed);
	epoch_digest(sink_der(&packed), digest);
	document_put(w, sink_der(&packed), der_of(NULL, 0), ACT_EPOCH, who, digest, body);
}

bool
world_list_part(struct world *w, int road, int64_t number, int64_t offset, struct sink *out,
    struct fault *fault)
{
	const struct signer_list_part part = { number, offset };
	OWN_SINK ask = SINK_GROW(64);
	signer_list_part_pack(&part, &ask);
	return world_call(w, road, SIGNER_LIST_PART, sink_der(&ask), out, fault);
}

bool
world_list(struct world *w, int road, struct signer_list *out, struct sink *held, struct sink *list,
    struct fault *fault)
{
	OWN_SINK head = SINK_GROW(8192);
	size_t before;
	*held = SINK_GROW(FRAME_MOST);
	*list = SINK_GROW(SIZE_MAX >> 1);
	world_head_pack(w, &head);
	if (!world_call(w, road, SIGNER_LIST, sink_der(&head), held, fault))
		return false;
	must(signer_list_read(sink_der(held), out), fault);
	do {
		before = list->len;
		must(world_list_part(w, road, out->number, (int64_t)before, list, fault), fault);
	} while (list->len > before);
	return true;
}

/* A world from nothing. */

static void
people_make(struct world *w)
{
	struct fault f = { 0 };
	struct charter *c = &w->charter;
	secret_random(c->service, SERVICE_ID);
	c->rehearsal = !w->options.real;
	c->quorum = 2;
	for (int i = 0; i < WORLD_PEOPLE; i++) {
		struct holder h = { .roles = PEOPLE[i].roles, .surface = PEOPLE[i].surface };
		(void)snprintf(h.id, sizeof(h.id), "%s", PEOPLE[i].id);
		must(p256_new(w->secret[i], h.point, &f), &f);
		if (i >= WORLD_STATION)
			c->station[c->stations++] = h;
		else if (i >= WORLD_CUSTODIAN)
			c->custodian[c->custodians++] = h;
		else
			c->staff[c->staffs++] = h;
	}
	must(p256_new(w->keymaker, c->keymaker_point, &f), &f);
	must(p256_new(w->signer, c->signer_point, &f), &f);
	seal_pair(c->keymaker_seal, w->keymaker_seal);
	seal_pair(c->signer_seal, w->signer + P256_SECRET);
	secret_random(c->archive_seal, sizeof(c->archive_seal));
}

/* Charter 0 names the custodians alone; the rest waits for charter 1. */
static void
genesis(struct world *w)
{
	char path[128];
	struct fault f = { 0 };
	struct charter *zero = calloc(1, sizeof(*zero));
	struct line line = { .at = w->now };
	memcpy(zero->service, w->charter.service, SERVICE_ID);
	zero->rehearsal = w->charter.rehearsal;
	zero->quorum = w->charter.quorum;
	if (w->options.adopts != NULL)
		memcpy(zero->pack, w->options.adopts, sizeof(zero->pack));
	zero->custodians = w->charter.custodians;
	memcpy(zero->custodian, w->charter.custodian, sizeof(zero->custodian));
	w->charter_packed = SINK_GROW(CHARTER_MOST);
	charter_pack(zero, &w->charter_packed);
	line.body = sink_der(&w->charter_packed);
	must(journal_create(path_of(w, "journal", path), &line, &f), &f);
	free(zero);
}

static const enum world_who QUORUM[] = { WORLD_CUSTODIAN, WORLD_CUSTODIAN + 1, WORLD_PEOPLE };

static void
begin(struct world *w)
{
	struct charter *one = malloc(sizeof(*one));
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	OWN_SINK held = { 0 };
	OWN_SINK list = { 0 };
	struct signer_list out;
	struct fault f = { 0 };
	world_charter_next(w, one);
	must(world_charter_send(w, one, QUORUM, &f), &f);
	free(one);
	world_certify_body(
	    w, w->options.ca_years == 0 ? 20 : w->options.ca_years, WORLD_KEY_CA, QUORUM, &body);
	w->certificate = SINK_GROW(CERT_MOST);
	must(world_call(w, WORLD_ROAD_ISSUER, SIGNER_CACERT, sink_der(&body), &w->certificate, &f),
	    &f);
	must(world_list(w, WORLD_ROAD_ISSUER, &out, &held, &list, &f), &f);
}

struct world *
world_new(const struct world_options *options)
{
	struct world *w = calloc(1, sizeof(*w));
	struct fault f = { 0 };
	must(vault_start(&f), &f);
	w->options = options == NULL ? (struct world_options){ 0 } : *options;
	test_folder("world", w->dir);
	w->now = w->options.real
		     ? instant_now()
		     : (struct instant){ day_start((struct day){ 2026, 11, 20 }).sec + 9 * 3600 };
	keys_read(w);
	shipped(&w->policy);
	for (size_t i = 0; w->options.unsynchronised != NULL && i < w->policy.setting_count; i++)
		if (strcmp(w->policy.settings[i].name, "clock_unsynchronised") == 0)
			w->policy.settings[i].value = w->options.unsynchronised;
	w->pack = SINK_GROW(PACK_MOST);
	pack_compile(&w->policy, instant_day(w->now), NULL, &w->pack);
	people_make(w);
	genesis(w);
	agent_start(w);
	world_start(w);
	if (!w->options.bare)
		begin(w);
	return w;
}

/* Orders. */

static struct der
value_of(const struct profile_field *row)
{
	static const char *const VALUES[][2] = {
		{ "country", "JP" },
		{ "serial-number", "2026-000042" },
		{ "sex", "M" },
		{ "birth", "1980-01-02" },
		{ "roman", "TAKASAKI YOSHIKATSU" },
		{ "name", "髙﨑𠮷葛\xf3\xa0\x84\x80　太郎" },
	};
	for (size_t i = 0; i < COUNT(VALUES); i++)
		if (strcmp(VALUES[i][0], row->field) == 0)
			return VALUE(VALUES[i][1]);
	return row->printable ? VALUE("X-1") : VALUE("株式会社架空工業");
}

static void
fields_compose(struct world *w, struct order_made *o)
{
	const char *profile = o->certificate.profile;
	for (size_t i = 0; i < w->policy.field_count; i++) {
		const struct profile_field *row = &w->policy.fields[i];
		if (strcmp(row->profile, profile) != 0)
			continue;
		struct warrant_field *f = &o->field[o->fields++];
		*f = (struct warrant_field){
			.place = row->place, .printable = row->printable, .value = value_of(row)
		};
		(void)snprintf(f->oid, sizeof(f->oid), "%s", row->oid);
		bool last = i + 1 == w->policy.field_count ||
			    strcmp(row[1].profile, profile) != 0 || row[1].place != PLACE_SUBJECT;
		if (w->charter.rehearsal && row->place == PLACE_SUBJECT && last)
			o->field[o->fields++] = (struct warrant_field){ PLACE_SUBJECT,
				WARRANT_MARK_OID, false, VALUE(WARRANT_MARK_TEXT) };
	}
}

static void
compose(struct world *w, struct order_made *o, int64_t dossier, int64_t edition)
{
	*o = (struct order_made){ .now = w->now,
		.key = WORLD_KEY_FIRST + (int)(dossier % (WORLD_KEYS - WORLD_KEY_FIRST)),
		.statement_secret = w->keymaker,
		.wrap_for = w->charter.signer_seal };
	struct warrant_certificate *c = &o->certificate;
	o->warrant = (struct warrant){ .kind = WARRANT_CERTIFICATE,
		.dossier = dossier,
		.edition = edition,
		.last_day = day_plus(instant_day(o->now), 29) };
	memcpy(o->warrant.service, w->charter.service, SERVICE_ID);
	secret_random(o->warrant.salt, sizeof(o->warrant.salt));
	*c = (struct warrant_certificate){ .product = "DL-I2",
		.profile = "employee-mandate",
		.vend_rule = "civil143",
		.lang = "ja",
		.years = 2,
		.email = VALUE("taro@example.jp"),
		.subscriber = VALUE("髙﨑　太郎") };
	seal_pair(c->dossier_key, o->dossier_secret);
	secret_random(c->record, sizeof(c->record));
	secret_random(c->screening, sizeof(c->screening));
	secret_random(c->policy, sizeof(c->policy));
	o->pin = (struct delivery){ .route = ROUTE_HONNIN,
		.name = VALUE("髙﨑　太郎"),
		.postcode = VALUE("1000013"),
		.address = VALUE("東京都千代田区霞が関三丁目1番1号") };
	o->password = o->pin;
	o->password.route = ROUTE_KANI;
	fields_compose(w, o);
}

void
order_pack(struct order_made *o)
{
	OWN_SINK fields = SINK_GROW(WARRANT_MOST);
	OWN_SINK pin = SINK_GROW(WARRANT_MOST);
	OWN_SINK password = SINK_GROW(WARRANT_MOST);
	OWN_SINK body = SINK_GROW(WARRANT_MOST);
	struct warrant_certificate c = o->certificate;
	struct warrant w = o->warrant;
	warrant_fields_pack(o->field, o->fields, &fields);
	delivery_pack(&o->pin, &pin);
	delivery_pack(&o->password, &password);
	c.fields = sink_der(&fields);
	c.pin = sink_der(&pin);
	c.password = sink_der(&password);
	warrant_certificate_pack(&c, &body);
	w.body = sink_der(&body);
	sink_drop(&o->packed);
	o->packed = SINK_GROW(WARRANT_MOST);
	warrant_pack(&w, &o->packed);
	if (o->packed.full)
		abort();
}

static void
acts_make(struct world *w, struct order_made *o)
{
	for (; o->acts < 2; o->acts++) {
		struct act *a = &o->act[o->acts];
		o->kind[o->acts] = o->acts == 0 ? ACT_SCREEN : ACT_APPROVE;
		o->by[o->acts] = o->acts == 0 ? WORLD_SCREENER : WORLD_APPROVER;
		*a = (struct act){ .charter = w->charter.number,
			.at = { o->now.sec - 120 + 60 * (int64_t)o->acts } };
		(void)snprintf(a->person, sizeof(a->person), "%s", PEOPLE[o->by[o->acts]].id);
		memcpy(a->subject, o->digest, 32);
	}
}

static void
acts_sign(struct world *w, struct order_made *o)
{
	struct fault f = { 0 };
	for (size_t i = 0; i < o->acts; i++) {
		struct sink s = SINK_INTO(o->signature[i]);
		must(act_sign(&o->act[i], o->kind[i], w->secret[o->by[i]], &s, &f), &f);
	}
}

static void
prints_make(struct world *w, struct order_made *o)
{
	for (int i = 0; i < PRINT_LETTERS; i++) {
		struct print_key *k = &o->print[i];
		o->station[i] = (enum world_who)(WORLD_STATION + i);
		*k = (struct print_key){ .day = instant_day(o->now),
			.letter = (enum print_letter)i };
		memcpy(k->service, w->charter.service, SERVICE_ID);
		secret_random(k->key, sizeof(k->key));
		(void)snprintf(k->station, sizeof(k->station), "%s", PEOPLE[o->station[i]].id);
	}
}

static void
prints_sign(struct world *w, struct order_made *o)
{
	struct fault f = { 0 };
	for (int i = 0; i < PRINT_LETTERS; i++) {
		struct sink s = SINK_INTO(o->signature[ORDER_ACTS_MOST + i]);
		must(print_key_sign(&o->print[i], w->secret[o->station[i]], &s, &f), &f);
	}
}

static void
prints_pack(struct order_made *o)
{
	for (int i = 0; i < PRINT_LETTERS; i++) {
		o->print_packed[i] = SINK_GROW(1024);
		print_key_pack(&o->print[i], &o->print_packed[i]);
	}
}

static void
statement_make(struct world *w, struct order_made *o)
{
	struct statement *s = &o->statement;
	memcpy(s->service, w->charter.service, SERVICE_ID);
	s->charter_number = w->charter.number;
	charter_digest(sink_der(&w->charter_packed), s->charter);
	memcpy(s->warrant, o->digest, 32);
	digest_of(o->spki.at, o->spki.len, s->spki);
	seal_pair(s->package_key, o->package_secret);
	for (int i = 0; i < PRINT_LETTERS; i++)
		s->print[i] = sink_der(&o->print_packed[i]);
	secret_random(s->package, sizeof(s->package));
	secret_random(s->letter, sizeof(s->letter));
}

static void
bytes_make(struct world *w, struct order_made *o)
{
	o->statement_packed = SINK_GROW(4096);
	statement_pack(&o->statement, &o->statement_packed);
	secret_random(o->warrant_key, sizeof(o->warrant_key));
	o->sealed = SINK_GROW(2 * WARRANT_MOST);
	warrant_seal(sink_der(&o->packed), o->warrant_key, &o->sealed);
	o->wrapped = SINK_GROW(1024);
	warrant_wrap(o->warrant_key, o->wrap_for, &o->wrapped);
	o->act_list = SINK_GROW(4096);
	size_t all = der_begin(&o->act_list, DER_SEQUENCE);
	for (size_t i = 0; i < o->acts; i++)
		act_pack(&o->act[i], &o->act_list);
	der_end(&o->act_list, all);
	o->proof = SINK_GROW(4096);
	world_head(w, &o->head, &o->proof);
	o->head.now = o->now;
}

void
order_again(struct world *w, world_change *change, void *context, struct order_made *o,
    int64_t dossier, int64_t edition)
{
	struct fault f = { 0 };
	struct sink signature;
#define AT(stage)                                                                                  \
	if (change != NULL)                                                                        \
	change(w, o, stage, context)
	if (w->options.real && w->options.preload == NULL)
		w->now = instant_now();
	compose(w, o, dossier, edition);
	AT(STAGE_WARRANT);
	order_pack(o);
	AT(STAGE_PACKED);
	warrant_digest(sink_der(&o->packed), o->digest);
	acts_make(w, o);
	AT(STAGE_ACTS);
	acts_sign(w, o);
	AT(STAGE_SIGNED);
	AT(STAGE_ALTERED);
	prints_make(w, o);
	AT(STAGE_PRINT);
	prints_sign(w, o);
	AT(STAGE_PRINTED);
	prints_pack(o);
	AT(STAGE_PRINT_PACKED);
	o->spki = SINK_GROW(2048);
	sink_bytes(&o->spki, w->spki[o->key].at, w->spki[o->key].len);
	statement_make(w, o);
	AT(STAGE_STATEMENT);
	signature = SINK_INTO(o->signature[ORDER_ACTS_MOST + PRINT_LETTERS]);
	must(statement_sign(&o->statement, o->statement_secret, &signature, &f), &f);
	AT(STAGE_STATED);
	bytes_make(w, o);
	AT(STAGE_REQUEST);
#undef AT
}

void
order_new(struct world *w, world_change *change, void *context, struct order_made *o)
{
	order_again(w, change, context, o, ++w->dossier, 1);
}

void
order_free(struct order_made *o)
{
	struct sink *const s[] = { &o->packed, &o->spki, &o->act_list, &o->print_packed[0],
		&o->print_packed[1], &o->statement_packed, &o->sealed, &o->wrapped, &o->proof };
	for (size_t i = 0; i < COUNT(s); i++)
		sink_drop(s[i]);
}

void
order_put(const struct order_made *o, struct sink *orders)
{
	struct signer_issue ask = { sink_der(&o->sealed), sink_der(&o->wrapped),
		sink_der(&o->act_list), sink_der(&o->spki), sink_der(&o->statement_packed) };
	signer_issue_pack(&ask, orders);
}

void
orders_pack(const struct signer_head *h, const struct sink *orders, struct sink *out)
{
	OWN_SINK head = SINK_GROW(8192);
	signer_head_pack(h, &head);
	struct signer_orders ask = { sink_der(&head), sink_der(orders) };
	signer_orders_pack(&ask, out);
}

void
order_body(const struct order_made *o, struct sink *out)
{
	OWN_SINK order = SINK_GROW(FRAME_MOST);
	order_put(o, &order);
	orders_pack(&o->head, &order, out);
}

bool
order_end(struct der *ends, struct signer_issued *out, struct fault *fault)
{
	struct signer_end end = { .issued = { NULL, 0 } };
	struct der whole;
	must(der_take_whole(ends, DER_SEQUENCE, &whole) && signer_end_read(whole, &end), fault);
	if (end.fault.n > 0)
		return fault_unpack(end.fault, fault);
	must(signer_issued_read(end.issued, out), fault);
	return true;
}

bool
order_send(struct world *w, const struct order_made *o, struct signer_issued *out,
    struct sink *held, struct fault *fault)
{
	OWN_SINK body = SINK_GROW(FRAME_MOST);
	order_body(o, &body);
	*held = SINK_GROW(FRAME_MOST);
	if (!world_call(w, WORLD_ROAD_ISSUER, SIGNER_ISSUE, sink_der(&body), held, fault))
		return false;
	struct der ends = sink_der(held);
	if (!order_end(&ends, out, fault))
		return false;
	must(der_done(&ends), fault);
	w->log.known = o->head.size > w->log.known ? o->head.size : w->log.known;
	return true;
}

void
world_issue(struct world *w, uint8_t serial[SERIAL], struct sink *certificate)
{
	struct order_made *o = malloc(sizeof(*o));
	OWN_SINK held = { 0 };
	struct signer_issued out;
	struct fault f = { 0 };
	order_new(w, NULL, NULL, o);
	must(order_send(w, o, &out, &held, &f), &f);
	memcpy(serial, out.serial, SERIAL);
	if (certificate != NULL) {
		*certificate = SINK_GROW(CERT_MOST);
		must(seal_open("certificate", o->dossier_secret, out.for_dossier.p,
			 out.for_dossier.n, certificate, &f),
		    &f);
	}
	order_free(o);
	free(o);
}

void
world_booked_body(struct world *w, int64_t dossier, int64_t edition, struct sink *body)
{
	struct signer_head head;
	OWN_SINK proof = SINK_GROW(4096);
	OWN_SINK one = SINK_GROW(256);
	const struct signer_booked b = { dossier, edition };
	world_head(w, &head, &proof);
	signer_booked_pack(&b, &one);
	orders_pack(&head, &one, body);
}

bool
world_booked(struct world *w, int64_t dossier, int64_t edition, struct fault *fault)
{
	OWN_SINK body = SINK_GROW(16384);
	world_booked_body(w, dossier, edition, &body);
	return world_call(w, WORLD_ROAD_ISSUER, SIGNER_BOOKED, sink_der(&body), NULL, fault);
}
