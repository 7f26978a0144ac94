#include "act/dossier.h"

#include <stdio.h>
#include <string.h>

#include "vault/secret.h"

bool
dossier_load_in(struct tx *tx, int64_t id, struct dossier_row *row, struct fault *fault)
{
	bool found;
	return dossier_get(tx, id, row, &found, fault) &&
	       (found || fault_field(fault, FAULT_MISSING, "dossier",
			     "案件 %lld はありません。番号を確かめてください。", (long long)id));
}

struct by_id {
	int64_t id;
	struct dossier_row row;
};

static bool
load(struct tx *tx, void *context, struct fault *fault)
{
	struct by_id *b = context;
	dossier_drop(&b->row);
	return dossier_load_in(tx, b->id, &b->row, fault);
}

bool
dossier_load(struct service *s, int64_t id, struct dossier_row *out, struct fault *fault)
{
	struct by_id b = { .id = id };
	if (!store_read(s->store, load, &b, fault)) {
		dossier_drop(&b.row);
		return false;
	}
	*out = b.row;
	return true;
}

bool
dossier_case(const struct policy *policy, const struct dossier_row *d, struct paper_case *out,
    struct fault *fault)
{
	struct paper_case c = { .delegate = d->delegate != 0,
		.in_person = d->in_person != 0,
		.former_name = d->former_name != 0 };
	const struct product *p = NULL;
	if (kind_read(d->kind, &c.kind) && day_read(d->form_date, &c.form_date))
		p = policy_product(
		    policy, d->product, instant_day((struct instant){ d->created_at }));
	if (p == NULL)
		return fault_set(fault, FAULT_BROKEN, "案件 %lld の記録が規則の版と合いません。",
		    (long long)d->id);
	c.mandate = p->mandate;
	*out = c;
	return true;
}

bool
dossier_open(struct service *s, const struct dossier_row *d, const char *reason,
    struct application *out, struct fault *fault)
{
	OWN_SECRET(plain) = secret_new(DOSSIER_RECORD_MOST);
	struct sink record = { .at = plain, .cap = DOSSIER_RECORD_MOST };
	if (plain == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (service_open_sealed(
		s, d, "application", der_of(d->record.at, d->record.n), reason, &record, fault) &&
	    application_unpack(der_of(record.at, record.len), out, fault))
		return true;
	fault_detail(fault, "dossier %lld", (long long)d->id);
	return false;
}

enum state
dossier_state(const struct dossier_row *d)
{
	enum state s;
	return state_read(d->state, &s) ? s : STATES;
}

static struct day
day_of(int64_t at)
{
	return at == 0 ? (struct day){ 0 } : instant_day((struct instant){ at });
}

/* Days from which steps are counted. */
static void
dossier_origins(const struct dossier_row *d, struct day origin[ORIGINS])
{
	origin[ANY_TIME] = (struct day){ 0 };
	origin[FROM_ISSUE] = day_of(d->issued_at);
	origin[FROM_SENDING] = day_of(d->sent_at);
	origin[FROM_FIRST_NOTICE] = day_of(d->first_notice_at);
}

bool
dossier_step(struct dossier_row *d, enum step_event on, unsigned facts, struct day today,
    struct fault *fault)
{
	struct day origin[ORIGINS];
	enum state from = dossier_state(d), to;
	if (from == STATES)
		return fault_set(fault, FAULT_BROKEN, "案件 %lld の状態「%s」は知られていません。",
		    (long long)d->id, d->state);
	dossier_origins(d, origin);
	if (!step_allow(from, on, facts, origin, today, &to, fault))
		return false;
	snprintf(d->state, sizeof(d->state), "%s", state_name(to));
	return true;
}
