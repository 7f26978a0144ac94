#include "act/init.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "act/adopt.h"
#include "act/clock.h"
#include "act/draft.h"
#include "act/repository.h"
#include "act/rulebook.h"
#include "act/search_card.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "book/journal.h"
#include "store/meta_row.h"
#include "store/policy_row.h"
#include "vault/digest.h"
#include "vault/keyfile.h"

enum {
	META_REHEARSAL,
	META_ARCHIVE,
	META_ACCOUNTING,
	META_CONTACT,
	META_SEARCH,
	META_ADOPTS,
	METAS
};

struct init {
	const struct init_request *request;
	struct service s; /* half of one: folder, conf, time, store */
	char policy_from[SERVICE_PATH];
	struct policy_row policy;
	struct meta_row meta[METAS];
	struct event_row event;
	struct charter *zero, *one; /* owned: the beginning; a rehearsal's first draft, or NULL */
	int ca_bits; /* of a rehearsal's CA key */
	uint8_t genesis[32]; /* digest of the journal's first line */
	bool folder_made; /* the folder itself is ours to take away */
};

enum { CA_FILE_MOST = 32 << 10 };

static const char *const FOLDERS[] = { "policy", "ca", "keys", "store", "files", "inbox", "outbox",
	"run", "repository" };
static const char *const REHEARSAL_FOLDERS[] = { "rehearsal", "rehearsal/keys" };

static bool
folder_make(const struct init *m, const char *name, struct fault *fault)
{
	char path[SERVICE_PATH];
	return file_folder(service_path(&m->s, name, path), 0700, fault);
}

static bool
folders(struct init *m, struct fault *fault)
{
	for (size_t i = 0; i < COUNT(FOLDERS); i++)
		if (!folder_make(m, FOLDERS[i], fault))
			return false;
	for (size_t i = 0; i < COUNT(REHEARSAL_FOLDERS) && m->request->rehearsal; i++)
		if (!folder_make(m, REHEARSAL_FOLDERS[i], fault))
			return false;
	return true;
}

/* A rehearsal may begin at a time it is told. */
static bool
clock_set(struct init *m, struct fault *fault)
{
	char path[SERVICE_PATH];
	service_path(&m->s, "rehearsal/clock", path);
	if (!clock_read(m->request->rehearsal ? path : NULL, m->request->told, instant_now(),
		&m->s.now, fault))
		return false;
	m->s.today = instant_day(m->s.now);
	return true;
}

static bool
policy_copy(struct init *m, struct fault *fault)
{
	for (size_t i = 0; i < POLICY_FILE_COUNT; i++) {
		char from[SERVICE_PATH + 64], name[80], to[SERVICE_PATH];
		OWN_BYTES(bytes) = NULL;
		size_t n;
		snprintf(from, sizeof(from), "%s/%s", m->policy_from, POLICY_FILES[i]);
		snprintf(name, sizeof(name), "policy/%s", POLICY_FILES[i]);
		if (!file_read(from, POLICY_FILE_MOST, (uint8_t **)(void *)&bytes, &n, fault) ||
		    !file_write(service_path(&m->s, name, to), 0640, bytes, n, fault))
			return false;
	}
	return true;
}

static bool
documents(struct init *m, struct fault *fault)
{
	char to[SERVICE_PATH];
	return documents_copy(m->policy_from, service_path(&m->s, "policy", to), fault);
}

/* What dossiers will be pinned to: the very bytes that were copied. */
static bool
policy_pack(struct init *m, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct sink packed = SINK_GROW(RULEBOOK_MOST);
	if (!rulebook_pack(service_path(&m->s, "policy", path), &packed, fault)) {
		sink_drop(&packed);
		return false;
	}
	m->policy = (struct policy_row){
		.number = 1, .adopted_at = m->s.now.sec, .files = { packed.at, packed.len }
	};
	digest_of(packed.at, packed.len, m->policy.digest);
	return true;
}

static void
meta_name(struct meta_row *row, const char *name, const char *value)
{
	snprintf(row->name, sizeof(row->name), "%s", name);
	snprintf(row->value, sizeof(row->value), "%s", value);
}

/* The service's own pair: the secret half into a key file, the public one into the store. */
static bool
pair_make(struct init *m, const char *file, const char *purpose, struct meta_row *row,
    struct fault *fault)
{
	uint8_t public[SEAL_PUBLIC];
	char path[SERVICE_PATH], hex[2 * SEAL_PUBLIC + 1];
	OWN_SECRET(secret) = secret_new(SEAL_SECRET);
	if (secret == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	seal_pair(public, secret);
	meta_name(row, purpose, hex_print(hex, public, sizeof(public)));
	return keyfile_write(service_path(&m->s, file, path), purpose, secret, SEAL_SECRET, "", 0,
	    KEYFILE_WEAK, fault);
}

static bool
keys_make(struct init *m, struct fault *fault)
{
	char path[SERVICE_PATH], search[SEARCH_KEY_NAME];
	struct keys_db *keys;
	OWN_SECRET(index) = secret_new(SECRET_KEY);
	if (index == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	secret_random(index, SECRET_KEY);
	if (!keys_db_open(service_path(&m->s, "keys/keys.db", path), true, &keys, fault))
		return false;
	bool made = search_key_first(keys, index, search, fault);
	keys_db_close(keys);
	if (!made)
		return false;
	meta_name(&m->meta[META_SEARCH], "search_key", search);
	if (chmod(path, 0600) != 0)
		return fault_set(fault, FAULT_OUTSIDE, "「%s」の権限を変えられません。", path);
	meta_name(&m->meta[META_REHEARSAL], "rehearsal", m->request->rehearsal ? "yes" : "no");
	meta_name(&m->meta[META_ARCHIVE], "archive", "");
	return keyfile_write(service_path(&m->s, "keys/index", path), "index", index, SECRET_KEY,
		   "", 0, KEYFILE_WEAK, fault) &&
	       pair_make(m, "keys/accounting", "accounting", &m->meta[META_ACCOUNTING], fault) &&
	       pair_make(m, "keys/contact", "contact", &m->meta[META_CONTACT], fault);
}

/* clang-format off */
static const struct { const char *name; enum key_purpose purpose; } PROGRAMS[] = {
	{ "archive", KEY_ARCHIVE }, { "ca", KEY_CA }, { "signer", KEY_SIGNER }, { "keymaker", KEY_KEYMAKER },
	{ "station-pin", KEY_STATION }, { "station-password", KEY_STATION },
};
/* clang-format on */

/* A rehearsal's key: made here, weakly guarded, marked as such. */
static bool
rehearsal_key(struct init *m, const char *name, enum key_purpose purpose, struct key_public *k,
    struct fault *fault)
{
	char file[80], path[SERVICE_PATH];
	struct key_request r = {
		.purpose = purpose, .rehearsal = true, .ca_bits = m->ca_bits, .passphrase = ""
	};
	snprintf(file, sizeof(file), "rehearsal/keys/%s", name);
	r.out = service_path(&m->s, file, path);
	return keys_new(&r, k, fault);
}

/* A rehearsal's CA key that was made elsewhere: its file, its public half, its passphrase. */
static bool
rehearsal_ca(struct init *m, struct key_public *k, struct fault *fault)
{
	const struct init_request *r = m->request;
	const char *const suffix[] = { "", ".pub" };
	char from[SERVICE_PATH + 8], name[64], to[SERVICE_PATH];
	for (size_t i = 0; i < COUNT(suffix); i++) {
		OWN_BYTES(bytes) = NULL;
		size_t n;
		if ((size_t)snprintf(from, sizeof(from), "%s%s", r->ca_key, suffix[i]) >=
		    sizeof(from))
			return fault_field(
			    fault, FAULT_USAGE, "--ca-key", "ファイルの名前が長すぎます。");
		snprintf(name, sizeof(name), "rehearsal/keys/ca%s", suffix[i]);
		if (!file_read(from, CA_FILE_MOST, (uint8_t **)(void *)&bytes, &n, fault) ||
		    !file_write_new(service_path(&m->s, name, to), 0600, bytes, n, fault))
			return false;
	}
	if (!key_public_read(to, KEY_CA, k, fault))
		return false;
	if (!k->rehearsal)
		return fault_field(fault, FAULT_INPUT, "--ca-key",
		    "試験用の鍵ではありません。akashi key new --rehearsal で作ってください。");
	return file_write_new(service_path(&m->s, "rehearsal/keys/ca.passphrase", to), 0600,
	    r->ca_passphrase, r->ca_passphrase_len, fault);
}

static bool
custodian_add(struct init *m, const char *id, const struct key_public *k, struct fault *fault)
{
	const struct draft_holder h = { id, role_name(ROLE_CUSTODIAN), "station", k };
	return draft_add(m->zero, &h, fault);
}

/* Those who were named, or a rehearsal's own three. */
static bool
custodians_make(struct init *m, struct fault *fault)
{
	const struct init_request *r = m->request;
	size_t n = r->custodians > 0 ? r->custodians : r->rehearsal ? 3 : 0;
	struct key_public k;
	for (size_t i = 0; i < n; i++) {
		char id[ACT_PERSON];
		snprintf(id, sizeof(id), "custodian-%zu", i + 1);
		bool made = r->custodians == 0
				? rehearsal_key(m, id, KEY_PERSON, &k, fault)
				: key_public_read(r->custodian[i], KEY_PERSON, &k, fault);
		if (!made || !custodian_add(m, id, &k, fault))
			return false;
	}
	m->zero->quorum = r->quorum != 0 ? r->quorum : n > 1 ? 2 : 1;
	if (m->zero->quorum < 1 || m->zero->quorum > (int64_t)n)
		return fault_field(fault, FAULT_USAGE, "--custodian",
		    "管理者の公開鍵（--custodian）を、"
		    "定数（--quorum）以上の人数だけ渡してください。");
	return true;
}

/* Which CA of before moves in: known from the first line on, taken in later (act/adopt.h). */
static bool
adopts(struct init *m, struct fault *fault)
{
	const char *path = m->request->adopt;
	struct cert_ca ca;
	char hex[DIGEST_HEX] = "";
	OWN_SINK der = { 0 };
	if (path != NULL) {
		if (!adopt_certificate(path, m->request->rehearsal, m->s.now, &der, &ca, fault))
			return false;
		digest_of(der.at, der.len, m->zero->pack);
		hex_print(hex, m->zero->pack, 32);
	}
	meta_name(&m->meta[META_ADOPTS], "adopts", hex);
	return true;
}

/* Service id, rehearsal mark, custodians and quorum: the first line, before anything else. */
static bool
genesis_make(struct init *m, struct fault *fault)
{
	char path[SERVICE_PATH];
	OWN_SINK packed = SINK_GROW(CHARTER_MOST);
	OWN_SINK whole = SINK_GROW(LINE_MOST);
	struct line line = { .at = m->s.now };
	m->zero = calloc(1, sizeof(*m->zero));
	if (m->zero == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	secret_random(m->zero->service, SERVICE_ID);
	m->zero->rehearsal = m->request->rehearsal;
	m->zero->not_before = m->zero->not_after = m->s.now;
	if (!adopts(m, fault) || !custodians_make(m, fault))
		return false;
	charter_pack(m->zero, &packed);
	line.body = der_of(packed.at, packed.len);
	if (!journal_create(service_path(&m->s, "ca/journal", path), &line, fault))
		return false;
	line_pack(&line, &whole);
	line_digest(der_of(whole.at, whole.len), m->genesis);
	return file_write(
	    service_path(&m->s, "ca/charter.der", path), 0640, packed.at, packed.len, fault);
}

/* Two per role, one on each surface [design 2]. */
static bool
staff_make(struct init *m, struct fault *fault)
{
	for (int role = ROLE_RECEPTION; role < ROLES; role++)
		for (int i = 0; i < SURFACES; i++) {
			char id[ACT_PERSON];
			struct key_public k;
			snprintf(id, sizeof(id), "%s-%d", role_name((enum role)role), i + 1);
			const struct draft_holder h = { id, role_name((enum role)role),
				surface_name((enum surface)i), &k };
			if (!rehearsal_key(m, id, KEY_PERSON, &k, fault) ||
			    !draft_add(m->one, &h, fault))
				return false;
		}
	return true;
}

static bool
programs_make(struct init *m, struct fault *fault)
{
	struct key_public k;
	for (size_t i = 0; i < COUNT(PROGRAMS); i++) {
		const struct draft_holder h = { PROGRAMS[i].name, NULL, NULL, &k };
		bool given = PROGRAMS[i].purpose == KEY_CA && m->request->ca_key != NULL;
		if (!(given ? rehearsal_ca(m, &k, fault)
			    : rehearsal_key(m, PROGRAMS[i].name, PROGRAMS[i].purpose, &k, fault)) ||
		    (PROGRAMS[i].purpose != KEY_CA && !draft_add(m->one, &h, fault)))
			return false;
	}
	return true;
}

static bool
rehearsal_make(struct init *m, struct fault *fault)
{
	bool fresh;
	char hex[DIGEST_HEX];
	if (!m->request->rehearsal)
		return true;
	if (!draft_read(&m->s, &m->one, &fresh, fault) || !staff_make(m, fault) ||
	    !programs_make(m, fault))
		return false;
	meta_name(&m->meta[META_ARCHIVE], "archive", hex_print(hex, m->one->archive_seal, 32));
	return draft_write(&m->s, m->one, fault);
}

static bool
store_begin(struct tx *tx, void *context, struct fault *fault)
{
	struct init *m = context;
	struct meta_row old;
	bool found;
	if (!meta_get(tx, "rehearsal", &old, &found, fault))
		return false;
	if (found)
		return fault_set(fault, FAULT_STATE,
		    "このデータベースには別のサービスがあります。"
		    "空のデータベースを指定してください。");
	for (size_t i = 0; i < COUNT(m->meta); i++)
		if (!meta_put(tx, m->meta[i].name, m->meta[i].value, fault))
			return false;
	return tx_insert(tx, &POLICY_TABLE, &m->policy, NULL, fault) &&
	       service_event_add(tx, &m->event, fault);
}

static bool
store_make(struct init *m, struct fault *fault)
{
	char url[CONF_URL], hex[DIGEST_HEX];
	service_event(&m->s, "service-created", 0, &m->event);
	snprintf(m->event.detail, sizeof(m->event.detail), "rehearsal=%s policy=%s",
	    m->request->rehearsal ? "yes" : "no", hex_print(hex, m->policy.digest, 32));
	return store_open(
		   conf_store_url(m->s.dir, m->s.conf.store, url), true, &m->s.store, fault) &&
	       store_write(m->s.store, m->event.act_id, store_begin, m, fault);
}

static bool
conf_make(struct init *m, struct fault *fault)
{
	char path[SERVICE_PATH];
	return conf_write(service_path(&m->s, "akashi.conf", path), &m->s.conf, fault) &&
	       (!m->folder_made || file_sync_folder(m->s.dir) ||
		   fault_set(fault, FAULT_OUTSIDE, "フォルダ「%s」を保存できません。", m->s.dir));
}

/* clang-format off */
static const struct init_step { const char *name; bool (*run)(struct init *, struct fault *); } STEPS[] = {
	{ "folders",     folders },
	{ "clock",       clock_set },
	{ "policy",      policy_copy },
	{ "documents",   documents },
	{ "policy-pack", policy_pack },
	{ "keys",        keys_make },
	{ "genesis",     genesis_make },
	{ "rehearsal",   rehearsal_make },
	{ "store",       store_make },
	{ "conf",        conf_make }, /* the last: from here on it is a service */
};
/* clang-format on */

/* A password in a URL would stand in argv and in akashi.conf. */
static bool
store_allowed(const char *url, struct fault *fault)
{
	const char *host = strstr(url, "://"), *at = strchr(url, '@');
	bool postgres = strncmp(url, "postgresql://", 13) == 0;
	if (!postgres && strncmp(url, "sqlite:", 7) != 0)
		return fault_field(fault, FAULT_USAGE, "--store",
		    "--store には sqlite:PATH か postgresql://HOST/NAME を渡してください。");
	bool secret =
	    postgres && at != NULL && memchr(host + 3, ':', (size_t)(at - host - 3)) != NULL;
	if (secret || strstr(url, "password=") != NULL)
		return fault_field(fault, FAULT_USAGE, "--store",
		    "--store にパスワードを書かないでください。~/.pgpass に置いてください。");
	return true;
}

static bool
begin(struct init *m, struct fault *fault)
{
	const struct init_request *r = m->request;
	struct policy_errors errors;
	struct policy checked;
	m->s.agent = -1;
	snprintf(m->s.dir, sizeof(m->s.dir), "%s", r->dir);
	snprintf(m->s.actor, sizeof(m->s.actor), "os:%u", (unsigned)getuid());
	conf_default(&m->s.conf);
	if (strlen(r->dir) >= sizeof(m->s.dir) ||
	    (r->store != NULL && strlen(r->store) >= CONF_VALUE) ||
	    (r->listen != NULL && strlen(r->listen) >= CONF_VALUE))
		return fault_set(fault, FAULT_USAGE, "指定が長すぎます。");
	if (r->store != NULL)
		snprintf(m->s.conf.store, CONF_VALUE, "%s", r->store);
	if (r->listen != NULL)
		snprintf(m->s.conf.listen, CONF_VALUE, "%s", r->listen);
	if (r->told != NULL && !r->rehearsal)
		return clock_read(NULL, r->told, instant_now(), &m->s.now, fault);
	if (!vault_start(fault) || !store_allowed(m->s.conf.store, fault))
		return false;
	if (r->policy != NULL)
		snprintf(m->policy_from, sizeof(m->policy_from), "%s", r->policy);
	else if (!rulebook_shipped(m->policy_from, sizeof(m->policy_from), fault))
		return false;
	if (!rulebook_check(m->policy_from, &checked, &errors, fault))
		return false;
	m->ca_bits = (int)policy_number(&checked, "ca_key_bits", instant_day(instant_now()));
	m->s.clock_note = r->rehearsal ? NULL : clock_note(&checked, instant_day(instant_now()));
	policy_free(&checked);
	return true;
}

/* Exists and is empty, or is made now. */
static bool
folder_empty(struct init *m, struct fault *fault)
{
	if (mkdir(m->s.dir, 0700) == 0) {
		m->folder_made = true;
		return file_folder(m->s.dir, 0700, fault);
	}
	OWN_FOLDER all = { 0 };
	struct fault none = { 0 };
	if (errno != EEXIST || !folder_read(m->s.dir, &all, &none))
		return fault_field(fault, FAULT_INPUT, "DIR",
		    "フォルダ「%s」を作れません。場所と権限を確かめてください。", m->s.dir);
	return all.n == 0 ||
	       fault_field(fault, FAULT_STATE, "DIR",
		   "「%s」は空ではありません。空のフォルダか、まだない名前を指定してください。",
		   m->s.dir);
}

static int
take_away(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	if (ftw->level > 0)
		(void)remove(path);
	return 0;
}

bool
init_run(const struct init_request *request, struct init_made *made, struct fault *fault)
{
	struct init m = { .request = request };
	if (!begin(&m, fault) || !folder_empty(&m, fault))
		return false;
	bool good = true;
	for (size_t i = 0; good && i < COUNT(STEPS); i++)
		good = STEPS[i].run(&m, fault);
	if (good) {
		memcpy(made->policy, m.policy.digest, 32);
		words_print(made->words, m.genesis);
		snprintf(made->engine, sizeof(made->engine), "%s", store_engine(m.s.store));
	}
	store_close(m.s.store);
	blob_drop(&m.policy.files);
	free(m.zero);
	free(m.one);
	if (!good)
		(void)nftw(m.s.dir, take_away, 16, FTW_DEPTH | FTW_PHYS);
	if (!good && m.folder_made)
		(void)rmdir(m.s.dir);
	return good;
}
