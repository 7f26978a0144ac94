/* Key sets, each against the keymaker's own statement and the INTENT that names it [design 2]. */
#include "act/audit_in.h"

#include <stdio.h>
#include <string.h>

#include "book/statement.h"
#include "store/key_set_row.h"
#include "vault/digest.h"

/* What was deleted after it was used is not held against its digest. */
static bool
bytes_good(const struct blob *bytes, const uint8_t digest[32])
{
	uint8_t is[32];
	if (bytes->n == 0)
		return true;
	digest_of(bytes->at, bytes->n, is);
	return memcmp(is, digest, sizeof(is)) == 0;
}

static bool
set_good(const struct key_set_row *k, const struct statement *s)
{
	struct print_key print;
	char day[DAY_TEXT];
	return bytes_good(&k->spki, s->spki) && bytes_good(&k->package, s->package) &&
	       bytes_good(&k->letter_pin, s->letter[PRINT_PIN]) &&
	       bytes_good(&k->letter_password, s->letter[PRINT_PASSWORD]) &&
	       print_key_unpack(s->print[PRINT_PIN], &print) &&
	       strcmp(day_print(day, print.day), k->print_day) == 0;
}

static bool
grant_good(const struct key_set_row *k, const struct statement *s, const struct grant_said *g)
{
	return bytes_good(&k->statement, g->statement) && memcmp(s->spki, g->spki, 32) == 0 &&
	       memcmp(s->warrant, g->warrant, 32) == 0;
}

static bool
key_set_meet(const void *row, void *context, struct fault *fault)
{
	const struct key_set_row *k = row;
	struct audit *a = context;
	struct statement s;
	char place[AUDIT_PLACE];
	const struct grant *g = ledger_find(&a->ledger, k->dossier, k->edition);
	(void)fault;
	snprintf(place, sizeof(place), "key_set %lld %lld", (long long)k->dossier,
	    (long long)k->edition);
	if (!statement_unpack(der_of(k->statement.at, k->statement.n), &s) || !set_good(k, &s))
		return audit_broken(
		    a, place, AUDIT_NONE, "鍵、パッケージか手紙が鍵生成記録と違います。");
	if (g != NULL && g->state != GRANT_VOID &&
	    !grant_good(k, &s, grants_said_of(&a->said, &a->ledger, g)))
		return audit_broken(a, place, AUDIT_NONE, "鍵生成記録が台帳のものと違います。");
	return true;
}

static bool
key_sets_tx(struct tx *tx, void *context, struct fault *fault)
{
	return tx_table(tx, &KEY_SET_TABLE, key_set_meet, context, fault);
}

bool
audit_keys(struct audit *a, struct fault *fault)
{
	return store_read(a->crew->service->store, key_sets_tx, a, fault);
}
