#include "vault/code.h"

#include <sodium.h>
#include <string.h>

#include "base/text.h"

/* No 0 O, no 1 I L. */
static const char SIGNS[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
_Static_assert(sizeof(SIGNS) - 1 == 31, "thirty-one signs");

void
code_new(char out[CODE_TEXT])
{
	for (int i = 0; i < CODE_TEXT - 1; i++)
		out[i] = i % 5 == 4 ? '-' : SIGNS[randombytes_uniform(31)];
	out[CODE_TEXT - 1] = '\0';
}

bool
code_read(const char *typed, char out[CODE_TEXT])
{
	int n = 0;
	char code[CODE_TEXT];
	bool good = utf8_valid(typed, strlen(typed));
	while (good && *typed != '\0') {
		uint32_t c = utf8_next(&typed);
		c = c >= 0xff01 && c <= 0xff5e ? c - 0xfee0 : c;
		c = c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
		if (c == ' ' || c == '-' || c == 0x3000 || c == 0x2010 || c == 0x2212 ||
		    c == '\n' || c == '\r')
			continue;
		good = c < 0x80 && c != 0 && strchr(SIGNS, (int)c) != NULL && n < CODE_TEXT - 1;
		if (good) {
			code[n++] = (char)c;
			if (n % 5 == 4 && n < CODE_TEXT - 1)
				code[n++] = '-';
		}
	}
	if (good && n == CODE_TEXT - 1) {
		memcpy(out, code, sizeof(code) - 1);
		out[CODE_TEXT - 1] = '\0';
	}
	sodium_memzero(code, sizeof(code));
	return good && n == CODE_TEXT - 1;
}

static void
hash(const char *purpose, const uint8_t *key, size_t key_len, const void *p, size_t n,
    uint8_t out[32])
{
	crypto_generichash_state s;
	(void)crypto_generichash_init(&s, key, key_len, 32);
	(void)crypto_generichash_update(&s, (const uint8_t *)purpose, strlen(purpose) + 1);
	(void)crypto_generichash_update(&s, p, n);
	(void)crypto_generichash_final(&s, out, 32);
	sodium_memzero(&s, sizeof(s));
}

void
code_pair(const char *purpose, const char code[CODE_TEXT], uint8_t public[SEAL_PUBLIC],
    uint8_t secret[SEAL_SECRET])
{
	hash(purpose, NULL, 0, code, strlen(code), secret);
	seal_public(secret, public);
}

void
token_new(char out[TOKEN_TEXT])
{
	uint8_t bytes[16];
	randombytes_buf(bytes, sizeof(bytes));
	(void)sodium_bin2hex(out, TOKEN_TEXT, bytes, sizeof(bytes));
	sodium_memzero(bytes, sizeof(bytes));
}

void
token_digest(const char *purpose, const char *token, uint8_t out[CODE_DIGEST])
{
	hash(purpose, NULL, 0, token, strlen(token), out);
}

void
index_digest(const uint8_t key[SECRET_KEY], const char *purpose, const void *p, size_t n,
    uint8_t out[CODE_DIGEST])
{
	hash(purpose, key, SECRET_KEY, p, n, out);
}
