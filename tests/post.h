/* A rehearsal whose certificates are out and whose letters wait: people, two print stations beside
 * the build, a CA certificate, dossiers; what the issuer would have written is written here. */
#ifndef AKASHI_TESTS_POST_H
#define AKASHI_TESTS_POST_H

#include <fcntl.h>
#include <unistd.h>

#include "act/import.h"
#include "act/print_day.h"
#include "act/report.h"
#include "act/station.h"
#include "book/line.h"
#include "book/statement.h"
#include "people.h"
#include "pki.h"
#include "pki/pkcs12.h"
#include "store/cert_row.h"
#include "store/download_row.h"
#include "store/key_set_row.h"
#include "store/letter_row.h"
#include "store/line_row.h"
#include "store/print_day_row.h"
#include "typed.h"
#include "vault/code.h"
#include "vault/digest.h"
#include "wire/child.h"
#include "wire/keymaker.h"
#include "wire/print.h"

#define POST_PIN "PPPP-QQQQ-RRRR-SSSS"
#define POST_PASSWORD "ABCD-EFGH-JKMN-PQRS"
enum { POST_CASES = 3, POST_BITS = 2048 };

struct post {
	struct service *s;
	char dir[256];
	struct charter *charter;
	struct pki *pki;
	pid_t station[PRINT_LETTERS];
	struct person *dispatch, *witness, *reception, *clerk;
};

static inline void
post_die(bool good, const struct fault *fault)
{
	made_or_die(good, fault);
}

/* Case 1: ja, no proxy. 2: en, no proxy. 3: ja, with a proxy. */
static inline void
post_row(void *context, const struct import_row *row)
{
	int64_t *count = context;
	if (!row->accepted)
		print_message("%s: %s\n", row->ref, row->findings->at[0].say);
	assert_true(row->accepted);
	++*count;
}

static inline void
post_apply(struct service *s)
{
	char text[4096];
	struct sink csv = SINK_INTO(text);
	struct fault fault = { 0 };
	int64_t count = 0;
	bool all;
	sink_text(&csv, TYPED_HEAD);
	for (int i = 0; i < POST_CASES; i++)
		sink_print(&csv,
		    "P%d,2026-10-22,DL-B2,individual-basic,髙橋　亮,タカハシ　リョウ,TAKAHASHI "
		    "RYO,,,"
		    "1973-08-24,M,,,9000015,沖縄県那覇市久茂地二丁目8番1号,\"2-8-1 KUMOJI, "
		    "NAHA-SHI, OKINAWA\",03-0000-0484,user%d@example.jp,%s,,,,,,,,,,,%s,post,,"
		    "タカハシ リョウ\n",
		    i + 1, i + 1, i == 1 ? "en" : "ja",
		    i == 2 ? "代理　花子,9000016,沖縄県那覇市前島一丁目1番1号,03-0000-0485"
			   : ",,,");
	assert_false(csv.full);
	post_die(import_run(s, text, csv.len, post_row, &count, &all, &fault), &fault);
	assert_int_equal(count, POST_CASES);
}

static inline void
post_station(struct post *p, enum print_letter l)
{
	struct station_call call;
	struct fault fault = { 0 };
	char c;
	int ready[2], passphrase[2];
	post_die(station_call(p->s, l, true, &call, &fault), &fault);
	if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(passphrase, O_CLOEXEC) != 0)
		abort();
	(void)close(passphrase[1]);
	const struct child child = { "../akashi-print", call.argv, { ready[1], passphrase[0] }, 2,
		false };
	post_die(child_start(&child, &p->station[l], &fault), &fault);
	(void)close(ready[1]);
	(void)close(passphrase[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	(void)close(ready[0]);
}

static inline void
post_station_end(struct post *p, enum print_letter l)
{
	if (p->station[l] == 0)
		return;
	(void)kill(p->station[l], SIGTERM);
	(void)child_end(p->station[l], 5000);
	p->station[l] = 0;
}

static inline void
post_stations_new(struct post *p)
{
	static const char *const NAMES[] = { "station-pin", "station-password" };
	for (int l = 0; l < PRINT_LETTERS; l++) {
		char name[64], path[SERVICE_PATH];
		struct key_public k;
		struct fault fault = { 0 };
		struct holder *h = &p->charter->station[p->charter->stations++];
		snprintf(name, sizeof(name), "rehearsal/keys/%s.pub", NAMES[l]);
		post_die(key_public_read(service_path(p->s, name, path), KEY_STATION, &k, &fault),
		    &fault);
		snprintf(h->id, sizeof(h->id), "hall-%d", l);
		memcpy(h->point, k.bytes, P256_POINT);
	}
	people_charter(p->s, p->charter);
}

static inline struct post *
post_new(int engine, const char *name, struct pki *pki)
{
	static const struct somebody PEOPLE[] = { { "ito", ROLE_DISPATCH, SURFACE_DESK, 0 },
		{ "oda", ROLE_DISPATCH, SURFACE_STATION, 0 },
		{ "ueda", ROLE_RECEPTION, SURFACE_DESK, 0 },
		{ "sato", ROLE_SCREENING, SURFACE_DESK, 0 } };
	struct post *p = calloc(1, sizeof(*p));
	char path[SERVICE_PATH];
	struct fault fault = { 0 };
	if (p == NULL)
		abort();
	p->pki = pki;
	p->s = made_service(engine, name, p->dir);
	p->charter = people_make(p->s, PEOPLE, COUNT(PEOPLE));
	post_stations_new(p);
	p->dispatch = people_open(p->s, "ito");
	p->witness = people_open(p->s, "oda");
	p->reception = people_open(p->s, "ueda");
	p->clerk = people_open(p->s, "sato");
	post_die(file_write(service_path(p->s, "ca/ca.crt", path), 0644, pki->ca_cert.p,
		     pki->ca_cert.n, &fault),
	    &fault);
	post_apply(p->s);
	for (int l = 0; l < PRINT_LETTERS; l++)
		post_station(p, (enum print_letter)l);
	return p;
}

static inline void
post_free(struct post *p)
{
	for (int l = 0; l < PRINT_LETTERS; l++)
		post_station_end(p, (enum print_letter)l);
	person_free(p->dispatch);
	person_free(p->witness);
	person_free(p->reception);
	person_free(p->clerk);
	free(p->charter);
	service_close(p->s);
	free(p);
}

static inline void
post_on_both(struct pki *pki, const char *name, void (*body)(struct post *))
{
	static int turn;
	for (int engine = 0; engine < ENGINES; engine++) {
		char folder[32];
		snprintf(folder, sizeof(folder), "%s%d", name, turn++);
		struct post *p = post_new(engine, folder, pki);
		body(p);
		post_free(p);
	}
}

static inline void
post_later(struct post *p, int64_t sec)
{
	p->s->now.sec += sec;
	p->s->today = instant_day(p->s->now);
}

/* By an approver. */
static inline void
post_extend(struct post *p, int64_t dossier, const char *clock, int64_t days)
{
	const struct person approver = { .id = "abe", .roles = 1 << ROLE_APPROVAL };
	const struct report r = { .kind = REPORT_EXTEND,
		.person = &approver,
		.dossier = dossier,
		.reason = "大雪",
		.clock = clock,
		.days = days };
	struct reported is;
	struct fault fault = { 0 };
	post_die(report_run(p->s, &r, &is, &fault), &fault);
}

static inline void
post_open_day(struct post *p)
{
	struct print_day_opened opened;
	struct fault fault = { 0 };
	post_die(print_day_begin(p->s, p->dispatch, &opened, &fault), &fault);
}

/* One certificate as the issuer leaves it. */
struct post_issue {
	struct post *post;
	int64_t dossier, edition;
	struct key_set_row keys;
	struct cert_row cert;
	struct print_day_row day;
	struct line_row intent;
};

static inline struct blob
post_blob(const struct sink *s)
{
	assert_false(s->full);
	return (struct blob){ s->at, s->len };
}

static inline struct blob
post_letter(const struct post_issue *i, enum print_letter l, bool proxy)
{
	uint8_t plain[1024];
	struct sink text = SINK_INTO(plain), sealed = SINK_GROW(4096);
	struct print_key key;
	const struct blob *packed = l == PRINT_PIN ? &i->day.print_pin : &i->day.print_password;
	static const char NAME[] = "髙橋　亮", PROXY[] = "代理　花子",
			  PLACE[] = "沖縄県那覇市久茂地二丁目8番1号";
	bool delegate = proxy && l == PRINT_PASSWORD;
	struct letter_text t = { .pin = l == PRINT_PIN,
		.route = proxy && l == PRINT_PIN ? ROUTE_KANI : ROUTE_HONNIN,
		.delegate = delegate,
		.lang = "ja",
		.name = der_of(delegate ? PROXY : NAME, strlen(delegate ? PROXY : NAME)),
		.postcode = der_of("9000015", 7),
		.address = der_of(PLACE, sizeof(PLACE) - 1),
		.subscriber = der_of(NAME, sizeof(NAME) - 1) };
	snprintf(t.code, sizeof(t.code), "%s", l == PRINT_PIN ? POST_PIN : POST_PASSWORD);
	letter_text_pack(&t, &text);
	assert_true(print_key_unpack(der_of(packed->at, packed->n), &key));
	seal_put("letter", key.key, text.at, text.len, &sealed);
	return post_blob(&sealed);
}

static inline void
post_package(struct post_issue *i)
{
	static const uint8_t SALT[PACKAGE_SALT] = { 9 };
	uint8_t public[SEAL_PUBLIC], secret[SEAL_SECRET];
	struct pki *pki = i->post->pki;
	struct package k = { .iterations = 2000 };
	struct sink bag = SINK_GROW(PKCS12_BAG_MOST), old = SINK_GROW(PKCS12_BAG_MOST),
		    plain = SINK_GROW(1 << 16), sealed = SINK_GROW(1 << 16),
		    certificate = SINK_GROW(1 << 16);
	struct fault fault = { 0 };
	code_pair("package", POST_PASSWORD, public, secret);
	post_die(pkcs12_bag(pki->key, PKCS12_STRONG, POST_PIN, 2000, &bag, &fault), &fault);
	post_die(
	    pkcs12_bag(pki->key, PKCS12_LEGACY, POST_PIN, PACKAGE_LEGACY_ITERATIONS, &old, &fault),
	    &fault);
	memcpy(k.salt, SALT, sizeof(SALT));
	post_die(pkcs12_mac_key(
		     PKCS12_STRONG, POST_PIN, k.salt, sizeof(k.salt), 2000, k.mac_key, &fault),
	    &fault);
	post_die(pkcs12_mac_key(PKCS12_LEGACY, POST_PIN, k.salt, sizeof(k.salt),
		     PACKAGE_LEGACY_ITERATIONS, k.legacy_mac_key, &fault),
	    &fault);
	k.bag = der_of(bag.at, bag.len);
	k.legacy_bag = der_of(old.at, old.len);
	package_pack(&k, &plain);
	seal_put("package", public, plain.at, plain.len, &sealed);
	seal_put("certificate", public, pki->cert.p, pki->cert.n, &certificate);
	i->keys.package = post_blob(&sealed);
	i->cert.for_package = post_blob(&certificate);
	sink_drop(&bag);
	sink_drop(&old);
	sink_drop(&plain);
}

/* What its keymaker stated and the signer's INTENT says of that. */
static inline void
post_statement(struct post_issue *i)
{
	struct sink packed = SINK_GROW(STATEMENT_PACKED), bytes = SINK_GROW(LINE_MOST);
	struct statement s = { .signature = der_of("-", 1),
		.print = { der_of(i->day.print_pin.at, i->day.print_pin.n),
		    der_of(i->day.print_password.at, i->day.print_password.n) } };
	struct line l = { .kind = LINE_INTENT, .dossier = i->dossier, .edition = i->edition };
	digest_of(i->keys.letter_pin.at, i->keys.letter_pin.n, s.letter[PRINT_PIN]);
	digest_of(i->keys.letter_password.at, i->keys.letter_password.n, s.letter[PRINT_PASSWORD]);
	statement_pack(&s, &packed);
	i->keys.statement = post_blob(&packed);
	digest_of(packed.at, packed.len, l.digest);
	line_pack(&l, &bytes);
	i->intent = (struct line_row){ .seq = 1000 * i->dossier + i->edition,
		.kind = "INTENT",
		.dossier = i->dossier,
		.edition = i->edition,
		.bytes = post_blob(&bytes) };
	memcpy(i->intent.serial, i->cert.serial, sizeof(i->intent.serial));
}

static inline bool
post_letter_row(
    struct tx *tx, const struct post_issue *i, enum print_letter l, bool proxy, struct fault *fault)
{
	struct letter_row r = { .dossier = i->dossier, .edition = i->edition, .note = "waiting" };
	bool delegate = proxy && l == PRINT_PASSWORD;
	snprintf(r.envelope, sizeof(r.envelope), "%d%d-%s", (int)i->dossier, (int)i->edition,
	    print_letter_name(l));
	snprintf(r.letter, sizeof(r.letter), "%s", print_letter_name(l));
	snprintf(r.recipient, sizeof(r.recipient), "%s", delegate ? "delegate" : "subscriber");
	snprintf(r.route, sizeof(r.route), "%s", proxy && l == PRINT_PIN ? "kani" : "honnin");
	snprintf(r.print_day, sizeof(r.print_day), "%s", i->day.day);
	r.created_at = i->post->s->now.sec;
	return tx_insert(tx, &LETTER_TABLE, &r, NULL, fault);
}

static inline bool
post_issue_write(struct tx *tx, void *context, struct fault *fault)
{
	struct post_issue *i = context;
	struct dossier_row d = { 0 };
	char from[sizeof(d.state)];
	bool found;
	if (!dossier_get(tx, i->dossier, &d, &found, fault))
		return false;
	memcpy(from, d.state, sizeof(from));
	snprintf(d.state, sizeof(d.state), "issued");
	d.edition = i->edition;
	d.issued_at = i->post->s->now.sec;
	bool proxy = d.delegate != 0, good = dossier_update(tx, &d, from, fault);
	dossier_drop(&d);
	return good && tx_insert(tx, &KEY_SET_TABLE, &i->keys, NULL, fault) &&
	       tx_insert(tx, &LINE_TABLE, &i->intent, NULL, fault) &&
	       tx_insert(tx, &CERT_TABLE, &i->cert, NULL, fault) &&
	       post_letter_row(tx, i, PRINT_PIN, proxy, fault) &&
	       post_letter_row(tx, i, PRINT_PASSWORD, proxy, fault);
}

static inline bool
post_day_read(struct tx *tx, void *context, struct fault *fault)
{
	struct post_issue *i = context;
	bool found;
	return print_day_newest(tx, &i->day, &found, fault) && (assert_true(found), true);
}

/* Needs an open day. The envelopes are "DE-pin" and "DE-password": dossier, edition. */
static inline void
post_issue(struct post *p, int64_t dossier, int64_t edition)
{
	struct post_issue i = { .post = p, .dossier = dossier, .edition = edition };
	struct fault fault = { 0 };
	post_die(store_read(p->s->store, post_day_read, &i, &fault), &fault);
	i.keys = (struct key_set_row){ .dossier = dossier, .edition = edition };
	i.cert = (struct cert_row){ .dossier = dossier,
		.edition = edition,
		.product = "DL-B2",
		.not_before = p->s->now.sec,
		.not_after = p->s->now.sec + 700 * 86400 };
	snprintf(i.cert.serial, sizeof(i.cert.serial), "5a%02d%02d", (int)dossier, (int)edition);
	snprintf(i.keys.print_day, sizeof(i.keys.print_day), "%s", i.day.day);
	i.keys.letter_pin = post_letter(&i, PRINT_PIN, dossier == 3);
	i.keys.letter_password = post_letter(&i, PRINT_PASSWORD, dossier == 3);
	post_package(&i);
	post_statement(&i);
	post_die(store_write(p->s->store, NULL, post_issue_write, &i, &fault), &fault);
	key_set_drop(&i.keys);
	cert_drop(&i.cert);
	line_drop(&i.intent);
	print_day_drop(&i.day);
}

/* What stands in the store, by the keys of the tests. */
struct post_seen {
	int64_t dossier, edition;
	const char *envelope;
	struct dossier_row d;
	struct letter_row l;
	struct key_set_row k;
	struct cert_row c;
	struct download_row dl;
	bool has_letter, has_download;
};

static inline bool
post_look(struct tx *tx, void *context, struct fault *fault)
{
	struct post_seen *v = context;
	bool found;
	return dossier_get(tx, v->dossier, &v->d, &found, fault) &&
	       key_set_get(tx, v->dossier, v->edition, &v->k, &found, fault) &&
	       cert_of(tx, v->dossier, v->edition, &v->c, &found, fault) &&
	       download_get(tx, v->dossier, v->edition, &v->dl, &v->has_download, fault) &&
	       letter_get(tx, v->envelope, &v->l, &v->has_letter, fault);
}

/* Edition 1; the blobs' sizes stay readable, their bytes are gone. */
static inline struct post_seen
post_see(struct post *p, int64_t dossier, const char *envelope)
{
	struct post_seen v = { .dossier = dossier, .edition = 1, .envelope = envelope };
	struct fault fault = { 0 };
	post_die(store_read(p->s->store, post_look, &v, &fault), &fault);
	size_t pin = v.k.letter_pin.n, password = v.k.letter_password.n, package = v.k.package.n;
	dossier_drop(&v.d);
	key_set_drop(&v.k);
	cert_drop(&v.c);
	v.k.letter_pin.n = pin;
	v.k.letter_password.n = password;
	v.k.package.n = package;
	return v;
}

/* A letter's row as a test wants it, whatever it was. */
struct post_put {
	const char *envelope, *note;
	int64_t printed_at;
};
static inline bool
post_put_write(struct tx *tx, void *context, struct fault *fault)
{
	struct post_put *put = context;
	struct letter_row l;
	char from[16];
	bool found;
	if (!letter_get(tx, put->envelope, &l, &found, fault))
		return false;
	assert_true(found);
	memcpy(from, l.note, sizeof(from));
	snprintf(l.note, sizeof(l.note), "%s", put->note);
	l.printed_at = put->printed_at;
	return letter_move(tx, &l, from, fault);
}

static inline void
post_note(struct post *p, const char *envelope, const char *note, int64_t printed_at)
{
	struct post_put put = { envelope, note, printed_at };
	struct fault fault = { 0 };
	post_die(store_write(p->s->store, NULL, post_put_write, &put, &fault), &fault);
}

/* How many events of a kind. */
struct post_events {
	const char *kind;
	int64_t count;
};
static inline bool
post_event(const void *row, void *context, struct fault *fault)
{
	struct post_events *e = context;
	(void)fault;
	e->count += strcmp(((const struct event_row *)row)->kind, e->kind) == 0;
	return true;
}
static inline bool
post_event_read(struct tx *tx, void *context, struct fault *fault)
{
	((struct post_events *)context)->count = 0;
	return event_each(tx, 1, post_event, context, fault);
}
static inline int64_t
post_events(struct post *p, const char *kind)
{
	struct post_events e = { kind, 0 };
	struct fault fault = { 0 };
	post_die(store_read(p->s->store, post_event_read, &e, &fault), &fault);
	return e.count;
}

#endif
