#include "act/refund.h"

#include <stdio.h>
#include <string.h>

#include "act/clocks.h"
#include "act/proofs.h"
#include "store/card_row.h"
#include "vault/digest.h"

const struct refusal REFUND_NONE = { "refund-none", FAULT_STATE, "R-6.20" };
const struct refusal REFUND_OPEN = { "refund-open", FAULT_STATE, "R-4.25" };

struct refunding {
	struct service *service;
	int64_t dossier;
	const struct person *who[REFUND_PEOPLE];
	const struct charter *charter;
	struct refunded out;
	struct event_row event;
};

void
refund_document(const uint8_t service[SERVICE_ID], const struct refund_row *r, uint8_t out[32])
{
	uint8_t bytes[256];
	struct sink s = SINK_INTO(bytes);
	size_t all = der_begin(&s, DER_SEQUENCE);
	der_put_octets(&s, service, SERVICE_ID);
	der_put_int(&s, r->dossier);
	der_put_utf8(&s, r->cause);
	der_put_int(&s, r->amount);
	der_put_utf8(&s, r->day);
	der_end(&s, all);
	digest_labelled("akashi refund v1", s.at, s.len, out);
}

static bool
allow(struct tx *tx, struct refunding *r, struct fault *fault)
{
	OWN_DOSSIER d = { 0 };
	bool found;
	if (!dossier_load_in(tx, r->dossier, &d, fault) ||
	    !refund_get(tx, r->dossier, &r->out.row, &found, fault))
		return false;
	if (!found || r->out.row.amount == 0)
		return fault_refuse(fault, &REFUND_NONE, "N",
		    "案件 %lld に返金はありません。番号を確かめてください。",
		    (long long)r->dossier);
	return (STATES_CLOSED & 1 << dossier_state(&d)) != 0 ||
	       fault_refuse(fault, &REFUND_OPEN, "N",
		   "案件 %lld は「%s」に戻っています。いまは返金しません。", (long long)r->dossier,
		   state_label(dossier_state(&d)));
}

/* From here no way leads back: nobody's deposit is looked for any more [R-4.79] [design 4]. */
static bool
pay(struct tx *tx, const struct refund_row *row, struct fault *fault)
{
	return refund_pay(tx, row, fault) && card_destroy(tx, row->dossier, "payer", fault);
}

static bool
refund_tx(struct tx *tx, void *context, struct fault *fault)
{
	struct refunding *r = context;
	struct refund_row *row = &r->out.row;
	bool any = false;
	if (!allow(tx, r, fault))
		return false;
	r->out.already = row->paid_at != 0;
	if (r->out.already) {
		r->out.signatures = REFUND_PEOPLE;
		return true;
	}
	refund_document(r->charter->service, row, row->document);
	for (size_t i = 0; i < REFUND_PEOPLE && r->who[i] != NULL; i++) {
		bool added;
		if (!proofs_sign(tx, r->service, r->who[i], ACT_REFUND, row->document,
			&r->out.signatures, &added, fault))
			return false;
		any = any || added;
	}
	snprintf(r->event.kind, sizeof(r->event.kind), "%s",
	    r->out.signatures < REFUND_PEOPLE ? "refund-signed" : "refunded");
	snprintf(r->event.detail, sizeof(r->event.detail), "cause=%s yen=%lld signatures=%d",
	    row->cause, (long long)row->amount, r->out.signatures);
	row->paid_at = r->out.signatures < REFUND_PEOPLE ? 0 : r->service->now.sec;
	return (row->paid_at == 0 || pay(tx, row, fault)) &&
	       clocks_plan(tx, r->service, r->dossier, fault) &&
	       (!any || service_event_add(tx, &r->event, fault));
}

bool
refund_run(struct service *s, int64_t dossier, const struct person *first,
    const struct person *second, struct refunded *out, struct fault *fault)
{
	struct refunding r = { .service = s, .dossier = dossier, .who = { first, second } };
	for (size_t i = 0; i < REFUND_PEOPLE && r.who[i] != NULL; i++)
		if (!person_may(r.who[i], ACT_REFUND, fault))
			return false;
	if (!service_charter(s, &r.charter, NULL, fault))
		return false;
	service_event(s, "refund-signed", dossier, &r.event);
	snprintf(r.event.actor, sizeof(r.event.actor), "%s", first->id);
	if (!store_write(s->store, r.event.act_id, refund_tx, &r, fault))
		return false;
	*out = r.out;
	return r.out.row.paid_at != 0 || fault_set(fault, FAULT_SECOND,
					     "返金を記録しました（署名 1/2）。"
					     "もう一人の経理担当が同じ命令で署名してください。");
}
