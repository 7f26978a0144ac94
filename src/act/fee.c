#include "act/fee.h"

#include "store/payment_row.h"

bool
fee_due(struct service *s, const struct dossier_row *d, int64_t *due, struct fault *fault)
{
	const struct policy *pinned;
	struct day applied = instant_day((struct instant){ d->created_at });
	if (!service_policy(s, d->policy, &pinned, fault))
		return false;
	const struct product *product = policy_product(pinned, d->product, applied);
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

struct summing {
	int64_t dossier, received;
};

static bool
sum(struct tx *tx, void *context, struct fault *fault)
{
	struct summing *s = context;
	return payment_received(tx, s->dossier, &s->received, fault);
}

bool
fee_standing(struct service *s, const struct dossier_row *d, struct fee *out, struct fault *fault)
{
	struct summing received = { .dossier = d->id };
	struct fee f;
	if (!fee_due(s, d, &f.due, fault) || !store_read(s->store, sum, &received, fault))
		return false;
	f.received = received.received;
	f.state = payment_of(f.received, f.due);
	*out = f;
	return true;
}
