#include "act/payment_match.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/dossier.h"
#include "act/fee.h"
#include "store/bank_row.h"
#include "store/card_row.h"
#include "store/payment_row.h"
#include "vault/keyfile.h"

static void
array_free(void *array, size_t n)
{
	if (array != NULL)
		secret_wipe(array, n);
	free(array);
}

static void
book_clear(struct payment_book *b)
{
	array_free(b->line, b->line_count * sizeof(*b->line));
	array_free(b->kase, b->case_count * sizeof(*b->kase));
	array_free(b->candidate, b->candidate_count * sizeof(*b->candidate));
	*b = (struct payment_book){ 0 };
}

void
payment_book_free(struct payment_book *b)
{
	if (b != NULL)
		book_clear(b);
	free(b);
}

/* Room for one more, zeroed, at the end of an array whose old copy is wiped: it holds names. */
static void *
array_next(void **array, size_t *count, size_t size)
{
	if ((*count & (*count - 1)) == 0) { /* a power of two: room for as many again */
		size_t cap = *count == 0 ? 1 : *count * 2;
		void *more = calloc(cap, size);
		if (more == NULL)
			return NULL;
		if (*count > 0)
			memcpy(more, *array, *count * size);
		array_free(*array, *count * size);
		*array = more;
	}
	return (uint8_t *)*array + (*count)++ * size;
}

struct opening {
	struct service *service;
	const uint8_t *secret; /* the accounting key */
	struct payment_book *book;
	struct tx *tx;
};

static bool
no_memory(struct fault *fault)
{
	return fault_set(fault, FAULT_BUG, "入金の照合に使う記憶域が足りません。");
}

static bool
line_open(const void *row, void *context, struct fault *fault)
{
	const struct bank_row *r = row;
	struct opening *o = context;
	struct payment_line *l =
	    array_next((void **)&o->book->line, &o->book->line_count, sizeof(*o->book->line));
	if (l == NULL)
		return no_memory(fault);
	struct sink payer = SINK_INTO(l->payer);
	if (!seal_open("bank-line", o->secret, r->payer.at, r->payer.n, &payer, fault))
		return false;
	if (sink_string(&payer) == NULL)
		return fault_set(fault, FAULT_BROKEN, "入金 %lld の名義の記録が壊れています。",
		    (long long)r->id);
	l->line = r->id;
	l->amount = r->amount;
	l->remaining = r->remaining;
	snprintf(l->booked, sizeof(l->booked), "%s", r->booked);
	snprintf(l->account, sizeof(l->account), "%s", r->account);
	if (!payer_fold(l->payer, l->folded, l->number)) /* kanji: nobody's by its name */
		l->folded[0] = l->number[0] = '\0';
	return true;
}

static bool
card_read(const struct opening *o, const struct card_row *card, struct payment_case *c,
    struct fault *fault)
{
	uint8_t bytes[PAYER_TEXT + 256];
	struct sink plain = SINK_INTO(bytes);
	struct der all, in;
	if (!seal_open("payer-card", o->secret, card->card.at, card->card.n, &plain, fault))
		return false;
	all = der_of(plain.at, plain.len);
	bool good = !plain.full && der_take(&all, DER_SEQUENCE, &in) && der_done(&all) &&
		    der_take_utf8(&in, c->payer, sizeof(c->payer)) &&
		    der_take_utf8(&in, c->ref, sizeof(c->ref)) && der_done(&in);
	secret_wipe(bytes, sizeof(bytes));
	return good || fault_set(fault, FAULT_BROKEN, "案件 %lld の振込名義の札が壊れています。",
			   (long long)card->dossier);
}

static bool
case_keep(struct opening *o, const struct card_row *card, const struct dossier_row *d,
    struct fault *fault)
{
	struct payment_case *c =
	    array_next((void **)&o->book->kase, &o->book->case_count, sizeof(*o->book->kase));
	if (c == NULL)
		return no_memory(fault);
	c->dossier = card->dossier;
	snprintf(c->reference, sizeof(c->reference), "%.8s", d->reference);
	snprintf(c->product, sizeof(c->product), "%s", d->product);
	memcpy(c->policy, d->policy, sizeof(c->policy));
	c->created_at = d->created_at;
	c->issued_at = d->issued_at;
	return card_read(o, card, c, fault) &&
	       payment_received(o->tx, card->dossier, &c->received, fault);
}

/* A closed dossier takes no money; its card stays while it may return. */
static bool
case_open(const void *row, void *context, struct fault *fault)
{
	const struct card_row *card = row;
	struct opening *o = context;
	OWN_DOSSIER d = { 0 };
	bool found;
	if (!dossier_get(o->tx, card->dossier, &d, &found, fault))
		return false;
	if (!found)
		return fault_set(fault, FAULT_BROKEN, "札だけがあり、案件 %lld がありません。",
		    (long long)card->dossier);
	return (STATES_CLOSED & 1 << dossier_state(&d)) != 0 || case_keep(o, card, &d, fault);
}

static bool
book_open(struct tx *tx, void *context, struct fault *fault)
{
	struct opening *o = context;
	o->tx = tx;
	book_clear(o->book); /* it may be run again */
	return bank_open_each(tx, line_open, o, fault) &&
	       card_each(tx, "payer", case_open, o, fault);
}

static bool
fees(struct service *s, struct payment_book *b, struct fault *fault)
{
	for (size_t i = 0; i < b->case_count; i++) {
		struct payment_case *c = &b->kase[i];
		struct dossier_row d = {
			.id = c->dossier, .created_at = c->created_at, .issued_at = c->issued_at
		};
		memcpy(d.policy, c->policy, sizeof(d.policy));
		snprintf(d.product, sizeof(d.product), "%s", c->product);
		if (!fee_due(s, &d, &c->due, fault))
			return false;
	}
	return true;
}

struct telling {
	struct payment_book *book;
	bool full;
};

static void
candidate_keep(void *context, const struct match_candidate *m)
{
	struct telling *t = context;
	struct payment_candidate *c = array_next(
	    (void **)&t->book->candidate, &t->book->candidate_count, sizeof(*t->book->candidate));
	t->full = t->full || c == NULL;
	if (c == NULL)
		return;
	const struct payment_case *k = &t->book->kase[m->kase];
	*c = (struct payment_candidate){ .dossier = k->dossier,
		.difference = m->difference,
		.reason = match_reason_name(m->reason),
		.proposed = true,
		.line = m->line };
	snprintf(c->ref, sizeof(c->ref), "%s", k->ref);
}

/* A line that names a dossier without a card is proposed for no other of its payer. */
static void
named_apart(const struct payment_book *b, size_t named, struct match_line *lines)
{
	for (size_t i = 0; i < named; i++)
		lines[b->candidate[i].line].payer = "";
}

/* Amounts compared are what is still owed and what still remains. */
static bool
propose(const struct match_figures *figures, struct payment_book *b, struct fault *fault)
{
	struct match_case *cases = calloc(b->case_count + 1, sizeof(*cases));
	struct match_line *lines = calloc(b->line_count + 1, sizeof(*lines));
	struct telling t = { b, false };
	for (size_t i = 0; cases != NULL && i < b->case_count; i++)
		cases[i] =
		    (struct match_case){ b->kase[i].dossier, b->kase[i].due - b->kase[i].received,
			    b->kase[i].payer, b->kase[i].reference, OUTCOME_NONE };
	for (size_t i = 0; lines != NULL && i < b->line_count; i++)
		lines[i] = (struct match_line){ b->line[i].line, b->line[i].remaining,
			b->line[i].folded, b->line[i].number };
	bool good = (cases != NULL && lines != NULL) || no_memory(fault);
	if (good)
		named_apart(b, b->candidate_count, lines);
	good = good &&
	       match_all(figures, cases, b->case_count, lines, b->line_count, candidate_keep, &t,
		   fault) &&
	       (!t.full || no_memory(fault));
	for (size_t i = 0; good && i < b->case_count; i++)
		b->kase[i].outcome = cases[i].outcome;
	free(cases);
	free(lines);
	return good;
}

static bool
case_is_open(const struct payment_book *b, int64_t dossier)
{
	size_t low = 0, high = b->case_count;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (b->kase[mid].dossier == dossier)
			return true;
		if (b->kase[mid].dossier < dossier)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* What a dossier without a payer card is to a line that names it; *owed: yen, 0 unless proposed. */
static bool
reason_of(const struct opening *o, const struct dossier_row *d, int64_t *owed, const char **reason,
    struct fault *fault)
{
	enum payment state = PAYMENT_UNPAID;
	bool paid = payment_read(d->payment, &state) && payment_settled(state);
	struct fee fee = { 0 };
	*owed = 0;
	*reason = paid ? PAYMENT_DOUBLE : PAYMENT_CLOSED;
	if ((STATES_CLOSED & 1 << dossier_state(d)) != 0)
		return true;
	if (!fee_standing_in(o->tx, o->service, d, &fee, fault))
		return false;
	*owed = fee.due > fee.received ? fee.due - fee.received : 0;
	*reason = *owed > 0 ? match_reason_name(MATCH_REFERENCE) : PAYMENT_DOUBLE;
	return true;
}

/*
 * A number before the name that is a dossier's without a card: it owes nothing, and the money is to
 * give back; or it owes again, by a rise of the tax or what the bank took back.
 */
static bool
line_by_number(const struct opening *o, size_t line, struct fault *fault)
{
	struct payment_book *b = o->book;
	const struct payment_line *l = &b->line[line];
	int64_t id = strtoll(l->number, NULL, 10) / 10; /* the last digit is the check */
	OWN_DOSSIER d = { 0 };
	const char *reason;
	int64_t owed;
	bool found;
	if (!reference_good(l->number) || case_is_open(b, id))
		return true;
	if (!dossier_get(o->tx, id, &d, &found, fault))
		return false;
	if (!found)
		return true;
	if (!reason_of(o, &d, &owed, &reason, fault))
		return false;
	struct payment_candidate *c =
	    array_next((void **)&b->candidate, &b->candidate_count, sizeof(*b->candidate));
	if (c == NULL)
		return no_memory(fault);
	*c = (struct payment_candidate){ .dossier = id,
		.difference = l->remaining - owed,
		.reason = reason,
		.proposed = owed > 0,
		.line = line };
	snprintf(c->ref, sizeof(c->ref), "%s", l->number);
	return true;
}

static bool
by_number(struct tx *tx, void *context, struct fault *fault)
{
	struct opening *o = context;
	o->tx = tx;
	o->book->candidate_count = 0; /* it may be run again */
	for (size_t i = 0; i < o->book->line_count; i++)
		if (!line_by_number(o, i, fault))
			return false;
	return true;
}

static int
candidate_order(const void *a, const void *b)
{
	const struct payment_candidate *x = a, *y = b;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->dossier > y->dossier) - (x->dossier < y->dossier);
}

/* Each line's candidates together, each once: two splits of one line may name a case twice. */
static void
candidates_sort(struct payment_book *b)
{
	size_t kept = 0;
	if (b->candidate_count > 0)
		qsort(b->candidate, b->candidate_count, sizeof(*b->candidate), candidate_order);
	for (size_t i = 0; i < b->candidate_count; i++)
		if (kept == 0 || candidate_order(&b->candidate[kept - 1], &b->candidate[i]) != 0)
			b->candidate[kept++] = b->candidate[i];
	b->candidate_count = kept;
	for (size_t i = kept; i-- > 0;) {
		struct payment_line *l = &b->line[b->candidate[i].line];
		l->first = i;
		l->count++;
	}
}

static bool
figures_read(const struct service *s, struct match_figures *f, struct fault *fault)
{
	const char *less = policy_setting(&s->policy, "short_by", s->today);
	const char *more = policy_setting(&s->policy, "over_by", s->today);
	if (less == NULL || more == NULL)
		return fault_set(fault, FAULT_BROKEN,
		    "規則に short_by と over_by がありません。"
		    "policy/settings.yaml を確かめてください。");
	*f = (struct match_figures){ strtoll(less, NULL, 10), strtoll(more, NULL, 10) };
	return true;
}

static bool
match_whole(struct service *s, struct payment_book *b, struct fault *fault)
{
	char path[SERVICE_PATH];
	struct match_figures figures;
	OWN_SECRET(secret) = secret_new(SEAL_SECRET);
	struct opening o = { .service = s, .secret = secret, .book = b };
	if (secret == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!figures_read(s, &figures, fault) ||
	    !keyfile_read(service_path(s, "keys/accounting", path), "accounting", "", 0, secret,
		SEAL_SECRET, fault) ||
	    !store_read(s->store, book_open, &o, fault) || !fees(s, b, fault) ||
	    !store_read(s->store, by_number, &o, fault) || !propose(&figures, b, fault))
		return false;
	candidates_sort(b);
	return true;
}

bool
payment_match(struct service *s, struct payment_book **out, struct fault *fault)
{
	struct payment_book *b = calloc(1, sizeof(*b));
	if (b == NULL)
		return no_memory(fault);
	if (!match_whole(s, b, fault)) {
		payment_book_free(b);
		return false;
	}
	*out = b;
	return true;
}
