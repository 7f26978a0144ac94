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

struct voiding {
	struct service *service;
	const struct person *person;
	struct dossier_row dossier;
	struct warrant_row warrant;
	struct task_row task;
	struct event_row event;
	int64_t id;
};

static bool
void_sign(struct tx *tx, void *context, struct fault *fault)
{
	struct voiding *v = context;
	int count;
	bool added;
	return tx_insert(tx, &WARRANT_TABLE, &v->warrant, NULL, fault) &&
	       proofs_sign(tx, v->person, ACT_VOID, v->warrant.digest, v->service->now, &count,
		   &added, fault) &&
	       task_add(tx, &v->task, &v->id, fault) && service_event_add(tx, &v->event, fault);
}

bool
void_run(struct service *s, const struct person *p, int64_t dossier, struct fault *fault)
{
	struct voiding v = { .service = s, .person = p };
	struct warrant w = { .kind = WARRANT_VOID, .dossier = dossier };
	const struct charter *c;
	struct task_row ended;
	char day[DAY_TEXT];
	OWN_SINK packed = SINK_GROW(4096);
	if (!person_may(p, ACT_VOID, fault) || !service_charter(s, &c, NULL, fault) ||
	    !dossier_load(s, dossier, &v.dossier, fault))
		return false;
	w.edition = v.dossier.edition;
	w.last_day = day_plus(s->today, 1);
	memcpy(w.service, c->service, SERVICE_ID);
	secret_random(w.salt, sizeof(w.salt));
	warrant_pack(&w, &packed);
	v.warrant = (struct warrant_row){ .kind = "void",
		.dossier = dossier,
		.edition = w.edition,
		.created_at = s->now.sec,
		.sealed = { packed.at, packed.len } };
	snprintf(v.warrant.last_day, sizeof(v.warrant.last_day), "%s", day_print(day, w.last_day));
	warrant_digest(der_of(packed.at, packed.len), v.warrant.digest);
	v.task = (struct task_row){
		.kind = "void", .dossier = dossier, .edition = w.edition, .created_at = s->now.sec
	};
	memcpy(v.task.digest, v.warrant.digest, 32);
	service_event(s, "void-requested", dossier, &v.event);
	snprintf(v.event.detail, sizeof(v.event.detail), "edition=%lld", (long long)w.edition);
	dossier_drop(&v.dossier);
	return store_write(s->store, v.event.act_id, void_sign, &v, fault) &&
	       errand_run(s, v.id, &ended, fault);
}
