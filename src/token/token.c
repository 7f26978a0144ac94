#include "token/token.h"

#include <p11-kit/p11-kit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/der.h"
#include "base/text.h"

#define ROW(NAME, text, code) const struct refusal NAME = { text, FAULT_##code, "design 5" }
ROW(TOKEN_MODULE, "token-module", OUTSIDE);
ROW(TOKEN_ABSENT, "token-absent", OUTSIDE);
ROW(TOKEN_TWO, "token-two", INPUT);
ROW(TOKEN_PIN, "token-pin", INPUT);
ROW(TOKEN_PIN_LOCKED, "token-pin-locked", OUTSIDE);
ROW(TOKEN_KEY, "token-key", MISSING);
ROW(TOKEN_OTHER_KEY, "token-other-key", BROKEN);
ROW(TOKEN_EXTRACTABLE, "token-extractable", DENIED);
ROW(TOKEN_MECHANISM, "token-mechanism", OUTSIDE);
ROW(TOKEN_REFUSED, "token-refused", OUTSIDE);
ROW(TOKEN_AWAY, "token-away", LATER);

enum { SLOTS_MOST = 256, MODULUS_MOST = TOKEN_BITS_MOST / 8 + 1, EXPONENT_MOST = 8 };

struct token {
	const struct token_place *place;
	const void *pin; /* borrowed */
	size_t pin_len;
	CK_FUNCTION_LIST *f; /* NULL: no module */
	bool begun; /* C_Initialize */
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session; /* CK_INVALID_HANDLE: none */
	CK_OBJECT_HANDLE key;
	int bits;
	bool opened; /* with a PIN just given: what follows is ours alone */
	bool pin_refused;
};

static bool
answered(CK_RV rv, const char *what, struct fault *fault)
{
	return rv == CKR_OK ||
	       fault_refuse(fault, &TOKEN_REFUSED, "token",
		   "トークンが断りました（%s: %s）。トークンの状態を確かめてください。", what,
		   p11_kit_strerror(rv));
}

/* Everything the module holds of us; what was lost in between does not matter. */
static void
leave(struct token *t)
{
	if (t->session != CK_INVALID_HANDLE)
		(void)t->f->C_CloseSession(t->session);
	if (t->begun)
		(void)p11_kit_module_finalize(t->f);
	if (t->f != NULL)
		p11_kit_module_release(t->f);
	t->session = CK_INVALID_HANDLE;
	t->begun = false;
	t->f = NULL;
}

/* All a module finds in its environment is what its file says. */
static bool
environment_set(const char *row, struct fault *fault)
{
	char name[sizeof(((struct token_place *)0)->environment)];
	const char *is = strchr(row, '=');
	if (is == NULL)
		return true;
	snprintf(name, sizeof(name), "%.*s", (int)(is - row), row);
	return setenv(name, is + 1, 1) == 0 ||
	       fault_set(fault, FAULT_BUG, "モジュールの環境を作れません。");
}

static bool
module_begin(struct token *t, struct fault *fault)
{
	const struct token_place *p = t->place;
	if (!token_place_ours(p->module, fault) || !environment_set(p->environment, fault))
		return false;
	t->f = p11_kit_module_load(p->module, P11_KIT_MODULE_UNMANAGED | P11_KIT_MODULE_CRITICAL);
	if (t->f == NULL)
		return fault_refuse(fault, &TOKEN_MODULE, "module",
		    "PKCS#11 モジュール「%s」を読み込めません（%s）。", p->module,
		    p11_kit_message() == NULL ? "-" : p11_kit_message());
	CK_RV rv = p11_kit_module_initialize(t->f);
	t->begun = rv == CKR_OK;
	return t->begun ||
	       fault_refuse(fault, &TOKEN_MODULE, "module",
		   "PKCS#11 モジュール「%s」が動きません（%s）。設定と環境を確かめてください。",
		   p->module, p11_kit_strerror(rv));
}

/* A padded field as a text. */
static void
unpad(const unsigned char *from, size_t n, char *to)
{
	while (n > 0 && (from[n - 1] == ' ' || from[n - 1] == '\0'))
		n--;
	memcpy(to, from, n);
	to[n] = '\0';
	text_clean(to);
}

/* The one token of that label, and of that serial number where it is named. */
static bool
slot_find(struct token *t, char serial[TOKEN_SERIAL], CK_TOKEN_INFO *found, struct fault *fault)
{
	CK_SLOT_ID slot[SLOTS_MOST];
	CK_ULONG n = SLOTS_MOST;
	char chosen[TOKEN_SERIAL] = "";
	size_t count = 0, same_label = 0;
	if (!answered(t->f->C_GetSlotList(CK_TRUE, slot, &n), "C_GetSlotList", fault))
		return false;
	for (CK_ULONG i = 0; i < n; i++) {
		CK_TOKEN_INFO info;
		char label[TOKEN_LABEL], number[TOKEN_SERIAL];
		if (t->f->C_GetTokenInfo(slot[i], &info) != CKR_OK)
			continue;
		unpad(info.label, sizeof(info.label), label);
		unpad(info.serialNumber, sizeof(info.serialNumber), number);
		if (strcmp(label, t->place->token) != 0)
			continue;
		same_label++;
		if (t->place->serial[0] != '\0' && strcmp(number, t->place->serial) != 0)
			continue;
		count++;
		t->slot = slot[i];
		*found = info;
		memcpy(chosen, number, sizeof(number));
	}
	if (count == 0)
		return fault_refuse(fault, &TOKEN_ABSENT, "token",
		    same_label == 0 ? "トークン「%s」（番号 %s）がありません。つないでください。"
				    : "トークン「%s」はありますが、番号 %s のものではありません。",
		    t->place->token, t->place->serial[0] == '\0' ? "-" : t->place->serial);
	if (count > 1)
		return fault_refuse(fault, &TOKEN_TWO, "serial",
		    "トークン「%s」が %zu 個あります。--serial で番号を指定してください。",
		    t->place->token, count);
	memcpy(serial, chosen, sizeof(chosen));
	return true;
}

static bool
pin_refuse(struct token *t, struct fault *fault)
{
	t->pin_refused = true;
	return fault_refuse(fault, &TOKEN_PIN, "passphrase",
	    "トークン「%s」の PIN が違います。"
	    "くり返すとトークンが使えなくなります。確かめてください。",
	    t->place->token);
}

static bool
login(struct token *t, const CK_TOKEN_INFO *info, struct fault *fault)
{
	if (t->pin_refused)
		return pin_refuse(t, fault);
	if (t->opened && (info->flags & CKF_USER_PIN_FINAL_TRY) != 0)
		return fault_refuse(fault, &TOKEN_AWAY, "passphrase",
		    "トークン「%s」の PIN はあと 1 回しか試せないため、自動では使いません。",
		    t->place->token);
	CK_RV rv =
	    (info->flags & CKF_USER_PIN_LOCKED) != 0
		? CKR_PIN_LOCKED
		: t->f->C_Login(t->session, CKU_USER, (CK_UTF8CHAR *)(uintptr_t)t->pin, t->pin_len);
	if (rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID || rv == CKR_PIN_LEN_RANGE)
		return pin_refuse(t, fault);
	if (rv == CKR_PIN_LOCKED || rv == CKR_PIN_EXPIRED || rv == CKR_USER_PIN_NOT_INITIALIZED)
		return fault_refuse(fault, &TOKEN_PIN_LOCKED, "passphrase",
		    "トークン「%s」の PIN は使えません（%s）。"
		    "トークンの管理者が PIN を設定し直してください。",
		    t->place->token, p11_kit_strerror(rv));
	return rv == CKR_USER_ALREADY_LOGGED_IN || answered(rv, "C_Login", fault);
}

/* Module, token, session, PIN. */
static bool
enter(struct token *t, bool write, char serial[TOKEN_SERIAL], struct fault *fault)
{
	CK_TOKEN_INFO info = { .flags = 0 };
	CK_FLAGS flags = CKF_SERIAL_SESSION | (write ? CKF_RW_SESSION : 0);
	return module_begin(t, fault) && slot_find(t, serial, &info, fault) &&
	       answered(t->f->C_OpenSession(t->slot, flags, NULL, NULL, &t->session),
		   "C_OpenSession", fault) &&
	       login(t, &info, fault);
}

/* The objects of that class, label and id; 0 where there is none. */
static bool
object_find(struct token *t, CK_OBJECT_CLASS kind, CK_OBJECT_HANDLE *out, struct fault *fault)
{
	uint8_t id[TOKEN_ID];
	CK_ULONG n = 0;
	if (!hex_read(t->place->id, id, sizeof(id)))
		return fault_refuse(
		    fault, &TOKEN_FORM, "id", "トークンの鍵のファイルの id が正しくありません。");
	CK_ATTRIBUTE want[] = { { CKA_CLASS, &kind, sizeof(kind) },
		{ CKA_LABEL, (void *)(uintptr_t)t->place->key, strlen(t->place->key) },
		{ CKA_ID, id, sizeof(id) } };
	if (!answered(
		t->f->C_FindObjectsInit(t->session, want, COUNT(want)), "C_FindObjectsInit", fault))
		return false;
	CK_RV rv = t->f->C_FindObjects(t->session, out, 1, &n);
	(void)t->f->C_FindObjectsFinal(t->session);
	if (n == 0)
		*out = CK_INVALID_HANDLE;
	return answered(rv, "C_FindObjects", fault);
}

/* SubjectPublicKeyInfo in hex, from the two numbers wherever the token shows them. */
static bool
public_half(struct token *t, CK_OBJECT_HANDLE object, struct sink *hex, int *bits)
{
	uint8_t n[MODULUS_MOST], e[EXPONENT_MOST], inner[TOKEN_PUBLIC_MOST],
	    outer[TOKEN_PUBLIC_MOST];
	struct sink numbers = SINK_INTO(inner), spki = SINK_INTO(outer);
	CK_ATTRIBUTE a[] = { { CKA_MODULUS, n, sizeof(n) }, { CKA_PUBLIC_EXPONENT, e, sizeof(e) } };
	if (t->f->C_GetAttributeValue(t->session, object, a, COUNT(a)) != CKR_OK)
		return false;
	size_t pair = der_begin(&numbers, DER_SEQUENCE);
	der_put_unsigned(&numbers, n, a[0].ulValueLen);
	der_put_unsigned(&numbers, e, a[1].ulValueLen);
	der_end(&numbers, pair);
	size_t all = der_begin(&spki, DER_SEQUENCE), algorithm = der_begin(&spki, DER_SEQUENCE);
	der_put_oid(&spki, "1.2.840.113549.1.1.1");
	der_put(&spki, DER_NULL, NULL, 0);
	der_end(&spki, algorithm);
	der_put_bits(&spki, numbers.at, numbers.len);
	der_end(&spki, all);
	sink_hex(hex, spki.at, spki.len);
	size_t octets = a[0].ulValueLen;
	for (const uint8_t *p = n; octets > 0 && *p == 0; p++)
		octets--;
	*bits = (int)(8 * octets);
	return !numbers.full && !spki.full;
}

static bool
public_half_read(struct token *t, char out[2 * TOKEN_PUBLIC_MOST + 1], struct fault *fault)
{
	struct sink hex = { .at = (uint8_t *)out, .cap = 2 * TOKEN_PUBLIC_MOST + 1 };
	CK_OBJECT_HANDLE other = CK_INVALID_HANDLE;
	if (!public_half(t, t->key, &hex, &t->bits)) {
		hex.len = 0;
		if (!object_find(t, CKO_PUBLIC_KEY, &other, fault))
			return false;
		if (other == CK_INVALID_HANDLE || !public_half(t, other, &hex, &t->bits))
			return fault_refuse(fault, &TOKEN_KEY, "token",
			    "トークン「%s」の鍵「%s」の公開する半分を読めません。", t->place->token,
			    t->place->key);
	}
	return sink_string(&hex) != NULL ||
	       fault_set(fault, FAULT_BUG, "トークンの鍵が大きすぎます。");
}

/* It signs, and stays where it is. */
static bool
key_kept(struct token *t, struct fault *fault)
{
	CK_BBOOL sensitive = CK_FALSE, extractable = CK_TRUE, sign = CK_FALSE;
	CK_ATTRIBUTE a[] = { { CKA_SENSITIVE, &sensitive, sizeof(sensitive) },
		{ CKA_EXTRACTABLE, &extractable, sizeof(extractable) },
		{ CKA_SIGN, &sign, sizeof(sign) } };
	if (!answered(t->f->C_GetAttributeValue(t->session, t->key, a, COUNT(a)),
		"C_GetAttributeValue", fault))
		return false;
	return (sensitive == CK_TRUE && extractable == CK_FALSE && sign == CK_TRUE) ||
	       fault_refuse(fault, &TOKEN_EXTRACTABLE, "token",
		   "トークン「%s」の鍵「%s」は取り出せるか、署名に使えない設定です。"
		   "トークンの中で作り直してください。",
		   t->place->token, t->place->key);
}

static bool
mechanism_good(struct token *t, struct fault *fault)
{
	CK_MECHANISM_INFO info;
	return (t->f->C_GetMechanismInfo(t->slot, CKM_RSA_PKCS, &info) == CKR_OK &&
		   (info.flags & CKF_SIGN) != 0 && info.ulMaxKeySize >= (CK_ULONG)t->bits) ||
	       fault_refuse(fault, &TOKEN_MECHANISM, "token",
		   "トークン「%s」は %d ビットの RSA 署名（CKM_RSA_PKCS）ができません。",
		   t->place->token, t->bits);
}

static bool
key_take(struct token *t, struct fault *fault)
{
	char half[2 * TOKEN_PUBLIC_MOST + 1];
	if (!object_find(t, CKO_PRIVATE_KEY, &t->key, fault))
		return false;
	if (t->key == CK_INVALID_HANDLE)
		return fault_refuse(fault, &TOKEN_KEY, "token",
		    "トークン「%s」に鍵「%s」がありません。初期化されていないか確かめてください。",
		    t->place->token, t->place->key);
	if (!public_half_read(t, half, fault))
		return false;
	if (strcmp(half, t->place->public_half) != 0)
		return fault_refuse(fault, &TOKEN_OTHER_KEY, "token",
		    "トークン「%s」の鍵「%s」は別の鍵です。公開する半分がファイルと違います。",
		    t->place->token, t->place->key);
	return key_kept(t, fault) && mechanism_good(t, fault);
}

static bool
reach(struct token *t, struct fault *fault)
{
	char serial[TOKEN_SERIAL];
	return enter(t, false, serial, fault) && key_take(t, fault);
}

bool
token_open(const struct token_place *place, const void *pin, size_t n, struct token **out,
    struct fault *fault)
{
	struct token *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return fault_set(fault, FAULT_BUG, "記憶域が足りません。");
	*t = (struct token){ .place = place, .pin = pin, .pin_len = n };
	if (reach(t, fault)) {
		t->opened = true;
		*out = t;
		return true;
	}
	token_close(t);
	return false;
}

void
token_close(struct token *t)
{
	if (t != NULL)
		leave(t);
	free(t);
}

int
token_bits(const struct token *t)
{
	return t->bits;
}

/* DigestInfo of SHA-256 [RFC8017 8.2]. */
static CK_RV
sign_once(struct token *t, const uint8_t digest[32], uint8_t *out, CK_ULONG *n)
{
	uint8_t info[51] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
		0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
	CK_MECHANISM how = { CKM_RSA_PKCS, NULL, 0 };
	memcpy(info + sizeof(info) - 32, digest, 32);
	if (t->session == CK_INVALID_HANDLE)
		return CKR_SESSION_HANDLE_INVALID;
	CK_RV rv = t->f->C_SignInit(t->session, &how, t->key);
	return rv != CKR_OK ? rv : t->f->C_Sign(t->session, info, sizeof(info), out, n);
}

bool
token_sign(struct token *t, const uint8_t digest[32], struct sink *signature, struct fault *fault)
{
	uint8_t out[MODULUS_MOST];
	CK_ULONG n = sizeof(out);
	struct fault why = { 0 };
	CK_RV rv = sign_once(t, digest, out, &n);
	if (rv != CKR_OK) { /* whatever it was, a fresh start shows whether it is over */
		leave(t);
		n = sizeof(out);
		if (reach(t, &why))
			(void)answered(rv = sign_once(t, digest, out, &n), "C_Sign", &why);
		else
			leave(t);
	}
	if (rv == CKR_OK && why.code == FAULT_NONE) {
		sink_bytes(signature, out, n);
		return true;
	}
	return fault_refuse(fault, &TOKEN_AWAY, "token",
	    "トークンの鍵で署名できません。akashi key check ca で確かめてください。%s", why.say);
}

static bool
pair_make(struct token *t, int bits, struct fault *fault)
{
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_ULONG size = (CK_ULONG)bits;
	CK_BYTE exponent[] = { 1, 0, 1 };
	uint8_t id[TOKEN_ID];
	CK_MECHANISM how = { CKM_RSA_PKCS_KEY_PAIR_GEN, NULL, 0 };
	CK_OBJECT_HANDLE half;
	void *label = (void *)(uintptr_t)t->place->key;
	size_t n = strlen(t->place->key);
	if (!hex_read(t->place->id, id, sizeof(id)))
		return fault_set(fault, FAULT_BUG, "鍵の番号がありません。");
	CK_ATTRIBUTE public[] = { { CKA_MODULUS_BITS, &size, sizeof(size) },
		{ CKA_PUBLIC_EXPONENT, exponent, sizeof(exponent) }, { CKA_TOKEN, &yes, 1 },
		{ CKA_VERIFY, &yes, 1 }, { CKA_ENCRYPT, &no, 1 }, { CKA_WRAP, &no, 1 },
		{ CKA_LABEL, label, n }, { CKA_ID, id, sizeof(id) } };
	CK_ATTRIBUTE private[] = { { CKA_TOKEN, &yes, 1 }, { CKA_PRIVATE, &yes, 1 },
		{ CKA_SENSITIVE, &yes, 1 }, { CKA_EXTRACTABLE, &no, 1 }, { CKA_SIGN, &yes, 1 },
		{ CKA_DECRYPT, &no, 1 }, { CKA_UNWRAP, &no, 1 }, { CKA_LABEL, label, n },
		{ CKA_ID, id, sizeof(id) } };
	return answered(t->f->C_GenerateKeyPair(t->session, &how, public, COUNT(public), private,
			    COUNT(private), &half, &t->key),
	    "C_GenerateKeyPair", fault);
}

bool
token_make(struct token_place *place, int bits, const void *pin, size_t n, struct fault *fault)
{
	struct token_place made = *place;
	struct token t = { .place = &made, .pin = pin, .pin_len = n };
	bool good = enter(&t, true, made.serial, fault) && pair_make(&t, bits, fault);
	bool read = good && public_half_read(&t, made.public_half, fault);
	leave(&t);
	if (good && !read)
		token_unmake(&made, pin, n);
	if (read)
		*place = made;
	return read;
}

void
token_unmake(const struct token_place *place, const void *pin, size_t n)
{
	struct token t = { .place = place, .pin = pin, .pin_len = n };
	char serial[TOKEN_SERIAL];
	const CK_OBJECT_CLASS kinds[] = { CKO_PRIVATE_KEY, CKO_PUBLIC_KEY };
	CK_OBJECT_HANDLE object;
	struct fault none = { 0 };
	bool good = enter(&t, true, serial, &none);
	for (size_t i = 0; good && i < COUNT(kinds); i++)
		if (object_find(&t, kinds[i], &object, &none) && object != CK_INVALID_HANDLE)
			(void)t.f->C_DestroyObject(t.session, object);
	leave(&t);
}
