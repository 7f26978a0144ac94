#include "act/etax.h"

#include <stdio.h>
#include <string.h>

#include "store/card_row.h"
#include "vault/code.h"

enum { DAY = 10, SHOWN = 8 };

void
etax_mask(const uint8_t index_key[32], const char *typed, char out[ETAX_MASK])
{
	uint8_t digest[CODE_DIGEST];
	char head[DAY + 1];
	struct day day;
	struct sink text = { .at = (uint8_t *)out, .cap = ETAX_MASK };
	out[0] = '\0';
	if (typed[0] == '\0')
		return;
	snprintf(head, sizeof(head), "%s", typed);
	index_digest(index_key, "etax", typed, strlen(typed), digest);
	if (day_read(head, &day))
		sink_print(&text, "%s ", head);
	sink_byte(&text, '#');
	sink_hex(&text, digest, SHOWN);
	(void)sink_string(&text);
}

static void
card_name(int64_t paper, char out[16])
{
	struct sink text = { .at = (uint8_t *)out, .cap = 16 };
	sink_print(&text, "etax-%lld", (long long)paper);
	(void)sink_string(&text);
}

bool
etax_keep(struct tx *tx, const struct dossier_row *d, int64_t paper, const char *notice,
    const char *print, struct fault *fault)
{
	uint8_t bytes[256], sealed[512];
	struct sink plain = SINK_INTO(bytes), out = SINK_INTO(sealed);
	struct card_row card = { .dossier = d->id };
	size_t all = der_begin(&plain, DER_SEQUENCE);
	der_put_utf8(&plain, notice);
	der_put_utf8(&plain, print);
	der_end(&plain, all);
	seal_put("etax", d->public_key, plain.at, plain.len, &out);
	explicit_bzero(bytes, sizeof(bytes));
	card_name(paper, card.kind);
	card.card = (struct blob){ out.at, out.len };
	return (!plain.full && !out.full)
		   ? tx_insert(tx, &CARD_TABLE, &card, NULL, fault)
		   : fault_set(fault, FAULT_BUG, "e-Tax の番号が長すぎます。");
}

struct looking {
	int64_t dossier;
	char kind[16];
	struct card_row card;
	bool found;
};

static bool
look(struct tx *tx, void *context, struct fault *fault)
{
	struct looking *l = context;
	blob_drop(&l->card.card);
	return card_get(tx, l->dossier, l->kind, &l->card, &l->found, fault);
}

bool
etax_open(struct service *s, const struct dossier_row *d, const struct paper_row *p,
    const char *reason, char notice[64], char print[64], bool *found, struct fault *fault)
{
	uint8_t bytes[256];
	struct sink plain = SINK_INTO(bytes);
	struct looking l = { .dossier = d->id };
	struct der all;
	card_name(p->id, l.kind);
	if (p->notice[0] != '\0' || p->print[0] != '\0')
		if (!store_read(s->store, look, &l, fault))
			return false;
	*found = l.found;
	bool good = !l.found || service_open_sealed(s, d, "etax",
				    der_of(l.card.card.at, l.card.card.n), reason, &plain, fault);
	blob_drop(&l.card.card);
	struct der got = der_of(plain.at, plain.len);
	if (good && *found)
		good = (der_take(&got, DER_SEQUENCE, &all) && der_take_utf8(&all, notice, 64) &&
			   der_take_utf8(&all, print, 64)) ||
		       fault_set(fault, FAULT_BROKEN, "e-Tax の番号の記録が壊れています。");
	explicit_bzero(bytes, sizeof(bytes));
	return good;
}

/* Every mask in the text becomes what it stands for. */
static void
put_back(char *text, size_t size, const char *mask, const char *typed)
{
	char out[512];
	struct sink s = SINK_INTO(out);
	size_t n = strlen(mask);
	const char *from = text, *at;
	if (n == 0)
		return;
	while ((at = strstr(from, mask)) != NULL) {
		sink_bytes(&s, from, (size_t)(at - from));
		sink_text(&s, typed);
		from = at + n;
	}
	sink_text(&s, from);
	if (sink_string(&s) != NULL && s.len < size)
		memcpy(text, out, s.len + 1);
}

void
etax_reveal(
    struct deficiencies *bad, const struct paper_row *masked, const char *notice, const char *print)
{
	for (size_t i = 0; i < bad->count; i++) {
		struct deficiency *d = &bad->at[i];
		put_back(d->say, sizeof(d->say), masked->notice, notice);
		put_back(d->say, sizeof(d->say), masked->print, print);
		put_back(d->en, sizeof(d->en), masked->notice, notice);
		put_back(d->en, sizeof(d->en), masked->print, print);
	}
}
