/* The keymaker itself, started as it is: one good warrant, and each refusal by its own row.
 * [R-1.3] [R-4.91] [R-4.92] */
#include "pki.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "book/pack.h"
#include "book/statement.h"
#include "book/warrant.h"
#include "pki/pkcs12.h"
#include "shipped.h"
#include "vault/code.h"
#include "vault/entropy.h"
#include "wire/child.h"
#include "wire/keymaker.h"
#include "wire/print.h"
#include "wire/serve.h"

#define TOLD ((struct day){ 2040, 5, 5 })

/* What the asker sends: changed by a row before it is packed, or as bytes after. */
enum bytes { AS_IS, CHARTER_CUT, PACK_FLIPPED, WARRANT_FLIPPED, WRAPPED_FLIPPED, PRINT_FLIPPED };
struct world {
	struct policy policy;
	struct charter charter;
	uint8_t own[64], station[2][32], print_secret[2][32];
	struct warrant warrant;
	struct warrant_certificate certificate;
	struct delivery pin, password;
	struct print_key print[2];
	int signed_by[2];
	uint8_t seal_to[32];
	enum bytes bytes;
	/* packed */
	uint8_t charter_bytes[8192], pack_bytes[PACK_MOST], sealed[WARRANT_MOST], wrapped[256];
	uint8_t print_bytes[2][PRINT_KEY_PACKED], warrant_bytes[WARRANT_MOST];
	struct der packed_warrant;
	struct keymaker_ask ask;
};

static struct der
text(const char *s)
{
	return der_of(s, strlen(s));
}

static void
charter_begin(struct world *w)
{
	struct fault f = { 0 };
	struct charter *c = &w->charter;
	memset(c->service, 9, SERVICE_ID);
	c->rehearsal = true;
	c->number = 3;
	c->not_before = day_start(TOLD);
	c->not_after = day_end(day_plus(TOLD, 30));
	assert_true(p256_new(w->own, c->keymaker_point, &f));
	seal_pair(c->keymaker_seal, w->own + 32);
	memcpy(w->seal_to, c->keymaker_seal, 32);
	for (int i = 0; i < 2; i++) {
		struct holder *h = &c->station[c->stations++];
		(void)snprintf(h->id, sizeof(h->id), "station-%d", i);
		assert_true(p256_new(w->station[i], h->point, &f));
	}
}

static void
warrant_begin(struct world *w)
{
	w->pin = (struct delivery){ .route = ROUTE_KANI,
		.name = text("髙﨑　𠮷葛"),
		.postcode = text("100-0013"),
		.address = text("東京都千代田区霞が関三丁目一番一号") };
	w->password = (struct delivery){ .route = ROUTE_HONNIN,
		.delegate = true,
		.name = text("山田　花子"),
		.postcode = text("530-0001"),
		.address = text("大阪府大阪市北区一丁目２番３号") };
	w->certificate = (struct warrant_certificate){ .product = "DL-I2",
		.profile = "individual",
		.vend_rule = "civil143",
		.lang = "ja",
		.years = 2,
		.email = text("taro@example.jp"),
		.subscriber = text("髙﨑　𠮷葛"),
		.fields = text("\x30") };
	w->warrant = (struct warrant){
		.kind = WARRANT_CERTIFICATE, .dossier = 7, .edition = 1, .last_day = TOLD
	};
	memcpy(w->warrant.service, w->charter.service, SERVICE_ID);
}

static int
world_new(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	assert_non_null(w);
	shipped(&w->policy);
	charter_begin(w);
	warrant_begin(w);
	for (int i = 0; i < 2; i++) {
		struct print_key *k = &w->print[i];
		*k = (struct print_key){ .day = TOLD, .letter = (enum print_letter)i };
		memcpy(k->service, w->charter.service, SERVICE_ID);
		(void)snprintf(k->station, sizeof(k->station), "station-%d", i);
		seal_pair(k->key, w->print_secret[i]);
		w->signed_by[i] = i;
	}
	*state = w;
	return 0;
}

static int
world_free(void **state)
{
	struct world *w = *state;
	policy_free(&w->policy);
	free(w);
	return 0;
}

static void
warrant_pack_all(struct world *w)
{
	uint8_t key[WARRANT_KEY], pin[512], password[512];
	OWN_SINK body = SINK_GROW(WARRANT_MOST);
	struct sink a = SINK_INTO(pin), b = SINK_INTO(password),
		    packed = SINK_INTO(w->warrant_bytes), sealed = SINK_INTO(w->sealed),
		    wrapped = SINK_INTO(w->wrapped);
	delivery_pack(&w->pin, &a);
	delivery_pack(&w->password, &b);
	w->certificate.pin = der_of(a.at, a.len);
	w->certificate.password = der_of(b.at, b.len);
	warrant_certificate_pack(&w->certificate, &body);
	w->warrant.body = der_of(body.at, body.len);
	warrant_pack(&w->warrant, &packed);
	assert_false(a.full || b.full || body.full || packed.full);
	w->packed_warrant = der_of(packed.at, packed.len);
	secret_random(key, sizeof(key));
	warrant_seal(w->packed_warrant, key, &sealed);
	warrant_wrap(key, w->seal_to, &wrapped);
	assert_false(sealed.full || wrapped.full);
	w->ask.sealed = der_of(sealed.at, sealed.len);
	w->ask.wrapped = der_of(wrapped.at, wrapped.len);
}

/* Everything into bytes, and one octet wrong where the row wants it. */
static void
world_pack(struct world *w)
{
	struct fault f = { 0 };
	struct sink pack = SINK_INTO(w->pack_bytes), charter = SINK_INTO(w->charter_bytes);
	pack_compile(&w->policy, TOLD, NULL, &pack);
	digest_of(pack.at, pack.len, w->charter.pack);
	charter_pack(&w->charter, &charter);
	assert_false(pack.full || charter.full);
	w->ask.now = day_at(TOLD, 10, 0, 0);
	w->ask.pack = der_of(pack.at, pack.len);
	w->ask.charter = der_of(charter.at, charter.len - (w->bytes == CHARTER_CUT));
	for (int i = 0; i < 2; i++) {
		uint8_t signature[P256_SIGNATURE_MOST];
		struct sink s = SINK_INTO(signature), out = SINK_INTO(w->print_bytes[i]);
		assert_true(print_key_sign(&w->print[i], w->station[w->signed_by[i]], &s, &f));
		print_key_pack(&w->print[i], &out);
		assert_false(out.full);
		w->ask.print[i] = der_of(out.at, out.len);
	}
	warrant_pack_all(w);
	w->pack_bytes[pack.len / 2] ^= w->bytes == PACK_FLIPPED;
	w->sealed[w->ask.sealed.n / 2] ^= w->bytes == WARRANT_FLIPPED;
	w->wrapped[w->ask.wrapped.n / 2] ^= w->bytes == WRAPPED_FLIPPED;
	w->print_bytes[1][w->ask.print[1].n - 1] ^= w->bytes == PRINT_FLIPPED;
}

struct run {
	int fd;
	pid_t pid;
};

/* The program as it is built, with n octets of its secrets. */
static struct run
keymaker_start(const struct world *w, size_t n)
{
	int pair[2], tube[2];
	struct run r;
	struct fault f = { 0 };
	assert_true(socket_pair(pair, &f));
	assert_int_equal(pipe2(tube, O_CLOEXEC), 0);
	assert_int_equal(write(tube[1], w->own, n), n);
	assert_int_equal(close(tube[1]), 0);
	const struct child c = {
		.program = "../akashi-keymaker", .fd = { pair[1], tube[0] }, .fd_count = 2
	};
	assert_true(child_start(&c, &r.pid, &f));
	(void)close(pair[1]);
	(void)close(tube[0]);
	r.fd = pair[0];
	return r;
}

static bool
keymaker_call(const struct run *r, const struct world *w, struct sink *reply, struct fault *fault)
{
	OWN_SINK body = SINK_GROW(FRAME_BODY_MOST);
	keymaker_ask_pack(&w->ask, &body);
	assert_false(body.full);
	return frame_call(
	    r->fd, KEYMAKER_MAKE, der_of(body.at, body.len), KEYMAKER_MS, reply, fault);
}

/* It has wiped itself and gone: a second call finds nobody. */
static void
keymaker_gone(const struct run *r)
{
	struct fault f = { 0 };
	assert_int_equal(child_end(r->pid, 10000), 0);
	assert_false(frame_call(r->fd, KEYMAKER_MAKE, der_of("", 0), 1000, NULL, &f));
	assert_string_equal(f.name, FRAME_GONE.name);
	(void)close(r->fd);
}

/* The number behind a word of /proc/PID/FILE; -1: not there. */
static long
proc_number(pid_t pid, const char *file, const char *word)
{
	char path[64], bytes[8192];
	(void)snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? 0 : read(fd, bytes, sizeof(bytes) - 1);
	if (fd != -1)
		(void)close(fd);
	bytes[n > 0 ? n : 0] = '\0';
	const char *at = strstr(bytes, word);
	return at == NULL ? -1 : strtol(at + strlen(word), NULL, 10);
}

/* The program as it runs: behind its filter before anybody has asked anything [design 1]. */
static void
it_waits_behind_its_filter(void **state)
{
	struct world *w = *state;
	const struct timespec nap = { 0, 5000000 };
	struct run r = keymaker_start(w, sizeof(w->own));
	long ours = proc_number(getpid(), "status", "\nSeccomp_filters:"), theirs = -1;
	for (int i = 0; i < 2000 && theirs != ours + 1; i++) {
		theirs = proc_number(r.pid, "status", "\nSeccomp_filters:");
		(void)nanosleep(&nap, NULL);
	}
	assert_int_equal(theirs, ours + 1);
	assert_int_equal(proc_number(r.pid, "status", "\nNoNewPrivs:"), 1);
	assert_int_equal(proc_number(r.pid, "limits", "\nMax core file size"), 0);
	(void)close(r.fd); /* nobody asks: it ends */
	assert_int_equal(child_end(r.pid, 5000), 0);
}

/* The real thing is told a day and does not believe it: its print keys are of another. */
static void
real(struct world *w)
{
	w->charter.rehearsal = false;
}
static void
yesterday(struct world *w)
{
	w->print[0].day = day_plus(TOLD, -1);
}
static void
tomorrow(struct world *w)
{
	w->print[1].day = day_plus(TOLD, 1);
}
static void
one_station(struct world *w)
{
	w->signed_by[1] = 0;
	memcpy(w->print[1].station, w->print[0].station, ACT_PERSON);
}
static void
station_lies(struct world *w)
{
	w->signed_by[1] = 0;
}
static void
stranger(struct world *w)
{
	w->print[0].station[0] = 'x';
}
static void
print_service(struct world *w)
{
	w->print[0].service[3] ^= 1;
}
static void
letters_swapped(struct world *w)
{
	w->print[0].letter = PRINT_PASSWORD;
}
static void
print_flipped(struct world *w)
{
	w->bytes = PRINT_FLIPPED;
}
static void
charter_cut(struct world *w)
{
	w->bytes = CHARTER_CUT;
}
static void
other_point(struct world *w)
{
	w->charter.keymaker_point[9] ^= 1;
}
static void
other_seal(struct world *w)
{
	w->charter.keymaker_seal[9] ^= 1;
}
static void
pack_flipped(struct world *w)
{
	w->bytes = PACK_FLIPPED;
}
static void
warrant_flipped(struct world *w)
{
	w->bytes = WARRANT_FLIPPED;
}
static void
wrapped_flipped(struct world *w)
{
	w->bytes = WRAPPED_FLIPPED;
}
static void
not_for_us(struct world *w)
{
	w->seal_to[0] ^= 1;
}
static void
past(struct world *w)
{
	w->warrant.last_day = day_plus(TOLD, -1);
}
static void
other_service(struct world *w)
{
	w->warrant.service[0] ^= 1;
}
static void
revocation(struct world *w)
{
	w->warrant.kind = WARRANT_REVOKE;
}
static void
on_disc(struct world *w)
{
	w->certificate.media = true;
}
static void
no_profile(struct world *w)
{
	memcpy(w->certificate.profile, "nothing", 8);
}
static void
short_key(struct world *w)
{
	for (size_t i = 0; i < w->policy.profile_count; i++)
		w->policy.profiles[i].key_bits = 1024;
}
static void
search_set(struct world *w, const char *value)
{
	for (size_t i = 0; i < w->policy.setting_count; i++)
		if (strcmp(w->policy.settings[i].name, "key_search") == 0)
			w->policy.settings[i].value = value;
}
static void
unknown_search(struct world *w)
{
	search_set(w, "own");
}

/* clang-format off */
static const struct refused {
	const char *row;
	void (*change)(struct world *);
} REFUSED[] = {
	{ "charter-form",           charter_cut },
	{ "keymaker-other-keys",    other_point },
	{ "keymaker-other-keys",    other_seal },
	{ "print-key-day",          yesterday },
	{ "print-key-day",          tomorrow },
	{ "print-key-day",          real }, /* its clock is the machine's, whatever it is told */
	{ "print-key-same-station", one_station },
	{ "print-key-signature",    station_lies },
	{ "print-key-signature",    print_flipped },
	{ "print-key-station",      stranger },
	{ "print-key-service",      print_service },
	{ "print-key-letter",       letters_swapped },
	{ "seal-broken",            warrant_flipped },
	{ "seal-broken",            wrapped_flipped },
	{ "seal-broken",            not_for_us },
	{ "keymaker-kind",          revocation },
	{ "keymaker-service",       other_service },
	{ "keymaker-past",          past },
	{ "media-not-made",         on_disc },
	{ "keymaker-pack",          pack_flipped },
	{ "keymaker-profile",       no_profile },
	{ "keymaker-profile",       short_key },
	{ "keymaker-search",        unknown_search },
};
/* clang-format on */

static void
each_wrong_asking_is_refused_by_its_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(REFUSED); i++) {
		void *fresh;
		struct fault f = { 0 };
		OWN_SINK reply = SINK_GROW(FRAME_MOST);
		assert_int_equal(world_new(&fresh), 0);
		struct world *w = fresh;
		REFUSED[i].change(w);
		world_pack(w);
		struct run r = keymaker_start(w, sizeof(w->own));
		if (keymaker_call(&r, w, &reply, &f) || strcmp(f.name, REFUSED[i].row) != 0)
			fail_msg("row %zu: \"%s\" (%s), not %s", i, f.name, f.say, REFUSED[i].row);
		assert_int_equal(reply.len, 0);
		keymaker_gone(&r);
		(void)world_free(&fresh);
	}
}

static void
what_is_no_asking_is_refused(void **state)
{
	struct world *w = *state;
	const struct {
		int64_t kind;
		size_t len;
	} ROWS[] = { { KEYMAKER_MAKE, 0 }, { KEYMAKER_MAKE, 5 }, { KEYMAKER_MAKE + 1, 0 } };
	for (size_t i = 0; i < COUNT(ROWS); i++) {
		struct fault f = { 0 };
		struct run r = keymaker_start(w, sizeof(w->own));
		assert_false(frame_call(r.fd, ROWS[i].kind,
		    der_of("\x30\x03\x02\x01\x00", ROWS[i].len), 5000, NULL, &f));
		assert_string_equal(f.name, FRAME_BROKEN.name);
		keymaker_gone(&r);
	}
}

static void
without_its_secrets_it_does_not_start(void **state)
{
	struct world *w = *state;
	static const uint8_t ZERO[64];
	for (size_t n = 0; n <= 64; n += n == 0 ? 63 : 1) {
		struct fault f = { 0 };
		if (n == 64)
			memcpy(w->own, ZERO, 64); /* no number of 1 ... n-1 */
		struct run r = keymaker_start(w, n);
		assert_false(frame_call(r.fd, KEYMAKER_MAKE, der_of("", 0), 5000, NULL, &f));
		assert_string_equal(f.name, FRAME_GONE.name);
		assert_int_not_equal(child_end(r.pid, 5000), 0);
		(void)close(r.fd);
	}
}

/* What came out for one warrant. */
struct out {
	uint8_t reply_bytes[FRAME_MOST], opened[2][8192], package_bytes[32768];
	struct der frame;
	struct keymaker_made made;
	struct statement statement;
	struct letter_text letter[2];
	struct package package;
	char pin[CODE_TEXT], password[CODE_TEXT];
};

static void
letters_open(const struct world *w, struct out *o)
{
	for (int i = 0; i < 2; i++) {
		struct fault f = { 0 };
		struct sink plain = SINK_INTO(o->opened[i]);
		struct der sealed = o->made.letter[i];
		assert_false(
		    seal_open("letter", w->print_secret[1 - i], sealed.p, sealed.n, &plain, &f));
		assert_ptr_equal(f.row, &SEAL_BROKEN);
		f = (struct fault){ 0 };
		assert_true(
		    seal_open("letter", w->print_secret[i], sealed.p, sealed.n, &plain, &f));
		assert_true(letter_text_read(der_of(plain.at, plain.len), &o->letter[i]));
	}
	assert_true(code_read(o->letter[PRINT_PIN].code, o->pin));
	assert_true(code_read(o->letter[PRINT_PASSWORD].code, o->password));
	assert_string_not_equal(o->pin, o->password);
}

static void
same_text(struct der a, struct der b)
{
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.p, b.p, a.n);
}

/* Route, addressee and language come from the warrant; the password may go to the delegate. */
static void
letters_agree(const struct world *w, const struct out *o)
{
	const struct delivery *to[] = { &w->pin, &w->password };
	for (int i = 0; i < 2; i++) {
		assert_int_equal(o->letter[i].pin, i == PRINT_PIN);
		assert_int_equal(o->letter[i].route, to[i]->route);
		assert_int_equal(o->letter[i].delegate, to[i]->delegate);
		assert_string_equal(o->letter[i].lang, "ja");
		same_text(o->letter[i].name, to[i]->name);
		same_text(o->letter[i].postcode, to[i]->postcode);
		same_text(o->letter[i].address, to[i]->address);
		same_text(o->letter[i].subscriber, w->certificate.subscriber);
	}
}

static void
package_opens(struct out *o)
{
	uint8_t public[SEAL_PUBLIC], secret[SEAL_SECRET];
	struct fault f = { 0 };
	struct sink plain = SINK_INTO(o->package_bytes);
	struct der sealed = o->made.package;
	code_pair("package", o->pin, public, secret);
	assert_false(seal_open("package", secret, sealed.p, sealed.n, &plain, &f));
	assert_ptr_equal(f.row, &SEAL_BROKEN);
	code_pair("package", o->password, public, secret);
	assert_memory_equal(public, o->statement.package_key, sizeof(public));
	f = (struct fault){ 0 };
	assert_true(seal_open("package", secret, sealed.p, sealed.n, &plain, &f));
	assert_true(package_read(der_of(plain.at, plain.len), &o->package));
	assert_int_equal(o->package.iterations, 600000); /* as shipped, rehearsals too */
}

static void
statement_binds(const struct world *w, const struct out *o)
{
	uint8_t charter[32], warrant[32], digest[32];
	struct fault f = { 0 };
	charter_digest(w->ask.charter, charter);
	warrant_digest(w->packed_warrant, warrant);
	digest_of(o->made.spki.p, o->made.spki.n, digest);
	assert_true(
	    statement_check(&w->charter, charter, &o->statement, warrant, digest, NULL, &f));
	digest_of(o->made.package.p, o->made.package.n, digest);
	assert_memory_equal(digest, o->statement.package, 32);
	for (int i = 0; i < 2; i++) {
		digest_of(o->made.letter[i].p, o->made.letter[i].n, digest);
		assert_memory_equal(digest, o->statement.letter[i], 32);
		same_text(o->statement.print[i], w->ask.print[i]);
	}
}

/* Certified by a root made here, completed, and read by OpenSSL with the PIN alone. */
static void
file_opens(const struct out *o, struct rsa **key)
{
	struct pki *p = pki_new();
	static uint8_t cert[CERT_MOST], p12_bytes[PKCS12_MOST], back_bytes[CERT_MOST];
	struct sink p12 = SINK_INTO(p12_bytes), back = SINK_INTO(back_bytes);
	struct fault f = { 0 };
	const struct package *pack = &o->package;
	p->body.spki = o->made.spki;
	struct der certificate = pki_issue(p, &p->body, cert, sizeof(cert));
	struct rsa *old = NULL; /* the same key, as old programs read it */
	assert_true(
	    pkcs12_complete(PKCS12_LEGACY, pack->legacy_bag, pack->legacy_mac_key, pack->salt,
		sizeof(pack->salt), PACKAGE_LEGACY_ITERATIONS, certificate, p->ca_cert, &p12, &f));
	assert_true(pkcs12_open(der_of(p12.at, p12.len), o->pin, &old, &back, &f));
	assert_int_equal(rsa_bits(old), 3072);
	rsa_free(old);
	p12.len = back.len = 0;
	assert_true(pkcs12_complete(PKCS12_STRONG, pack->bag, pack->mac_key, pack->salt,
	    sizeof(pack->salt), (int)pack->iterations, certificate, p->ca_cert, &p12, &f));
	assert_true(pkcs12_open(der_of(p12.at, p12.len), o->pin, key, &back, &f));
	same_text(der_of(back.at, back.len), certificate);
	assert_int_equal(rsa_bits(*key), 3072);
	struct rsa *none = NULL;
	back.len = 0;
	assert_false(pkcs12_open(der_of(p12.at, p12.len), o->password, &none, &back, &f));
	assert_ptr_equal(f.row, &PKCS12_WRONG_PIN);
	assert_int_equal(back.len, 0);
	pki_free(p);
}

static bool
holds(struct der hay, const void *needle, size_t n)
{
	return memmem(hay.p, hay.n, needle, n) != NULL;
}

/* In what left the program: no code, with or without hyphens, and no number of the key. */
static void
nothing_shows(const struct out *o, const struct rsa *key)
{
	uint8_t pkcs8[RSA_PKCS8_MOST];
	struct sink s = SINK_INTO(pkcs8);
	const char *codes[] = { o->pin, o->password };
	assert_true(rsa_pkcs8(key, &s));
	for (int i = 0; i < 2; i++) {
		char close[CODE_TEXT];
		size_t n = 0;
		for (const char *c = codes[i]; *c != '\0'; c++)
			if (*c != '-')
				close[n++] = *c;
		assert_true(holds(der_of(o->opened[i], sizeof(o->opened[i])), codes[i], 19));
		assert_false(holds(o->frame, codes[i], 19));
		for (size_t k = 0; k + 8 <= n; k++)
			assert_false(holds(o->frame, close + k, 8));
		for (size_t k = 0; k + 9 <= 19; k++)
			assert_false(holds(o->frame, codes[i] + k, 9));
	}
	/* Behind version, algorithm, modulus and exponent come d, p, q and the three others. */
	enum { PUBLIC_END = 440, WINDOW = 16 };
	assert_true(holds(o->frame, o->made.spki.p + 64, WINDOW));
	for (size_t k = PUBLIC_END; k + WINDOW <= s.len; k++)
		assert_false(holds(o->frame, s.at + k, WINDOW));
	assert_false(holds(o->frame, o->package.mac_key, sizeof(o->package.mac_key)));
	assert_false(holds(o->frame, o->package.bag.p, 64));
	assert_false(holds(o->frame, o->package.legacy_mac_key, 20));
	assert_false(holds(o->frame, o->package.legacy_bag.p, 64));
}

static void
one_warrant_gives_a_key_only_its_letters_open(void **state)
{
	struct world *w = *state;
	struct out *o = calloc(1, sizeof(*o));
	struct fault f = { 0 };
	OWN_RSA key = NULL;
	struct sink reply = SINK_INTO(o->reply_bytes);
	world_pack(w);
	struct run r = keymaker_start(w, sizeof(w->own));
	if (!keymaker_call(&r, w, &reply, &f))
		fail_msg("refused: %s %s %s", f.name, f.say, f.detail);
	keymaker_gone(&r);
	o->frame = der_of(reply.at, reply.len);
	assert_true(keymaker_made_read(o->frame, &o->made));
	assert_true(statement_unpack(o->made.statement, &o->statement));
	statement_binds(w, o);
	letters_open(w, o);
	letters_agree(w, o);
	package_opens(o);
	file_opens(o, &key);
	nothing_shows(o, key);
	free(o);
}

static void
either_search_makes_the_key(void **state)
{
	static const char *const VALUES[] = { "openssl", "ours" };
	struct world *w = *state;
	for (size_t i = 0; i < COUNT(VALUES); i++) {
		struct fault f = { 0 };
		struct keymaker_made made;
		OWN_SINK reply = SINK_GROW(FRAME_MOST);
		int bits = 0;
		search_set(w, VALUES[i]);
		world_pack(w);
		struct run r = keymaker_start(w, sizeof(w->own));
		if (!keymaker_call(&r, w, &reply, &f))
			fail_msg("%s refused: %s %s", VALUES[i], f.say, f.detail);
		keymaker_gone(&r);
		assert_true(keymaker_made_read(der_of(reply.at, reply.len), &made));
		assert_true(rsa_spki_read(made.spki, &bits, &f));
		assert_int_equal(bits, 3072);
	}
}

/* [SP 800-90B 4.4] */
static void
a_source_that_sticks_or_leans_is_found(void **state)
{
	uint8_t good[ENTROPY_WINDOW], bytes[ENTROPY_WINDOW];
	struct fault f = { 0 };
	(void)state;
	assert_true(entropy_test(&f));
	for (size_t i = 0; i < sizeof(good); i++)
		good[i] = (uint8_t)i;
	assert_true(entropy_good(good, sizeof(good)));
	assert_false(entropy_good(good, sizeof(good) - 1));
	memset(bytes, 0, sizeof(bytes));
	assert_false(entropy_good(bytes, sizeof(bytes)));
	memcpy(bytes, good, sizeof(bytes));
	memset(bytes + 100, 200, ENTROPY_REPEATS - 1);
	assert_true(entropy_good(bytes, sizeof(bytes)));
	memset(bytes + 100, 201, ENTROPY_REPEATS);
	assert_false(entropy_good(bytes, sizeof(bytes)));
	memcpy(bytes, good, sizeof(bytes)); /* its first value is there twice already */
	for (size_t i = 0; i < ENTROPY_SHARE - 3; i++)
		bytes[10 + 20 * i] = good[0];
	assert_true(entropy_good(bytes, sizeof(bytes)));
	bytes[500] = good[0];
	assert_false(entropy_good(bytes, sizeof(bytes)));
}

int
main(void)
{
	struct fault fault = { 0 };
#define WITH(t) cmocka_unit_test_setup_teardown(t, world_new, world_free)
	const struct CMUnitTest tests[] = {
		WITH(one_warrant_gives_a_key_only_its_letters_open),
		WITH(either_search_makes_the_key),
		cmocka_unit_test(each_wrong_asking_is_refused_by_its_row),
		WITH(it_waits_behind_its_filter),
		WITH(what_is_no_asking_is_refused),
		WITH(without_its_secrets_it_does_not_start),
		cmocka_unit_test(a_source_that_sticks_or_leans_is_found),
	};
	if (!vault_start(&fault))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
