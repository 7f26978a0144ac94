#include "act/fee.h"

#include <stdio.h>

#include "act/mark.h"
#include "store/payment_row.h"

static const struct product *
product_of(const struct policy *pinned, const struct dossier_row *d)
{
	return policy_product(pinned, d->product, instant_day((struct instant){ d->created_at }));
}

static bool
due_by(const struct service *s, const struct policy *pinned, const struct dossier_row *d,
    int64_t *due, struct fault *fault)
{
	const struct product *product = product_of(pinned, d);
	struct day issue =
	    d->issued_at == 0 ? s->today : instant_day((struct instant){ d->issued_at });
	const struct tax_rate *tax = policy_tax(&s->policy, issue);
	if (product == NULL || tax == NULL)
		return fault_set(fault, FAULT_BROKEN,
		    "案件 %lld の商品「%s」の価格か税率が規則にありません。", (long long)d->id,
		    d->product);
	*due = fee_gross(product->price, tax->percent);
	return true;
}

bool
fee_due(struct service *s, const struct dossier_row *d, int64_t *due, struct fault *fault)
{
	const struct policy *pinned;
	return service_policy(s, d->policy, &pinned, fault) && due_by(s, pinned, d, due, fault);
}

bool
fee_standing_in(struct tx *tx, struct service *s, const struct dossier_row *d, struct fee *out,
    struct fault *fault)
{
	const struct policy *pinned;
	struct fee f;
	if (!service_policy_in(tx, s, d->policy, &pinned, fault) ||
	    !due_by(s, pinned, d, &f.due, fault) ||
	    !payment_received(tx, d->id, &f.received, fault))
		return false;
	f.state = payment_of(f.received, f.due);
	*out = f;
	return true;
}

struct standing {
	struct service *service;
	const struct dossier_row *dossier;
	struct fee fee;
};

static bool
stand(struct tx *tx, void *context, struct fault *fault)
{
	struct standing *is = context;
	return fee_standing_in(tx, is->service, is->dossier, &is->fee, fault);
}

bool
fee_standing(struct service *s, const struct dossier_row *d, struct fee *out, struct fault *fault)
{
	struct standing is = { .service = s, .dossier = d };
	if (!store_read(s->store, stand, &is, fault))
		return false;
	*out = is.fee;
	return true;
}

bool
fee_restate(
    struct tx *tx, struct service *s, struct dossier_row *d, struct fee *out, struct fault *fault)
{
	if (!fee_standing_in(tx, s, d, out, fault))
		return false;
	snprintf(d->payment, sizeof(d->payment), "%s", payment_name(out->state));
	return dossier_update(tx, d, d->state, fault) &&
	       (payment_settled(out->state) ||
		   mark_set(tx, d->id, MARK_UNPAID, s->today, s->today, fault));
}

bool
fee_rises(struct tx *tx, const struct service *s, const struct policy *pinned,
    const struct dossier_row *d, struct day *out, struct fault *fault)
{
	const struct day applied = instant_day((struct instant){ d->created_at });
	const struct product *product = product_of(pinned, d);
	const struct tax_rate *now = policy_tax(&s->policy, s->today);
	enum payment was;
	int64_t received;
	*out = (struct day){ 0 };
	if (d->issued_at != 0 || product == NULL || now == NULL ||
	    !payment_read(d->payment, &was) || !payment_settled(was))
		return true;
	if (!payment_received(tx, d->id, &received, fault))
		return false;
	for (size_t i = 0; i < s->policy.rate_count; i++) {
		const struct tax_rate *r = &s->policy.rates[i];
		if (day_cmp(r->from, now->from) >= 0 && day_cmp(r->from, applied) > 0 &&
		    fee_gross(product->price, r->percent) > received &&
		    (out->year == 0 || day_cmp(r->from, *out) < 0))
			*out = r->from;
	}
	return true;
}
