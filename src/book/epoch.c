#include "book/epoch.h"

#include <string.h>

#include "vault/digest.h"

const struct refusal EPOCH_FORM = { "epoch-form", FAULT_BROKEN, "design 2" };
const struct refusal EPOCH_LOWER = { "epoch-lower", FAULT_DENIED, "design 2" };
const struct refusal EPOCH_JOURNAL = { "epoch-journal", FAULT_DENIED, "storage 4" };
const struct refusal EPOCH_HEAD = { "epoch-head", FAULT_DENIED, "design 4" };

static const char WORD[] = "akashi epoch v1";
static const struct record_field FIELDS[] = {
	RECORD(epoch, service, FIXED),
	RECORD(epoch, number, INT),
	RECORD(epoch, seq, INT),
	RECORD(epoch, last, FIXED),
	RECORD(epoch, from, INT),
	RECORD(epoch, from_root, FIXED),
	RECORD(epoch, to, INT),
	RECORD(epoch, to_root, FIXED),
};

void
epoch_pack(const struct epoch *e, struct sink *out)
{
	size_t all = der_begin(out, DER_SEQUENCE);
	der_put_utf8(out, WORD);
	record_pack(FIELDS, COUNT(FIELDS), e, out);
	der_end(out, all);
}

bool
epoch_unpack(struct der d, struct epoch *out, struct fault *fault)
{
	struct der all;
	char word[32];
	return (der_take(&d, DER_SEQUENCE, &all) && der_done(&d) &&
		   der_take_utf8(&all, word, sizeof(word)) && strcmp(word, WORD) == 0 &&
		   record_take(FIELDS, COUNT(FIELDS), &all, out) && der_done(&all) &&
		   out->seq > 0 && out->to >= 0 && (out->to < out->from || !epoch_shortens(out))) ||
	       fault_refuse(fault, &EPOCH_FORM, NULL,
		   "期の案の形が正しくありません。akashi epoch draft からやり直してください。");
}

void
epoch_digest(struct der packed, uint8_t out[32])
{
	digest_labelled("akashi epoch v1", packed.p, packed.n, out);
}

bool
epoch_shortens(const struct epoch *e)
{
	return e->from != e->to || memcmp(e->from_root, e->to_root, sizeof(e->to_root)) != 0;
}
