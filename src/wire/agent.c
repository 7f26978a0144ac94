#include "wire/agent.h"

void
agent_unwrap_pack(const struct agent_unwrap *a, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, a->person);
	der_put_utf8(out, a->reason);
	der_put_int(out, a->dossier);
	der_put_octets(out, a->wrapped.p, a->wrapped.n);
	der_end(out, all);
}

bool
agent_unwrap_read(struct der d, struct agent_unwrap *a)
{
	struct der all;
	return der_take(&d, DER_SEQUENCE, &all) && der_done(&d) &&
	       der_take_utf8(&all, a->person, sizeof(a->person)) &&
	       der_take_utf8(&all, a->reason, sizeof(a->reason)) &&
	       der_take_int(&all, &a->dossier) && der_take_octets(&all, &a->wrapped) &&
	       der_done(&all);
}

void
agent_sign_pack(const struct agent_sign *a, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, a->reason);
	der_put_octets(out, a->digest, sizeof(a->digest));
	der_end(out, all);
}

bool
agent_sign_read(struct der d, struct agent_sign *a)
{
	struct der all;
	return der_take(&d, DER_SEQUENCE, &all) && der_done(&d) &&
	       der_take_utf8(&all, a->reason, sizeof(a->reason)) &&
	       der_take_fixed(&all, a->digest, sizeof(a->digest)) && der_done(&all);
}
