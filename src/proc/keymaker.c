/*
 * akashi-keymaker: one call per warrant: key, PIN, password; sealed, stated, wiped, gone.
 *
 * Descriptor 3 is the asker's socket (wire/keymaker.h), descriptor 4 a pipe that gives 64 octets:
 * the P-256 scalar it signs statements with and the X25519 secret warrants are wrapped for.
 * Nothing else comes in: no argument, file, network or store [design 1]. All that is secret lies
 * in one struct in locked memory, which is wiped before it ends.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "book/pack.h"
#include "book/statement.h"
#include "book/warrant.h"
#include "pki/pkcs12.h"
#include "pki/start.h"
#include "proc/keymaker_cage.h"
#include "vault/code.h"
#include "vault/digest.h"
#include "vault/entropy.h"
#include "wire/keymaker.h"
#include "wire/print.h"
#include "wire/serve.h"

/* clang-format off */
static const struct refusal OTHER_KEYS = { "keymaker-other-keys", FAULT_DENIED, "design 2" };
static const struct refusal NOT_A_CERTIFICATE = { "keymaker-kind", FAULT_DENIED, "design 2" };
static const struct refusal OTHER_SERVICE = { "keymaker-service", FAULT_DENIED, "design 2" };
static const struct refusal PAST = { "keymaker-past", FAULT_STATE, "R-4.91" };
static const struct refusal OTHER_PACK = { "keymaker-pack", FAULT_DENIED, "design 2" };
static const struct refusal NO_PROFILE = { "keymaker-profile", FAULT_BROKEN, "R-1.3" };
static const struct refusal NO_SEARCH = { "keymaker-search", FAULT_BROKEN, "R-1.3" };
static const struct refusal MEDIA = { "media-not-made", FAULT_STATE, "R-4.92" };
/* clang-format on */

enum { PACKAGE_MOST = 2 * PKCS12_BAG_MOST + 512, LETTER_MOST = 8192, SEALED = 128 };
enum { SECRETS = P256_SECRET + SEAL_SECRET, LOCKABLE = 64 << 20 };

/* Who looks for the primes: key_search has the name. */
static const struct key_search {
	const char *name;
	bool (*make)(int bits, struct rsa **, struct fault *);
} SEARCHES[] = {
	{ "ours", rsa_search },
	{ "openssl", rsa_new },
};

/* One making, from warrant to statement: all of it in locked memory. */
struct making {
	const uint8_t *own; /* the two secrets */
	struct keymaker_ask ask;
	struct charter charter;
	struct day today;
	struct warrant warrant;
	struct warrant_certificate certificate;
	int bits, iterations;
	const struct key_search *search;
	struct rsa *key;
	char pin[CODE_TEXT], password[CODE_TEXT];
	uint8_t package_secret[SEAL_SECRET];
	struct package package;
	struct statement statement;
	/* plain */
	uint8_t warrant_bytes[WARRANT_MOST], bag_bytes[2][PKCS12_BAG_MOST], plain[PACKAGE_MOST];
	/* for everybody's eyes */
	uint8_t spki_bytes[RSA_SPKI_MOST], package_bytes[PACKAGE_MOST + SEALED];
	uint8_t letter_bytes[PRINT_LETTERS][LETTER_MOST + SEALED];
	uint8_t signature[P256_SIGNATURE_MOST], statement_bytes[STATEMENT_PACKED];
	struct keymaker_made made;
};

static bool
too_large(struct fault *fault)
{
	return fault_set(fault, FAULT_BUG, "鍵か宛名が大きすぎます。担当者に知らせてください。");
}

/* The charter says whose time counts: a rehearsal may be told it. */
static bool
charter_read(struct making *m, struct fault *fault)
{
	if (!charter_unpack(m->ask.charter, &m->charter, fault))
		return false;
	m->today = instant_day(m->charter.rehearsal ? m->ask.now : instant_now());
	return true;
}

/* A statement only counts under the charter that names us. */
static bool
own_keys(struct making *m, struct fault *fault)
{
	uint8_t point[P256_POINT], seal[SEAL_PUBLIC];
	if (!p256_public(m->own, point, fault))
		return false;
	seal_public(m->own + P256_SECRET, seal);
	return (memcmp(point, m->charter.keymaker_point, sizeof(point)) == 0 &&
		   memcmp(seal, m->charter.keymaker_seal, sizeof(seal)) == 0) ||
	       fault_refuse(fault, &OTHER_KEYS, "charter",
		   "憲章にある鍵生成の鍵がこのプログラムのものではありません。");
}

static bool
print_keys(struct making *m, struct fault *fault)
{
	return print_keys_check(&m->charter, m->ask.print, m->today, fault);
}

static bool
warrant_read(struct making *m, struct fault *fault)
{
	struct sink plain = SINK_INTO(m->warrant_bytes);
	if (!warrant_open(m->ask.sealed, m->ask.wrapped, m->own + P256_SECRET,
		m->charter.keymaker_seal, &plain, fault) ||
	    !warrant_unpack(der_of(plain.at, plain.len), &m->warrant, fault))
		return false;
	warrant_digest(der_of(plain.at, plain.len), m->statement.warrant);
	if (m->warrant.kind != WARRANT_CERTIFICATE)
		return fault_refuse(
		    fault, &NOT_A_CERTIFICATE, "warrant", "証明書の発行指示ではありません。");
	if (memcmp(m->warrant.service, m->charter.service, SERVICE_ID) != 0)
		return fault_refuse(
		    fault, &OTHER_SERVICE, "warrant", "別のサービスの発行指示です。");
	if (day_cmp(m->warrant.last_day, m->today) < 0)
		return fault_refuse(fault, &PAST, "warrant",
		    "発行指示の期限が過ぎています。次の版をもう一度承認してください。");
	return warrant_certificate_unpack(m->warrant.body, &m->certificate, fault);
}

static bool
media(struct making *m, struct fault *fault)
{
	return !m->certificate.media ||
	       fault_refuse(fault, &MEDIA, "product",
		   "CD-R の製品はまだ作れません。申込は受け付けたまま待たせてください。");
}

static bool
search_choose(struct making *m, const char *name, struct fault *fault)
{
	for (size_t i = 0; name != NULL && i < COUNT(SEARCHES); i++) {
		m->search = &SEARCHES[i];
		if (strcmp(name, m->search->name) == 0)
			return true;
	}
	return fault_refuse(fault, &NO_SEARCH, "key_search",
	    "規則 key_search の値「%s」には対応していません。ours か openssl にしてください。",
	    name == NULL ? "" : name);
}

/* Bits, generator and iterations as the pack has them. */
static bool
settings_read(struct making *m, const struct policy *p, struct fault *fault)
{
	const struct profile *profile = policy_profile(p, m->certificate.profile, m->today);
	const char *iterations = policy_setting(p, "pkcs12_iterations", m->today);
	if (profile == NULL || profile->key_bits < RSA_BITS_LEAST || iterations == NULL)
		return fault_refuse(fault, &NO_PROFILE, "profile",
		    "プロファイル「%s」か pkcs12_iterations が規則にありません。",
		    m->certificate.profile);
	m->bits = profile->key_bits;
	m->iterations = (int)strtol(iterations, NULL, 10);
	return search_choose(m, policy_setting(p, "key_search", m->today), fault);
}

static bool
pack_use(struct making *m, struct fault *fault)
{
	uint8_t digest[DIGEST];
	struct pack *pack;
	digest_of(m->ask.pack.p, m->ask.pack.n, digest);
	if (memcmp(digest, m->charter.pack, sizeof(digest)) != 0)
		return fault_refuse(
		    fault, &OTHER_PACK, "pack", "規則の写しが憲章にあるものではありません。");
	if (!pack_read(m->ask.pack, &pack, fault))
		return false;
	bool good = settings_read(m, pack_policy(pack), fault);
	pack_free(pack);
	return good;
}

static bool
key_make(struct making *m, struct fault *fault)
{
	struct sink spki = SINK_INTO(m->spki_bytes);
	if (!entropy_test(fault) || !m->search->make(m->bits, &m->key, fault))
		return false;
	if (!rsa_spki(m->key, &spki))
		return too_large(fault);
	m->made.spki = der_of(spki.at, spki.len);
	digest_of(spki.at, spki.len, m->statement.spki);
	code_new(m->pin);
	code_new(m->password);
	code_pair("package", m->password, m->statement.package_key, m->package_secret);
	return true;
}

/* What a PIN opens tomorrow is opened today: the same key, and it signs. */
static bool
bag_proven(struct making *m, struct der bag, struct fault *fault)
{
	uint8_t again[RSA_SPKI_MOST];
	struct sink spki = SINK_INTO(again);
	OWN_RSA key = NULL;
	if (!pkcs12_bag_open(bag, m->pin, &key, fault) || !rsa_pairwise(key, fault))
		return false;
	return (rsa_spki(key, &spki) && spki.len == m->made.spki.n &&
		   memcmp(spki.at, m->made.spki.p, spki.len) == 0) ||
	       fault_set(
		   fault, FAULT_CRYPTO, "封じた鍵を開き直せません。もう一度実行してください。");
}

/* The key under its PIN and the MAC's key, of one kind. */
static bool
half_make(struct making *m, enum pkcs12_kind kind, int iterations, struct der *out,
    uint8_t mac_key[PACKAGE_MAC_KEY], struct fault *fault)
{
	struct sink bag = SINK_INTO(m->bag_bytes[kind]);
	if (!pkcs12_bag(m->key, kind, m->pin, iterations, &bag, fault))
		return false;
	*out = der_of(bag.at, bag.len);
	return bag_proven(m, *out, fault) &&
	       pkcs12_mac_key(kind, m->pin, m->package.salt, sizeof(m->package.salt), iterations,
		   mac_key, fault);
}

static bool
package_make(struct making *m, struct fault *fault)
{
	struct package *p = &m->package;
	struct sink plain = SINK_INTO(m->plain), sealed = SINK_INTO(m->package_bytes);
	p->iterations = m->iterations;
	secret_random(p->salt, sizeof(p->salt));
	if (!half_make(m, PKCS12_STRONG, m->iterations, &p->bag, p->mac_key, fault) ||
	    !half_make(m, PKCS12_LEGACY, PACKAGE_LEGACY_ITERATIONS, &p->legacy_bag,
		p->legacy_mac_key, fault))
		return false;
	package_pack(p, &plain);
	seal_put("package", m->statement.package_key, plain.at, plain.len, &sealed);
	if (plain.full || sealed.full)
		return too_large(fault);
	m->made.package = der_of(sealed.at, sealed.len);
	digest_of(sealed.at, sealed.len, m->statement.package);
	return true;
}

/* To whom and by which route stands in the warrant two people signed. */
static bool
letter_make(struct making *m, enum print_letter which, struct fault *fault)
{
	struct delivery to;
	struct print_key station;
	struct sink plain = SINK_INTO(m->plain), sealed = SINK_INTO(m->letter_bytes[which]);
	const struct warrant_certificate *c = &m->certificate;
	if (!delivery_unpack(which == PRINT_PIN ? c->pin : c->password, &to, fault))
		return false;
	if (!print_key_unpack(m->ask.print[which], &station))
		return fault_refuse(
		    fault, &PRINT_KEY_FORM, "print", "印刷鍵の形が正しくありません。");
	struct letter_text text = { .pin = which == PRINT_PIN,
		.route = to.route,
		.delegate = to.delegate,
		.name = to.name,
		.postcode = to.postcode,
		.address = to.address,
		.subscriber = c->subscriber };
	memcpy(text.lang, c->lang, sizeof(text.lang));
	memcpy(text.code, which == PRINT_PIN ? m->pin : m->password, CODE_TEXT);
	letter_text_pack(&text, &plain);
	secret_wipe(&text, sizeof(text));
	seal_put("letter", station.key, plain.at, plain.len, &sealed);
	secret_wipe(m->plain, sizeof(m->plain));
	if (plain.full || sealed.full)
		return too_large(fault);
	m->made.letter[which] = der_of(sealed.at, sealed.len);
	digest_of(sealed.at, sealed.len, m->statement.letter[which]);
	return true;
}

static bool
letters_make(struct making *m, struct fault *fault)
{
	return letter_make(m, PRINT_PIN, fault) && letter_make(m, PRINT_PASSWORD, fault);
}

static bool
statement_make(struct making *m, struct fault *fault)
{
	struct statement *s = &m->statement;
	struct sink signature = SINK_INTO(m->signature), packed = SINK_INTO(m->statement_bytes);
	memcpy(s->service, m->charter.service, SERVICE_ID);
	s->charter_number = m->charter.number;
	charter_digest(m->ask.charter, s->charter);
	for (int i = 0; i < PRINT_LETTERS; i++)
		s->print[i] = m->ask.print[i];
	if (!statement_sign(s, m->own, &signature, fault))
		return false;
	statement_pack(s, &packed);
	m->made.statement = der_of(packed.at, packed.len);
	return !packed.full || too_large(fault);
}

/* Everything is checked before anything is made. */
static bool (*const STEPS[])(struct making *, struct fault *) = {
	charter_read,
	own_keys,
	print_keys,
	warrant_read,
	media,
	pack_use,
	key_make,
	package_make,
	letters_make,
	statement_make,
};

struct keymaker {
	uint8_t *own; /* the two secrets, locked */
	bool done;
};

static bool
make(const struct keymaker *k, struct der body, struct sink *reply, struct fault *fault)
{
	OWN_SECRET(locked) = secret_new(sizeof(struct making));
	struct making *m = locked;
	if (m == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	m->own = k->own;
	if (!keymaker_ask_read(body, &m->ask))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	bool good = true;
	for (size_t i = 0; good && i < COUNT(STEPS); i++)
		good = STEPS[i](m, fault);
	rsa_free(m->key);
	if (good)
		keymaker_made_pack(&m->made, reply);
	return good;
}

/* One call, whatever comes of it. */
static bool
handle(void *context, size_t place, const struct frame *f, struct sink *reply, struct fault *fault)
{
	struct keymaker *k = context;
	(void)place;
	k->done = true;
	if (f->kind != KEYMAKER_MAKE)
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "鍵生成にできない仕事です。");
	return make(k, f->body, reply, fault);
}

static bool
secrets_read(uint8_t *out, struct fault *fault)
{
	size_t n = 0;
	ssize_t got;
	while (n < SECRETS && ((got = read(KEYMAKER_SECRETS_FD, out + n, SECRETS - n)) > 0 ||
				  (got == -1 && errno == EINTR)))
		n += got > 0 ? (size_t)got : 0;
	(void)close(KEYMAKER_SECRETS_FD);
	return n == SECRETS || fault_set(fault, FAULT_USAGE,
				   "鍵生成の鍵が渡されていません（記述子 4 に 64 バイト）。");
}

/* Where the machine allows it, nothing of this program is ever swapped out. */
static void
memory_lock(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 && limit.rlim_max >= LOCKABLE) {
		limit.rlim_cur = limit.rlim_max;
		(void)(setrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
		       mlockall(MCL_CURRENT | MCL_FUTURE) == 0);
	}
}

/* Once more with the real key: what it signs, its own point verifies. */
static bool
self_test(const uint8_t *own, struct fault *fault)
{
	uint8_t point[P256_POINT], digest[32] = { 2 }, bytes[P256_SIGNATURE_MOST];
	struct sink s = SINK_INTO(bytes);
	if (!p256_public(own, point, fault) || !p256_sign(own, digest, &s, fault))
		return false;
	return p256_verify(point, digest, s.at, s.len) ||
	       fault_refuse(fault, &PKI_SELF_TEST, NULL, "鍵生成の鍵で署名できません。");
}

static void
complain(const char *say)
{
	static const char NAME[] = "akashi-keymaker: ";
	(void)!write(STDERR_FILENO, NAME, sizeof(NAME) - 1);
	(void)!write(STDERR_FILENO, say, strlen(say));
	(void)!write(STDERR_FILENO, "\n", 1);
}

/* Ends by _exit: an exit handler may ask for a call the cage kills. */
int
main(void)
{
	struct fault fault = { 0 };
	struct keymaker k = { 0 };
	struct serve serve = { .fd = { KEYMAKER_PEER_FD },
		.count = 1,
		.listener = -1,
		.signals = -1,
		.stop = &k.done,
		.handle = handle,
		.context = &k };
	(void)signal(SIGPIPE, SIG_IGN);
	memory_lock();
	bool good = vault_start(&fault) && pki_start(&fault);
	k.own = good ? secret_new(SECRETS) : NULL;
	good = good && k.own != NULL && secrets_read(k.own, &fault) && self_test(k.own, &fault) &&
	       cage_lock(KEYMAKER_CAGE, KEYMAKER_CAGE_COUNT, &fault);
	if (!good) {
		complain(fault.say);
		secret_free(k.own);
		_exit(fault_exit(fault.code));
	}
	good = serve_run(&serve, &fault);
	secret_free(k.own);
	_exit(good ? 0 : fault_exit(fault.code));
}
