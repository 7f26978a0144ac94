#include "act/enact.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/adopt.h"
#include "act/draft.h"
#include "act/enact_in.h"
#include "act/errand.h"
#include "act/proofs.h"
#include "act/rulebook.h"
#include "act/standby.h"
#include "base/file.h"
#include "base/text.h"
#include "book/pack.h"
#include "book/warrant.h"
#include "pki/cert.h"
#include "store/meta_row.h"
#include "store/policy_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"
#include "wire/frame.h"

const struct refusal CA_CERTIFIED = { "ca-certified", FAULT_STATE, "design 2" };
const struct refusal CA_OTHER = { "ca-other", FAULT_STATE, "design 2" };
const struct refusal CA_NOT_DRAFTED = { "ca-not-drafted", FAULT_STATE, "design 2" };
const struct refusal ENACT_RULES = { "rules-other", FAULT_STATE, "X-4" };

/* With the quorum there is a task: until it has ended, what was signed may be in the making. */
bool
enact_in_hand(struct tx *tx, const uint8_t digest[32], bool *is, struct fault *fault)
{
	struct task_row t = { .id = 0 };
	bool found;
	if (!task_last(tx, "cacert", digest, &t, &found, fault))
		return false;
	*is = found && (strcmp(t.state, "waiting") == 0 || strcmp(t.state, "taken") == 0);
	return true;
}

/* The one that is signed, in the place of a stale one; another custodian may have been faster. */
static bool
warrant_put(struct tx *tx, const struct enacting *g, struct fault *fault)
{
	bool busy = false, inserted = false;
	if (g->stale != NULL && !enact_in_hand(tx, g->stale, &busy, fault))
		return false;
	if (g->stale != NULL && !busy && !warrant_withdraw(tx, g->stale, fault))
		return false;
	if (!busy && !tx_insert(tx, &WARRANT_TABLE, g->warrant, &inserted, fault))
		return false;
	return inserted || fault_refuse(fault, &CA_OTHER, NULL,
			       "ほかの管理者が同時に署名したため、この署名は残していません。"
			       "もう一度署名してください。");
}

/* One that past its last day was replaced, or drafted anew, between our look and our signature: nothing
 * can come of a signature over what has no row. */
static bool
warrant_stands(struct tx *tx, const struct enacting *g, struct fault *fault)
{
	struct warrant_row row = { .kind = "" };
	bool found;
	if (!warrant_get(tx, g->digest, &row, &found, fault))
		return false;
	warrant_drop(&row);
	return found ||
	       fault_refuse(fault, &CA_OTHER, NULL,
		   "署名している間に指示が新しいものに替わったため、この署名は残していません。"
		   "もう一度署名してください。");
}

/* One custodian's signature, and with the quorum the task, in one transaction. */
static bool
sign_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct enacting *g = context;
	bool added;
	g->id = 0;
	if (g->warrant != NULL ? !warrant_put(tx, g, fault)
			       : g->kind == ACT_CACERT && !warrant_stands(tx, g, fault))
		return false;
	if (!proofs_sign(tx, g->service, g->person, g->kind, g->digest, &g->count, &added, fault))
		return false;
	if (g->count >= g->quorum && !task_add(tx, &g->task, &g->id, fault))
		return false;
	snprintf(g->event.detail, sizeof(g->event.detail), "signatures=%d quorum=%lld", g->count,
	    (long long)g->quorum);
	return !added || service_event_add(tx, &g->event, fault);
}

bool
enact_sign(struct enacting *g, const char *task, const char *event, struct enacted *out,
    struct fault *fault)
{
	const struct charter *now;
	struct task_row ended;
	if (!service_charter(g->service, &now, NULL, fault))
		return false;
	g->quorum = now->quorum;
	g->task.created_at = g->service->now.sec;
	memcpy(g->task.digest, g->digest, 32);
	snprintf(g->task.kind, sizeof(g->task.kind), "%s", task);
	service_event(g->service, event, 0, &g->event);
	if (!store_write(g->service->store, g->event.act_id, sign_tx, g, fault))
		return false;
	out->signatures = g->count;
	out->quorum = g->quorum;
	words_print(out->words, g->digest);
	if (g->id == 0)
		return true;
	out->done = true;
	return errand_run(g->service, g->id, &ended, fault);
}

static bool
renew(struct service *s, struct fault *fault)
{
	struct charter *c;
	bool fresh;
	if (!draft_read(s, &c, &fresh, fault))
		return false;
	bool good = !fresh || draft_write(s, c, fault);
	free(c);
	return good;
}

bool
enact_charter(struct service *s, const struct person *p, struct enacted *out, struct fault *fault)
{
	OWN_SINK packed = SINK_GROW(CHARTER_MOST);
	uint8_t digest[32];
	struct charter *c;
	bool fresh;
	struct enacting g = { .service = s, .person = p, .kind = ACT_CHARTER, .digest = digest };
	if (!person_may(p, ACT_CHARTER, fault) || !renew(s, fault) ||
	    !draft_packed(s, &packed, digest, fault) || !draft_read(s, &c, &fresh, fault))
		return false;
	*out = (struct enacted){ .number = c->number };
	free(c);
	return enact_sign(&g, "charter", "charter-signed", out, fault);
}

/* What comes into force with a charter. */
struct force {
	struct service *service;
	const struct task_row *task;
	struct policy_row policy; /* files.n 0: the same as before */
	char archive[DIGEST_HEX];
	struct event_row event;
};

static bool
force_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct force *f = context;
	struct policy_row last = { 0 };
	bool found;
	if (!policy_latest(tx, &last, &found, fault))
		return false;
	bool known = found && memcmp(last.digest, f->policy.digest, 32) == 0;
	f->policy.number = (found ? last.number : 0) + 1;
	blob_drop(&last.files);
	return (f->policy.files.n == 0 || known ||
		   tx_insert(tx, &POLICY_TABLE, &f->policy, NULL, fault)) &&
	       meta_put(tx, "archive", f->archive, fault) &&
	       errand_done(tx, f->task, f->event.detail, f->service->now.sec, fault) &&
	       service_event_add(tx, &f->event, fault);
}

static bool
read_owned(struct service *s, const char *name, struct blob *out, struct fault *fault)
{
	char path[SERVICE_PATH];
	if (!file_exists(service_path(s, name, path)))
		return true;
	return file_read(path, RULEBOOK_MOST, &out->at, &out->n, fault);
}

/* The rules come into force that the signed pack names; what was left of an adoption that did not come
 * to its end goes with the draft. */
static bool
rules_read(struct service *s, struct der pack, struct blob *policy, struct fault *fault)
{
	struct pack *p;
	uint8_t digest[32];
	if (!read_owned(s, "ca/policy.draft", policy, fault))
		return false;
	if (policy->n == 0)
		return true;
	digest_of(policy->at, policy->n, digest);
	if (!pack_read(pack, &p, fault))
		return false;
	bool named = pack_names(p, digest);
	pack_free(p);
	return named || fault_refuse(fault, &ENACT_RULES, "ca/policy.draft",
			    "規則の案が、署名された憲章のものと違います。"
			    "akashi policy adopt からやり直し、憲章に署名してください。");
}

static bool
pack_read_any(struct service *s, struct blob *pack, struct blob *policy, struct fault *fault)
{
	if (!read_owned(s, "ca/pack.draft", pack, fault))
		return false;
	if (pack->n > 0)
		return rules_read(s, der_of(pack->at, pack->n), policy, fault);
	return read_owned(s, "ca/pack.der", pack, fault) &&
	       (pack->n > 0 ||
		   fault_set(fault, FAULT_STATE,
		       "規則がまだ採用されていません。akashi policy adopt を行ってください。"));
}

static bool
put_file(struct service *s, const char *name, int mode, struct der d, struct fault *fault)
{
	char path[SERVICE_PATH];
	return file_write(service_path(s, name, path), mode, d.p, d.n, fault);
}

static bool
acts_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct enact_acts *a = context;
	return proofs_read(tx, a->digest, &a->bytes, &a->count, fault);
}

bool
enact_read(struct service *s, struct enact_acts *a, struct fault *fault)
{
	a->bytes = SINK_GROW(32768);
	return store_read(s->store, acts_tx, a, fault);
}

static bool
charter_ask(struct crew *c, const struct task_row *t, struct der packed, struct der pack,
    struct fault *fault)
{
	uint8_t digest[32];
	struct enact_acts acts = { .digest = t->digest };
	OWN_SINK reply = SINK_GROW(FRAME_MOST);
	charter_digest(packed, digest);
	bool good = memcmp(digest, t->digest, 32) == 0 ||
		    fault_set(fault, FAULT_STATE,
			"署名の後に憲章の案が変わりました。もう一度署名してください。");
	good = good && enact_read(c->service, &acts, fault) &&
	       crew_document(c, ROAD_ISSUER, SIGNER_CHARTER, packed, pack,
		   der_of(acts.bytes.at, acts.bytes.len), &reply, fault);
	sink_drop(&acts.bytes);
	return good;
}

static bool
charter_enact(struct crew *c, const struct task_row *t, struct der packed, struct der pack,
    struct blob *policy, struct fault *fault)
{
	struct service *s = c->service;
	struct charter *charter = calloc(1, sizeof(*charter));
	struct force f = { .service = s, .task = t };
	bool good = charter != NULL && charter_unpack(packed, charter, fault);
	if (good) {
		hex_print(f.archive, charter->archive_seal, 32);
		f.policy = (struct policy_row){ .adopted_at = s->now.sec, .files = *policy };
		if (policy->n > 0)
			digest_of(policy->at, policy->n, f.policy.digest);
		service_event(s, "charter-in-force", 0, &f.event);
		snprintf(f.event.detail, sizeof(f.event.detail), "number=%lld",
		    (long long)charter->number);
		good = put_file(s, "ca/pack.der", 0640, pack, fault) &&
		       put_file(s, "ca/charter.der", 0640, packed, fault) &&
		       store_write(s->store, f.event.act_id, force_tx, &f, fault);
	}
	free(charter);
	if (good)
		draft_end(s);
	return good;
}

static bool
charter_last(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	(void)whole;
	(void)fault;
	if (l->kind == LINE_CHARTER)
		memcpy(context, l->digest, sizeof(l->digest));
	return true;
}

/* In a copy that waits only the one its journal has: its custodians may be who signs the epoch, and the
 * signer answers without a new line [storage 4]. */
static bool
charter_may(struct crew *c, const struct task_row *t, struct fault *fault)
{
	struct crew_place place = { .at = { 0 } };
	uint8_t last[32] = { 0 };
	struct fault waits = { 0 };
	if (standby_over(c->service, &waits))
		return true;
	return crew_journal(c, &place, charter_last, last, fault) &&
	       (memcmp(last, t->digest, sizeof(last)) == 0 || standby_refuse(fault));
}

bool
errand_charter(struct crew *c, const struct task_row *t, struct fault *fault)
{
	OWN_SINK packed = SINK_GROW(CHARTER_MOST);
	uint8_t digest[32];
	struct blob pack = { 0 }, policy = { 0 };
	bool good =
	    charter_may(c, t, fault) && draft_packed(c->service, &packed, digest, fault) &&
	    pack_read_any(c->service, &pack, &policy, fault) &&
	    charter_ask(c, t, der_of(packed.at, packed.len), der_of(pack.at, pack.n), fault) &&
	    charter_enact(
		c, t, der_of(packed.at, packed.len), der_of(pack.at, pack.n), &policy, fault);
	blob_drop(&pack);
	blob_drop(&policy);
	return good;
}

/* The CA's name, of the policy's words; a rehearsal's says so. */
static void
ca_name(const struct service *s, struct sink *out)
{
	struct warrant_field f[4];
	size_t n = 0;
	const char *operator_name = policy_setting(&s->policy, "operator_roman", s->today);
	const char *name = policy_setting(&s->policy, "service_name_en", s->today);
#define FIELD(id, text, plain)                                                                     \
	f[n++] = (struct warrant_field){ PLACE_SUBJECT, id, plain, der_of(text, strlen(text)) }
	FIELD("2.5.4.6", "JP", true);
	FIELD("2.5.4.10", operator_name, false);
	if (s->rehearsal)
		FIELD(WARRANT_MARK_OID, WARRANT_MARK_TEXT, false);
	FIELD("2.5.4.3", name, false);
#undef FIELD
	warrant_fields_pack(f, n, out);
}

static bool
ca_pack(struct service *s, struct sink *out, struct day last, struct fault *fault)
{
	char path[SERVICE_PATH];
	const struct charter *c;
	struct warrant w = { .kind = WARRANT_CACERT, .last_day = last };
	struct key_public key;
	OWN_SINK name = SINK_GROW(4096);
	OWN_SINK body = SINK_GROW(16384);
	service_path(s, s->rehearsal ? "rehearsal/keys/ca.pub" : "keys/ca.pub", path);
	if (!service_charter(s, &c, NULL, fault) || !key_public_read(path, KEY_CA, &key, fault))
		return false;
	if (key.rehearsal && !s->rehearsal)
		return fault_refuse(fault, &DRAFT_REHEARSAL_KEY, "ca.pub",
		    "試験用の鍵は本番のサービスに使えません。");
	ca_name(s, &name);
	struct warrant_cacert ca = { der_of(name.at, name.len), der_of(key.bytes, key.len),
		policy_number(&s->policy, "ca_years", s->today) };
	warrant_cacert_pack(&ca, &body);
	memcpy(w.service, c->service, SERVICE_ID);
	secret_random(w.salt, sizeof(w.salt));
	w.body = der_of(body.at, body.len);
	warrant_pack(&w, out);
	return !out->full || fault_set(fault, FAULT_BUG, "発行指示が大きすぎます。");
}

static bool
ca_compose(struct service *s, struct sink *packed, struct warrant_row *row, struct fault *fault)
{
	struct day last = day_plus(s->today, CHARTER_DAYS);
	char day[DAY_TEXT];
	if (!ca_pack(s, packed, last, fault))
		return false;
	*row = (struct warrant_row){
		.kind = "cacert", .created_at = s->now.sec, .sealed = { packed->at, packed->len }
	};
	snprintf(row->last_day, sizeof(row->last_day), "%s", day_print(day, last));
	warrant_digest(der_of(packed->at, packed->len), row->digest);
	return true;
}

struct finding_ca {
	struct warrant_row row;
	bool found, adopts, in_hand;
};

/* One that nobody may begin to use any more; of one that may be begun the signer decides. */
static bool
ca_stale(const struct service *s, const struct finding_ca *f)
{
	struct day last;
	return f->found && !f->adopts && !f->in_hand && day_read(f->row.last_day, &last) &&
	       day_cmp(s->today, last) > 0;
}

static bool
find_ca(struct tx *tx, void *context, struct fault *fault)
{
	struct finding_ca *f = context;
	return warrant_of(tx, "cacert", 0, 0, &f->row, &f->found, fault) &&
	       (!f->found || enact_in_hand(tx, f->row.digest, &f->in_hand, fault)) &&
	       adopt_due(tx, &f->adopts, fault);
}

bool
enact_certificate(
    struct service *s, const struct person *p, struct enacted *out, struct fault *fault)
{
	struct finding_ca f = { 0 };
	struct warrant_row made;
	struct enacting g = {
		.service = s, .person = p, .kind = ACT_CACERT, .digest = f.row.digest
	};
	OWN_SINK packed = SINK_GROW(WARRANT_MOST);
	bool good = person_may(p, ACT_CACERT, fault) && store_read(s->store, find_ca, &f, fault);
	if (good && !f.found && f.adopts)
		good = fault_refuse(fault, &CA_NOT_DRAFTED, NULL,
		    "引き継ぐ認証局がまだ用意されていません。"
		    "akashi ca adopt を先に行ってください。");
	if (good && f.row.ended[0] != '\0')
		good = fault_refuse(
		    fault, &CA_CERTIFIED, NULL, "認証局の証明書はもう署名されています。");
	bool stale = good && ca_stale(s, &f);
	if (good && (!f.found || stale)) {
		good = ca_compose(s, &packed, &made, fault);
		g.stale = stale ? f.row.digest : NULL;
		g.warrant = &made;
		g.digest = made.digest;
	}
	if (good)
		*out = (struct enacted){ 0 };
	good = good && enact_sign(&g, "cacert", "ca-signed", out, fault);
	warrant_drop(&f.row);
	return good;
}

bool
enact_end_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct enact_end *e = context;
	struct task_row list = { .kind = "list", .created_at = e->service->now.sec };
	int64_t id;
	return errand_done(tx, e->task, e->event.detail, e->service->now.sec, fault) &&
	       task_add(tx, &list, &id, fault) && service_event_add(tx, &e->event, fault);
}

static bool
certified_tx(struct tx *tx, void *context, struct fault *fault)
{
	const struct enact_end *e = context;
	return warrant_end(tx, e->task->digest, "done", fault) && enact_end_tx(tx, context, fault);
}

struct getting {
	const uint8_t *digest;
	struct warrant_row row;
	bool found;
};

static bool
get_warrant(struct tx *tx, void *context, struct fault *fault)
{
	struct getting *g = context;
	return warrant_get(tx, g->digest, &g->row, &g->found, fault) &&
	       (g->found || fault_set(fault, FAULT_BROKEN, "発行指示がありません。"));
}

static bool
certificate_ask(
    struct crew *c, const struct task_row *t, struct sink *certificate, struct fault *fault)
{
	struct getting g = { .digest = t->digest };
	struct enact_acts acts = { .digest = t->digest };
	struct warrant w;
	bool good = store_read(c->service->store, get_warrant, &g, fault) &&
		    enact_read(c->service, &acts, fault);
	struct der packed = der_of(g.row.sealed.at, g.row.sealed.n);
	struct der signatures = der_of(acts.bytes.at, acts.bytes.len);
	good = good && warrant_unpack(packed, &w, fault) &&
	       (w.kind == WARRANT_ADOPT ? adopt_ask(c, t, packed, signatures, certificate, fault)
					: crew_document(c, ROAD_ISSUER, SIGNER_CACERT, packed,
					      der_of(NULL, 0), signatures, certificate, fault));
	warrant_drop(&g.row);
	sink_drop(&acts.bytes);
	return good;
}

bool
errand_cacert(struct crew *c, const struct task_row *t, struct fault *fault)
{
	struct service *s = c->service;
	OWN_SINK certificate = SINK_GROW(CERT_MOST);
	struct enact_end done = { .service = s, .task = t };
	uint8_t digest[32];
	if (!certificate_ask(c, t, &certificate, fault))
		return false;
	struct der bytes = der_of(certificate.at, certificate.len);
	struct sink detail = SINK_INTO(done.event.detail);
	digest_of(bytes.p, bytes.n, digest);
	service_event(s, "ca-certified", 0, &done.event);
	sink_text(&detail, "certificate=");
	sink_hex(&detail, digest, 32);
	(void)sink_string(&detail);
	if (!put_file(s, "ca/ca.crt", 0644, bytes, fault) ||
	    !put_file(s, "repository/ca.crt", 0644, bytes, fault) ||
	    !store_write(s->store, done.event.act_id, certified_tx, &done, fault))
		return false;
	adopt_done(s);
	return true;
}
