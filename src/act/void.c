/* An approved edition that must never be issued is ended by either role [design 2]. */
#include "act/revoke.h"

#include <stdio.h>
#include <string.h>

#include "act/dossier.h"
#include "act/errand.h"
#include "act/proofs.h"
#include "book/warrant.h"
#include "store/warrant_row.h"
#include "vault/secret.h"

const struct refusal VOID_NOTHING = { "void-nothing", FAULT_STATE, "design 2" };

struct voiding {
	struct service *service;
	const struct person *person;
	enum act_kind kind; /* by the role the person has */
	struct dossier_row dossier;
	struct warrant_row warrant; /* found, or to be added */
	bool found;
	struct task_row task;
	struct event_row event;
	int64_t id;
};

static bool
void_load(struct tx *tx, void *context, struct fault *fault)
{
	struct voiding *v = context;
	warrant_drop(&v->warrant);
	dossier_drop(&v->dossier);
	return dossier_load_in(tx, v->task.dossier, &v->dossier, fault) &&
	       warrant_of(
		   tx, "void", v->task.dossier, v->dossier.edition, &v->warrant, &v->found, fault);
}

static bool
void_sign(struct tx *tx, void *context, struct fault *fault)
{
	struct voiding *v = context;
	int count;
	bool added;
	return (v->found || tx_insert(tx, &WARRANT_TABLE, &v->warrant, NULL, fault)) &&
	       proofs_sign(
		   tx, v->service, v->person, v->kind, v->warrant.digest, &count, &added, fault) &&
	       task_add(tx, &v->task, &v->id, fault) && service_event_add(tx, &v->event, fault);
}

static bool
void_compose(struct voiding *v, struct fault *fault)
{
	struct service *s = v->service;
	struct warrant w = { .kind = WARRANT_VOID,
		.dossier = v->dossier.id,
		.edition = v->dossier.edition,
		.last_day = day_plus(s->today, 1) };
	const struct charter *c;
	char day[DAY_TEXT];
	OWN_SINK packed = SINK_GROW(4096);
	if (!service_charter(s, &c, NULL, fault))
		return false;
	memcpy(w.service, c->service, SERVICE_ID);
	secret_random(w.salt, sizeof(w.salt));
	warrant_pack(&w, &packed);
	v->warrant = (struct warrant_row){
		.kind = "void", .dossier = w.dossier, .edition = w.edition, .created_at = s->now.sec
	};
	snprintf(
	    v->warrant.last_day, sizeof(v->warrant.last_day), "%s", day_print(day, w.last_day));
	warrant_digest(der_of(packed.at, packed.len), v->warrant.digest);
	v->warrant.sealed = (struct blob){ packed.at, packed.len };
	packed = (struct sink){ 0 };
	return true;
}

static bool
void_one(struct voiding *v, struct voided *out, struct fault *fault)
{
	struct service *s = v->service;
	struct task_row ended;
	if (!store_read(s->store, void_load, v, fault))
		return false;
	out->edition = v->dossier.edition;
	if (v->found && strcmp(v->warrant.ended, "done") == 0) {
		out->already = true;
		return true;
	}
	if (v->dossier.edition == 0)
		return fault_refuse(fault, &VOID_NOTHING, "N",
		    "案件 %lld にはまだ発行指示がありません。無効にするものがありません。",
		    (long long)v->dossier.id);
	if (!v->found && !void_compose(v, fault))
		return false;
	v->task.edition = v->dossier.edition;
	memcpy(v->task.digest, v->warrant.digest, 32);
	service_event(s, "void-requested", v->dossier.id, &v->event);
	snprintf(v->event.detail, sizeof(v->event.detail), "edition=%lld",
	    (long long)v->dossier.edition);
	return store_write(s->store, v->event.act_id, void_sign, v, fault) &&
	       errand_run(s, v->id, &ended, fault);
}

bool
void_run(struct service *s, const struct person *p, int64_t dossier, struct voided *out,
    struct fault *fault)
{
	struct voiding v = { .service = s,
		.person = p,
		.kind = (p->roles & 1 << ROLE_SCREENING) != 0 ? ACT_VOID_SCREEN : ACT_VOID,
		.task = { .kind = "void", .dossier = dossier, .created_at = s->now.sec } };
	*out = (struct voided){ 0 };
	bool good = person_may(p, v.kind, fault) && void_one(&v, out, fault);
	warrant_drop(&v.warrant);
	dossier_drop(&v.dossier);
	return good;
}
