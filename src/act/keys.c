#include "act/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "act/rulebook.h"
#include "base/file.h"
#include "base/text.h"
#include "vault/digest.h"
#include "vault/keyfile.h"
#include "wire/agent.h"
#include "wire/child.h"
#include "wire/serve.h"

const struct refusal KEY_PASSPHRASE_SHORT = { "key-passphrase-short", FAULT_INPUT, "design 5" };
const struct refusal KEY_PUBLIC_FORM = { "key-public-form", FAULT_INPUT, "design 2" };
const struct refusal KEY_PUBLIC_PURPOSE = { "key-public-purpose", FAULT_INPUT, "design 2" };
const struct refusal KEY_PUBLIC_WORDS = { "key-public-words", FAULT_INPUT, "design 2" };
const struct refusal KEY_PUBLIC_VALUE = { "key-public-value", FAULT_INPUT, "design 2" };

static bool
make_point(
    const struct key_request *r, struct sink *secret, struct sink *public, struct fault *fault)
{
	uint8_t point[P256_POINT];
	OWN_SECRET(scalar) = secret_new(P256_SECRET);
	(void)r;
	if (scalar == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!p256_new(scalar, point, fault))
		return false;
	sink_bytes(secret, scalar, P256_SECRET);
	sink_bytes(public, point, sizeof(point));
	return true;
}

static bool
make_seal(
    const struct key_request *r, struct sink *secret, struct sink *public, struct fault *fault)
{
	uint8_t half[SEAL_PUBLIC];
	OWN_SECRET(own) = secret_new(SEAL_SECRET);
	(void)r;
	if (own == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	seal_pair(half, own);
	sink_bytes(secret, own, SEAL_SECRET);
	sink_bytes(public, half, sizeof(half));
	return true;
}

static bool
make_both(
    const struct key_request *r, struct sink *secret, struct sink *public, struct fault *fault)
{
	return make_point(r, secret, public, fault) && make_seal(r, secret, public, fault);
}

/*
 * A real one by the library's generator, since it is made once in ten years; a rehearsal is not kept waiting,
 * where the search knows that size.
 */
static bool
make_rsa(const struct key_request *r, struct sink *secret, struct sink *public, struct fault *fault)
{
	OWN_RSA key = NULL;
	bool (*const search)(int, struct rsa **, struct fault *) =
	    r->rehearsal && rsa_searches(r->ca_bits) ? rsa_search : rsa_new;
	return search(r->ca_bits, &key, fault) && rsa_pairwise(key, fault) &&
	       ((rsa_pkcs8(key, secret) && rsa_spki(key, public)) ||
		   fault_set(fault, FAULT_BUG, "鍵が大きすぎます。"));
}

/* A zero point of X25519 would seal to everybody. */
static bool
seal_good(const uint8_t *half)
{
	static const uint8_t ZERO[SEAL_PUBLIC];
	return memcmp(half, ZERO, sizeof(ZERO)) != 0;
}

static bool
good_point(const struct key_public *k)
{
	return k->len == P256_POINT && p256_point_good(k->bytes);
}

static bool
good_seal(const struct key_public *k)
{
	return k->len == SEAL_PUBLIC && seal_good(k->bytes);
}

static bool
good_both(const struct key_public *k)
{
	return k->len == KEY_PAIR_PUBLIC && p256_point_good(k->bytes) &&
	       seal_good(k->bytes + P256_POINT);
}

static bool
good_rsa(const struct key_public *k)
{
	int bits;
	return rsa_spki_read(der_of(k->bytes, k->len), &bits, NULL);
}

/* clang-format off */
static const struct key_kind {
	const char *name, *rehearsal; /* a key file's purpose without and with the mark */
	bool (*make)(const struct key_request *, struct sink *secret, struct sink *public, struct fault *);
	bool (*good)(const struct key_public *);
} KINDS_OF_KEY[] = {
	[KEY_PERSON]   = { "person",   "rehearsal-person",   make_point, good_point },
	[KEY_STATION]  = { "station",  "rehearsal-station",  make_point, good_point },
	[KEY_ARCHIVE]  = { "archive",  "rehearsal-archive",  make_seal,  good_seal },
	[KEY_SIGNER]   = { "signer",   "rehearsal-signer",   make_both,  good_both },
	[KEY_KEYMAKER] = { "keymaker", "rehearsal-keymaker", make_both,  good_both },
	[KEY_CA]       = { "ca",       "rehearsal-ca",       make_rsa,   good_rsa },
};
/* clang-format on */
_Static_assert(COUNT(KINDS_OF_KEY) == KEY_PURPOSES, "every purpose has a row");

const char *
key_purpose_name(enum key_purpose p)
{
	return KINDS_OF_KEY[p].name;
}

const char *
key_label(enum key_purpose p, bool rehearsal)
{
	return rehearsal ? KINDS_OF_KEY[p].rehearsal : KINDS_OF_KEY[p].name;
}

bool
key_purpose_read(const char *s, enum key_purpose *out)
{
	for (int i = 0; i < KEY_PURPOSES; i++)
		if (strcmp(s, KINDS_OF_KEY[i].name) == 0) {
			*out = (enum key_purpose)i;
			return true;
		}
	return false;
}

char *
key_words(const struct key_public *k, char out[WORDS_TEXT])
{
	uint8_t digest[DIGEST];
	digest_of(k->bytes, k->len, digest);
	return words_print(out, digest);
}

static const char *
mark(bool rehearsal)
{
	return rehearsal ? "rehearsal" : "real";
}

static void
public_print(const struct key_public *k, struct sink *out)
{
	char words[WORDS_TEXT];
	sink_print(
	    out, "akashi public v1 %s %s ", key_purpose_name(k->purpose), mark(k->rehearsal));
	sink_hex(out, k->bytes, k->len);
	sink_print(out, "\n%s\n", key_words(k, words));
}

enum { PUBLIC_TEXT = 2 * KEY_PUBLIC_MOST + 256, PATH = 4096 };

static bool
public_path(const char *out, char path[PATH], struct fault *fault)
{
	int n = snprintf(path, PATH, "%s.pub", out);
	if (n < 0 || n >= PATH)
		return fault_field(fault, FAULT_USAGE, "OUT", "ファイルの名前が長すぎます。");
	return (!file_exists(out) && !file_exists(path)) ||
	       fault_field(fault, FAULT_STATE, "OUT",
		   "「%s」か「%s」がもうあります。別の名前にしてください。", out, path);
}

static bool
passphrase_good(const struct key_request *r, struct fault *fault)
{
	return r->rehearsal || r->token != NULL || r->passphrase_len >= KEY_PASSPHRASE_LEAST ||
	       fault_refuse(fault, &KEY_PASSPHRASE_SHORT, "passphrase",
		   "合言葉が短すぎます。%d 文字以上にしてください。", KEY_PASSPHRASE_LEAST);
}

/* What is asked of an agent that is started for it. */
struct once {
	const char *verb, *key;
	bool real;
	const void *passphrase;
	size_t n;
	int64_t kind;
	struct der body;
};

static bool
once_ask(const struct once *o, struct sink *reply, struct fault *fault)
{
	const char *argv[] = { "--verb", o->verb, "--key", o->key, o->real ? "--mark" : NULL,
		"real", NULL };
	int socket[2], pass[2];
	pid_t pid;
	if (!socket_pair(socket, fault) || pipe(pass) != 0)
		return fault_set(fault, FAULT_BUG, "ソケットを作れません。");
	bool good = (o->n == 0 || write(pass[1], o->passphrase, o->n) == (ssize_t)o->n) ||
		    fault_set(fault, FAULT_BUG, "合言葉を渡せません。");
	(void)close(pass[1]);
	struct child c = { "akashi-key", argv, { socket[1], pass[0] }, 2, false };
	good = good && child_start(&c, &pid, fault);
	(void)close(socket[1]);
	(void)close(pass[0]);
	if (good) {
		good = frame_call(socket[0], o->kind, o->body, AGENT_MAKE_MS, reply, fault);
		(void)child_end(pid, 5000);
	}
	(void)close(socket[0]);
	return good;
}

/* A name that does not fit is refused, not cut. */
static bool
name_copy(char *to, size_t size, const char *from, const char *option, struct fault *fault)
{
	int n = snprintf(to, size, "%s", from == NULL ? "" : from);
	return (n >= 0 && (size_t)n < size) ||
	       fault_field(fault, FAULT_USAGE, option, "「%s」の値が長すぎます。", option);
}

static bool
token_new(const struct key_request *r, struct sink *public, struct fault *fault)
{
	uint8_t bytes[1024];
	struct sink body = SINK_INTO(bytes);
	struct agent_make m = { .bits = r->ca_bits };
	snprintf(m.purpose, sizeof(m.purpose), "%s", key_label(r->purpose, r->rehearsal));
	if (!name_copy(m.module, sizeof(m.module), r->token->module, "--module", fault) ||
	    !name_copy(m.environment, sizeof(m.environment), r->token->environment, "--module-env",
		fault) ||
	    !name_copy(m.token, sizeof(m.token), r->token->label, "--token", fault) ||
	    !name_copy(m.serial, sizeof(m.serial), r->token->serial, "--serial", fault))
		return false;
	agent_make_pack(&m, &body);
	const struct once o = { "make", r->out, false, r->passphrase, r->passphrase_len, AGENT_MAKE,
		der_of(body.at, body.len) };
	return once_ask(&o, public, fault);
}

bool
keys_check(const char *path, bool real, const void *passphrase, size_t n, struct key_about *out,
    struct fault *fault)
{
	OWN_SINK reply = SINK_GROW(8192);
	struct agent_about a;
	struct key_about k = { .half = { .purpose = KEY_CA, .rehearsal = !real } };
	const struct once o = { "check", path, real, passphrase, n, AGENT_ABOUT, der_of(NULL, 0) };
	if (!once_ask(&o, &reply, fault))
		return false;
	if (!agent_about_read(der_of(reply.at, reply.len), &a) || a.spki.n > sizeof(k.half.bytes))
		return fault_refuse(fault, &FRAME_BROKEN, NULL, "電文の形が正しくありません。");
	memcpy(k.half.bytes, a.spki.p, a.spki.n);
	k.half.len = a.spki.n;
	k.bits = a.bits;
	memcpy(k.module, a.module, sizeof(k.module));
	memcpy(k.token, a.token, sizeof(k.token));
	memcpy(k.serial, a.serial, sizeof(k.serial));
	memcpy(k.label, a.key, sizeof(k.label));
	*out = k;
	return true;
}

/* A CA's key of before comes into our custody. */
static bool
from_file(
    const struct key_request *r, struct sink *secret, struct sink *public, struct fault *fault)
{
	OWN_RSA key = NULL;
	OWN_BYTES(bytes) = NULL;
	size_t n = 0;
	if (!file_read(r->from, KEYFILE_SECRET_MOST, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	bool good =
	    rsa_from_file(bytes, n, r->from_passphrase, r->from_passphrase_len, &key, fault) &&
	    rsa_pairwise(key, fault) &&
	    ((rsa_pkcs8(key, secret) && rsa_spki(key, public)) ||
		fault_set(fault, FAULT_BUG, "鍵が大きすぎます。"));
	explicit_bzero(bytes, n);
	return good;
}

/* The secret half into its file; of one in a token, where it is. */
static bool
secret_new_file(
    const struct key_request *r, struct sink *secret, struct sink *public, struct fault *fault)
{
	if (r->token != NULL)
		return token_new(r, public, fault);
	if (!(r->from != NULL ? from_file(r, secret, public, fault)
			      : KINDS_OF_KEY[r->purpose].make(r, secret, public, fault)))
		return false;
	if (secret->full || public->full)
		return fault_set(fault, FAULT_BUG, "鍵が大きすぎます。");
	return keyfile_write(r->out, key_label(r->purpose, r->rehearsal), secret->at, secret->len,
	    r->passphrase, r->passphrase_len, r->rehearsal ? KEYFILE_WEAK : KEYFILE_STRONG, fault);
}

bool
keys_new(const struct key_request *r, struct key_public *out, struct fault *fault)
{
	char path[PATH], text[PUBLIC_TEXT];
	struct key_public k = { .purpose = r->purpose, .rehearsal = r->rehearsal };
	OWN_SECRET(locked) = secret_new(KEYFILE_SECRET_MOST);
	struct sink secret = { .at = locked, .cap = KEYFILE_SECRET_MOST },
		    public = SINK_INTO(k.bytes), say = SINK_INTO(text);
	if (locked == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!passphrase_good(r, fault) || !public_path(r->out, path, fault) ||
	    !secret_new_file(r, &secret, &public, fault))
		return false;
	k.len = public.len;
	public_print(&k, &say);
	if (!file_write_new(path, 0644, say.at, say.len, fault)) {
		(void)unlink(r->out); /* nobody has its public half */
		return false;
	}
	*out = k;
	return true;
}

bool
keys_ca_bits(struct day today, int *bits, struct fault *fault)
{
	char folder[1024];
	struct policy policy;
	struct policy_errors errors;
	if (!rulebook_shipped(folder, sizeof(folder), fault) ||
	    !rulebook_check(folder, &policy, &errors, fault))
		return false;
	long n = policy_number(&policy, "ca_key_bits", today);
	policy_free(&policy);
	if (n < RSA_BITS_LEAST || n > RSA_BITS_MOST)
		return fault_set(
		    fault, FAULT_BROKEN, "規則 ca_key_bits が正しくありません（settings.yaml）。");
	*bits = (int)n;
	return true;
}

bool
keys_open(const char *path, enum key_purpose purpose, bool rehearsal, const void *passphrase,
    size_t n, struct sink *secret, struct fault *fault)
{
	return keyfile_read_sink(path, key_label(purpose, rehearsal), passphrase, n, secret, fault);
}

/* One word up to the separator, which is passed over. */
static bool
word_take(const char **at, char until, char *out, size_t size)
{
	const char *end = strchr(*at, until);
	size_t n = end == NULL ? size : (size_t)(end - *at);
	if (n >= size)
		return false;
	memcpy(out, *at, n);
	out[n] = '\0';
	*at = end + 1;
	return true;
}

static bool
public_parse(const char *text, struct key_public *k, char words[WORDS_TEXT])
{
	static const char HEAD[] = "akashi public v1 ";
	char purpose[16], marked[16], hex[2 * KEY_PUBLIC_MOST + 1];
	if (strncmp(text, HEAD, sizeof(HEAD) - 1) != 0)
		return false;
	text += sizeof(HEAD) - 1;
	if (!word_take(&text, ' ', purpose, sizeof(purpose)) ||
	    !word_take(&text, ' ', marked, sizeof(marked)) ||
	    !word_take(&text, '\n', hex, sizeof(hex)) || !word_take(&text, '\n', words, WORDS_TEXT))
		return false;
	k->rehearsal = strcmp(marked, mark(true)) == 0;
	k->len = strlen(hex) / 2;
	return *text == '\0' && key_purpose_read(purpose, &k->purpose) &&
	       strcmp(marked, mark(k->rehearsal)) == 0 && strlen(hex) % 2 == 0 &&
	       hex_read(hex, k->bytes, k->len);
}

bool
key_public_read(
    const char *path, enum key_purpose purpose, struct key_public *out, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	size_t n;
	char said[WORDS_TEXT], words[WORDS_TEXT];
	struct key_public k;
	if (!file_read(path, PUBLIC_TEXT, (uint8_t **)(void *)&bytes, &n, fault))
		return false;
	if (strlen(bytes) != n || !public_parse(bytes, &k, said))
		return fault_refuse(fault, &KEY_PUBLIC_FORM, "public",
		    "「%s」は公開鍵のファイルではありません。"
		    "akashi key new が作る OUT.pub を指定してください。",
		    path);
	if (k.purpose != purpose)
		return fault_refuse(fault, &KEY_PUBLIC_PURPOSE, "public",
		    "「%s」は別の用途（%s）の鍵です。用途「%s」の鍵を指定してください。", path,
		    key_purpose_name(k.purpose), key_purpose_name(purpose));
	if (strcmp(said, key_words(&k, words)) != 0)
		return fault_refuse(fault, &KEY_PUBLIC_WORDS, "public",
		    "「%s」の八つの言葉が鍵と合いません。"
		    "鍵の持ち主からもう一度受け取ってください。",
		    path);
	if (!KINDS_OF_KEY[purpose].good(&k))
		return fault_refuse(fault, &KEY_PUBLIC_VALUE, "public",
		    "「%s」の値は鍵として使えません。鍵を作り直してもらってください。", path);
	*out = k;
	return true;
}
