/*
 * A service as it stands years later: COUNT certificates in its journal and in its store, REVOKED of
 * them revoked. bench_preload DIR ORDER COUNT REVOKED; DIR: a rehearsal with one approved order
 * (bench/ready.sh), whose signer does not run. Every line is one the signer could have written and
 * every row goes through the store's own doors; what is sealed in them is noise. Only for figures.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "act/dossier.h"
#include "act/service.h"
#include "base/text.h"
#include "book/ledger.h"
#include "or_die.h"
#include "rules/step.h"
#include "store/cert_row.h"
#include "store/key_set_row.h"
#include "store/letter_row.h"
#include "store/line_row.h"
#include "store/meta_row.h"
#include "store/proof_row.h"
#include "store/task_row.h"
#include "store/warrant_row.h"
#include "vault/secret.h"

enum { PER_TX = 2000, PERSON_BYTES = 200, SEALED = 600, LINES_EACH = 4 };

struct preload {
	struct service *service;
	char folder[SERVICE_PATH];
	struct journal journal;
	struct ledger ledger; /* for the head the last line knows */
	struct dossier_row like;
	int64_t of;
	long at, until, revoked;
	struct line_row *line; /* of this transaction; owned */
	size_t lines;
	struct sink bytes; /* theirs; owned */
};

static bool
fed(void *context, const struct line *l, struct der whole, struct fault *fault)
{
	(void)whole;
	return ledger_line(context, l, fault);
}

/* A segment that is full is followed by the next when the journal is opened, as the signer does. */
static bool
journal_again(struct preload *p, struct fault *fault)
{
	journal_close(&p->journal);
	ledger_free(&p->ledger);
	return journal_open(p->folder, &p->journal, fed, &p->ledger, fault);
}

static bool
line_put(struct preload *p, struct line *l, struct fault *fault)
{
	struct line_row *row = &p->line[p->lines++];
	size_t from = p->bytes.len;
	l->at = p->service->now;
	if (!journal_add(&p->journal, l, fault))
		return false;
	line_pack(l, &p->bytes);
	*row = (struct line_row){ .seq = l->seq,
		.at = l->at.sec,
		.dossier = l->dossier,
		.edition = l->edition,
		.bytes = { NULL, p->bytes.len - from } };
	hex_print(row->serial, l->serial, SERIAL);
	snprintf(row->kind, sizeof(row->kind), "%s", line_name(l->kind));
	return true;
}

/* What the signer wrote of one certificate. */
static bool
lines_put(struct preload *p, int64_t dossier, struct line *intent, struct fault *fault)
{
	*intent = (struct line){ .kind = LINE_INTENT,
		.dossier = dossier,
		.edition = 1,
		.size = p->ledger.size,
		.not_before = p->service->now,
		.not_after = { p->service->now.sec + 2 * 365 * DAY_SECONDS } };
	memcpy(intent->root, p->ledger.root, 32);
	secret_random(intent->serial, SERIAL);
	intent->serial[0] = (uint8_t)((intent->serial[0] & 0x3f) | 0x20);
	secret_random(intent->warrant, 32);
	secret_random(intent->spki, 32);
	secret_random(intent->tbs, 32);
	secret_random(intent->digest, 32);
	struct line done = { .kind = LINE_DONE, .dossier = dossier, .edition = 1 };
	struct line booked = { .kind = LINE_BOOKED, .dossier = dossier, .edition = 1 };
	struct line revoked = { .kind = LINE_REVOKED, .reason = 5, .ground = "10-1-3" };
	memcpy(done.serial, intent->serial, SERIAL);
	secret_random(done.digest, 32);
	memcpy(booked.serial, intent->serial, SERIAL);
	memcpy(revoked.serial, intent->serial, SERIAL);
	memcpy(revoked.warrant, intent->warrant, 32);
	bool good =
	    line_put(p, intent, fault) && line_put(p, &done, fault) && line_put(p, &booked, fault);
	memcpy(intent->digest, done.digest, 32);
	return good && (p->at >= p->revoked || line_put(p, &revoked, fault));
}

static bool
rows_put(struct tx *tx, struct preload *p, struct dossier_row *d, const struct line *i,
    struct fault *fault)
{
	static const char *const LETTERS[] = { "pin", "password" };
	uint8_t noise[SEALED];
	int64_t now = p->service->now.sec;
	struct event_row event;
	secret_random(noise, sizeof(noise));
	struct warrant_row w = { .kind = "certificate",
		.dossier = d->id,
		.edition = 1,
		.sealed = { noise, PERSON_BYTES },
		.created_at = now,
		.ended = "booked" };
	struct key_set_row k = { .dossier = d->id,
		.edition = 1,
		.spki = { noise, 294 },
		.statement = { noise, SEALED },
		.created_at = now };
	struct cert_row c = { .dossier = d->id,
		.edition = 1,
		.product = "DL-B2",
		.vend_rule = "civil143",
		.not_before = i->not_before.sec,
		.not_after = i->not_after.sec,
		.for_dossier = { noise, SEALED },
		.for_package = { noise, SEALED },
		.acquired_at = now };
	struct task_row t = { .kind = "issue",
		.dossier = d->id,
		.edition = 1,
		.lane = TASK_OTHERS,
		.state = "done",
		.fence = 1,
		.created_at = now,
		.done_at = now };
	memcpy(w.digest, i->warrant, 32);
	memcpy(t.digest, i->warrant, 32);
	memcpy(c.digest, i->digest, 32);
	snprintf(t.result, sizeof(t.result), "%s", hex_print(c.serial, i->serial, SERIAL));
	if (p->at < p->revoked) {
		c.revoked_at = now;
		c.reason = 5;
		snprintf(c.ground, sizeof(c.ground), "10-1-3");
	}
	service_event(p->service, "issued", d->id, &event);
	snprintf(event.detail, sizeof(event.detail), "edition=1 serial=%s", c.serial);
	if (!tx_next(tx, "task", &t.id, fault) || !tx_insert(tx, &DOSSIER_TABLE, d, NULL, fault) ||
	    !tx_insert(tx, &WARRANT_TABLE, &w, NULL, fault) ||
	    !tx_insert(tx, &KEY_SET_TABLE, &k, NULL, fault) ||
	    !tx_insert(tx, &CERT_TABLE, &c, NULL, fault) ||
	    !tx_insert(tx, &TASK_TABLE, &t, NULL, fault))
		return false;
	for (int n = 0; n < 2; n++) {
		struct letter_row l = { .dossier = d->id,
			.edition = 1,
			.recipient = "subscriber",
			.route = "kani",
			.note = "sent",
			.created_at = now,
			.sent_at = now };
		snprintf(l.envelope, sizeof(l.envelope), "P%lld-%d", (long long)d->id, n);
		snprintf(l.tracking, sizeof(l.tracking), "%lld", (long long)d->id * 2 + n);
		snprintf(l.letter, sizeof(l.letter), "%s", LETTERS[n]);
		if (!tx_insert(tx, &LETTER_TABLE, &l, NULL, fault))
			return false;
	}
	return service_event_add(tx, &event, fault);
}

/* Not to be run again: what the journal has, it has. */
static bool
some(struct tx *tx, void *context, struct fault *fault)
{
	struct preload *p = context;
	for (long n = 0; n < PER_TX && p->at < p->until; n++, p->at++) {
		struct dossier_row d = p->like;
		struct line intent;
		uint8_t noise[PERSON_BYTES];
		if (!tx_next(tx, "dossier", &d.id, fault) || !lines_put(p, d.id, &intent, fault))
			return false;
		secret_random(noise, sizeof(noise));
		secret_random(d.ref_digest, sizeof(d.ref_digest));
		secret_random(d.content_digest, sizeof(d.content_digest));
		snprintf(d.reference, sizeof(d.reference), "p%lld", (long long)d.id);
		snprintf(d.state, sizeof(d.state), "%s",
		    state_name(p->at < p->revoked ? STATE_REVOKED : STATE_ACTIVE));
		d.edition = 1;
		d.issued_at = d.sent_at = d.receipt_at = p->service->now.sec;
		d.record = d.screening = (struct blob){ noise, sizeof(noise) };
		if (!rows_put(tx, p, &d, &intent, fault))
			return false;
	}
	size_t at = 0;
	for (size_t n = 0; n < p->lines; at += p->line[n++].bytes.n) {
		p->line[n].bytes.at = p->bytes.at + at;
		if (!tx_insert(tx, &LINE_TABLE, &p->line[n], NULL, fault))
			return false;
	}
	return true;
}

/* The store has a copy of every line up to here. */
static bool
copied(struct tx *tx, void *context, struct fault *fault)
{
	struct preload *p = context;
	char path[JOURNAL_PATH], place[64];
	struct stat st;
	if (stat(journal_segment(p->folder, p->journal.segments, path), &st) != 0)
		return false;
	snprintf(place, sizeof(place), "%d %lld", p->journal.segments, (long long)st.st_size);
	return meta_put(tx, "journal_place", place, fault);
}

static bool
like(struct tx *tx, void *context, struct fault *fault)
{
	struct preload *p = context;
	return dossier_load_in(tx, p->of, &p->like, fault);
}

int
main(int argc, char **argv)
{
	struct fault fault = { 0 };
	struct preload p = { .journal = { .fd = -1 }, .bytes = SINK_GROW(64 << 20) };
	if (argc != 5)
		return 2;
	or_die(service_open(argv[1], NULL, &p.service, &fault), &fault);
	p.of = strtol(argv[2], NULL, 10);
	p.until = strtol(argv[3], NULL, 10);
	p.revoked = strtol(argv[4], NULL, 10);
	p.line = calloc(PER_TX * LINES_EACH, sizeof(*p.line));
	service_path(p.service, "ca/journal", p.folder);
	or_die(p.line != NULL && store_read(p.service->store, like, &p, &fault) &&
		   journal_again(&p, &fault),
	    &fault);
	for (int64_t segment = 0; p.at < p.until;) {
		p.lines = p.bytes.len = 0;
		or_die(store_write(p.service->store, NULL, some, &p, &fault) &&
			   journal_sync(&p.journal, &fault),
		    &fault);
		segment += (int64_t)p.bytes.len;
		if (segment < JOURNAL_SEGMENT)
			continue;
		or_die(journal_again(&p, &fault), &fault);
		segment = 0;
	}
	or_die(store_write(p.service->store, NULL, copied, &p, &fault), &fault);
	fprintf(stderr, "# %ld certificates, %lld lines\n", p.at, (long long)p.journal.seq);
	dossier_drop(&p.like);
	ledger_free(&p.ledger);
	journal_close(&p.journal);
	sink_drop(&p.bytes);
	free(p.line);
	service_close(p.service);
	return 0;
}
