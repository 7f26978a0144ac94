#include "vault/keyfile.h"

#include <sodium.h>
#include <string.h>
#include <sys/stat.h>

#include "base/der.h"
#include "base/file.h"

const struct refusal KEYFILE_PASSPHRASE = { "keyfile-passphrase", FAULT_INPUT, "design 5" };
const struct refusal KEYFILE_FORM = { "keyfile-form", FAULT_INPUT, "design 5" };
const struct refusal KEYFILE_READABLE = { "keyfile-readable", FAULT_DENIED, "design 5" };
const struct refusal KEYFILE_OTHER_PURPOSE = { "keyfile-other-purpose", FAULT_INPUT, "design 5" };

static const struct {
	uint64_t operations;
	size_t memory;
} COST[] = {
	[KEYFILE_WEAK] = { crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN },
	[KEYFILE_STRONG] = { crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE },
};

static bool
stretch(const void *passphrase, size_t n, const uint8_t *salt, int64_t cost, uint8_t key[BOX_KEY],
    struct fault *fault)
{
	if (crypto_pwhash(key, BOX_KEY, n == 0 ? "" : passphrase, n, salt, COST[cost].operations,
		COST[cost].memory, crypto_pwhash_ALG_ARGON2ID13) == 0)
		return true;
	return fault_set(fault, FAULT_CRYPTO, "鍵ファイルを開く記憶域が足りません。");
}

bool
keyfile_write(const char *path, const char *purpose, const void *secret, size_t size,
    const void *passphrase, size_t n, enum keyfile_cost cost, struct fault *fault)
{
	OWN_SINK out = SINK_GROW(2 * KEYFILE_SECRET_MOST);
	OWN_SINK box = SINK_GROW(2 * KEYFILE_SECRET_MOST);
	uint8_t salt[crypto_pwhash_SALTBYTES];
	OWN_SECRET(key) = secret_new(BOX_KEY);
	randombytes_buf(salt, sizeof(salt));
	if (key == NULL || !stretch(passphrase, n, salt, cost, key, fault))
		return false;
	box_put(purpose, key, secret, size, &box);
	size_t all = der_begin(&out, DER_SEQUENCE);
	der_put_utf8(&out, "akashi key v1");
	der_put_utf8(&out, purpose);
	der_put_int(&out, cost);
	der_put_octets(&out, salt, sizeof(salt));
	der_put_octets(&out, box.at, box.len);
	der_end(&out, all);
	if (out.full || box.full)
		return fault_set(fault, FAULT_BUG, "鍵が大きすぎます。");
	return file_write_new(path, 0600, out.at, out.len, fault);
}

static bool
parse(struct der d, const char *path, const char *purpose, int64_t *cost, uint8_t *salt,
    struct der *box, struct fault *fault)
{
	char word[32], named[SEAL_PURPOSE_MOST];
	struct der all;
	if (!der_take(&d, DER_SEQUENCE, &all) || !der_take_utf8(&all, word, sizeof(word)) ||
	    strcmp(word, "akashi key v1") != 0 || !der_take_utf8(&all, named, sizeof(named)) ||
	    !der_take_int(&all, cost) || *cost < 0 || *cost >= (int64_t)COUNT(COST) ||
	    !der_take_fixed(&all, salt, crypto_pwhash_SALTBYTES) || !der_take_octets(&all, box))
		return fault_refuse(fault, &KEYFILE_FORM, "key",
		    "「%s」は鍵ファイルではありません。ファイルの名前を確かめてください。", path);
	if (strcmp(named, purpose) != 0)
		return fault_refuse(fault, &KEYFILE_OTHER_PURPOSE, "key",
		    "「%s」は別の用途（%s）の鍵です。用途の合う鍵を指定してください。", path,
		    named);
	return true;
}

/* Whoever could read it has had time to guess its passphrase. */
static bool
owners_alone(const char *path, struct fault *fault)
{
	struct stat st;
	return stat(path, &st) != 0 || (st.st_mode & (S_IRWXG | S_IRWXO)) == 0 ||
	       fault_refuse(fault, &KEYFILE_READABLE, "key",
		   "鍵ファイル「%s」はほかの利用者も読み書きできます。"
		   "持ち主だけ（chmod 600）にし、読まれたおそれがあれば新しい鍵にしてください。",
		   path);
}

bool
keyfile_read_sink(const char *path, const char *purpose, const void *passphrase, size_t n,
    struct sink *out, struct fault *fault)
{
	OWN_BYTES(bytes) = NULL;
	size_t len;
	int64_t cost;
	uint8_t salt[crypto_pwhash_SALTBYTES];
	struct der box;
	OWN_SECRET(key) = secret_new(BOX_KEY);
	if (key == NULL ||
	    !file_read(path, 2 * KEYFILE_SECRET_MOST, (uint8_t **)(void *)&bytes, &len, fault) ||
	    !parse(der_of(bytes, len), path, purpose, &cost, salt, &box, fault) ||
	    !owners_alone(path, fault) || !stretch(passphrase, n, salt, cost, key, fault))
		return false;
	struct fault inner = { 0 };
	return box_open(purpose, key, box.p, box.n, out, &inner) ||
	       fault_refuse(fault, &KEYFILE_PASSPHRASE, "passphrase",
		   "「%s」の合言葉が違います。確かめてもう一度入れてください。", path);
}

bool
keyfile_read(const char *path, const char *purpose, const void *passphrase, size_t n, void *secret,
    size_t size, struct fault *fault)
{
	OWN_SECRET(plain) = secret_new(size + 1);
	struct sink out = { .at = plain, .cap = size + 1 };
	if (plain == NULL)
		return fault_set(fault, FAULT_CRYPTO, "安全な記憶域が足りません。");
	if (!keyfile_read_sink(path, purpose, passphrase, n, &out, fault))
		return false;
	if (out.len != size)
		return fault_refuse(fault, &KEYFILE_FORM, "key",
		    "「%s」は鍵ファイルではありません。ファイルの名前を確かめてください。", path);
	memcpy(secret, plain, size);
	return true;
}
