/* The two books side by side: every certificate and every order the signer knows [storage 4]. */
#include "act/sweep_in.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/issue.h"
#include "act/revoke.h"
#include "base/text.h"
#include "store/cert_row.h"
#include "store/key_set_row.h"
#include "store/warrant_row.h"
#include "vault/digest.h"

enum { PAGE = 500 };

/* What the store has for an order the signer knows. */
enum view { VIEW_NOTHING, VIEW_WAITING, VIEW_ENDED, VIEW_CERTIFICATE, VIEWS };
/* What the journal says of it. */
enum said { SAID_NOTHING, SAID_INTENT, SAID_DONE, SAID_BOOKED, SAIDS };
enum revoked_in { REVOKED_IN_JOURNAL = 1 << 0, REVOKED_IN_STORE = 1 << 1 };

typedef bool sweep_act(struct sweep *, struct found *, struct fault *);
static sweep_act ask_again, list_takes_it, book, copy_revocation, deliver;

#define IN(s) (1u << (s))
#define LIVE (IN(SAID_INTENT) | IN(SAID_DONE) | IN(SAID_BOOKED))
#define UNFINISHED_LINE (IN(SAID_INTENT) | IN(SAID_DONE))
#define NONE IN(0)
#define JOURNAL_ONLY IN(REVOKED_IN_JOURNAL)
#define STORE_ONLY IN(REVOKED_IN_STORE)
#define ANY (NONE | JOURNAL_ONLY | STORE_ONLY | IN(REVOKED_IN_JOURNAL | REVOKED_IN_STORE))

/* The table of [storage 4]; a revoked order without a certificate needs nothing: it is on the list. */
/* clang-format off */
static const struct { unsigned said, view, revoked; enum difference what; sweep_act *act; } ROWS[] = {
	/* journal	     store		  revoked in		 is		 done */
	{ LIVE,		     IN(VIEW_WAITING),	  NONE,			 UNFINISHED,	 ask_again },
	{ LIVE,		     IN(VIEW_NOTHING),	  NONE,			 UNKNOWN_ORDER,	 NULL },
	{ IN(SAID_BOOKED),   IN(VIEW_ENDED),	  NONE,			 UNKNOWN_ORDER,	 NULL },
	{ UNFINISHED_LINE,   IN(VIEW_ENDED),	  NONE,			 ENDED_ORDER,	 list_takes_it },
	{ UNFINISHED_LINE,   IN(VIEW_CERTIFICATE), ANY,			 UNBOOKED,	 book },
	{ IN(SAID_NOTHING),  IN(VIEW_CERTIFICATE), ANY,			 NO_LINE,	 NULL },
	{ LIVE,		     IN(VIEW_CERTIFICATE), JOURNAL_ONLY,	 REVOKED_BEHIND, copy_revocation },
	{ LIVE,		     IN(VIEW_CERTIFICATE), STORE_ONLY,		 REVOKED_AHEAD,	 deliver },
};
/* clang-format on */

/* Both books' word on one order; every row that fits is a difference. */
struct meeting {
	enum said said;
	enum view view;
	unsigned revoked;
	int64_t dossier, edition;
	const char *serial;
	uint32_t grant;
	const uint8_t *warrant;
};

static bool
meet(struct sweep *s, const struct meeting *m, struct fault *fault)
{
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		if ((ROWS[i].said & IN(m->said)) == 0 || (ROWS[i].view & IN(m->view)) == 0 ||
		    (ROWS[i].revoked & IN(m->revoked)) == 0)
			continue;
		struct found *f = sweep_add(s, ROWS[i].what, fault);
		if (f == NULL)
			return false;
		f->dossier = m->dossier;
		f->edition = m->edition;
		f->grant = m->grant;
		snprintf(f->serial, sizeof(f->serial), "%s", m->serial);
		if (m->warrant != NULL)
			memcpy(f->digest, m->warrant, sizeof(f->digest));
	}
	return true;
}

static enum said
said_of(const struct grant *g)
{
	static const enum said SAID[] = { [GRANT_INTENT] = SAID_INTENT,
		[GRANT_DONE] = SAID_DONE,
		[GRANT_BOOKED] = SAID_BOOKED,
		[GRANT_VOID] = SAID_NOTHING };
	return g == NULL ? SAID_NOTHING : SAID[g->state];
}

static bool
cert_meet(const void *row, void *context, struct fault *fault)
{
	const struct cert_row *c = row;
	struct sweep *s = context;
	uint8_t serial[SERIAL];
	const struct grant *g =
	    hex_read(c->serial, serial, SERIAL) ? ledger_serial(&s->ledger, serial) : NULL;
	if (g != NULL && (g->dossier != c->dossier || g->edition != c->edition))
		g = NULL; /* another order's number */
	struct meeting m = { .said = said_of(g),
		.view = VIEW_CERTIFICATE,
		.revoked = (c->revoked_at != 0 ? REVOKED_IN_STORE : 0u) |
			   (g != NULL && g->revoked ? REVOKED_IN_JOURNAL : 0u),
		.dossier = c->dossier,
		.edition = c->edition,
		.serial = c->serial,
		.grant = g == NULL ? 0 : (uint32_t)(g - s->ledger.grant) };
	s->has[m.grant] = 1;
	snprintf(s->last, sizeof(s->last), "%s", c->serial);
	s->page++;
	return meet(s, &m, fault);
}

static bool
certs_page(struct tx *tx, void *context, struct fault *fault)
{
	struct sweep *s = context;
	return cert_list(tx, s->last, PAGE, cert_meet, s, fault);
}

/* An order without a certificate, as the store knows it. */
struct order_look {
	struct sweep *sweep;
	const struct grant *grant;
	const struct grant_said *said;
	enum view view;
};

/* The key was made, and what the signer needs to open the warrant is still there. Whether it is must
 * be known: an order without it is put before officers to be revoked. */
static bool
key_known(struct tx *tx, struct order_look *o, bool *out, struct fault *fault)
{
	struct key_set_row keys = { 0 };
	struct blob wrapped = { 0 };
	struct fault why = { 0 };
	uint8_t digest[32];
	char hex[DIGEST_HEX];
	bool found;
	const struct grant *g = o->grant;
	if (!key_set_get(tx, g->dossier, g->edition, &keys, &found, fault))
		return false;
	digest_of(keys.spki.at, keys.spki.n, digest);
	found = found && memcmp(digest, o->said->spki, sizeof(digest)) == 0;
	key_set_drop(&keys);
	*out = found &&
	       keys_db_get(o->sweep->crew->service->keys, "warrant-signer",
		   hex_print(hex, o->said->warrant, sizeof(o->said->warrant)), &wrapped, &why);
	blob_drop(&wrapped);
	if (!found || *out || why.code == FAULT_MISSING)
		return true;
	*fault = why;
	return false;
}

static bool
order_look(struct tx *tx, void *context, struct fault *fault)
{
	struct order_look *o = context;
	struct warrant_row w = { 0 };
	struct day last = { 0 };
	bool found, known = false;
	if (!warrant_get(tx, o->said->warrant, &w, &found, fault) ||
	    (found && !key_known(tx, o, &known, fault))) {
		warrant_drop(&w);
		return false;
	}
	bool late = found && day_read(w.last_day, &last) &&
		    day_cmp(o->sweep->crew->service->today, last) > 0;
	if (!found || strcmp(w.kind, "certificate") != 0)
		o->view = VIEW_NOTHING;
	else if (w.ended[0] != '\0' || late)
		o->view = VIEW_ENDED;
	else
		o->view = known ? VIEW_WAITING : VIEW_NOTHING;
	warrant_drop(&w);
	return true;
}

static bool
grants_meet(struct sweep *s, struct fault *fault)
{
	for (uint32_t i = 1; i <= s->ledger.grants; i++) {
		const struct grant *g = &s->ledger.grant[i];
		struct order_look o = { s, g, grants_said_of(&s->said, &s->ledger, g),
			VIEW_NOTHING };
		char serial[SERIAL_HEX];
		if (s->has[i] || g->state == GRANT_VOID || g->revoked)
			continue;
		if (!store_read(s->crew->service->store, order_look, &o, fault))
			return false;
		struct meeting m = { .said = said_of(g),
			.view = o.view,
			.dossier = g->dossier,
			.edition = g->edition,
			.serial = hex_print(serial, g->serial, SERIAL),
			.grant = i,
			.warrant = o.said->warrant };
		if (!meet(s, &m, fault))
			return false;
	}
	return true;
}

static bool
ledger_feed(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	struct sweep *s = context;
	(void)whole;
	return ledger_line(&s->ledger, l, fault) &&
	       grants_said_line(&s->said, &s->ledger, l, fault);
}

/* All lines, or those that are new. */
bool
sweep_read_on(struct sweep *s, struct fault *fault)
{
	return s->from_journal ? crew_journal(s->crew, &s->place, ledger_feed, s, fault)
			       : crew_copies(s->crew, &s->place, ledger_feed, s, fault);
}

/* Copies that are not the journal's are told, and the journal itself is read instead. */
static bool
ledger_fill(struct sweep *s, struct fault *fault)
{
	struct fault why = { 0 };
	if (sweep_read_on(s, &why))
		return true;
	if (strcmp(why.name, JOURNAL_CHAIN.name) != 0) {
		*fault = why;
		return false;
	}
	ledger_free(&s->ledger);
	grants_said_free(&s->said);
	s->place = (struct crew_place){ .at = { 0 } };
	s->from_journal = true;
	return sweep_add(s, COPIES_BROKEN, fault) != NULL && sweep_read_on(s, fault);
}

/* A revocation that one book had and the other had not, looked at again. */
struct again {
	const char *serial;
	bool in_store, in_hand;
};

static bool
look_again(struct tx *tx, void *context, struct fault *fault)
{
	struct again *a = context;
	struct cert_row c = { 0 };
	bool found;
	if (!cert_get(tx, a->serial, &c, &found, fault))
		return false;
	a->in_store = found && c.revoked_at != 0;
	cert_drop(&c);
	return revoke_in_hand(tx, a->serial, &a->in_hand, fault);
}

/* What the other issuer has in hand, or has finished since, is no difference. */
static bool
settled(struct sweep *s, const struct found *f, bool *out, struct fault *fault)
{
	struct again a = { .serial = f->serial };
	*out = false;
	if (f->what != REVOKED_BEHIND && f->what != REVOKED_AHEAD)
		return true;
	if (!store_read(s->crew->service->store, look_again, &a, fault) || !sweep_read_on(s, fault))
		return false;
	*out = a.in_hand || a.in_store == s->ledger.grant[f->grant].revoked;
	return true;
}

static bool
settled_leave(struct sweep *s, struct fault *fault)
{
	size_t kept = 0;
	for (size_t i = 0; i < s->count; i++) {
		bool is;
		if (!settled(s, &s->found[i], &is, fault))
			return false;
		if (!is)
			s->found[kept++] = s->found[i];
	}
	s->count = kept;
	return true;
}

bool
sweep_books(struct sweep *s, struct fault *fault)
{
	if (!ledger_fill(s, fault))
		return false;
	s->has = calloc(s->ledger.grants + 1, 1);
	if (s->has == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	do {
		s->page = 0;
		if (!store_read(s->crew->service->store, certs_page, s, fault))
			return false;
	} while (s->page > 0);
	return settled_leave(s, fault) && grants_meet(s, fault);
}

bool
sweep_acts(struct sweep *s, struct fault *fault)
{
	for (size_t i = 0; i < s->count; i++)
		for (size_t k = 0; k < COUNT(ROWS); k++)
			if (ROWS[k].what == s->found[i].what && ROWS[k].act != NULL) {
				if (!ROWS[k].act(s, &s->found[i], fault))
					return false;
				break;
			}
	return true;
}

static bool
ask_again(struct sweep *s, struct found *f, struct fault *fault)
{
	(void)fault;
	sweep_follow(s, f, "issue", f->digest);
	return true;
}

/* The signer puts it on the first list after a day; sooner nobody can [design 2]. */
static bool
list_takes_it(struct sweep *s, struct found *f, struct fault *fault)
{
	(void)fault;
	const struct grant_said *g = &s->said.grant[f->grant];
	if (s->crew->service->now.sec - g->at.sec > DAY_SECONDS)
		sweep_follow(s, f, "list", NULL);
	return true;
}

static bool
book(struct sweep *s, struct found *f, struct fault *fault)
{
	const struct signer_booked b = { f->dossier, f->edition };
	f->done = issue_booked(s->crew, &b, 1, fault);
	return f->done;
}

/* The warrant of a revocation with all its signatures, where there is one. */
struct asking {
	struct sweep *sweep;
	const char *serial;
	struct warrant_row warrant;
	bool found, answerable;
};

static bool
revocation_look(struct tx *tx, void *context, struct fault *fault)
{
	struct asking *a = context;
	warrant_drop(&a->warrant);
	a->answerable = false;
	return warrant_of_serial(tx, a->serial, &a->warrant, &a->found, fault) &&
	       (!a->found || sweep_answerable(a->sweep, tx, &a->warrant, &a->answerable, fault));
}

static bool
deliver(struct sweep *s, struct found *f, struct fault *fault)
{
	struct asking a = { .sweep = s, .serial = f->serial };
	if (!store_read(s->crew->service->store, revocation_look, &a, fault))
		return false;
	if (a.answerable)
		sweep_follow(s, f, "revoke", a.warrant.digest);
	warrant_drop(&a.warrant);
	return true;
}

/* With a warrant that it would answer, the signer does so again, receipt and all; else its line is copied. */
static bool
copy_revocation(struct sweep *s, struct found *f, struct fault *fault)
{
	const struct grant *g = &s->ledger.grant[f->grant];
	if (!deliver(s, f, fault))
		return false;
	if (f->follow.kind[0] != '\0')
		return true;
	f->done = revoke_behind(s->crew->service, f->serial,
	    grants_said_revocation(&s->said, &s->ledger, g), f->dossier, fault);
	return f->done;
}
